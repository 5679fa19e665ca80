"""A client's month: every line, and what the lines must sum to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.billing.entry import Entry, EntryKind, owed
from router.core.billing.month import (
    BaseFee,
    CallsLine,
    IncludedCalls,
    IncludedMinutes,
    SettledCall,
    Statement,
    Terms,
    TopUp,
    monthly_postings,
    statement,
)
from router.core.errors import CurrenciesMixed
from router.core.house import Tariff
from router.core.ids import CallId, TariffId
from router.core.record import PartKind
from router.core.tariff import rate
from tests.core.billing.calls import LENGTHS, TARIFFS, Lengths, call_of
from tests.core.billing.naive import included_back
from tests.fakes.records import ARRIVED, MUELLER

NOVEMBER = date(2026, 11, 1)
PLAIN = Tariff(id=TariffId("plain"), version=1)


def terms(tariff: Tariff = PLAIN, **changes: object) -> Terms:
    return replace(Terms(client=MUELLER, tariff=tariff), **changes)  # type: ignore[arg-type]


def settled(lengths: Lengths, tariff: Tariff = PLAIN, *, number: int = 1, trial: bool = False) -> SettledCall:
    record = call_of(lengths, tariff, trial=trial, call=f"call-{number}", arrived=ARRIVED + number)
    return SettledCall(arrived=record.arrived, charges=rate(record))


def talks(*seconds: int, trial: bool = False) -> list[SettledCall]:
    return [settled([(PartKind.TALK, 1000 * each)], number=n, trial=trial) for n, each in enumerate(seconds, 1)]


def entry(kind: EntryKind, amount: int, *, call: str | None = None) -> Entry:
    return Entry(
        key=f"{kind}:{amount}",
        kind=kind,
        client=MUELLER,
        day=date(2026, 11, 20),
        at=ARRIVED,
        author="olga",
        reason="Kulanz",
        currency="EUR",
        postings=owed(MUELLER, amount, f"credits:{kind}"),
        reverses=7 if kind in {EntryKind.REVERSAL, EntryKind.REFUND} else None,
        call=CallId(call) if call else None,
    )


def the(kind: type, of: Statement) -> list[int]:
    return [line.charged for line in of.lines if isinstance(line, kind)]


def test_calls_are_summed_up_by_kind_and_price() -> None:
    (acceptance, handling) = statement(terms(), NOVEMBER, talks(10, 95, 125)).lines
    assert isinstance(acceptance, CallsLine)
    assert isinstance(handling, CallsLine)
    assert (acceptance.calls, acceptance.units, acceptance.charged) == (2, 2, 118)
    assert (handling.calls, handling.units, handling.charged) == (3, 230, 10 + 93 + 123)


@pytest.mark.parametrize(
    ("begins", "ends", "days", "fee"),
    [
        (None, None, 30, 2900),
        (date(2026, 11, 16), None, 15, 1450),
        (None, date(2026, 11, 1), 1, 97),
        (date(2026, 10, 2), date(2026, 11, 10), 10, 967),
        (date(2026, 12, 1), None, 0, None),
    ],
)
def test_base_fee_counts_by_the_day(begins: date | None, ends: date | None, days: int, fee: int | None) -> None:
    found = statement(terms(replace(PLAIN, base_fee=Fraction(2900)), begins=begins, ends=ends), NOVEMBER, [])
    assert the(BaseFee, found) == ([] if fee is None else [fee])
    assert [line.days for line in found.lines if isinstance(line, BaseFee)] == ([] if fee is None else [days])


def test_included_minutes_cover_the_first_calls_and_split_the_last() -> None:
    found = statement(terms(replace(PLAIN, included_minutes=2)), NOVEMBER, talks(80, 125, 60))
    (line,) = (line for line in found.lines if isinstance(line, IncludedMinutes))
    assert (line.calls, line.split, line.split_seconds, line.used) == (1, "call-2", 40, 120)
    assert line.charged == -(79 + 39)  # 80 s are 78.667 ct; 125 s are 1.23, the other 85 s 0.84


def test_included_calls_give_the_first_acceptance_fees_back() -> None:
    found = statement(terms(replace(PLAIN, included_calls=2)), NOVEMBER, talks(10, 20, 20, 20))
    assert the(IncludedCalls, found) == [-118]


def test_what_is_included_counts_by_the_day_and_is_rounded_up() -> None:
    tariff = replace(PLAIN, included_minutes=1, included_calls=4)
    found = statement(terms(tariff, begins=date(2026, 11, 30)), NOVEMBER, talks(60, 60))
    assert the(IncludedMinutes, found) == [-(59 - 57)]  # 2 of 60 s; 58 s are 57.033 ct
    assert the(IncludedCalls, found) == [-59]


def test_the_minimum_is_topped_up_before_credits() -> None:
    found = statement(
        terms(replace(PLAIN, minimum=Fraction(500))), NOVEMBER, talks(60), [entry(EntryKind.CREDIT, -100)]
    )
    assert the(TopUp, found) == [500 - 118]
    assert found.charged == 400
    assert the(TopUp, statement(terms(replace(PLAIN, minimum=Fraction(118))), NOVEMBER, talks(60))) == []


def test_a_refunded_call_uses_up_nothing_that_is_included() -> None:
    tariff = replace(PLAIN, included_minutes=1)
    refund = entry(EntryKind.REFUND, -118, call="call-1")
    found = statement(terms(tariff), NOVEMBER, talks(60, 60), [refund])
    assert [line.split for line in found.lines if isinstance(line, IncludedMinutes)] == [None]
    assert found.charged == 59  # the second call's acceptance fee


def test_a_call_whose_reversal_is_taken_back_uses_up_what_is_included_again() -> None:
    tariff = replace(PLAIN, included_minutes=1)
    back = [entry(EntryKind.REVERSAL, amount, call="call-1") for amount in (-118, 118)]
    found = statement(terms(tariff), NOVEMBER, talks(60), back)
    assert found.charged == 59


def test_a_month_of_trial_shows_its_price_and_charges_nothing() -> None:
    tariff = replace(PLAIN, base_fee=Fraction(2900), included_minutes=1, minimum=Fraction(5000))
    found = statement(terms(tariff, trial=True), NOVEMBER, talks(60, trial=True))
    assert (found.list_price, found.charged) == (5000, 0)
    assert monthly_postings(found) == ()


def test_calls_of_the_trial_before_use_up_nothing() -> None:
    calls = [*talks(60, trial=True), settled([(PartKind.TALK, 60_000)], number=2)]
    found = statement(terms(replace(PLAIN, included_minutes=1)), NOVEMBER, calls)
    assert found.charged == 59


def test_what_cannot_be_summed_is_refused() -> None:
    with pytest.raises(CurrenciesMixed, match="call call-1 is in EUR, the month's tariff in CHF"):
        statement(terms(replace(PLAIN, currency="CHF")), NOVEMBER, talks(60))
    with pytest.raises(ValueError, match="call-1 arrived before"):
        statement(terms(), NOVEMBER, talks(60, 60)[::-1])


MONTHS = st.builds(
    lambda tariff, fee, minutes, calls, least: replace(
        tariff, base_fee=fee, included_minutes=minutes, included_calls=calls, minimum=least
    ),
    TARIFFS,
    st.fractions(0, 5000, max_denominator=7),
    st.integers(0, 30),
    st.integers(0, 5),
    st.fractions(0, 9000, max_denominator=7),
)
ENTRIES = st.lists(
    st.builds(entry, st.sampled_from([EntryKind.CREDIT, EntryKind.DISCOUNT]), st.integers(-500, 500)), max_size=3
)


@given(MONTHS, st.lists(st.tuples(LENGTHS, st.booleans()), max_size=8), ENTRIES, st.integers(1, 30), st.randoms())
def test_lines_sum_to_settlements_entries_and_the_monthly_postings(
    tariff: Tariff, told: Sequence[tuple[Lengths, bool]], entries: Sequence[Entry], begins: int, chance: object
) -> None:
    calls = [settled(lengths, tariff, number=n, trial=trial) for n, (lengths, trial) in enumerate(told)]
    agreed = terms(tariff, begins=date(2026, 11, begins))
    found = statement(agreed, NOVEMBER, calls, entries)
    postings = monthly_postings(found)
    monthly = sum(posting.amount for posting in postings if posting.account.startswith("client:"))
    assert sum(posting.amount for posting in postings) == 0
    charged = sum(call.charges.charged for call in calls)
    assert found.charged == charged + sum(one.receivable for one in entries) + monthly
    mixed = [*calls]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert statement(agreed, NOVEMBER, sorted(mixed, key=lambda call: call.arrived), entries) == found
    assert (
        sum(line.charged for line in found.lines if isinstance(line, CallsLine | IncludedMinutes | IncludedCalls)) >= 0
    )


@given(st.lists(st.tuples(LENGTHS, TARIFFS), max_size=6), st.integers(0, 20))
def test_included_minutes_are_those_of_the_naive_implementation(
    told: Sequence[tuple[Lengths, Tariff]], minutes: int
) -> None:
    calls = [settled(lengths, tariff, number=n) for n, (lengths, tariff) in enumerate(told)]
    handled = [
        (line.units, line.price) for call in calls for line in call.charges.lines if line.kind.value == "handling"
    ]
    found = statement(terms(replace(PLAIN, included_minutes=minutes)), NOVEMBER, calls)
    assert -sum(the(IncludedMinutes, found)) == included_back(handled, minutes * 60)
