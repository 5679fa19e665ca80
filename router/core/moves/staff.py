"""The client's staff: calls straight through, and an agent's blind transfer with its way back."""

from collections.abc import Callable

from router.core.commands import HangUp, PutThrough, RingStaff
from router.core.events import CallerReturned, CommandFailed, Failure, LegAnswered, LegEnded
from router.core.house import Staff
from router.core.ids import LegId, Millis, staff_leg
from router.core.live_call import LiveCall, Out
from router.core.messages import DeadlinePassed
from router.core.moves.bridge import connect
from router.core.moves.ending import served
from router.core.record import Part, PartKind
from router.core.view import Phase

BUSY = 17  # Q.850
RETURN_MS = 5_000  # after the ring, for the caller's way back; long after the dialplan has given up waiting for us


def try_staff(call: LiveCall, staff: Staff, phase: Phase, now: Millis) -> Out:
    """Call the first of the person's numbers."""
    call.staff, call.numbers_left = staff, staff.numbers
    return _try_next(call, staff, phase, now)


def _try_next(call: LiveCall, staff: Staff, phase: Phase, now: Millis) -> Out:
    number, *left = call.numbers_left
    call.numbers_left = tuple(left)
    call.attempts += 1
    leg = call.staff_leg = staff_leg(call.id, call.attempts)
    note = call.note(now, "staff", staff.id, f"rings at {number}")
    if phase is Phase.DIRECT:
        return [note, _hand_over(call, staff, leg, number, now)]
    call.enter(phase, now, now + staff.ring_ms)
    ring = RingStaff(
        call=call.id,
        leg=leg,
        number=number,
        trunk=_trunk(call),
        caller_id=_shown(call),
        called_back=call.called_back,
    )
    return [note, ring]


def _hand_over(call: LiveCall, staff: Staff, leg: LegId, number: str, now: Millis) -> PutThrough:
    """The dialplan lets the caller hear the ringing tone, counts the ring's time, and tells of its end."""
    call.handed = call.ringing = True
    call.enter(Phase.DIRECT, now, now + staff.ring_ms + RETURN_MS)
    return PutThrough(
        call=call.id,
        leg=leg,
        number=number,
        trunk=_trunk(call),
        caller_id=_shown(call),
        ring_ms=staff.ring_ms,
    )


def _trunk(call: LiveCall) -> str:
    return call.client.trunk if call.client else ""


def _shown(call: LiveCall) -> str:
    if call.client is None:
        return ""
    return call.caller if call.caller and call.client.shows_caller else call.client.caller_id


def through(call: LiveCall, event: LegAnswered, now: Millis) -> Out:
    """The staff member answered: caller and staff are connected, no agent is in the call.

    An answer that was heard late connects them only now; the dialplan needs nobody to hear it.
    """
    call.through_since = now if event.heard is None or call.handed else max(now, event.heard)
    call.enter(Phase.THROUGH, now)
    note = call.note(now, "staff", "answered")
    if call.handed:
        call.answered = now  # together with the caller, by the dialplan
        return [note]
    return [note, *connect(call, event.leg, now)]


def silent(
    call: LiveCall,
    event: LegEnded | CallerReturned | CommandFailed | DeadlinePassed,
    now: Millis,
    otherwise: Callable[..., Out],
) -> Out:
    """The number did not answer: the next one, and after the last `otherwise`."""
    out = _drop_leg(call) if may_ring(event) and not call.handed else []
    call.staff_leg, call.handed, call.ringing = None, False, call.ringing and not call.handed
    if isinstance(event, CommandFailed) and event.detail:
        out.append(call.note(now, "staff", event.failure, event.detail))
    if call.staff and call.numbers_left:
        return [*out, *_try_next(call, call.staff, call.phase, now)]
    call.staff = None
    return [*out, call.note(now, "staff", outcome_of(event)), *otherwise(call, now)]


def outcome_of(event: LegEnded | CallerReturned | CommandFailed | DeadlinePassed) -> str:
    """In a word or two, why nobody answers."""
    return "busy" if isinstance(event, LegEnded | CallerReturned) and event.cause == BUSY else "no answer"


def may_ring(event: LegEnded | CallerReturned | CommandFailed | DeadlinePassed) -> bool:
    """Whether a leg that will not be answered may ring all the same: what Asterisk did not confirm may yet come."""
    if isinstance(event, CommandFailed):
        return event.failure is not Failure.FORBIDDEN
    return not isinstance(event, LegEnded)


def _drop_leg(call: LiveCall) -> Out:
    return [HangUp(call=call.id, leg=call.staff_leg)] if call.staff_leg else []


def end_through(call: LiveCall, now: Millis) -> None:
    """The stretch with the staff member is over."""
    if call.through_since is not None and call.staff is not None:
        since = min(call.through_since, now)  # one may hang up before the two were brought together
        part = Part(kind=PartKind.THROUGH, start=since, end=now, staff=call.staff.id)
        call.parts.append(part)
    call.through_since = None


def limit_reached(call: LiveCall, message: DeadlinePassed, now: Millis) -> Out:
    """The conversation with staff has lasted as long, or cost as much, as it may."""
    end_through(call, now)
    note = call.note(now, "staff", "limit reached", "the client's limits of calls to staff")
    return [note, HangUp(call=call.id, leg=call.leg), *served(call, "transfer_limit_reached", now)]
