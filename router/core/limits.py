"""Against abuse: how many calls at once and how fast, and what calls to staff may cost. None of it by default limits
an honest small business; `None` is no limit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.core.ids import Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A token bucket: `burst` calls at once, refilled at `per_minute`."""

    burst: int
    per_minute: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalLimits:
    """Of one client's arriving calls."""

    calls: int | None = None  # at once
    rate: Rate | None = None
    calls_per_caller: int | None = 3  # at once, of one number that is shown
    caller_rate: Rate | None = Rate(burst=6, per_minute=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseLimits:
    """Of the whole house. The last `kept_free` of `calls` are for clients who have no call now."""

    calls: int | None = None
    kept_free: int = 0
    new_calls_per_second: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundLimits:
    """Of one client's calls to staff, a day in the client's time zone."""

    legs: int | None = 4  # at once
    minutes_a_day: int | None = 600
    cents_a_day: int | None = 5_000
    longest_ms: Millis = 7_200_000  # of one call


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What a minute to a number costs us, in cents, by the longest prefix; `otherwise` for every other number."""

    by_prefix: Mapping[str, float] = field(default_factory=dict)
    otherwise: float = 0.0
