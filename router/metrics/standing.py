"""How the house stands at the moment of a scrape: calls, waiting callers, agents, journal, ledger, reconnects."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from router.core.ids import Skill
from router.core.view import AgentView, CallView, HouseView, Phase, Presence, WaitingView
from router.ports import Clock


class Lag(Protocol):
    """How the journal stands with its disk."""

    @property
    def bytes(self) -> int:
        """Written, not yet synced."""
        ...

    @property
    def ms(self) -> int:
        """Milliseconds since the oldest of it was written."""
        ...

    @property
    def reserve(self) -> int:
        """Bytes of room that are the journal's own should the disk be full."""
        ...


@dataclass(slots=True, kw_only=True, eq=False)
class Standing(Collector):
    """Looks only when it is scraped. Skill groups and queues once seen go on with zero, so that alerts see them end."""

    clock: Clock
    view: Callable[[], HouseView]
    journal: Callable[[], Lag]
    reconnects: Callable[[], int]
    _groups: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)  # queues

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not look at a house that is not built yet."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All gauges, of one view."""
        view = self.view()
        yield _calls(view.calls)
        yield _agents(view.agents)
        yield from self._waiting(view.waiting)
        yield from self._queues(view.waiting)
        yield _single("parked_callers", "Callers whom an agent has put aside.", len(view.parked))
        yield _single("ledger_backlog_calls", "Finished calls not yet settled.", _unsettled(view.calls))
        yield from _journal(self.journal())
        yield CounterMetricFamily("vorzimmer_ari_reconnects", "Event sockets opened anew.", self.reconnects())

    def _waiting(self, waiting: Iterable[WaitingView]) -> Iterator[Metric]:
        groups = [(group_of(one.skills), one.since) for one in waiting]
        now, callers = self.clock.now(), Counter(group for group, _since in groups)
        oldest = {group: min(since for other, since in groups if other == group) for group in callers}
        self._groups |= callers.keys()
        yield _labelled("waiting_callers", "Callers waiting for an agent.", "skills", _over(self._groups, callers))
        longest = {group: (now - oldest[group]) / 1000 if group in oldest else 0.0 for group in self._groups}
        yield _labelled("longest_wait_seconds", "How long the first of them has waited.", "skills", longest)

    def _queues(self, waiting: Iterable[WaitingView]) -> Iterator[Metric]:
        callers = Counter(str(one.queue) for one in waiting)
        self._seen |= callers.keys()
        yield _labelled("queue_callers", "Callers waiting, by queue.", "queue", _over(self._seen, callers))


def group_of(skills: frozenset[Skill]) -> str:
    """A skill group's label: its skills in order, `any` for none."""
    return "+".join(sorted(skills)) or "any"


def _calls(calls: Iterable[CallView]) -> Metric:
    phases = Counter(call.phase for call in calls)
    live = [phase for phase in Phase if phase is not Phase.ENDED]
    return _labelled("calls", "Live calls by phase.", "phase", _over(live, phases))


def _agents(agents: Iterable[AgentView]) -> Metric:
    presences = Counter(agent.presence for agent in agents)
    return _labelled("agents", "Agents by presence.", "presence", _over(Presence, presences))


def _unsettled(calls: Iterable[CallView]) -> float:
    return sum(call.phase is Phase.ENDED for call in calls)


def _journal(lag: Lag) -> Iterator[Metric]:
    yield _single("journal_lag_bytes", "Journal written but not yet synced to disk.", lag.bytes)
    yield _single("journal_lag_seconds", "Age of the oldest of it.", lag.ms / 1000)
    yield _single("journal_reserve_bytes", "Room that is the journal's own should the disk be full.", lag.reserve)


def _over(labels: Iterable[str], counted: Counter[str] | Counter[Phase] | Counter[Presence]) -> dict[str, float]:
    """Every label, counted or not: a series that comes and goes cannot be alerted on."""
    known: dict[str, float] = {str(label): count for label, count in counted.items()}
    return {str(label): known.get(str(label), 0) for label in labels}


def _single(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"vorzimmer_{name}", what, value)


def _labelled(name: str, what: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(f"vorzimmer_{name}", what, labels=[label])
    for one, value in sorted(values.items()):
        family.add_metric([one], value)
    return family
