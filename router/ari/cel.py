"""Asterisk's own record of events (CEL): when legs answered or ended while nobody listened.

The file is written by another process, and may be missing, cut off in the middle of a line, or not what was expected:
what cannot be read is passed over, for a call must go on without it.
"""

import asyncio
import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import DecimalException
from pathlib import Path

import structlog

from router.ari.cel_files import files, records
from router.core.ids import LegId, Millis

LOOK_BACK = 32 * 1024 * 1024  # bytes from the file's end, some 100,000 lines: far more than a gap can hold
ON_ITS_WAY_S = 0.2  # Asterisk writes an event some milliseconds after it
LETTING_GO_MS = 500  # so long a busy Asterisk may take from a hang-up, when a leg leaves its bridge, to its record
NEVER = "never"
GIVEN_AWAY = {"handed_on", "fallback"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTimes:
    """When each leg answered, and when it ended; legs that have not are left out. `handed_on`: those that the dialplan
    took to its fallback. `outside`: those that were in no bridge when they ended."""

    answered: Mapping[LegId, Millis] = field(default_factory=dict)
    ended: Mapping[LegId, Millis] = field(default_factory=dict)
    handed_on: frozenset[LegId] = frozenset()
    outside: frozenset[LegId] = frozenset()


class Times:
    """Reads one CEL file; `clock` turns its time stamps (seconds since 1970 UTC) into the house's time."""

    def __init__(self, path: Path | None, clock: Callable[[str], Millis], *, look_back: int = LOOK_BACK) -> None:
        self._path = path
        self._clock = clock
        self._look_back = look_back

    async def of(self, legs: Collection[LegId], *, gone: Collection[LegId] = ()) -> LegTimes:
        """What is told of these legs.

        `gone` are those that are no longer there: their end may be on its way into the file, and is waited for a while.
        """
        if self._path is None or not legs:
            return LegTimes()
        told = await asyncio.to_thread(self._read, frozenset(legs), self._path)
        if set(gone) <= told.ended.keys():
            return told
        await asyncio.sleep(ON_ITS_WAY_S)
        return await asyncio.to_thread(self._read, frozenset(legs), self._path)

    def _read(self, legs: Collection[LegId], path: Path) -> LegTimes:
        answered: dict[LegId, Millis] = {}
        ended: dict[LegId, Millis] = {}
        handed_on: set[LegId] = set()
        outside: set[LegId] = set()
        left: dict[LegId, str] = {}  # the stamp at which a leg left its bridge, or NEVER, until it is in one again
        for kind, at, name in self._told(path):
            leg = LegId(name)
            if leg not in legs:
                continue
            if kind in GIVEN_AWAY:
                handed_on.add(leg)
            elif kind in {"BRIDGE_ENTER", "BRIDGE_EXIT"}:
                left[leg] = at if kind == "BRIDGE_EXIT" else ""
            elif (when := self._instant(at)) is None:
                continue
            elif kind == "ANSWER":
                answered.setdefault(leg, when)
                left.setdefault(leg, NEVER)
            elif kind in {"HANGUP", "CHAN_END"} and leg not in ended:
                let_go = self._let_go(left.get(leg, ""), when)
                ended[leg] = when if let_go is None else let_go
                if let_go is None and self._is_outside(left.get(leg, "")):
                    outside.add(leg)
        return LegTimes(answered=answered, ended=ended, handed_on=frozenset(handed_on), outside=frozenset(outside))

    def _is_outside(self, left: str) -> bool:
        """A stamp that cannot be read tells nothing."""
        return left == NEVER or self._instant(left) is not None

    def _let_go(self, left: str, ended: Millis) -> Millis | None:
        """When a leg that spoke left its bridge, if its end follows at once: that is its end."""
        when = self._instant(left)
        return when if when is not None and ended - LETTING_GO_MS <= when <= ended else None

    def _told(self, path: Path) -> Iterator[tuple[str, str, str]]:
        """Kind, time stamp and channel of each whole line."""
        try:
            for line in _lines(path, self._look_back):
                if len(columns := columns_of(line)) > 2:
                    yield columns[0], columns[1], columns[2]
        except FileNotFoundError:
            log.debug("no CEL file yet", path=str(path))
        except OSError as error:
            log.warning("CEL file not readable, times are those of now", path=str(path), error=error.strerror)

    def _instant(self, at: str) -> Millis | None:
        try:
            return self._clock(at)
        except (ValueError, OverflowError, DecimalException):
            return None


def _lines(path: Path, look_back: int) -> Iterator[str]:
    """The last `look_back` bytes, the oldest first, over the renamed files before this one."""
    wanted: list[tuple[Path, int]] = []
    for file in reversed(files(path)):
        if look_back > 0 and (size := _size(file)):
            wanted.append((file, min(size, look_back)))
            look_back -= size
    for file, length in reversed(wanted):
        yield from _end_of(file, length)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # not there yet, or renamed at this moment


def _end_of(path: Path, length: int) -> Iterator[str]:
    """Whole records only: the first after a jump, and one that is still being written, are left out."""
    with path.open("rb") as file:
        if file.seek(0, 2) > length:
            file.seek(-length, 2)
            file.readline()
        else:
            file.seek(0)
        yield from (record.decode(errors="replace") for _, record in records(file))


def columns_of(line: str) -> list[str]:
    """Each line by itself, so that a damaged one cannot swallow the next."""
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []
