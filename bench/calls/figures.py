"""What was measured, as it is kept: one record for each measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Percentiles of `count` times, in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    longest: float

    @classmethod
    def of(cls, times: Sequence[float]) -> Self:
        """Of at least two times."""
        cuts = quantiles(times, n=100, method="inclusive")
        shown = (round(value, 2) for value in (cuts[49], cuts[94], cuts[98], max(times)))
        return cls(count=len(times), **dict(zip(("p50", "p95", "p99", "longest"), shown, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Processor time, of a call in milliseconds or of a waiting caller in microseconds a second."""

    asterisk: float
    router: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """At `rate` calls a second: `post_dial` from the caller's INVITE to the agent's, and what a call costs."""

    rate: float
    post_dial: Spread
    answer: Spread
    failed: int
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run at one rate. Shares of all processors in percent: `busy`, and of that `elsewhere`, in processes that are
    not ours and spoil the figure. `dropped` counts datagrams that found Asterisk's buffer full."""

    rate: int
    seconds: float
    begun: int
    failed: int
    retransmitted: int
    busy: int
    elsewhere: int
    dropped: int
    answer: Spread | None

    @property
    def clean(self) -> bool:
        """Whether no call failed, and callers could be placed as fast as asked."""
        return not self.failed and self.begun >= self.rate * self.seconds * 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Highest rate without a failed call over 30 s (0: none was found); `trials` are all runs, in their order."""

    highest: int
    trials: Sequence[Trial]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Growth by each live call, in kB, between two numbers of them."""

    calls: tuple[int, int]
    asterisk: float
    router: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Processor time of one waiting caller in a second, in microseconds, when so many wait."""

    waiting: int
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturated:
    """From an agent's hang-up to the next caller's INVITE to that agent; calls that were served a second."""

    next_call: Spread
    served: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All that is known of one path."""

    delay: Delay | None = None
    rate: Rate | None = None
    fresh: Rate | None = None
    memory: Memory | None = None
    waiting: Sequence[Waiting] = ()
    saturated: Saturated | None = None
