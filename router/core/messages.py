"""What calls and the floor tell each other: values only, so that the two could live in different processes."""

from dataclasses import dataclass

from router.core.events import AgentEvent
from router.core.ids import AgentId, CallId, Millis, Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFloor:
    """A call speaks to the floor."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWanted(ToFloor):
    """The call seeks an agent. Lower `rank` is served first, then the earlier `arrived`."""

    skills: frozenset[Skill]
    rank: int
    arrived: Millis
    back_to: AgentId | None = None  # the agent to whom a failed transfer returns


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
