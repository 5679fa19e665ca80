"""The metrics room: what Prometheus is told of calls, agents, Asterisk, journal, ledger and configuration."""

from router.metrics.metrics import Lag, Metrics

__all__ = ["Lag", "Metrics"]
