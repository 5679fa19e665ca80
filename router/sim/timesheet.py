"""How agents spent their time, hour by hour, as the floor itself has told it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from router.core.ids import AgentId, Millis
from router.core.view import Presence, SeatView
from router.sim.duty import HOUR_MS

BUSY = frozenset({Presence.OFFERED, Presence.TALKING, Presence.WRAP_UP})
AT_WORK = BUSY | {Presence.AVAILABLE}


@dataclass(slots=True)
class Spent:
    """Milliseconds of one agent in one hour."""

    busy: Millis = 0
    at_work: Millis = 0


@dataclass(slots=True, kw_only=True)
class Timesheet:
    """Each agent's time in each hour after `begins`."""

    begins: Millis
    hours: dict[int, dict[AgentId, Spent]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Spent)))
    standing: dict[AgentId, tuple[Millis, Presence]] = field(default_factory=dict)

    def note(self, seat: SeatView) -> None:
        """The agent does something else from now on."""
        self._book(seat.agent, seat.at)
        self.standing[seat.agent] = (seat.at, seat.doing or seat.intent)

    def close(self, now: Millis) -> None:
        """Nothing happens any more."""
        for agent, (_, presence) in list(self.standing.items()):
            self._book(agent, now)
            self.standing[agent] = (now, presence)

    def share(self, agents: Collection[AgentId] | None = None, hour: int | None = None) -> float | None:
        """Occupancy: ringing, talk and after-work over all time at work and not paused; None: nobody was.

        Of these agents, in that hour; of all and at any time where not given.
        """
        spent = list(self._of(agents, hour))
        at_work = sum(one.at_work for one in spent)
        return sum(one.busy for one in spent) / at_work if at_work else None

    def on_duty(self, hour: int) -> float:
        """How many agents were at work on average in that hour."""
        return sum(one.at_work for one in self._of(None, hour)) / HOUR_MS

    def _of(self, agents: Collection[AgentId] | None, hour: int | None) -> Iterator[Spent]:
        for of_hour in self.hours.values() if hour is None else [self.hours.get(hour, {})]:
            yield from (spent for agent, spent in of_hour.items() if agents is None or agent in agents)

    def _book(self, agent: AgentId, until: Millis) -> None:
        since, presence = self.standing.get(agent, (until, Presence.OFF))
        if presence not in AT_WORK:
            return
        for hour, length in _by_hour(since - self.begins, until - self.begins):
            spent = self.hours[hour][agent]
            spent.at_work += length
            spent.busy += length if presence in BUSY else 0


def _by_hour(start: Millis, end: Millis) -> Iterator[tuple[int, Millis]]:
    while start < end:
        hour = start // HOUR_MS
        part = min(end, (hour + 1) * HOUR_MS) - start
        yield hour, part
        start += part
