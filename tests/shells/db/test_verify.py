"""Verification finds every change of what was posted, down to a single bit in a copy of the file."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.engine import Connection

from router.billing import corrections
from router.billing.corrections import Act
from router.billing.run import bill
from router.core.billing.entry import Entry, append_entry
from router.core.house import BlockEntry
from router.core.ids import AgentId, CallId, RecordingId
from router.core.ledger import GENESIS, Finding, append, settle
from router.core.record import Arrival, CallRecord, Message, Part, PartKind
from router.core.tariff import Charges, rate
from router.db.books import SqlBooks
from router.db.clients import SqlClients
from router.db.convert import call_row, charge_rows, posting_rows, transaction_row
from router.db.database import Database, open_database
from router.db.entry_rows import entry_posting_rows, entry_row
from router.db.ledger import SqlLedger
from router.db.posting import locked_head, move_head
from router.db.schema import upgrade
from router.db.tables import (
    calls,
    ledger_charges,
    ledger_entries,
    ledger_entry_postings,
    ledger_head,
    ledger_postings,
    ledger_transactions,
)
from router.db.verify import Verification, strays, verify
from tests.fakes.clock import FakeClock
from tests.fakes.databases import POSTGRESQL, empty_database
from tests.fakes.entries import DAY, credit
from tests.fakes.payers import SELLER, job
from tests.fakes.records import ARRIVED, MUELLER, STANDARD, finished, talked

TABLES = (
    calls,
    ledger_transactions,
    ledger_charges,
    ledger_postings,
    ledger_entries,
    ledger_entry_postings,
    ledger_head,
)
COLUMNS = [(table.name, column.name) for table in TABLES for column in table.c]
SEED, FLIPS = 20261123, 300
CALLS, ENTRIES = 20, 8


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database file with settled calls of every kind."""
    file = tmp_path_factory.mktemp("ledger") / "original.db"
    asyncio.run(settle_calls(file))
    return file


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copy(original, tmp_path / "copy.db"))


@pytest.fixture(params=[0, 50, 4096, 10_000])
def stump(request: pytest.FixtureRequest, copy: Path) -> Path:
    """A copy of which only the first bytes are left."""
    copy.write_bytes(copy.read_bytes()[: request.param])
    return copy


async def settle_calls(file: Path) -> None:
    async with open_database(f"sqlite:///{file}", create=True) as database:
        await upgrade(database)
        ledger = SqlLedger(database)
        for number in range(CALLS):
            call = f"call-{number:02}"
            await ledger.settle_all([unserved(call) if number % 7 == 0 else served(call, number)])
        await post_entries(database)


async def post_entries(database: Database) -> None:
    """One of every kind, transactions 21 to 28."""
    books = SqlBooks(database)
    await books.post(lambda _: [credit(500)])
    act = Act(author="maria", reason="a mistake", day=DAY, at=ARRIVED)
    await corrections.reverse(books, act, number=4)
    await corrections.give(books, act, client=MUELLER, amount=7, currency="EUR", discount=True)
    clients, entry = SqlClients(database, FakeClock(ARRIVED)), BlockEntry(number="+4930111", author="anna")
    await clients.block(client=MUELLER, entry=entry, agent=AgentId("anna"), call=CallId("call-09"))
    await bill(books, job(MUELLER))
    later = replace(act, day=date(2026, 11, 3))
    await corrections.cancel(books, later, key="invoice:mueller:2026-09", seller=SELLER)
    await corrections.close(books, later, month=date(2026, 9, 1))


def unserved(call: str) -> CallRecord:
    return replace(talked(0, call=call), client=None, tariff=None, caller=None)


def served(call: str, number: int) -> CallRecord:
    """With everything that a record can hold."""
    lengths = ((PartKind.TALK, 9_000 * number), (PartKind.THROUGH, 4_321), (PartKind.WRAP_UP, 1_003 * number))
    message = Message(recording=RecordingId(f"{call}-record1"), consented=ARRIVED, length=9_000)
    entry = BlockEntry(number="+4930111", author="anna")
    arrival = Arrival(forwarded_by=("+4930222",), trunk="main", added=(entry,))
    return replace(finished(*lengths, call=call, trial=number % 5 == 0), messages=(message,), arrival=arrival)


async def verified(file: Path) -> Verification:
    async with open_database(f"sqlite:///{file}") as database:
        return await verify(database)


async def findings(file: Path) -> Sequence[Finding]:
    return (await verified(file)).findings


def tamper(file: Path, *statements: str) -> None:
    """Change the file as somebody would who takes the guards away first."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)


def content(file: Path) -> list[object]:
    """Everything that the ledger's tables hold, as raw values with their types; what breaks is content too."""
    found: list[object] = []
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = bytes
        for table in TABLES:
            names = ", ".join(f'"{column.name}"' for column in table.c)
            try:
                found += sorted(map(repr, connection.execute(f"SELECT {names} FROM {table.name} NOT INDEXED")))
            except (sqlite3.DatabaseError, UnicodeDecodeError) as broken:
                found.append(repr(broken))
    return found


async def test_a_copy_that_nobody_touched_is_sound(copy: Path) -> None:
    report = await verified(copy)
    assert (report.transactions, report.head.number, report.findings) == (CALLS + ENTRIES, CALLS + ENTRIES, ())


async def test_every_single_bit_that_changes_the_ledger_is_found(copy: Path) -> None:
    untouched, before = whole(copy), content(copy)
    missed, changed = [], 0
    for position in random.Random(SEED).sample(range(len(untouched) * 8), FLIPS):
        flip(copy, untouched, position)
        if content(copy) != before:
            changed += 1
            missed += [] if await findings(copy) else [position]
    assert missed == []
    assert changed > FLIPS / 10


def whole(file: Path) -> bytes:
    return file.read_bytes()


def flip(file: Path, untouched: bytes, position: int) -> None:
    flipped = bytearray(untouched)
    flipped[position // 8] ^= 1 << position % 8
    file.write_bytes(flipped)
    for rest in ("-wal", "-shm"):
        file.with_name(file.name + rest).unlink(missing_ok=True)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
@pytest.mark.parametrize("row", [0, 8])
async def test_a_changed_bit_in_any_column_is_found(copy: Path, table: str, column: str, row: int) -> None:
    tamper(copy, f'UPDATE {table} SET "{column}" = {bit_flipped(column)} {chosen(table, row)}')
    assert await findings(copy)


def bit_flipped(column: str) -> str:
    """An SQL expression: bit 20 of an integer turned, bit 6 of a text's last letter; no value becomes another row's."""
    number = f'("{column}" | {1 << 20}) - ("{column}" & {1 << 20})'
    text = f'substr("{column}", 1, length("{column}") - 1) || char(unicode(substr("{column}", -1)) + 64)'
    return f"CASE typeof(\"{column}\") WHEN 'integer' THEN {number} WHEN 'null' THEN 77 ELSE {text} END"


def chosen(table: str, row: int) -> str:
    row = 0 if table == "ledger_head" else 6 if table == "ledger_entries" and row else row
    return f"WHERE rowid = (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row})"


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM ledger_entries WHERE number = 28"],
        ["DELETE FROM ledger_entry_postings WHERE entry = 21"],
        ["INSERT INTO ledger_entry_postings VALUES (77, 1, 'client:mueller:receivable', 5)"],
        ["UPDATE ledger_entries SET reason = 'for nothing' WHERE number = 21"],
        ["UPDATE ledger_entries SET document = 9 WHERE kind = 'credit_note'"],
        ["UPDATE ledger_entries SET content = CAST(content AS BLOB)"],
        ["UPDATE ledger_entries SET day = '2026-9-21' WHERE number = 21"],
        ["DELETE FROM ledger_transactions WHERE number = 5"],
        ["DELETE FROM ledger_transactions WHERE number = 20"],
        ["DELETE FROM ledger_transactions WHERE number = 1"],
        ["DELETE FROM ledger_postings WHERE amount = -59"],
        ['DELETE FROM ledger_charges WHERE "transaction" = 4 AND line = 2'],
        ["DELETE FROM calls WHERE call = 'call-03'"],
        ["DELETE FROM ledger_head"],
        ["UPDATE ledger_head SET number = 0, hash = printf('%064d', 0)"],
        [
            "UPDATE ledger_transactions SET number = 99 WHERE number = 5",
            "UPDATE ledger_transactions SET number = 5 WHERE number = 6",
            "UPDATE ledger_transactions SET number = 6 WHERE number = 99",
        ],
        [
            "INSERT INTO calls SELECT 'forged', client, arrived, answered, ended, ending_class, ending_reason, parts,"
            " tariff, trial, dialled, caller, trace, house_version, salt, arrival, messages FROM calls"
            " WHERE call = 'call-03'"
        ],
        [
            "INSERT INTO ledger_transactions SELECT 29, 'forged', client, arrived, tariff, tariff_version, currency,"
            " trial, billing_digest, private_digest, hash, hash FROM ledger_transactions WHERE number = 20"
        ],
        ["INSERT INTO ledger_postings VALUES (77, 1, 'client:mueller:receivable', 5)"],
        ["INSERT INTO ledger_postings VALUES (3, 4, 'client:mueller:receivable', 0)"],
        ["UPDATE calls SET trial = 3 WHERE call = 'call-05'"],
        ["UPDATE ledger_charges SET price = '118/2'"],
        ["UPDATE ledger_charges SET units = 'many'"],
        ["UPDATE ledger_charges SET explain = CAST(explain AS BLOB)"],
        ["UPDATE ledger_postings SET amount = 'much'"],
        ["UPDATE ledger_transactions SET hash = CAST(hash AS BLOB)"],
        ["UPDATE ledger_transactions SET previous = x'00', call = CAST(call AS BLOB)"],
        ["UPDATE ledger_head SET hash = x'00'"],
        ["UPDATE ledger_head SET number = 'many'"],
        ["UPDATE calls SET house_version = x'00'"],
        ["UPDATE calls SET arrived = 1.5"],
        ["UPDATE calls SET parts = replace(parts, '\"start\"', '\"stars\"')"],
        ["UPDATE calls SET parts = replace(parts, ',', ', ')"],
        ["UPDATE calls SET parts = replace(hex(zeroblob(50000)), '0', '[')"],
        ["UPDATE calls SET salt = 'zz' WHERE call = 'call-03'"],
        ["UPDATE calls SET caller = '+4930999' WHERE call = 'call-03'"],
        ["UPDATE calls SET trace = '[]' WHERE call = 'call-03'"],
        ["UPDATE calls SET messages = '[]' WHERE call = 'call-03'"],
        ["UPDATE calls SET arrival = NULL WHERE call = 'call-03'"],
        ["UPDATE calls SET client = CAST(x'ff' AS TEXT) WHERE call = 'call-03'"],
        ["UPDATE alembic_version SET version_num = '0009'"],
        ["DROP TABLE ledger_postings"],
        ["DROP TABLE alembic_version"],
    ],
    ids=lambda statements: statements[0][:60],
)
async def test_tampering_is_found(copy: Path, statements: list[str]) -> None:
    tamper(copy, *statements)
    assert await findings(copy)


async def test_a_finding_names_the_transaction_and_its_call(copy: Path) -> None:
    tamper(copy, 'UPDATE ledger_charges SET charged = charged - 1 WHERE "transaction" = 4 AND line = 2')
    found = await findings(copy)
    assert {finding.where for finding in found} == {"transaction 4 (call call-03)"}
    assert [finding.what for finding in found] == [
        "its hash is not that of its content",
        "its postings are not those of its charges",
        "its charges are not what the call costs at its tariff",
    ]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", [POSTGRESQL])
async def test_no_stray_is_looked_for_row_by_row(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    async with open_database(empty_database(kind, request, tmp_path)) as database:
        await upgrade(database)
        async with database.reading() as connection:
            for query in strays().values():
                asked = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
                explained = await connection.execute(text(f"EXPLAIN {asked}"))
                assert "SubPlan" not in "\n".join(explained.scalars())


async def test_a_bill_of_ten_times_the_price_is_found_though_all_is_as_it_was_posted(database: Database) -> None:
    dear = replace(STANDARD, acceptance_fee=Fraction(590), handling_per_minute=Fraction(590))
    await store(database, talked(95_000), rate(replace(talked(95_000), tariff=dear)))
    found = (await verify(database)).findings
    assert [finding.what for finding in found] == ["its charges are not what the call costs at its tariff"]


async def test_a_forged_call_that_cannot_be_rated_is_a_finding(database: Database) -> None:
    endless = Part(kind=PartKind.TALK, start=0, end=cast("int", "late"))
    await store(database, replace(talked(95_000), parts=(endless,)), rate(talked(95_000)))
    found = (await verify(database)).findings
    assert [finding.what[:24] for finding in found] == ["the call cannot be rated"]


async def store(database: Database, record: CallRecord, charges: Charges) -> None:
    """The first call of a database, settled at these charges by somebody who can compute the chain."""
    salt = bytes(32)
    transaction = append(settle(record, charges, salt=salt), after=GENESIS)
    rows = {
        calls: [call_row(record, salt=salt)],
        ledger_transactions: [transaction_row(transaction)],
        ledger_charges: charge_rows(transaction),
        ledger_postings: posting_rows(transaction),
    }
    async with database.writing() as connection:
        for table, content in rows.items():
            await connection.execute(insert(table), content)
        await connection.execute(update(ledger_head).values(number=1, hash=transaction.hash))


async def test_a_file_cut_short_is_a_finding(stump: Path) -> None:
    assert await findings(stump)


async def test_verification_reads_more_than_one_page_of_transactions(tmp_path: Path) -> None:
    file = tmp_path / "long.db"
    async with open_database(f"sqlite:///{file}", create=True) as database:
        await upgrade(database)
        await settle_many(SqlLedger(database), 600)
        report = await verify(database)
    assert (report.transactions, report.findings) == (600, ())


async def settle_many(ledger: SqlLedger, count: int) -> None:
    for number in range(count):
        await ledger.settle_all([talked(16_000, call=f"call-{number}")])


async def test_every_deleted_row_is_found(original: Path, tmp_path: Path) -> None:
    missed = []
    for table in TABLES:
        with closing(sqlite3.connect(original)) as connection:
            rows = [row for (row,) in connection.execute(f"SELECT rowid FROM {table.name}")]
        for row in rows:
            copy = Path(shutil.copy(original, tmp_path / "less.db"))
            tamper(copy, f"DELETE FROM {table.name} WHERE rowid = {row}")
            missed += [] if await findings(copy) else [(table.name, row)]
    assert missed == []


async def test_a_chain_forged_whole_with_an_entry_in_a_closed_month_is_a_finding(copy: Path) -> None:
    async with open_database(f"sqlite:///{copy}") as database:
        async with database.writing() as connection:
            await connection.run_sync(forge, credit(1, key="late"))
        found = (await verify(database)).findings
    assert [finding.what for finding in found] == ["2026-09 is closed: post it to 2026-10-01 or later"]


def forge(connection: Connection, entry: Entry) -> None:
    """As somebody posts who can compute the chain, and asks nobody."""
    posted = append_entry(entry, after=locked_head(connection))
    connection.execute(insert(ledger_entries), [entry_row(posted)])
    connection.execute(insert(ledger_entry_postings), entry_posting_rows(posted))
    move_head(connection, posted.head)
