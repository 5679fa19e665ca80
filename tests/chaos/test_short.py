"""The short form of every scenario: each promise holds."""

import random

import pytest

from tests.chaos import SCENARIOS
from tests.chaos.__main__ import run_all

pytestmark = pytest.mark.asterisk


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_every_promise_holds(scenario: str) -> None:
    told = await run_all([scenario], short=True, seed=random.randrange(1_000_000))
    assert [figure for figure in told[scenario] if not figure.held] == []
    assert told[scenario], "a scenario that promises nothing"
