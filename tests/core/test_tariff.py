"""Rating: the price list's examples, every boundary, and properties against a second, naive implementation."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.house import Tariff
from router.core.ids import TariffId
from router.core.money import decimal, round_half_up, written
from router.core.record import CallRecord, Part, PartKind
from router.core.tariff import ChargeKind, rate
from tests.fakes.records import STANDARD, finished, talked

TALK, WRAP_UP, THROUGH = PartKind.TALK, PartKind.WRAP_UP, PartKind.THROUGH


def amounts(record: CallRecord) -> dict[str, tuple[int, int]]:
    return {line.kind.value: (line.units, line.charged) for line in rate(record).lines}


@pytest.mark.parametrize(
    ("talk_ms", "wrap_up_ms", "expected", "total"),
    [
        (10_000, 0, {"handling": (10, 10)}, 10),
        (15_000, 0, {"handling": (15, 15)}, 15),
        (16_000, 0, {"acceptance": (1, 59), "handling": (16, 16)}, 75),
        (95_000, 30_000, {"acceptance": (1, 59), "handling": (125, 123)}, 182),
        (60_000, 300_000, {"acceptance": (1, 59), "handling": (180, 177)}, 236),
    ],
)
def test_examples_of_the_design_cost_what_it_says(
    talk_ms: int, wrap_up_ms: int, expected: dict[str, tuple[int, int]], total: int
) -> None:
    assert amounts(talked(talk_ms, wrap_up_ms)) == expected
    assert rate(talked(talk_ms, wrap_up_ms)).charged == total


@pytest.mark.parametrize(
    ("talk_ms", "wrap_up_ms", "expected"),
    [
        (0, 0, {}),
        (0, 60_000, {}),  # wrap-up of a call nobody talked in
        (999, 0, {}),
        (1_000, 0, {"handling": (1, 1)}),
        (14_999, 0, {"handling": (14, 14)}),
        (15_001, 0, {"acceptance": (1, 59), "handling": (15, 15)}),
        (15_999, 1, {"acceptance": (1, 59), "handling": (16, 16)}),  # added first, truncated once
        (15_600, 600, {"acceptance": (1, 59), "handling": (16, 16)}),
        (60_000, 119_999, {"acceptance": (1, 59), "handling": (179, 176)}),
        (60_000, 120_000, {"acceptance": (1, 59), "handling": (180, 177)}),
        (60_000, 120_001, {"acceptance": (1, 59), "handling": (180, 177)}),
        (60_000, 0, {"acceptance": (1, 59), "handling": (60, 59)}),
    ],
)
def test_boundaries(talk_ms: int, wrap_up_ms: int, expected: dict[str, tuple[int, int]]) -> None:
    assert amounts(talked(talk_ms, wrap_up_ms)) == expected


def test_a_conversation_that_came_back_from_a_transfer_adds_up() -> None:
    record = finished((TALK, 8_000), (THROUGH, 500_000), (TALK, 8_000), (WRAP_UP, 4_000))
    assert amounts(record) == {"acceptance": (1, 59), "handling": (20, 20)}


def test_the_wrap_up_cap_holds_for_the_call_not_for_each_agent() -> None:
    record = finished((TALK, 60_000), (WRAP_UP, 100_000), (TALK, 60_000), (WRAP_UP, 100_000))
    assert amounts(record)["handling"] == (240, 236)


def test_time_with_staff_alone_is_free() -> None:
    assert rate(finished((THROUGH, 600_000))).lines == ()


def test_a_trial_shows_the_full_price_and_charges_nothing() -> None:
    charges = rate(talked(95_000, 30_000, trial=True))
    assert (charges.list_price, charges.charged) == (182, 0)
    assert charges.lines[1].explain.endswith("1.23 EUR, not charged (trial).")


def test_a_call_without_client_or_tariff_is_free() -> None:
    for record in (finished((TALK, 60_000), client=None), finished((TALK, 60_000), tariff=None)):
        assert rate(record).lines == ()


def test_a_tariff_can_make_handling_free_without_acceptance() -> None:
    tariff = replace(STANDARD, handling_needs_acceptance=True)
    assert amounts(finished((TALK, 15_000), tariff=tariff)) == {}
    assert amounts(finished((TALK, 15_001), tariff=tariff)) == {"acceptance": (1, 59), "handling": (15, 15)}


def test_each_charge_explains_its_arithmetic() -> None:
    acceptance, handling = rate(talked(95_000, 300_000)).lines
    assert acceptance.explain == "Talk 95.000 s is longer than 15.000 s: acceptance fee 59 ct, 0.59 EUR."
    assert handling.explain == (
        "Talk 95.000 s + wrap-up 120.000 s (of 300.000 s) = 215 s at 59 ct per 60 s = 211.417 ct, 2.11 EUR."
    )
    assert (handling.talk_ms, handling.wrap_up_ms, handling.units) == (95_000, 120_000, 215)
    assert handling.units * handling.price / handling.per == Fraction(12685, 60)


@pytest.mark.parametrize(
    ("exact", "cents"),
    [("0", 0), ("49/100", 0), ("1/2", 1), ("3/2", 2), ("5/2", 3), ("2499/1000", 2), ("7375/60", 123)],
)
def test_half_a_cent_goes_up(exact: str, cents: int) -> None:
    assert round_half_up(Fraction(exact)) == cents


@pytest.mark.parametrize(("exact", "text"), [("59", "59"), ("7375/60", "122.917"), ("1/2", "0.5"), ("9999/10000", "1")])
def test_exact_amounts_are_written_for_readers(exact: str, text: str) -> None:
    assert decimal(Fraction(exact), places=3) == text


@pytest.mark.parametrize(("cents", "text"), [(0, "0.00 EUR"), (5, "0.05 EUR"), (182, "1.82 EUR"), (-182, "-1.82 EUR")])
def test_sums_are_written_with_two_decimals(cents: int, text: str) -> None:
    assert written(cents, "EUR") == text


lengths = st.integers(min_value=0, max_value=4_000_000) | st.integers(min_value=14_990, max_value=15_010)
prices = st.fractions(min_value=0, max_value=500, max_denominator=1000)
tariffs = st.builds(
    Tariff,
    id=st.just(TariffId("any")),
    version=st.just(1),
    acceptance_fee=prices,
    acceptance_after_ms=st.integers(min_value=0, max_value=30_000),
    handling_per_minute=prices,
    wrap_up_cap_ms=st.integers(min_value=0, max_value=200_000),
    handling_needs_acceptance=st.booleans(),
)
part_lengths = st.lists(st.tuples(st.sampled_from(PartKind), lengths), max_size=6)


@settings(deadline=None)
@given(part_lengths, tariffs, st.booleans())
def test_lines_sum_to_the_total_and_are_never_negative(
    parts: list[tuple[PartKind, int]], tariff: Tariff, trial: bool
) -> None:
    charges = rate(finished(*parts, tariff=tariff, trial=trial))
    assert charges.charged == sum(line.charged for line in charges.lines)
    assert charges.list_price == sum(line.list_price for line in charges.lines)
    assert all(0 <= line.charged <= line.list_price for line in charges.lines)
    assert charges.charged == (0 if trial else charges.list_price)


@settings(deadline=None)
@given(part_lengths.filter(bool), tariffs, st.data())
def test_splitting_a_part_at_any_instant_changes_nothing(
    lengths: list[tuple[PartKind, int]], tariff: Tariff, data: st.DataObject
) -> None:
    whole = finished(*lengths, tariff=tariff)
    index = data.draw(st.integers(0, len(whole.parts) - 1))
    part = whole.parts[index]
    cut = data.draw(st.integers(part.start, part.end))
    halves: tuple[Part, ...] = (replace(part, end=cut), replace(part, start=cut))
    split = replace(whole, parts=(*whole.parts[:index], *halves, *whole.parts[index + 1 :]))
    assert rate(split) == rate(whole)


@settings(deadline=None)
@given(part_lengths, tariffs)
def test_a_naive_second_implementation_agrees(parts: list[tuple[PartKind, int]], tariff: Tariff) -> None:
    charges = rate(finished(*parts, tariff=tariff))
    assert {line.kind.value: line.list_price for line in charges.lines} == naive(parts, tariff)


def naive(parts: list[tuple[PartKind, int]], tariff: Tariff) -> dict[str, int]:
    """Millisecond by millisecond arithmetic in thousandths, with if after if."""
    talk = wrap_up = before = 0
    for kind, length in parts:
        if kind == "talk":
            talk += length
        if kind == "wrap_up":
            wrap_up += length
        if kind == "spoken_before":
            before += length
    if wrap_up > tariff.wrap_up_cap_ms:
        wrap_up = tariff.wrap_up_cap_ms
    if talk == 0:
        wrap_up = 0
    lines = {}
    accepted = before + talk > tariff.acceptance_after_ms
    if accepted and before <= tariff.acceptance_after_ms:
        lines["acceptance"] = half_up(tariff.acceptance_fee.numerator, tariff.acceptance_fee.denominator)
    seconds = (talk + wrap_up) // 1000
    if seconds > 0 and (accepted or not tariff.handling_needs_acceptance):
        price = tariff.handling_per_minute
        lines["handling"] = half_up(seconds * price.numerator, 60 * price.denominator)
    return lines


def half_up(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    return whole + (1 if rest * 2 >= denominator else 0)


def test_kinds_have_stable_names() -> None:
    assert [kind.value for kind in ChargeKind] == ["acceptance", "handling", "forwarded", "surcharge"]
