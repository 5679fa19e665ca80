"""The house's own secret: what is kept sealed, or made anew the same each time, comes from it, each purpose apart.

`VORZIMMER_DESK_SECRET` gives it, which two routers need; else it is made once, in the state folder.
"""

import hmac
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from router.core.errors import SetUpFailed

FILE = "desk.key"
LENGTH = 32  # bytes, and the least characters of the variable


def house_secret(state_dir: Path, environ: Mapping[str, str] = os.environ) -> bytes:
    """The secret. Raises `SetUpFailed` for one that is too short, OSError where it cannot be kept."""
    given = environ.get("VORZIMMER_DESK_SECRET", "")
    if given and len(given) < LENGTH:
        raise SetUpFailed(
            f"VORZIMMER_DESK_SECRET is too short: give {LENGTH} characters or more (openssl rand -hex 32)."
        )
    return given.encode() if given else _kept(state_dir / FILE)


def derived(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose, from which neither the secret nor those of another purpose can be told."""
    return hmac.digest(secret, purpose.encode(), "sha256")


def _kept(file: Path) -> bytes:
    with suppress(FileExistsError):
        place = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(place, "wb") as made:
            made.write(secrets.token_bytes(LENGTH))
    found = file.read_bytes()
    if len(found) < LENGTH:
        raise SetUpFailed(f"{file} is cut off: bring it back from a copy, or remove it and reset every second factor.")
    return found
