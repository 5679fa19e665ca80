"""The ledger and clients ports in memory: what a database does, without one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

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

SALT = bytes(32)


class MemoryLedger:
    """Keeps records and their chain; `unavailable` makes it refuse as a database that is down."""

    def __init__(self) -> None:
        self.records: dict[CallId, CallRecord] = {}
        self.transactions: list[Transaction] = []
        self.unavailable = False

    def findings(self) -> Iterator[Finding]:
        """All that is wrong with it."""
        last = GENESIS
        for transaction in self.transactions:
            yield from check(transaction, after=last)
            yield from check_record(transaction, self.records[transaction.settlement.charges.call], salt=SALT)
            last = head_of(transaction)

    async def has(self, call: CallId) -> bool:
        if self.unavailable:
            raise LedgerUnavailable("the database is down in this test")
        return call in self.records

    async def settle_all(self, records: Sequence[CallRecord]) -> Sequence[bool]:
        if self.unavailable:
            raise LedgerUnavailable("the database is down in this test")
        kept, transactions, new = dict(self.records), list(self.transactions), []
        for record in records:
            new.append(record.call not in kept)
            if billing_digest(kept.setdefault(record.call, record)) != billing_digest(record):
                raise CallIdTaken(record.call)
            if new[-1]:
                head = head_of(transactions[-1]) if transactions else GENESIS
                transactions.append(append(settle(record, rate(record), salt=SALT), after=head))
        self.records, self.transactions = kept, transactions
        return new


class MemoryClients:
    """Keeps block entries in the order they came; `unavailable` as with the ledger."""

    def __init__(self) -> None:
        self._entries: dict[ClientId, list[BlockEntry]] = {}
        self._for_all: list[BlockEntry] = []
        self.reports: dict[BlockEntry, Sequence[ClientId]] = {}
        self._changes: list[BlockChange] = []
        self.unavailable = False

    async def block(self, *, client: ClientId, entry: BlockEntry, agent: AgentId, call: CallId) -> None:
        self._check()
        _add(self._entries.setdefault(client, []), replace(entry, author=entry.author or agent))

    async def block_for_all(self, *, entry: BlockEntry, reports: Sequence[ClientId]) -> None:
        self._check()
        _add(self._for_all, entry)
        self.reports.setdefault(entry, tuple(reports))

    async def blocked(self) -> Mapping[ClientId, Sequence[BlockEntry]]:
        self._check()
        return {client: tuple(entries) for client, entries in self._entries.items() if entries}

    async def blocked_for_all(self) -> Sequence[BlockEntry]:
        self._check()
        return tuple(self._for_all)

    async def changes(self, after: int) -> Sequence[BlockChange]:
        self._check()
        return tuple(change for change in self._changes if change.number > after)

    async def last_change(self) -> int:
        self._check()
        return len(self._changes)

    def lift(self, client: ClientId | None, number: str) -> None:
        """As an operator takes a number off a list, from outside."""
        entries = self._for_all if client is None else self._entries[client]
        entries[:] = [entry for entry in entries if entry.number != number]
        self._changes.append(BlockChange(number=len(self._changes) + 1, client=client, lifted=number))

    def _check(self) -> None:
        if self.unavailable:
            raise LedgerUnavailable("the database is down in this test")


def _add(entries: list[BlockEntry], entry: BlockEntry) -> None:
    if _callers(entry) not in map(_callers, entries):
        entries.append(entry)


def _callers(entry: BlockEntry) -> tuple[object, ...]:
    return entry.number, entry.prefix, entry.between, entry.pattern


class MemoryChronicle:
    """Keeps presences and houses in the order they came; `unavailable` as with the ledger."""

    def __init__(self) -> None:
        self.presences: list[SeatView] = []
        self.houses: list[tuple[str, Millis, str]] = []
        self.batches = 0
        self.unavailable = False

    async def keep_presences(self, seats: Sequence[SeatView]) -> None:
        self._check()
        self.presences += seats
        self.batches += 1

    async def keep_house(self, *, version: str, since: Millis, content: str) -> None:
        self._check()
        if not self.houses or (self.houses[-1][0], self.houses[-1][2]) != (version, content):
            self.houses.append((version, since, content))

    async def house_at(self, at: Millis) -> str | None:
        self._check()
        then = [content for _, since, content in self.houses if since <= at]
        return then[-1] if then else None

    def _check(self) -> None:
        if self.unavailable:
            raise LedgerUnavailable("the database is down in this test")
