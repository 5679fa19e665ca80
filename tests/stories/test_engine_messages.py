"""Messages and call-backs through the real engine and journal, with the router killed in the middle of them."""

from pathlib import Path

import pytest

from router.core.events import AgentLoggedIn, WrapUpFinished
from router.core.house import House
from router.core.ids import LegId
from router.core.queue import Queue, Say, TakeMessage
from router.core.record import EndingClass, PartKind
from router.core.view import Phase
from tests.stories.houses import ANNA, SOMEBODY, a_queue, with_praxis
from tests.stories.running import CALL, Running

ASK = TakeMessage(text="Möchten Sie eine Nachricht hinterlassen? Dann drücken Sie die Eins.")


def house_of(queue: Queue) -> House:
    return with_praxis(queue=queue)


def taking_messages() -> House:
    return house_of(a_queue(max_wait_ms=10_000, overflow=(ASK, Say(text="Auf Wiederhören."))))


def calling_back() -> House:
    return house_of(a_queue(callback_key="9"))


def nothing_left(house: Running) -> bool:
    asterisk = house.asterisk
    return not (asterisk.legs or asterisk.bridges or asterisk.recording)


async def asked(house: Running) -> None:
    """Nobody is free: the caller is asked for a message."""
    await house.caller_arrives()
    await house.after(10)
    assert house.engine.board.calls[CALL].phase is Phase.ASKING


async def test_nothing_is_recorded_without_the_callers_key(tmp_path: Path) -> None:
    async with Running(tmp_path, taking_messages()) as house:
        await asked(house)
        await house.announcement_ends()
        await house.caller_presses("2")
        await house.after(60)
        await house.announcement_ends()
        record = await house.settled()
        assert house.asterisk.recorded == {}
        assert record.messages == ()
        assert record.ending.kind is EndingClass.OVERFLOWED


@pytest.mark.parametrize("restart", ["none", "while it is recorded", "when it is over"])
async def test_a_message_is_kept_with_its_length_whatever_becomes_of_the_router(tmp_path: Path, restart: str) -> None:
    async with Running(tmp_path, taking_messages()) as house:
        await asked(house)
        await house.announcement_ends()
        await house.caller_presses("1")
        (recording,) = house.asterisk.recording
        await house.after(7)
        if restart == "while it is recorded":
            await house.router_is_killed()
            await house.router_is_back()
        if restart == "when it is over":
            await house.router_is_killed()
        await house.caller_falls_silent()
        await house.announcement_ends()
        record = await house.settled()
        assert [(message.recording, message.length) for message in record.messages] == [(recording, 7_000)]
        assert record.ending.kind is EndingClass.MESSAGE
        assert nothing_left(house)


async def test_what_was_said_before_the_caller_hung_up_is_kept(tmp_path: Path) -> None:
    async with Running(tmp_path, taking_messages()) as house:
        await asked(house)
        await house.announcement_ends()
        await house.caller_presses("1")
        await house.after(4)
        await house.caller_hangs_up()
        record = await house.settled()
        assert [message.length for message in record.messages] == [4_000]
        assert house.asterisk.recording == {}


@pytest.mark.parametrize("restart", ["none", "promised", "agent rings", "caller rings", "talking"])
async def test_a_promised_call_back_is_made_and_billed_from_the_callers_answer(tmp_path: Path, restart: str) -> None:
    async with Running(tmp_path, calling_back()) as house:
        await house.caller_arrives()
        await house.caller_presses("9")
        await house.announcement_ends()
        assert LegId(CALL) not in house.asterisk.legs
        await restarted(house, now=restart == "promised")
        await house.agent_wishes(AgentLoggedIn(agent=ANNA))
        assert await house.rings(ANNA) == ANNA
        await restarted(house, now=restart == "agent rings")
        await house.answers(ANNA)
        assert await house.rings(SOMEBODY) == SOMEBODY
        await restarted(house, now=restart == "caller rings")
        await house.after(6)
        await house.answers(SOMEBODY)
        await house.after(20)
        await restarted(house, now=restart == "talking")
        await house.hangs_up(SOMEBODY)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert record.total(PartKind.TALK) == 20_000
        assert record.ending.kind is EndingClass.SERVED
        assert nothing_left(house)


async def restarted(house: Running, *, now: bool) -> None:
    if now:
        await house.router_is_killed()
        await house.router_is_back()
