"""The whole desk in a real browser: the telephone in it, a call taken by a key, hold, the after-work, a reload."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.browser.test_softphone import ARGUMENTS, CHROMIUM, KRAUSE
from tests.demo.logins import logins, password_of
from tests.lab import wait_for
from tests.lab.running import House, running_house

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PATIENT_MS = 15_000


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house() -> AsyncIterator[House]:
    async with running_house() as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def page(house: House) -> AsyncIterator[Page]:
    """A browser with a microphone that may be used, at the page of signing in."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, chromium_sandbox=False)
        page = await browser.new_page(locale="de-DE", viewport={"width": 1280, "height": 800})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.set_default_timeout(PATIENT_MS)
        await page.goto(f"http://127.0.0.1:{house.http_port}/sign-in")
        yield page
        await browser.close()
        assert wrong == []


async def test_an_agent_signs_in_and_takes_a_call_with_the_browser_alone(house: House, page: Page) -> None:
    await page.fill("[name=login]", "anna")
    await page.fill("[name=password]", password_of("anna"))
    await page.fill("[name=code]", (await logins(house.state))["anna"][0])
    await page.click("main button")
    await page.get_by_role("button", name="Ich verpflichte mich").click()
    await page.get_by_role("button", name="Im Browser telefonieren").click()
    phone = page.locator("#phone")
    await expect(phone).to_contain_text("Anrufe klingeln in diesem Browser.", timeout=PATIENT_MS)
    await page.keyboard.press("l")
    await expect(page.locator("#status")).to_contain_text("Verfügbar", timeout=PATIENT_MS)
    call = await house.dial(KRAUSE, number="+491713920001")
    await expect(page.locator("#call")).to_contain_text("Krause Heizung und Sanitär", timeout=PATIENT_MS)
    await expect(phone.get_by_role("button", name="Abnehmen")).to_be_visible(timeout=PATIENT_MS)
    await page.keyboard.press("a")
    await call.established()
    await wait_for(lambda: call.sounds_heard > 15, 10, "the browser's beeps at the caller")
    await expect(page.locator("#call")).to_contain_text("Gespräch", timeout=PATIENT_MS)
    await page.keyboard.press("m")
    await expect(page.locator("#call")).to_contain_text("Ihr Mikrofon ist stumm.", timeout=PATIENT_MS)
    await page.keyboard.press("m")
    await page.keyboard.press("e")
    await call.ended()
    await page.get_by_role("button", name="Nachbearbeitung fertig").click()
    await expect(page.locator("#call")).to_contain_text("Kein Anruf", timeout=PATIENT_MS)
    assert len(await house.records(1)) == 1
    await page.reload()
    await expect(phone).to_contain_text("Anrufe klingeln in diesem Browser.", timeout=PATIENT_MS)
