"""Asterisk dies or freezes, the link between it and the router is cut, the database is locked: nothing is lost."""

import os
import signal
import sqlite3
import time

import pytest

from router.core.record import PartKind
from tests.asterisk.stage import KRAUSE, SHARED, Stage, Talk, flow
from tests.lab import wait_for
from tests.lab.cable import cabled
from tests.lab.running import until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


async def linked(stage: Stage, *, yes: bool) -> None:
    """Wait until the router does, or does not, call itself ready."""

    async def so() -> bool:
        return await stage.house.ready() is yes

    await until(so, 15, "the link to be up" if yes else "the link to be lost")


async def test_conversations_survive_a_cut_link_and_end_to_the_moment(stage: Stage) -> None:
    anna, clara = await stage.agent("anna"), await stage.agent("clara", available=False)
    async with cabled(stage.house) as line:
        (first,) = await stage.talks([stage.number()], anna)
        await stage.on_duty("clara")
        (second,) = await stage.talks([stage.number()], clara)
        waiting = await stage.house.dial(KRAUSE, number=(last := stage.number()))
        await wait_for(lambda: waiting.sounds_heard > 5, 5, "music")
        await flow(first, second, packets=5)
        line.pull()
        await linked(stage, yes=False)
        await first.call.hang_up()
        await flow(second, packets=75)
        line.plug()
        await linked(stage, yes=True)
        await first.leg.ended()
        await flow(second)
        await stage.billed(first)
        third = Talk(last, waiting, await anna.call_from(last))
        await flow(third)
        await second.leg.hang_up()
        await waiting.hang_up()
        await stage.billed(second, await stage.wrapped_up(clara))
        await stage.billed(third, await stage.wrapped_up(anna))


async def test_a_frozen_asterisk_thaws_into_the_same_state(stage: Stage) -> None:
    anna = await stage.agent("anna")
    (talk,) = await stage.talks([stage.number()], anna)
    os.kill(stage.house.asterisk.pid, signal.SIGSTOP)
    try:
        await linked(stage, yes=False)
    finally:
        os.kill(stage.house.asterisk.pid, signal.SIGCONT)
    await linked(stage, yes=True)
    await flow(talk)
    assert (await stage.house.agent("anna"))["presence"] == "talking"
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))


async def test_a_dead_asterisk_ends_each_call_once_and_serves_again(stage: Stage) -> None:
    anna, clara = await stage.agent("anna"), await stage.agent("clara", available=False)
    (first,) = await stage.talks([stage.number()], anna)
    await stage.on_duty("clara")
    (second,) = await stage.talks([stage.number()], clara)
    waiting = await stage.house.dial(KRAUSE, number=(last := stage.number()))
    await wait_for(lambda: waiting.sounds_heard > 5, 5, "music")
    died = time.time() * 1000
    await stage.house.asterisk.kill()
    await linked(stage, yes=False)
    await wait_for(lambda: time.time() * 1000 > died + 1500, 5, "an outage")
    await stage.house.asterisk.restart()
    await linked(stage, yes=True)
    for talk in (first, second):
        booked = await stage.booked(talk.caller)
        (part,) = booked.parts(PartKind.TALK)
        assert abs(part.end - died) <= 100
    assert (await stage.booked(last)).ending == ("abandoned", "connection_lost_waiting")
    await stage.house.presence("anna", "available")
    (again,) = await stage.talks([stage.number()], anna)  # registered before, known without registering anew
    await flow(again)
    await again.call.hang_up()
    await again.leg.ended()
    await stage.billed(again, await stage.wrapped_up(anna))
    await trunk_is_trusted(stage)


async def trunk_is_trusted(stage: Stage) -> None:
    """The caller's number is read from P-Asserted-Identity, as before."""
    call = await stage.house.dial(SHARED, number=(hidden := stage.number()), suppressed=True)
    assert (await call.ended()).final_code == 404
    assert (await stage.booked(None)).record.dialled == SHARED
    assert hidden in call.invite.header("P-Asserted-Identity")


async def test_a_locked_database_delays_the_books_and_nothing_else(stage: Stage) -> None:
    anna = await stage.agent("anna")
    lock = sqlite3.connect(stage.house.state / "vorzimmer.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        talks, wrapped = [], []
        for _ in range(3):
            (talk,) = await stage.talks([stage.number()], anna)
            await talk.call.hang_up()
            await talk.leg.ended()
            wrapped.append(await stage.wrapped_up(anna))
            talks.append(talk)
        await until(lambda: _backlog(stage, 3), 10, "three calls to wait for the database")
    finally:
        lock.rollback()
        lock.close()
    for talk, end in zip(talks, wrapped, strict=True):
        await stage.billed(talk, end)
    await until(lambda: _backlog(stage, 0), 10, "no call to wait any more")


async def _backlog(stage: Stage, calls: int) -> bool:
    return f"vorzimmer_ledger_backlog_calls {calls}.0" in await stage.house.metrics()


async def test_a_router_killed_while_the_database_is_locked_loses_nothing(stage: Stage) -> None:
    anna = await stage.agent("anna")
    lock = sqlite3.connect(stage.house.state / "vorzimmer.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    (talk,) = await stage.talks([stage.number()], anna)
    await talk.call.hang_up()
    await talk.leg.ended()
    end = await stage.wrapped_up(anna)
    await until(lambda: _backlog(stage, 1), 10, "the call to wait for the database")
    await stage.house.kill_router()
    lock.rollback()
    lock.close()
    await stage.house.start_router()
    await stage.billed(talk, end)
