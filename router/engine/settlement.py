"""Brings finished calls into the ledger, and reported callers onto lists: after the journal's fsync, in their order,
until the database has them.

A call alone goes at once, when the house is quiet. While many end, what comes within `GATHER_S` after a transaction
waits for the next one: a transaction costs as much as ten calls in it. What cannot be written keeps nothing else from
being written: then each goes by itself.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice, takewhile

import structlog

from router.core.commands import BlockCaller, BlockForAll, Settle
from router.core.errors import JournalBroken, LedgerUnavailable
from router.core.events import BlockForAllKept, BlockKept, CallSettled, Event
from router.core.house import ADVERTISING, BlockEntry
from router.engine.journal import Journal, Position
from router.ports import Clients, Ledger

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
GATHER_S = 0.25
AT_ONCE = 64  # calls in one transaction
MOST_TOLD = 20  # of what was given up, by name

Write = Settle | BlockCaller | BlockForAll

log = structlog.get_logger(__name__)


class Settlement:
    """A queue of writes to the database. While it cannot be reached they wait; calls go on meanwhile."""

    def __init__(self, *, journal: Journal, ledger: Ledger, clients: Clients, post: Callable[[Event], None]) -> None:
        self._journal = journal
        self._ledger = ledger
        self._clients = clients
        self._post = post
        self._waiting: deque[tuple[Position, Write]] = deque()
        self._added = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._trouble = ""
        self._given_up: dict[str, str] = {}
        self._given_up_too = 0

    def add(self, position: Position, command: Write) -> None:
        """Write this once the journal up to `position` is safe."""
        self._waiting.append((position, command))
        self._added.set()
        self._empty.clear()

    @property
    def backlog(self) -> int:
        """Writes that wait, or are under way."""
        return len(self._waiting)

    @property
    def trouble(self) -> str:
        """Why nothing, or not everything, can be written now; empty when all is well."""
        stuck = ", ".join(f"{what}: {why}" for what, why in self._given_up.items())
        others = f", and {self._given_up_too} more" if self._given_up_too else ""
        return self._trouble or (f"not written until the next start: {stuck}{others}" if stuck else "")

    async def run(self) -> None:
        """Until cancelled."""
        pause = FIRST_PAUSE_S
        while True:
            await self._added.wait()
            batch = self._batch()
            await self._persisted(batch[-1][0])
            if await self._tried([command for _, command in batch]):
                pause = FIRST_PAUSE_S
                await asyncio.sleep(GATHER_S if len(self._waiting) < AT_ONCE else 0)
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)

    async def written(self) -> None:
        """Until everything added so far is in the database."""
        await self._empty.wait()

    def _batch(self) -> list[tuple[Position, Write]]:
        """The calls at the front of the queue, which they leave when they are written; or one block entry."""
        batch = list(islice(self._waiting, 1))
        if isinstance(batch[0][1], Settle):
            batch = list(takewhile(lambda one: isinstance(one[1], Settle), islice(self._waiting, AT_ONCE)))
        return batch

    def _leave(self, count: int) -> None:
        for _ in range(count):
            self._waiting.popleft()
        if not self._waiting:
            self._added.clear()
            self._empty.set()

    async def _persisted(self, position: Position) -> None:
        """Wait for the journal's fsync, however long the disk is in trouble."""
        while True:
            try:
                return await self._journal.synced(position)
            except JournalBroken as failure:
                log.warning("journal not synced, settlement waits", error=str(failure))
                await asyncio.sleep(FIRST_PAUSE_S)

    async def _tried(self, commands: Sequence[Write]) -> bool:
        """Write them in one transaction, or, when that fails for good, each in its own; False: to be tried again."""
        failure = await self._failure(commands)
        if isinstance(failure, LedgerUnavailable):
            if not self._trouble:
                log.warning("database unavailable, settlement waits", what=_name(commands[0]), error=str(failure))
            self._trouble = str(failure)
            return False
        if failure is not None and len(commands) > 1:
            return await self._tried_one_by_one(commands)
        if failure is not None:
            self._give_up(commands[0], failure)
        self._trouble = ""
        self._leave(len(commands))
        return True

    async def _tried_one_by_one(self, commands: Sequence[Write]) -> bool:
        for command in commands:
            if not await self._tried([command]):
                return False
        return True

    def _give_up(self, command: Write, failure: Exception) -> None:
        """Our own fault, which trying again does not mend: the journal keeps it, the others go on."""
        log.error("not written", what=_name(command), exc_info=failure)
        if len(self._given_up) < MOST_TOLD:
            self._given_up[_name(command)] = repr(failure)
        else:
            self._given_up_too += 1

    async def _failure(self, commands: Sequence[Write]) -> Exception | None:
        try:
            await self._write(commands)
        except Exception as failure:  # noqa: BLE001 - whatever it is, it keeps no other from being written
            return failure
        return None

    async def _write(self, commands: Sequence[Write]) -> None:
        match commands[0]:
            case Settle():
                settled = [command for command in commands if isinstance(command, Settle)]
                await self._ledger.settle_all([command.record for command in settled])
                for command in settled:
                    self._post(CallSettled(call=command.call))
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
