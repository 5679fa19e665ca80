"""Accounts and signing in, over each database."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from router.core.desk import totp
from router.core.desk.access import Role
from router.core.desk.account import Account, Terms
from router.core.desk.lockout import PER_NAME, of_name
from router.core.errors import RequestRefused
from router.core.ids import AgentId
from router.db.accounts import SqlAccounts
from router.db.database import Database
from router.desk.inviting import CodeWrong, InvitationOver, Invitations, PasswordWeak, invite
from router.desk.passwords import Passwords
from router.desk.sealing import Seal
from router.desk.sessions import Sessions
from router.desk.signing_in import Attempt, SigningIn, SignInRefused, TooManyAttempts
from tests.fakes.clock import FakeClock

NOON = 1_795_000_000_000
MINUTE = 60_000
PASSWORD = "ein gutes langes wort"
ANNA = Account(login="anna", name="Anna", roles=frozenset({Role.AGENT}), agent=AgentId("anna"), created=NOON)


@dataclass
class House:
    """Everything between a browser and the database."""

    database: Database
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON))

    def __post_init__(self) -> None:
        self.accounts = SqlAccounts(self.database)
        passwords, seal = Passwords(effort=1, memory_kib=1024), Seal(bytes(32))
        self.sessions = Sessions(self.accounts, self.clock.now)
        self.invitations = Invitations(
            accounts=self.accounts, terms=Terms, passwords=passwords, seal=seal, wall=self.clock.now, secret=bytes(32)
        )
        self.door = SigningIn(
            accounts=self.accounts,
            terms=Terms,
            passwords=passwords,
            seal=seal,
            wall=self.clock.now,
            sessions=self.sessions,
        )

    def code(self, link: str) -> str:
        return totp.code_at(self.invitations.second_factor(link), totp.step_of(self.clock.now()))

    async def invited(self) -> str:
        await self.accounts.add(ANNA)
        return await invite(self.accounts, "anna", by="cli", now=self.clock.now())

    async def moved_in(self) -> tuple[str, tuple[str, ...]]:
        """Anna's link, accepted a minute ago, and her recovery codes."""
        link = await self.invited()
        codes = await self.invitations.accept(link, password=PASSWORD, code=self.code(link), address="a")
        self.clock.advance(MINUTE)
        return link, codes

    async def sign_in(self, code: str, *, password: str = PASSWORD, login: str = "Anna ") -> str:
        return await self.door.sign_in(Attempt(login=login, password=password, code=code, address="a"))

    async def fail(self, times: int) -> None:
        for _ in range(times):
            with pytest.raises(SignInRefused):
                await self.sign_in("000000", password="wrong")


@pytest.fixture
def at(database: Database) -> House:
    return House(database)


async def test_a_login_name_is_given_once(at: House) -> None:
    assert [await at.accounts.add(ANNA), await at.accounts.add(ANNA)] == [True, False]


async def test_an_invitation_is_accepted_once_and_for_48_hours(at: House) -> None:
    link, _ = await at.moved_in()
    with pytest.raises(InvitationOver):
        await at.invitations.accept(link, password=PASSWORD, code=at.code(link), address="a")
    old = await invite(at.accounts, "anna", by="cli", now=at.clock.now())
    at.clock.advance(48 * 60 * MINUTE)
    with pytest.raises(InvitationOver):
        await at.invitations.invited(old)


async def test_a_weak_password_or_a_wrong_code_sets_nothing(at: House) -> None:
    link = await at.invited()
    with pytest.raises(PasswordWeak):
        await at.invitations.accept(link, password="anna", code=at.code(link), address="a")
    with pytest.raises(CodeWrong):
        await at.invitations.accept(link, password=PASSWORD, code="", address="a")
    account = await at.accounts.account("anna")
    assert account is not None
    assert account.password == ""


async def test_who_signs_in_is_known_until_signing_out(at: House) -> None:
    link, _ = await at.moved_in()
    token = await at.sign_in(at.code(link))
    signed = await at.sessions.asking(token)
    assert signed is not None
    assert signed.account.login == "anna"
    await at.door.sign_out(token, "anna", everywhere=False, address="a")
    assert await at.sessions.asking(token) is None


async def test_a_code_counts_once(at: House) -> None:
    link, _ = await at.moved_in()
    code = at.code(link)
    await at.sign_in(code)
    with pytest.raises(SignInRefused):
        await at.sign_in(code)


async def test_five_failures_lock_the_name_and_a_recovery_code_opens_it_once(at: House) -> None:
    link, codes = await at.moved_in()
    await at.fail(PER_NAME)
    with pytest.raises(TooManyAttempts):
        await at.sign_in(at.code(link))
    assert await at.sign_in(codes[0].lower())
    with pytest.raises(SignInRefused):
        await at.sign_in(codes[0])


async def test_a_locked_name_opens_by_itself(at: House) -> None:
    link, _ = await at.moved_in()
    await at.fail(PER_NAME)
    at.clock.advance(15 * MINUTE)
    assert await at.sign_in(at.code(link))


async def test_an_unknown_name_is_answered_and_locked_like_a_known_one(at: House) -> None:
    for _ in range(PER_NAME):
        with pytest.raises(SignInRefused):
            await at.sign_in("000000", login="nobody")
    with pytest.raises(TooManyAttempts):
        await at.sign_in("000000", login="nobody")


async def test_attempts_at_once_are_counted_one_after_the_other(at: House) -> None:
    seen = await asyncio.gather(*(at.accounts.attempt(of_name("x"), NOON) for _ in range(12)))
    assert sum(one.locked_until == 0 for one in seen) == PER_NAME


async def test_changed_roles_count_in_open_sessions_and_a_lock_ends_them(at: House) -> None:
    link, _ = await at.moved_in()
    token = await at.sign_in(at.code(link))
    await at.accounts.change(replace(ANNA, roles=frozenset({Role.SUPERVISOR}), agent=None))
    signed = await at.sessions.asking(token)
    assert signed is not None
    assert signed.account.roles == {Role.SUPERVISOR}
    await at.accounts.change(replace(ANNA, locked=True))
    assert await at.sessions.asking(token) is None


async def test_a_pledge_is_kept_with_its_version_and_an_outdated_one_refused(at: House) -> None:
    link, _ = await at.moved_in()
    token = await at.sign_in(at.code(link))
    with pytest.raises(RequestRefused):
        await at.door.pledge("anna", version=Terms().pledge.version + 1, address="a")
    await at.door.pledge("anna", version=Terms().pledge.version, address="a")
    signed = await at.sessions.asking(token)
    assert signed is not None
    assert signed.account.identity(Terms().pledge).pledged


async def test_who_did_what_is_noted_the_newest_first(at: House) -> None:
    link, _ = await at.moved_in()
    await at.fail(1)
    await at.sign_in(at.code(link))
    assert [entry.action for entry in await at.accounts.noted(limit=9)] == [
        "signed_in", "sign_in_failed", "credentials_set", "invited",
    ]  # fmt: skip
