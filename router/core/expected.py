"""How much longer a caller will wait: a range that holds in eight cases of ten.

With `n` agents who are all busy and whose calls last `mean` on average, agents come free at a rate of `n / mean`, and
the caller whose turn is the `p`-th is served at the `p`-th of these moments: the wait is Erlang distributed, with shape
`p`. Its 10 % and 90 % quantiles are taken by Wilson and Hilferty's approximation (Proc. N.A.S. 17, 1931, 684-688),
which for the first in line is 7 % short of the lower one and 1 % of the upper, and closer for everybody else.

A turn counts in part when those who go before may also be served by agents who do not fit this caller. The mean itself
is known from the calls seen of late only, which widens the range: `m` of them let a wait vary by 1/p + 1/m, not 1/p.
"""

from dataclasses import dataclass
from math import sqrt

from router.core.ids import Millis

Z = 1.2815515655446004  # of the standard normal distribution: 10 % lie above it
PRIOR_MS = 150_000.0  # ring, talk and wrap-up, before any call was seen
PRIOR_CALLS = 5  # as many as that guess counts for
MEMORY_CALLS = 100  # about so many calls back the mean looks


@dataclass(slots=True, kw_only=True)
class Pace:
    """How long one call of a queue takes an agent, on the average of late."""

    mean_ms: float = PRIOR_MS
    calls: int = 0

    @property
    def seen(self) -> int:
        """How many calls the mean is worth: of one that forgets by `1/k`, about `2k`."""
        return min(self.calls + PRIOR_CALLS, 2 * MEMORY_CALLS)

    def learn(self, took: Millis) -> None:
        """One more call took an agent so long."""
        self.calls += 1
        weight = 1 / min(self.calls + PRIOR_CALLS, MEMORY_CALLS)
        self.mean_ms += (took - self.mean_ms) * weight


def expected_wait(turn: float, agents: int, pace: Pace) -> tuple[Millis, Millis] | None:
    """The 10 % and 90 % quantiles in milliseconds; None when nobody is there who could serve the caller."""
    if agents <= 0:
        return None
    return erlang_range(1 / (1 / turn + 1 / pace.seen), turn * pace.mean_ms / agents)


def erlang_range(shape: float, mean_ms: float) -> tuple[Millis, Millis]:
    """The 10 % and 90 % quantiles in milliseconds of an Erlang distribution with this shape, whole or not, and mean."""
    return _quantile(shape, -Z, mean_ms), _quantile(shape, Z, mean_ms)


def _quantile(shape: float, z: float, mean_ms: float) -> Millis:
    return round(mean_ms * (1 - 1 / (9 * shape) + z / (3 * sqrt(shape))) ** 3)
