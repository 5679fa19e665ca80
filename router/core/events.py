"""What happened, in the past tense: everything that the core is ever told.

Each event is one line of the journal, so each is plain values only. The time it happened travels beside it.
"""

from dataclasses import dataclass
from enum import StrEnum

from router.core.house import House, Tariff
from router.core.ids import AgentId, CallId, ClientId, LegId, Millis, PlaybackId, QueueId, RecordingId, StaffId
from router.core.record import Ending, Part
from router.core.trace import Step


class Failure(StrEnum):
    """Why a command was not carried out."""

    REFUSED = "refused"  # Asterisk said no
    FORBIDDEN = "forbidden"  # we said no ourselves, before anything was tried
    UNREACHABLE = "unreachable"  # the device or number cannot be called
    BROKEN = "broken"  # our own fault, or Asterisk's


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """Something that happened to one call."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEvent(CallEvent):
    """Something that happened on one leg of one call."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerArrived(LegEvent):
    """A call was handed over by the dialplan and waits unanswered. Numbers are as the trunk sent them, normalised."""

    dialled: str
    caller: str | None  # None: suppressed
    forwarded_by: tuple[str, ...] = ()  # every number in Diversion and History-Info, nearest hop first
    trunk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRang(LegEvent):
    """The far end of a leg that we placed is ringing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnswered(LegEvent):
    """A leg that we placed was answered. `heard` is when we came to know, if late: nobody was connected before."""

    heard: Millis | None = None


NETWORK_OUT_OF_ORDER = 38  # Q.850; what cuts all calls off at once


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(LegEvent):
    """A leg is gone. `cause` is the Q.850 hang-up cause, 0 when unknown.

    `left`: it has left the application, which a caller also does whom the dialplan is to put through. `apart`: it ended
    in a gap in which what was to bring those who speak together had not been carried out.
    """

    cause: int = 0
    left: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerReturned(LegEvent):
    """The dialplan gives a caller back: the staff member's end `leg` was not answered. `cause` as in `LegEnded`."""

    cause: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitPressed(LegEvent):
    """One DTMF digit on one leg."""

    digit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementEnded(CallEvent):
    """What was played into the call's bridge has ended, or could not be played (`played` False)."""

    playback: PlaybackId
    played: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingEnded(CallEvent):
    """A caller's message is over, or could not be recorded (`kept` False)."""

    recording: RecordingId
    length_ms: Millis = 0
    kept: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFailed(CallEvent):
    """A command of ours was not carried out; `command` is its class name, `leg` the leg it was for, if any."""

    command: str
    failure: Failure
    detail: str = ""
    leg: LegId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFound(CallEvent):
    """After a gap, how Asterisk holds a call that we hold too: `up` legs are answered, `bridged` are in its bridge.

    Legs that are gone were reported before as `LegEnded`.
    """

    up: frozenset[LegId]
    bridged: frozenset[LegId]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSettled(CallEvent):
    """The call's record and postings are safe in the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackServed(CallEvent):
    """The dialplan served a caller by itself, and that is over; told from Asterisk's own record.

    `began` is when the fallback took the caller; `begun` the call of ours that it was until then. `whole` is False when
    the end was never recorded. From `client` on: what the configuration in force at the arrival makes of the call;
    `turned_away` is how the router would have refused the caller.
    """

    begun: CallId | None = None
    dialled: str
    caller: str | None
    forwarded_by: tuple[str, ...] = ()
    trunk: str = ""
    arrived: Millis
    began: Millis
    answered: Millis | None = None
    ended: Millis
    parts: tuple[Part, ...] = ()
    announced: bool = False
    whole: bool = True
    client: ClientId | None = None
    tariff: Tariff | None = None
    trial: bool = False
    house_version: str = ""
    turned_away: Ending | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockKept(CallEvent):
    """An agent's block entry is safe in the database."""

    client: ClientId
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockForAllKept(Event):
    """An entry of the house's own list of advertising callers is safe in the database."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLifted(Event):
    """Somebody took a number off a client's list of advertising callers, or (`client` None) off the house's."""

    client: ClientId | None
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent(Event):
    """Something that an agent did."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoggedIn(AgentEvent):
    """The agent is at work, and available."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoggedOut(AgentEvent):
    """The agent has left; a conversation in progress goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentResumed(AgentEvent):
    """The agent is available (again)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPaused(AgentEvent):
    """The agent wants no offers, for `reason`."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(AgentEvent):
    """The agent takes the offered call on the desk (for agents whose phone does not ring by itself)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined(AgentEvent):
    """The agent does not take the offered call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequested(AgentEvent):
    """The agent puts the caller on hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequested(AgentEvent):
    """The agent takes the caller back from hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteRequested(AgentEvent):
    """The agent wants to hear and not be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmuteRequested(AgentEvent):
    """The agent wants to be heard again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequested(AgentEvent):
    """The agent puts the caller through to a staff member, blind."""

    staff: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultRequested(AgentEvent):
    """The agent wants to speak with a staff member, while the caller is on hold."""

    staff: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeRequested(AgentEvent):
    """The agent takes the caller into the conversation with the staff member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultEnded(AgentEvent):
    """The agent lets the staff member go, and is back with the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultCompleted(AgentEvent):
    """The agent leaves caller and staff member to each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpFinished(AgentEvent):
    """The agent is done with the call's after-work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertisingReported(AgentEvent):
    """The agent calls the caller, or in wrap-up the last one, an advertising caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkRequested(AgentEvent):
    """The agent puts the caller aside, for any agent to take up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedTaken(AgentEvent):
    """The agent takes a parked call up; without `call` the one parked longest."""

    call: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken(AgentEvent):
    """The agent takes a waiting call out of turn; without `call` the first in line whom the agent may serve."""

    call: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRequested(AgentEvent):
    """The agent passes the caller on: to another agent, or into a queue. Exactly one is given."""

    to_agent: AgentId | None = None
    to_queue: QueueId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDialled(AgentEvent):
    """The agent called a feature code from the own phone; `leg` is that call."""

    leg: LegId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReached(Event):
    """The deadline that the core asked for has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseChanged(Event):
    """A new configuration is in force for what arrives from now on."""

    house: House
