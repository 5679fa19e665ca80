"""Empty databases for the tests: a new SQLite file or a new PostgreSQL database each, with or without tables.

Folders that need them import the fixtures into their own conftest.
"""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from router.db.database import Database, open_database
from router.db.schema import upgrade
from tests.fakes.postgres import PostgresServer, postgres_server

SQLITE = pytest.param("sqlite", id="sqlite")
POSTGRESQL = pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres)

numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


def empty_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of a database without tables. The PostgreSQL server starts when the first test wants it."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'vorzimmer.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"test{next(numbers)}")


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    return empty_database(request.param, request, tmp_path)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """A database of each kind with its tables."""
    async with open_database(url, create=True) as opened:
        await upgrade(opened)
        yield opened
