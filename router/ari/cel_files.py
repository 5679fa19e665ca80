"""The files of Asterisk's event record: the one that is written, and those before it, `cel.csv.1` being the newest.

A file is told from others by its first line, for it is renamed when it has grown large, and a name or an inode may
come again. Only whole records count: the last one may still be on its way.

Callers choose what is in a record: a number with a line break in it goes on in the next line. What they send has each
quotation mark doubled, so no line of theirs begins as a record does.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

LONGEST_LINE = 16 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """So many bytes into the file whose first line has this hash."""

    head: str
    offset: int


def files(path: Path) -> list[Path]:
    """All that are there, the oldest first."""
    before = [other for other in path.parent.glob(f"{path.name}.*") if other.suffix[1:].isdecimal()]
    return [*sorted(before, key=lambda other: -int(other.suffix[1:])), path]


def lines_after(path: Path, place: Place | None, limit: int) -> Iterator[tuple[Place, bytes]]:
    """Whole records from a place on, some `limit` bytes of them, each with where the next one begins; from the very
    beginning when the place is none, or is gone. Raises `OSError`."""
    if place is not None and _nothing_new(path, place):
        return
    there = [(head, file) for file in files(path) if (head := _head(file))]
    heads = [head for head, _ in there]
    first = heads.index(place.head) if place is not None and place.head in heads else 0
    offset = place.offset if place is not None and place.head in heads else 0
    for head, file in there[first:]:
        for end, line in _lines(file, offset):
            yield Place(head=head, offset=end), line
            limit -= len(line)
            if limit <= 0:
                return
        offset = 0


def _nothing_new(path: Path, place: Place) -> bool:
    """The one look of most seconds: the file that is written ends at this place, so that there are no later ones."""
    try:
        return path.stat().st_size == place.offset and _head(path) == place.head
    except FileNotFoundError:
        return False  # renamed at this moment


def _head(path: Path) -> str:
    """Empty while there is no whole line."""
    try:
        with path.open("rb") as file:
            line = file.readline(LONGEST_LINE)
    except FileNotFoundError:
        return ""  # renamed at this moment
    return hashlib.sha256(line).hexdigest()[:32] if line.endswith(b"\n") or len(line) == LONGEST_LINE else ""


def _lines(path: Path, offset: int) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        at = offset if offset <= file.seek(0, 2) else 0  # cut off, and written on
        file.seek(at)
        for end, record in records(file):
            yield at + end, record


def records(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each whole record among these lines, and how many bytes lie before its end. What is none is passed over."""
    end, begun = 0, b""
    for line in lines:
        end += len(line)
        begun = line if _begins(line) else begun and begun + line
        if len(begun) > LONGEST_LINE:
            begun = b""
        if begun.endswith(b"\n") and begun.count(b'"') % 2 == 0:
            yield end, begun
            begun = b""


def _begins(line: bytes) -> bool:
    return line[:1] == b'"' and line[1:2].isalpha()
