"""Bringing a database's tables up to date, and telling whether they are."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

import router.db.tables_accounts  # noqa: F401 - the metadata knows only tables that were loaded
from router.core.errors import SetUpFailed
from router.db.database import Database

UPGRADE_LOCK = 0x766F727A  # any number of our own: two routers that start together upgrade one after the other


async def upgrade(database: Database, to: str = "head") -> None:
    """Run every migration that is missing, all in one transaction. Raises `LedgerUnavailable`."""
    async with database.writing(first=True) as connection:
        if database.dialect == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
        await connection.run_sync(_upgrade, to)


async def require_current(database: Database) -> None:
    """Raises `SetUpFailed` when the tables are older or newer than this release expects."""
    async with database.reading() as connection:
        found, expected = await revision(connection), newest_revision()
    if found != expected:
        raise SetUpFailed(
            f"the database is at revision {found}, this release needs {expected}: run `vorzimmer db upgrade`"
        )


async def revision(connection: AsyncConnection) -> str | None:
    """The migration that the database has last seen; None before the first."""
    return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


def newest_revision() -> str | None:
    """The last migration of this release."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _upgrade(connection: Connection, to: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("router.db") / "migrations").replace("%", "%%"))
    return config
