"""Tables as files for spreadsheets: CSV (RFC 4180, UTF-8) and XLSX, written row by row.

No cell is ever computed: a text that a spreadsheet would take for a formula is made harmless. Numbers stay numbers.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO, TypeAlias

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

Cell: TypeAlias = str | int | None

BYTE_ORDER_MARK = "\ufeff"  # tells a spreadsheet that umlauts are UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what makes a spreadsheet compute a cell's text
NARROWEST, WIDEST = 10, 40  # characters of a column
NO_SUCH_CELL = -1  # XlsxWriter's answer for one beyond Excel's limits


def harmless(value: object) -> object:
    """The value, with an apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def write_csv(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, mark: bool = False) -> None:
    """Header and rows; open `out` as UTF-8 with `newline=""`. `mark`: begin with a byte order mark, as Excel needs."""
    if mark:
        out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([harmless(cell) for cell in row] for row in rows)


def write_xlsx(file: Path, title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """One sheet named `title` (31 characters at most), its header in bold and always in view.

    Texts are cells of type text, so none needs an apostrophe. Raises `OSError`, and `ValueError` for more than a
    sheet can hold.
    """
    file.touch()  # what is wrong with the place is told before anything is written
    try:
        with Workbook(file, {"constant_memory": True}) as book:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            _write_header(sheet, columns, book.add_format({"bold": True}))
            for number, row in enumerate(rows, 1):
                _write_row(sheet, number, row)
    except FileCreateError as failure:
        raise failure.args[0] from failure  # the OSError behind it


def _write_header(sheet: Worksheet, columns: Sequence[str], bold: Format) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, min(max(len(column) + 2, NARROWEST), WIDEST))
        sheet.write_string(0, place, column, bold)


def _write_row(sheet: Worksheet, number: int, row: Sequence[Cell]) -> None:
    for place, cell in enumerate(row):
        if cell is not None:
            wrote = sheet.write_string if isinstance(cell, str) else sheet.write_number
            if wrote(number, place, cell) == NO_SUCH_CELL:
                raise ValueError(f"row {number} is more than an XLSX sheet can hold: take less of it, or CSV")
