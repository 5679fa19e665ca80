"""`vorzimmer bill sepa` and `bill datev`, and what `bill run` writes: the rules hold for a real month's documents."""

from pathlib import Path

import facturx  # type: ignore[import-untyped]

from tests.invoicing.rules import broken
from tests.shells.cli.conftest import Vorzimmer
from tests.shells.cli.test_bill import MONTH, bill, books

__all__ = ["books"]  # the fixture

ISSUED = ("--month", "2026-10")


def test_documents_of_a_month_keep_the_rules(vorzimmer: Vorzimmer, books: str, tmp_path: Path) -> None:
    assert bill(vorzimmer, books, "run", *MONTH, "--issued", "2026-10-01", "--out", str(tmp_path / "out")).status == 0
    found = sorted((tmp_path / "out").glob("*.pdf"))
    assert len(found) == 2
    for file in found:
        _, xml = facturx.get_xml_from_pdf(file.read_bytes(), check_xsd=False)
        assert broken(xml) == []


def test_bank_gets_what_is_collected_and_not_what_was_taken_back(
    vorzimmer: Vorzimmer, books: str, tmp_path: Path
) -> None:
    file = tmp_path / "debits.xml"
    bill(vorzimmer, books, "run", *MONTH, "--issued", "2026-10-01")
    wrote = bill(vorzimmer, books, "sepa", *ISSUED, "--out", str(file))
    assert (wrote.status, wrote.out) == (0, f"1 direct debit in {file}\n")
    assert "<MndtId>VZ-LUMENTA-1</MndtId>" in file.read_text()
    assert "<ReqdColltnDt>2026-10-15</ReqdColltnDt>" in file.read_text()

    bill(vorzimmer, books, "credit", "--invoice", "VZ-2026-00002", "--reason", "wrong address", "--day", "2026-10-02")
    again = bill(vorzimmer, books, "sepa", *ISSUED, "--out", str(file))
    assert (again.status, again.out) == (1, "nothing issued in 2026-10 is to be collected\n")


def test_bookkeeper_gets_every_invoice_of_a_month(vorzimmer: Vorzimmer, books: str, tmp_path: Path) -> None:
    file = tmp_path / "bookings.csv"
    bill(vorzimmer, books, "run", *MONTH, "--issued", "2026-10-01")
    wrote = bill(vorzimmer, books, "datev", *ISSUED, "--out", str(file))
    assert (wrote.status, wrote.out) == (0, f"2 documents in {file}\n")
    header, _, adler, lumenta = file.read_text("cp1252").splitlines()
    assert header.startswith('"EXTF";700;21;"Buchungsstapel";13;')
    assert adler.startswith('2,17;"S";"EUR";;;"";10002;8400;"";0110;"VZ-2026-00001"')
    assert '"Lumenta Leuchten Onlineshop"' in lumenta
