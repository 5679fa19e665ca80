"""A whole database as lines of JSON, and back: one way for SQLite and PostgreSQL, whatever their versions.

What is written is one snapshot, however long it takes; writers go on meanwhile. What is read back goes into empty
tables of this release, in one transaction.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Table, delete, func, insert, inspect, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.errors import SetUpFailed
from router.core.ledger import Head
from router.db.convert import head_of_row
from router.db.database import Database
from router.db.schema import newest_revision, revision
from router.db.tables import lease, ledger_head, metadata

BATCH = 500  # rows
MADE_WITH_ONE_ROW = (ledger_head, lease)
LOOKS, LOOK_S = 3, 0.3  # a program that has just ended is still listed for a moment
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND application_name = 'vorzimmer'"
)
NUMBERED = (
    "presences",
    "houses",
    "block_changes",
    "user_pledges",
    "audit_entries",
)  # PostgreSQL counts these by itself

Rows = Mapping[str, int]


async def write_rows(database: Database, folder: Path, snapped: Callable[[], Awaitable[None]]) -> Rows:
    """Write each table to `folder`/TABLE.jsonl; how many rows each has.

    `snapped` is awaited as soon as the snapshot stands, before a long table is read. Raises `SetUpFailed` for a
    database of another revision, `LedgerUnavailable`, `LedgerCorrupt`.
    """
    async with database.reading(unhurried=True) as connection:
        if (found := await revision(connection)) != newest_revision():
            raise SetUpFailed(
                f"the database is at revision {found}, not {newest_revision()}: run `vorzimmer db upgrade`"
            )
        await snapped()
        return {str(table.name): await _write(connection, table, folder) for table in metadata.sorted_tables}


async def _write(connection: AsyncConnection, table: Table, folder: Path) -> int:
    count = 0
    with (folder / f"{table.name}.jsonl").open("wb") as file:
        async for row in _rows(connection, table):
            file.write(orjson.dumps([_plain(cell) for cell in row], option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    return count


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Iterable[Any]]:
    found = await connection.stream(select(table).order_by(*table.primary_key))
    async for row in found:
        yield row


async def used_by_others(database: Database) -> bool:
    """PostgreSQL only: whether a program of ours, such as a router, has a connection besides ours."""
    if database.dialect != "postgresql":
        return False
    for _ in range(LOOKS):
        async with database.reading() as connection:
            if not await connection.scalar(OTHERS):
                return False
        await asyncio.sleep(LOOK_S)
    return True


async def is_empty(database: Database) -> bool:
    """Whether it has no table of ours."""
    async with database.reading() as connection:
        return await connection.run_sync(lambda sync: not inspect(sync).has_table("calls"))


async def read_rows(database: Database, folder: Path) -> None:
    """Bring what `write_rows` wrote into tables that `upgrade` has just made. Raises `LedgerUnavailable`."""
    async with database.writing() as connection:
        for table in MADE_WITH_ONE_ROW:
            await connection.execute(delete(table))
        for table in metadata.sorted_tables:
            await connection.run_sync(_read, table, folder / f"{table.name}.jsonl")
        await connection.execute(update(lease).values(until=0))  # nobody leads
        if database.dialect == "postgresql":
            for name in NUMBERED:
                await _count_on(connection, metadata.tables[name])


def _read(connection: Connection, table: Table, file: Path) -> None:
    names = [column.name for column in table.columns]
    with file.open("rb") as lines:
        rows = (dict(zip(names, map(_cell, orjson.loads(line)), strict=True)) for line in lines)
        while batch := list(islice(rows, BATCH)):
            connection.execute(insert(table), batch)


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """From behind the last number."""
    last = await connection.scalar(select(func.max(table.c.number)))
    if last is not None:
        setting = text("SELECT setval(pg_get_serial_sequence(:table, 'number'), :last)")
        await connection.execute(setting, {"table": table.name, "last": last})


async def set_aside(database: Database, name: str) -> None:
    """PostgreSQL only: what is there stays as a schema of this name. Raises `LedgerUnavailable`."""
    async with database.writing(first=True) as connection:
        await connection.execute(text(f'ALTER SCHEMA public RENAME TO "{name}"'))
        await connection.execute(text("CREATE SCHEMA public"))


def _plain(cell: object) -> object:
    return {"base64": base64.b64encode(cell).decode()} if isinstance(cell, bytes) else cell


def _cell(plain: Any) -> object:
    return base64.b64decode(plain["base64"]) if isinstance(plain, dict) else plain


def head_in(folder: Path) -> Head:
    """The ledger's head as `write_rows` wrote it."""
    (row,) = map(orjson.loads, (folder / f"{ledger_head.name}.jsonl").read_bytes().splitlines())
    names = [column.name for column in ledger_head.columns]
    return head_of_row(dict(zip(names, row, strict=True)))
