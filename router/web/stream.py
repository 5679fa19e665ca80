"""One agent's live events over a websocket: a snapshot, then each change, as JSON objects.

Rules: nothing is read from the agent but the close; a socket that answers no ping, or takes its messages too slowly, is
cut off. The agent's page connects again and begins with a fresh snapshot, so nothing is lost by it. A token withdrawn
at a reload counts for open sockets too, before the next message.
"""

import asyncio
from contextlib import suppress

from aiohttp import WSCloseCode, web

from router.core.desk.access import Access, denial
from router.web.agents import own_view_json, own_view_of
from router.web.auth import SUBPROTOCOL, asking
from router.web.feed import Change, Subscription
from router.web.keys import AGENT, FEED, SOCKETS
from router.web.own import dumped
from router.web.people import REREAD_MS

HEARTBEAT_S = 20.0
CLOSING_S = 2.0  # how long a closing socket is waited for
LONGEST_MESSAGE = 4096  # bytes, from the agent


async def stream(request: web.Request) -> web.WebSocketResponse:
    """Serve one socket until either side closes it."""
    socket = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,), heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_MESSAGE, timeout=CLOSING_S
    )
    with request.app[FEED].subscribed(own_view_of(request), lambda: _cut_off(request)) as subscription:
        await socket.prepare(request)
        request.app[SOCKETS].add(socket)
        await _serve(request, socket, subscription)
    return socket


async def _serve(request: web.Request, socket: web.WebSocketResponse, subscription: Subscription) -> None:
    writing = asyncio.create_task(_write(request, socket, subscription))
    try:
        async for _ignored in socket:
            pass
    finally:
        writing.cancel()
        await asyncio.wait([writing])


async def _write(request: web.Request, socket: web.WebSocketResponse, subscription: Subscription) -> None:
    with suppress(ConnectionError):  # the reader sees the same end, and closes
        while True:
            change = await subscription.changes.get()
            identity = await asking(request, within_ms=REREAD_MS)
            if denial(Access.OWN_AGENT, identity, request[AGENT]) is not None:
                await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"token withdrawn")
                return
            await socket.send_str(_message(request.app, change))


def _message(app: web.Application, change: Change) -> str:
    return dumped({"type": change.kind, "agent": own_view_json(app, change.own)})


def _cut_off(request: web.Request) -> None:
    """At once: a close would wait in line behind everything that the reader has not taken."""
    if request.transport is not None:
        request.transport.abort()


async def close_sockets(app: web.Application) -> None:
    """Tell every open socket that the router goes away."""
    open_sockets = [*app[SOCKETS]]
    await asyncio.gather(*(socket.close(code=WSCloseCode.GOING_AWAY) for socket in open_sockets))
