"""What the journal's tests share: events to write, and disks that misbehave."""

import errno
import os
import threading
from pathlib import Path

from router.core.events import DigitPressed
from router.core.ids import CallId, LegId
from router.engine.clock import Anchor
from router.engine.journal_records import Recorded, read_entries
from router.engine.journal_room import take_room
from router.engine.journal_segment import Disk

ANCHOR = Anchor(boot_id="this boot", utc_ms=1_700_000_000_000, monotonic_ns=5_000_000)


def pressed(number: int) -> DigitPressed:
    """An event that tells which one it is."""
    return DigitPressed(call=CallId("call"), leg=LegId("call"), digit=str(number))


def events_in(directory: Path) -> list[int]:
    """The numbers of the `pressed` events that a reader finds; their sequence and time must fit."""
    found = [entry for entry in read_entries(directory) if isinstance(entry, Recorded)]
    for entry in found:
        assert entry.event == pressed(entry.sequence)
        assert entry.now == entry.sequence * 10
    return [entry.sequence for entry in found]


def drafts_in(directory: Path) -> list[Path]:
    """Segments that were begun and never published."""
    return list(directory.glob("*.new"))


class SlowSync:
    """One sync that says when it was reached, and waits until it is let pass."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.passed = threading.Event()


class StubbornDisk:
    """A disk whose syncs are counted, and which fails when told: the next `bad_syncs`, or beyond `room` bytes."""

    def __init__(self, *, bad_syncs: int = 0, room: int | None = None) -> None:
        self.syncs = 0
        self.bad_syncs = bad_syncs
        self.room = room
        self.cuttable = True
        self.given_away = False  # no more room but what a file has already
        self.slow: list[SlowSync] = []

    def make_next_sync_slow(self) -> SlowSync:
        self.slow.append(SlowSync())
        return self.slow[-1]

    @property
    def calls(self) -> Disk:
        return Disk(write=self._write, sync=self._sync, cut=self._cut, take_room=self._take_room)

    def _take_room(self, file: int, start: int, length: int) -> bool:
        if self.room is not None or self.given_away:
            raise OSError(errno.ENOSPC, "No space left on device")
        return take_room(file, start, length)

    def _write(self, file: int, line: bytes) -> int:
        if self.room is None:
            return os.write(file, line)
        if self.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = os.write(file, line[: self.room])
        self.room -= written
        return written

    def _sync(self, file: int) -> None:
        self.syncs += 1
        if self.slow:
            slow = self.slow.pop()
            slow.reached.set()
            slow.passed.wait()
        elif self.bad_syncs:
            self.bad_syncs -= 1
            raise OSError(errno.EIO, "Input/output error")
        os.fdatasync(file)

    def _cut(self, file: int, size: int) -> None:
        if not self.cuttable:
            raise OSError(errno.EIO, "Input/output error")
        os.ftruncate(file, size)
