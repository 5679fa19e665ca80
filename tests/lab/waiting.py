"""Waiting for a condition instead of sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tests.lab.failure import LabFailed

STEP = 0.005  # seconds between two looks

T = TypeVar("T")


async def wait_for(condition: Callable[[], T], timeout: float, what: str | Callable[[], str]) -> T:  # noqa: ASYNC109 - the error names it
    """Poll until `condition` gives something true, and return it; after `timeout` seconds `LabFailed` says `what`."""
    deadline = asyncio.get_running_loop().time() + timeout
    while not (seen := condition()):
        if asyncio.get_running_loop().time() >= deadline:
            raise LabFailed(f"waited {timeout:g} s in vain for {what if isinstance(what, str) else what()}")
        await asyncio.sleep(STEP)
    return seen
