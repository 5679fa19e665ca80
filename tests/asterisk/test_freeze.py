"""A router that is frozen and woken bills what was spoken, not what it slept through."""

import asyncio

import pytest

from router.core.record import PartKind
from tests.lab.plan import Answer
from tests.lab.running import running_house

pytestmark = pytest.mark.asterisk


async def test_a_conversation_that_ends_while_the_router_is_frozen_is_billed_to_its_end() -> None:
    async with running_house() as house:
        anna = await house.phone("anna", Answer())
        call = await house.dial("+493023125010", number="+491713920077")
        await call.established()
        leg = await anna.next_call()
        frozen = asyncio.create_task(house.freeze_router(7))
        await call.talk(1.5)
        await frozen
        await house.presence("anna", "wrap_up")
        await house.ask("anna", "wrap-up-done")
        (record,) = await house.records(1)
        assert record.total(PartKind.TALK) == pytest.approx(call.record.talk_ms, abs=50)
        await leg.ended()  # a router that wakes first reads whether its place was taken
