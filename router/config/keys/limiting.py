"""Keys of the limits against abuse, and of what calls to staff may cost."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from router.config.keys.section import Section
from router.config.levels import MOST, Count, Unlimited
from router.config.scalars import ListedPrefix, LongDuration, Price


class RateKeys(Section):
    """How fast calls may come."""

    burst: Annotated[int, Field(ge=1, le=MOST)]
    """So many at once."""
    per_minute: Annotated[int, Field(ge=1, le=MOST)]
    """So many more each minute."""


class ArrivalKeys(Section):
    """Of one client's arriving calls."""

    calls: Count = None
    """At once."""
    rate: Unlimited[RateKeys] = None
    """How fast."""
    calls_per_caller: Count = 3
    """At once, of one number that is shown."""
    caller_rate: Unlimited[RateKeys] = RateKeys(burst=6, per_minute=3)
    """How fast, of one number that is shown."""


class HouseLimitKeys(Section):
    """Of all clients together."""

    calls: Count = None
    """At once."""
    kept_free: Annotated[int, Field(ge=0, le=MOST)] = 0
    """So many of these are kept for clients who have no call."""
    new_calls_per_second: Count = None
    """So many new calls are let in; more are busy, but for VIPs, allowed callers and whom room is kept for."""


class OutboundKeys(Section):
    """Of one client's calls to staff; days end at midnight in the client's time zone."""

    legs: Count = 4
    """At once."""
    minutes_a_day: Count = 600
    """Together."""
    cost_a_day: Price = Fraction(5_000)
    """Together, by the house's rates."""
    longest: LongDuration = 7_200_000
    """One call."""


class RatesKeys(Section):
    """What a minute to a number costs us, in units of the currency."""

    by_prefix: dict[ListedPrefix, Price] = {}
    """By the beginning of the number; the longest counts."""
    otherwise: Price = Fraction(0)
    """For every other number."""
