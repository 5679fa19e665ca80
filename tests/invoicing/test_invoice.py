"""What an invoice comes to, what tax is on it, and that it is the same after having been kept."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.billing.invoice import InvoiceLine, Unit, shortened
from router.core.billing.invoice_content import invoice_content, invoice_of
from router.core.billing.vat import OUTSIDE, REVERSE_CHARGE, STANDARD, Vat, VatCategory, vat_account, vat_of
from tests.invoicing.examples import credit_note, invoice, outside, reverse_charge


def line(net: int, vat: Vat = STANDARD) -> InvoiceLine:
    return InvoiceLine(
        id="1", text="x", quantity=Fraction(1), unit=Unit.PIECE, price=Fraction(abs(net)), net=net, vat=vat
    )


@pytest.mark.parametrize(
    ("nets", "tax"),
    [
        ([100], 19),
        ([3, 3], 1),  # on the sum, 1.14; on each line it would be 0.57 twice, 2
        ([50], 10),  # 9.5: half-up
        ([150], 29),  # 28.5
        ([0], 0),
        ([1, -1], 0),
        ([-100], -19),
        ([2], 0),  # 0.38
    ],
)
def test_tax_is_rounded_once_on_the_sum(nets: list[int], tax: int) -> None:
    totals = replace(invoice(), lines=tuple(map(line, nets))).totals
    assert (totals.net, totals.vat, totals.gross) == (sum(nets), tax, sum(nets) + tax)


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from([STANDARD, REVERSE_CHARGE])), min_size=1))
def test_totals_are_the_sums_of_their_parts(rows: list[tuple[int, Vat]]) -> None:
    totals = replace(invoice(), lines=tuple(line(net, vat) for net, vat in rows)).totals
    assert totals.net == sum(net for net, _ in rows) == sum(each.basis for each in totals.by_vat)
    assert totals.vat == sum(each.amount for each in totals.by_vat)
    assert totals.gross == totals.net + totals.vat
    for each in totals.by_vat:
        assert abs(Fraction(each.amount) - each.basis * each.vat.rate / 100) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("country", "business", "vat_id", "vat"),
    [
        ("DE", True, "DE123456788", STANDARD),
        ("DE", True, None, STANDARD),
        ("DE", False, None, STANDARD),
        ("AT", True, "ATU12345675", REVERSE_CHARGE),
        ("GR", True, "EL123456789", REVERSE_CHARGE),
        ("AT", True, None, STANDARD),
        ("AT", False, None, STANDARD),
        ("CH", True, None, OUTSIDE),
        ("GB", True, None, OUTSIDE),
        ("US", True, None, OUTSIDE),
        ("CH", False, None, STANDARD),
    ],
)
def test_buyers_country_and_kind_decide_about_tax(country: str, business: bool, vat_id: str | None, vat: Vat) -> None:
    assert vat_of(country=country, business=business, vat_id=vat_id) == vat


def test_standard_tax_has_an_account_of_its_own() -> None:
    assert vat_account(STANDARD) == "vat:DE:19"


def test_there_is_no_rate_without_tax_and_no_tax_without_rate() -> None:
    with pytest.raises(ValueError, match="no VAT of category AE"):
        Vat(category=VatCategory.REVERSE_CHARGE, rate=Fraction(19))


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+493012345678", "+493012345xxx"), ("+4930", "+4xxx"), ("+123", "xxxx"), ("110", "xxx"), ("", "")],
)
def test_callers_numbers_lack_their_last_three_digits(number: str, shown: str) -> None:
    assert shortened(number) == shown


def test_rounding_is_what_single_calls_add() -> None:
    three_calls = InvoiceLine(
        id="1", text="x", quantity=Fraction(3), unit=Unit.SECOND, price=Fraction(59), per=60, net=3, vat=STANDARD
    )
    assert three_calls.rounding == 0  # 2.95 together, 0.98 each
    assert replace(three_calls, quantity=Fraction(50), net=50).rounding == 1  # 49.17


@pytest.mark.parametrize("example", [invoice, credit_note, reverse_charge, outside])
def test_kept_invoice_is_the_same_again(example: object) -> None:
    assert callable(example)
    kept = json.dumps(invoice_content(example()))
    assert invoice_of(json.loads(kept)) == example()


def test_impossible_invoices_are_refused() -> None:
    with pytest.raises(ValueError, match="only a credit note corrects an invoice"):
        replace(invoice(), corrects="VZ-1")
    with pytest.raises(ValueError, match="at least one line"):
        replace(invoice(), lines=())
