"""What ended while nobody listened, in whatever state the call was: at Asterisk's own time, and never later."""

from pathlib import Path

import pytest

from router.core.events import (
    AgentLoggedIn,
    AgentPaused,
    HoldRequested,
    ParkRequested,
    PassRequested,
    ResumeRequested,
    TransferRequested,
    WrapUpFinished,
)
from router.core.ids import LegId, agent_leg, staff_leg
from router.core.queue import TakeMessage
from router.core.record import EndingClass, PartKind
from router.core.view import Phase
from tests.fakes.telephony import Death
from tests.stories.houses import ANNA, BERND, FRAU_WEISS, FRIEND, SOMEBODY, WEISS, a_queue, with_praxis
from tests.stories.running import CALL, Running

CALLER, ANNAS_LEG, STAFFS_LEG = LegId(CALL), agent_leg(CALL, 1), staff_leg(CALL, 2)


async def in_conversation(house: Running) -> None:
    """For twenty seconds."""
    await house.agents_log_in(ANNA)
    await house.caller_arrives()
    await house.answers()
    await house.after(20)


async def ends_in_the_gap(house: Running, *legs: LegId) -> None:
    """The router is killed, these legs end one second after the other from the seventh on, and it is back at thirty."""
    await house.router_is_killed()
    await house.after(7)
    for leg in legs:
        house.asterisk.hangs_up(leg)
        await house.after(1)
    await house.after(23 - len(legs))
    await house.router_is_back()


@pytest.mark.parametrize("who", [CALLER, ANNAS_LEG], ids=["caller", "agent"])
async def test_call_on_hold(tmp_path: Path, who: LegId) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.agent_wishes(HoldRequested(agent=ANNA))
        await ends_in_the_gap(house, who)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.total(PartKind.WRAP_UP)) == (27_000, 23_000)


async def test_both_hang_up_one_after_the_other(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await ends_in_the_gap(house, CALLER, ANNAS_LEG)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.ending.reason) == (27_000, "caller_hung_up")


async def test_line_of_the_end_that_is_missing_makes_nothing_longer(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        house.asterisk.keeps_record = False
        await in_conversation(house)
        await house.agent_wishes(HoldRequested(agent=ANNA))  # the last sign of life
        await ends_in_the_gap(house, CALLER)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        assert (await house.settled()).total(PartKind.TALK) == 20_000


async def test_caller_hangs_up_while_staff_are_rung(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.agent_wishes(TransferRequested(agent=ANNA, staff=WEISS))
        await ends_in_the_gap(house, CALLER)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.total(PartKind.THROUGH)) == (20_000, 0)
        assert record.ended == record.arrived + 27_000
        assert house.asterisk.legs == {}


async def test_staff_answer_and_the_caller_is_gone(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.agent_wishes(TransferRequested(agent=ANNA, staff=WEISS))
        await house.router_is_killed()
        await house.after(3)
        house.asterisk.picks_up(STAFFS_LEG)
        await house.after(4)
        house.asterisk.hangs_up(CALLER)
        await house.after(5)
        await house.router_is_back()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert record.total(PartKind.THROUGH) == 0
        assert record.ended == record.arrived + 27_000
        assert house.asterisk.legs == {}


@pytest.mark.parametrize("who", [CALLER, STAFFS_LEG], ids=["caller", "staff"])
async def test_transferred_conversation(tmp_path: Path, who: LegId) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.agent_wishes(TransferRequested(agent=ANNA, staff=WEISS))
        await house.answers(FRAU_WEISS.numbers[0])
        await house.after(10)
        await ends_in_the_gap(house, who)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.total(PartKind.THROUGH)) == (20_000, 17_000)
        assert house.asterisk.legs == {}


async def test_staff_answered_before_the_two_could_be_brought_together(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.agent_wishes(TransferRequested(agent=ANNA, staff=WEISS))
        await house.router_is_killed()
        await house.after(3)
        house.asterisk.picks_up(STAFFS_LEG)
        await house.after(10)
        await house.router_is_back()
        await house.after(5)
        await house.hangs_up(FRAU_WEISS.numbers[0])
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        assert (await house.settled()).total(PartKind.THROUGH) == 5_000


async def test_agent_answers_and_the_caller_is_gone(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.router_is_killed()
        await house.after(3)
        house.asterisk.picks_up(ANNAS_LEG)
        await house.after(4)
        house.asterisk.hangs_up(CALLER)
        await house.after(5)
        await house.router_is_back()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        assert (await house.settled()).total(PartKind.TALK) == 0


def dies_of_its_next_command(house: Running) -> None:
    """Before it is carried out; what led to it is in the journal."""
    house.gap = True
    house.asterisk.death = Death(at=len(house.asterisk.performed), after=False)


WHO = pytest.mark.parametrize(
    "who", [[CALLER], [ANNAS_LEG], [CALLER, ANNAS_LEG]], ids=["caller", "agent", "one after the other"]
)


@WHO
async def test_router_dies_before_it_brings_the_two_together(tmp_path: Path, who: list[LegId]) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        dies_of_its_next_command(house)
        await house.answers()
        assert house.asterisk.bridges == {}
        await ends_in_the_gap(house, *who)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert record.total(PartKind.TALK) == 0
        assert record.ended == record.arrived + 7_000
        assert house.asterisk.legs == {}


async def taken_off_hold_by_a_dead_router(house: Running) -> None:
    """After twenty seconds of conversation and five of hold."""
    await in_conversation(house)
    await house.agent_wishes(HoldRequested(agent=ANNA))
    await house.after(5)
    dies_of_its_next_command(house)
    await house.agent_wishes(ResumeRequested(agent=ANNA))
    assert house.asterisk.legs[CALLER].bridge is None


@WHO
async def test_router_dies_before_it_takes_the_caller_off_hold(tmp_path: Path, who: list[LegId]) -> None:
    async with Running(tmp_path) as house:
        await taken_off_hold_by_a_dead_router(house)
        await ends_in_the_gap(house, *who)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.total(PartKind.WRAP_UP)) == (25_000, 23_000)


async def test_conversation_goes_on_when_the_router_is_back_to_take_the_caller_off_hold(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await taken_off_hold_by_a_dead_router(house)
        await house.after(30)
        await house.router_is_back()
        await house.after(5)
        await house.caller_hangs_up()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        talks = [part for part in record.parts if part.kind is PartKind.TALK]
        assert [part.length for part in talks] == [25_000, 5_000]
        assert talks[1].start == talks[0].end + 30_000


@pytest.mark.parametrize("who", [CALLER, STAFFS_LEG], ids=["caller", "staff"])
async def test_router_dies_before_it_brings_caller_and_staff_together(tmp_path: Path, who: LegId) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.agent_wishes(TransferRequested(agent=ANNA, staff=WEISS))
        dies_of_its_next_command(house)
        await house.answers(FRAU_WEISS.numbers[0])
        await ends_in_the_gap(house, who)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.total(PartKind.THROUGH)) == (20_000, 0)


async def test_parked_caller_hangs_up(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.agent_wishes(ParkRequested(agent=ANNA))
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        await ends_in_the_gap(house, CALLER)
        record = await house.settled()
        assert record.ended == record.arrived + 27_000
        assert record.total(PartKind.TALK) == 20_000


async def test_passed_caller_hangs_up_while_the_next_agent_is_rung(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.agent_wishes(AgentLoggedIn(agent=BERND))
        await house.agent_wishes(PassRequested(agent=ANNA, to_agent=BERND))
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        await ends_in_the_gap(house, CALLER)
        record = await house.settled()
        assert record.total(PartKind.TALK) == 20_000
        assert house.asterisk.legs == {}


async def test_caller_who_waits_hangs_up(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.agent_wishes(AgentPaused(agent=ANNA, reason="coffee"))
        await house.caller_arrives()
        await house.after(20)
        await ends_in_the_gap(house, CALLER)
        record = await house.settled()
        assert record.ended == record.arrived + 27_000
        assert record.ending.kind is EndingClass.ABANDONED


async def test_caller_who_was_called_back_hangs_up(tmp_path: Path) -> None:
    async with Running(tmp_path, with_praxis(queue=a_queue(callback_key="9"))) as house:
        await house.caller_arrives()
        await house.caller_presses("9")
        await house.announcement_ends()
        await house.agents_log_in(ANNA)
        await house.answers(await house.rings(ANNA))
        await house.answers(await house.rings(SOMEBODY))
        await house.after(20)
        await ends_in_the_gap(house, house.engine.board.calls[CALL].leg)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        assert (await house.settled()).total(PartKind.TALK) == 27_000


async def speaking_on_tape(house: Running) -> None:
    """For five seconds."""
    await house.caller_arrives()
    await house.after(33)
    await house.announcement_ends()
    await house.caller_presses("1")
    await house.after(5)


ASKS = with_praxis(
    queue=a_queue(max_wait_ms=30_000, overflow=(TakeMessage(text="Nach der Eins nehmen wir auf.", max_ms=60_000),))
)


async def test_caller_who_leaves_a_message_hangs_up(tmp_path: Path) -> None:
    async with Running(tmp_path, ASKS) as house:
        await speaking_on_tape(house)
        await house.router_is_killed()
        await house.after(7)
        house.asterisk.hangs_up(CALLER)
        house.asterisk.falls_silent()
        await house.after(23)
        await house.router_is_back()
        record = await house.settled()
        assert [message.length for message in record.messages] == [12_000]
        assert record.ending.kind is EndingClass.MESSAGE


async def test_message_is_as_long_as_it_was_though_the_caller_stayed_on(tmp_path: Path) -> None:
    async with Running(tmp_path, ASKS) as house:
        await speaking_on_tape(house)
        await house.router_is_killed()
        await house.after(7)
        house.asterisk.falls_silent()
        await house.after(10)
        house.asterisk.hangs_up(CALLER)
        await house.after(13)
        await house.router_is_back()
        assert [message.length for message in (await house.settled()).messages] == [12_000]


async def test_end_that_is_known_before_the_channel_is_gone_is_told_once(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await in_conversation(house)
        await house.router_is_killed()
        await house.after(7)
        house.asterisk.dies_slowly(CALLER)
        await house.router_is_back()
        assert house.engine.board.calls[CALL].phase is Phase.TALKING
        house.asterisk.hangs_up(CALLER)
        await house.quiet()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        assert (await house.settled()).total(PartKind.TALK) == 27_000


async def test_caller_nobody_took_back_is_the_fallbacks_though_it_was_answered_there(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives(caller=FRIEND)
        await house.router_is_killed()
        await house.after(20)
        house.asterisk.rings_out(staff_leg(CALL, 1))
        await house.after(2)
        house.asterisk.speaks_in_the_fallback(CALLER, ends=house.clock.now() + 60_000)
        await house.after(70)
        await house.router_is_back()
        await house.after(1)
        record = await house.settled()
        assert record.parts == ()
        assert record.ending.kind is EndingClass.FAULT
        assert record.call in house.engine.board.fallbacks.begun
