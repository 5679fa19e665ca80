"""Chance from a seed: what happens next in a world."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from tests.core.any_world import ACTS, World

T = TypeVar("T")
_ACTS = [act for act, _ in ACTS.values()]
_WEIGHTS = [weight for _, weight in ACTS.values()]


class Chance:
    """The same seed, the same world."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self, of: Sequence[T]) -> T:
        """One of these."""
        return self._random.choice(of)

    def spell(self, world: World, acts: int) -> None:
        """So many things happen."""
        for act in self._random.choices(_ACTS, _WEIGHTS, k=acts):
            act(world, self)
