"""The router's end of its watchdog's line: it waits for the word to begin, then beats from its event loop.

A beat is one byte, `+` from a router that is ready and `-` from one that is not. It is sent by the loop itself and by
nothing beside it: a loop that stands still is silent, however alive its process may be.
"""

import asyncio
import ctypes
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Self

from router.watchdog.child import READY, UNREADY, VARIABLE

BEAT_S = 0.25
LONGEST_WORD = 4096  # bytes
PR_SET_PDEATHSIG = 1  # prctl(2)


class Watched:
    """Beats to the watchdog, or to nobody. `replaced` counts, by reason, the routers that were replaced before this."""

    def __init__(self, line: socket.socket | None = None, replaced: Mapping[str, int] | None = None) -> None:
        self._line = line
        self._next = 0.0
        self.replaced = replaced or {}
        self.ready: Callable[[], bool] = lambda: False

    @classmethod
    def inherited(cls) -> Self:
        """The line that the environment names, once the watchdog has said to begin; a spare waits here for that.

        Without a watchdog, a line to nobody. If the watchdog ends, so does this process, at once and whatever it does.
        """
        inherited = os.environ.pop(VARIABLE, "")  # no child of ours has a part in it
        if not inherited:
            return cls()
        number, _, watchdog = inherited.partition(":")
        line = socket.socket(fileno=int(number))
        line.set_inheritable(False)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        with suppress(OSError):
            line.send(UNREADY)  # loaded
        word = line.recv(LONGEST_WORD)
        if not word or os.getppid() != int(watchdog):  # it ended before we asked to end with it
            sys.exit(0)
        line.setblocking(False)
        return cls(line, json.loads(word))

    def beat(self) -> None:
        """One beat. A watchdog that takes none just now is not waited for."""
        if self._line is not None:
            with suppress(OSError):
                self._line.send(READY if self.ready() else UNREADY)

    def progress(self) -> None:
        """Something long that keeps the loop busy has got on: a beat, unless the last one was just now."""
        if self._line is not None and (now := time.monotonic()) >= self._next:
            self._next = now + BEAT_S
            self.beat()

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat while the block runs."""
        beats = asyncio.create_task(self._beats(), name="beats")
        try:
            yield
        finally:
            beats.cancel()

    async def _beats(self) -> None:
        while True:
            self.beat()
            await asyncio.sleep(BEAT_S)
