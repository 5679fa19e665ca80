"""A report's table for people: lengths in minutes and seconds, money with two decimals, shares in percent."""

from collections.abc import Iterator, Sequence

Cell = str | int | None


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Header and rows, texts to the left and numbers to the right."""
    shown = [[_shown(column, cell) for column, cell in zip(columns, row, strict=True)] for row in rows]
    texts = [any(isinstance(row[place], str) for row in rows) for place in range(len(columns))]
    every = [[_head(column) for column in columns], *shown]
    widths = [max(len(row[place]) for row in every) for place in range(len(columns))]
    for row in every:
        cells = zip(row, widths, texts, strict=True)
        yield "  ".join(cell.ljust(width) if text else cell.rjust(width) for cell, width, text in cells).rstrip()


def _head(column: str) -> str:
    return column.removesuffix("_ms").removesuffix("_cents").removesuffix("_permille").replace("_", " ")


def _shown(column: str, cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case str():
            return cell or ("all" if column == "day" else "-")
        case _ if column.endswith("_ms"):
            return _length(cell)
        case _ if column.endswith("_cents"):
            return f"{'-' if cell < 0 else ''}{abs(cell) // 100}.{abs(cell) % 100:02}"
        case _ if column.endswith("_permille"):
            return f"{cell // 10}.{cell % 10} %"
    return str(cell)


def _length(millis: int) -> str:
    """`4.0`, `1:35.0`, `2:00:00.0`: tenths cut off."""
    minutes, tenths = divmod(millis // 100, 600)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{tenths // 10}.{tenths % 10}"
    if hours:
        return f"{hours}:{minutes:02}:{seconds:>04}"
    return f"{minutes}:{seconds:>04}" if minutes else seconds
