"""Who is signed in: a random token in the browser, its hash in the database, and a bounded memory of those seen last.

Each request looks into the database, so that a changed role, a lock or a sign-out elsewhere counts at once. While there
is no database the memory answers: who is signed in stays so, and nobody new comes in.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from router.core.desk.account import Account, Session
from router.core.errors import LedgerCorrupt, LedgerUnavailable
from router.core.ids import Millis
from router.ports.accounts import Accounts

REMEMBERED = 2000
LOOK_S = 2.0  # how long a request waits for the database before the memory answers
DOWN_MS: Millis = 5_000  # how long it is then not asked again
TOUCH_MS: Millis = 60_000  # how often a session's last use is written down


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A session and whose it is, as read from the database at `read`."""

    session: Session
    account: Account
    read: Millis


def key_of(token: str) -> str:
    """The form in which a session's or an invitation's token is kept: it is random and long, one SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def csrf_of(token: str) -> str:
    """What a page of this session sends with everything it asks to be done; tells nothing of the token."""
    return hmac.digest(token.encode("utf-8", "surrogateescape"), b"csrf", "sha256").hex()


class Sessions:
    """`wall`: milliseconds since 1970 by the machine's clock."""

    def __init__(self, accounts: Accounts, wall: Callable[[], Millis]) -> None:
        self._accounts = accounts
        self._wall = wall
        self._memory: OrderedDict[str, Signed] = OrderedDict()
        self._ended: OrderedDict[str, None] = OrderedDict()  # signed out while the database could not be told
        self._down_until: Millis = 0

    async def begin(self, account: Account) -> str:
        """A new session, always with a new token, which is given back. Raises `LedgerUnavailable`."""
        token, now = secrets.token_urlsafe(32), self._wall()
        session = Session(key=key_of(token), login=account.login, begun=now, seen=now)
        await self._accounts.begin(session)
        self._remember(Signed(session=session, account=account, read=now))
        return token

    async def asking(self, token: str, *, within_ms: Millis = 0) -> Signed | None:
        """Whose token this is; None for nobody's. What was read within `within_ms` is not read again.

        Raises `LedgerUnavailable` when the database is down and the memory does not know the token.
        """
        key, now = key_of(token), self._wall()
        if key in self._ended:
            return None
        known = self._memory.get(key)
        if known is None or now - known.read >= within_ms:
            known = await self._read(key, known, now)
        if known is None or known.session.over(now):
            self._memory.pop(key, None)
            return None
        return await self._touched(known, now)

    async def _read(self, key: str, known: Signed | None, now: Millis) -> Signed | None:
        if now < self._down_until:
            return self._from_memory(known)
        try:
            async with asyncio.timeout(LOOK_S):
                found = await self._accounts.session(key)
        except (LedgerUnavailable, LedgerCorrupt, TimeoutError):
            self._down_until = now + DOWN_MS
            return self._from_memory(known)
        if found is None or key in self._ended:
            return None
        session = replace(found[0], seen=max(found[0].seen, known.session.seen if known else 0))
        return self._remember(Signed(session=session, account=found[1], read=now))

    def _from_memory(self, known: Signed | None) -> Signed:
        if known is None:
            raise LedgerUnavailable("the database cannot be used now: nobody can sign in")
        return known

    def _remember(self, signed: Signed) -> Signed:
        self._memory[signed.session.key] = signed
        self._memory.move_to_end(signed.session.key)
        while len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)
        return signed

    async def _touched(self, signed: Signed, now: Millis) -> Signed:
        if now - signed.session.seen < TOUCH_MS:
            return signed
        signed = self._remember(replace(signed, session=replace(signed.session, seen=now)))
        if now >= self._down_until:
            with suppress(LedgerUnavailable):
                await self._accounts.seen(signed.session.key, now)
        return signed

    async def end(self, token: str) -> None:
        """This browser signs out; also while there is no database."""
        key = key_of(token)
        self._forget(key)
        with suppress(LedgerUnavailable):
            await self._accounts.end(key)
            self._ended.pop(key, None)

    async def end_all(self, login: str) -> None:
        """Sign out everywhere. Raises `LedgerUnavailable`: then those that this router knows of have ended."""
        for key in [key for key, signed in self._memory.items() if signed.session.login == login]:
            self._forget(key)
        await self._accounts.end_all(login)

    def _forget(self, key: str) -> None:
        self._memory.pop(key, None)
        self._ended[key] = None
        while len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
