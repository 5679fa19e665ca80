"""The demo's own reckoning, by the examples that docs/billing.md gives."""

from decimal import Decimal

import pytest

from tests.demo.money import Prices, bill, read_prices
from tests.lab.running import DEMO

PRICES = Prices(acceptance=Decimal("0.59"), accepted_after=15_000, per_minute=Decimal("0.59"), most_wrap_up=120_000)


@pytest.mark.parametrize(
    ("talk", "wrap_up", "charges"),
    [
        (10_000, 0, {"handling": 10}),
        (15_000, 0, {"handling": 15}),
        (15_001, 0, {"acceptance": 59, "handling": 15}),
        (16_000, 0, {"acceptance": 59, "handling": 16}),
        (95_000, 30_000, {"acceptance": 59, "handling": 123}),
        (60_000, 300_000, {"acceptance": 59, "handling": 177}),
        (999, 0, {}),
        (500, 500, {"handling": 1}),
        (0, 30_000, {}),
    ],
)
def test_a_call_costs_what_the_examples_say(talk: int, wrap_up: int, charges: dict[str, int]) -> None:
    assert bill(talk, wrap_up, PRICES) == charges


def test_half_a_cent_is_rounded_up() -> None:
    thirty = Prices(acceptance=Decimal(0), accepted_after=0, per_minute=Decimal("0.30"), most_wrap_up=0)
    assert bill(1_000, 0, thirty)["handling"] == 1


def test_the_demo_reads_its_prices_from_its_own_configuration() -> None:
    assert read_prices(DEMO) == PRICES
