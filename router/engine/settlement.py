"""Brings finished calls into the ledger: after the journal's fsync, one by one, until the database has them."""

import asyncio
from collections.abc import Callable

import structlog

from router.core.commands import BlockCaller, Settle
from router.core.errors import JournalBroken, LedgerUnavailable
from router.core.events import BlockKept, CallSettled, Event
from router.core.house import BlockEntry
from router.core.ids import CallId
from router.engine.journal import Journal, Position
from router.ports import Clients, Ledger

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0

log = structlog.get_logger(__name__)


class Settlement:
    """A queue of writes to the database. While it cannot be reached they wait; calls go on meanwhile."""

    def __init__(self, *, journal: Journal, ledger: Ledger, clients: Clients, post: Callable[[Event], None]) -> None:
        self._journal = journal
        self._ledger = ledger
        self._clients = clients
        self._post = post
        self._queue: asyncio.Queue[tuple[Position, Settle | BlockCaller]] = asyncio.Queue()
        self._trouble = ""
        self._given_up: dict[CallId, str] = {}

    def add(self, position: Position, command: Settle | BlockCaller) -> None:
        """Write this once the journal up to `position` is safe."""
        self._queue.put_nowait((position, command))

    @property
    def backlog(self) -> int:
        """Writes that wait."""
        return self._queue.qsize()

    @property
    def trouble(self) -> str:
        """Why nothing, or not everything, can be written now; empty when all is well."""
        stuck = ", ".join(f"{call}: {why}" for call, why in self._given_up.items())
        return self._trouble or (f"not written until the next start: {stuck}" if stuck else "")

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            position, command = await self._queue.get()
            await self._persisted(position)
            await self._persist(command)
            self._queue.task_done()

    async def written(self) -> None:
        """Until everything added so far is in the database."""
        await self._queue.join()

    async def _persisted(self, position: Position) -> None:
        """Wait for the journal's fsync, however long the disk is in trouble."""
        while True:
            try:
                return await self._journal.synced(position)
            except JournalBroken as failure:
                log.warning("journal not synced, settlement waits", error=str(failure))
                await asyncio.sleep(FIRST_PAUSE_S)

    async def _persist(self, command: Settle | BlockCaller) -> None:
        pause = FIRST_PAUSE_S
        while not await self._tried(command):
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _tried(self, command: Settle | BlockCaller) -> bool:
        try:
            await self._write(command)
        except LedgerUnavailable as failure:
            if not self._trouble:
                log.warning("database unavailable, settlement waits", call=command.call, error=str(failure))
            self._trouble = str(failure)
            return False
        except Exception as failure:
            # Our own fault, which trying again does not mend: the journal keeps it, the others go on.
            log.exception("not written", call=command.call)
            self._given_up[command.call] = repr(failure)
            return True
        self._trouble = ""
        return True

    async def _write(self, command: Settle | BlockCaller) -> None:
        if isinstance(command, Settle):
            await self._ledger.settle(command.record)
            self._post(CallSettled(call=command.call))
            return
        entry = BlockEntry(number=command.number, reason="advertising caller")
        await self._clients.block(client=command.client, entry=entry, agent=command.agent, call=command.call)
        self._post(BlockKept(call=command.call, client=command.client, number=command.number))
