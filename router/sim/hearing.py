"""What callers hear and what they do upon it: announcements last as long as they are, and some callers press a key."""

from router.core.commands import Announce, Record, StartMusic, StopAnnouncement, StopRecording
from router.core.events import AnnouncementEnded, DigitPressed, Event, RecordingEnded
from router.core.ids import LegId, Millis
from router.core.queue import TakeMessage
from router.sim.agenda import pending, strike
from router.sim.visit import Visit
from router.sim.world import World

LISTENS_ON_MS: Millis = 30_000  # a caller who wants to leave a message


def announce(world: World, command: Announce, now: Millis) -> None:
    """A caller's patience does not count while the greeting is spoken."""
    visit = world.visits[command.call]
    length = _length(command, visit)
    ended = AnnouncementEnded(call=command.call, playback=command.playback)
    visit.said[command.playback] = world.agenda.put(now + length, ended)
    if (key := _consent(world, command)) and visit.leg and visit.fate.wants_message:
        world.leaves(visit, now + length + LISTENS_ON_MS)
        world.agenda.put(now + length, DigitPressed(call=command.call, leg=visit.leg, digit=key))
    elif not visit.waits and visit.leaves is not None and pending(visit.leaves):
        world.leaves(visit, visit.leaves.at + length)


def _length(command: Announce, visit: Visit) -> Millis:
    habits = visit.fate.habits
    return round(len(command.text) * habits.millis_a_letter if command.recording is None else habits.recording)


def _consent(world: World, command: Announce) -> str:
    """The key that consents to the message that this text asks for; empty when it asks for none."""
    steps = world.board.calls[command.call].queue.overflow
    return next((step.key for step in steps if isinstance(step, TakeMessage) and step.text == command.text), "")


def stop_announcement(world: World, command: StopAnnouncement, now: Millis) -> None:
    """It ends at once, if it is still playing."""
    ended = AnnouncementEnded(call=command.call, playback=command.playback)
    _stop(world, world.visits[command.call], command.playback, ended, now)


def record(world: World, command: Record, now: Millis) -> None:
    """The caller speaks, as long as may be."""
    visit = world.visits[command.call]
    length = min(visit.fate.message, command.max_ms)
    strike(visit.leaves)
    ended = RecordingEnded(call=command.call, recording=command.recording, length_ms=length)
    visit.said[command.recording] = world.agenda.put(now + length, ended)


def stop_recording(world: World, command: StopRecording, now: Millis) -> None:
    """What was said so far is kept."""
    ended = RecordingEnded(call=command.call, recording=command.recording)
    _stop(world, world.visits[command.call], command.recording, ended, now)


def _stop(world: World, visit: Visit, said: str, ended: Event, now: Millis) -> None:
    ticket = visit.said.get(said)
    if pending(ticket):
        strike(ticket)
        visit.said[said] = world.agenda.put(now, ended)


def start_music(world: World, command: StartMusic, now: Millis) -> None:
    """The caller waits; some press a key where one is offered."""
    visit = world.visits[command.call]
    if visit.waits:
        return
    visit.waits = True
    if key := _key(world, visit):
        pressed = DigitPressed(call=command.call, leg=visit.leg or LegId(command.call), digit=key)
        world.agenda.put(now + visit.fate.hesitation, pressed)


def _key(world: World, visit: Visit) -> str:
    queue = world.board.calls[visit.caller.call].queue
    if queue.callback_key and visit.fate.wants_call_back:
        return queue.callback_key
    return queue.message_key if visit.fate.message_instead else ""
