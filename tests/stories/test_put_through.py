"""Callers whom the dialplan puts through to staff by itself: the ways back, the ways out, and what a gap hides."""

from pathlib import Path

import pytest

from router.core.commands import HangUp, PutThrough, Ring, SendToFallback
from router.core.events import CallerReturned, Failure, LegEnded
from router.core.ids import CallId, LegId, staff_leg
from router.core.record import EndingClass, PartKind
from router.core.view import Phase
from tests.stories.houses import ANNA, FRIEND, GREETED, with_praxis
from tests.stories.running import CALL, Running
from tests.stories.story import MAIN, Story

CALLER, END = LegId(CALL), staff_leg(CALL, 1)


def put_through(**changes: object) -> Story:
    story = Story(with_praxis(**changes) if changes else None, on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    return story


def test_leaving_the_application_for_the_dialplan_is_no_hang_up() -> None:
    story = put_through()
    story.tell(LegEnded(call=MAIN, leg=LegId(MAIN), left=True))
    assert (story.phase(), story.just_done) == (Phase.DIRECT, [])
    story.staff_answers()
    assert story.phase() is Phase.THROUGH


def test_caller_who_is_given_back_is_served_as_any_other_and_arrives_once() -> None:
    story = put_through(greetings=GREETED)
    story.staff_phone_ends(cause=17)
    story.staff_phone_ends(cause=19)
    assert story.done == ["PutThrough", "PutThrough", "Answer", "OpenBridge", "Join", "Announce"]
    assert story.why("staff")[-1] == "no answer"
    story.tell(LegEnded(call=MAIN, leg=LegId(MAIN), left=True))
    assert story.ending() == ("abandoned", "caller_hung_up_greeting")


def test_caller_who_is_given_back_hears_the_ringing_tone_again() -> None:
    story = put_through()
    story.after(40)
    assert len(story.just_asked(Ring)) == 1
    assert story.rung == [ANNA]


def test_way_back_told_twice_is_gone_once() -> None:
    story = put_through()
    leg = story.call().staff_leg
    assert leg is not None
    story.staff_phone_ends(cause=17)
    story.tell(CallerReturned(call=MAIN, leg=leg, cause=17))
    assert story.just_done == []


def test_caller_who_is_never_given_back_is_the_dialplans() -> None:
    story = put_through()
    story.never_given_back()
    story.after(25)
    assert [command.call for command in story.asked(SendToFallback)] == [MAIN]
    assert story.ending() == ("fault", "not_given_back")


def test_caller_who_comes_back_to_a_call_that_is_over_is_handed_on() -> None:
    story = put_through()
    story.never_given_back()
    story.after(25)
    story.tell(CallerReturned(call=MAIN, leg=LegId(f"{MAIN}-staff1")))
    assert story.just_done == ["SendToFallback"]
    story.tell(CallerReturned(call=CallId("unknown"), leg=LegId("unknown-staff1")))
    assert [command.leg for command in story.just_asked(SendToFallback)] == ["unknown"]


def test_number_that_cannot_be_dialled_is_passed_over() -> None:
    story = put_through()
    story.command_fails(PutThrough, leg=story.call().staff_leg, failure=Failure.BROKEN)
    assert story.asked(PutThrough)[-1].number == "+4917077"
    assert story.asked(HangUp) == []


# --- a router that is killed, and comes back -------------------------------------------------------------------------


async def rings(house: Running) -> None:
    await house.agents_log_in(ANNA)
    await house.caller_arrives(caller=FRIEND)
    await house.after(2)


async def test_conversation_that_began_and_ended_in_the_gap_is_told_by_asterisks_own_record(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await rings(house)
        await house.router_is_killed()
        house.asterisk.picks_up(END)
        await house.after(9)
        house.asterisk.hangs_up(CALLER)
        await house.after(30)
        await house.router_is_back()
        record = await house.settled()
        assert (record.ending.kind, record.total(PartKind.THROUGH)) == (EndingClass.THROUGH, 9_000)


@pytest.mark.parametrize("who", [CALLER, END], ids=["caller", "staff"])
async def test_conversation_outlives_the_router_and_ends_when_it_ended(tmp_path: Path, who: LegId) -> None:
    async with Running(tmp_path) as house:
        await rings(house)
        house.asterisk.picks_up(END)
        await house.quiet()
        await house.router_is_killed()
        await house.after(20)
        house.asterisk.hangs_up(who)
        await house.after(20)
        await house.router_is_back()
        record = await house.settled()
        assert (record.ending.kind, record.total(PartKind.THROUGH)) == (EndingClass.THROUGH, 20_000)


async def test_answer_in_the_gap_is_known_after_it_and_the_conversation_goes_on(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await rings(house)
        await house.router_is_killed()
        house.asterisk.picks_up(END)
        await house.after(60)
        await house.router_is_back()
        assert house.engine.board.calls[CALL].phase is Phase.THROUGH
        await house.after(5)
        await house.caller_hangs_up()
        assert (await house.settled()).total(PartKind.THROUGH) == 65_000


async def test_caller_who_came_back_while_no_router_ran_is_left_to_the_fallback(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await rings(house)
        await house.router_is_killed()
        await house.after(20)
        house.asterisk.rings_out(END)
        assert house.asterisk.fallback == [CALLER]
        await house.after(20)
        await house.router_is_back()
        record = await house.settled()
        assert record.parts == ()
        assert house.asterisk.dialled == [END]


async def test_ring_goes_on_over_a_gap_and_is_answered_after_it(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await rings(house)
        await house.router_is_killed()
        await house.after(5)
        await house.router_is_back()
        assert house.asterisk.dialled == [END]
        house.asterisk.picks_up(END)
        await house.quiet()
        await house.after(10)
        await house.caller_hangs_up()
        assert (await house.settled()).total(PartKind.THROUGH) == 10_000


def test_trace_tells_a_busy_line_from_one_that_nobody_answers() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    while story.phase() is Phase.DIRECT:
        story.staff_phone_ends(cause=17)
    assert story.why("staff")[-1] == "busy"
