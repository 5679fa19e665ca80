"""Every rule of routing at once, in a world of lost, doubled, late and disordered events: the invariants hold.

Hypothesis chooses what happens, one thing at a time or a busy spell of many. `make fuzz` runs the same machine for as
many steps as one likes (`tests/core/fuzz.py`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from router.core import events
from router.core.events import AgentLoggedIn, Event
from router.core.house import House
from router.core.ids import AgentId
from tests.core.any_world import ACTS, History, World
from tests.core.chance import Chance
from tests.core.rich_house import HOUSES, NAMES
from tests.core.shorter import Broke, finding, shortest, told

T = TypeVar("T")
BUSY_SPELL = 40


class Drawn:
    """Hypothesis picks."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def one(self, of: Sequence[T]) -> T:
        return self._data.draw(st.sampled_from(of))


class AnyHouse(RuleBasedStateMachine):
    """One house in any world."""

    world_of: type[World] = World

    @initialize(house=st.sampled_from(HOUSES), on=st.sets(st.sampled_from(NAMES[:-1])))
    def opens(self, house: House, on: set[AgentId]) -> None:
        self.world = self.world_of(house)
        for agent in sorted(on):
            self.world.tell(AgentLoggedIn(agent=agent))

    @rule(name=st.sampled_from(sorted(ACTS)), data=st.data())
    def something_happens(self, name: str, data: st.DataObject) -> None:
        act, _ = ACTS[name]
        with findings_told(self.world):
            act(self.world, Drawn(data))

    @rule(seed=st.integers(0, 2**32))
    def much_happens(self, seed: int) -> None:
        with findings_told(self.world):
            Chance(seed).spell(self.world, BUSY_SPELL)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            with findings_told(self.world):
                self.world.ends()


@contextmanager
def findings_told(world: World) -> Iterator[None]:
    """Whatever breaks is told with as few events as bring it about."""
    try:
        yield
    except AssertionError as failure:
        failure.add_note(told(finding(world.history)))
        raise


TestAnyHouse = AnyHouse.TestCase
TestAnyHouse.settings = settings(
    derandomize=True, deadline=None, max_examples=30, stateful_step_count=20, phases=(Phase.generate,)
)


def test_every_kind_of_event_happens_in_the_world() -> None:
    happened: set[str] = set()
    for seed in range(40):
        world = World(HOUSES[0])
        Chance(seed).spell(world, 600)
        happened |= {type(event).__name__ for _, event in world.history if event is not None}
    kinds = {kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)}
    assert happened == {kind.__name__ for kind in kinds if not kind.__subclasses__()}


def test_finding_is_told_with_no_more_events_than_bring_it_about() -> None:
    world = World(HOUSES[0])
    Chance(7).spell(world, BUSY_SPELL)
    wanted = {3, 17}
    marked = dict(enumerate(world.history))

    def breaks(history: History) -> Broke | None:
        kept = [place for place, moment in marked.items() if any(moment is one for one in history)]
        return ("AssertionError", "here", 1) if wanted <= set(kept) else None

    assert shortest(world.history, breaks) == [marked[place] for place in sorted(wanted)]


def test_world_is_the_same_with_the_same_seed() -> None:
    worlds = [World(HOUSES[0]) for _ in range(2)]
    for world in worlds:
        Chance(11).spell(world, 200)
    assert worlds[0].history == worlds[1].history
    assert worlds[0].board == worlds[1].board
