"""Telephone numbers as lists mean them: which entries cover a number, and which numbers are no ordinary ones.

A list is indexed once, by the digits with which all numbers of an entry begin, so that 10,000 entries are looked up by
a few steps. Lists are never changed in place.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Sized
from itertools import takewhile
from typing import Generic, TypeVar, cast

from router.core.house import ListEntry

E = TypeVar("E", bound=ListEntry)
K = TypeVar("K", bound=Sized)
V = TypeVar("V")

MOST_REMEMBERED = 500_000  # entries of all lists together
LONGEST_CODE = 6  # digits of a service code, such as 110 or 22044

# Directory, mass-traffic and premium numbers, and 110 and 112 with or without an area's code: whoever shows one as
# caller lies (TKG section 120). Local numbers never begin with 11, so two or three digits before it are an area's code.
_FORGED = re.compile(r"\+49(?:0?11[028]|13[78]|900)[0-9]*|\+49[2-9][0-9]{1,2}11[02]")
# Of Germany's numbers 1… only mobile ones (15, 16, 17) are ordinary; 031 are tests, 0700 personal, 0900 premium
# numbers. Worldwide: satellites, other networks without a country, shared cost and premium.
_DEAR = re.compile(r"\+(?:49(?:1[^567]|31|700|900)|87|88|979|808)[0-9]*")
_E164 = re.compile(r"\+[1-9][0-9]{3,14}")
_EUROPE_WIDE = "116"  # such as 116117, from which people are called back


def covers(entry: ListEntry, number: str) -> bool:
    """Whether an entry means this number, E.164."""
    if entry.number is not None:
        return entry.number == number
    if entry.prefix is not None:
        return number.startswith(entry.prefix)
    if entry.between is not None:
        first, last = entry.between
        return len(number) == len(first) and first <= number <= last
    return entry.pattern is not None and _fits(entry.pattern, number)


def _fits(pattern: str, number: str) -> bool:
    signs = pattern.removesuffix("*")
    if len(number) < len(signs) or (len(number) > len(signs) and signs == pattern):
        return False
    return all(sign == digit or (sign == "?" and digit.isdigit()) for sign, digit in zip(signs, number, strict=False))


def meant(entry: ListEntry) -> str:
    """An entry's numbers in words."""
    if entry.between is not None:
        return f"{entry.between[0]} to {entry.between[1]}"
    if entry.prefix is not None:
        return f"everything from {entry.prefix}"
    return entry.number or entry.pattern or "nobody"


def _head(entry: ListEntry) -> str:
    """The signs with which every number that the entry means begins."""
    if entry.between is not None:
        alike = takewhile(lambda signs: signs[0] == signs[1], zip(*entry.between, strict=False))
        return "".join(sign for sign, _ in alike)
    if entry.pattern is not None:
        return re.split(r"[?*]", entry.pattern)[0]
    return entry.number or entry.prefix or ""


class Index(Generic[E]):
    """A list by the heads of its entries."""

    def __init__(self, entries: Iterable[E]) -> None:
        self._by_head: dict[str, list[E]] = defaultdict(list)
        for entry in entries:
            self._by_head[_head(entry)].append(entry)
        self._lengths = sorted({len(head) for head in self._by_head}, reverse=True)

    def of(self, number: str) -> list[E]:
        """All entries that cover the number, the closest first: by common digits, then in the list's order."""
        heads = (self._by_head.get(number[:length], ()) for length in self._lengths if length <= len(number))
        return [entry for entries in heads for entry in entries if covers(entry, number)]


class Remembered(Generic[K, V]):
    """What was built from values that never change, found again by the very value; the oldest is forgotten first."""

    def __init__(self, build: Callable[[K], V], most: int = MOST_REMEMBERED) -> None:
        self._build, self._most = build, most
        self._known: dict[int, tuple[K, V]] = {}  # keeps the value, so that its id stays its own
        self._size = 0

    def of(self, value: K) -> V:
        """Built now, or before."""
        if (known := self._known.get(id(value))) is not None:
            return known[1]
        self._size += len(value) + 1
        while self._known and self._size > self._most:
            oldest, _ = self._known.pop(next(iter(self._known)))
            self._size -= len(oldest) + 1
        built = self._build(value)
        self._known[id(value)] = value, built
        return built


_indexes: Remembered[tuple[ListEntry, ...], Index[ListEntry]] = Remembered(Index)


def matching(entries: tuple[E, ...], number: str) -> Sequence[E]:
    """The entries that cover a number, the closest first; fast on a list that was asked before."""
    return cast("list[E]", _indexes.of(entries).of(number)) if entries else []


def forged(caller: str) -> str:
    """Why nobody can truly call from this number; empty for an ordinary one."""
    if not caller.startswith("+"):
        short = len(caller) <= LONGEST_CODE and not caller.startswith(_EUROPE_WIDE)
        return f"{caller} is a short code" if short else ""
    return f"{caller} is an emergency, directory, mass-traffic or premium number" if _FORGED.fullmatch(caller) else ""


def never_called(number: str) -> str:
    """Why this number is never dialled for anybody; empty for an ordinary one."""
    if not _E164.fullmatch(number):
        return f"{number} is an emergency or service code, or no number at all"
    if _FORGED.fullmatch(number) or _DEAR.fullmatch(number):
        return f"{number} is an emergency, premium, service or satellite number"
    return ""
