"""What is wrong in the files, where, and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

Path = tuple[str | int, ...]  # the keys and list positions that lead to a value, from a file's top


class Place(NamedTuple):
    """A position in a file; line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One mistake: its place, what is wrong (`message`), and what would be right (`hint`)."""

    file: str
    line: int
    column: int
    message: str
    hint: str

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(file=self.file, line=self.line, column=self.column)

    @property
    def advice(self) -> str:
        """What is wrong; what would be right."""
        return f"{self.message}; {self.hint}"

    def __str__(self) -> str:
        return f"{self.place}: {self.advice}"


def finding(place: Place, message: str, hint: str) -> Finding:
    """A finding at a place."""
    return Finding(file=place.file, line=place.line, column=place.column, message=message, hint=hint)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted by place, one for each place: the first found there names the cause, later ones its consequences."""
    first: dict[Place, Finding] = {}
    for found in findings:
        first.setdefault(found.place, found)
    return tuple(first[place] for place in sorted(first))


def report(findings: Iterable[Finding]) -> str:
    """All findings, one a line, as editors and compilers write them: `file:line:col: what is wrong; what is right`."""
    return "\n".join(str(found) for found in findings)
