"""A database of an earlier release keeps what it holds, and its ledger's proof, through an upgrade."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.house import BlockEntry
from router.core.ids import ClientId
from router.db.books import SqlBooks
from router.db.clients import SqlClients, add_by_operator, all_added
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.reading import finished_calls
from router.db.schema import upgrade
from router.db.verify import verify
from tests.fakes.clock import FakeClock
from tests.fakes.entries import credit
from tests.fakes.records import talked
from tests.migrations.as_then import RELEASE_0_1_0, RELEASE_0_3_0, put, settle_as_then

OLD_CALLS = [talked(95_000, 30_000, call="old-1"), talked(7_000, call="old-2", trial=True)]


@pytest.fixture
async def old(url: str) -> AsyncIterator[Database]:
    """A database of release 0.1.0 with two settled calls and three block entries."""
    async with open_database(url, create=True) as database:
        await upgrade(database, RELEASE_0_1_0)
        async with database.writing() as connection:
            await settle_as_then(connection, OLD_CALLS, release=RELEASE_0_1_0)
            for number, prefix in (("+4930111", ""), ("", "+49900"), ("", "+49180")):
                await block_as_then(connection, number, prefix)
        yield database


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


async def test_a_filled_ledger_of_0_3_0_is_sound_after_the_upgrade_and_takes_entries(url: str) -> None:
    calls = [talked(9_000 + 1_000 * number, number, call=f"call-{number}") for number in range(60)]
    async with open_database(url, create=True) as database:
        await upgrade(database, RELEASE_0_3_0)
        async with database.writing() as connection:
            head = await settle_as_then(connection, calls)
        await upgrade(database)
        verified = await verify(database)
        assert (verified.head, verified.findings) == (head, ())
        assert await SqlBooks(database).post(lambda _: [credit(500)]) == [True]
        await SqlLedger(database).settle_all([talked(16_000, call="new")])
        verified = await verify(database)
        assert (verified.transactions, verified.findings) == (62, ())
