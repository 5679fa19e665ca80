"""Invitations: a link by which somebody sets a password and a second factor, once, within 48 hours.

The second factor's secret is made from the invitation's token and the house's secret, so that it stays the same while
the page is open and nothing has to be kept before it is accepted.
"""

import base64
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from router.core.desk import totp
from router.core.desk.account import (
    INVITATION_MS,
    Account,
    AuditEntry,
    Credentials,
    Invitation,
    Terms,
    Weakness,
    weakness,
)
from router.core.errors import VorzimmerError
from router.core.ids import Millis
from router.desk.passwords import Passwords
from router.desk.sealing import Seal
from router.desk.sessions import key_of
from router.ports.accounts import Accounts

CODES = 10
CODE_BYTES = 10  # 80 bits


class InvitationOver(VorzimmerError):
    """The link was used, replaced or is too old."""

    id = "invitation_over"


class PasswordWeak(VorzimmerError):
    """The password that was chosen is no good."""

    id = "password_weak"

    def __init__(self, weak: Weakness) -> None:
        super().__init__(f"the password is too {weak}")
        self.weak = weak


class CodeWrong(VorzimmerError):
    """The app shows another code."""

    id = "code_wrong"


async def invite(accounts: Accounts, login: str, *, by: str, now: Millis) -> str:
    """Invite somebody who has an account; gives the link's token. Raises `LedgerUnavailable`."""
    token = secrets.token_urlsafe(32)
    await accounts.invite(Invitation(key=key_of(token), login=login, until=now + INVITATION_MS))
    await accounts.note(AuditEntry(at=now, who=by, action="invited", subject=login))
    return token


def code_key(code: str) -> str:
    """A recovery code as it is kept: dashes, spaces and capitals do not count."""
    return key_of(plain_code(code))


def plain_code(code: str) -> str:
    """Without what makes it readable."""
    return code.replace("-", "").replace(" ", "").upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """`secret`: 32 bytes of the house for this purpose."""

    accounts: Accounts
    terms: Callable[[], Terms]
    passwords: Passwords
    seal: Seal
    secret: bytes
    wall: Callable[[], Millis]

    async def invited(self, token: str) -> Account:
        """Whose link this is. Raises `InvitationOver`, `LedgerUnavailable`."""
        account = await self.accounts.invited(key_of(token), self.wall())
        if account is None:
            raise InvitationOver("This invitation was used, replaced, or is older than 48 hours: ask for a new one.")
        return account

    def second_factor(self, token: str) -> bytes:
        """The secret that is offered with this invitation."""
        return hmac.digest(self.secret, token.encode("utf-8", "surrogateescape"), "sha256")[: totp.SECRET_BYTES]

    async def accept(self, token: str, *, password: str, code: str, address: str) -> tuple[str, ...]:
        """Set the password, and the second factor with the `code` that the app shows; gives the recovery codes.

        Without a code there is no second factor, where the house does not need one. Raises `InvitationOver`,
        `PasswordWeak`, `CodeWrong`, `TooBusy`, `LedgerUnavailable`; then nothing was set.
        """
        account, now = await self.invited(token), self.wall()
        if weak := weakness(password, account.login):
            raise PasswordWeak(weak)
        step = self._step(token, code, now)
        codes = tuple(_code() for _ in range(CODES)) if step else ()
        credentials = Credentials(
            password=await self.passwords.hashed(password),
            totp=self.seal.sealed(self.second_factor(token), account.login) if step else "",
            step=step,
            codes=tuple(map(code_key, codes)),
        )
        if not await self.accounts.accept(key_of(token), credentials, now):
            raise InvitationOver("This invitation was used meanwhile: sign in, or ask for a new one.")
        await self.accounts.forget_attempts(f"name:{account.login}")
        entry = AuditEntry(at=now, who=account.login, action="credentials_set", subject=account.login, address=address)
        await self.accounts.note(entry)
        return codes

    def _step(self, token: str, code: str, now: Millis) -> int:
        """The step whose code was sent; 0 for no second factor."""
        if not code.strip() and not self.terms().second_factor:
            return 0
        step = totp.step_matched(self.second_factor(token), code, now)
        if step is None:
            raise CodeWrong("The app shows another code now: check that its time is right, and try the next one.")
        return step


def _code() -> str:
    plain = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(plain[place : place + 4] for place in range(0, len(plain), 4))
