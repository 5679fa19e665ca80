"""One file of the journal, open for appending: whole lines or nothing, and synced when asked.

`RESERVE_BYTES` of room beyond its end belong to it before they are written, as long as the disk has them to give.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from router.engine.journal_room import take_room

DRAFT = ".new"
RESERVE_BYTES = 4 * 1024 * 1024  # some 800 calls from their arrival to their bill
STEP_BYTES = 4096  # the reserve is filled up again whenever so much of it was used


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The operating system's calls by which a segment is written; each raises `OSError`."""

    write: Callable[[int, bytes], int] = os.write
    sync: Callable[[int], None] = os.fdatasync
    cut: Callable[[int, int], None] = os.ftruncate
    take_room: Callable[[int, int, int], bool] = take_room
    give_room: Callable[[int, int], None] = os.ftruncate  # to the same size: what lies behind the end


class Segment:
    """An open segment. `whole` turns False when a broken line could not be cut off again."""

    def __init__(self, path: Path, *, disk: Disk) -> None:
        self.path = path
        self.whole = True
        self._disk = disk
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        found = os.fstat(self._file)
        self.size = found.st_size
        self._room_until = max(self.size, found.st_blocks * 512)
        self._reserves = True  # as far as is known: not every file system can

    @classmethod
    def draft(cls, path: Path, lines: Iterable[bytes], *, disk: Disk, reserved: bool = False) -> Self:
        """A synced segment of `lines` under a name that no reader looks at, until it is published as `path`."""
        draft = path.with_name(path.name + DRAFT)
        draft.unlink(missing_ok=True)
        segment = cls(draft, disk=disk)
        try:
            segment.append_synced(lines)
            if reserved:
                segment.keep_reserve()
        except OSError:
            segment.discard()
            raise
        return segment

    def append(self, line: bytes) -> None:
        """Hand one line to the operating system. Raises `OSError`, and then nothing of it stays in the file."""
        rest = line
        try:
            while rest:
                rest = rest[self._disk.write(self._file, rest) :]
        except OSError:
            self._cut_back(to=self.size)
            raise
        self.size += len(line)

    def append_all(self, lines: Iterable[bytes]) -> None:
        """Append one after the other."""
        for line in lines:
            self.append(line)

    def append_synced(self, lines: Iterable[bytes]) -> None:
        """Append and wait until they are on the disk."""
        self.append_all(lines)
        self.sync()

    def cut(self, to: int) -> None:
        """Shorten the file to its first `to` bytes."""
        self._disk.cut(self._file, to)
        self.size = self._room_until = to

    def sync(self) -> None:
        """Wait until everything appended so far is on the disk."""
        self._disk.sync(self._file)

    @property
    def reserve(self) -> int:
        """Bytes that can be appended though the disk be full; at most `RESERVE_BYTES`."""
        return min(RESERVE_BYTES, max(0, self._room_until - self.size)) if self._reserves else 0

    @property
    def lacks_reserve(self) -> bool:
        """Whether it is time to fill it up."""
        return self._reserves and self.reserve < RESERVE_BYTES

    def keep_reserve(self) -> None:
        """Fill the reserve up, where the file system can. Raises `OSError` when there is no room."""
        if self.lacks_reserve:
            wanted = self.size + RESERVE_BYTES + STEP_BYTES
            self._reserves = self._disk.take_room(self._file, self._room_until, wanted - self._room_until)
            self._room_until = wanted

    def publish(self, path: Path) -> None:
        """Give a draft its name; lasting once the directory is synced."""
        self.path = self.path.rename(path)

    def close(self) -> None:
        """Without syncing."""
        os.close(self._file)

    def retire(self) -> None:
        """Close a segment that counts no more but as history; whether it could be synced therefore does not matter."""
        with suppress(OSError):
            self._disk.give_room(self._file, self.size)
            self.sync()
        self.close()

    def discard(self) -> None:
        """Close and remove a draft."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _cut_back(self, *, to: int) -> None:
        self.whole = False
        with suppress(OSError):
            self.cut(to)
            self.whole = True


def sync_directory(directory: Path) -> None:
    """Make names given and taken in a directory last."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
