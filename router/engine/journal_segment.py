"""One file of the journal, open for appending: whole lines or nothing, and synced when asked."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

DRAFT = ".new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The operating system's calls by which a segment is written; each raises `OSError`."""

    write: Callable[[int, bytes], int] = os.write
    sync: Callable[[int], None] = os.fdatasync
    cut: Callable[[int, int], None] = os.ftruncate


class Segment:
    """An open segment. `whole` turns False when a broken line could not be cut off again."""

    def __init__(self, path: Path, *, disk: Disk) -> None:
        self.path = path
        self.whole = True
        self._disk = disk
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self.size = os.fstat(self._file).st_size

    @classmethod
    def draft(cls, path: Path, lines: Iterable[bytes], *, disk: Disk) -> Self:
        """A synced segment of `lines` under a name that no reader looks at, until it is published as `path`."""
        draft = path.with_name(path.name + DRAFT)
        draft.unlink(missing_ok=True)
        segment = cls(draft, disk=disk)
        try:
            segment.append_synced(lines)
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
        self.size = to

    def sync(self) -> None:
        """Wait until everything appended so far is on the disk."""
        self._disk.sync(self._file)

    def publish(self, path: Path) -> None:
        """Give a draft its name; lasting once the directory is synced."""
        self.path = self.path.rename(path)

    def close(self) -> None:
        """Without syncing."""
        os.close(self._file)

    def retire(self) -> None:
        """Close a segment that counts no more but as history; whether it could be synced therefore does not matter."""
        with suppress(OSError):
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
