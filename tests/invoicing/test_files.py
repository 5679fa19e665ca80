"""The bank's file and the bookkeeper's."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
import sepaxml  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from router.core.billing.invoice import DebitSequence, Invoice
from router.core.billing.payer import Bookkeeping, Seller
from router.invoicing.datev import postings
from router.invoicing.sepa import direct_debits, sepa_text
from tests.invoicing.examples import ACCOUNT, DEBIT, SELLER, credit_note, invoice, outside, reverse_charge

MADE = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
HOUSE = Seller(party=SELLER, account=ACCOUNT, creditor_id="DE98ZZZ09999999999", numbers="VZ-{number}", due_days=14)
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}
BOOKS = Bookkeeping(consultant=29098, client=55003)


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(sepaxml.__file__).parent / "schemas" / "pain.008.001.08.xsd"))


def second() -> Invoice:
    return replace(
        invoice(),
        number="VZ-2026-00044",
        debit=replace(DEBIT, mandate="M-2", sequence=DebitSequence.RECURRENT),
        buyer=replace(invoice().buyer, name="Bäckerei & Söhne <b>"),
    )


def test_debits_keep_the_schema_and_stand_in_blocks_by_sequence() -> None:
    file = etree.fromstring(direct_debits(HOUSE, [second(), invoice(), reverse_charge()], made=MADE))
    schema().assertValid(file)
    blocks = file.findall(".//p:PmtInf", SPACE)
    assert [block.findtext(".//p:SeqTp", namespaces=SPACE) for block in blocks] == ["FRST", "RCUR"]
    assert file.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=SPACE) == "153.40"
    assert [block.findtext("p:CtrlSum", namespaces=SPACE) for block in blocks] == ["76.70", "76.70"]
    assert {day.text for day in file.findall(".//p:ReqdColltnDt", SPACE)} == {"2026-12-15"}
    assert blocks[0].findtext(".//p:CdtrSchmeId//p:Id/p:PrvtId/p:Othr/p:Id", namespaces=SPACE) == "DE98ZZZ09999999999"
    assert blocks[0].findtext(".//p:MndtId", namespaces=SPACE) == "VZ-LUMENTA-1"


def test_schema_finds_a_file_that_is_wrong() -> None:
    file = direct_debits(HOUSE, [invoice()], made=MADE)
    assert not schema().validate(etree.fromstring(file.replace(b"<SeqTp>FRST", b"<SeqTp>FIRST")))
    assert not schema().validate(etree.fromstring(file.replace(b"DE02500105170137075030", b"DE02 5001")))


def test_same_debits_have_the_same_id_and_others_another() -> None:
    def name(*invoices: Invoice) -> str:
        found: str = etree.fromstring(direct_debits(HOUSE, invoices, made=MADE)).findtext(
            ".//p:MsgId", namespaces=SPACE
        )
        return found

    assert name(invoice(), second()) == name(second(), invoice()) != name(invoice())


def test_nothing_to_collect_is_refused() -> None:
    with pytest.raises(ValueError, match="none of the invoices"):
        direct_debits(HOUSE, [reverse_charge(), credit_note()], made=MADE)
    with pytest.raises(ValueError, match="SEPA collects euros only: VZ-2026-00042"):
        direct_debits(HOUSE, [replace(invoice(), currency="CHF")], made=MADE)


@given(st.text(), st.integers(1, 140))
def test_bank_gets_only_signs_that_it_takes(text: str, most: int) -> None:
    shown = sepa_text(text, most=most)
    assert 1 <= len(shown) <= most
    assert set(shown) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/?:().,'+- ")


def test_umlauts_are_written_out_for_the_bank() -> None:
    assert sepa_text("Bäckerei & Söhne, Große Straße", most=70) == "Baeckerei + Soehne, Grosse Strasse"


def rows(*invoices: Invoice) -> list[list[str]]:
    debtors = {"lumenta": 10001}
    written = postings(BOOKS, invoices, debtors=debtors, month=date(2026, 12, 1), made=MADE)
    assert written.endswith(b"\r\n")
    return list(csv.reader(written.decode("cp1252").splitlines(), delimiter=";"))


def test_bookkeeper_gets_a_header_of_31_fields_that_says_whose_books_of_which_month() -> None:
    header, columns, *_ = rows(invoice())
    assert header[:5] == ["EXTF", "700", "21", "Buchungsstapel", "13"]
    assert header[10:16] == ["29098", "55003", "20260101", "4", "20261201", "20261231"]
    assert len(header) == 31
    assert len(columns) == 14


def test_each_invoice_is_a_booking_of_the_debtor_against_revenue() -> None:
    *_, domestic, union, third, credit = rows(invoice(), reverse_charge(), outside(), credit_note())
    assert domestic[:2] == ["76,70", "S"]
    assert domestic[6:11] == ["10001", "8400", "", "0112", "VZ-2026-00042"]
    assert (union[0], union[7], third[7]) == ("64,45", "8336", "8338")
    assert credit[:2] == ["1,79", "H"]


def test_quotes_semicolons_and_line_ends_in_a_name_stay_inside_their_field() -> None:
    named = replace(invoice(), buyer=replace(invoice().buyer, name='A "B"; C\r\nD 漢'))
    *_, row = rows(named)
    assert row[13] == 'A "B"; C D ?'
    assert len(row) == 14


def test_invoice_of_another_month_does_not_go_into_the_file() -> None:
    with pytest.raises(ValueError, match="VZ-2026-00042 was issued on 2026-11-30, not in 2026-12"):
        rows(replace(invoice(), issued=date(2026, 11, 30)))
