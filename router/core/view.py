"""How the house stands at one moment, as plain values for desks, metrics and the command line."""

from dataclasses import dataclass
from enum import StrEnum

from router.core.ids import AgentId, CallId, ClientId, Millis, QueueId, Skill, StaffId
from router.core.queue import DEFAULT


class Presence(StrEnum):
    """What an agent is doing, as everybody sees it."""

    OFF = "off"
    AVAILABLE = "available"
    PAUSED = "paused"
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class Phase(StrEnum):
    """Where in its life a call is."""

    GREETING = "greeting"
    DIRECT = "direct"  # straight to staff, who ring
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    HELD = "held"
    CONSULTING = "consulting"  # staff ring for the agent, the caller is on hold
    CONFERRING = "conferring"  # agent and staff speak, the caller is on hold
    THREE = "three"  # caller, agent and staff speak
    TRANSFERRING = "transferring"
    THROUGH = "through"
    PARKED = "parked"  # put aside by an agent
    OVERFLOWING = "overflowing"  # staff ring, because no agent was found in time
    ASKING = "asking"  # whether a message may be recorded
    RECORDING = "recording"
    PROMISED = "promised"  # to be called back; the caller's place in line is kept
    CALLING_BACK = "calling_back"  # an agent is there, the caller is rung
    ANNOUNCING = "announcing"  # a last word before hanging up
    WRAPPING = "wrapping"  # the caller is gone, an agent still works
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """An agent's seat from `at` on, with all that the choice of an agent rests on besides the configuration."""

    agent: AgentId
    at: Millis
    intent: Presence
    doing: Presence | None = None
    reason: str = ""
    call: CallId | None = None
    idle_since: Millis = 0
    offered_last: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """One agent. `intent` is what the agent wants (`available`, `paused`, `off`), whatever the agent is doing now."""

    agent: AgentId
    name: str
    presence: Presence
    intent: Presence
    since: Millis
    reason: str = ""
    call: CallId | None = None
    pledged: bool = False
    by_desk: bool = False  # takes offers by a click, not by picking the phone up


class ConsultState(StrEnum):
    """How far an agent is with consulting a staff member."""

    RINGING = "ringing"
    SPEAKING = "speaking"  # without the caller
    THREE = "three"
    OVER = "over"  # the staff member does not answer, or is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultView:
    """Whom of the client's staff the agent consults; `because` tells why it is over, in a word or two."""

    state: ConsultState
    staff: StaffId
    name: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One live call."""

    call: CallId
    client: ClientId | None
    client_name: str
    phase: Phase
    since: Millis
    arrived: Millis
    caller: str | None
    vip: bool = False
    agent: AgentId | None = None
    greeting: str = ""
    script: str = ""
    muted: bool = False  # is the agent
    consult: ConsultView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingView:
    """One caller who waits, in the order of service, or is parked; `skills` is the group it waits for, `pledge`
    whether only agents who pledged secrecy may know of it."""

    call: CallId
    skills: frozenset[Skill]
    since: Millis
    queue: QueueId = DEFAULT
    client: ClientId | None = None
    client_name: str = ""
    pledge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseView:
    """All live calls, all agents, all waiting callers, and in the order of parking all parked ones."""

    calls: tuple[CallView, ...]
    agents: tuple[AgentView, ...]
    waiting: tuple[WaitingView, ...]
    parked: tuple[WaitingView, ...] = ()
