"""A message instead of an agent: asked for, consented to by a key, recorded (StGB section 201: never without consent).

Only who can have heard the question consents: a key pressed as it begins was meant for something else. Asked for by the
caller's key the message is left instead of waiting on, and whoever does not consent waits on in the same place; as a
step of the overflow the next step follows. What was said before a hang-up is kept.
"""

from router.core.commands import Record, StopRecording
from router.core.events import CommandFailed, DigitPressed, LegEnded, RecordingEnded
from router.core.ids import Millis, recording_of
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentUnwanted, DeadlinePassed
from router.core.moves.bridge import announce, play, stop_announcement, stop_music
from router.core.moves.ending import abandoned, ending_of, finish
from router.core.moves.waiting import seek
from router.core.queue import TakeMessage
from router.core.record import EndingClass, Message
from router.core.view import Phase

ASK = (
    "Sie können uns eine Nachricht hinterlassen. Dafür zeichnen wir auf, was Sie sagen. "
    "Sind Sie damit einverstanden, dann drücken Sie die {key} und sprechen Sie nach dem Signalton."
)
THANKS = "Vielen Dank für Ihre Nachricht. Auf Wiederhören."
FAILED_WAIT_ON = "Ihre Nachricht konnte leider nicht aufgezeichnet werden. Bitte bleiben Sie in der Leitung."
FAILED = "Ihre Nachricht konnte leider nicht aufgezeichnet werden. Bitte rufen Sie später wieder an. Auf Wiederhören."
BY_DEFAULT = TakeMessage(text=ASK.format(key="Eins"))  # for queues with a message key and no text of their own
UNHEARD_MS = 3_000  # since the question began: nobody knows it yet
NEWS_MS = 15_000  # after the longest recording: no news of its end will come any more
LEAST_MS = 1_000  # a recording that a hang-up ends sooner holds no word
LEFT = "message_left"


def ask(call: LiveCall, step: TakeMessage, now: Millis) -> Out:
    """Ask whether a message may be recorded."""
    call.message, call.consented = step, None
    note = call.note(now, "message", "asked", "the caller's key" if call.by_key else "overflow")
    return [note, *announce(call, Phase.ASKING, now, text=step.text or BY_DEFAULT.text)]


def ask_by_key(call: LiveCall, now: Millis) -> Out:
    """The caller would rather leave a message than wait."""
    steps = (step for step in call.queue.overflow if isinstance(step, TakeMessage))
    call.by_key = True
    return [AgentUnwanted(call=call.id), *ask(call, next(steps, BY_DEFAULT), now)]


def pressed(call: LiveCall, event: DigitPressed, now: Millis) -> Out:
    """Only the one key is consent: what is said after the beep is recorded."""
    unheard = call.playback is not None and now - call.since < UNHEARD_MS
    if call.message is None or event.digit != call.message.key or unheard:
        when = " before the question was heard" if unheard else ""
        told = call.noted_last("message", "no consent")
        return [] if told else [call.note(now, "message", "no consent", f"{event.digit} was pressed{when}")]
    call.consented = now
    call.recordings += 1
    call.recording = recording_of(call.id, call.recordings)
    call.enter(Phase.RECORDING, now, now + call.message.max_ms + NEWS_MS)
    record = Record(call=call.id, recording=call.recording, max_ms=call.message.max_ms)
    note = call.note(now, "message", "consented", f"{event.digit} was pressed")
    return [note, *stop_announcement(call), *stop_music(call), record]


def recorded(call: LiveCall, event: RecordingEnded | CommandFailed | DeadlinePassed, now: Millis) -> Out:
    """The recording is over; one that failed is owned up to. Without news of its end it is as long as it may be."""
    stop = [] if isinstance(event, RecordingEnded) else _stop(call)  # it may go on, and hear what it must not
    if isinstance(event, CommandFailed) or (isinstance(event, RecordingEnded) and not event.kept):
        return [*stop, *_failed(call, now)]
    longest = call.message.max_ms if call.message else 0
    kept = _keep(call, event.length_ms if isinstance(event, RecordingEnded) else longest, now)
    call.ending = ending_of(call, EndingClass.MESSAGE, LEFT)
    return [*stop, *kept, *announce(call, Phase.ANNOUNCING, now, text=THANKS)]


def _stop(call: LiveCall) -> Out:
    return [StopRecording(call=call.id, recording=call.recording)] if call.recording else []


def _keep(call: LiveCall, length: Millis, now: Millis) -> Out:
    recording, call.recording = call.recording, None
    if recording is None or call.consented is None:
        return []
    call.messages.append(Message(recording=recording, consented=call.consented, length=length))
    return [call.note(now, "message", "left", f"{length} ms")]


def _failed(call: LiveCall, now: Millis) -> Out:
    call.recording = None
    note = call.note(now, "message", "failed", "waits on" if call.by_key else "")
    if call.by_key:
        call.by_key = False
        return [note, *play(call, now, text=FAILED_WAIT_ON), *seek(call, now, again=True)]
    call.ending = ending_of(call, EndingClass.OVERFLOWED, "message_failed")
    return [note, *announce(call, Phase.ANNOUNCING, now, text=FAILED)]


def hung_up_recording(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The caller hung up after the last word, or instead of one: what was said is kept."""
    length, stop = now - call.since, _stop(call)
    if length < LEAST_MS:
        return [*stop, *hung_up_asked(call, event, now)]
    return [*stop, *_keep(call, length, now), *finish(call, ending_of(call, EndingClass.MESSAGE, LEFT), now)]


def hung_up_asked(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The caller hung up instead of consenting; nothing is recorded."""
    if call.by_key or not call.overflowed:
        return abandoned(call, event, now)
    return finish(call, ending_of(call, EndingClass.OVERFLOWED, call.overflowed), now)
