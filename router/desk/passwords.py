"""Passwords as Argon2id hashes (RFC 9106), made and compared in threads, few at once: each takes 64 MiB and a tenth of
a second, and calls go before sign-ins."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from router.core.desk.account import LONGEST_PASSWORD
from router.core.errors import VorzimmerError

AT_ONCE = 2
WAITING = 16


class TooBusy(VorzimmerError):
    """Too many sign in at this moment."""

    id = "too_busy"


class Passwords:
    """`effort`: passes over `memory_kib` of memory."""

    def __init__(self, *, effort: int = 3, memory_kib: int = 64 * 1024) -> None:
        self._hasher = PasswordHasher(time_cost=effort, memory_cost=memory_kib, parallelism=1)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way = 0
        self._nobodys = ""

    async def hashed(self, password: str) -> str:
        """As it is kept. Raises `TooBusy`."""
        return await self._in_turn(password, None) or ""

    async def is_right(self, password: str, known: str) -> bool:
        """Whether `known` is the hash of this password; for none known the answer takes as long. Raises `TooBusy`."""
        if not self._nobodys:
            self._nobodys = await self.hashed("nobody has this password")
        found = await self._in_turn(password, known or self._nobodys)
        return bool(found) and bool(known)

    async def _in_turn(self, password: str, known: str | None) -> str:
        if self._under_way >= WAITING:
            raise TooBusy("Too many people sign in at this moment: try again in a few seconds.")
        self._under_way += 1
        try:
            async with self._room:
                return await asyncio.to_thread(self._work, password, known)
        finally:
            self._under_way -= 1

    def _work(self, password: str, known: str | None) -> str:
        plain = unicodedata.normalize("NFC", password[: LONGEST_PASSWORD + 1])  # an umlaut is typed in two ways
        if known is None:
            return self._hasher.hash(plain)
        try:
            return known if self._hasher.verify(known, plain) else ""
        except (VerificationError, InvalidHashError):
            return ""
