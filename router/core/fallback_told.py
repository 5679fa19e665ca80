"""What Asterisk recorded of one call in the dialplan's fallback, put together to what happened.

Lines may come late, twice, in any order between legs, or not at all. What is not told is not made up: a conversation
needs both sides to have met, begins with the answer, and ends with the first sign of its end, or else with the last
thing that was told at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from router.core.events import CallerArrived, FallbackServed
from router.core.ids import AgentId, CallId, LegId, Millis, call_of
from router.core.record import Part, PartKind


class Mark(StrEnum):
    """What one line tells of one leg."""

    STARTED = "started"
    SERVED = "served"  # the fallback took the caller
    HANDED_ON = "handed_on"  # the router had the caller, and let go
    ANNOUNCED = "announced"  # the announcement is about to be played
    ANSWERED = "answered"
    MET = "met"  # came together with the other side
    PARTED = "parted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line. `endpoint` is whose phone or trunk the leg is; `queued` says that the queue of agents rang it;
    `arrived` comes with SERVED and is how the call would have been handed to the router, if the dialplan knew it."""

    mark: Mark
    at: Millis
    call: CallId
    leg: LegId
    endpoint: str = ""
    queued: bool = False
    arrived: CallerArrived | None = None


def is_over(lines: Iterable[Told]) -> bool:
    """Whether every leg that is known of has ended, the caller's among them."""
    legs: set[LegId] = set()
    ended: set[LegId] = set()
    for line in lines:
        (ended if line.mark is Mark.ENDED else legs).add(line.leg)
    return bool(legs) and legs <= ended


def speaking(lines: Sequence[Told]) -> AgentId | None:
    """The agent who speaks with the caller, as far as is told."""
    ended = {line.leg for line in lines if line.mark in {Mark.ENDED, Mark.PARTED}}
    met = [line for line in lines if line.mark is Mark.MET and line.queued and line.leg not in ended]
    return AgentId(met[0].endpoint) if met else None


def assembled(told: Iterable[Told], *, whole: bool = True) -> FallbackServed | None:
    """What happened; None without the line by which the fallback took the caller. `whole` False: no more will come."""
    lines = sorted(set(told), key=lambda line: line.at)
    served = next((line for line in lines if line.mark is Mark.SERVED), None)
    if served is None:
        return None
    caller = [line for line in lines if line.leg == served.leg]
    others = {line.leg for line in lines} - {served.leg}
    talks = [_talk([line for line in lines if line.leg == leg], caller) for leg in sorted(others)]
    ended = next(_at(caller, Mark.ENDED), None)
    handed_on = any(line.mark is Mark.HANDED_ON for line in lines)
    call = call_of(served.leg) or CallId(served.leg)
    arrived = served.arrived
    return FallbackServed(
        call=CallId(f"{call}-fallback") if handed_on else call,
        begun=call if handed_on else None,
        dialled=arrived.dialled if arrived else "",
        caller=arrived.caller if arrived else None,
        forwarded_by=arrived.forwarded_by if arrived else (),
        trunk=arrived.trunk if arrived else served.endpoint,
        arrived=caller[0].at,
        began=served.at,
        answered=next(_at(caller, Mark.ANSWERED), None),
        ended=lines[-1].at if ended is None else ended,
        parts=tuple(sorted((talk for talk in talks if talk), key=lambda part: part.start)),
        announced=any(line.mark is Mark.ANNOUNCED for line in lines),
        whole=whole and ended is not None,
    )


def _talk(leg: Sequence[Told], caller: Sequence[Told]) -> Part | None:
    """The conversation with whoever is on this leg."""
    answered = next(_at(leg, Mark.ANSWERED), None)
    met = next(_at(leg, Mark.MET), None)
    if met is None and answered is not None:
        met = next((at for at in _at(caller, Mark.MET) if at >= answered), None)
    if met is None:
        return None
    start = met if answered is None else min(answered, met)
    ends = [at for at in _at([*leg, *caller], Mark.PARTED, Mark.ENDED) if at >= start]
    agent = AgentId(leg[0].endpoint) if any(line.queued for line in leg) else None
    return Part(
        kind=PartKind.THROUGH if agent is None else PartKind.TALK,
        start=start,
        end=min(ends, default=max(start, leg[-1].at)),
        agent=agent,
    )


def _at(lines: Iterable[Told], *marks: Mark) -> Iterator[Millis]:
    return (line.at for line in lines if line.mark in marks)


class Assembly:
    """The calls in the fallback that are not over, as far as their lines have been read."""

    def __init__(self) -> None:
        self._lines: dict[CallId, list[Told]] = {}
        self._quiet: set[CallId] = set()  # of whom nothing was told since the last look

    def tell(self, line: Told) -> None:
        """Take in one line; a line of another call is kept from the first one on that says that it is such a call."""
        if line.call in self._lines or line.mark in {Mark.STARTED, Mark.SERVED, Mark.HANDED_ON}:
            self._lines.setdefault(line.call, []).append(line)
            self._quiet.discard(line.call)

    def over(self) -> list[tuple[CallId, FallbackServed | None]]:
        """Calls that are over and of whom nothing more came since the last look; each once."""
        done = [call for call, lines in self._lines.items() if call in self._quiet and is_over(lines)]
        self._quiet = set(self._lines)
        return [(call, assembled(self._lines.pop(call))) for call in done]

    def unheard(self) -> dict[CallId, frozenset[LegId]]:
        """The calls that are not over, with their legs that are still there, as far as is told."""
        return {call: _there(lines) for call, lines in self._lines.items() if call in self._quiet}

    def cut_off(self, call: CallId) -> FallbackServed | None:
        """What is known of a call of whom nothing more will be told."""
        return assembled(self._lines.pop(call, ()), whole=False)

    def agents(self) -> frozenset[AgentId]:
        """Who speaks with a caller of the fallback now."""
        return frozenset(agent for lines in self._lines.values() if (agent := speaking(lines)) is not None)


def _there(lines: Sequence[Told]) -> frozenset[LegId]:
    gone = {line.leg for line in lines if line.mark is Mark.ENDED}
    return frozenset(line.leg for line in lines) - gone
