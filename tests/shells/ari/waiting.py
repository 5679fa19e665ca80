"""Waiting for conditions instead of sleeping."""

import asyncio
from collections.abc import Callable

LIMIT = 10.0


async def until(condition: Callable[[], object]) -> None:
    """Return when the condition holds; TimeoutError after LIMIT seconds."""
    async with asyncio.timeout(LIMIT):
        while not condition():  # noqa: ASYNC110 - conditions of any kind
            await asyncio.sleep(0.002)
