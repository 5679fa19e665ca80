"""What a scenario is given, and what it tells."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """`short`: the form for `make test`, some seconds; else the whole one. `chance` is seeded: the same seed, the same
    plan. `say` tells how far it has got."""

    short: bool
    chance: Random
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One promise as seen: `promise` is a sentence, `seen` and `bar` are texts with units such as `1.21 s`.

    `of_bar` is how much of a measured bar was used; None where something is counted.
    """

    promise: str
    seen: str
    bar: str
    held: bool
    of_bar: float | None = None


def at_most(promise: str, seen: float, bar: float, unit: str) -> Figure:
    """A promise that holds as long as the figure is not above the bar."""
    return Figure(
        promise=promise, seen=f"{seen:g} {unit}", bar=f"at most {bar:g} {unit}", held=seen <= bar, of_bar=seen / bar
    )


def exactly(promise: str, seen: object, bar: object) -> Figure:
    """A promise that holds when the figure is the bar."""
    return Figure(promise=promise, seen=str(seen), bar=str(bar), held=seen == bar)
