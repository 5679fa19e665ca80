"""A folder that one router alone writes into, and what is said when it cannot be."""

import fcntl
import os
from pathlib import Path

from router.core.errors import JournalBroken, SetUpFailed


def hold(directory: Path) -> int:
    """Keep other routers away from a folder, made if missing, as long as this lock is open. Raises `SetUpFailed`."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory / "journal.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        os.close(lock)
        raise SetUpFailed(f"The journal {directory} is in use by another router. Stop that one first.") from held
    except OSError as failure:
        raise unusable(directory, failure) from failure
    return lock


def unusable(directory: Path, failure: OSError) -> SetUpFailed:
    """At the start."""
    return SetUpFailed(f"The journal {directory} cannot be written: {failure}. Check its disk and rights.")


def broken(directory: Path, failure: OSError) -> JournalBroken:
    """While it runs."""
    return JournalBroken(f"The journal {directory} cannot be written: {failure}. Make room, or check the disk.")
