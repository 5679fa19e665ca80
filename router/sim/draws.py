"""Chance: how long things last, drawn from a stream that the seed and the call's id alone decide.

A call gets the same draws whatever else happens in the house, so two runs under different configurations differ by the
configurations and by nothing else (common random numbers).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from typing import Protocol

from router.core.ids import Millis


class Spread(Protocol):
    """How long something lasts, as a distribution."""

    @property
    def mean(self) -> float:
        """Milliseconds."""
        ...

    def draw(self, chance: Random) -> Millis:
        """One length."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    """The same length each time."""

    mean: float

    def draw(self, chance: Random) -> Millis:  # noqa: ARG002 - the shape of every spread
        """The length, without asking chance."""
        return round(self.mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential:
    """Memoryless: what Erlang's formulas suppose of conversations, and fits patience well."""

    mean: float

    def draw(self, chance: Random) -> Millis:
        """Mostly short, seldom very long."""
        return round(chance.expovariate(1.0) * self.mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNormal:
    """What handling times look like in real houses. `variation` is the standard deviation over the mean."""

    mean: float
    variation: float

    def draw(self, chance: Random) -> Millis:
        """Around the median, which lies below the mean."""
        square = math.log1p(self.variation**2)
        return round(self.mean * math.exp(math.sqrt(square) * chance.gauss(0.0, 1.0) - square / 2))


def fitted(lengths: Sequence[Millis], otherwise: Spread) -> Spread:
    """The log-normal spread with the mean and the variation of `lengths`; `otherwise` for too few to tell."""
    if len(lengths) < ENOUGH_TO_FIT:
        return otherwise
    mean = sum(lengths) / len(lengths)
    square = sum((length - mean) ** 2 for length in lengths) / (len(lengths) - 1)
    return LogNormal(mean=mean, variation=math.sqrt(square) / mean) if mean else Always(mean=0)


ENOUGH_TO_FIT = 20


def stream(seed: int, name: str) -> Random:
    """The stream of chance that belongs to `name` under `seed`, the same on every machine."""
    return Random(int.from_bytes(blake2b(f"{seed} {name}".encode(), digest_size=8).digest()))  # noqa: S311 - no secret
