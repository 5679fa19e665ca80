"""Tables as CSV and XLSX."""

import csv
import io
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from router.sheets import BYTE_ORDER_MARK, Cell, harmless, write_csv, write_xlsx

NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
COLUMNS = ("name", "cents")
ROWS: list[list[Cell]] = [["Müller, „Söhne“", -5], ['=HYPERLINK("http://x")', 182], ['two\nlines, "quoted"', None]]


def as_csv(*, mark: bool = False) -> str:
    out = io.StringIO(newline="")
    write_csv(out, COLUMNS, ROWS, mark=mark)
    return out.getvalue()


def cells(file: Path) -> dict[str, tuple[str, str]]:
    """Each cell's type and text."""
    with zipfile.ZipFile(file) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.findall(".//m:f", NAMESPACE) == []  # formulas
    return {
        cell.get("r", ""): (cell.get("t", "n"), "".join(cell.itertext())) for cell in sheet.findall(".//m:c", NAMESPACE)
    }


def test_csv_is_as_rfc_4180_says() -> None:
    assert as_csv() == (
        "name,cents\r\n"
        '"Müller, „Söhne“",-5\r\n'
        '"\'=HYPERLINK(""http://x"")",182\r\n'
        '"two\nlines, ""quoted""",\r\n'
    )  # fmt: skip


def test_csv_can_begin_with_a_mark_that_tells_excel_its_encoding() -> None:
    assert as_csv(mark=True) == BYTE_ORDER_MARK + as_csv()
    assert as_csv(mark=True).encode().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_that_a_spreadsheet_would_compute_is_made_harmless(start: str) -> None:
    out = io.StringIO(newline="")
    write_csv(out, [f"{start}A1"], [[f"{start}1+1"]])
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [[f"'{start}A1"], [f"'{start}1+1"]]


@pytest.mark.parametrize("value", [-5, 0, 182, None, "anna", "1-2", "a=b"])
def test_numbers_and_ordinary_texts_stay_what_they_are(value: Cell) -> None:
    assert harmless(value) == value


def test_xlsx_holds_texts_as_texts_and_numbers_as_numbers(tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    write_xlsx(file, "costs", COLUMNS, ROWS)
    assert cells(file) == {
        "A1": ("inlineStr", "name"),
        "B1": ("inlineStr", "cents"),
        "A2": ("inlineStr", "Müller, „Söhne“"),
        "B2": ("n", "-5"),
        "A3": ("inlineStr", '=HYPERLINK("http://x")'),
        "B3": ("n", "182"),
        "A4": ("inlineStr", 'two\nlines, "quoted"'),
    }


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere/report\.xlsx"):
        write_xlsx(tmp_path / "nowhere/report.xlsx", "costs", COLUMNS, ROWS)


def test_what_a_sheet_cannot_hold_is_refused_not_lost(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="row 1 is more than an XLSX sheet can hold"):
        write_xlsx(tmp_path / "report.xlsx", "calls", ["n"], [list(range(16_385))])
