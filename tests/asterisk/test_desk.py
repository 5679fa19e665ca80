"""An agent with a telephone and the desk in a browser: signing in, a call from its offer to the after-work's end."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, CookieJar

from router.core.record import PartKind
from tests.asterisk.stage import Stage, Talk, flow
from tests.demo.logins import logins, password_of
from tests.lab import wait_for

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Page:
    """The desk as a browser has it: its parts by id, and all that the stream said."""

    http: ClientSession
    csrf: str
    parts: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    async def click(self, action: str, **body: str) -> None:
        """Press the button, which must be there."""
        assert f'data-post="{action}"' in "".join(self.parts.values())
        headers = {"X-CSRF-Token": self.csrf}
        async with self.http.post(f"/api/v1/agents/anna/{action}", json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def shows(self, *words: str) -> None:
        """Wait until all of this stands on the page."""
        await wait_for(lambda: all(word in "".join(self.parts.values()) for word in words), 10, f"{words} on the desk")

    async def follow(self) -> None:
        """Keep the parts up to date, as the page's script does."""
        async with self.http.get("/api/v1/agents/anna/stream") as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    message: dict[str, Any] = json.loads(line[6:])
                    self.heard.append(message["type"])
                    self.parts |= message["html"]


@asynccontextmanager
async def following(page: Page) -> AsyncIterator[Page]:
    """The page while its stream is open."""
    stream = asyncio.create_task(page.follow())
    try:
        await wait_for(lambda: "snapshot" in page.heard, 10, "the stream's snapshot")
        yield page
    finally:
        stream.cancel()
        await asyncio.wait([stream])


@pytest_asyncio.fixture(loop_scope="module")
async def page(stage: Stage) -> AsyncIterator[Page]:
    """Anna's desk, opened in a browser that is signed in."""
    code = (await logins(stage.house.state))["anna"][0]
    jar, address = CookieJar(unsafe=True), f"http://127.0.0.1:{stage.house.http_port}"
    async with ClientSession(address, cookie_jar=jar, headers={"Accept": "text/html", "Accept-Language": "de"}) as http:
        sent = {"login": "anna", "password": password_of("anna"), "code": code}
        async with http.post("/sign-in", data=sent) as answer:
            pledge = await answer.text()
        csrf = re.findall('name="csrf" value="([0-9a-f]+)"', pledge)[0]
        async with http.post("/pledge", data={"csrf": csrf, "version": "1"}) as answer:
            assert answer.url.path == "/desk"
        yield Page(http=http, csrf=csrf)


async def test_a_call_is_handled_at_the_desk(stage: Stage, page: Page) -> None:
    anna = await stage.agent("anna", available=False)
    async with following(page):
        await page.shows("Nicht im Dienst")
        await page.click("login")
        await page.shows("Verfügbar")
        (talk,) = await stage.talks([stage.number()], anna)
        assert "offer" in page.heard
        await page.shows("Krause Heizung und Sanitär GmbH", talk.caller or "", "Gespräch")
        await _on_hold_and_back(page, talk)
        await talk.call.hang_up()
        await talk.leg.ended()
        await page.shows("Nachbearbeitung fertig")
        await page.click("wrap-up-done")
        await page.shows("Kein Anruf", "Verfügbar")
    booked = await stage.booked(talk.caller)
    assert (len(booked.parts(PartKind.TALK)), len(booked.parts(PartKind.WRAP_UP))) == (1, 1)


async def _on_hold_and_back(page: Page, talk: Talk) -> None:
    await flow(talk)
    await page.click("hold")
    await page.shows("Zurückholen")
    await wait_for(lambda: talk.call.sounds_heard > 15, 5, "music")
    await page.click("resume")
    await page.shows("Halten")
    await flow(talk)


async def test_who_is_signed_in_stays_so_through_a_killed_router_and_finds_the_call(stage: Stage, page: Page) -> None:
    anna = await stage.agent("anna")
    (talk,) = await stage.talks([stage.number()], anna)
    await flow(talk)
    await stage.house.kill_router()
    await stage.house.start_router()
    async with following(page):
        await page.shows("Gespräch", talk.caller or "")
        await talk.call.hang_up()
        await page.shows("Nachbearbeitung fertig")
        await page.click("wrap-up-done")
        await page.shows("Kein Anruf")
    await stage.booked(talk.caller)
