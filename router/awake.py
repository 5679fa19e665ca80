"""Whether this process was awake: one that was stopped for a while first reads what came meanwhile, and only then acts.

A router that was frozen may have lost its place to another one. Asterisk has told so on the websocket; but before that
word there are others in the socket, of callers whom it would claim and of calls that are not its own any more.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

STEP_S = 0.25
STALL_S = 1.0  # longer than anything that keeps a healthy loop busy
CATCH_UP_S = 0.25  # enough to read what the socket already holds


class Awake:
    """`run` goes on beside everything else; `permitted` is asked before each command to Asterisk.

    `leading`, of two routers, is asked last: one that cannot look for its lease still heard that its place was taken.
    """

    def __init__(self, leading: Callable[[], Awaitable[bool]] | None = None) -> None:
        self._leading = leading
        self._seen = time.monotonic()
        self._until = 0.0  # so long nothing is commanded
        self._replaced = False

    def replaced(self) -> None:
        """Another router serves our application."""
        self._replaced = True

    async def permitted(self) -> bool:
        """Whether a command may go out; after a stall the answer waits for what the socket holds."""
        self._look()
        if (left := self._until - time.monotonic()) > 0:
            await asyncio.sleep(left)
        return not self._replaced and (self._leading is None or await self._leading())

    async def run(self) -> None:
        """Notice stalls, until cancelled."""
        self._seen = time.monotonic()
        while True:
            await asyncio.sleep(STEP_S)
            self._look()
            self._seen = time.monotonic()

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._seen > STALL_S:
            self._until, self._seen = now + CATCH_UP_S, now
