"""A finished call: its timed parts and its ending. The only input to rating; it holds no price."""

from dataclasses import dataclass
from enum import StrEnum

from router.core.house import Tariff
from router.core.ids import AgentId, CallId, ClientId, Millis, StaffId
from router.core.trace import Step


class PartKind(StrEnum):
    """What a stretch of a call was."""

    TALK = "talk"  # caller and agent in conversation, on hold included
    WRAP_UP = "wrap_up"  # the agent's after-work
    THROUGH = "through"  # caller and staff in conversation, no agent


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


class EndingClass(StrEnum):
    """What became of a call, coarsely: one label of the metrics."""

    SERVED = "served"  # an agent spoke with the caller
    THROUGH = "through"  # the caller spoke with staff, never with an agent
    BLOCKED = "blocked"
    ABANDONED = "abandoned"  # the caller gave up before anyone spoke
    OVERFLOWED = "overflowed"  # nobody was free within the client's limit
    REFUSED = "refused"  # unknown number, suspended client
    FAULT = "fault"  # ours: handed to the fallback


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a call ended: its class, and the reason in a stable word or two (`caller_hung_up`, `block_list` …)."""

    kind: EndingClass
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """Everything that is kept of a finished call. `tariff` is the version in force at its arrival."""

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
    house_version: str = ""

    def total(self, kind: PartKind) -> Millis:
        """Milliseconds spent in parts of one kind."""
        return sum(part.length for part in self.parts if part.kind is kind)
