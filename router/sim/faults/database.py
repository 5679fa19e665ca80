"""The database: away for a while, slow, or done with a transaction of which the router never hears.

It keeps the ledger by the product's own rules, in memory, and each write is a transaction of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from router.core.errors import CallIdTaken, LedgerUnavailable
from router.core.house import BlockEntry
from router.core.ids import AgentId, CallId, ClientId, Millis
from router.core.ledger import (
    GENESIS,
    Finding,
    Transaction,
    append,
    billing_digest,
    check,
    check_record,
    head_of,
    settle,
)
from router.core.record import CallRecord
from router.core.tariff import rate
from router.core.view import SeatView
from router.ports import BlockChange
from router.sim.faults.loop import SimulatedLoop
from router.sim.faults.trace import Trace
from router.sim.faults.troubles import Troubles
from router.sim.faults.wire import ask

T = TypeVar("T")
SALT = bytes(32)


class Tables:
    """What is stored; it outlives the router. `refused` are records of a call that was settled otherwise before."""

    def __init__(self, trace: Trace) -> None:
        self.away = False
        self.records: dict[CallId, CallRecord] = {}
        self.refused: list[CallRecord] = []
        self._chain: list[Transaction] = []
        self._blocks: dict[ClientId | None, list[BlockEntry]] = {}
        self._trace = trace

    def findings(self) -> Iterator[Finding]:
        """All that is wrong with the ledger."""
        last = GENESIS
        for transaction in self._chain:
            yield from check(transaction, after=last)
            yield from check_record(transaction, self.records[transaction.settlement.charges.call], salt=SALT)
            last = head_of(transaction)

    def settle(self, record: CallRecord) -> bool:
        """See `ports.Ledger.settle`."""
        if settled := self.records.get(record.call):
            if billing_digest(settled) != billing_digest(record):
                self.refused.append(record)
                raise CallIdTaken(record.call)
            return False
        self.records[record.call] = record
        head = head_of(self._chain[-1]) if self._chain else GENESIS
        self._chain.append(append(settle(record, rate(record), salt=SALT), after=head))
        self._trace.tell("database", f"settles {record.call} {self._chain[-1].hash[:12]}")
        return True

    def settle_all(self, records: Sequence[CallRecord]) -> Sequence[bool]:
        """See `ports.Ledger.settle_all`: all of them or none."""
        records_before, chain_before = dict(self.records), list(self._chain)
        try:
            return [self.settle(record) for record in records]
        except CallIdTaken:
            self.records, self._chain = records_before, chain_before
            raise

    def block(self, client: ClientId | None, entry: BlockEntry) -> None:
        """Keep an entry of a client's list, or of the house's."""
        entries = self._blocks.setdefault(client, [])
        if entry.number not in {one.number for one in entries}:
            entries.append(entry)

    def blocked(self, client: ClientId | None) -> Sequence[BlockEntry]:
        """What was kept."""
        return tuple(self._blocks.get(client, ()))

    def clients(self) -> Sequence[ClientId]:
        """Who has entries."""
        return [client for client in self._blocks if client is not None]


class Life(Protocol):
    """A life of the router, as its database needs it."""

    loop: SimulatedLoop

    def come(self, place: str) -> None:
        """The router comes to a place at which it may die."""
        ...


class Database:
    """One life's connection to it: implements `ports.Ledger`, `ports.Clients` and `ports.Chronicle`."""

    def __init__(self, tables: Tables, life: Life, troubles: Troubles) -> None:
        self._tables = tables
        self._life = life
        self._troubles = troubles

    async def settle(self, record: CallRecord) -> bool:
        """See `ports.Ledger.settle`."""
        return await self._transaction(lambda: self._tables.settle(record))

    async def settle_all(self, records: Sequence[CallRecord]) -> Sequence[bool]:
        """See `ports.Ledger.settle_all`."""
        return await self._transaction(lambda: self._tables.settle_all(records))

    async def has(self, call: CallId) -> bool:
        """See `ports.Ledger.has`."""
        return await self._transaction(lambda: call in self._tables.records)

    async def block(self, *, client: ClientId, entry: BlockEntry, agent: AgentId, call: CallId) -> None:
        """See `ports.Clients.block`."""
        await self._transaction(lambda: self._tables.block(client, entry))

    async def block_for_all(self, *, entry: BlockEntry, reports: Sequence[ClientId]) -> None:
        """See `ports.Clients.block_for_all`."""
        await self._transaction(lambda: self._tables.block(None, entry))

    async def blocked(self) -> Mapping[ClientId, Sequence[BlockEntry]]:
        """See `ports.Clients.blocked`."""
        return await self._transaction(lambda: {one: self._tables.blocked(one) for one in self._tables.clients()})

    async def blocked_for_all(self) -> Sequence[BlockEntry]:
        """See `ports.Clients.blocked_for_all`."""
        return await self._transaction(lambda: self._tables.blocked(None))

    async def changes(self, after: int) -> Sequence[BlockChange]:
        """See `ports.Clients.changes`; here nobody else changes anything."""
        return ()

    async def last_change(self) -> int:
        """See `ports.Clients.last_change`."""
        return 0

    async def keep_presences(self, seats: Sequence[SeatView]) -> None:
        """See `ports.Chronicle.keep_presences`; they are not kept."""
        await self._transaction(lambda: None)

    async def keep_house(self, *, version: str, since: Millis, content: str) -> None:
        """See `ports.Chronicle.keep_house`; it is not kept."""
        await self._transaction(lambda: None)

    async def house_at(self, at: Millis) -> str | None:
        """See `ports.Chronicle.house_at`: none is kept."""
        return None

    async def _transaction(self, act: Callable[[], T]) -> T:
        self._life.come("settle")
        if self._tables.away:
            raise LedgerUnavailable("simulated: the database is away")
        fate = self._troubles.settling()
        answer = ask(self._life.loop, lambda: self._done(act), fate, error=LedgerUnavailable)
        self._life.come("settled")
        return await answer

    def _done(self, act: Callable[[], T]) -> T:
        if self._tables.away:
            raise LedgerUnavailable("simulated: the database went away")
        return act()
