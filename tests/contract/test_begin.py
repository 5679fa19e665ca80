"""A database that is away at the start gets its tables as soon as it is back, before anybody uses it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from router.core.errors import LedgerUnavailable
from router.db.database import Database, open_database
from router.db.reading import finished_calls
from router.db.schema import newest_revision, revision, upgrade
from tests.fakes.postgres import PostgresServer, postgres_server


@asynccontextmanager
async def without_a_folder(tmp_path: Path) -> AsyncIterator[tuple[Database, Path]]:
    """A database whose disk is not mounted yet."""
    folder = tmp_path / "state"
    async with open_database(f"sqlite:///{folder / 'vorzimmer.db'}", create=True) as database:
        with pytest.raises(LedgerUnavailable):
            await database.begin_with(upgrade)
        yield database, folder


async def test_what_is_read_first_finds_its_tables(tmp_path: Path) -> None:
    async with without_a_folder(tmp_path) as (database, folder):
        with pytest.raises(LedgerUnavailable):
            await anext(finished_calls(database), None)
        assert database.trouble
        folder.mkdir()
        assert await anext(finished_calls(database), None) is None
        assert not database.trouble


async def test_many_at_once_wait_for_one_upgrade(tmp_path: Path) -> None:
    async with without_a_folder(tmp_path) as (database, folder):
        folder.mkdir()
        await asyncio.gather(*(database.transact(lambda _: None) for _ in range(5)))
        async with database.reading() as connection:
            assert await revision(connection) == newest_revision()


@pytest.mark.postgres
async def test_a_server_that_comes_later_gets_its_tables() -> None:
    with postgres_server() as server:
        url = server.create("later")
        async with open_database(url) as database:
            await _begin_without(server, database)
            async with database.reading() as connection:
                assert await revision(connection) == newest_revision()


async def _begin_without(server: PostgresServer, database: Database) -> None:
    with server.stopped(), pytest.raises(LedgerUnavailable):
        await database.begin_with(upgrade)
