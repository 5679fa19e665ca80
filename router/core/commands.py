"""What we ask for, in the imperative: everything that the core ever wants done.

Commands of one call are carried out in order; those of different calls side by side. Each is safe to repeat.
"""

from dataclasses import dataclass

from router.core.ids import AgentId, CallId, ClientId, LegId, Millis, PlaybackId, RecordingId
from router.core.record import CallRecord
from router.core.refusal import Refusal
from router.core.trace import Step
from router.core.view import SeatView


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCommand(Command):
    """Something to be done for one call."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCommand(CallCommand):
    """Something to be done with one leg."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(LegCommand):
    """Answer the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring(LegCommand):
    """Let the unanswered caller hear the ringing tone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(LegCommand):
    """Turn the unanswered caller away."""

    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(LegCommand):
    """End a leg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBridge(CallCommand):
    """Make the call's bridge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBridge(CallCommand):
    """Take the call's bridge down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(CallCommand):
    """Put legs into the call's bridge."""

    legs: tuple[LegId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(CallCommand):
    """Play a text or an uploaded recording into the call's bridge.

    `sentences`, where given, make up the text: each is a sound of its own, so that few are ever new.
    """

    playback: PlaybackId
    text: str = ""
    recording: str | None = None
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAnnouncement(CallCommand):
    """No more of what is played into the call's bridge, if it still plays."""

    playback: PlaybackId


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMusic(CallCommand):
    """Music in the call's bridge, until somebody joins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMusic(CallCommand):
    """No more music in the call's bridge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(LegCommand):
    """Music for one leg, which hears and is heard no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unhold(LegCommand):
    """The leg takes part in the conversation again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(LegCommand):
    """The leg hears, and is not heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmute(LegCommand):
    """The leg is heard again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingAgent(LegCommand):
    """Call the agent's phone. With `auto_answer` the phone is asked to answer by itself.

    `called_back`: for a caller who is (to be) called back, whose own first leg is gone.
    """

    agent: AgentId
    caller: str | None
    client_name: str
    auto_answer: bool = False
    called_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RingStaff(LegCommand):
    """Call one number of a staff member over a trunk, showing `caller_id`; `called_back` as in `RingAgent`."""

    number: str
    trunk: str
    caller_id: str
    called_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PutThrough(RingStaff):
    """Give the unanswered caller to the dialplan, which calls the number for `ring_ms` and brings both together.

    No leg of ours is placed: `leg` is the name by which the person's end is told of. Nobody answers: the caller is
    given back.
    """

    ring_ms: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class RingCaller(LegCommand):
    """Call the caller back over a trunk, as promised, showing `caller_id`."""

    number: str
    trunk: str
    caller_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(CallCommand):
    """Record what is said in the call's bridge, after a beep, until silence or `max_ms`. Never without consent."""

    recording: RecordingId
    max_ms: Millis
    silence_ms: Millis = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRecording(CallCommand):
    """The message is over; what was said so far is kept."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendToFallback(LegCommand):
    """Give the caller back to the dialplan's fallback: our code cannot serve this call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Command):
    """Tell the agent who dialled a feature code whether it was done, and end that leg."""

    leg: LegId
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Command):
    """Tell an agent why the request is not possible now."""

    agent: AgentId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(CallCommand):
    """Store the finished call with its charges, once."""

    record: CallRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCaller(CallCommand):
    """Add an advertising caller to the client's block list, in an agent's name."""

    client: ClientId
    number: str
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockForAll(Command):
    """Add an advertising caller to the house's own list, until `until`: `clients` have reported it."""

    number: str
    clients: tuple[ClientId, ...]
    until: Millis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPresence(Command):
    """Store how an agent's seat stands from now on: what `explain` needs to tell why an agent was not chosen."""

    seat: SeatView


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(CallCommand):
    """Something worth a line in the call's log: a decision made, a late event ignored."""

    step: Step
