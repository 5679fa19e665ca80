"""The proof that a database's ledger is what was posted: every row read once, in one snapshot, a few at a time.

It finds a changed bit in any transaction, entry, charge, posting or call record, rows added, deleted or moved, calls
without a settlement, charges other than what the call costs, and what the database itself reports of its file. What it
cannot find by itself is a ledger cut off at its end together with its calls and its head: compare the head it reports
with one that was kept elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Select, Table, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.billing.books import Books, Reversed
from router.core.billing.entry import check_entry
from router.core.errors import LedgerCorrupt
from router.core.ledger import GENESIS, Finding, Head, Posting, Transaction, check, check_end, check_record
from router.db.convert import Row, call_of, head_of_row, transaction_of
from router.db.database import Database
from router.db.entry_rows import entry_of
from router.db.schema import newest_revision, revision
from router.db.tables import (
    calls,
    ledger_charges,
    ledger_entries,
    ledger_entry_postings,
    ledger_head,
    ledger_postings,
    ledger_transactions,
)

TRANSACTIONS_AT_ONCE = 500
NAMED_AT_MOST = 20  # strays listed in one finding

Lines = Mapping[int, Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the whole ledger gave: sound when there are no findings."""

    transactions: int
    head: Head
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Some transactions in the order of their numbers, and what belongs to them."""

    rows: Sequence[Row]  # of settlements and of entries, which have a key
    charges: Lines
    postings: Lines
    entry_postings: Lines
    calls: Mapping[str, Row]
    reversed: Mapping[int, Reversed]


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
        self._books = Books()
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
        while numbers := await _numbers(connection, after=self.last.number if self.seen else None):
            batch = await _batch(connection, numbers)
            if not batch.rows:
                raise LedgerCorrupt(f"transaction {numbers[0]} is there and cannot be read")
            for row in batch.rows:
                self.seen += 1
                self._link(row, batch)
                self.last = Head(number=row["number"], hash=str(row["hash"]))

    def _link(self, row: Row, batch: "_Batch") -> None:
        number, is_call = row["number"], "key" not in row
        try:
            if is_call:
                self._settlement(row, batch)
            else:
                posted = entry_of(row, batch.entry_postings.get(number, ()))
                self.findings += check_entry(posted, after=self.last)
                self.findings += self._books.entry(posted, reversed_=batch.reversed)
        except LedgerCorrupt as damage:
            named = f"call {row['call']}" if is_call else row["key"]
            self.findings.append(Finding(where=f"transaction {number} ({named})", what=str(damage)))

    def _settlement(self, row: Row, batch: "_Batch") -> None:
        number = row["number"]
        transaction = transaction_of(row, batch.charges.get(number, ()), batch.postings.get(number, ()))
        self.findings += check(transaction, after=self.last)
        self.findings += _record(transaction, batch.calls.get(row["call"]))
        self._books.settlement(transaction)

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
    settled, entry = ledger_transactions.c.call, ledger_entry_postings.c.entry
    return {
        "calls without a settlement": select(calls.c.call).where(~exists().where(settled == calls.c.call)),
        "calls settled twice": select(settled).group_by(settled).having(func.count() > 1),
        "charges without a transaction": _without_transaction(ledger_charges),
        "postings without a transaction": _without_transaction(ledger_postings),
        "entries posted twice": _repeated(ledger_entries.c.key),
        "documents of one number": _repeated(ledger_entries.c.document),
        "postings without an entry": select(entry).where(~exists().where(ledger_entries.c.number == entry)).distinct(),
    }


def _repeated(column: Column[Any]) -> Select[tuple[Any]]:
    return select(column).where(column.is_not(None)).group_by(column).having(func.count() > 1)


def _record(transaction: Transaction, call: Row | None) -> Iterator[Finding]:
    if call is None:
        raise LedgerCorrupt("its call record is gone")
    record, salt = call_of(call)
    return check_record(transaction, record, salt=salt)


def _without_transaction(table: Table) -> Select[tuple[int]]:
    number = table.c.transaction
    return select(number).where(~exists().where(ledger_transactions.c.number == number)).distinct()


async def _numbers(connection: AsyncConnection, *, after: int | None) -> tuple[int, int] | None:
    """The next transactions' first number and the last to read with it; None at the end."""
    firsts = []
    for table in (ledger_transactions, ledger_entries):
        first = select(func.min(table.c.number))
        chosen = first if after is None else first.where(table.c.number > after)
        firsts.append((await connection.execute(chosen)).scalar())
    found = [first for first in firsts if first is not None]
    return (min(found), min(found) + TRANSACTIONS_AT_ONCE - 1) if found else None


async def _batch(connection: AsyncConnection, numbers: tuple[int, int]) -> _Batch:
    settlements = await _between(connection, ledger_transactions, numbers)
    entries = await _between(connection, ledger_entries, numbers)
    return _Batch(
        rows=sorted((*settlements, *entries), key=itemgetter("number")),
        charges=await _lines(connection, ledger_charges, *numbers),
        postings=await _lines(connection, ledger_postings, *numbers),
        entry_postings=await _lines(connection, ledger_entry_postings, *numbers) if entries else {},
        calls=await _calls_of(connection, settlements) if settlements else {},
        reversed=await _reversed(connection, [row["reverses"] for row in entries if row["reverses"] is not None]),
    )


async def _between(connection: AsyncConnection, table: Table, numbers: tuple[int, int]) -> Sequence[Row]:
    chosen = select(table).where(table.c.number.between(*numbers)).order_by(table.c.number)
    return [row._asdict() for row in await connection.execute(chosen)]


async def _reversed(connection: AsyncConnection, numbers: Sequence[int]) -> Mapping[int, Reversed]:
    """What these transactions posted, as far as they are there and sound; what is not is found at its own place."""
    found: dict[int, Reversed] = {}
    for table, lines, number in (
        (ledger_transactions, ledger_postings, ledger_postings.c.transaction),
        (ledger_entries, ledger_entry_postings, ledger_entry_postings.c.entry),
    ):
        for row in await connection.execute(select(table).where(table.c.number.in_(numbers))) if numbers else ():
            rows = (await connection.execute(select(lines).where(number == row.number))).all()
            if all((type(line.account), type(line.amount)) == (str, int) for line in rows):
                postings = tuple(Posting(account=line.account, amount=line.amount) for line in rows)
                found[row.number] = Reversed(postings=postings, call=row.call)
    return found


async def _lines(connection: AsyncConnection, table: Table, first: int, last: int) -> Lines:
    of, line = table.primary_key.columns
    lines: dict[int, list[Row]] = defaultdict(list)
    for row in await connection.execute(select(table).where(of.between(first, last)).order_by(of, line)):
        lines[row[0]].append(row._asdict())
    return lines


async def _calls_of(connection: AsyncConnection, batch: Sequence[Row]) -> Mapping[str, Row]:
    chosen = select(calls).where(calls.c.call.in_([row["call"] for row in batch]))
    return {row.call: row._asdict() for row in await connection.execute(chosen)}
