"""Brings finished calls into the ledger, and reported callers onto lists: after the journal's fsync, one by one, until
the database has them."""

import asyncio
from collections.abc import Callable

import structlog

from router.core.commands import BlockCaller, BlockForAll, Settle
from router.core.errors import JournalBroken, LedgerUnavailable
from router.core.events import BlockForAllKept, BlockKept, CallSettled, Event
from router.core.house import ADVERTISING, BlockEntry
from router.engine.journal import Journal, Position
from router.ports import Clients, Ledger

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0

Write = Settle | BlockCaller | BlockForAll

log = structlog.get_logger(__name__)


class Settlement:
    """A queue of writes to the database. While it cannot be reached they wait; calls go on meanwhile."""

    def __init__(self, *, journal: Journal, ledger: Ledger, clients: Clients, post: Callable[[Event], None]) -> None:
        self._journal = journal
        self._ledger = ledger
        self._clients = clients
        self._post = post
        self._queue: asyncio.Queue[tuple[Position, Write]] = asyncio.Queue()
        self._trouble = ""
        self._given_up: dict[str, str] = {}

    def add(self, position: Position, command: Write) -> None:
        """Write this once the journal up to `position` is safe."""
        self._queue.put_nowait((position, command))

    @property
    def backlog(self) -> int:
        """Writes that wait."""
        return self._queue.qsize()

    @property
    def trouble(self) -> str:
        """Why nothing, or not everything, can be written now; empty when all is well."""
        stuck = ", ".join(f"{what}: {why}" for what, why in self._given_up.items())
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

    async def _persist(self, command: Write) -> None:
        pause = FIRST_PAUSE_S
        while not await self._tried(command):
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _tried(self, command: Write) -> bool:
        try:
            await self._write(command)
        except LedgerUnavailable as failure:
            if not self._trouble:
                log.warning("database unavailable, settlement waits", what=_name(command), error=str(failure))
            self._trouble = str(failure)
            return False
        except Exception as failure:
            # Our own fault, which trying again does not mend: the journal keeps it, the others go on.
            log.exception("not written", what=_name(command))
            self._given_up[_name(command)] = repr(failure)
            return True
        self._trouble = ""
        return True

    async def _write(self, command: Write) -> None:
        match command:
            case Settle(call=call, record=record):
                await self._ledger.settle(record)
                self._post(CallSettled(call=call))
            case BlockCaller(call=call, client=client, number=number, agent=agent):
                entry = BlockEntry(number=number, author=agent, reason=ADVERTISING)
                await self._clients.block(client=client, entry=entry, agent=agent, call=call)
                self._post(BlockKept(call=call, client=client, number=number))
            case BlockForAll(number=number, clients=clients, until=until):
                by = ", ".join(clients)
                entry = BlockEntry(number=number, author=by, reason=ADVERTISING, until=until)
                await self._clients.block_for_all(entry=entry, reports=clients)
                self._post(BlockForAllKept(number=number))


def _name(command: Write) -> str:
    return "a block for all" if isinstance(command, BlockForAll) else command.call
