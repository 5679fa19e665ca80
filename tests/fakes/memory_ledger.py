"""The ledger and clients ports in memory: what a database does, without one."""

from collections.abc import Iterator, Mapping, Sequence

from router.core.errors import CallIdTaken, LedgerUnavailable
from router.core.house import BlockEntry
from router.core.ids import AgentId, CallId, ClientId
from router.core.ledger import (
    GENESIS,
    Finding,
    Head,
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

SALT = bytes(32)


class MemoryLedger:
    """Keeps records and their chain; `unavailable` makes it refuse as a database that is down."""

    def __init__(self) -> None:
        self.records: dict[CallId, CallRecord] = {}
        self.transactions: list[Transaction] = []
        self.unavailable = False

    @property
    def head(self) -> Head:
        return head_of(self.transactions[-1]) if self.transactions else GENESIS

    def findings(self) -> Iterator[Finding]:
        """All that is wrong with it."""
        last = GENESIS
        for transaction in self.transactions:
            yield from check(transaction, after=last)
            yield from check_record(transaction, self.records[transaction.settlement.charges.call], salt=SALT)
            last = head_of(transaction)

    async def settle(self, record: CallRecord) -> bool:
        if self.unavailable:
            raise LedgerUnavailable("the database is down in this test")
        if settled := self.records.get(record.call):
            if billing_digest(settled) != billing_digest(record):
                raise CallIdTaken(record.call)
            return False
        self.records[record.call] = record
        self.transactions.append(append(settle(record, rate(record), salt=SALT), after=self.head))
        return True


class MemoryClients:
    """Keeps block entries in the order they came."""

    def __init__(self) -> None:
        self._entries: dict[ClientId, list[BlockEntry]] = {}

    async def block(self, *, client: ClientId, entry: BlockEntry, agent: AgentId, call: CallId) -> None:
        entries = self._entries.setdefault(client, [])
        if all((entry.number, entry.prefix) != (known.number, known.prefix) for known in entries):
            entries.append(entry)

    async def blocked(self) -> Mapping[ClientId, Sequence[BlockEntry]]:
        return {client: tuple(entries) for client, entries in self._entries.items()}
