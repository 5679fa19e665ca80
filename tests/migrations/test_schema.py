"""A database is brought up to date from nothing, by several at once, and ends as the code expects it."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from router.core.errors import LedgerUnavailable, SetUpFailed
from router.db.database import Database, open_database
from router.db.schema import newest_revision, require_current, revision, upgrade
from router.db.tables import metadata


async def test_migrations_end_where_the_tables_of_the_code_are(database: Database) -> None:
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


async def test_an_empty_database_is_refused_until_it_is_upgraded(url: str) -> None:
    async with open_database(url, create=True) as database:
        with pytest.raises(SetUpFailed, match="run `vorzimmer db upgrade`"):
            await require_current(database)
        await upgrade(database)
        await require_current(database)


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    await upgrade(database)
    async with database.reading() as connection:
        assert await revision(connection) == newest_revision() == "0005"


async def test_two_routers_may_upgrade_at_once(url: str) -> None:
    async with open_database(url, create=True) as one, open_database(url, create=True) as other:
        await asyncio.gather(upgrade(one), upgrade(other))
        await require_current(one)


async def test_a_missing_file_is_not_made_by_looking_at_it(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path / 'none.db'}") as database:
        for _ in range(2):
            with pytest.raises(LedgerUnavailable, match="VORZIMMER_STATE_DIR"):
                await require_current(database)


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "nonsense", "", "sqlite://", "sqlite:///:memory:", "postgresql://localhost"]
)
async def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(SetUpFailed, match="the database's URL must"):
        async with open_database(url):
            pass
