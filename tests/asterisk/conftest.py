"""Houses for the tests with a real Asterisk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.asterisk.configs import quick, written
from tests.asterisk.stage import Stage
from tests.lab.running import running_house


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a module's house."""
    return written(tmp_path_factory.mktemp("config"), quick)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(config: Path) -> AsyncIterator[Stage]:
    """One house for all tests of a module. At its end the ledger is whole and the router never failed."""
    async with running_house(config) as house:
        stage = Stage(house)
        yield stage
        await stage.sound()


@pytest_asyncio.fixture(loop_scope="module")
async def stage(shared: Stage) -> AsyncIterator[Stage]:
    """The module's house, with nobody logged in before the test and nothing left in Asterisk after it."""
    yield shared
    await shared.cleared()
