"""Agents and waiting callers: who gets whom, and why.

Rules: the first in line whom somebody free can serve is served next; among the free agents with every needed skill the
longest idle one gets the call. An agent's own wish (pause, off) always wins over what the floor would like.
"""

from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from router.core.errors import IllegalMove, RequestRefused
from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    HoldRequested,
    OfferAccepted,
    OfferDeclined,
    ResumeRequested,
    TransferRequested,
    WrapUpFinished,
)
from router.core.house import Agent, OfferBy
from router.core.ids import AgentId, CallId, Millis
from router.core.messages import (
    AgentAsked,
    AgentAssigned,
    AgentFreed,
    AgentUnwanted,
    AgentWanted,
    NobodyFree,
    OfferFailed,
    OfferRefused,
    OfferTaken,
    ToCall,
    ToFloor,
    WrapUpEnded,
)
from router.core.skills import Needs, lacking, told
from router.core.view import Presence


@dataclass(slots=True, kw_only=True)
class Seat:
    """One agent on the floor. `doing` is OFFERED, TALKING or WRAP_UP while a call has the agent, else None."""

    agent: Agent
    intent: Presence = Presence.OFF
    reason: str = ""
    doing: Presence | None = None
    call: CallId | None = None
    since: Millis = 0
    idle_since: Millis = 0
    deadline: Millis | None = None  # end of the wrap-up
    leaving: bool = False  # no longer listed: gone once the present call is over

    @property
    def presence(self) -> Presence:
        """What everybody sees."""
        return self.doing or self.intent

    @property
    def free(self) -> bool:
        """Whether a call may be offered."""
        return self.doing is None and self.intent is Presence.AVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A caller's place in the line: by rank, then arrival, then the order of asking."""

    tier: int
    since: Millis  # queued, less the head start
    arrived: Millis
    number: int
    call: CallId = field(compare=False)
    needs: Needs = field(compare=False)


@dataclass(slots=True, kw_only=True)
class Floor:
    """All agents and all waiting callers."""

    seats: dict[AgentId, Seat] = field(default_factory=dict)
    line: list[Place] = field(default_factory=list)
    held: dict[CallId, Place] = field(default_factory=dict)  # places kept for callers being offered
    asked: int = 0

    def seat(self, agents: Mapping[AgentId, Agent], now: Millis) -> Sequence[ToCall]:
        """Seat the agents of a new configuration; one who is no longer listed leaves when the present call is over.

        Who waits for a skill that somebody free has learned is served.
        """
        for agent in agents.values():
            seat = self.seats.setdefault(agent.id, Seat(agent=agent, since=now))
            seat.agent, seat.leaving = agent, False
        for seat in [seat for known, seat in self.seats.items() if known not in agents]:
            seat.intent, seat.leaving = Presence.OFF, True
            self._see_off(seat)
        free = sorted((seat for seat in self.seats.values() if seat.free), key=_idleness)
        return [message for seat in free for message in self._serve(seat, now)]

    def feed(self, message: ToFloor | AgentEvent, now: Millis) -> Sequence[ToCall]:
        """Take one message in; what it means for the calls comes back. Raises `RequestRefused`, changing nothing."""
        if isinstance(message, AgentEvent):
            return _WISHES[type(message)](self, message, now)
        return _MESSAGES[type(message)](self, message, now)

    def due(self, agent: AgentId, now: Millis) -> Sequence[ToCall]:
        """The agent's wrap-up has reached its limit."""
        return self._end_wrap_up(self.seats[agent], now)

    def why_not(self, agent: AgentId, needs: Needs) -> str:
        """Why this agent cannot take a call with these needs; empty when it can."""
        seat = self.seats[agent]
        if missing := lacking(seat.agent, needs):
            return missing
        if seat.free:
            return ""
        return f"{seat.presence}, {seat.reason}" if seat.reason and seat.doing is None else str(seat.presence)

    # --- calls speak -----------------------------------------------------------------------------------------------

    def _wanted(self, message: AgentWanted, now: Millis) -> Sequence[ToCall]:
        self.asked += 1
        place = Place(
            tier=message.tier,
            since=message.queued - message.head_start_ms,
            arrived=message.arrived,
            number=self.asked,
            call=message.call,
            needs=message.queue.stages[0].needs,
        )
        if back := self._back_to(message, now):
            self.held[message.call] = place
            return back
        if seat := self._longest_idle(place.needs):
            return [self._offer(seat, place, now, f"longest idle with {told(place.needs)}")]
        insort(self.line, place)
        why = f"nobody free with {told(place.needs)}"
        return [NobodyFree(call=message.call, position=self.line.index(place) + 1, because=why)]

    def _back_to(self, message: AgentWanted, now: Millis) -> list[ToCall]:
        seat = self.seats.get(message.back_to) if message.back_to else None
        if seat is None or seat.intent is not Presence.AVAILABLE:
            return []
        wrapping = seat.doing is Presence.WRAP_UP and seat.call == message.call
        if not wrapping and not seat.free:
            return []
        ended = self._close_wrap_up(seat, now, counted=False) if wrapping else []
        return [*ended, self._reserve(seat, message.call, now, "back to the agent who transferred")]

    def _unwanted(self, message: AgentUnwanted, now: Millis) -> Sequence[ToCall]:
        self._leave_line(message.call)
        seat = self._seat_of(message.call, {Presence.OFFERED, Presence.TALKING})
        return self._release(seat, now) if seat else []

    def _failed(self, message: OfferFailed, now: Millis) -> Sequence[ToCall]:
        seat = self.seats[message.agent]
        if message.reason and seat.intent is Presence.AVAILABLE:
            seat.intent, seat.reason = Presence.PAUSED, message.reason
        return self._back_in_line(message.call, seat, now)

    def _taken(self, message: OfferTaken, now: Millis) -> Sequence[ToCall]:
        seat = self.seats[message.agent]
        self.held.pop(message.call, None)
        seat.doing, seat.since = Presence.TALKING, now
        return []

    def _freed(self, message: AgentFreed, now: Millis) -> Sequence[ToCall]:
        seat = self.seats[message.agent]
        seat.doing, seat.since, seat.deadline = Presence.WRAP_UP, now, now + message.limit
        return []

    # --- agents speak ----------------------------------------------------------------------------------------------

    def _log_in(self, event: AgentLoggedIn, now: Millis) -> Sequence[ToCall]:
        """Also the code for "available again": who is logged in resumes."""
        seat = self._listed(event)
        ended = self._close_wrap_up(seat, now) if seat.doing is Presence.WRAP_UP else []
        return [*ended, *self._intend(seat, Presence.AVAILABLE, "", now)]

    def _resume(self, event: AgentResumed, now: Millis) -> Sequence[ToCall]:
        seat = self._listed(event)
        if seat.intent is Presence.OFF:
            raise RequestRefused("You are not logged in. Log in first.")
        return self._log_in(AgentLoggedIn(agent=event.agent), now)

    def _pause(self, event: AgentPaused, now: Millis) -> Sequence[ToCall]:
        seat = self._seat(event)
        if seat.intent is Presence.OFF:
            raise RequestRefused("You are not logged in. Log in first.")
        return self._intend(seat, Presence.PAUSED, event.reason, now)

    def _log_out(self, event: AgentLoggedOut, now: Millis) -> Sequence[ToCall]:
        seat = self._seat(event)
        ended = self._close_wrap_up(seat, now) if seat.doing is Presence.WRAP_UP else []
        return [*ended, *self._intend(seat, Presence.OFF, "", now)]

    def _intend(self, seat: Seat, intent: Presence, reason: str, now: Millis) -> Sequence[ToCall]:
        was_free = seat.free
        seat.intent, seat.reason = intent, reason
        if seat.doing is None:
            seat.since = now
        if intent is not Presence.AVAILABLE:
            return self._refuse_offer(seat, reason or str(intent), now) if seat.doing is Presence.OFFERED else []
        if seat.free and not was_free:
            seat.idle_since = now
        return self._serve(seat, now)

    def _accept(self, event: OfferAccepted, now: Millis) -> Sequence[ToCall]:
        seat = self._engaged(event, Presence.OFFERED, "No call is offered to you now.")
        if seat.agent.offer_by is OfferBy.PHONE:
            raise RequestRefused("Your phone is ringing: answer it there.")
        return [AgentAsked(call=_call(seat), agent=event.agent, event=event)]

    def _decline(self, event: OfferDeclined, now: Millis) -> Sequence[ToCall]:
        seat = self._engaged(event, Presence.OFFERED, "No call is offered to you now.")
        seat.intent, seat.reason = Presence.PAUSED, "declined an offer"
        return self._refuse_offer(seat, "declined an offer", now)

    def _ask(self, event: AgentEvent, now: Millis) -> Sequence[ToCall]:
        seat = self._engaged(event, Presence.TALKING, "You are in no conversation now.")
        return [AgentAsked(call=_call(seat), agent=event.agent, event=event)]

    def _report(self, event: AdvertisingReported, now: Millis) -> Sequence[ToCall]:
        seat = self._seat(event)
        if seat.doing not in {Presence.TALKING, Presence.WRAP_UP}:
            raise RequestRefused("There is no call to report: you are neither in a conversation nor in wrap-up.")
        return [AgentAsked(call=_call(seat), agent=event.agent, event=event)]

    def _finish_wrap_up(self, event: WrapUpFinished, now: Millis) -> Sequence[ToCall]:
        return self._end_wrap_up(self._engaged(event, Presence.WRAP_UP, "You are not in wrap-up now."), now)

    # --- matching --------------------------------------------------------------------------------------------------

    def _longest_idle(self, needs: Needs) -> Seat | None:
        fit = (seat for seat in self.seats.values() if seat.free and not lacking(seat.agent, needs))
        return min(fit, key=_idleness, default=None)

    def _serve(self, seat: Seat, now: Millis) -> list[ToCall]:
        """Give a free agent the first caller in line whom this agent can serve."""
        if not seat.free:
            return []
        for place in self.line:
            if not lacking(seat.agent, place.needs):
                self.line.remove(place)
                return [self._offer(seat, place, now, f"first in line for {told(place.needs)}")]
        return []

    def _offer(self, seat: Seat, place: Place, now: Millis, because: str) -> AgentAssigned:
        self.held[place.call] = place
        return self._reserve(seat, place.call, now, because)

    def _reserve(self, seat: Seat, call: CallId, now: Millis, because: str) -> AgentAssigned:
        seat.doing, seat.call, seat.since = Presence.OFFERED, call, now
        by_desk = seat.agent.offer_by is OfferBy.DESK
        return AgentAssigned(
            call=call, agent=seat.agent.id, ring_ms=seat.agent.ring_ms, by_desk=by_desk, because=because
        )

    def _back_in_line(self, call: CallId, seat: Seat, now: Millis) -> list[ToCall]:
        """The caller takes the kept place again, the agent is released; then whoever fits is matched."""
        place = self.held.pop(call)
        insort(self.line, place)
        served = self._release(seat, now)
        if place not in self.line:
            return served
        if other := self._longest_idle(place.needs):
            self.line.remove(place)
            return [*served, self._offer(other, place, now, f"longest idle with {told(place.needs)}")]
        return [*served, NobodyFree(call=call, position=self.line.index(place) + 1, because="back in line")]

    def _refuse_offer(self, seat: Seat, reason: str, now: Millis) -> list[ToCall]:
        call = _call(seat)
        refused = OfferRefused(call=call, agent=seat.agent.id, reason=reason)
        return [refused, *self._back_in_line(call, seat, now)]

    def _release(self, seat: Seat, now: Millis) -> list[ToCall]:
        """The agent has no call any more; one who stayed free all along keeps the idle time."""
        spoke = seat.doing is not Presence.OFFERED
        seat.doing, seat.call, seat.deadline, seat.since = None, None, None, now
        if spoke:
            seat.idle_since = now
        self._see_off(seat)
        return self._serve(seat, now)

    def _close_wrap_up(self, seat: Seat, now: Millis, *, counted: bool = True) -> list[ToCall]:
        """One that the caller's return breaks off is not counted: the after-work is still to come."""
        ended = WrapUpEnded(call=_call(seat), agent=seat.agent.id, start=seat.since, end=now, counted=counted)
        seat.doing, seat.call, seat.deadline, seat.since, seat.idle_since = None, None, None, now, now
        self._see_off(seat)
        return [ended]

    def _end_wrap_up(self, seat: Seat, now: Millis) -> list[ToCall]:
        return [*self._close_wrap_up(seat, now), *self._serve(seat, now)]

    def _see_off(self, seat: Seat) -> None:
        if seat.leaving and seat.doing is None:
            del self.seats[seat.agent.id]

    # --- looking up ------------------------------------------------------------------------------------------------

    def _seat(self, event: AgentEvent) -> Seat:
        if (seat := self.seats.get(event.agent)) is None:
            raise RequestRefused(f"There is no agent {event.agent!r}.")
        return seat

    def _listed(self, event: AgentEvent) -> Seat:
        seat = self._seat(event)
        if seat.leaving:
            raise RequestRefused(f"There is no agent {event.agent!r}.")
        return seat

    def _engaged(self, event: AgentEvent, doing: Presence, otherwise: str) -> Seat:
        seat = self._seat(event)
        if seat.doing is not doing:
            raise RequestRefused(otherwise)
        return seat

    def _seat_of(self, call: CallId, doing: set[Presence]) -> Seat | None:
        return next((seat for seat in self.seats.values() if seat.call == call and seat.doing in doing), None)

    def _leave_line(self, call: CallId) -> None:
        self.held.pop(call, None)
        self.line = [place for place in self.line if place.call != call]


def _call(seat: Seat) -> CallId:
    if seat.call is None:
        raise IllegalMove(f"agent {seat.agent.id} is {seat.doing} without a call")
    return seat.call


def _idleness(seat: Seat) -> tuple[Millis, AgentId]:
    return seat.idle_since, seat.agent.id


_WISHES: Mapping[type[AgentEvent], Callable[[Floor, Any, Millis], Sequence[ToCall]]] = {
    AgentLoggedIn: Floor._log_in,
    AgentLoggedOut: Floor._log_out,
    AgentResumed: Floor._resume,
    AgentPaused: Floor._pause,
    OfferAccepted: Floor._accept,
    OfferDeclined: Floor._decline,
    HoldRequested: Floor._ask,
    ResumeRequested: Floor._ask,
    TransferRequested: Floor._ask,
    AdvertisingReported: Floor._report,
    WrapUpFinished: Floor._finish_wrap_up,
}

_MESSAGES: Mapping[type[ToFloor], Callable[[Floor, Any, Millis], Sequence[ToCall]]] = {
    AgentWanted: Floor._wanted,
    AgentUnwanted: Floor._unwanted,
    OfferFailed: Floor._failed,
    OfferTaken: Floor._taken,
    AgentFreed: Floor._freed,
}
