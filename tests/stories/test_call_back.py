"""Called back instead of waiting: the place kept, the agent first, and everything that may come between."""

from typing import Any

import pytest

from router.core.commands import Announce, RingAgent, RingCaller, RingStaff, SendToFallback
from router.core.events import CallFound, CommandFailed, Failure, LegAnswered, LegEnded
from router.core.ids import CallId, LegId, caller_leg
from router.core.moves.call_back import CONFIRMED, NOT_CALLED
from router.core.queue import Hearing
from router.core.view import Phase, Presence
from tests.stories.houses import (
    ANNA,
    BERND,
    CLARA,
    PRAXIS_NUMBER,
    SOMEBODY,
    SOMEBODY_ELSE,
    WEISS,
    a_house,
    a_queue,
    agent,
    praxis,
)
from tests.stories.story import MAIN, Story

CALL, FIRST = CallId(MAIN), LegId(MAIN)


def waiting(caller: str | None = SOMEBODY, **queue: Any) -> Story:
    own = a_queue(**{"callback_key": "1", "max_wait_ms": 60_000, **queue})
    house = a_house(clients=(praxis(queue=own),), agents=(agent("anna"), agent("bernd"), agent("clara")))
    story = Story(house)
    story.caller_arrives(caller=caller)
    return story


def promised(**queue: Any) -> Story:
    """The caller has heard that we call back, and is gone."""
    story = waiting(**queue)
    story.caller_presses("1")
    story.announcement_ends()
    assert story.just_done == ["HangUp", "CloseBridge"]
    story.tell(LegEnded(call=CALL, leg=FIRST, cause=16))
    return story


def calling_back() -> Story:
    """Anna has answered, the caller is rung."""
    story = promised()
    story.agent_logs_in()
    story.agent_answers()
    assert story.phase() is Phase.CALLING_BACK
    return story


def ringing(story: Story) -> LegId:
    return story.asked(RingCaller)[-1].leg


# --- the promise -----------------------------------------------------------------------------------------------------


def test_caller_hears_the_promise_and_is_hung_up() -> None:
    story = waiting()
    story.caller_presses("1")
    assert story.just_done == ["StopMusic", "Announce"]
    assert (story.asked(Announce)[-1].text, story.phase()) == (CONFIRMED, Phase.PROMISED)
    story.announcement_ends()
    assert story.just_done == ["HangUp", "CloseBridge"]
    assert story.call().legs() == frozenset()
    assert story.line == [CALL]


def test_promise_whose_end_nobody_told_is_over_all_the_same() -> None:
    story = waiting()
    story.caller_presses("1")
    story.after(120)
    assert story.just_done == ["HangUp", "CloseBridge"]
    assert story.phase() is Phase.PROMISED


def test_longest_wait_does_not_count_for_who_is_called_back() -> None:
    story = promised()
    story.after(3600)
    assert story.phase() is Phase.PROMISED
    story.agent_logs_in()
    assert story.rung == [ANNA]


@pytest.mark.parametrize("caller", [None, "+8816312345", "+49700123456", "+2324412345", "+18095551234"])
def test_number_that_cannot_be_called_is_told_so_and_waits_on(caller: str | None) -> None:
    story = waiting(caller)
    story.caller_presses("1")
    assert (story.asked(Announce)[-1].text, story.phase()) == (NOT_CALLED, Phase.WAITING)
    assert story.why("call_back") == ["refused"]
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]


def test_refusal_is_spoken_to_its_end_however_often_the_key_is_pressed() -> None:
    story = waiting(None)
    story.caller_presses("1" * 100)
    assert len(story.asked(Announce)) == 1
    story.announcement_ends()
    story.caller_presses("1")
    assert len(story.asked(Announce)) == 2


def test_caller_of_our_own_number_is_not_called_back() -> None:
    own = praxis(queue=a_queue(callback_key="1"))
    story = Story(a_house(clients=(own,), own_numbers=frozenset({SOMEBODY})))
    story.caller_arrives()
    story.caller_presses("1")
    assert story.phase() is Phase.WAITING


def test_agent_who_comes_during_the_promise_speaks_with_the_caller_at_once() -> None:
    story = waiting()
    story.caller_presses("1")
    story.agent_logs_in()
    story.agent_answers()
    assert story.just_done == ["StopAnnouncement", "Join"]
    assert story.phase() is Phase.TALKING


def test_caller_who_hangs_up_while_the_agent_is_rung_is_called_back() -> None:
    story = waiting()
    story.caller_presses("1")
    story.agent_logs_in()
    story.caller_hangs_up()
    assert (story.just_done, story.phase()) == (["CloseBridge"], Phase.OFFERED)
    story.agent_answers()
    assert story.phase() is Phase.CALLING_BACK


def test_promise_that_ends_while_the_agent_is_rung_hangs_up_as_promised() -> None:
    story = waiting()
    story.caller_presses("1")
    story.agent_logs_in()
    story.announcement_ends()
    assert (story.just_done, story.phase()) == (["HangUp", "CloseBridge"], Phase.OFFERED)
    story.agent_declines()
    assert story.phase() is Phase.PROMISED


def test_first_leg_that_ends_late_or_twice_ends_nothing() -> None:
    story = promised()
    story.tell(LegEnded(call=CALL, leg=FIRST, cause=16))
    story.agent_logs_in()
    story.tell(LegEnded(call=CALL, leg=FIRST, cause=16))
    story.agent_answers()
    story.tell(LegEnded(call=CALL, leg=FIRST, cause=16))
    assert story.phase() is Phase.CALLING_BACK


def test_promise_that_could_not_be_kept_for_hours_is_given_up() -> None:
    story = promised()
    story.after(4 * 3600)
    assert story.ending() == ("overflowed", "call_back_expired")
    assert story.line == []


# --- its turn --------------------------------------------------------------------------------------------------------


def test_agent_is_rung_first_and_hears_music_while_the_caller_is() -> None:
    story = promised()
    story.agent_logs_in()
    assert story.just_asked(RingAgent)[0].called_back
    story.agent_answers()
    assert story.just_done == ["OpenBridge", "Join", "StartMusic", "RingCaller"]
    ring = story.asked(RingCaller)[0]
    assert (ring.leg, ring.number, ring.trunk, ring.caller_id) == (
        caller_leg(CALL, 1),
        SOMEBODY,
        "carrier",
        PRAXIS_NUMBER,
    )
    assert story.presence() is Presence.TALKING


def test_conversation_and_billing_begin_when_the_caller_answers() -> None:
    story = calling_back()
    story.after(12)
    story.called_back_answers()
    assert (story.just_done, story.phase()) == (["StopMusic", "Join"], Phase.TALKING)
    story.after(40)
    story.called_back_phone_ends()
    assert story.just_done == ["HangUp", "CloseBridge"]
    story.after(5)
    story.agent_finishes()
    assert story.ending() == ("served", "caller_hung_up")
    assert story.parts() == [("talk", ANNA, 40.0), ("wrap_up", ANNA, 5.0)]


def test_earlier_caller_still_goes_first() -> None:
    story = waiting()
    story.after(5)
    story.caller_arrives(call="second", caller=SOMEBODY_ELSE)
    story.caller_presses("1")
    story.caller_hangs_up()
    assert story.line == [CALL, "second"]


def test_agent_who_declines_leaves_the_place_to_the_next() -> None:
    story = promised()
    story.agent_logs_in(ANNA)
    story.agent_declines(ANNA)
    assert (story.phase(), story.line) == (Phase.PROMISED, [CALL])
    story.agent_logs_in(BERND)
    assert story.rung == [ANNA, BERND]


def test_agent_who_misses_the_offer_leaves_the_place_as_it_was() -> None:
    story = promised()
    story.agent_logs_in()
    story.after(15)
    assert (story.phase(), story.line) == (Phase.PROMISED, [CALL])
    assert story.presence() is Presence.PAUSED
    story.agent_resumes()
    assert story.rung == [ANNA, ANNA]


def test_caller_who_does_not_answer_is_tried_once_more_after_a_while() -> None:
    story = calling_back()
    story.called_back_phone_ends(cause=17)
    assert story.just_done == ["HangUp", "CloseBridge"]
    assert (story.phase(), story.presence(), story.line) == (Phase.PROMISED, Presence.AVAILABLE, [])
    story.after(299)
    assert story.rung == [ANNA]
    story.after(1)
    assert story.rung == [ANNA, ANNA]
    story.agent_answers()
    assert ringing(story) == caller_leg(CALL, 2)
    story.after(30)
    assert story.just_done == ["HangUp", "HangUp", "CloseBridge", "Settle"]
    assert story.ending() == ("abandoned", "call_back_unanswered")
    assert story.presence() is Presence.AVAILABLE
    assert story.record().parts == ()


def test_second_try_keeps_the_place_before_who_came_later() -> None:
    story = calling_back()
    story.called_back_phone_ends(cause=19)
    story.agent_logs_out()
    story.after(60)
    story.caller_arrives(call="later", caller=SOMEBODY_ELSE)
    story.caller_presses("1", "later")
    story.after(240)
    assert story.line == [CALL, "later"]


def test_second_try_has_its_place_though_the_queue_is_full() -> None:
    story = waiting(max_waiting=1)
    story.caller_presses("1")
    story.caller_hangs_up()
    story.agent_logs_in()
    story.agent_answers()
    story.called_back_phone_ends(cause=17)
    story.agent_logs_out()
    story.after(1)
    story.caller_arrives(call="other", caller=SOMEBODY_ELSE)
    story.caller_presses("1", "other")
    story.after(300)
    assert story.line == [CALL, "other"]


def test_call_back_that_cannot_be_dialled_counts_as_unanswered() -> None:
    story = calling_back()
    story.command_fails(RingCaller, leg=ringing(story))
    assert story.just_done == ["HangUp", "HangUp", "CloseBridge"]
    assert story.why("call_back")[-1] == "refused"


def test_key_is_not_offered_to_who_cannot_be_called_back() -> None:
    story = waiting("+2324412345", hearing=Hearing(first_ms=1_000, every_ms=60_000, expected_wait=False))
    story.after(1)
    assert story.asked(Announce)[-1].text == "Sie sind an erster Stelle."


def test_named_country_is_called_back() -> None:
    own = praxis(queue=a_queue(callback_key="1"))
    story = Story(a_house(clients=(own,), callable_prefixes=("+49", "+43")))
    story.caller_arrives(caller="+43512345678")
    story.caller_presses("1")
    assert story.phase() is Phase.PROMISED


def test_leg_lost_for_no_known_cause_is_dialled_again_at_once() -> None:
    story = calling_back()
    for _ in range(2):
        story.called_back_phone_ends(cause=0)
        assert (story.just_done, story.phase()) == (["RingCaller"], Phase.CALLING_BACK)
    story.called_back_phone_ends(cause=0)
    assert story.phase() is Phase.PROMISED


def test_agent_who_hangs_up_before_the_caller_answers_is_no_try_of_the_callers() -> None:
    story = calling_back()
    story.agent_phone_ends()
    assert story.just_done == ["HangUp", "CloseBridge"]
    assert (story.phase(), story.call().unanswered) == (Phase.PROMISED, 0)
    story.after(300)
    story.agent_answers()
    story.called_back_answers()
    assert story.phase() is Phase.TALKING


def test_caller_who_answers_after_the_ring_is_late() -> None:
    story = calling_back()
    leg = ringing(story)
    story.after(30)
    story.tell(LegAnswered(call=CALL, leg=leg))
    assert (story.just_done, story.phase()) == (["HangUp"], Phase.PROMISED)
    story.tell(LegEnded(call=CALL, leg=leg))
    assert story.phase() is Phase.PROMISED


def test_answer_told_twice_begins_one_conversation() -> None:
    story = calling_back()
    story.called_back_answers()
    story.called_back_answers()
    assert story.just_done == []
    assert story.phase() is Phase.TALKING


def test_nothing_can_be_asked_for_while_the_caller_is_rung() -> None:
    story = calling_back()
    story.agent_holds()
    story.agent_transfers(to=WEISS)
    story.agent_parks()
    assert story.phase() is Phase.CALLING_BACK
    assert story.refusals == ["The caller has not answered yet."] * 3


def test_called_back_caller_is_transferred_without_the_first_leg() -> None:
    story = calling_back()
    story.called_back_answers()
    story.agent_transfers(to=WEISS)
    assert story.asked(RingStaff)[-1].called_back
    story.staff_answers()
    assert story.phase() is Phase.THROUGH


def test_called_back_caller_can_be_held_and_hung_up() -> None:
    story = calling_back()
    story.called_back_answers()
    story.agent_holds()
    story.agent_takes_back()
    story.agent_phone_ends()
    assert caller_leg(CALL, 1) in story.hung_up
    story.agent_finishes()
    assert story.ending() == ("served", "agent_hung_up")


def test_colleague_may_take_a_call_back_out_of_turn() -> None:
    story = promised()
    story.agent_logs_in(CLARA)
    story.agent_declines(CLARA)
    story.agent_takes(CLARA, MAIN)
    story.agent_answers(CLARA)
    assert story.phase() is Phase.CALLING_BACK


# --- gaps and faults -------------------------------------------------------------------------------------------------


def test_gap_finds_a_promise_without_any_leg() -> None:
    story = promised()
    story.tell(CallFound(call=CALL, up=frozenset(), bridged=frozenset()))
    assert (story.just_done, story.phase()) == ([], Phase.PROMISED)


def test_gap_while_the_caller_is_rung_puts_the_agent_back() -> None:
    story = calling_back()
    up = frozenset({story.agent_leg(ANNA)})
    story.tell(CallFound(call=CALL, up=up, bridged=frozenset()))
    assert story.just_done == ["OpenBridge", "Join", "StartMusic"]
    story.called_back_answers()
    assert story.phase() is Phase.TALKING


def test_gap_in_which_the_caller_hung_up_during_the_promise_keeps_it() -> None:
    story = waiting()
    story.caller_presses("1")
    story.caller_hangs_up()
    story.tell(CallFound(call=CALL, up=frozenset(), bridged=frozenset()))
    assert (story.just_done, story.line) == ([], [CALL])


def test_fault_of_ours_sends_nobody_to_the_fallback_who_is_not_there() -> None:
    story = promised()
    story.tell(CommandFailed(call=CALL, command="core", failure=Failure.BROKEN))
    assert story.just_done == ["Settle"]
    assert story.ending() == ("fault", "core_failed")


def test_fault_of_ours_while_the_caller_is_rung_lets_both_go() -> None:
    story = calling_back()
    story.tell(CommandFailed(call=CALL, command="core", failure=Failure.BROKEN))
    assert story.just_done == ["HangUp", "HangUp", "CloseBridge", "Settle"]
    assert story.presence() is Presence.AVAILABLE


def test_fault_of_ours_before_the_caller_has_hung_up_still_serves_the_caller() -> None:
    story = waiting()
    story.caller_presses("1")
    story.tell(CommandFailed(call=CALL, command="core", failure=Failure.BROKEN))
    assert [sent.leg for sent in story.asked(SendToFallback)] == [FIRST]
