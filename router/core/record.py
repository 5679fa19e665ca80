"""A finished call: its timed parts and its ending. The only input to rating; it holds no price."""

from dataclasses import dataclass
from enum import StrEnum

from router.core.house import BlockEntry, Tariff
from router.core.ids import AgentId, CallId, ClientId, Millis, RecordingId, StaffId
from router.core.trace import Step


class PartKind(StrEnum):
    """What a stretch of a call was."""

    TALK = "talk"  # caller and agent in conversation, on hold included
    WRAP_UP = "wrap_up"  # the agent's after-work
    THROUGH = "through"  # caller and staff in conversation, no agent
    SPOKEN_BEFORE = "spoken_before"  # conversation that an earlier record of the same call holds, and has settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One timed stretch; instants in milliseconds since 1970 UTC, `end >= start`."""

    kind: PartKind
    start: Millis
    end: Millis
    agent: AgentId | None = None
    staff: StaffId | None = None

    @property
    def length(self) -> Millis:
        """Milliseconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a caller left on tape: the recording's name, when consent was given, and its length."""

    recording: RecordingId
    consented: Millis
    length: Millis


class EndingClass(StrEnum):
    """What became of a call, coarsely: one label of the metrics."""

    SERVED = "served"  # an agent spoke with the caller
    THROUGH = "through"  # the caller spoke with staff, never with an agent
    BLOCKED = "blocked"
    ABANDONED = "abandoned"  # the caller gave up before anyone spoke
    OVERFLOWED = "overflowed"  # nobody was free within the client's limit
    MESSAGE = "message"  # the caller left a message instead
    REFUSED = "refused"  # unknown number, suspended client, abuse
    FAULT = "fault"  # ours: handed to the fallback


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a call ended: its class, and the reason in a stable word or two (`caller_hung_up`, `block_list` …)."""

    kind: EndingClass
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What was known when a call came, besides the house of that moment.

    `added` are the block entries that agents had made and that match this caller; `lifted` says that this caller was
    taken off the client's (`lifted_for_all`: the house's) list of advertising callers after that house was read;
    `brake` is why the call was one too many, `returned` the call whose own leg to staff came back as this one.
    """

    forwarded_by: tuple[str, ...] = ()
    trunk: str = ""
    added: tuple[BlockEntry, ...] = ()
    added_for_all: tuple[BlockEntry, ...] = ()
    lifted: bool = False
    lifted_for_all: bool = False
    brake: str = ""
    returned: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """Everything that is kept of a finished call. `tariff` is the version in force at its arrival; `arrival` is what
    its first decision rested on besides the house, so that the decision can be made again."""

    call: CallId
    client: ClientId | None
    dialled: str
    caller: str | None
    arrived: Millis
    answered: Millis | None  # first answered by machine or agent
    ended: Millis  # the caller's end; wrap-up may last longer
    ending: Ending
    parts: tuple[Part, ...]
    tariff: Tariff | None
    trial: bool = False
    trace: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()
    arrival: Arrival | None = None
    house_version: str = ""

    def total(self, kind: PartKind) -> Millis:
        """Milliseconds spent in parts of one kind."""
        return sum(part.length for part in self.parts if part.kind is kind)
