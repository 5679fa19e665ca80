"""Which route is for whom: every route of the web room is declared as a `Route`, and one that is not does not run.

Pages and requests stand in tuples of `Route`s, which `web/app.py` puts together. A handler finds who asks in
`request[IDENTITY]` (not in `PUBLIC` routes) and, below `{agent}`, the asking agent in `request[AGENT]`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from router.core.desk.access import Access, Identity, Role

__all__ = ["IDENTITY", "Access", "Identity", "Role", "Route", "access_of", "add_declared", "require_declared"]


@dataclass(frozen=True, slots=True)
class Route:
    """One route: an HTTP method, a path as aiohttp writes it, its handler, and for whom it is. GET answers HEAD too."""

    method: str
    path: str
    handler: Handler
    access: Access


IDENTITY: web.RequestKey[Identity] = web.RequestKey("identity")
DECLARED: web.AppKey[Mapping[tuple[str, str], Access]] = web.AppKey("declared")


def add_declared(app: web.Application, routes: Iterable[Route]) -> None:
    """Add the routes, and keep for whom each is. Raises RuntimeError, aiohttp's own, for one that is declared twice."""
    declared: dict[tuple[str, str], Access] = {}
    for route in routes:
        added = app.router.add_route(route.method, route.path, route.handler)
        if added.method == hdrs.METH_GET:
            app.router.add_route(hdrs.METH_HEAD, route.path, route.handler)
        declared[added.method, _path(added)] = route.access
    app[DECLARED] = declared


def require_declared(app: web.Application) -> None:
    """Raises ValueError with the first route of which nobody said for whom it is."""
    for route in app.router.routes():
        if access_of(app, route) is None:
            raise ValueError(f"{route.method} {_path(route)} is not declared: add it as a Route, with its Access")


def access_of(app: web.Application, route: web.AbstractRoute) -> Access | None:
    """For whom a route is; None when it is not declared."""
    method = hdrs.METH_GET if route.method == hdrs.METH_HEAD else route.method
    return app[DECLARED].get((method, _path(route)))


def _path(route: web.AbstractRoute) -> str:
    return route.resource.canonical if route.resource else ""
