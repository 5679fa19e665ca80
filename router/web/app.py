"""The web application: its routes on one screen, and how it is served."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from weakref import WeakSet

from aiohttp import web

from router.core.house import Staff
from router.core.ids import AgentId
from router.core.view import CallView
from router.engine.usecases import Desk, Readiness
from router.web import health, openapi
from router.web.agents import ACTIONS, acting, show, show_floor
from router.web.auth import authenticate
from router.web.errors import answer_errors
from router.web.feed import Feed
from router.web.keys import (
    DESK,
    FEED,
    METRICS,
    NOBODY,
    PASSABLE,
    READINESS,
    SOCKETS,
    TOKENS,
    TRANSFERABLE,
    Passable,
    PassTargets,
    Tokens,
    Transferable,
)
from router.web.stream import close_sockets, stream

LONGEST_BODY = 16 * 1024  # bytes
SHUTDOWN_S = 5.0  # how long requests in progress may take at the end


def nobody(_call: CallView) -> tuple[Staff, ...]:
    """No staff shown, where the composition root names none."""
    return ()


def nowhere(_agent: AgentId, _call: CallView) -> PassTargets:
    """Nobody to pass calls to, where the composition root names none."""
    return NOBODY


def build_app(
    *,
    desk: Desk,
    readiness: Readiness,
    tokens: Tokens,
    metrics: Callable[[], bytes],
    transferable: Transferable = nobody,
    passable: Passable = nowhere,
) -> web.Application:
    """The application, not yet served. `tokens`, `transferable` and `passable` are asked at each request."""
    app = web.Application(middlewares=[answer_errors, authenticate], client_max_size=LONGEST_BODY)
    app[DESK], app[READINESS], app[TOKENS] = desk, readiness, tokens
    app[METRICS], app[TRANSFERABLE], app[PASSABLE] = metrics, transferable, passable
    app[FEED], app[SOCKETS] = Feed(), WeakSet[web.WebSocketResponse]()
    app.add_routes(ROUTES)
    app.cleanup_ctx.append(_watch_desk)
    app.on_shutdown.append(close_sockets)
    app.on_response_prepare.append(_tell_little)
    return app


ROUTES = (
    web.get("/healthz", health.healthz),
    web.get("/readyz", health.readyz),
    web.get("/metrics", health.metrics),
    web.get("/api/v1/openapi.json", openapi.show),
    web.get("/api/v1/agents/{agent}", show),
    web.get("/api/v1/agents/{agent}/events", stream),
    web.get("/api/v1/agents/{agent}/floor", show_floor),
    *(web.post(f"/api/v1/agents/{{agent}}/{name}", acting(action)) for name, action in ACTIONS.items()),
)


async def _watch_desk(app: web.Application) -> AsyncIterator[None]:
    desk, feed = app[DESK], app[FEED]
    stop = desk.watch(lambda: feed.changed(desk.view))
    yield
    stop()


async def _tell_little(_request: web.Request, response: web.StreamResponse) -> None:
    """No versions for attackers, no callers in caches."""
    response.headers["Server"] = "vorzimmer"
    if response.status != HTTPStatus.SWITCHING_PROTOCOLS:
        response.headers["Cache-Control"] = "no-store"


@asynccontextmanager
async def serve(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve while the block runs; gives the real port (`port` 0 takes a free one). Ends requests and sockets in order.

    Raises OSError when the address is taken or not ours.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
