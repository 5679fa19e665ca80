"""Health, metrics and the API's description, over real HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from router.softphones import Softphones
from router.web import build_app
from router.web.softphone import SipWay
from tests.shells.web.desk import FakeDesk, Running, running

NOWHERE = SipWay(softphones=Softphones(b"x" * 32), asterisk="http://127.0.0.1:1/ws")
FOR_BROWSERS = {"/static/{version}/{name}"}  # all else is described


@pytest.fixture
async def web() -> AsyncIterator[Running]:
    async with running() as served:
        yield served


async def test_a_living_process_says_so(web: Running) -> None:
    async with web.http.get("/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "alive"})


async def test_a_ready_router_has_no_problems(web: Running) -> None:
    async with web.http.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ready": True, "problems": []})


async def test_a_router_that_cannot_serve_says_why(web: Running) -> None:
    web.desk.trouble = ("Asterisk is not connected.",)
    async with web.http.get("/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["problems"] == ["Asterisk is not connected."]


async def test_metrics_are_served_as_they_are(web: Running) -> None:
    async with web.http.get("/metrics") as answer:
        assert answer.content_type == "text/plain"
        assert await answer.read() == b"vorzimmer_up 1\n"


async def test_the_description_names_exactly_the_routes_that_are_served(web: Running) -> None:
    async with web.http.get("/api/v1/openapi.json") as answer:
        described = _described(await answer.json())
    app = build_app(desk=FakeDesk(), readiness=FakeDesk(), tokens=dict, metrics=bytes, sip_way=NOWHERE)
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD" and route.resource.canonical not in FOR_BROWSERS
    }
    assert described == served


async def test_every_reference_in_the_description_leads_somewhere(web: Running) -> None:
    async with web.http.get("/api/v1/openapi.json") as answer:
        description = await answer.json()
    assert description["openapi"] == "3.1.0"
    schemas = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    assert set(_references(description)) == schemas - {"#/components/schemas/Event"}


def _described(description: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, methods in description["paths"].items() for method in methods}


def _references(part: object) -> list[str]:
    match part:
        case {"$ref": str(target)}:
            return [target]
        case dict():
            return [found for one in part.values() for found in _references(one)]
        case list():
            return [found for one in part for found in _references(one)]
    return []
