"""Name resolution inside the root: the machine's own, and the machine's name with an address that is not loopback.

Asterisk looks its host name up for the RTCP of every call and asks the DNS for a root server when it finds no outside
address: on a machine without DNS that would delay every call.
"""

import os
import shutil
import socket
from pathlib import Path

_OUTSIDE = ("198.51.100.1", 9)  # RFC 5737: only routed to in thought, nothing is sent


def write_names(root: Path) -> None:
    """Brings `etc/resolv.conf` and `etc/hosts` of the root up to date; safe beside other starts."""
    _replace(root / "etc/hosts", f"127.0.0.1 localhost\n{own_address()} {socket.gethostname()}\n")
    source = Path("/etc/resolv.conf")
    if source.exists():
        _replace(root / "etc/resolv.conf", source.read_text())


def own_address() -> str:
    """The address that this machine would call from; one reserved for documentation when it has no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_OUTSIDE)
        except OSError:
            return _OUTSIDE[0]
        return str(probe.getsockname()[0])


def _replace(path: Path, text: str) -> None:
    """Writes a file whole, in one step."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.chmod(0o644)  # whatever our umask: Asterisk reads it as another user
    shutil.move(fresh, path)
