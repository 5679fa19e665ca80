"""Every rule of routing at once, in a world of lost, doubled, late and disordered events: the invariants hold.

Hypothesis chooses what happens, one thing at a time or a busy spell of many. `make fuzz` runs the same machine for as
many steps as one likes (`tests/core/fuzz.py`).
"""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from router.core.events import AgentLoggedIn
from router.core.house import House
from router.core.ids import AgentId
from tests.core.any_world import ACTS, World
from tests.core.chance import Chance
from tests.core.rich_house import HOUSES, NAMES

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

    @initialize(house=st.sampled_from(HOUSES), on=st.sets(st.sampled_from(NAMES[:-1])))
    def opens(self, house: House, on: set[AgentId]) -> None:
        self.world = World(house)
        for agent in sorted(on):
            self.world.tell(AgentLoggedIn(agent=agent))

    @rule(name=st.sampled_from(sorted(ACTS)), data=st.data())
    def something_happens(self, name: str, data: st.DataObject) -> None:
        act, _ = ACTS[name]
        act(self.world, Drawn(data))

    @rule(seed=st.integers(0, 2**32))
    def much_happens(self, seed: int) -> None:
        Chance(seed).spell(self.world, BUSY_SPELL)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.ends()


TestAnyHouse = AnyHouse.TestCase
TestAnyHouse.settings = settings(derandomize=True, deadline=None, max_examples=40, stateful_step_count=30)
