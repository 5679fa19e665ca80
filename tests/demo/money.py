"""What a call should cost, by a second and deliberately simple reckoning that shares nothing with the router's own.

Prices are read straight from the operators' YAML; the rules are those of docs/billing.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """One tariff version; money in units of the currency, times in milliseconds."""

    acceptance: Decimal
    accepted_after: int
    per_minute: Decimal
    most_wrap_up: int


def read_prices(config: Path, tariff: str = "standard") -> Prices:
    """The first version of a tariff in `config/tariffs.yaml`."""
    first = yaml.safe_load((config / "tariffs.yaml").read_text())["tariffs"][tariff][0]
    return Prices(
        acceptance=Decimal(first["acceptance_fee"]),
        accepted_after=_millis(first["acceptance_after"]),
        per_minute=Decimal(first["handling_per_minute"]),
        most_wrap_up=_millis(first["wrap_up_cap"]),
    )


def _millis(seconds: str) -> int:
    return int(seconds.removesuffix("s")) * 1000


def bill(talk: int, wrap_up: int, prices: Prices) -> Mapping[str, int]:
    """Cents by kind of charge for so many milliseconds; a charge that does not arise is left out."""
    charges = {}
    if talk > prices.accepted_after:
        charges["acceptance"] = _cents(prices.acceptance)
    seconds = (talk + min(wrap_up, prices.most_wrap_up)) // 1000 if talk else 0
    if seconds:
        charges["handling"] = _cents(prices.per_minute * seconds / 60)
    return charges


def _cents(units: Decimal) -> int:
    return int((units * 100).quantize(Decimal(1), ROUND_HALF_UP))
