"""The proof that a database's ledger is what was posted: every row read once, in one snapshot, a few at a time.

It finds a changed bit in any transaction, charge, posting or call record, rows added, deleted or moved, calls without
a settlement, charges other than what the call costs, and what the database itself reports of its file. What it cannot
find by itself is a ledger cut off at its end together with its calls and its head: compare the head it reports with one
that was kept elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Table, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.errors import LedgerCorrupt
from router.core.ledger import GENESIS, Finding, Head, Transaction, check, check_end, check_record
from router.db.convert import Row, call_of, head_of_row, transaction_of
from router.db.database import Database
from router.db.schema import newest_revision, revision
from router.db.tables import calls, ledger_charges, ledger_head, ledger_postings, ledger_transactions

TRANSACTIONS_AT_ONCE = 500
NAMED_AT_MOST = 20  # strays listed in one finding

Lines = Mapping[int, Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the whole ledger gave: sound when there are no findings."""

    transactions: int
    head: Head
    findings: tuple[Finding, ...]


async def verify(database: Database) -> Verification:
    """Check everything. Damage is a finding, never an error; raises `LedgerUnavailable` when there is no database."""
    checks = _Checks(database)
    try:
        async with database.reading(unhurried=True) as connection:
            await checks.run(connection)
    except LedgerCorrupt as damage:
        checks.findings.append(Finding(where="database", what=str(damage)))
    return Verification(transactions=checks.seen, head=checks.last, findings=tuple(checks.findings))


class _Checks:
    """One run; keeps what it found so far, also when the database breaks off in the middle."""

    def __init__(self, database: Database) -> None:
        self.findings: list[Finding] = []
        self.last = GENESIS
        self.seen = 0
        self._database = database

    async def run(self, connection: AsyncConnection) -> None:
        if self._database.dialect == "sqlite":
            await self._file(connection)
        if await self._schema(connection):
            await self._chain(connection)
            await self._end(connection)
            await self._strays(connection)

    async def _file(self, connection: AsyncConnection) -> None:
        for pragma in ("integrity_check", "foreign_key_check"):
            rows = (await connection.execute(text(f"PRAGMA {pragma}"))).all()
            found = [" ".join(map(str, row)) for row in rows]
            self.findings += [Finding(where="database file", what=what) for what in found if what != "ok"]

    async def _schema(self, connection: AsyncConnection) -> bool:
        found, expected = await revision(connection), newest_revision()
        if found != expected:
            what = f"its tables are at revision {found}, not {expected}: run `vorzimmer db upgrade`"
            self.findings.append(Finding(where="database", what=what))
        return found == expected

    async def _chain(self, connection: AsyncConnection) -> None:
        while batch := await _batch(connection, after=self.last.number if self.seen else None):
            numbers = (batch[0]["number"], batch[-1]["number"])
            charges = await _lines(connection, ledger_charges, *numbers)
            postings = await _lines(connection, ledger_postings, *numbers)
            records = await _calls_of(connection, batch)
            for row in batch:
                number = row["number"]
                self._transaction(row, charges.get(number, ()), postings.get(number, ()), records.get(row["call"]))
                self.last = Head(number=number, hash=str(row["hash"]))

    def _transaction(self, row: Row, charges: Sequence[Row], postings: Sequence[Row], call: Row | None) -> None:
        self.seen += 1
        try:
            transaction = transaction_of(row, charges, postings)
            self.findings += check(transaction, after=self.last)
            self.findings += _record(transaction, call)
        except LedgerCorrupt as damage:
            self.findings.append(Finding(where=f"transaction {row['number']} (call {row['call']})", what=str(damage)))

    async def _end(self, connection: AsyncConnection) -> None:
        heads = (await connection.execute(select(ledger_head))).all()
        if len(heads) != 1:
            self.findings.append(Finding(where="chain", what=f"it has {len(heads)} heads instead of one"))
        for row in heads:
            try:
                self.findings += check_end(self.last, head=head_of_row(row._asdict()))
            except LedgerCorrupt as damage:
                self.findings.append(Finding(where="chain", what=str(damage)))

    async def _strays(self, connection: AsyncConnection) -> None:
        """Rows that the chain does not lead to, so that reading it never met them."""
        for what, query in strays().items():
            found = (await connection.execute(query.limit(NAMED_AT_MOST))).scalars().all()
            if found:
                self.findings.append(Finding(where="database", what=f"{what}: {', '.join(map(str, found))}"))


def strays() -> Mapping[str, Select[tuple[str]] | Select[tuple[int]]]:
    """What finds the rows that the chain does not lead to, each in one pass over its tables: never `NOT IN`."""
    settled = ledger_transactions.c.call
    return {
        "calls without a settlement": select(calls.c.call).where(~exists().where(settled == calls.c.call)),
        "calls settled twice": select(settled).group_by(settled).having(func.count() > 1),
        "charges without a transaction": _without_transaction(ledger_charges),
        "postings without a transaction": _without_transaction(ledger_postings),
    }


def _record(transaction: Transaction, call: Row | None) -> Iterator[Finding]:
    if call is None:
        raise LedgerCorrupt("its call record is gone")
    record, salt = call_of(call)
    return check_record(transaction, record, salt=salt)


def _without_transaction(table: Table) -> Select[tuple[int]]:
    number = table.c.transaction
    return select(number).where(~exists().where(ledger_transactions.c.number == number)).distinct()


async def _batch(connection: AsyncConnection, *, after: int | None) -> Sequence[Row]:
    number = ledger_transactions.c.number
    following = select(ledger_transactions).order_by(number).limit(TRANSACTIONS_AT_ONCE)
    chosen = following if after is None else following.where(number > after)
    return [row._asdict() for row in await connection.execute(chosen)]


async def _lines(connection: AsyncConnection, table: Table, first: int, last: int) -> Lines:
    chosen = select(table).where(table.c.transaction.between(first, last)).order_by(table.c.transaction, table.c.line)
    lines: dict[int, list[Row]] = defaultdict(list)
    for row in await connection.execute(chosen):
        lines[row.transaction].append(row._asdict())
    return lines


async def _calls_of(connection: AsyncConnection, batch: Sequence[Row]) -> Mapping[str, Row]:
    chosen = select(calls).where(calls.c.call.in_([row["call"] for row in batch]))
    return {row.call: row._asdict() for row in await connection.execute(chosen)}
