"""Settling when the database is shared, busy, gone or not ours; and that its ledger only grows."""

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from router.core.errors import LedgerUnavailable
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.reading import finished_calls, ledger_lines
from router.db.schema import upgrade
from router.db.verify import verify
from tests.fakes.databases import POSTGRESQL, empty_database
from tests.fakes.postgres import postgres_server
from tests.fakes.records import talked

SOME_COLUMN = {"ledger_transactions": "client", "ledger_charges": "charged", "ledger_postings": "amount"}


@pytest.fixture
async def settled(database: Database) -> Database:
    """A database with one settled call."""
    await SqlLedger(database).settle_all([talked(95_000, 30_000)])
    return database


async def write(database: Database, *statements: str) -> None:
    async with database.writing() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_several_processes_make_one_chain(url: str) -> None:
    async with open_database(url, create=True) as database:
        await upgrade(database)
        ranges = ((0, 20), (10, 30), (0, 30))
        new = await asyncio.gather(*(settle_elsewhere(url, *span) for span in ranges))
        verified = await verify(database)
    assert sum(new) == 30
    assert (verified.transactions, verified.findings) == (30, ())


async def settle_elsewhere(url: str, first: int, last: int) -> int:
    command = (sys.executable, "-m", "tests.shells.db.settling", url, str(first), str(last))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    return int(output)


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
@pytest.mark.parametrize(("table", "column"), tuple(SOME_COLUMN.items()))
async def test_the_ledger_refuses_changes(settled: Database, statement: str, table: str, column: str) -> None:
    with pytest.raises(IntegrityError, match="the ledger only grows"):
        await write(settled, statement.format(table, column, column))
    assert (await verify(settled)).findings == ()


async def test_a_row_cannot_be_replaced(settled: Database) -> None:
    replaced = "INSERT OR REPLACE" if settled.dialect == "sqlite" else "INSERT"
    for table in SOME_COLUMN:
        with pytest.raises(IntegrityError, match=r"the ledger only grows|unique"):
            await write(settled, f"{replaced} INTO {table} SELECT * FROM {table}")
    assert (await verify(settled)).findings == ()


@pytest.mark.postgres
@pytest.mark.parametrize("kind", [POSTGRESQL])
async def test_the_ledger_cannot_be_emptied_at_once(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    async with open_database(empty_database(kind, request, tmp_path)) as database:
        await upgrade(database)
        with pytest.raises(IntegrityError, match="the ledger only grows"):
            await write(database, "TRUNCATE ledger_transactions CASCADE")


async def test_a_settled_call_cannot_be_deleted(settled: Database) -> None:
    with pytest.raises(IntegrityError):
        await write(settled, "DELETE FROM calls")


async def test_a_database_locked_for_long_is_unavailable_and_settles_later(url: str) -> None:
    async with open_database(url, create=True, patience_ms=50) as ours, open_database(url) as theirs:
        await upgrade(ours)
        async with theirs.writing() as connection:
            await connection.execute(text("UPDATE ledger_head SET number = number"))
            with pytest.raises(LedgerUnavailable):
                await SqlLedger(ours).settle_all([talked(16_000)])
        assert await SqlLedger(ours).settle_all([talked(16_000)]) == [True]
        assert (await verify(ours)).findings == ()


async def test_nothing_is_stored_when_settling_breaks_off(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await write(database, "UPDATE ledger_head SET number = 7", "INSERT INTO ledger_head SELECT * FROM ledger_head")
    assert (await verify(database)).findings == ()


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody@127.0.0.1:1/none", "postgresql://nobody@/none?host=/nowhere", "sqlite:////nowhere/x.db"],
)
async def test_a_database_out_of_reach_is_unavailable(url: str) -> None:
    async with open_database(url) as database:
        with pytest.raises(LedgerUnavailable):
            await SqlLedger(database).settle_all([talked(16_000)])
        with pytest.raises(LedgerUnavailable):
            await verify(database)


async def test_a_file_that_is_no_database_is_unavailable_to_settlements(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_bytes(b"Dear diary, " * 1000)
    async with open_database(f"sqlite:///{file}") as database:
        with pytest.raises(LedgerUnavailable, match="not a database"):
            await SqlLedger(database).settle_all([talked(16_000)])
        assert [finding.where for finding in (await verify(database)).findings] == ["database"]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", [POSTGRESQL])
async def test_an_answer_that_takes_too_long_is_told_in_words(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    async with open_database(empty_database(kind, request, tmp_path), patience_ms=100) as database:
        with pytest.raises(LedgerUnavailable, match="no answer in time"):
            await write(database, "SELECT pg_sleep(5)")


@pytest.mark.postgres
@pytest.mark.parametrize("kind", [POSTGRESQL])
async def test_reading_everything_may_take_longer_than_a_settlement(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = empty_database(kind, request, tmp_path)
    async with open_database(url) as database:
        await upgrade(database)
        await SqlLedger(database).settle_all([talked(16_000)])
        await write(database, *slowed("calls"), *slowed("ledger_charges"))
    async with open_database(url, patience_ms=100) as database:
        assert (await verify(database)).findings == ()
        assert [line.charge.units async for line in ledger_lines(database)] == [1, 16]
        assert [record async for record in finished_calls(database)] == [talked(16_000)]


def slowed(table: str) -> tuple[str, str]:
    """Statements that make every reading of a table take longer than twice the patience of the test."""
    return (
        f"ALTER TABLE {table} RENAME TO quick_{table}",
        f"CREATE VIEW {table} AS SELECT quick.* FROM quick_{table} AS quick, (SELECT pg_sleep(0.3)) AS slow",
    )


@pytest.mark.postgres
async def test_settling_goes_on_when_the_server_is_back() -> None:
    with postgres_server() as server:
        async with open_database(server.create("test")) as database:
            await upgrade(database)
            ledger = SqlLedger(database)
            await ledger.settle_all([talked(16_000, call="before")])
            with server.stopped(), pytest.raises(LedgerUnavailable):
                await ledger.settle_all([talked(16_000, call="during")])
            assert await ledger.settle_all([talked(16_000, call="during")]) == [True]
            assert (await verify(database)).findings == ()
