"""One connection to PostgreSQL of one's own: for short statements that must not queue behind others, and must not hang.

A connection that turns out to be dead is replaced once, within the same time: so each statement must be one that may
be carried out twice.
"""

import asyncio
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from asyncpg.exceptions import InterfaceError, PostgresError  # type: ignore[import-untyped]

from router.core.errors import LedgerUnavailable
from router.db.database import arguments_of

CANNOT = (OSError, PostgresError, InterfaceError)


class Direct:
    """Connects when first used. `timeout_s`: a statement's longest time, a new connection included."""

    def __init__(self, url: str, *, timeout_s: float) -> None:
        self._arguments = arguments_of(url)
        self._timeout_s = timeout_s
        self._connection: Any = None
        self._turn = asyncio.Lock()

    async def fetch(self, statement: str, *values: object) -> list[Any]:
        """The rows of one statement. Raises `LedgerUnavailable`, and then it may have been carried out or not."""
        try:
            async with asyncio.timeout(self._timeout_s), self._turn:
                return await self._fetched(statement, values)
        except TimeoutError as late:
            raise LedgerUnavailable(f"the database did not answer within {self._timeout_s:g} s") from late
        except CANNOT as failure:
            raise LedgerUnavailable(f"the database cannot be used now: {failure}") from failure

    async def close(self) -> None:
        """Drop the connection; a later statement would open another."""
        self._drop()

    async def _fetched(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        kept = self._connection is not None
        try:
            return await self._asked(statement, values)
        except CANNOT:
            if not kept:
                raise
        return await self._asked(statement, values)

    async def _asked(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        try:
            if self._connection is None:
                self._connection = await asyncpg.connect(**self._arguments)
            rows: list[Any] = await self._connection.fetch(statement, *values)
        except BaseException:
            self._drop()
            raise
        return rows

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
