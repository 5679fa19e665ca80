"""One call while it lives: what is known of it, and nothing of what may happen next (that is `call.py`)."""

from dataclasses import dataclass, field

from router.core.commands import Command, Note
from router.core.events import AgentEvent
from router.core.house import Client, House, Staff
from router.core.ids import AgentId, CallId, LegId, Millis, PlaybackId, RecordingId
from router.core.messages import ToFloor
from router.core.queue import Overflow, Queue, TakeMessage
from router.core.record import Arrival, Ending, Message, Part
from router.core.trace import Step
from router.core.view import Phase

# What a move asks for: commands to the world, messages to the floor, and what a code that an agent dialled stands for.
Out = list[Command | ToFloor | AgentEvent]

ON_HOLD = frozenset({Phase.HELD, Phase.CONSULTING, Phase.CONFERRING})
CONSULTS = frozenset({Phase.CONSULTING, Phase.CONFERRING, Phase.THREE})
WITH_AGENT = frozenset({Phase.TALKING, Phase.HELD, Phase.CALLING_BACK, *CONSULTS})  # who answered, and is in the bridge
WITH_STAFF = frozenset({Phase.CONFERRING, Phase.THREE, Phase.THROUGH})  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A caller was told at `at` to wait between `low` and `high` milliseconds more; None: no upper end."""

    at: Millis
    low: Millis
    high: Millis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """Whom an agent has consulted, and why that was over, in a word or two, without the agent's doing."""

    staff: Staff
    because: str


@dataclass(slots=True, kw_only=True)
class LiveCall:
    """The state of one call. Instants in milliseconds since 1970 UTC; a leg that is None is not there."""

    id: CallId
    leg: LegId
    dialled: str
    caller: str | None
    client: Client | None
    house: House  # as it was when the call began
    queue: Queue
    vip: bool
    arrived: Millis
    phase: Phase
    since: Millis
    deadline: Millis | None = None

    answered: Millis | None = None
    bridge_open: bool = False
    music: bool = False  # is asked for
    music_again: Millis | None = None  # when it is asked for once more, after it failed
    ringing: bool = False
    playback: PlaybackId | None = None
    play_until: Millis | None = None  # by then it is over, even if nobody tells

    agent: AgentId | None = None
    agent_leg: LegId | None = None
    muted: bool = False  # is the agent
    staff: Staff | None = None
    staff_leg: LegId | None = None
    numbers_left: tuple[str, ...] = ()  # of the staff member being tried
    handed: bool = False  # the dialplan has the caller, and rings that person or has brought both together
    consulted: Consulted | None = None  # until the agent does something about it
    back_to: AgentId | None = None  # who transferred, parked or passed the call, and gets it back when nobody takes it
    attempts: int = 0
    lost: int = 0  # agents' legs that ended for no known cause
    plays: int = 0

    first: bool = False  # goes before all who are new: was spoken with, and is given back
    queued: Millis | None = None
    wait_until: Millis | None = None  # the longest wait
    tell_at: Millis | None = None  # when the waiting caller is told the place in line next
    told: list[Told] = field(default_factory=list)
    overflow_left: tuple[Overflow, ...] | None = None  # None: no overflow has begun
    overflowed: str = ""  # why one has

    message: TakeMessage | None = None  # the message that is asked for, or recorded
    by_key: bool = False  # the caller chose to leave it, instead of waiting on
    consented: Millis | None = None
    recording: RecordingId | None = None  # under way
    recordings: int = 0  # begun, those that failed included

    promised: Millis | None = None  # since when the caller is to be called back
    away: bool = False  # the caller has hung up to be called back, or is being called back
    call_backs: int = 0
    unanswered: int = 0  # call-backs that the caller did not answer
    retry_at: Millis | None = None  # when the caller gets into line again for another call-back

    talk_since: Millis | None = None
    through_since: Millis | None = None
    wrapping: set[AgentId] = field(default_factory=set)
    digits: str = ""

    arrival: Arrival | None = None
    parts: list[Part] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
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

    def noted_last(self, rule: str, outcome: str) -> bool:
        """Whether that was the last step: callers may press keys as often as they please."""
        return bool(self.steps) and (self.steps[-1].rule, self.steps[-1].outcome) == (rule, outcome)

    def await_next(self, now: Millis) -> None:
        """Set the deadline of a call that waits: the earliest of what it has to do, at `now` what is due already."""
        tells = self.play_until if self.playback else self.tell_at
        times = [at for at in (self.wait_until, tells, self.retry_at) if at is not None]
        self.deadline = max(now, min(times)) if times else None

    @property
    def called_back(self) -> bool:
        """Whether the leg by which the call came is gone, because we call the caller."""
        return self.away or self.call_backs > 0

    @property
    def on_hold(self) -> bool:
        """Whether the caller hears music, alone."""
        return self.phase in ON_HOLD

    @property
    def consults(self) -> bool:
        """Whether the agent has a staff member in the call, or rung."""
        return self.phase in CONSULTS

    def legs(self) -> frozenset[LegId]:
        """The legs that this call still holds."""
        if self.ended is not None:
            return frozenset()
        caller = None if self.away and self.phase is not Phase.CALLING_BACK else self.leg
        return frozenset(leg for leg in (caller, self.agent_leg, self.staff_leg) if leg is not None)

    def rung(self) -> frozenset[LegId]:
        """The legs among them that we have placed, and that ring for all that this call knows."""
        match self.phase:
            case Phase.OFFERED:
                ringing = self.agent_leg
            case Phase.DIRECT | Phase.CONSULTING | Phase.TRANSFERRING | Phase.OVERFLOWING:
                ringing = self.staff_leg
            case Phase.CALLING_BACK:
                ringing = self.leg
            case _:
                ringing = None
        return frozenset() if ringing is None else frozenset({ringing})

    def speaking(self) -> frozenset[LegId]:
        """The caller's and the staff member's legs, as far as they have been answered and take part."""
        caller = self.leg if self.talk_since is not None else None
        staff = self.staff_leg if self.phase in WITH_STAFF else None
        return frozenset(leg for leg in (caller, staff) if leg is not None)
