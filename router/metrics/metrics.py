"""Everything that `/metrics` shows, in a registry of our own."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector

from router.core.commands import Command
from router.core.events import Event
from router.core.ids import Millis
from router.core.view import HouseView
from router.metrics.calls import CallMetrics
from router.metrics.routing import RoutingMetrics
from router.metrics.standing import Lag, Standing
from router.ports import Clock

__all__ = ["Lag", "Metrics"]

RELOAD_BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
REPLACED_FOR = ("silent", "ended")  # as the watchdog counts
ARI_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Implements `Observer`; the rest are hooks that the composition root ties to where things happen."""

    def __init__(
        self,
        *,
        clock: Clock,
        view: Callable[[], HouseView],
        journal: Callable[[], Lag],
        reconnects: Callable[[], int],
        replaced: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """`view`, `journal` and `reconnects` are asked at each scrape, not before; `replaced` counts, by reason, the
        routers that the watchdog has replaced."""
        self._clock = clock
        self._registry = CollectorRegistry()
        self._calls = CallMetrics(self._registry)
        self._routing = RoutingMetrics(self._registry)
        self._registry.register(Standing(clock=clock, view=view, journal=journal, reconnects=reconnects))
        _replacements(self._registry, replaced)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        Gauge("vorzimmer_tasks", "Tasks of the event loop.", registry=self._registry).set_function(_tasks)
        self._ari = _ari_requests(self._registry)
        self._ari_by: dict[tuple[str, str], Histogram] = {}  # what `labels` would look for at each request
        self._config, self._loaded, self._failed = _config(self._registry)
        self._reloads = _reloads(self._registry)

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """One turn of the engine's loop."""
        self._calls.observed(now=now, event=event, commands=commands)
        self._routing.observed(commands)

    def show(self, collector: Collector) -> None:
        """Have somebody else's figures shown, too."""
        self._registry.register(collector)

    def ari_request(self, operation: str, seconds: float, outcome: str) -> None:
        """A request to Asterisk was answered, or not: `outcome` is `ok` or an error's id."""
        series = self._ari_by.get((operation, outcome))
        if series is None:
            series = self._ari_by[operation, outcome] = self._ari.labels(operation, outcome)
        series.observe(seconds)

    def config_loaded(self, version: str) -> None:
        """A configuration is in force from now on."""
        self._config.clear()
        self._config.labels(version).set(1)
        self._loaded.set(self._clock.now() / 1000)

    def config_reloaded(self, version: str, seconds: float) -> None:
        """A changed configuration is in force; it took so long from its being found good."""
        self._reloads.observe(seconds)
        self.config_loaded(version)

    def config_failed(self) -> None:
        """A configuration was refused; the last good one stays in force."""
        self._failed.inc()

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format 0.0.4."""
        return generate_latest(self._registry)


def _tasks() -> int:
    """0 for who reads the metrics outside of the event loop."""
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:
        return 0


def _replacements(registry: CollectorRegistry, replaced: Mapping[str, int]) -> None:
    counter = Counter(
        "vorzimmer_router_replaced", "Routers that the watchdog replaced.", ("reason",), registry=registry
    )
    for reason in REPLACED_FOR:
        counter.labels(reason).inc(replaced.get(reason, 0))


def _ari_requests(registry: CollectorRegistry) -> Histogram:
    return Histogram(
        "vorzimmer_ari_request_seconds",
        "Requests to Asterisk by operation and outcome.",
        ("operation", "outcome"),
        buckets=ARI_BUCKETS_S,
        registry=registry,
    )


def _config(registry: CollectorRegistry) -> tuple[Gauge, Gauge, Counter]:
    return (
        Gauge("vorzimmer_config_info", "1, labelled with the version in force.", ("version",), registry=registry),
        Gauge(
            "vorzimmer_config_last_success_timestamp_seconds",
            "When the configuration in force was loaded, in seconds since 1970.",
            registry=registry,
        ),
        Counter("vorzimmer_config_load_failures", "Configurations that were refused.", registry=registry),
    )


def _reloads(registry: CollectorRegistry) -> Histogram:
    return Histogram(
        "vorzimmer_config_reload_seconds",
        "Changed configurations that came into force, by how long that took from their being found good.",
        buckets=RELOAD_BUCKETS_S,
        registry=registry,
    )
