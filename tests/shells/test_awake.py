"""A process that was stopped: it reads before it acts, and does not act when its place is taken."""

import asyncio
import time

from router.awake import CATCH_UP_S, STALL_S, Awake
from router.engine.lease import Leadership
from tests.fakes.memory_lease import MemoryShared
from tests.lab.waiting import wait_for


async def test_a_process_that_is_awake_acts_at_once() -> None:
    awake = Awake()
    watching = asyncio.create_task(awake.run())
    await asyncio.sleep(0)
    assert await awake.permitted()
    watching.cancel()


async def test_after_a_stall_what_came_meanwhile_is_read_before_anything_is_commanded() -> None:
    awake = Awake()
    watching = asyncio.create_task(awake.run())
    await asyncio.sleep(0)
    time.sleep(STALL_S + 0.1)  # noqa: ASYNC251 - the stall
    begun = time.monotonic()
    asyncio.get_running_loop().call_soon(awake.replaced)  # what the socket held
    assert not await awake.permitted()
    assert time.monotonic() - begun >= CATCH_UP_S
    watching.cancel()


async def test_who_was_replaced_commands_nothing_any_more() -> None:
    awake = Awake()
    awake.replaced()
    assert not await awake.permitted()
    assert not await awake.permitted()


async def test_who_was_stopped_and_not_replaced_goes_on() -> None:
    awake = Awake()
    time.sleep(STALL_S + 0.1)  # noqa: ASYNC251 - the stall
    assert await awake.permitted()


async def test_a_leader_commands_while_it_leads_and_its_place_is_its_own() -> None:
    leads = True

    async def leading() -> bool:
        return leads

    awake = Awake(leading)
    assert await awake.permitted()
    leads = False
    assert not await awake.permitted()


async def test_a_leader_that_cannot_know_of_its_lease_heeds_that_its_place_is_taken() -> None:
    shared = MemoryShared()
    taken = await shared.take("a", house_version="")
    assert taken is not None
    leadership = Leadership(
        shared, node="a", epoch=taken.epoch, asked_at=time.monotonic(), house_version=str, header=taken.header
    )
    shared.away = True
    renewing = asyncio.create_task(leadership.run())
    await wait_for(lambda: leadership.trouble, 10, "the database to be away")
    awake = Awake(leadership.permitted)
    assert await awake.permitted()
    awake.replaced()
    assert not await awake.permitted()
    renewing.cancel()
    await asyncio.wait({renewing})
