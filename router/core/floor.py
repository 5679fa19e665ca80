"""Agents and waiting callers, as calls and agents speak to them: one message in, its answers out.

Who gets whom, and why, is `matching.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from router.core.commands import Command
from router.core.errors import RequestRefused
from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    CallTaken,
    ConsultCompleted,
    ConsultEnded,
    ConsultRequested,
    HoldRequested,
    MuteRequested,
    OfferAccepted,
    OfferDeclined,
    ParkedTaken,
    ParkRequested,
    PassRequested,
    ResumeRequested,
    ThreeRequested,
    TransferRequested,
    UnmuteRequested,
    WrapUpFinished,
)
from router.core.expected import Pace, expected_wait
from router.core.house import House, OfferBy
from router.core.ids import AgentId, CallId, Millis, TeamId
from router.core.line import Place
from router.core.matching import RELAXED, TURNED, WRAPPED_UP, Matching
from router.core.messages import (
    AgentAsked,
    AgentFreed,
    AgentUnwanted,
    AgentWanted,
    CallParked,
    OfferFailed,
    OfferTaken,
    PlaceAsked,
    PlaceTold,
    QueueFull,
    ToCall,
    ToFloor,
)
from router.core.seats import Seat, place_of, why_not
from router.core.skills import Needs
from router.core.timers import Due
from router.core.view import Presence

TIER_RETURNED = 0  # who has been spoken with already, and is never turned away


@dataclass(slots=True, kw_only=True)
class Floor(Matching):
    """All agents and all waiting callers."""

    def adopt(self, house: House, now: Millis) -> Sequence[ToCall | Command]:
        """Work by a new configuration. Who waits for a skill that somebody free has learned is served."""
        return self._told(self._furnish(house, now), now)

    def feed(self, message: ToFloor | AgentEvent, now: Millis) -> Sequence[ToCall | Command]:
        """Take one message in; what it means for the calls comes back. Raises `RequestRefused`, changing nothing."""
        if isinstance(message, AgentEvent):
            return self._told(_WISHES[type(message)](self, message, now), now)
        return self._told(_MESSAGES[type(message)](self, message, now), now)

    def expire(self, due: Due) -> Sequence[ToCall | Command]:
        """A deadline of `timers` has come: a wrap-up's limit, a stage of needs, a team's hours."""
        now, name = due.at, due.name
        if due.kind == WRAPPED_UP:
            return self._told(self._end_wrap_up(self.seats[AgentId(name)], now), now)
        if due.kind == RELAXED:
            return self._told(self._relax(CallId(name), now), now)
        return self._told(self._turn_of_hours(TeamId(name), now), now)

    def why_not(self, agent: AgentId, needs: Needs, now: Millis) -> str:
        """Why this agent cannot take a call with these needs; empty when it can."""
        seat = self.seats[agent]
        return why_not(seat.view(now), seat.agent, needs, now)

    def _told(self, out: Sequence[ToCall], now: Millis) -> Sequence[ToCall | Command]:
        return [*out, *self._presences(now)] if self._changed else out

    # --- calls speak -----------------------------------------------------------------------------------------------

    def _wanted(self, message: AgentWanted, now: Millis) -> Sequence[ToCall]:
        self._forget(message.call)
        place = self._place(message, now)
        if special := self._by_name(message, place, now):
            return special
        if offered := self._seek(place, now):
            return [offered]
        line = self._index.queue(place.queue.id).waiting
        most = place.queue.max_waiting
        if most is not None and len(line) >= most and place.tier != TIER_RETURNED and not message.again:
            return [QueueFull(call=place.call, because=f"{len(line)} wait already, {most} may")]
        self._enter_line(place)
        return [self._waits(place, f"nobody free with {self._group(place).told}")]

    def _place(self, message: AgentWanted, now: Millis) -> Place:
        self.asked += 1
        place = Place(
            call=message.call,
            queue=message.queue,
            tier=message.tier,
            queued=message.queued,
            head_start_ms=message.head_start_ms,
            arrived=message.arrived,
            number=self.asked,
            client=message.client,
            caller=message.caller,
        )
        place.advance(now)
        place.passed = self._index.behind(place)
        return place

    def _by_name(self, message: AgentWanted, place: Place, now: Millis) -> list[ToCall]:
        """The agent whose transfer failed, or to whom the call is passed, while that one is there for it."""
        only = self.seats.get(message.only) if message.only else None
        if only and self._roster.open_to(only) and _may(only, place):
            return [self._offer(only, place, now, "passed to this agent")]
        back = self.seats.get(message.back_to) if message.back_to else None
        if back is None or back.intent is not Presence.AVAILABLE or not _may(back, place):
            return []
        wrapping = _wraps_up(back, message.call)
        if not wrapping and not self._roster.open_to(back):
            return []
        ended = self._close_wrap_up(back, now, counted=False) if wrapping else []
        return [*ended, self._offer(back, place, now, "back to the agent who transferred")]

    def _unwanted(self, message: AgentUnwanted, now: Millis) -> Sequence[ToCall]:
        self._forget(message.call)
        seat = self._engaged.get(message.call)
        return self._release(seat, now) if seat else []

    def _forget(self, call: CallId) -> None:
        """The call waits nowhere any more."""
        self.parked.pop(call, None)
        if place := self.waiting.get(call):
            self._leave_line(place)

    def _failed(self, message: OfferFailed, now: Millis) -> Sequence[ToCall]:
        seat = self.seats[message.agent]
        if message.reason and seat.intent is Presence.AVAILABLE:
            seat.intent, seat.reason = Presence.PAUSED, message.reason
        return self._back_in_line(seat, now)

    def _taken(self, message: OfferTaken, now: Millis) -> Sequence[ToCall]:
        seat = self.seats[message.agent]
        self._index.rings(place_of(seat), on=False)
        self.timers.set(RELAXED, message.call, None)
        seat.doing, seat.since = Presence.TALKING, now
        self._note(seat)
        return []

    def _freed(self, message: AgentFreed, now: Millis) -> Sequence[ToCall]:
        seat = self.seats[message.agent]
        self.last_agents.remember(place_of(seat), message.agent, now)
        self._engaged.pop(message.call, None)
        seat.doing, seat.since, seat.deadline = Presence.WRAP_UP, now, now + message.limit
        self.timers.set(WRAPPED_UP, message.agent, seat.deadline)
        self._note(seat)
        return []

    def _asked(self, message: PlaceAsked, now: Millis) -> Sequence[ToCall]:
        place = self.waiting.get(message.call)
        if place is None:
            return []
        group = self._group(place)
        before = sum(count * self._roster.taken_by(others, group) for others, count in self._index.groups_before(place))
        pace = self.paces.get(place.queue.id) or Pace()
        low, high = expected_wait(before + 1, self._roster.on_duty_for(group), pace) or (None, None)
        return [PlaceTold(call=message.call, position=self._index.position(place), low_ms=low, high_ms=high)]

    def _parked(self, message: CallParked, now: Millis) -> Sequence[ToCall]:
        wanted = AgentWanted(
            call=message.call,
            queue=message.queue,
            tier=TIER_RETURNED,
            arrived=message.arrived,
            queued=now,
            head_start_ms=message.head_start_ms,
            client=message.client,
            caller=message.caller,
        )
        self._forget(message.call)
        self.parked[message.call] = self._place(wanted, now)
        return []

    # --- agents speak of themselves --------------------------------------------------------------------------------

    def _log_in(self, event: AgentLoggedIn, now: Millis) -> Sequence[ToCall]:
        """Also the code for "available again": who is logged in resumes."""
        seat = self._listed(event.agent)
        ended = self._close_wrap_up(seat, now) if seat.doing is Presence.WRAP_UP else []
        return [*ended, *self._intend(seat, Presence.AVAILABLE, "", now)]

    def _resume(self, event: AgentResumed, now: Millis) -> Sequence[ToCall]:
        if self._listed(event.agent).intent is Presence.OFF:
            raise RequestRefused("You are not logged in. Log in first.")
        return self._log_in(AgentLoggedIn(agent=event.agent), now)

    def _pause(self, event: AgentPaused, now: Millis) -> Sequence[ToCall]:
        seat = self._seat(event.agent)
        if seat.intent is Presence.OFF:
            raise RequestRefused("You are not logged in. Log in first.")
        return self._intend(seat, Presence.PAUSED, event.reason, now)

    def _log_out(self, event: AgentLoggedOut, now: Millis) -> Sequence[ToCall]:
        seat = self._seat(event.agent)
        ended = self._close_wrap_up(seat, now) if seat.doing is Presence.WRAP_UP else []
        return [*ended, *self._intend(seat, Presence.OFF, "", now)]

    def _intend(self, seat: Seat, intent: Presence, reason: str, now: Millis) -> Sequence[ToCall]:
        was_free = seat.free
        seat.intent, seat.reason = intent, reason
        if seat.doing is None:
            seat.since = now
        if seat.free and not was_free:
            seat.idle_since = now
        if (team := seat.agent.team) and team.hours and not self.timers.armed_at(TURNED, team.id):
            self._look_at(team, now)
        self._note(seat)
        if intent is not Presence.AVAILABLE and seat.doing is Presence.OFFERED:
            return self._refuse_offer(seat, reason or str(intent), now)
        return self._serve(seat, now)

    def _accept(self, event: OfferAccepted, now: Millis) -> Sequence[ToCall]:
        seat = self._busy(event, Presence.OFFERED, "No call is offered to you now.")
        if seat.agent.offer_by is OfferBy.PHONE:
            raise RequestRefused("Your phone is ringing: answer it there.")
        return _ask(seat, event)

    def _decline(self, event: OfferDeclined, now: Millis) -> Sequence[ToCall]:
        seat = self._busy(event, Presence.OFFERED, "No call is offered to you now.")
        if seat.intent is Presence.AVAILABLE:
            seat.intent, seat.reason = Presence.PAUSED, "declined an offer"
        return self._refuse_offer(seat, "declined an offer", now)

    def _finish_wrap_up(self, event: WrapUpFinished, now: Millis) -> Sequence[ToCall]:
        return self._end_wrap_up(self._busy(event, Presence.WRAP_UP, "You are not in wrap-up now."), now)

    # --- agents speak of calls -------------------------------------------------------------------------------------

    def _ask(self, event: AgentEvent, now: Millis) -> Sequence[ToCall]:
        return _ask(self._busy(event, Presence.TALKING, "You are in no conversation now."), event)

    def _report(self, event: AdvertisingReported, now: Millis) -> Sequence[ToCall]:
        seat = self._seat(event.agent)
        if seat.doing not in {Presence.TALKING, Presence.WRAP_UP}:
            raise RequestRefused("There is no call to report: you are neither in a conversation nor in wrap-up.")
        return _ask(seat, event)

    def _pass(self, event: PassRequested, now: Millis) -> Sequence[ToCall]:
        """Refused before the conversation is touched, if nobody could take it over."""
        seat = self._busy(event, Presence.TALKING, "You are in no conversation now.")
        if event.to_queue is not None and event.to_queue not in self.queues:
            raise RequestRefused(f"There is no queue {event.to_queue!r}.")
        if event.to_agent is not None:
            self._passable(event.to_agent, place_of(seat).needs.pledge, now)
        return _ask(seat, event)

    def _passable(self, to: AgentId, pledge: bool, now: Millis) -> None:
        other = self._listed(to)
        if why := why_not(other.view(now), other.agent, Needs(pledge=pledge), now):
            raise RequestRefused(f"{other.agent.name} cannot take the call: {why}.")

    def _take(self, event: CallTaken, now: Millis) -> Sequence[ToCall]:
        """Out of turn: a named call needs no skills of an agent who asks for it, but the pledge."""
        seat = self._idle(event.agent)
        if event.call is None:
            found = self._first_for(seat)
            if found is None:
                raise RequestRefused("Nobody waits whom you could serve.")
            place = found[0]
        elif (waits := self.waiting.get(event.call)) is None:
            raise RequestRefused("That call does not wait (any more).")
        else:
            place = waits
        _must(seat, place)
        self._leave_line(place)
        return [self._offer(seat, place, now, "taken out of turn", asked_for=True)]

    def _take_parked(self, event: ParkedTaken, now: Millis) -> Sequence[ToCall]:
        call = event.call or next((call for call, place in self.parked.items() if self._can(event, place)), None)
        place = self.parked.get(call) if call else None
        if place is None:
            raise RequestRefused("That call is not parked (any more)." if event.call else "No call is parked for you.")
        seat = self._idle(event.agent, place.call)
        _must(seat, place)
        ended = self._close_wrap_up(seat, now, counted=False) if seat.doing is Presence.WRAP_UP else []
        del self.parked[place.call]
        place.advance(now)
        place.passed = self._index.behind(place)
        return [*ended, self._offer(seat, place, now, "taken up from the park", asked_for=True)]

    def _can(self, event: ParkedTaken, place: Place) -> bool:
        return _may(self._seat(event.agent), place)

    # --- looking up ------------------------------------------------------------------------------------------------

    def _seat(self, agent: AgentId) -> Seat:
        if (seat := self.seats.get(agent)) is None:
            raise RequestRefused(f"There is no agent {agent!r}.")
        return seat

    def _listed(self, agent: AgentId) -> Seat:
        seat = self._seat(agent)
        if seat.leaving:
            raise RequestRefused(f"There is no agent {agent!r}.")
        return seat

    def _idle(self, agent: AgentId, unless: CallId | None = None) -> Seat:
        """Someone at work, be it in a pause, who has no call, or but the after-work of this one."""
        seat = self._listed(agent)
        if seat.intent is Presence.OFF:
            raise RequestRefused("You are not logged in. Log in first.")
        if seat.doing is not None and not (unless and _wraps_up(seat, unless)):
            raise RequestRefused("You have a call already: end it first, and its after-work.")
        return seat

    def _busy(self, event: AgentEvent, doing: Presence, otherwise: str) -> Seat:
        seat = self._seat(event.agent)
        if seat.doing is not doing:
            raise RequestRefused(otherwise)
        return seat


def _ask(seat: Seat, event: AgentEvent) -> Sequence[ToCall]:
    return [AgentAsked(call=place_of(seat).call, agent=event.agent, event=event)]


def _wraps_up(seat: Seat, call: CallId) -> bool:
    return seat.doing is Presence.WRAP_UP and seat.call == call


def _may(seat: Seat, place: Place) -> bool:
    return seat.agent.pledged or not place.needs.pledge


def _must(seat: Seat, place: Place) -> None:
    if not _may(seat, place):
        raise RequestRefused("This client's calls need a pledge of secrecy, which you have not made.")


_WISHES: Mapping[type[AgentEvent], Callable[[Floor, Any, Millis], Sequence[ToCall]]] = {
    AgentLoggedIn: Floor._log_in,
    AgentLoggedOut: Floor._log_out,
    AgentResumed: Floor._resume,
    AgentPaused: Floor._pause,
    OfferAccepted: Floor._accept,
    OfferDeclined: Floor._decline,
    HoldRequested: Floor._ask,
    ResumeRequested: Floor._ask,
    MuteRequested: Floor._ask,
    UnmuteRequested: Floor._ask,
    TransferRequested: Floor._ask,
    ConsultRequested: Floor._ask,
    ThreeRequested: Floor._ask,
    ConsultEnded: Floor._ask,
    ConsultCompleted: Floor._ask,
    ParkRequested: Floor._ask,
    PassRequested: Floor._pass,
    CallTaken: Floor._take,
    ParkedTaken: Floor._take_parked,
    AdvertisingReported: Floor._report,
    WrapUpFinished: Floor._finish_wrap_up,
}

_MESSAGES: Mapping[type[ToFloor], Callable[[Floor, Any, Millis], Sequence[ToCall]]] = {
    AgentWanted: Floor._wanted,
    AgentUnwanted: Floor._unwanted,
    OfferFailed: Floor._failed,
    OfferTaken: Floor._taken,
    AgentFreed: Floor._freed,
    PlaceAsked: Floor._asked,
    CallParked: Floor._parked,
}
