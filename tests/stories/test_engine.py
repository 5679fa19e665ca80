"""Whole calls through the real engine and journal, on a fake Asterisk."""

import asyncio
from pathlib import Path

import pytest

from router.core.commands import Answer, Join
from router.core.errors import RequestRefused
from router.core.events import (
    AdvertisingReported,
    AgentPaused,
    CallerArrived,
    CallSettled,
    HoldRequested,
    ResumeRequested,
    TransferRequested,
    WrapUpFinished,
)
from router.core.ids import CallId, ClientId, LegId
from router.core.record import EndingClass, PartKind
from router.core.view import HouseView, Phase
from tests.shells.ari.waiting import until
from tests.shells.journal.journals import StubbornDisk
from tests.stories.houses import (
    ANNA,
    FRAU_WEISS,
    FRIEND,
    GREETED,
    PEST,
    PRAXIS,
    PRAXIS_NUMBER,
    SHARED_NUMBER,
    SOMEBODY,
    WEISS,
    a_house,
    with_praxis,
)
from tests.stories.running import CALL, Running

LATER = CallId("call-2")
TALK, WRAP_UP, THROUGH = PartKind.TALK, PartKind.WRAP_UP, PartKind.THROUGH


def nothing_left(house: Running) -> bool:
    return not (house.asterisk.legs or house.asterisk.bridges or house.asterisk.silent())


async def test_ordinary_call(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        assert house.asterisk.legs[LegId(CALL)].rings
        await house.after(4)
        await house.answers()
        await house.after(95)
        assert house.asterisk.silent() == []
        await house.caller_hangs_up()
        await house.after(30)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(TALK), record.total(WRAP_UP)) == (95_000, 30_000)
        assert nothing_left(house)


async def test_calls_are_taken_again_as_soon_as_there_is_room_for_the_journal(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Running(tmp_path, disk=disk.calls) as house:
        disk.room = 0
        house.asterisk.caller_dials(CALL)
        house.engine.post(CallerArrived(call=CALL, leg=LegId(CALL), dialled=PRAXIS_NUMBER, caller=SOMEBODY))
        await until(lambda: house.asterisk.fallback == [LegId(CALL)])
        assert "No space left" in house.engine.journal_trouble
        disk.room = None
        await until(lambda: not house.engine.journal_trouble)  # though nothing else happens


async def test_call_that_is_up_ends_and_is_billed_while_the_disk_is_full(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Running(tmp_path, disk=disk.calls) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.answers()
        disk.given_away = True
        while not house.engine.takes_no_calls:  # until so much was written that the reserve would be filled up
            await house.agent_wishes(HoldRequested(agent=ANNA))
            await house.agent_wishes(ResumeRequested(agent=ANNA))
        house.asterisk.caller_dials(LATER)
        house.engine.post(CallerArrived(call=LATER, leg=LegId(LATER), dialled=PRAXIS_NUMBER, caller=SOMEBODY))
        await until(lambda: house.asterisk.fallback == [LegId(LATER)])
        assert not house.engine.journal_trouble
        await house.after(20)
        await house.caller_hangs_up()
        await house.after(180)
        assert (await house.settled()).total(TALK) == 20_000
        disk.given_away = False
        await until(lambda: not house.engine.takes_no_calls)


async def test_what_comes_while_nothing_can_be_written_is_taken_in_the_order_of_its_times(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Running(tmp_path, disk=disk.calls) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.answers()
        await house.after(20)
        disk.room = 0
        house.engine.post(CallSettled(call=LATER))
        await until(lambda: bool(house.engine.journal_trouble))
        house.engine.post(CallSettled(call=LATER))  # happens when it is taken up
        house.asterisk.hangs_up(LegId(CALL))
        house.clock.advance(5_000)
        disk.room = None
        await house.quiet()
        await house.after(180)
        assert (await house.settled()).total(TALK) == 20_000


async def test_greeting_queue_and_then_an_agent(tmp_path: Path) -> None:
    async with Running(tmp_path, with_praxis(greetings=GREETED)) as house:
        await house.caller_arrives()
        await house.announcement_ends()
        assert house.engine.board.calls[CALL].phase is Phase.WAITING
        assert house.asterisk.silent() == []
        await house.agents_log_in(ANNA)
        await house.answers()
        await house.after(16)
        await house.caller_hangs_up()
        await house.after(180)
        record = await house.settled()
        assert (record.total(TALK), record.total(WRAP_UP)) == (16_000, 180_000)


async def test_hold_and_transfer(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.answers()
        await house.after(10)
        for wish in (HoldRequested(agent=ANNA), ResumeRequested(agent=ANNA), HoldRequested(agent=ANNA)):
            await house.agent_wishes(wish)
            assert house.asterisk.silent() == []
        await house.agent_wishes(TransferRequested(agent=ANNA, staff=WEISS))
        assert house.asterisk.silent() == []
        await house.answers(FRAU_WEISS.numbers[0])
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        await house.after(60)
        await house.hangs_up(FRAU_WEISS.numbers[0])
        record = await house.settled()
        assert [part.kind for part in record.parts] == [TALK, WRAP_UP, THROUGH]
        assert nothing_left(house)


async def test_blocked_and_straight_callers_meet_no_agent(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives(caller=PEST)
        assert (await house.settled()).ending.kind is EndingClass.BLOCKED
        house.ledger.records.clear()
        await house.caller_arrives(caller=FRIEND)
        await house.answers(FRAU_WEISS.numbers[0])
        await house.caller_hangs_up()
        assert (await house.settled()).ending.kind is EndingClass.THROUGH
        assert not any(leg.endswith("agent1") for leg in house.asterisk.dialled)


async def test_greeting_that_cannot_be_spoken_is_passed_over(tmp_path: Path) -> None:
    async with Running(tmp_path, with_praxis(greetings=GREETED)) as house:
        house.speech.mute = True
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        assert house.asterisk.ringing(ANNA) is not None


async def test_caller_goes_to_the_fallback_when_asterisk_refuses(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        house.asterisk.failing = {Join}
        await house.caller_arrives()
        assert house.asterisk.fallback == [LegId(CALL)]
        assert (await house.settled()).ending.reason == "join_failed"
        assert nothing_left(house)


async def test_refused_answer_ends_at_the_fallback_with_the_agent_let_go(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        house.asterisk.failing = {Answer}
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.answers()
        assert house.asterisk.fallback == [LegId(CALL)]
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        assert (await house.settled()).ending.kind is EndingClass.FAULT
        assert nothing_left(house)


async def test_caller_whose_arrival_our_code_cannot_handle_goes_to_the_fallback(tmp_path: Path) -> None:
    async with Running(tmp_path, a_house(default_client=ClientId("gone"))) as house:
        await house.caller_arrives(dialled=SHARED_NUMBER)
        assert house.asterisk.fallback == [LegId(CALL)]
        await house.caller_hangs_up()
        assert house.engine.board.calls == {}


async def test_calls_go_on_without_the_database_and_are_settled_later(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        house.ledger.unavailable = True
        await house.caller_arrives(caller=PEST)
        assert house.ledger.records == {}
        assert [call.phase for call in house.engine.board.calls.values()] == [Phase.ENDED]
        house.ledger.unavailable = False
        assert (await house.settled()).call == CALL


async def test_reported_caller_reaches_the_clients_list(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.answers()
        await house.agent_wishes(AdvertisingReported(agent=ANNA))
        await house.engine.settlement.written()
        blocked = await house.clients.blocked()
        assert [entry.number for entry in blocked[PRAXIS]] == [SOMEBODY]


async def test_agents_request_is_answered(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        with pytest.raises(RequestRefused, match="not logged in"):
            await house.engine.request(AgentPaused(agent=ANNA, reason="coffee"))
        await house.agents_log_in(ANNA)
        await house.engine.request(AgentPaused(agent=ANNA, reason="coffee"))
        assert house.engine.view().agents[0].reason == "coffee"


async def test_wish_that_nobody_waits_for_is_not_done_later(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        house.link_is_lost()
        wish = asyncio.create_task(house.engine.request(AgentPaused(agent=ANNA, reason="coffee")))
        await asyncio.wait([wish], timeout=0)
        wish.cancel()
        await asyncio.wait([wish])
        await house.link_is_back()
        assert house.engine.view().agents[0].presence == "available"


async def test_watchers_see_what_changed_until_they_leave(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        seen: list[HouseView] = []
        leave = house.engine.watch(lambda: seen.append(house.engine.view()))
        await house.caller_arrives()
        assert [view.waiting[0].call for view in seen] == [CALL]
        leave()
        await house.caller_hangs_up()
        assert len(seen) == 1
