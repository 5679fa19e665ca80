"""Is the process alive, can it serve calls, and its numbers: for supervisors, load balancers and Prometheus."""

from http import HTTPStatus

from aiohttp import web

from router.web.keys import METRICS, READINESS

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


async def healthz(_request: web.Request) -> web.Response:
    """200 while the process answers at all."""
    return web.json_response({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """200 when calls can be served; 503 with every problem otherwise."""
    problems = request.app[READINESS].problems()
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    return web.json_response({"ready": not problems, "problems": list(problems)}, status=status)


async def metrics(request: web.Request) -> web.Response:
    """The Prometheus exposition."""
    return web.Response(body=request.app[METRICS](), headers={"Content-Type": EXPOSITION})
