"""One directory in the root for each running instance, locked by its owner and swept when that owner is gone.

`ROOT/srv/instances/<name>` outside is `/srv/instances/<name>` inside. The lock is flock on the directory itself, which
the kernel drops when its holder dies, so that the next start can tell a stale directory from a living one.
"""

import fcntl
import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from asterisk.sandbox import asterisk_ids

PROJECT = Path(__file__).resolve().parent.parent
_PLACE = "srv/instances"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceDirectory:
    """The directory as seen from here (`outside`) and from Asterisk (`inside`)."""

    outside: Path
    inside: str
    lock: int

    def remove(self) -> None:
        """Deletes the directory and gives up its lock."""
        shutil.rmtree(self.outside, ignore_errors=True)
        os.close(self.lock)


def make_directory(root: Path) -> InstanceDirectory:
    """Sweeps what dead owners left, then makes and locks a fresh directory with the configuration's templates in it."""
    with _sweeping(root):
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        outside = root / _PLACE / name
        outside.mkdir(mode=0o755)
        lock = os.open(outside, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    _fill(root, outside)
    return InstanceDirectory(outside=outside, inside=f"/{_PLACE}/{name}", lock=lock)


def _fill(root: Path, outside: Path) -> None:
    """Copies the templates, and gives the whole to Asterisk's user where that is another than we are."""
    here = outside / "project" / "asterisk"
    shutil.copytree(PROJECT / "asterisk" / "etc", here / "etc")
    shutil.copy2(PROJECT / "asterisk" / "entrypoint.sh", here)
    shutil.copytree(PROJECT / "dialplan", outside / "project" / "dialplan")
    for name in ("generated", "sounds", "cel", "log", "run", "state", "etc"):
        (outside / name).mkdir()
    if os.geteuid() == 0:
        for path in (outside, *outside.rglob("*")):
            os.chown(path, *asterisk_ids(root))


@contextmanager
def _sweeping(root: Path) -> Iterator[None]:
    """Removes stale directories; held while a new one is made, so that nobody sweeps it before it is locked."""
    place = root / _PLACE
    with (place / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for path in place.iterdir():
            if path.is_dir():
                _sweep(path)
        yield


def _sweep(path: Path) -> None:
    """Deletes one directory when nobody holds its lock."""
    lock = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        _end_orphan(path)
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)


def _end_orphan(path: Path) -> None:
    """Kills an Asterisk that outlived its owner in the moment before the kernel tied the two together."""
    with suppress(OSError, ValueError):
        pid = int((path / "run" / "asterisk.pid").read_text())
        if f"/{_PLACE}/{path.name}/".encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
