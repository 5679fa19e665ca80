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
from router.web import assets, board, desk_page, health, openapi, signing_in, softphone
from router.web.access import Access, Route, add_declared, require_declared
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
from router.web.live import BEAT, BEAT_S, LIVE, end_streams, live
from router.web.people import PEOPLE, People
from router.web.softphone import SIP_WAY, SipWay
from router.web.stream import close_sockets, stream

LONGEST_BODY = 16 * 1024  # bytes
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # the QR code of an invitation
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
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
    people: People | None = None,
    sip_way: SipWay | None = None,
    beat_s: float = BEAT_S,
) -> web.Application:
    """The application, not yet served. `tokens`, `transferable` and `passable` are asked at each request.

    Without `people` nobody signs in, and programs alone are served; without `sip_way` no browser is a telephone.
    `beat_s`: how long a page's stream is silent at most, in seconds.
    """
    app = web.Application(middlewares=[answer_errors, authenticate], client_max_size=LONGEST_BODY)
    app[DESK], app[READINESS], app[TOKENS] = desk, readiness, tokens
    app[METRICS], app[TRANSFERABLE], app[PASSABLE] = metrics, transferable, passable
    app[FEED], app[SOCKETS] = Feed(), WeakSet[web.WebSocketResponse]()
    app[BEAT], app[LIVE] = beat_s, WeakSet()
    if people is not None:
        app[PEOPLE] = people
    if sip_way is not None:
        app[SIP_WAY] = sip_way
    pages = () if people is None else (*signing_in.ROUTES, *desk_page.ROUTES, *board.ROUTES)
    add_declared(app, (*ROUTES, *pages, *(() if sip_way is None else softphone.ROUTES)))
    app.cleanup_ctx.append(_watch_desk)
    app.on_shutdown.append(close_sockets)
    app.on_shutdown.append(end_streams)
    app.on_response_prepare.append(_tell_little)
    require_declared(app)
    return app


ROUTES = (
    Route("GET", "/healthz", health.healthz, Access.PUBLIC),
    Route("GET", "/readyz", health.readyz, Access.PUBLIC),
    Route("GET", "/metrics", health.metrics, Access.PUBLIC),
    Route("GET", "/api/v1/openapi.json", openapi.show, Access.PUBLIC),
    Route("GET", "/api/v1/agents/{agent}", show, Access.OWN_AGENT),
    Route("GET", "/api/v1/agents/{agent}/events", stream, Access.OWN_AGENT),
    Route("GET", "/api/v1/agents/{agent}/stream", live, Access.OWN_AGENT),
    Route("GET", "/api/v1/agents/{agent}/floor", show_floor, Access.OWN_AGENT),
    *(
        Route("POST", f"/api/v1/agents/{{agent}}/{name}", acting(action), Access.OWN_AGENT)
        for name, action in ACTIONS.items()
    ),
    Route("GET", "/static/{version}/{name}", assets.show, Access.PUBLIC),
)


async def _watch_desk(app: web.Application) -> AsyncIterator[None]:
    desk, feed = app[DESK], app[FEED]
    stop = desk.watch(lambda: feed.changed(desk.view))
    yield
    stop()


async def _tell_little(_request: web.Request, response: web.StreamResponse) -> None:
    """No versions for attackers, no callers in caches, and nothing of others in our pages or ours in others'."""
    response.headers["Server"] = "vorzimmer"
    if response.status != HTTPStatus.SWITCHING_PROTOCOLS:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.update(SECURITY_HEADERS)


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
