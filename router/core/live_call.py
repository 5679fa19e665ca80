"""One call while it lives: what is known of it, and nothing of what may happen next (that is `call.py`)."""

from dataclasses import dataclass, field

from router.core.commands import Command, Note
from router.core.house import Client, Codes, House, Staff
from router.core.ids import AgentId, CallId, LegId, Millis, PlaybackId
from router.core.messages import ToFloor
from router.core.queue import Queue
from router.core.record import Ending, Part
from router.core.trace import Step
from router.core.view import Phase

Out = list[Command | ToFloor]  # what a move asks for: commands to the world, messages to the floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the house laid down for calls when this one began."""

    version: str
    wrap_up_limit_ms: Millis
    codes: Codes

    @classmethod
    def of(cls, house: House) -> "Terms":
        """The terms of this moment."""
        return cls(version=house.version, wrap_up_limit_ms=house.wrap_up_limit_ms, codes=house.codes)


@dataclass(slots=True, kw_only=True)
class LiveCall:
    """The state of one call. Instants in milliseconds since 1970 UTC; a leg that is None is not there."""

    id: CallId
    leg: LegId
    dialled: str
    caller: str | None
    client: Client | None
    terms: Terms
    queue: Queue
    vip: bool
    arrived: Millis
    phase: Phase
    since: Millis
    deadline: Millis | None = None

    answered: Millis | None = None
    bridge_open: bool = False
    music: bool = False
    ringing: bool = False
    playback: PlaybackId | None = None

    agent: AgentId | None = None
    agent_leg: LegId | None = None
    staff: Staff | None = None
    staff_leg: LegId | None = None
    numbers_left: tuple[str, ...] = ()  # of the staff member being tried
    back_to: AgentId | None = None  # whose transfer is under way
    attempts: int = 0
    lost: int = 0  # agents' legs that ended for no known cause
    plays: int = 0

    queued: Millis | None = None
    talk_since: Millis | None = None
    through_since: Millis | None = None
    wrapping: set[AgentId] = field(default_factory=set)
    digits: str = ""

    parts: list[Part] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    ending: Ending | None = None
    ended: Millis | None = None

    def enter(self, phase: Phase, now: Millis, deadline: Millis | None = None) -> None:
        """Be in `phase` from now on, until `deadline` at most."""
        self.phase, self.since, self.deadline = phase, now, deadline

    def note(self, now: Millis, rule: str, outcome: str, because: str = "") -> Command:
        """Keep a step of the trace; the command brings it to the log as well."""
        step = Step(at=now, rule=rule, outcome=outcome, because=because)
        self.steps.append(step)
        return Note(call=self.id, step=step)

    def legs(self) -> frozenset[LegId]:
        """The legs that this call still holds."""
        if self.ended is not None:
            return frozenset()
        return frozenset(leg for leg in (self.leg, self.agent_leg, self.staff_leg) if leg is not None)
