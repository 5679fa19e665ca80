"""An invoice or a credit note as it is sent: parties, lines, tax, totals, and the calls that are itemised.

- Amounts are integer cents. A line's sum is its own; where single calls were rounded, it may differ from quantity times
  price by `rounding`, which is shown.
- Tax is computed once per rate, on the sum of its lines, and rounded half-up.
- A credit note has positive amounts. One for a whole invoice names it; a month whose credits exceed what it costs is a
  credit note, too, and corrects no single invoice.
- Callers' numbers are shortened by three digits (TDDDG section 11(4)).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from router.core.billing.vat import Vat
from router.core.ids import Millis
from router.core.money import Cents, round_half_up

HIDDEN_DIGITS = 3


class InvoiceKind(StrEnum):
    """What the document is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceLanguage(StrEnum):
    """In which it is written."""

    GERMAN = "de"
    ENGLISH = "en"


class Unit(StrEnum):
    """What a line counts, by UN/ECE recommendation 20."""

    PIECE = "C62"
    SECOND = "SEC"
    MINUTE = "MIN"
    MONTH = "MON"


class EInvoice(StrEnum):
    """In which form a buyer gets invoices."""

    ZUGFERD = "zugferd"  # a PDF with the XML in it
    XRECHNUNG = "xrechnung"  # the XML that German authorities ask for, and the PDF beside it


class DebitSequence(StrEnum):
    """Whether a direct debit is its mandate's first."""

    FIRST = "FRST"
    RECURRENT = "RCUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address; `country` by ISO 3166."""

    street: str
    postcode: str
    city: str
    country: str
    extra: str = ""  # department, floor, c/o


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Seller or buyer. `leitweg_id`: to whom an authority's invoice goes. `register`: court and number."""

    name: str
    address: Address
    vat_id: str = ""
    tax_number: str = ""
    email: str = ""
    phone: str = ""
    contact: str = ""
    register: str = ""
    managers: str = ""
    website: str = ""
    leitweg_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A bank account, IBAN without blanks."""

    holder: str
    iban: str
    bic: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectDebit:
    """What is collected from the buyer's account on the day `collected`, and on what grounds."""

    mandate: str
    signed: date
    debtor: Account
    creditor_id: str
    sequence: DebitSequence
    collected: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """`quantity` units at `price` cents per `per` units make `net` cents; a deduction has a negative quantity."""

    id: str
    text: str
    quantity: Fraction
    unit: Unit
    price: Fraction
    net: Cents
    vat: Vat
    per: int = 1
    detail: str = ""  # the arithmetic, or what else the reader wants to know

    def __post_init__(self) -> None:
        if self.price < 0 or self.per < 1:
            raise ValueError(f"line {self.id}: a price is not negative, and per at least one unit")

    @property
    def rounding(self) -> Cents:
        """What rounding the single calls adds to quantity times price."""
        return self.net - round_half_up(self.quantity * self.price / self.per)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """One call of the period; `caller` is shortened, empty when it was hidden."""

    arrived: Millis
    caller: str
    reference: str
    talk_ms: Millis
    wrap_up_ms: Millis  # as far as it counts
    acceptance: Cents
    handling: Cents
    other: Cents = 0  # surcharges, and conversations that were put through
    waived: Cents = 0  # of these, what a trial leaves uncharged, or was refunded

    @property
    def charged(self) -> Cents:
        """What the call costs its client."""
        return self.acceptance + self.handling + self.other - self.waived


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSum:
    """All lines of one tax: what it is computed on, and what it comes to."""

    vat: Vat
    basis: Cents
    amount: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Cents: without tax, tax by kind, tax, with tax."""

    net: Cents
    by_vat: tuple[VatSum, ...]
    vat: Cents
    gross: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """All that is in it; `calls` have instants, shown in `timezone`. `corrects`: the number of an earlier invoice."""

    number: str
    kind: InvoiceKind = InvoiceKind.INVOICE
    corrects: str = ""
    language: InvoiceLanguage
    form: EInvoice = EInvoice.ZUGFERD
    issued: date
    first: date
    last: date
    due: date
    seller: Party
    buyer: Party
    customer: str
    account: Account
    debit: DirectDebit | None = None
    currency: str
    timezone: str
    lines: tuple[InvoiceLine, ...]
    calls: tuple[CallLine, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.corrects and self.kind is not InvoiceKind.CREDIT_NOTE:
            raise ValueError(f"{self.number}: only a credit note corrects an invoice")
        if not self.lines:
            raise ValueError(f"{self.number}: an invoice has at least one line")
        if self.first > self.last or self.issued > self.due:
            raise ValueError(f"{self.number}: a period ends after its beginning, and nothing is due before its issue")

    @property
    def totals(self) -> Totals:
        """The sums of its lines; they add up by construction."""
        sums = tuple(_vat_sums(self.lines))
        net, vat = sum(line.net for line in self.lines), sum(each.amount for each in sums)
        return Totals(net=net, by_vat=sums, vat=vat, gross=net + vat)


def _vat_sums(lines: tuple[InvoiceLine, ...]) -> Iterator[VatSum]:
    for vat in sorted({line.vat for line in lines}):
        basis = sum(line.net for line in lines if line.vat == vat)
        yield VatSum(vat=vat, basis=basis, amount=round_half_up(basis * vat.rate / 100))


def shortened(number: str) -> str:
    """A caller's number without its last three digits; of a shorter one nothing is left."""
    kept = number[:-HIDDEN_DIGITS]
    return f"{kept}{'x' * HIDDEN_DIGITS}" if kept.strip("+") else "x" * len(number)
