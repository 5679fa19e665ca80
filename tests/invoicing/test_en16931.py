"""The XML keeps EN 16931's rules, and the check of them can fail."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.core.billing.invoice import EInvoice, Invoice, InvoiceLine, Unit
from router.core.billing.vat import OUTSIDE, REVERSE_CHARGE, STANDARD
from router.invoicing.cii import GUIDELINES, cii
from tests.invoicing.examples import credit_note, invoice, outside, reverse_charge
from tests.invoicing.rules import broken

EXAMPLES = (invoice, reverse_charge, outside, credit_note)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.__name__)
def test_invoice_keeps_all_rules(example: Callable[[], Invoice]) -> None:
    assert broken(cii(example(), EInvoice.ZUGFERD)) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.__name__)
def test_xrechnung_is_the_same_with_another_guideline_and_has_what_authorities_ask_for(
    example: Callable[[], Invoice],
) -> None:
    xml = cii(example(), EInvoice.XRECHNUNG)
    authority, europe = GUIDELINES[EInvoice.XRECHNUNG].encode(), GUIDELINES[EInvoice.ZUGFERD].encode()
    assert xml.replace(authority, europe) == cii(example(), EInvoice.ZUGFERD)
    for asked in (b"BuyerReference", b"PersonName", b"CompleteNumber", b"EmailURI", b"URIUniversalCommunication"):
        assert asked in xml


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<ram:GrandTotalAmount>76.70<", "<ram:GrandTotalAmount>76.71<", "BR-CO-15"),
        ("<ram:CalculatedAmount>12.25<", "<ram:CalculatedAmount>13.25<", "BR-CO-1"),
        ("<ram:LineTotalAmount>29.00<", "<ram:LineTotalAmount>29.01<", "BR-CO-10"),
        ("<ram:RateApplicablePercent>19<", "<ram:RateApplicablePercent>7<", "BR-S-"),
        ('schemeID="VA">DE123456788<', 'schemeID="VA">123456788<', "BR-CO-09"),
        ("<ram:TypeCode>380<", "<ram:TypeCode>999<", "Value of 'ram:TypeCode' is not allowed"),
        ("<ram:CountryID>DE<", "<ram:CountryID>XX<", "Value of 'ram:CountryID' is not allowed"),
        ('unitCode="MON"', 'unitCode="MOON"', "Value of '@unitCode' is not allowed"),
        ("<ram:Name>Grundgebühr</ram:Name>", "<ram:Name></ram:Name>", "BR-25"),
        ("<ram:ChargeAmount>29<", "<ram:ChargeAmount>-29<", "BR-27"),
        ("<ram:CityName>Berlin</ram:CityName>", "<ram:Town>Berlin</ram:Town>", "schema"),
    ],
)
def test_mistake_is_found(old: str, new: str, rule: str) -> None:
    xml = cii(invoice(), EInvoice.ZUGFERD).decode()
    assert old in xml
    assert any(rule in told for told in broken(xml.replace(old, new).encode()))


def test_reverse_charge_without_the_buyers_vat_id_is_found() -> None:
    xml = cii(reverse_charge(), EInvoice.ZUGFERD).decode()
    without = xml.replace('<ram:ID schemeID="VA">ATU12345675</ram:ID>', '<ram:ID schemeID="FC">1</ram:ID>')
    assert any("BR-AE-02" in told for told in broken(without.encode()))


def test_invoice_that_is_not_taxable_may_not_bear_vat_ids() -> None:
    xml = cii(outside(), EInvoice.ZUGFERD).decode()
    assert "DE123456788" not in xml
    with_it = xml.replace('schemeID="FC">37/123/45678', 'schemeID="VA">DE123456788')
    assert any("BR-O-02" in told for told in broken(with_it.encode()))


amounts = st.integers(-2_000_000, 2_000_000)


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    """Invoices of any amounts, quantities, prices and texts, taxed in one way."""
    vat = draw(st.sampled_from([STANDARD, REVERSE_CHARGE, OUTSIDE]))
    whole = {STANDARD: invoice, REVERSE_CHARGE: reverse_charge, OUTSIDE: outside}[vat]()
    lines = [
        InvoiceLine(
            id=str(at),
            text=draw(st.text(min_size=1).filter(str.strip)),
            detail=draw(st.text(max_size=40)),
            quantity=Fraction(draw(st.integers(-(10**6), 10**6)), 1000),
            unit=draw(st.sampled_from(Unit)),
            price=Fraction(draw(st.integers(0, 10**7)), 1000),
            per=draw(st.sampled_from([1, 60, 100])),
            net=draw(amounts),
            vat=vat,
        )
        for at in range(1, draw(st.integers(1, 5)) + 1)
    ]
    return replace(
        whole, lines=tuple(lines), buyer=replace(whole.buyer, name=draw(st.text(min_size=1).filter(str.strip)))
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(invoices())
def test_invoice_of_any_amounts_and_texts_keeps_all_rules(any_invoice: Invoice) -> None:
    assert broken(cii(any_invoice, EInvoice.ZUGFERD)) == []
