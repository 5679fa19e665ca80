"""What calls and entries of the ledger cost, and what a month's calls will have cost at its end.

The forecast:
- known is what calls cost on the days before today, and today so far;
- the pattern is that of the last 28 whole days, four of each weekday; when the first call in them is younger, of the
  days from that one on;
- a day to come costs what its weekday cost on average in the pattern, or the average of all its days when that weekday
  is not in it; today costs that as well, but no less than it has cost so far;
- without a whole day in the pattern there is no forecast.

Public holidays count as their weekday. It is of calls alone: base fees, included minutes and credits are no part of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from router.core.hours import Day, iso_of, number, weekday
from router.core.money import Cents, round_half_up

PATTERN_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What charges of calls, or entries of the ledger besides, add up to, net: at list price, and in fact."""

    currency: str
    kind: str
    count: int
    list_cents: Cents
    charged_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastLine:
    """What a month's calls cost before today and today so far, what is expected to come, and both together."""

    currency: str
    month: str  # 2026-11
    days_elapsed: int  # whole days of it before today
    days_known: int  # whole days in the pattern
    so_far_cents: Cents
    to_come_cents: Cents | None
    forecast_cents: Cents | None


def known_since(today: Day) -> Day:
    """The first day that `forecast` must know."""
    return min(first_of_month(today), today - PATTERN_DAYS)


def forecast(currency: str, today: Day, costs: Mapping[Day, Cents]) -> ForecastLine:
    """The month of `today`; `costs` are those of days with calls, from `known_since` on."""
    first = first_of_month(today)
    so_far = sum(cost for day, cost in costs.items() if first <= day <= today)
    pattern = _pattern(today, costs)
    to_come = None
    if pattern:
        ahead = sum((_mean(pattern, day) for day in range(today + 1, first_of_month(first + 31))), Fraction(0))
        to_come = round_half_up(ahead + max(_mean(pattern, today) - costs.get(today, 0), Fraction(0)))
    return ForecastLine(
        currency=currency,
        month=iso_of(today)[:7],
        days_elapsed=today - first,
        days_known=len(pattern),
        so_far_cents=so_far,
        to_come_cents=to_come,
        forecast_cents=None if to_come is None else so_far + to_come,
    )


def first_of_month(day: Day) -> Day:
    """The first day of its month."""
    return number(f"{iso_of(day)[:7]}-01")


def _pattern(today: Day, costs: Mapping[Day, Cents]) -> Sequence[tuple[int, Cents]]:
    """Weekday and cost of each day."""
    first = min((day for day in costs if day >= today - PATTERN_DAYS), default=today)
    return [(weekday(day), costs.get(day, 0)) for day in range(first, today)]


def _mean(pattern: Sequence[tuple[int, Cents]], day: Day) -> Fraction:
    alike = [cost for of, cost in pattern if of == weekday(day)] or [cost for _, cost in pattern]
    return Fraction(sum(alike), len(alike))
