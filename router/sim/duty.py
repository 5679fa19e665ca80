"""When agents are at work: by their teams' hours, or so many in each hour."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from router.core.events import AgentLoggedIn, AgentLoggedOut, AgentPaused, Event
from router.core.hours import Hours
from router.core.house import Agent, House
from router.core.ids import AgentId, Millis
from router.core.view import Presence, SeatView

MINUTE_MS: Millis = 60_000
HOUR_MS: Millis = 3_600_000
Duty = list[tuple[Millis, Event]]  # in the order of time


def by_teams(agents: Iterable[Agent], begins: Millis, ends: Millis) -> Duty:
    """These agents are at work in their team's hours, and without such hours always."""
    opened: dict[str, list[tuple[Millis, bool]]] = {}
    duty: Duty = []
    for agent in agents:
        hours = agent.team.hours if agent.team else None
        if hours is None:
            duty.append((begins, AgentLoggedIn(agent=agent.id)))
        else:
            changes = opened.setdefault(str(agent.team), list(_changes(hours, begins, ends)))
            duty += [(at, _event(agent.id, comes=is_open)) for at, is_open in changes]
    return sorted(duty, key=_instant)


def as_recorded(seats: Iterable[SeatView], begins: Millis) -> Duty:
    """As agents came, paused and went: the wishes behind the recorded changes of their seats, in the order of time."""
    intents: dict[AgentId, Presence] = {}
    duty: Duty = []
    for seat in seats:
        before = intents.get(seat.agent, Presence.OFF)
        if before is not seat.intent:
            duty += [(max(begins, seat.at), wish) for wish in _wishes(seat, before)]
        intents[seat.agent] = seat.intent
    return duty


def _wishes(seat: SeatView, before: Presence) -> Iterator[Event]:
    if seat.intent is Presence.OFF:
        yield AgentLoggedOut(agent=seat.agent)
    elif before is Presence.OFF or seat.intent is Presence.AVAILABLE:
        yield AgentLoggedIn(agent=seat.agent)
    if seat.intent is Presence.PAUSED:
        yield AgentPaused(agent=seat.agent, reason=seat.reason)


def everybody(house: House, begins: Millis) -> Duty:
    """All agents, all the time (the floor still keeps their teams' hours)."""
    return [(begins, AgentLoggedIn(agent=agent)) for agent in house.agents]


def by_hour(agents: Sequence[AgentId], counts: Mapping[int, int], begins: Millis) -> Duty:
    """The first `counts[hour]` of the agents in each hour after the beginning; none in an hour that is left out."""
    duty: Duty = []
    for hour in range(max(counts, default=0) + 2):
        before, now = counts.get(hour - 1, 0), counts.get(hour, 0)
        at = begins + hour * HOUR_MS
        duty += [(at, _event(agent, comes=True)) for agent in agents[before:now]]
        duty += [(at, _event(agent, comes=False)) for agent in agents[now:before]]
    return duty


def _changes(hours: Hours, begins: Millis, ends: Millis) -> Iterator[tuple[Millis, bool]]:
    """Looked at once a minute, which is as fine as hours are written."""
    was = False
    for at in range(begins, ends, MINUTE_MS):
        if (now := hours.open_at(at)) != was:
            was = now
            yield at, now


def _event(agent: AgentId, *, comes: bool) -> Event:
    return AgentLoggedIn(agent=agent) if comes else AgentLoggedOut(agent=agent)


def _instant(entry: tuple[Millis, Event]) -> Millis:
    return entry[0]
