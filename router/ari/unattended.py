"""Reads, on and on, what Asterisk records of calls that its dialplan served alone: implements `ports.Unattended`.

Most lines are of calls that the router has itself: they are only looked at, not taken apart. A call is followed from
the line on by which the dialplan says that the fallback has it (`fallback`, or `handed_on` before it).
"""

import asyncio
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict
from decimal import DecimalException
from pathlib import Path

import structlog

from router.ari.cel import columns_of
from router.ari.cel_files import Place, lines_after
from router.ari.translate import arrived, endpoint
from router.core.events import CallerArrived
from router.core.fallback_told import Mark, Told
from router.core.ids import CallId, LegId, Millis

AT_ONCE = 1024 * 1024  # bytes, some 4,000 lines: 20 ms
YOUNG_MS: Millis = 10_000  # so long a call may be on its way into the fallback

MARKS = {
    "CHAN_START": Mark.STARTED,
    "fallback": Mark.SERVED,
    "handed_on": Mark.HANDED_ON,
    "announcement": Mark.ANNOUNCED,
    "ANSWER": Mark.ANSWERED,
    "BRIDGE_ENTER": Mark.MET,
    "BRIDGE_EXIT": Mark.PARTED,
    "HANGUP": Mark.ENDED,
    "CHAN_END": Mark.ENDED,
}
BEGINNINGS = {b'"fallback', b'"handed_on'}

log = structlog.get_logger(__name__)


class Record:
    """One CEL file; `clock` gives the instant of its time stamps, `kept` is the file that remembers the place."""

    def __init__(
        self, path: Path | None, kept: Path, clock: Callable[[str], Millis], *, at_once: int = AT_ONCE
    ) -> None:
        self._path = path
        self._kept = kept
        self._clock = clock
        self._at_once = at_once
        self._place = self._safe = _place_in(kept)
        self._last = b""
        self.behind = False
        self._started: dict[bytes, tuple[Place | None, bytes]] = {}  # callers' legs, by name: where, and the line
        self._followed: dict[CallId, Place | None] = {}  # from where each must be read again

    async def more(self, country: str) -> Sequence[Told]:
        """See `ports.Unattended.more`."""
        return await asyncio.to_thread(self._more, self._path, country) if self._path is not None else ()

    def done(self, calls: Collection[CallId]) -> None:
        """See `ports.Unattended.done`."""
        for call in calls:
            self._followed.pop(call, None)

    async def keep(self) -> None:
        """See `ports.Unattended.keep`."""
        place = self._first_needed()
        if place is None or place == self._safe:
            return
        try:
            await asyncio.to_thread(_write, self._kept, place)
        except OSError as error:
            log.warning("place in CEL not kept, it is read again at the next start", error=error.strerror)
        else:
            self._safe = place

    def _more(self, path: Path, country: str) -> list[Told]:
        told: list[Told] = []
        length = 0
        try:
            for place, line in lines_after(path, self._place, self._at_once):
                told += self._taken(line, country)
                self._place, self._last = place, line
                length += len(line)
        except OSError as error:
            log.warning("CEL not readable, calls of the fallback wait", path=str(path), error=error.strerror)
        self.behind = length >= self._at_once
        return told

    def _taken(self, line: bytes, country: str) -> Iterator[Told]:
        """What one line tells of a call that is followed; the first line of its caller's leg comes with the second."""
        kind, _, leg, call, *_ = (*line.split(b'","', 4), b"", b"", b"")
        name = CallId(call.decode(errors="replace"))
        if kind in BEGINNINGS and name not in self._followed:
            self._followed[name], begun = self._started.get(leg, (self._place, b""))
            yield from self._told(begun, country)
        if name in self._followed:
            yield from self._told(line, country)
        if kind == b'"CHAN_START' and leg == call:
            self._started[leg] = self._place, line
        elif kind == b'"CHAN_END':
            self._started.pop(leg, None)

    def _told(self, line: bytes, country: str) -> Iterator[Told]:
        columns = columns_of(line.decode(errors="replace"))
        mark = MARKS.get(columns[0]) if len(columns) > 9 else None
        if mark is None:
            return
        try:
            at = self._clock(columns[1])
        except (ValueError, OverflowError, DecimalException):
            return
        yield Told(
            mark=mark,
            at=at,
            leg=LegId(columns[2]),
            call=CallId(columns[3]),
            endpoint=endpoint(columns[4]),
            queued=columns[8] == "AppQueue",
            arrived=_arrived(columns, country) if mark is Mark.SERVED else None,
        )

    def _first_needed(self) -> Place | None:
        """Of the calls that are followed, or that may be in a moment, the first one's beginning."""
        followed = next(iter(self._followed.values()), self._place)
        return followed if self._followed else self._first_young()

    def _first_young(self) -> Place | None:
        newest = self._at(self._last)
        young = (place for place, line in self._started.values() if self._at(line) > newest - YOUNG_MS)
        return next(young, self._place)

    def _at(self, line: bytes) -> Millis:
        try:
            return self._clock(line.split(b'","', 2)[1].decode(errors="replace"))
        except (ValueError, OverflowError, DecimalException, IndexError):
            return 0


def _arrived(columns: Sequence[str], country: str) -> CallerArrived | None:
    """How the dialplan would have handed the call over: it says so with the line."""
    try:
        kind, *parts = str(json.loads(columns[9])["extra"]).split(":")
    except (ValueError, KeyError, TypeError):
        return None
    if kind != "inbound" or not parts:
        return None
    return arrived(parts, LegId(columns[2]), columns[5], endpoint(columns[4]), country)


def _place_in(kept: Path) -> Place | None:
    """None when nothing is kept, or nothing that can be understood: all there is is read again, and changes nothing."""
    try:
        content = json.loads(kept.read_text())
        return Place(head=str(content["head"]), offset=max(0, int(content["offset"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(kept: Path, place: Place) -> None:
    draft = kept.with_suffix(".new")
    draft.write_text(json.dumps(asdict(place)))
    draft.replace(kept)
