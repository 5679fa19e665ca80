"""Of two routers: who leads, and how the journal's copy stands. Shown by the one that leads and by the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Histogram, Metric, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

GATE_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """As it is at a scrape: `held` callers wait for a leader, `differs`: the leader has another configuration."""

    node: str
    leads: bool
    epoch: int
    shared: bool
    held: int
    differs: bool


def _gate() -> Histogram:
    return Histogram(
        "vorzimmer_gate_delay_seconds",
        "How long commands waited until their event was in the shared journal.",
        buckets=GATE_BUCKETS_S,
        registry=None,
    )


@dataclass(slots=True, kw_only=True, eq=False)
class LeadingMetrics(Collector):
    """`standing` is asked at each scrape."""

    standing: Callable[[], Standing]
    gate: Histogram = field(default_factory=_gate)

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not look."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All of it."""
        standing = self.standing()
        leads = GaugeMetricFamily("vorzimmer_leads", "1 on the router that leads.", labels=["node"])
        leads.add_metric([standing.node], standing.leads)
        yield leads
        yield _single("lead_epoch", "Grows by one whenever a router takes the lead.", standing.epoch)
        yield _single("journal_shared", "1 while the other router could take over all of the journal.", standing.shared)
        yield _single("held_callers", "Callers who hear ringing until a router leads.", standing.held)
        yield _single("config_differs", "1 while the two routers have different configurations.", standing.differs)
        yield from self.gate.collect()

    def exposition(self) -> bytes:
        """For a router that stands by: this, and the process."""
        registry = CollectorRegistry()
        for collector in (self, ProcessCollector(registry=None), PlatformCollector(registry=None)):
            registry.register(collector)
        return generate_latest(registry)


def _single(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"vorzimmer_{name}", what, value)
