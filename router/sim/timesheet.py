"""How agents spent their time, hour by hour, as the floor itself has told it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from router.core.ids import AgentId, Millis
from router.core.view import Presence, SeatView
from router.sim.duty import HOUR_MS

BUSY = frozenset({Presence.OFFERED, Presence.TALKING, Presence.WRAP_UP})
AT_WORK = BUSY | {Presence.AVAILABLE}


@dataclass(slots=True, kw_only=True)
class Timesheet:
    """Milliseconds by agent, hour after `begins`, and presence."""

    begins: Millis
    spent: dict[tuple[AgentId, int, Presence], Millis] = field(default_factory=lambda: defaultdict(int))
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
        busy, at_work = self._sum(BUSY, agents, hour), self._sum(AT_WORK, agents, hour)
        return busy / at_work if at_work else None

    def on_duty(self, hour: int) -> float:
        """How many agents were at work on average in that hour."""
        return self._sum(AT_WORK, None, hour) / HOUR_MS

    def _sum(self, presences: Collection[Presence], agents: Collection[AgentId] | None, hour: int | None) -> Millis:
        return sum(
            spent
            for (agent, at, presence), spent in self.spent.items()
            if presence in presences and (agents is None or agent in agents) and (hour is None or at == hour)
        )

    def _book(self, agent: AgentId, until: Millis) -> None:
        since, presence = self.standing.get(agent, (until, Presence.OFF))
        if presence is Presence.OFF:
            return
        for hour, length in _by_hour(since - self.begins, until - self.begins):
            self.spent[agent, hour, presence] += length


def _by_hour(start: Millis, end: Millis) -> Iterator[tuple[int, Millis]]:
    while start < end:
        hour = start // HOUR_MS
        part = min(end, (hour + 1) * HOUR_MS) - start
        yield hour, part
        start += part
