"""German value added tax on a secretarial service: decided by the buyer's country and kind.

The place of a service to a business is where that business is (UStG section 3a(2), directive 2006/112/EC article 44),
of one to a consumer where the seller is (section 3a(1), article 45). In another country of the Union a business is
whoever has a VAT id; without one, tax is charged as to a consumer.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

STANDARD_RATE = Fraction(19)  # UStG section 12(1)
SELLER = "DE"
# The countries of the Union by ISO 3166; Greek VAT ids alone begin otherwise.
UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
VAT_ID_OF = {"GR": "EL"}


class VatCategory(StrEnum):
    """UNCL 5305, as far as it occurs here."""

    STANDARD = "S"
    REVERSE_CHARGE = "AE"
    OUTSIDE = "O"  # not taxable in Germany


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Vat:
    """A category and its rate in per cent."""

    category: VatCategory
    rate: Fraction

    def __post_init__(self) -> None:
        if (self.rate > 0) != (self.category is VatCategory.STANDARD):
            raise ValueError(f"no VAT of category {self.category} has a rate of {self.rate} %")


STANDARD = Vat(category=VatCategory.STANDARD, rate=STANDARD_RATE)
REVERSE_CHARGE = Vat(category=VatCategory.REVERSE_CHARGE, rate=Fraction(0))
OUTSIDE = Vat(category=VatCategory.OUTSIDE, rate=Fraction(0))


def vat_of(*, country: str, business: bool, vat_id: str | None) -> Vat:
    """The tax of a buyer in `country` (ISO 3166), when the seller is in Germany."""
    if country == SELLER or not business:
        return STANDARD
    if country in UNION:
        return REVERSE_CHARGE if vat_id else STANDARD
    return OUTSIDE


def vat_account(vat: Vat) -> str:
    """The ledger's account of a tax that is owed to the tax office, `vat:DE:19`."""
    return f"vat:{SELLER}:{vat.rate}"


def vat_prefix(country: str) -> str:
    """How VAT ids of a country of the Union begin."""
    return VAT_ID_OF.get(country, country)
