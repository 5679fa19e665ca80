"""Rating against a second implementation, what splitting a call changes, and what old tariffs must not notice."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from router.core.hours import Hours, Span
from router.core.house import Surcharge, Tariff
from router.core.ids import Millis, TariffId
from router.core.ledger import charge_content, tariff_content
from router.core.record import CallRecord, EndingClass, Part, PartKind
from router.core.tariff import ChargeKind, count, rate, tariff_at
from tests.core.billing.calls import LENGTHS, TARIFFS, Lengths, call_of, told
from tests.core.billing.naive import prices
from tests.fakes.records import ARRIVED, STANDARD, talked
from tests.stories.houses import praxis

NIGHT = Surcharge(name="Nacht", percent=Fraction(25), hours="night")
SUNDAY = Surcharge(name="Sonntag", per_call=Fraction(50), hours="sunday")


@given(LENGTHS, TARIFFS, st.booleans())
def test_charges_are_those_of_the_naive_implementation(lengths: Lengths, tariff: Tariff, trial: bool) -> None:
    charges = rate(call_of(lengths, tariff, trial=trial))
    assert [(line.kind.value, line.units, line.list_price) for line in charges.lines] == prices(told(lengths), tariff)
    assert charges.charged == (0 if trial else charges.list_price)
    assert all(line.exact - line.list_price <= Fraction(1, 2) for line in charges.lines)


def cut(record: CallRecord, at: Millis) -> tuple[CallRecord, CallRecord]:
    """What was before an instant, and what came after it."""
    first = tuple(replace(part, end=min(part.end, at)) for part in record.parts if part.start < at)
    second = tuple(replace(part, start=max(part.start, at)) for part in record.parts if part.end > at)
    return replace(record, parts=first), replace(record, parts=second)


@given(LENGTHS, TARIFFS, st.integers(0, 2_400_000))
def test_exact_amounts_of_a_call_cut_anywhere_sum_to_the_whole(lengths: Lengths, tariff: Tariff, after: int) -> None:
    def exact(record: CallRecord) -> tuple[Fraction, Fraction]:
        counted = count(record, tariff)
        handled = (counted.talk + counted.wrap_up) * tariff.handling_per_minute / 60_000
        return handled, counted.forwarded * tariff.forwarded_per_minute / 60_000

    whole = call_of(lengths, tariff)
    first, second = (exact(piece) for piece in cut(whole, ARRIVED + after))
    assert (first[0] + second[0], first[1] + second[1]) == exact(whole)


@given(LENGTHS, TARIFFS, st.integers(0, 2_400_000))
def test_parts_that_are_stored_in_two_pieces_change_no_charge(lengths: Lengths, tariff: Tariff, after: int) -> None:
    whole = call_of(lengths, tariff)
    first, second = cut(whole, ARRIVED + after)
    assert rate(replace(whole, parts=(*first.parts, *second.parts))) == rate(whole)


def test_a_surcharge_by_percent_is_taken_on_the_cents_that_stand_on_the_bill() -> None:
    charges = rate(
        call_of([(PartKind.TALK, 95_000), (PartKind.WRAP_UP, 30_000)], replace(STANDARD, surcharges=(NIGHT,)))
    )
    assert charges.charged == 182 + 46
    assert charges.lines[-1].explain == "Surcharge Nacht: 25 % of 1.82 EUR = 45.5 ct, 0.46 EUR."
    assert charges.lines[-1].name == "Nacht"


def test_a_surcharge_by_call_is_due_with_the_acceptance_fee_alone() -> None:
    tariff = replace(STANDARD, surcharges=(SUNDAY,))
    assert rate(call_of([(PartKind.TALK, 15_000)], tariff)).charged == 15
    assert rate(call_of([(PartKind.TALK, 15_001)], tariff)).charged == 59 + 15 + 50
    assert rate(call_of([(PartKind.SPOKEN_BEFORE, 16_000), (PartKind.TALK, 16_000)], tariff)).charged == 16


def test_time_with_staff_costs_what_the_tariff_says_and_the_fallback_number_nothing() -> None:
    record = call_of([(PartKind.THROUGH, 90_999)], replace(STANDARD, forwarded_per_minute=Fraction(29)))
    (line,) = rate(record).lines
    assert (line.kind, line.units, line.charged) == (ChargeKind.FORWARDED, 90, 44)
    assert line.explain == "Forwarded 90.999 s = 90 s at 29 ct per 60 s = 43.5 ct, 0.44 EUR."
    fallback = Part(kind=PartKind.THROUGH, start=ARRIVED, end=ARRIVED + 90_999)
    assert rate(replace(record, parts=(fallback,))).lines == ()
    turned_away = replace(record, ending=replace(record.ending, kind=EndingClass.REFUSED))
    assert rate(turned_away).lines == ()


def test_the_tariff_kept_with_a_call_has_the_surcharges_of_its_arrival() -> None:
    night = Hours(name="night", week={"mo": (Span(start=0, end=360),)})
    holiday = Hours(name="sunday", holidays=(Span(start=0, end=1440),), calendar={"2026-12-25": "Weihnachten"})
    client = praxis(
        tariff=replace(STANDARD, surcharges=(NIGHT, SUNDAY)), surcharge_hours={"night": night, "sunday": holiday}
    )
    monday_5_am, christmas = 1_795_406_400_000, 1_798_196_400_000
    assert tariff_at(client, monday_5_am).surcharges == (NIGHT,)
    assert tariff_at(client, christmas).surcharges == (SUNDAY,)
    assert tariff_at(client, monday_5_am + 12 * 3_600_000).surcharges == ()


def test_a_tariff_without_what_is_new_is_written_as_it_always_was() -> None:
    assert list(tariff_content(Tariff(id=TariffId("old"), version=1))) == [
        *("id", "version", "acceptance_fee", "acceptance_after_ms", "handling_per_minute", "wrap_up_cap_ms"),
        *("handling_needs_acceptance", "currency"),
    ]
    assert all("name" not in charge_content(line) for line in rate(talked(95_000, 30_000)).lines)
