"""The agent's page, kept up to date by one stream of server-sent events: after each change the parts that look
different.

Each message is `{"type", "now", "html": {part: HTML}}`; the first one is a whole `snapshot`, so that whoever connects
again has missed nothing. A `beat` comes at least every five seconds, with the line of waiting callers when that has
changed; a page that hears none for longer says so. A sign-out, a lock or a withdrawn token ends the stream before its
next message, and so does the router's own end.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from weakref import WeakSet

from aiohttp import hdrs, web

from router.core.desk.access import Access, denial
from router.web.agents import own_view_of
from router.web.auth import asking
from router.web.feed import Subscription
from router.web.keys import AGENT, FEED
from router.web.own import OwnView, dumped
from router.web.panels import line, panels
from router.web.people import REREAD_MS
from router.web.rendering import language_of

BEAT_S = 5.0
BEAT: web.AppKey[float] = web.AppKey("beat")  # seconds
LIVE: web.AppKey[WeakSet[asyncio.Task[None]]] = web.AppKey("live")


async def live(request: web.Request) -> web.StreamResponse:
    """Serve one page's stream until either side ends it."""
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    serving: asyncio.Task[None] | None = None

    def cut_off() -> None:
        if serving is not None:
            serving.cancel()

    with request.app[FEED].subscribed(own_view_of(request), cut_off) as subscription:
        await answer.prepare(request)
        if request.method == hdrs.METH_HEAD:
            return answer
        serving = asyncio.create_task(_serve(request, answer, subscription))
        request.app[LIVE].add(serving)
        try:
            await asyncio.wait([serving])
        finally:
            serving.cancel()
    if not serving.cancelled() and (failure := serving.exception()) is not None:
        raise failure
    return answer


async def _serve(request: web.Request, answer: web.StreamResponse, subscription: Subscription) -> None:
    with suppress(ConnectionError):
        async for message in _messages(request, subscription):
            identity = await asking(request, within_ms=REREAD_MS)
            if denial(Access.OWN_AGENT, identity, request[AGENT]) is not None:
                return
            await answer.write(b"data: " + message.encode() + b"\n\n")


async def _messages(request: web.Request, subscription: Subscription) -> AsyncIterator[str]:
    app, language, shown = request.app, language_of(request), dict[str, str]()
    waiting: object = None
    while True:
        kind, own = await _next(request, subscription)
        if kind != "beat":
            drawn = dict(panels(app, own, language))
        elif own.waiting != waiting:
            drawn = {"line": line(own, language)}
        else:
            drawn = {}
        waiting = own.waiting
        changed = {name: html for name, html in drawn.items() if shown.get(name) != html}
        shown |= changed
        yield dumped({"type": kind, "now": time.time_ns() // 1_000_000, "html": changed})


async def _next(request: web.Request, subscription: Subscription) -> tuple[str, OwnView]:
    """The next change, or a beat with the view as it is by now."""
    try:
        async with asyncio.timeout(request.app[BEAT]):
            change = await subscription.changes.get()
    except TimeoutError:
        return "beat", own_view_of(request)
    return change.kind, change.own


async def end_streams(app: web.Application) -> None:
    """The router goes away."""
    for serving in [*app[LIVE]]:
        serving.cancel()
