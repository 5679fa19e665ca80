"""Calls worked out by hand in worked.csv: the arithmetic of each row is right in itself, and rating comes to the same.

Times are seconds with three decimals; `a * b / c = w + r/c; x` is a division with its remainder, rounded half-up to x.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from router.core.house import Surcharge, Tariff
from router.core.ids import Millis, TariffId
from router.core.tariff import Charge, ChargeKind, rate
from tests.core.billing.calls import NAMES, Lengths, call_of

with (Path(__file__).parent / "worked.csv").open(newline="") as file:
    ROWS = list(csv.DictReader(file))

Row = Mapping[str, str]
DIVISION = re.compile(r"(\d+) \* (\d+) / (\d+) = (\d+) \+ (\d+)/(\d+); (\d+)")
KINDS = ("acceptance", "handling", "forwarded", "surcharges")


def millis(text: str) -> Millis:
    whole, thousandths = text.split(".")
    return int(whole) * 1000 + int(thousandths)


def lengths_of(row: Row) -> Lengths:
    return [(NAMES[kind], millis(length)) for kind, length in map(str.split, row["parts"].split("; "))]


def tariff_of(row: Row) -> Tariff:
    said = {words[0]: words[1:] for words in map(str.split, row["tariff"].split(", "))}
    surcharges = [words.split() for words in row["tariff"].split(", ") if words.startswith("per")]
    return Tariff(
        id=TariffId("worked"),
        version=1,
        acceptance_fee=Fraction(said.get("fee", ["59"])[0]),
        acceptance_after_ms=millis(said.get("after", ["15.000"])[0]),
        handling_per_minute=Fraction(said.get("rate", ["59"])[0]),
        wrap_up_cap_ms=millis(said.get("cap", ["120.000"])[0]),
        handling_needs_acceptance="needs" in said,
        currency=said.get("currency", ["EUR"])[0],
        forwarded_per_minute=Fraction(said.get("forwarded", ["0"])[0]),
        surcharges=tuple(
            Surcharge(name=name, **{"percent" if how == "percent" else "per_call": Fraction(amount)})  # type: ignore[arg-type]
            for how, name, amount in surcharges
        ),
    )


def amounts(row: Row) -> Iterator[tuple[str, int]]:
    """What each column comes to: the number after its last semicolon."""
    for kind in KINDS:
        for worked in row[kind].split(" | "):
            result = worked.rpartition("; ")[2]
            if result.isdigit():
                yield kind.removesuffix("s"), int(result)


def test_there_are_the_designs_five_and_two_hundred_more() -> None:
    assert [row["charged"] for row in ROWS[:5]] == ["10", "15", "75", "182", "236"]
    assert len(ROWS) >= 205


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['about']}: {row['parts']}")
def test_rows_arithmetic_is_right(row: Row) -> None:
    for found in DIVISION.finditer(" ".join(row.values())):
        a, b, c, whole, rest, of, rounded = map(int, found.groups())
        assert (a * b, of) == (whole * c + rest, c)
        assert rest < c
        assert rounded == whole + (2 * rest >= c)
    for kind in ("handling", "forwarded"):
        if " = " in row[kind]:
            times, _, total = row[kind].split("; ")[0].partition(" = ")
            assert sum(map(millis, re.sub(r" \(of [\d.]+\)", "", times).split(" + "))) == millis(total)
            seconds = re.search(r"; (\d+) \*", row[kind])
            assert millis(total) // 1000 == (int(seconds[1]) if seconds else 0)
    sums, _, total = row["list_price"].partition(" = ")
    assert [int(each) for each in sums.split(" + ")] == ([each for _, each in amounts(row)] or [0])
    assert sum(map(int, sums.split(" + "))) == int(total)
    assert int(row["charged"]) == (0 if row["trial"] else int(total))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['about']}: {row['parts']}")
def test_call_costs_what_was_worked_out(row: Row) -> None:
    tariff = tariff_of(row)
    charges = rate(call_of(lengths_of(row), tariff, trial=bool(row["trial"])))
    assert [(line.kind.value, line.list_price) for line in charges.lines] == list(amounts(row))
    assert (charges.charged, charges.currency) == (int(row["charged"]), tariff.currency)
    assert all(_says_its_units(row, line) for line in charges.lines)


def _says_its_units(row: Row, line: Charge) -> bool:
    column = "surcharges" if line.kind is ChargeKind.SURCHARGE else line.kind.value
    return line.per == 1 or f"{line.units} * " in row[column]
