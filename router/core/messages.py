"""What calls and the floor tell each other: values only, so that the two could live in different processes."""

from dataclasses import dataclass

from router.core.events import AgentEvent
from router.core.ids import AgentId, CallId, ClientId, Millis
from router.core.queue import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFloor:
    """A call speaks to the floor."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWanted(ToFloor):
    """The call seeks an agent, and has done so since `queued`.

    Lower `tier` is served first; within one, whoever has waited longest with `head_start_ms` added, then `arrived`.
    """

    queue: Queue
    tier: int
    arrived: Millis
    queued: Millis
    head_start_ms: Millis = 0
    client: ClientId | None = None
    caller: str | None = None
    back_to: AgentId | None = None  # the agent to whom a failed transfer returns
    only: AgentId | None = None  # the agent to whom it is passed; whoever else, once that one did not take it
    again: bool = False  # has waited in this queue before: there is room


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentUnwanted(ToFloor):
    """The call no longer seeks, or no longer keeps, an agent; nothing is held against the agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFailed(ToFloor):
    """The offered agent did not take the call, for `reason`; the agent is paused, the caller keeps its place."""

    agent: AgentId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTaken(ToFloor):
    """The offered agent speaks with the caller."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFreed(ToFloor):
    """The conversation is over for the agent: wrap-up begins, and lasts `limit` milliseconds at most."""

    agent: AgentId
    limit: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAsked(ToFloor):
    """The waiting call wants to tell its caller how things stand; answered by `PlaceTold`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParked(ToFloor):
    """The call is put aside, with the needs of its `queue`, until `ParkedTaken` or `AgentUnwanted`."""

    queue: Queue
    arrived: Millis
    head_start_ms: Millis = 0
    client: ClientId | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """The floor speaks to a call."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAssigned(ToCall):
    """This agent is reserved for the call. `by_desk`: the phone rings only after the agent's click."""

    agent: AgentId
    ring_ms: Millis
    by_desk: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyFree(ToCall):
    """No agent can take the call now; it waits at `position` (1 is next)."""

    position: int
    because: str
    passed: int = 0  # callers who had been before this one and no longer are, by its higher priority


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFull(ToCall):
    """As many callers wait in the queue as may; this one does not."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsRelaxed(ToCall):
    """The call has waited long enough to need less of an agent."""

    stage: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTold(ToCall):
    """How the call stands in line, and how much longer it will wait, in eight cases of ten; None: cannot be told."""

    position: int
    low_ms: Millis | None
    high_ms: Millis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRefused(ToCall):
    """The offered agent said no, or left; the floor has freed the agent already."""

    agent: AgentId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAsked(ToCall):
    """The agent in the conversation wants something done: the event says what."""

    agent: AgentId
    event: AgentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(ToCall):
    """The agent's after-work lasted from `start` to `end`; not `counted` if the caller's return broke it off."""

    agent: AgentId
    start: Millis
    end: Millis
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePassed(ToCall):
    """The time that the call had set itself is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicDue(ToCall):
    """Music that failed is to be tried again."""
