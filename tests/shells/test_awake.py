"""A process that was stopped: it reads before it acts, and does not act when its place is taken."""

import asyncio
import time

from router.awake import CATCH_UP_S, STALL_S, Awake


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
