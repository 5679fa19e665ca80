"""The PDF: one file with the XML in it, always the same, and whole whatever the texts are."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import facturx  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from router.core.billing.invoice import EInvoice, Invoice, InvoiceLanguage
from router.invoicing import render
from router.invoicing.cii import cii
from router.invoicing.display import displayed
from tests.invoicing.examples import calls, credit_note, invoice, outside, reverse_charge
from tests.invoicing.picture import page
from tests.invoicing.rules import broken

HOSTILE = [
    '#panic("out")',
    '#read("/etc/passwd") $x$ *b* _i_ `raw` @label <l> \\ // /* [ ] { }',
    "\u202egnp.ecnatimer\u202c \u2066a\u2069 \u200f",
    "\0\x1b[31m\ud800 \ufffe",
    "漢字 🎉 عربى e\u0301 \U0010ffff",
    "W" * 65_536,
    "Wort " * 13_000,
    '"}); sys.inputs; (',
    "</ram:Name><ram:Name>",
]


def drawn(one: Invoice) -> bytes:
    return render(one)[0].content


def catalogue_of(pdf: bytes) -> Any:
    return PdfReader(BytesIO(pdf)).trailer["/Root"].get_object()


def text_of(pdf: bytes) -> str:
    return "\n".join(each.extract_text() for each in PdfReader(BytesIO(pdf)).pages).replace("\u200b", "")


@pytest.mark.parametrize("language", InvoiceLanguage)
def test_reader_sees_number_sums_and_how_it_is_paid(language: InvoiceLanguage) -> None:
    text = text_of(drawn(invoice(language)))
    german = language is InvoiceLanguage.GERMAN
    for part in ("VZ-2026-00042", "76,70 EUR" if german else "76.70 EUR", "VZ-LUMENTA-1", "Speicherstadt 7"):
        assert part in text
    assert ("Einzelnachweis der Anrufe" if german else "Itemised calls") in text
    assert re.search(r"(Seite|Page) 2 / 2", text)


def test_same_invoice_gives_the_same_bytes() -> None:
    assert render(invoice()) == render(invoice())


def test_pdf_says_that_it_is_of_archive_kind_and_holds_an_invoice() -> None:
    pdf = drawn(invoice())
    root = catalogue_of(pdf)
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>3<", metadata)
    assert re.search(r"pdfaid:conformance>B<", metadata)
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata
    assert "pdfaExtension:schemas" in metadata
    (attached,) = root["/AF"]
    assert attached["/AFRelationship"] == "/Alternative"
    assert "/OutputIntents" in root


def test_other_readers_find_the_xml_in_it() -> None:
    name, xml = facturx.get_xml_from_pdf(drawn(invoice()), check_xsd=True)
    assert name == "factur-x.xml"
    assert xml == cii(invoice(), EInvoice.ZUGFERD)
    assert broken(xml) == []


def test_authority_gets_an_xrechnung_beside_the_pdf() -> None:
    names = [each.name for each in render(replace(invoice(), form=EInvoice.XRECHNUNG))]
    assert names == ["VZ-2026-00042.pdf", "VZ-2026-00042.xml"]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_text_stays_a_text_and_the_page_a_page(hostile: str) -> None:
    one = invoice()
    line = replace(one.lines[0], text=hostile, detail=hostile)
    party = replace(one.buyer, name=hostile, contact=hostile, address=replace(one.buyer.address, street=hostile))
    seller = replace(one.seller, name=hostile, managers=hostile)
    marred = replace(
        one, lines=(line, *one.lines[1:]), buyer=party, seller=seller, note=hostile, customer=hostile, calls=()
    )
    pdf = drawn(marred)
    pages = PdfReader(BytesIO(pdf)).pages
    assert len(pages) <= 2
    text = text_of(pdf)
    assert "76,70 EUR" in text
    assert not set(text) & set("\u202e\u2066\u2069\u200f")
    assert broken(cii(marred, EInvoice.ZUGFERD)) == []


def test_long_words_do_not_leave_the_page() -> None:
    one = invoice()
    long = "W" * 500
    marred = replace(
        one,
        lines=(replace(one.lines[0], text=long, detail=long), *one.lines[1:]),
        buyer=replace(one.buyer, name=long),
        note=long,
        calls=(),
    )
    shown = page(drawn(marred), 0, scale=1.0).convert("L")
    width, height = shown.size
    assert min(shown.crop((width - 40, 0, width, height)).tobytes()) == 255  # nothing in the right margin
    assert min(shown.crop((0, 0, 40, height)).tobytes()) == 255


def test_five_hundred_calls_are_itemised_over_pages_with_heads_and_a_sum() -> None:
    pdf = drawn(replace(invoice(), calls=calls(500)))
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    assert 7 <= len(pages) <= 14
    for each in pages[1:]:
        assert "Nacharbeit" in each
    assert "500" in pages[-1]
    assert sum(each.count("vz-1") for each in pages) == 500


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (credit_note(), "Rechnungskorrektur VZ-2026-00043"),
        (reverse_charge(), "Reverse charge: VAT is owed by the recipient"),
        (outside(), "Nicht im Inland steuerbare Leistung"),
        (outside(), "8001 Zürich SCHWEIZ"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_kinds_say_what_they_are(one: Invoice, told: str) -> None:
    assert told in text_of(drawn(one)).replace("\n", " ")


def test_every_sign_that_is_shown_is_in_the_fonts() -> None:
    signs = "".join(sign for sign in map(chr, range(0x20, 0x2300)) if displayed(sign) == sign)
    assert len(signs) > 450
    lines = tuple(
        replace(invoice().lines[0], id=str(at), text=signs[at : at + 60].strip() or "x")
        for at in range(0, len(signs), 60)
    )
    drawn(replace(invoice(), lines=lines, calls=(), issued=date(2026, 12, 1)))  # PDF/A would refuse a sign that is not
