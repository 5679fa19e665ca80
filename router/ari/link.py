"""Keeps one websocket open: connects, reads, notices silence, reconnects.

The reader only stamps, parses and queues; whoever takes from the queue may be slow. One queue for events and the
link's ups and downs gives them one order.
"""

import asyncio
import logging
from collections.abc import Sequence

import aiohttp

from router.ari.errors import (
    AriApplicationReplaced,
    AriError,
    AriLinkLost,
    AriMalformed,
    AriTimeout,
    AriUnauthorized,
    AriUnreachable,
    http_error,
)
from router.ari.generated.events import ApplicationReplaced
from router.ari.options import Backoff, Options
from router.ari.received import Item, LinkDown, LinkUp, Received, parse_event
from router.ari.target import Target

log = logging.getLogger(__name__)
WHERE = ("GET", "/events")


class Link:
    """The event websocket of some applications."""

    def __init__(self, target: Target, apps: Sequence[str], options: Options) -> None:
        self._target = target
        self._apps = tuple(apps)
        self._options = options
        self._backoff = Backoff(options)
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._warned = False
        self.items: asyncio.Queue[Item] = asyncio.Queue()
        self.connections = 0
        self.malformed = 0

    async def run(self) -> None:
        """Until cancelled; raises AriUnauthorized before the first connection, AriApplicationReplaced at any time."""
        async with aiohttp.ClientSession(headers=self._target.headers, cookie_jar=aiohttp.DummyCookieJar()) as http:
            while True:
                outcome = await self._attempt(http)
                if isinstance(outcome, AriApplicationReplaced) or (
                    isinstance(outcome, AriUnauthorized) and not self.connections
                ):
                    raise outcome
                await self._options.sleep(self._backoff.next())

    def accepted(self) -> None:
        """The connection proved good; the next pause starts small again."""
        self._backoff.reset()

    async def drop(self) -> None:
        """Give up this connection; `run` opens another."""
        if self._socket is not None:
            await self._socket.close()

    async def _attempt(self, http: aiohttp.ClientSession) -> AriError:
        """One connection from its opening to its end, and why it ended."""
        socket = await self._open(http)
        if isinstance(socket, AriError):
            log.log(logging.ERROR if isinstance(socket, AriUnauthorized) else logging.INFO, "no event link: %s", socket)
            return socket
        self._socket = socket
        self.connections += 1
        self.items.put_nowait(LinkUp(self.connections))
        try:
            reason = await self._read(socket)
        finally:
            self._socket = None
            await socket.close()
        self.items.put_nowait(LinkDown(reason))
        return reason

    async def _open(self, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse | AriError:
        try:
            async with asyncio.timeout(self._options.timeout):
                return await http.ws_connect(
                    self._target.url / "events",
                    params={"app": ",".join(self._apps), "subscribeAll": "false"},
                    heartbeat=self._options.heartbeat,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                    max_msg_size=self._options.largest_event,
                )
        except TimeoutError:
            return AriTimeout(*WHERE, f"no websocket within {self._options.timeout:g} s")
        except aiohttp.WSServerHandshakeError as error:
            return http_error(*WHERE, error.status, "no websocket")
        except (aiohttp.ClientError, OSError) as error:
            return AriUnreachable(*WHERE, f"no websocket ({type(error).__name__})")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> AriError:
        while True:
            message = await socket.receive()
            received_ns = self._options.clock_ns()
            if message.type is not aiohttp.WSMsgType.TEXT:
                return AriLinkLost(_ending(message, socket.close_code))
            event = self._take(message.data, received_ns)
            if isinstance(event, ApplicationReplaced) and event.application in self._apps:
                return AriApplicationReplaced(event.application)

    def _take(self, frame: str, received_ns: int) -> object:
        try:
            event = parse_event(frame)
        except AriMalformed as error:
            self.malformed += 1
            log.warning("dropped: %s", error)
            return None
        self.items.put_nowait(Received(event, received_ns))
        self._watch()
        return event

    def _watch(self) -> None:
        """Say once that delivery falls behind, and again only after it has caught up."""
        backlog, limit = self.items.qsize(), self._options.backlog_warning
        if backlog >= limit and not self._warned:
            log.warning("%d events wait for delivery: a handler is too slow", backlog)
        self._warned = backlog >= (limit // 2 if self._warned else limit)


def _ending(message: aiohttp.WSMessage, close_code: int | None) -> str:
    if message.type is aiohttp.WSMsgType.ERROR:
        return f"the event websocket broke or fell silent ({type(message.data).__name__})"
    return f"the event websocket was closed (code {close_code})"
