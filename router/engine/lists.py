"""Follows what operators change on the block lists while the router runs: every `POLL_S`, by one cheap query."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from router.core.errors import LedgerCorrupt, LedgerUnavailable
from router.core.events import BlockLifted, Event
from router.ports import Clients

POLL_S = 2.0

log = structlog.get_logger(__name__)


class Lists:
    """`post` brings an event into the inbox; `changed` is called once the lists must be read again."""

    def __init__(
        self, clients: Clients, *, post: Callable[[Event], None], changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._clients = clients
        self._post = post
        self._changed = changed
        self._seen: int | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(POLL_S)

    async def look(self) -> None:
        """One turn of `run`. Raises nothing: without a database the lists stay as they are."""
        try:
            await self._follow()
        except (LedgerUnavailable, LedgerCorrupt) as failure:
            log.debug("block lists not looked at", error=str(failure))
        except Exception:
            log.exception("block lists not followed")

    async def _follow(self) -> None:
        """The first look reads the lists in any case: at the start there may have been no database to read."""
        seen = await self._clients.last_change() if self._seen is None else self._seen
        changes = await self._clients.changes(seen)
        for change in changes:
            if change.lifted is not None:
                self._post(BlockLifted(client=change.client, number=change.lifted))
        if changes or self._seen is None:
            await self._changed()
        self._seen = changes[-1].number if changes else seen
