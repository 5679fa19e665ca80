"""What calls and months cost, written a second time from the rules in docs/billing.md: slow, plain, and on its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from router.core.house import Tariff


@dataclass(kw_only=True)
class Told:
    """A call as one would tell it: lengths in milliseconds."""

    talk: list[int] = field(default_factory=list)
    wrap_up: list[int] = field(default_factory=list)
    with_staff: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)


def to_cents(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def whole_seconds(millis: int) -> int:
    return int(str(millis).zfill(4)[:-3])


def prices(told: Told, tariff: Tariff) -> list[tuple[str, int, int]]:
    """Kind, units and cents of each charge."""
    lines = []
    talk = sum(told.talk)
    accepted_before = sum(told.before) > tariff.acceptance_after_ms
    accepted = sum(told.before) + talk > tariff.acceptance_after_ms
    if accepted and not accepted_before:
        lines.append(("acceptance", 1, to_cents(tariff.acceptance_fee)))
    wrap_up = sum(told.wrap_up)
    if wrap_up > tariff.wrap_up_cap_ms:
        wrap_up = tariff.wrap_up_cap_ms
    if talk == 0:
        wrap_up = 0
    seconds = whole_seconds(talk + wrap_up)
    if seconds > 0 and (accepted or not tariff.handling_needs_acceptance):
        lines.append(("handling", seconds, to_cents(sum([tariff.handling_per_minute / 60] * seconds, Fraction(0)))))
    forwarded = whole_seconds(sum(told.with_staff))
    if forwarded > 0 and tariff.forwarded_per_minute > 0:
        lines.append(("forwarded", forwarded, to_cents(forwarded * tariff.forwarded_per_minute / 60)))
    base = sum(cents for _, _, cents in lines)
    for surcharge in tariff.surcharges:
        if surcharge.percent > 0:
            if base > 0:
                lines.append(("surcharge", base, to_cents(base * surcharge.percent / 100)))
        elif surcharge.per_call > 0 and accepted and not accepted_before:
            lines.append(("surcharge", 1, to_cents(surcharge.per_call)))
    return lines


def included_back(calls: Sequence[tuple[int, Fraction]], seconds: int) -> int:
    """What the first seconds give back; `calls` with their seconds of handling and price a minute, by arrival."""
    back = 0
    for length, price in calls:
        uncovered = 0
        for _ in range(length):
            if seconds > 0:
                seconds -= 1
            else:
                uncovered += 1
        back += to_cents(length * price / 60) - to_cents(uncovered * price / 60)
    return back
