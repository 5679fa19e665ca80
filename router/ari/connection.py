"""One kept HTTP connection to Asterisk: a request at a time, or some that belong together, and the answers.

Rules: Asterisk carries out what comes over one connection in its order. An answer that belongs to nobody, or one that
cannot be read, ends the connection; whoever stops waiting for an answer must `close` it, for the next request would
get it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from httptools import HttpParserError, HttpResponseParser


class Dropped(ConnectionError):
    """The connection ended before the answer did. `unsent`: before the request, too. `unread`: of a connection kept for
    later use not a byte came."""

    def __init__(self, reason: str, *, unsent: bool = False, unread: bool = False) -> None:
        super().__init__(reason)
        self.unsent = unsent
        self.unread = unread


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `kind` is its media type, empty for none."""

    status: int
    kind: str
    content: bytes


class Connection(asyncio.Protocol):
    """Told what comes by the event loop, and by the parser what it means."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._waiter: asyncio.Future[Sequence[Answer]] | None = None
        self._awaited = 0
        self._got: list[Answer] = []
        self._kind = ""
        self._content = b""
        self._read = False
        self._answers = 0
        self.idle_since = 0.0

    @property
    def alive(self) -> bool:
        """Whether a request may be sent."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, requests: Sequence[bytes]) -> Sequence[Answer]:
        """Send these at once, wait for an answer to each. Raises Dropped when one of them does not come."""
        if self._transport is None or self._transport.is_closing():
            raise Dropped("closed before the request", unsent=True)
        self._kind, self._content, self._read = "", b"", False
        self._waiter = asyncio.get_running_loop().create_future()
        self._awaited, self._got = len(requests), []
        self._transport.write(b"".join(requests))
        return await self._waiter

    def close(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    # --- told by the event loop --------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """A piece of what Asterisk says."""
        self._read = True
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self._drop(f"no HTTP ({type(error).__name__})")
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._transport = None
        self._drop(type(exc).__name__ if exc else "closed by Asterisk")

    def _drop(self, reason: str) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(Dropped(reason, unread=self._answers > 0 and not self._read))

    # --- told by the parser ------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """An answer begins; that to the next request must not follow one that nobody asked for."""
        if self._waiter is None:
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of the answer's headers."""
        if len(name) == 12 and name.lower() == b"content-type":
            self._kind = value.partition(b";")[0].strip().decode("latin-1").lower()

    def on_body(self, body: bytes) -> None:
        """A piece of the answer's content."""
        self._content = self._content + body if self._content else body

    def on_message_complete(self) -> None:
        """The answer's end; a 1xx only says that the answer is to come."""
        answer = Answer(self._parser.get_status_code(), self._kind, self._content)
        self._kind, self._content = "", b""
        if answer.status < 200:
            return
        self._answers += 1
        self._got.append(answer)
        if not self._parser.should_keep_alive():
            self.close()
        if len(self._got) == self._awaited:
            self._complete()

    def _complete(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(tuple(self._got))
