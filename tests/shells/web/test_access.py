"""Every route is declared with those it is for; one that is not does not run."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NoReturn

import pytest
from aiohttp import ClientSession, web

from router.core.ids import AgentId
from router.web import build_app, serve
from router.web.access import Access, Route, access_of, add_declared, require_declared
from tests.shells.web.desk import ANNA, FakeDesk, bearer, hashed, running


async def hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


def built(tokens: Mapping[AgentId, str]) -> web.Application:
    return build_app(desk=FakeDesk(), readiness=FakeDesk(), tokens=lambda: tokens, metrics=bytes)


@asynccontextmanager
async def asking(app: web.Application) -> AsyncIterator[ClientSession]:
    async with serve(app, "127.0.0.1", 0) as port, ClientSession(f"http://127.0.0.1:{port}") as http:
        yield http


def test_every_route_of_the_router_is_declared() -> None:
    app = built({})
    assert all(access_of(app, route) for route in app.router.routes())


def test_what_names_an_agent_is_for_that_agent_alone() -> None:
    app = built({})
    named = [route for route in app.router.routes() if route.resource and "{agent}" in route.resource.canonical]
    assert len(named) > 10
    assert {access_of(app, route) for route in named} == {Access.OWN_AGENT}


def test_an_application_with_an_undeclared_route_is_not_built() -> None:
    app = built({})
    app.router.add_route("GET", "/hello", hello)
    with pytest.raises(ValueError, match="GET /hello is not declared"):
        require_declared(app)


async def test_an_undeclared_route_is_for_nobody_not_even_with_a_token() -> None:
    app = built(hashed())
    app.router.add_get("/hello", hello)
    async with asking(app) as http, http.get("/hello", headers=bearer(ANNA)) as answer:
        assert answer.status == 404


def test_a_route_is_declared_once() -> None:
    route = Route("GET", "/hello", hello, Access.PUBLIC)
    with pytest.raises(RuntimeError, match="already registered"):
        add_declared(web.Application(), (route, route))


async def test_public_routes_answer_although_the_tokens_cannot_be_read() -> None:
    def unreadable() -> NoReturn:
        raise AssertionError("a public route asked for the tokens")

    app = build_app(desk=FakeDesk(), readiness=FakeDesk(), tokens=unreadable, metrics=bytes)
    async with asking(app) as http, http.get("/healthz", headers=bearer(ANNA)) as answer:
        assert answer.status == 200


async def test_no_answer_can_be_framed_sniffed_or_load_from_others() -> None:
    async with running() as served, served.http.get("/healthz") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
