"""A person signs in, pledges, and acts by cookie; nobody else's page can do it for them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aiohttp import ClientSession, CookieJar

from router.core.desk import totp
from router.core.desk.access import Role
from router.core.desk.account import Account, Terms
from router.core.ids import AgentId
from router.db.accounts import SqlAccounts
from router.db.database import open_database
from router.db.schema import upgrade
from router.desk.inviting import Invitations, invite
from router.desk.passwords import Passwords
from router.desk.sealing import Seal
from router.desk.sessions import Sessions
from router.desk.signing_in import SigningIn
from router.web import build_app, serve
from router.web.people import People
from tests.fakes.clock import FakeClock
from tests.shells.web.desk import FakeDesk, hashed

PASSWORD = "ein gutes langes wort"
OFFERS = "/api/v1/agents/anna/pause"


@dataclass
class Browser:
    """A browser, and the link that Anna was sent."""

    http: ClientSession
    people: People
    clock: FakeClock
    link: str

    def code(self) -> str:
        return totp.code_at(self.people.invitations.second_factor(self.link), totp.step_of(self.clock.now()))

    async def post(self, path: str, **sent: str) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        async with self.http.post(path, data=sent, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def moved_in(self) -> None:
        status, _, page = await self.post(f"/invite/{self.link}", password=PASSWORD, code=self.code())
        assert (status, page.count("<li>")) == (200, 10)
        self.clock.advance(60_000)

    async def signed_in(self) -> str:
        """The session's CSRF token."""
        await self.moved_in()
        assert (await self.post("/sign-in", login="anna", password=PASSWORD, code=self.code()))[:2] == (303, "/desk")
        async with self.http.get("/pledge") as answer:
            found = re.search('name="csrf" value="([0-9a-f]+)"', await answer.text())
        assert found is not None
        return found[1]


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Browser]:
    clock = FakeClock(1_795_000_000_000)
    async with open_database(f"sqlite:///{folder / 'v.db'}", create=True) as database:
        await upgrade(database)
        accounts, passwords = SqlAccounts(database), Passwords(effort=1, memory_kib=1024)
        seal, sessions = Seal(bytes(32)), Sessions(accounts, clock.now)
        people = People(
            door=SigningIn(
                accounts=accounts, sessions=sessions, terms=Terms, passwords=passwords, seal=seal, wall=clock.now
            ),
            sessions=sessions,
            invitations=Invitations(
                accounts=accounts, terms=Terms, passwords=passwords, seal=seal, secret=bytes(32), wall=clock.now
            ),
        )
        anna = Account(
            login="anna", name="Anna", roles=frozenset({Role.AGENT}), agent=AgentId("anna"), created=clock.now()
        )
        await accounts.add(anna)
        link = await invite(accounts, "anna", by="cli", now=clock.now())
        app = build_app(desk=FakeDesk(), readiness=FakeDesk(), tokens=hashed, metrics=bytes, people=people)
        async with (
            serve(app, "127.0.0.1", 0) as port,
            ClientSession(f"http://127.0.0.1:{port}", cookie_jar=CookieJar(unsafe=True)) as http,
        ):
            yield Browser(http=http, people=people, clock=clock, link=link)


async def test_an_invited_agent_signs_in_pledges_and_acts_until_signing_out(tmp_path: Path) -> None:
    async with browser(tmp_path) as at:
        csrf = await at.signed_in()
        async with at.http.post(OFFERS, headers={"X-CSRF-Token": csrf}) as answer:
            assert (answer.status, (await answer.json())["error"]["id"]) == (403, "pledge_needed")
        assert (await at.post("/pledge", csrf=csrf, version="1"))[:2] == (303, "/desk")
        async with at.http.get("/desk") as answer:
            page = await answer.text()
            assert (answer.status, 'data-agent="anna"' in page, f'name="csrf" content="{csrf}"' in page) == (
                200,
                True,
                True,
            )
        async with at.http.get("/api/v1/agents/anna") as answer:
            assert answer.status == 200
        async with at.http.get("/api/v1/agents/bernd") as answer:
            assert answer.status == 403
        assert (await at.post("/sign-out", csrf=csrf))[:2] == (303, "/sign-in")
        async with at.http.get("/api/v1/agents/anna") as answer:
            assert answer.status == 401


async def test_a_supervisor_sees_the_board_and_no_desk(tmp_path: Path) -> None:
    async with browser(tmp_path) as at:
        accounts = at.people.door.accounts
        anna = await accounts.account("anna")
        assert anna is not None
        await accounts.change(replace(anna, roles=frozenset({Role.SUPERVISOR}), agent=None))
        await at.moved_in()
        answer = await at.post("/sign-in", login="anna", password=PASSWORD, code=at.code())
        assert answer[:2] == (303, "/board")
        async with at.http.get("/pledge") as pledge:
            csrf = re.findall('name="csrf" value="([0-9a-f]+)"', await pledge.text())[0]
        assert (await at.post("/pledge", csrf=csrf, version="1"))[:2] == (303, "/board")
        async with at.http.get("/board") as board:
            page = await board.text()
        assert (board.status, page.count('<tr class="available">')) == (200, 2)
        async with at.http.get("/desk") as desk:
            assert desk.status == 403


async def test_the_cookie_is_hidden_from_scripts_and_other_sites(tmp_path: Path) -> None:
    async with browser(tmp_path) as at:
        await at.moved_in()
        sent = {"login": "anna", "password": PASSWORD, "code": at.code()}
        proxied = {"X-Forwarded-Proto": "https"}
        async with at.http.post("/sign-in", data=sent, headers=proxied, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-vz=")
        assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"))


async def test_nothing_is_done_without_the_pages_own_token(tmp_path: Path) -> None:
    async with browser(tmp_path) as at:
        csrf = await at.signed_in()
        assert (await at.post("/pledge", version="1"))[0] == 403
        assert (await at.post("/pledge", version="1", csrf=csrf[:-1]))[0] == 403


async def test_another_sites_form_signs_nobody_in(tmp_path: Path) -> None:
    async with browser(tmp_path) as at:
        await at.moved_in()
        sent = {"login": "anna", "password": PASSWORD, "code": at.code()}
        for origin in ("https://elsewhere.example", "null"):
            async with at.http.post("/sign-in", data=sent, headers={"Origin": origin}) as answer:
                assert answer.status == 403


async def test_a_wrong_password_says_only_that_something_is_not_right(tmp_path: Path) -> None:
    async with browser(tmp_path) as at:
        await at.moved_in()
        status, _, page = await at.post("/sign-in", login="anna", password="wrong", code=at.code())
        assert (status, "Name, Passwort oder Code stimmen nicht." in page) == (403, True)


async def test_pages_lead_to_signing_in_and_used_links_say_so(tmp_path: Path) -> None:
    async with browser(tmp_path) as at:
        async with at.http.get("/pledge", headers={"Accept": "text/html"}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
        async with at.http.get(f"/invite/{at.link}") as answer:
            assert "data:image/svg+xml" in await answer.text()
        await at.moved_in()
        async with at.http.get(f"/invite/{at.link}") as answer:
            assert answer.status == 410
