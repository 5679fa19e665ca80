"""Invoices as bookings for a bookkeeper: DATEV's EXTF format, version 700, category 21 (Buchungsstapel) 13.

One line per invoice and tax: gross amount, debtor against revenue. The revenue accounts of SKR03 know their tax
themselves, so that no tax key stands in the lines. Encoding and line ends are Windows', as DATEV asks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from router.core.billing.entry import last_of_month
from router.core.billing.invoice import Invoice, InvoiceKind, VatSum
from router.core.billing.payer import Bookkeeping
from router.core.money import Cents
from router.invoicing.numbers import plain

ENCODING = "cp1252"
LINE_END = "\r\n"
LONGEST_TEXT, LONGEST_DOCUMENT = 60, 36
COLUMNS = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz",
    "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto",
    "Buchungstext",
)  # fmt: skip


def postings(
    books: Bookkeeping, invoices: Iterable[Invoice], *, debtors: Mapping[str, int], month: date, made: datetime
) -> bytes:
    """The file of a month's invoices; `debtors` has each customer's account (one digit more than other accounts have).

    Raises `KeyError` for a customer without one, `ValueError` for an invoice of another month: a file is of one.
    """
    rows = [row for invoice in invoices for row in _rows(books, invoice, debtors[invoice.customer], month)]
    header = _header(books, month, made)
    return LINE_END.join((header, ";".join(COLUMNS), *rows, "")).encode(ENCODING, "replace")


def _header(books: Bookkeeping, month: date, made: datetime) -> str:
    return _line(
        (
            "EXTF", 700, 21, "Buchungsstapel", 13, f"{made:%Y%m%d%H%M%S}000", None, "VZ", "", "", books.consultant,
            books.client, f"{month.year}0101", books.account_digits, f"{month:%Y%m}01",
            f"{last_of_month(month):%Y%m%d}", f"Rechnungen {month:%m/%Y}", "", 1, 0, 0, "EUR", None, "", None, None,
            "", None, None, "", "",
        ),
        bare=frozenset({5, 12, 14, 15}),
    )  # fmt: skip


def _rows(books: Bookkeeping, invoice: Invoice, debtor: int, month: date) -> Iterator[str]:
    if (invoice.issued.year, invoice.issued.month) != (month.year, month.month):
        raise ValueError(f"{invoice.number} was issued on {invoice.issued}, not in {month:%Y-%m}")
    for each in invoice.totals.by_vat:
        gross = each.basis + each.amount
        if gross:
            yield _booking(books, invoice, each, debtor, gross)


def _booking(books: Bookkeeping, invoice: Invoice, each: VatSum, debtor: int, gross: Cents) -> str:
    debit = (gross > 0) == (invoice.kind is InvoiceKind.INVOICE)
    return _line(
        (
            plain(Fraction(abs(gross), 100), places=2, least=2).replace(".", ","), "S" if debit else "H",
            invoice.currency, None, None, "", debtor, books.revenue(each.vat.category), "", f"{invoice.issued:%d%m}",
            invoice.number[:LONGEST_DOCUMENT], f"{invoice.due:%d%m%y}", None, invoice.buyer.name[:LONGEST_TEXT],
        ),
        bare=frozenset({0, 9}),
    )  # fmt: skip


def _line(cells: Sequence[str | int | None], *, bare: frozenset[int]) -> str:
    """Texts in quotes, with a quote in them doubled; numbers and the texts at `bare` without."""
    return ";".join(_cell(cell, quoted=at not in bare) for at, cell in enumerate(cells))


def _cell(cell: str | int | None, *, quoted: bool) -> str:
    if isinstance(cell, str) and quoted:
        return '"{}"'.format(" ".join(cell.split()).replace('"', '""'))
    return "" if cell is None else str(cell)
