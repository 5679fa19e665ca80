"""A database of an earlier release keeps what it holds, and its ledger's proof, through an upgrade."""

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from sqlalchemy import column, insert, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.house import BlockEntry
from router.core.ids import ClientId
from router.core.ledger import GENESIS, append, head_of, settle
from router.core.record import CallRecord
from router.core.tariff import rate
from router.db.clients import SqlClients, add_by_operator, all_added
from router.db.convert import call_row, charge_rows, posting_rows, transaction_row
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.reading import finished_calls
from router.db.schema import upgrade
from router.db.verify import verify
from tests.fakes.clock import FakeClock
from tests.fakes.records import talked

OLD_CALLS = [talked(95_000, 30_000, call="old-1"), talked(7_000, call="old-2", trial=True)]
NEW_IN_0002 = {"arrival", "messages"}


@pytest.fixture
async def old(url: str) -> AsyncIterator[Database]:
    """A database of release 0.1.0 with two settled calls and three block entries."""
    async with open_database(url, create=True) as database:
        await upgrade(database, "0001")
        async with database.writing() as connection:
            await settle_as_then(connection, OLD_CALLS)
            for number, prefix in (("+4930111", ""), ("", "+49900"), ("", "+49180")):
                await block_as_then(connection, number, prefix)
        yield database


async def settle_as_then(connection: AsyncConnection, records: Sequence[CallRecord]) -> None:
    head, salt = GENESIS, bytes(32)
    for record in records:
        transaction = append(settle(record, rate(record), salt=salt), after=head)
        head = head_of(transaction)
        call = {name: value for name, value in call_row(record, salt=salt).items() if name not in NEW_IN_0002}
        await put(connection, "calls", call)
        await put(connection, "ledger_transactions", transaction_row(transaction))
        for name, rows in (
            ("ledger_charges", charge_rows(transaction)),
            ("ledger_postings", posting_rows(transaction)),
        ):
            for row in rows:
                await put(connection, name, row)
    moved = text("UPDATE ledger_head SET number = :number, hash = :hash")
    await connection.execute(moved, {"number": head.number, "hash": head.hash})


async def put(connection: AsyncConnection, name: str, row: Mapping[str, object]) -> None:
    await connection.execute(insert(table(name, *map(column, row))), row)


async def block_as_then(connection: AsyncConnection, number: str, prefix: str) -> None:
    row = {"client": "mueller", "number": number, "prefix": prefix, "reason": "advertising"}
    await put(connection, "block_entries", {**row, "agent": "anna", "call": "old-1", "added": 7})


async def test_an_old_ledger_is_sound_after_the_upgrade_and_goes_on(old: Database) -> None:
    await upgrade(old)
    assert (await verify(old)).findings == ()
    assert [record async for record in finished_calls(old)] == OLD_CALLS
    await SqlLedger(old).settle_all([talked(16_000, call="new")])
    verified = await verify(old)
    assert (verified.transactions, verified.findings) == (3, ())


async def test_old_block_entries_stay_with_their_authors(old: Database) -> None:
    await upgrade(old)
    blocked = (await SqlClients(old, FakeClock(7)).blocked())[ClientId("mueller")]
    assert blocked == [
        BlockEntry(prefix="+49180", author="anna", reason="advertising"),
        BlockEntry(prefix="+49900", author="anna", reason="advertising"),
        BlockEntry(number="+4930111", author="anna", reason="advertising"),
    ]
    assert {(one.call, one.added) for one in await all_added(old)} == {("old-1", 7)}


async def test_an_upgraded_database_takes_the_new_kinds_of_entries(old: Database) -> None:
    await upgrade(old)
    entry = BlockEntry(between=("+49301110", "+49301119"), until=9, author="maria")
    assert await add_by_operator(old, None, entry, now=8)
    assert await SqlClients(old, FakeClock(7)).blocked_for_all() == [entry]
