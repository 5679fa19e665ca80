"""The end of a caller's patience, or of ours: what follows when no agent was found in time, step after step.

The steps are those of the client's own queue. Each is tried once and in order, also when the caller waits on elsewhere
meanwhile; after the last one the call is over. No agent who could serve the caller is free then: the floor would have
offered the call.
"""

from router.core.commands import HangUp, Reject
from router.core.events import AnnouncementEnded, CommandFailed, LegEnded
from router.core.ids import Millis, QueueId, StaffId
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentUnwanted, DeadlinePassed, QueueFull
from router.core.moves import hearing, message, passing
from router.core.moves.bridge import announce, announcement_over, comfort, start_music, stop_announcement
from router.core.moves.ending import ending_of, finish
from router.core.moves.staff import silent, try_staff
from router.core.moves.waiting import seek, wait_at_most
from router.core.queue import Overflow, Say, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.record import Ending, EndingClass
from router.core.refusal import Refusal
from router.core.route import reach
from router.core.view import Phase

ANSWER_MS = 10_000  # after the question whether a message may be recorded, to press the key


def time_up(call: LiveCall, event: DeadlinePassed, now: Millis) -> Out:
    """Something is due while the caller waits: news of the place in line, or the end of the longest wait."""
    if call.wait_until is None or now < call.wait_until:
        return hearing.due(call, now)
    if call.back_to is not None:
        return passing.nobody_took(call, now)
    return _begin(call, "longest_wait_reached", "longest wait reached", now)


def full(call: LiveCall, event: QueueFull, now: Millis) -> Out:
    """The caller may not wait in this queue."""
    if call.back_to is not None:
        return passing.nobody_took(call, now)
    return _begin(call, "queue_full", event.because, now)


def _begin(call: LiveCall, reason: str, because: str, now: Millis) -> Out:
    call.overflowed = reason
    call.by_key = False
    call.overflow_left = call.queue.overflow if call.overflow_left is None else call.overflow_left
    return [call.note(now, "overflow", reason, because), AgentUnwanted(call=call.id), *next_step(call, now)]


def next_step(call: LiveCall, now: Millis) -> Out:
    """Do what is to be done next."""
    step, *left = call.overflow_left or (TurnAway(),)
    call.overflow_left = tuple(left)
    return [call.note(now, "overflow", _name(step)), *_do(call, step, now)]


def _name(step: Overflow) -> str:
    match step:
        case ToQueue(queue=queue):
            return f"to queue {queue}"
        case ToStaff(staff=staff):
            return f"to staff {staff}"
        case TakeMessage():
            return "message"
        case Say(text=text) if text:
            return "announcement"
        case _:
            return "turned away"


def _do(call: LiveCall, step: Overflow, now: Millis) -> Out:
    match step:
        case ToQueue(queue=queue, max_wait_ms=limit):
            return _wait_elsewhere(call, queue, limit, now)
        case ToStaff(staff=staff):
            return _ring_staff(call, staff, now)
        case TakeMessage():
            return message.ask(call, step, now)
        case Say(text=text) if text:
            call.ending = _ending(call)
            return announce(call, Phase.ANNOUNCING, now, text=text)
        case TurnAway(refusal=refusal):
            return _turn_away(call, refusal, now)
        case _:
            return _turn_away(call, Refusal.BUSY, now)


def _wait_elsewhere(call: LiveCall, queue_id: QueueId, limit: Millis, now: Millis) -> Out:
    """The time waited so far counts there as well."""
    queue = call.house.queues.get(queue_id)
    if queue is None:
        return [call.note(now, "overflow", "no such queue", queue_id), *next_step(call, now)]
    call.queue = passing.pledged(queue, call.client)
    wait_at_most(call, now, limit)
    return seek(call, now)


def _ring_staff(call: LiveCall, staff_id: StaffId, now: Millis) -> Out:
    if call.client is None:
        return next_step(call, now)
    staff, because = reach(call.client, staff_id, now, vip=call.vip, asked_by_client=True)
    if staff is None:
        return [call.note(now, "overflow", "staff not reachable", because), *next_step(call, now)]
    return [*comfort(call), *try_staff(call, staff, Phase.OVERFLOWING, now)]


def heard(call: LiveCall, event: AnnouncementEnded | CommandFailed, now: Millis) -> Out:
    """What was told last while the caller waited ends while staff are rung: music again."""
    return announcement_over(call)


def staff_silent(call: LiveCall, event: LegEnded | CommandFailed | DeadlinePassed, now: Millis) -> Out:
    """Nobody of the client's staff answered: the next step."""
    return silent(call, event, now, next_step)


def asked(call: LiveCall, event: AnnouncementEnded | CommandFailed, now: Millis) -> Out:
    """The question was put: some time to press the key. To one that could not be put nobody can consent."""
    out = announcement_over(call)
    if isinstance(event, CommandFailed) or not event.played:
        return [*out, *_unconsented(call, "the question could not be put", now)]
    call.deadline = now + ANSWER_MS
    return out


def unconsented(call: LiveCall, event: DeadlinePassed, now: Millis) -> Out:
    """No key was pressed; or nobody told of the question's end."""
    return [*stop_announcement(call), *start_music(call), *_unconsented(call, "no key was pressed", now)]


def _unconsented(call: LiveCall, because: str, now: Millis) -> Out:
    """Nothing is recorded: the caller waits on, or what is left to do is done."""
    note = call.note(now, "message", "no consent", because)
    if not call.by_key:
        return [note, *next_step(call, now)]
    call.by_key = False
    return [note, *seek(call, now, again=True)]


def _turn_away(call: LiveCall, refusal: Refusal, now: Millis) -> Out:
    if call.answered is None:
        return [Reject(call=call.id, leg=call.leg, refusal=refusal), *finish(call, _ending(call), now)]
    return [HangUp(call=call.id, leg=call.leg), *finish(call, _ending(call), now)]


def _ending(call: LiveCall) -> Ending:
    return ending_of(call, EndingClass.OVERFLOWED, call.overflowed)
