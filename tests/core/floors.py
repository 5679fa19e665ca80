"""A floor, and what calls and agents tell it, in few words."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from router.core.commands import Command
from router.core.events import AgentLoggedIn
from router.core.floor import Floor
from router.core.house import Agent
from router.core.ids import AgentId, CallId, ClientId, Millis, Skill
from router.core.messages import AgentAssigned, AgentFreed, AgentWanted, OfferTaken, ToCall
from router.core.queue import Queue
from router.core.skills import Needs, needs_of
from tests.stories.houses import DEUTSCH, a_house, a_queue, agent

T = TypeVar("T", bound=ToCall | Command)
Said = Sequence[ToCall | Command]


def floor_with(agents: Iterable[Agent], **house: Any) -> Floor:
    """Nobody has logged in."""
    floor = Floor()
    floor.adopt(a_house(agents=agents, **house), 0)
    return floor


def floor_of(*names: AgentId, skills: tuple[Skill, ...] = (DEUTSCH,)) -> Floor:
    """Agents who logged in one millisecond after the other."""
    floor = floor_with([agent(name, *skills) for name in names])
    for number, name in enumerate(names, 1):
        floor.feed(AgentLoggedIn(agent=name), number)
    return floor


def needing(*skills: Skill, **levels: int) -> Needs:
    """These skills at any level, and those at theirs."""
    return needs_of(dict.fromkeys(skills, 1) | {Skill(name): level for name, level in levels.items()})


def wanted(
    call: str, *skills: Skill, queue: Queue | None = None, at: Millis = 100, tier: int = 1, **changes: Any
) -> AgentWanted:
    """A call that seeks an agent, and has arrived and been queued at the same time."""
    own = queue or a_queue((0, needing(*skills)))
    facts: dict[str, Any] = {"arrived": at, "queued": at, "client": ClientId("c"), "caller": f"caller of {call}"}
    return AgentWanted(call=CallId(call), queue=own, tier=tier, **facts | changes)


def given(said: Said) -> list[tuple[str, AgentId]]:
    """Which calls were assigned to which agents."""
    return [(one.call, one.agent) for one in said if isinstance(one, AgentAssigned)]


def only(kind: type[T], said: Said) -> T:
    """The one answer of this kind."""
    (found,) = [one for one in said if isinstance(one, kind)]
    return found


def talks(floor: Floor, call: str, who: AgentId, *, since: Millis, until: Millis | None = None) -> None:
    """The offered agent takes the call, and is in wrap-up from `until` on."""
    floor.feed(OfferTaken(call=CallId(call), agent=who), since)
    if until is not None:
        floor.feed(AgentFreed(call=CallId(call), agent=who, limit=180_000), until)
