"""What a waiting caller hears besides music: the place in line, the expected wait, the keys to press.

An announcement stops the moment an agent answers, and none begins while another one is played. What a caller was told
is held against what became of it, for the metrics.
"""

from router.core import wording
from router.core.commands import Command
from router.core.events import AnnouncementEnded, CommandFailed
from router.core.ids import Millis
from router.core.live_call import LiveCall, Out, Told
from router.core.messages import PlaceAsked, PlaceTold
from router.core.moves.bridge import announcement_over, play, start_music, stop_announcement
from router.core.outbound import not_callable
from router.core.queue import Queue


def begin(call: LiveCall, now: Millis) -> None:
    """The caller begins to wait: the first announcement has its time."""
    hearing = call.queue.hearing
    call.tell_at = now + hearing.first_ms if hearing.every_ms else None


def due(call: LiveCall, now: Millis) -> Out:
    """Time to tell the caller the place in line; or what is told has not ended, and is given up."""
    if call.playback is not None:
        out = [*stop_announcement(call), *start_music(call)]
        call.await_next(now)
        return out
    call.tell_at = now + call.queue.hearing.every_ms
    call.await_next(now)
    return [PlaceAsked(call=call.id)]


def tell(call: LiveCall, message: PlaceTold, now: Millis) -> Out:
    """Tell the caller the place in line and the expected wait."""
    expected = _expected(call, message)
    told = sentences(call.queue, message.position, expected, callable_back=not not_called_back(call))
    text = " ".join(told)
    if not text:
        return []
    if expected is not None:
        call.told.append(Told(at=now, low=expected.low, high=expected.high))
    out = play(call, now, text=text, sentences=told)
    call.await_next(now)
    return [call.note(now, "hearing", f"position {message.position}", text), *out]


def _expected(call: LiveCall, message: PlaceTold) -> wording.Range | None:
    if not call.queue.hearing.expected_wait or message.low_ms is None or message.high_ms is None:
        return None
    return wording.widened(message.low_ms, message.high_ms)


def sentences(queue: Queue, position: int, expected: wording.Range | None, *, callable_back: bool) -> tuple[str, ...]:
    """What a caller in this queue is told; nothing when there is nothing to tell."""
    told = [wording.place(position)] if queue.hearing.position else []
    told += [wording.wait(expected)] if expected else []
    told.append(wording.keys(call_back=queue.callback_key if callable_back else "", message=queue.message_key))
    return tuple(filter(None, told))


def not_called_back(call: LiveCall) -> str:
    """Why this caller cannot be called back; the guard of all calls out has the last word when it comes to it."""
    return not_callable(call.house, call.caller) if call.caller else "the caller's number is suppressed"


def over(call: LiveCall, event: AnnouncementEnded | CommandFailed, now: Millis) -> Out:
    """What the waiting caller was told is over: music again."""
    out = announcement_over(call)
    call.await_next(now)
    return out


def judged(call: LiveCall, now: Millis) -> Out:
    """Whether each range that the caller was told came true, now that an agent answers."""
    told, call.told = call.told, []
    return [_note(call, one, now) for one in told]


def missed(call: LiveCall, now: Millis) -> Out:
    """The call is over: of what the caller was told, that which an agent would have answered too late for."""
    told, call.told = call.told, []
    return [_note(call, one, now) for one in told if _outcome(one, now - one.at) == "late"]


def _note(call: LiveCall, told: Told, now: Millis) -> Command:
    upper = "more" if told.high is None else f"{told.high // 1000}"
    because = f"told {told.low // 1000} to {upper} s, waited {(now - told.at) / 1000:.0f} s"
    return call.note(now, "expected_wait", _outcome(told, now - told.at), because)


def _outcome(told: Told, waited: Millis) -> str:
    if waited < told.low:
        return "early"
    return "late" if told.high is not None and waited > told.high else "hit"
