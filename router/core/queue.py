"""How callers wait: whom they need and when they need less, who is chosen, what they hear, and what follows.

A queue is the operators' plan, made a client's own by the client's needs: `Client.queue` is complete, nothing is looked
up elsewhere while a caller waits.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from router.core.ids import Millis, QueueId, Skill, StaffId
from router.core.refusal import Refusal
from router.core.skills import Level, Needs

DEFAULT = QueueId("default")  # of clients who name none


class Choice(StrEnum):
    """Which of several free agents who fit gets the call; ties by the longest idle, then by id."""

    LONGEST_IDLE = "longest_idle"
    BEST_FIT = "best_fit"  # the highest sum of levels in the needed and preferred skills
    ROUND_ROBIN = "round_robin"  # the one who was offered a call longest ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is needed once the caller has waited `after_ms`. Each stage needs no more than the one before."""

    after_ms: Millis
    needs: Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a waiting caller is told: every `every_ms` (0: never), first after `first_ms`."""

    first_ms: Millis = 20_000
    every_ms: Millis = 0
    position: bool = True
    expected_wait: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow:
    """What is done with a caller for whom no agent was found in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToQueue(Overflow):
    """Wait on in another queue for `max_wait_ms`; the pledge stays needed."""

    queue: QueueId
    max_wait_ms: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class ToStaff(Overflow):
    """Call one of the client's staff."""

    staff: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage(Overflow):
    """Ask whether a message may be recorded (StGB section 201), and record it once the caller has pressed `key`."""

    text: str
    key: str = "1"
    max_ms: Millis = 180_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Overflow):
    """A last word, then the end."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAway(Overflow):
    """The end: refused before the answer, hung up after it."""

    refusal: Refusal = Refusal.BUSY


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One way of waiting. `stages` begin at 0 and come in the order of their times."""

    id: QueueId = DEFAULT
    name: str = ""
    stages: tuple[Stage, ...] = (Stage(after_ms=0, needs=Needs()),)
    prefers: frozenset[tuple[Skill, Level]] = frozenset()  # weight of each skill that is welcome but not needed
    choice: Choice = Choice.LONGEST_IDLE
    last_agent_ms: Millis = 0  # for how long the agent who last spoke with this caller for this client goes first
    head_start_ms: Millis = 0  # a caller counts as if having waited this much longer: priority that ages
    vip_head_start_ms: Millis = 600_000  # likewise for VIPs
    max_waiting: int | None = None  # more callers than this do not wait in it
    max_wait_ms: Millis = 600_000
    overflow: tuple[Overflow, ...] = field(default=(Say(text=""),))
    hearing: Hearing = field(default_factory=Hearing)
    callback_key: str = ""  # pressed while waiting: be called back, keeping one's place
    message_key: str = ""  # pressed while waiting: leave a message instead
    extension: str = ""  # digits by which agents pass calls to it

    @property
    def needs_pledge(self) -> bool:
        """Whether any stage needs the pledge; then all do, for it never relaxes."""
        return any(stage.needs.pledge for stage in self.stages)
