"""Simulated time: what happens when, in one order that the seed alone decides."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

MS, S = 1_000, 1_000_000  # microseconds
Act = Callable[..., Any]


class Entry:
    """Something that will happen at `when`, unless it is struck."""

    __slots__ = ("act", "arguments", "number", "when")

    def __init__(self, when: int, number: int, act: Act, arguments: tuple[Any, ...]) -> None:
        self.when = when
        self.number = number
        self.act: Act | None = act
        self.arguments = arguments

    def __lt__(self, other: "Entry") -> bool:
        return (self.when, self.number) < (other.when, other.number)

    def strike(self) -> None:
        """It will not happen."""
        self.act, self.arguments = None, ()


class Timeline:
    """Microseconds since the world began; `now` jumps from one entry to the next."""

    def __init__(self) -> None:
        self.now = 0
        self._entries: list[Entry] = []
        self._number = 0

    def at(self, when: int, act: Act, *arguments: Any) -> Entry:
        """Have something happen; what is past happens now, after what is to happen now already."""
        self._number += 1
        entry = Entry(max(when, self.now), self._number, act, arguments)
        heappush(self._entries, entry)
        return entry

    def after(self, wait: int, act: Act, *arguments: Any) -> Entry:
        """`at`, so many microseconds from now."""
        return self.at(self.now + wait, act, *arguments)

    def step(self, until: int) -> bool:
        """Let the next thing happen, if one is due by `until`; else it is `until` now, and False."""
        while self._entries and self._entries[0].when <= until:
            entry = heappop(self._entries)
            if entry.act is not None:
                self.now = entry.when
                entry.act(*entry.arguments)
                return True
        self.now = max(self.now, until)
        return False
