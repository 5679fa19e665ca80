"""Asterisk's own record of events (CEL): when legs answered or ended while nobody listened."""

import asyncio
import csv
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path

from router.core.ids import LegId, Millis

LONGEST_LOOK_BACK = 200_000  # lines: far more than a gap can hold


class Times:
    """Reads one CEL file; `clock` turns its time stamps (seconds since 1970 UTC) into the house's time."""

    def __init__(self, path: Path | None, clock: Callable[[str], Millis]) -> None:
        self._path = path
        self._clock = clock

    async def of(self, legs: Collection[LegId]) -> tuple[dict[LegId, Millis], dict[LegId, Millis]]:
        """When each of these legs answered, and when it ended; legs that have not are left out."""
        if self._path is None or not legs:
            return {}, {}
        return await asyncio.to_thread(self._read, frozenset(legs), self._path)

    def _read(self, legs: Collection[LegId], path: Path) -> tuple[dict[LegId, Millis], dict[LegId, Millis]]:
        answered: dict[LegId, Millis] = {}
        ended: dict[LegId, Millis] = {}
        if not path.exists():
            return answered, ended
        with path.open(newline="", encoding="utf-8", errors="replace") as lines:
            for kind, at, leg, *_ in csv.reader(deque(lines, LONGEST_LOOK_BACK)):
                if LegId(leg) in legs and kind == "ANSWER":
                    answered.setdefault(LegId(leg), self._clock(at))
                elif LegId(leg) in legs and kind in {"HANGUP", "CHAN_END"}:
                    ended.setdefault(LegId(leg), self._clock(at))
        return answered, ended
