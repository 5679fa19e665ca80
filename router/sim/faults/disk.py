"""The journal's disk: full for a while, unable to sync, and after a power cut without what was not synced.

The files are real ones; what a power cut leaves of each is what was synced of it, and any part of the rest.
"""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from router.engine.journal_segment import DRAFT, Disk


class SimulatedDisk:
    """`come` is told of each place in the code at which the router may die."""

    def __init__(self, directory: Path, chance: Random) -> None:
        self.directory = directory
        self.full = False
        self.failing = False
        self._chance = chance
        self._safe: dict[int, int] = {}  # by inode: how many bytes are surely on the disk

    def of(self, come: Callable[[str], None]) -> Disk:
        """What one life of the router writes by."""

        def write(file: int, line: bytes) -> int:
            come("write")
            if self.full:
                self._fill_up(file, line)
            written = os.write(file, line)
            come("written")
            return written

        def sync(file: int) -> None:
            come("sync")
            if self.failing:
                raise OSError(errno.EIO, "simulated: cannot sync")
            found = os.fstat(file)
            self._safe[found.st_ino] = found.st_size

        def cut(file: int, to: int) -> None:
            come("cut")
            os.ftruncate(file, to)
            inode = os.fstat(file).st_ino
            self._safe[inode] = min(to, self._safe.get(inode, 0))

        def take_room(_file: int, _start: int, _length: int) -> bool:
            if self.full:
                raise OSError(errno.ENOSPC, "simulated: disk full")
            return True  # and is used up by others at once: what is written on a full disk fails

        return Disk(write=write, sync=sync, cut=cut, take_room=take_room)

    def _fill_up(self, file: int, line: bytes) -> None:
        if self._chance.random() < 0.3:
            os.write(file, line[: self._chance.randrange(len(line))])
        raise OSError(errno.ENOSPC, "simulated: disk full")

    def power_cut(self) -> int:
        """Lose what was not synced, or a part of it; tells how many bytes."""
        lost = 0
        for path in sorted(self.directory.glob("journal-*")):
            found = path.stat()
            safe = min(self._safe.get(found.st_ino, 0), found.st_size)
            left = self._chance.choice((safe, found.st_size, self._chance.randint(safe, found.st_size)))
            os.truncate(path, left)
            lost += found.st_size - left
            if path.name.endswith(DRAFT) or not left:
                continue
            self._safe[found.st_ino] = left
        self._tear()
        return lost

    def _tear(self) -> None:
        """A line was being written."""
        names = sorted(path for path in self.directory.glob("journal-*.log"))
        if names and self._chance.random() < 0.5:
            with names[-1].open("ab") as segment:
                segment.write(b"0badc0de 1 17900748"[: self._chance.randint(1, 19)])

    def let_go(self) -> None:
        """Close what a killed router had open, its lock too, as its end does."""
        for handle in list(Path("/proc/self/fd").iterdir()):
            with suppress(OSError):
                if handle.readlink().is_relative_to(self.directory):
                    os.close(int(handle.name))
