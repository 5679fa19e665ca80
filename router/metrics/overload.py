"""What the door has done: against overload, and to keep the house's pace."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(slots=True, kw_only=True, eq=False)
class Overload(Collector):
    """Looks only when it is scraped."""

    refused: Callable[[], int]
    closed: Callable[[], bool]
    paced: Callable[[], int]

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not look."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """How many were refused, and whether they are now."""
        what = "Calls that were offered to the router and refused because of overload."
        yield CounterMetricFamily("vorzimmer_overload_refused", what, self.refused())
        yield GaugeMetricFamily("vorzimmer_overloaded", "1 while new calls are refused.", self.closed())
        more = "Calls that were refused as more than new_calls_per_second."
        yield CounterMetricFamily("vorzimmer_paced_refused", more, self.paced())
