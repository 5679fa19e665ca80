"""Empty databases for the tests: a new SQLite file or a new PostgreSQL database each, with or without tables.

Loaded as a plugin by the folders that need it: `pytest_plugins` may stand in the top conftest only, so they import
the fixtures by name.
"""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from router.db.database import Database, open_database
from router.db.schema import upgrade
from tests.fakes.postgres import PostgresServer, postgres_server

numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'vorzimmer.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"test{next(numbers)}")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """A database of each kind with its tables."""
    async with open_database(url, create=True) as opened:
        await upgrade(opened)
        yield opened
