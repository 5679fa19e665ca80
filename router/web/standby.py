"""What a router answers while another one leads: alive, not ready, and who to ask instead."""

from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web

from router.engine.usecases import Readiness
from router.web import health
from router.web.keys import METRICS, READINESS


def build_standby_app(*, readiness: Readiness, metrics: Callable[[], bytes]) -> web.Application:
    """The application, not yet served."""
    app = web.Application()
    app[READINESS], app[METRICS] = readiness, metrics
    app.add_routes(
        (
            web.get("/healthz", health.healthz),
            web.get("/readyz", health.readyz),
            web.get("/metrics", health.metrics),
            web.route("*", "/{path:.*}", _elsewhere),
        )
    )
    return app


async def _elsewhere(request: web.Request) -> web.Response:
    """503 with who leads."""
    error = {"id": "standing_by", "message": " ".join(request.app[READINESS].problems())}
    return web.json_response({"error": error}, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "1"})
