from collections.abc import AsyncIterator
from typing import Any

import pytest

from router.ari.client import Client, connect
from router.ari.options import Options
from tests.fakes.ari_server import PASSWORD, USER, FakeAri, fake_ari

QUICK: dict[str, Any] = {"timeout": 2.0, "backoff_first": 0.001, "backoff_soon": 0.01, "backoff_cap": 0.01}


@pytest.fixture
async def server() -> AsyncIterator[FakeAri]:
    async with fake_ari() as fake:
        yield fake


@pytest.fixture
async def client(server: FakeAri) -> AsyncIterator[Client]:
    async with connect(server.url, USER, PASSWORD, Options(**QUICK)) as made:
        yield made
