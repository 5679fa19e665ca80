"""Erlang's formulas: what waiting is like when arrivals are Poisson, handling is exponential and all agents are alike.

Erlang C supposes that callers wait for ever, Erlang A that their patience is exponential. Both are computed by
recursions whose terms never leave [0, 1], so neither overflows nor cancels for thousands of agents.
"""

import math
from dataclasses import dataclass

SMALLEST = 1e-15  # a probability below which a tail is not worth adding
MOST_AGENTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a caller may expect. Times in the unit of the handling time; infinite where the line only grows."""

    waits: float  # the probability of having to wait at all
    mean: float  # the mean wait of all callers
    abandons: float = 0.0  # the probability of giving up


def erlang_b(agents: int, load: float) -> float:
    """The probability that all of `agents` are busy where nobody waits; `load` in erlangs."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(agents: int, load: float, handling: float) -> Waiting:
    """With infinite patience; `handling` is the mean handling time."""
    if load >= agents:
        return Waiting(waits=1.0, mean=math.inf)
    blocked = erlang_b(agents, load)
    waits = blocked / (1 - load / agents * (1 - blocked))
    return Waiting(waits=waits, mean=waits * handling / (agents - load))


def service_level(agents: int, load: float, handling: float, within: float) -> float:
    """The share of callers answered within so long, by Erlang C."""
    if load >= agents:
        return 0.0
    return 1 - erlang_c(agents, load, handling).waits * math.exp(-(agents - load) * within / handling)


def agents_needed(load: float, handling: float, within: float, share: float) -> int:
    """The least agents with which Erlang C gives that share answered within so long; none where nobody calls."""
    if load <= 0:
        return 0
    agents = math.floor(load) + 1
    while service_level(agents, load, handling, within) < share and agents < MOST_AGENTS:
        agents += 1
    return agents


def erlang_a(agents: int, load: float, handling: float, patience: float) -> Waiting:
    """With exponential patience of that mean: the chances of each number of callers in the house, then Little's law.

    Palm (1957). Chances are taken relative to that of all agents being busy with nobody waiting, downwards and upwards
    from there: both sums converge for every load.
    """
    below = _below(agents, load)
    line, waiting, relative, step = 0.0, 0.0, 1.0, 0
    while relative > SMALLEST * (1 + line) or step < load:
        line += relative
        waiting += step * relative
        step += 1
        relative *= load / (agents + step * handling / patience)
    whole = below + line
    mean = waiting / whole * handling / load
    return Waiting(waits=line / whole, mean=mean, abandons=mean / patience)


def _below(agents: int, load: float) -> float:
    """The chance of a free agent, over that of all being busy with nobody waiting: 1/B - 1."""
    blocked = erlang_b(agents, load)
    return 1 / blocked - 1 if blocked > 0 else math.inf
