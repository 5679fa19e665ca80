"""The agent's telephone in a real browser, with a microphone that beeps, against a real Asterisk."""

import re
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientSession, CookieJar
from playwright.async_api import Page, async_playwright

from router.core.record import PartKind
from tests.demo.logins import logins, password_of
from tests.lab import wait_for
from tests.lab.running import House, running_house, until

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
KRAUSE = "+493023125010"
LOUD = 0.02  # of full scale
SCRIPT = """async () => {
  const { Softphone } = await import("/static/any/softphone.js");
  window.told = [];
  window.phone = new Softphone(await (await fetch("/api/v1/agents/anna/softphone")).json());
  for (const name of ["registered", "lost", "elsewhere", "ringing", "up", "ended", "microphone-refused"])
    window.phone.addEventListener(name, () => window.told.push(name));
  void window.phone.start();
}"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house() -> AsyncIterator[House]:
    async with running_house() as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def page(house: House) -> AsyncIterator[Page]:
    """Anna's desk, and a telephone in it."""
    address = f"http://127.0.0.1:{house.http_port}"
    cookie = await _signed_in(house, address)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, chromium_sandbox=False)
        context = await browser.new_context()
        await context.add_cookies([{"name": "vz", "value": cookie, "url": address}])
        page = await context.new_page()
        page.on("console", lambda message: print("browser:", message.text))
        page.on("pageerror", lambda error: print("browser:", error))
        await page.goto(f"{address}/desk")
        await page.evaluate(SCRIPT)
        yield page
        await browser.close()


async def _signed_in(house: House, address: str) -> str:
    code = (await logins(house.state))["anna"][0]
    jar = CookieJar(unsafe=True)
    async with ClientSession(address, cookie_jar=jar, headers={"Accept": "text/html"}) as http:
        sent = {"login": "anna", "password": password_of("anna"), "code": code}
        async with http.post("/sign-in", data=sent) as answer:
            csrf = re.findall('name="csrf" value="([0-9a-f]+)"', await answer.text())[0]
        await (await http.post("/pledge", data={"csrf": csrf, "version": "1"})).read()
    return next(cookie.value for cookie in jar if cookie.key == "vz")


async def told(page: Page, event: str) -> None:
    async def seen() -> bool:
        return event in await page.evaluate("window.told")

    await until(seen, 15, f"the telephone to be {event}")


async def loud(page: Page) -> None:
    """Wait until the caller is heard in the browser."""

    async def heard() -> bool:
        return bool(await page.evaluate("window.phone.heard()") > LOUD)

    await until(heard, 15, "the caller's voice in the browser")


async def test_a_call_rings_in_the_browser_and_both_hear_each_other(house: House, page: Page) -> None:
    await told(page, "registered")
    await house.ask("anna", "login")
    call = await house.dial(KRAUSE, number="+491713920001")
    await told(page, "ringing")
    await page.evaluate("window.phone.answer()")
    await told(page, "up")
    await call.established()
    await wait_for(lambda: call.sounds_heard > 15, 10, "the browser's beeps at the caller")
    call.say(10)
    await loud(page)
    assert await page.evaluate("window.phone.quality()") in {"good", "fair"}
    await page.evaluate("window.phone.hangUp()")
    await told(page, "ended")
    await call.ended()
    await house.ask("anna", "wrap-up-done")
    (record,) = await house.records(1)
    assert (str(record.ending.kind), record.ending.reason) == ("served", "agent_hung_up")
    assert [part.kind for part in record.parts].count(PartKind.TALK) == 1


async def test_without_a_browser_the_agents_own_phone_rings(house: House, page: Page) -> None:
    await page.evaluate("window.phone.stop()")

    async def closed() -> bool:
        return "Desk-anna" not in await house.asterisk.cli("pjsip show contacts")

    await until(closed, 10, "the browser to be unregistered")
    phone = await house.phone("anna", available=False)
    call = await house.dial(KRAUSE, number="+491713920002")
    await call.established()
    await wait_for(lambda: len(phone.calls) == 1, 10, "the phone's call")
    await call.hang_up()
