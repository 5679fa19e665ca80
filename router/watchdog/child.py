"""A process that the watchdog has started: a router, or the spare that will be the next one."""

import json
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress

from router.watchdog.notify import OURS

VARIABLE = "VORZIMMER_WATCHDOG_LINE"  # environment: number of the inherited socket, and who holds its other end
READY, UNREADY = b"+", b"-"
PLENTY = 4096  # bytes of beats


class Child:
    """Started at once, it loads its code and then waits for `begin`."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.line, theirs = socket.socketpair()
        with theirs:
            theirs.set_inheritable(True)
            kept = {name: value for name, value in environ.items() if name not in OURS}
            # A process group of its own: Ctrl-C reaches the watchdog alone, which passes it on.
            kept[VARIABLE] = f"{theirs.fileno()}:{os.getpid()}"
            self.pid = os.posix_spawn(command[0], list(command), kept, setpgroup=0)
        self.line.setblocking(False)
        self.silent_s = 0.0  # since its last beat
        self.loaded = False  # its first beat says so
        self.ready = False  # at its last beat
        self.served = False  # whether it ever was
        self.fate = ""  # why it was killed
        self.hung_up = False  # whether it has closed its end: it is dying

    def begin(self, replaced: Mapping[str, int]) -> None:
        """Be the router from now on, knowing how many there were before, by the reason of their end."""
        with suppress(OSError):  # it has died: its end is about to be heard of
            self.line.send(json.dumps(replaced).encode())

    def hear(self) -> bool:
        """Take its beats; whether there were any."""
        try:
            beats = self.line.recv(PLENTY)
        except BlockingIOError:
            return False
        except OSError:
            beats = b""
        self.hung_up = not beats
        if beats:
            self.silent_s, self.loaded, self.ready = 0.0, True, beats.endswith(READY)
            self.served = self.served or self.ready
        return bool(beats)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal. It is still there until its end was waited for, at least as a zombie."""
        os.kill(self.pid, number)

    def gone(self) -> None:
        """Its end was waited for."""
        self.line.close()
