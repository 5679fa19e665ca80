"""The clients port, over the fake in memory, SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from router.core.house import BlockEntry
from router.core.ids import AgentId, CallId, ClientId, Millis
from router.db.clients import SqlClients, add_by_operator, all_added, unblock
from router.db.database import Database, open_database
from router.db.schema import upgrade
from router.db.tables import block_entries
from router.ports import BlockChange, Clients
from tests.fakes.databases import POSTGRESQL, SQLITE, empty_database
from tests.fakes.memory_ledger import MemoryClients
from tests.fakes.records import MUELLER

SCHMIDT = ClientId("schmidt")


class TickingClock:
    """A second later each time it is asked."""

    def __init__(self) -> None:
        self._now: Millis = 1_790_000_000_000

    def now(self) -> Millis:
        self._now += 1000
        return self._now


@pytest.fixture(params=["memory", SQLITE, POSTGRESQL])
async def clients(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Clients]:
    if request.param == "memory":
        yield MemoryClients()
        return
    async with open_database(empty_database(request.param, request, tmp_path), create=True) as database:
        await upgrade(database)
        yield SqlClients(database, TickingClock())


async def block(clients: Clients, client: ClientId, entry: BlockEntry) -> None:
    await clients.block(client=client, entry=entry, agent=AgentId("anna"), call=CallId("call-1"))


async def test_nobody_is_blocked_at_first(clients: Clients) -> None:
    assert dict(await clients.blocked()) == {}


async def test_entries_come_back_by_client_in_the_order_they_were_added(clients: Clients) -> None:
    later = BlockEntry(number="+4930222", reason="advertising", author="anna")
    earlier, prefix = BlockEntry(number="+4930111", author="anna"), BlockEntry(prefix="+4930", author="anna")
    await block(clients, MUELLER, later)
    await block(clients, SCHMIDT, prefix)
    await block(clients, MUELLER, earlier)
    blocked = {client: list(entries) for client, entries in (await clients.blocked()).items()}
    assert blocked == {MUELLER: [later, earlier], SCHMIDT: [prefix]}


async def test_the_same_number_twice_changes_nothing(clients: Clients) -> None:
    await block(clients, MUELLER, BlockEntry(number="+4930111", reason="first"))
    await block(clients, MUELLER, BlockEntry(number="+4930111", reason="second"))
    await block(clients, MUELLER, BlockEntry(prefix="+4930111"))
    expected = [
        BlockEntry(number="+4930111", reason="first", author="anna"),
        BlockEntry(prefix="+4930111", author="anna"),
    ]
    assert list((await clients.blocked())[MUELLER]) == expected


async def test_an_entry_is_kept_with_its_author_its_call_and_its_time(database: Database) -> None:
    await block(SqlClients(database, TickingClock()), MUELLER, BlockEntry(number="+4930111"))
    async with database.reading() as connection:
        row = (await connection.execute(select(block_entries))).one()
    assert (row.author, row.call, row.added) == ("anna", "call-1", 1_790_000_001_000)


async def test_every_way_of_saying_which_callers_comes_back_with_its_end(clients: Clients) -> None:
    ways = [
        BlockEntry(number="+4930111", until=1_800_000_000_000, author="maria", reason="calls every day"),
        BlockEntry(between=("+49301110", "+49301119"), author="maria"),
        BlockEntry(pattern="+4930111???", author="maria"),
    ]
    for entry in ways:
        await block(clients, MUELLER, entry)
        await block(clients, MUELLER, entry)
    assert list((await clients.blocked())[MUELLER]) == ways


async def test_the_houses_own_entries_are_nobody_elses(clients: Clients) -> None:
    entry = BlockEntry(number="+4930111", until=1_800_000_000_000, reason="reported by 2 clients")
    for _ in range(2):
        await clients.block_for_all(entry=entry, reports=[MUELLER, SCHMIDT])
    await block(clients, MUELLER, BlockEntry(number="+4930111", author="anna"))
    assert list(await clients.blocked_for_all()) == [entry]
    assert list(await clients.blocked()) == [MUELLER]


async def test_what_the_router_adds_is_no_change_from_outside(clients: Clients) -> None:
    await block(clients, MUELLER, BlockEntry(number="+4930111"))
    await clients.block_for_all(entry=BlockEntry(number="+4930111"), reports=[MUELLER])
    assert await clients.last_change() == 0
    assert list(await clients.changes(0)) == []


async def test_what_operators_change_is_told_in_order(database: Database) -> None:
    clients = SqlClients(database, TickingClock())
    entry, number = BlockEntry(pattern="+4930*", author="boss"), BlockEntry(number="+4930111", author="boss")
    assert await add_by_operator(database, None, entry, now=7) is True
    assert await add_by_operator(database, None, entry, now=8) is False
    assert list(await clients.blocked_for_all()) == [entry]
    await block(clients, MUELLER, number)
    assert await unblock(database, None, number, now=9) is False
    assert await unblock(database, MUELLER, number, now=9) is True
    assert await unblock(database, MUELLER, number, now=9) is False
    assert await unblock(database, None, entry, now=9) is True
    assert list(await clients.changes(0)) == [
        BlockChange(number=1, client=None),
        BlockChange(number=2, client=MUELLER, lifted="+4930111"),
        BlockChange(number=3, client=None),
    ]
    assert [change.number for change in await clients.changes(2)] == [3]
    assert await clients.last_change() == 3


async def test_the_reports_that_led_to_an_entry_for_all_are_kept(database: Database) -> None:
    clients = SqlClients(database, TickingClock())
    await clients.block_for_all(entry=BlockEntry(number="+4930111"), reports=[SCHMIDT, MUELLER])
    (kept,) = await all_added(database)
    assert (kept.client, kept.reports) == (None, (SCHMIDT, MUELLER))
