"""Signing in: name, password and a code from the app or a recovery code, asked together and refused with one answer.

Nobody learns from answer or time whether a name exists or which of the three was wrong. Attempts are counted before
they are looked at (`core/desk/lockout.py`). A recovery code opens a locked name too: it is the way back of who was
locked out by another's attempts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from router.core.desk import totp
from router.core.desk.account import LOGIN, Account, AuditEntry, Terms, normalised
from router.core.desk.lockout import MINUTE_MS, Attempts, of_address, of_name
from router.core.desk.pledge import Pledged
from router.core.errors import RequestRefused, VorzimmerError
from router.core.ids import Millis
from router.desk.inviting import CODE_BYTES, code_key, plain_code
from router.desk.passwords import Passwords
from router.desk.sealing import Seal, Unsealable
from router.desk.sessions import Sessions
from router.ports.accounts import Accounts

CODE_LENGTH = CODE_BYTES * 8 // 5  # characters of a recovery code
NO_NAME = "?"  # stands for every name that nobody can have

log = structlog.get_logger(__name__)


class SignInRefused(VorzimmerError):
    """Name, password or code are wrong, or the account is locked by an operator."""

    id = "sign_in_refused"


class TooManyAttempts(VorzimmerError):
    """Locked for a while; `minutes` from now."""

    id = "too_many_attempts"

    def __init__(self, minutes: int) -> None:
        super().__init__(f"too many attempts: try again in {minutes} minutes")
        self.minutes = minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody sent, and from where."""

    login: str
    password: str
    code: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """Everything that it needs; `wall` is the machine's clock, as one-time codes are about the time of day."""

    accounts: Accounts
    sessions: Sessions
    terms: Callable[[], Terms]
    passwords: Passwords
    seal: Seal
    wall: Callable[[], Millis]

    async def sign_in(self, attempt: Attempt) -> str:
        """A new session's token. Raises `SignInRefused`, `TooManyAttempts`, `TooBusy`, `LedgerUnavailable`."""
        now, login = self.wall(), _login(attempt.login)
        by_address = await self.accounts.attempt(of_address(attempt.address), now)
        _require_open(by_address, now)
        by_name = await self.accounts.attempt(of_name(login), now)
        account = await self.accounts.account(login)
        right = await self.passwords.is_right(attempt.password, account.password if account else "")
        locked = by_name.locked_until > now
        if account is None or not right or not await self._factor(account, attempt.code, now, locked=locked):
            _require_open(by_name, now)
            await self._note("sign_in_failed", login, attempt.address)
            raise SignInRefused("Name, password or code are not right.")
        await self.accounts.forget_attempts(of_name(login).key)
        await self.accounts.give_back(of_address(attempt.address).key, by_address)
        token = await self.sessions.begin(account)
        await self._note("signed_in", login, attempt.address)
        return token

    async def _factor(self, account: Account, code: str, now: Millis, *, locked: bool) -> bool:
        if account.locked:
            return False
        if len(plain_code(code)) == CODE_LENGTH:
            return await self.accounts.use_code(account.login, code_key(code))
        if locked:
            return False
        if not account.totp:
            return not self.terms().second_factor
        step = totp.step_matched(self._secret(account), code, now)
        return step is not None and await self.accounts.use_step(account.login, step)

    def _secret(self, account: Account) -> bytes:
        try:
            return self.seal.opened(account.totp, account.login)
        except Unsealable as unsealable:
            log.warning("second factor not readable", error=str(unsealable))
            raise SignInRefused("The second factor cannot be checked: tell the operator.") from None

    async def pledge(self, login: str, *, version: int, address: str) -> None:
        """Keep that somebody pledged the text in force. Raises `RequestRefused` when it has changed meanwhile."""
        pledge, now = self.terms().pledge, self.wall()
        if version != pledge.version:
            raise RequestRefused("The text has changed meanwhile: read the new one.")
        await self.accounts.pledge(login, Pledged(version=pledge.version, digest=pledge.digest, at=now))
        await self._note("pledged", login, address)

    async def sign_out(self, token: str, login: str, *, everywhere: bool, address: str) -> None:
        """End this session, or all. Raises `LedgerUnavailable` when others could not be ended."""
        await self.sessions.end(token)
        if everywhere:
            await self.sessions.end_all(login)
            await self._note("signed_out_everywhere", login, address)

    async def _note(self, action: str, login: str, address: str) -> None:
        entry = AuditEntry(at=self.wall(), who=login, action=action, subject=login, address=address)
        await self.accounts.note(entry)


def _login(text: str) -> str:
    login = normalised(text)
    return login if LOGIN.fullmatch(login) else NO_NAME


def _require_open(attempts: Attempts, now: Millis) -> None:
    if attempts.locked_until > now:
        raise TooManyAttempts(-(-(attempts.locked_until - now) // MINUTE_MS))
