"""The demo's voice: one short line for each thing that happens, in the order it happened, whoever reports it first.

Lines wait a moment before they are printed, because the router's own log is read a little later than SIPp speaks.
"""

import asyncio
import sys
import time
from heapq import heappop, heappush
from itertools import count
from typing import TextIO

LAG = 0.3  # seconds between an event and its line
BOLD, DIM, RED, GREEN = "1", "2", "31", "32"
_TAGS = ("36", "33", "35", "34", "32", "96", "93", "95", "94", "92", "37", "91")


class Narrator:
    """Prints lines by their own time; colours only on a terminal."""

    def __init__(self, began: float, out: TextIO | None = None) -> None:
        """`began`: when the command was given, in seconds since 1970."""
        self.began = began
        self._out = out or sys.stdout
        self._coloured = self._out.isatty()
        self._lines: list[tuple[float, int, str]] = []
        self._order = count()

    def elapsed(self, at: float | None = None) -> float:
        """Seconds since the command was given."""
        return (time.time() if at is None else at) - self.began

    def story(self, number: int, name: str, who: str, what: str, *, at: float | None = None, style: str = "") -> None:
        """A line of one story; `at` in seconds since 1970, now if left out."""
        tag = self.paint(f"{number:2} {name:10}", _TAGS[number % len(_TAGS)] if number else BOLD)
        self._tell(f"{tag}  {self.paint(f'{who:10} {what}', style)}", at)

    def say(self, what: str, *, style: str = "") -> None:
        """A line of the demo itself."""
        self._tell(self.paint(what, style), None)

    def _tell(self, line: str, at: float | None) -> None:
        at = time.time() if at is None else at
        heappush(self._lines, (at, next(self._order), f"{self.elapsed(at):6.1f} s  {line}"))

    def plain(self, text: str = "", *, style: str = "") -> None:
        """Print at once, without a time, after everything told so far."""
        self.flush()
        self._print(self.paint(text, style))

    def paint(self, text: str, style: str) -> str:
        """The text in a colour, where that is shown."""
        return f"\x1b[{style}m{text}\x1b[0m" if style and self._coloured else text

    async def run(self) -> None:
        """Print what is due, until cancelled."""
        while True:
            self.flush(before=time.time() - LAG)
            await asyncio.sleep(LAG / 6)

    def flush(self, before: float = float("inf")) -> None:
        """Print all lines of before that time."""
        while self._lines and self._lines[0][0] < before:
            self._print(heappop(self._lines)[2])

    def _print(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()
