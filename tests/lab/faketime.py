"""A wall clock of its own for Asterisk or the router, set while they run: libfaketime, with the monotonic clock left
alone, as in a machine whose administrator sets the time.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from asterisk.directories import InstanceDirectory
from tests.lab.failure import LabFailed

LIBRARY = "libfaketimeMT.so.1"


class WallClock:
    """Shows `offset` seconds more than this machine's, from the next look of whoever goes by it."""

    def __init__(self, offset: float = 0) -> None:
        self.offset = offset
        self._files: list[Path] = []

    def set(self, offset: float) -> None:
        """Show this much more from now on."""
        self.offset = offset
        for file in self._files:
            self._write(file)

    def step(self, seconds: float) -> None:
        """Set it forward, or back."""
        self.set(self.offset + seconds)

    def followed_in(self, folder: Path) -> Mapping[str, str]:
        """The environment of a program that goes by this clock."""
        return self._followed(folder, str(folder), str(_library()))

    def followed_by_asterisk(self, directory: InstanceDirectory) -> Mapping[str, str]:
        """The same for what runs in Asterisk's root, where the library has to be, too."""
        shutil.copy2(_library(), directory.outside / LIBRARY)
        shared = directory.outside.parents[2] / "dev" / "shm"  # the library keeps a semaphore there
        if os.geteuid() == 0:
            shared.chmod(0o1777)  # as on any machine
        return self._followed(directory.outside, directory.inside, f"{directory.inside}/{LIBRARY}")

    def _followed(self, outside: Path, inside: str, library: str) -> Mapping[str, str]:
        self._files.append(outside / "wall-clock")
        self._write(self._files[-1])
        return {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": f"{inside}/wall-clock",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",  # files keep the times at which they were written
        }

    def _write(self, file: Path) -> None:
        draft = file.with_suffix(".new")
        draft.write_text(f"{self.offset:+.3f}\n")
        draft.chmod(0o644)
        draft.replace(file)


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob(f"{os.uname().machine}-linux-gnu/faketime/{LIBRARY}"))
    if not found:
        raise LabFailed("libfaketime is not installed (Debian package `libfaketime`): run `make setup`")
    return found[0]
