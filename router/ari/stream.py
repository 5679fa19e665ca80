"""All events of a client as an async iterator, for one consumer."""

import asyncio
from collections.abc import Callable

from router.ari.received import Received


class Stream:
    """Iterates over events from the moment it was made; ends when the client ends or `close()` is called."""

    def __init__(self, on_close: Callable[["Stream"], None]) -> None:
        self._queue: asyncio.Queue[Received | None] = asyncio.Queue()
        self._on_close = on_close

    def put(self, received: Received) -> None:
        """Hand one event over."""
        self._queue.put_nowait(received)

    def close(self) -> None:
        """End the iteration after what is already queued."""
        self._on_close(self)
        self._queue.put_nowait(None)

    def __aiter__(self) -> "Stream":
        return self

    async def __anext__(self) -> Received:
        received = await self._queue.get()
        if received is None:
            self._queue.put_nowait(None)
            raise StopAsyncIteration
        return received
