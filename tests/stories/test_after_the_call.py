"""Wrap-up, advertising callers, feature codes."""

import pytest

from router.core.commands import BlockCaller, Confirm
from router.core.house import OfferBy
from router.core.view import Phase, Presence
from tests.stories.houses import (
    ANNA,
    BERND,
    CLARA,
    DEUTSCH,
    KANZLEI_NUMBER,
    PRAXIS,
    PRAXIS_NUMBER,
    SOMEBODY,
    WEISS,
    a_house,
    agent,
)
from tests.stories.story import Story


def after_a_conversation(caller: str | None = SOMEBODY) -> Story:
    """Anna is in wrap-up of a call of twenty seconds."""
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=caller)
    story.agent_answers()
    story.after(20)
    story.caller_hangs_up()
    return story


def test_agent_ends_the_wrap_up_and_is_free() -> None:
    story = after_a_conversation()
    story.after(30)
    story.agent_finishes()
    assert story.presence() is Presence.AVAILABLE
    assert story.parts()[-1] == ("wrap_up", ANNA, 30.0)


def test_limit_ends_the_wrap_up() -> None:
    story = after_a_conversation()
    story.after(179)
    assert story.presence() is Presence.WRAP_UP
    story.after(1)
    assert story.presence() is Presence.AVAILABLE
    assert story.parts()[-1] == ("wrap_up", ANNA, 180.0)


def test_late_clock_ends_the_wrap_up_at_its_limit_all_the_same() -> None:
    story = after_a_conversation()
    ended = story.now
    story.unnoticed(1000)
    story.caller_arrives(call="second")
    assert story.parts()[-1] == ("wrap_up", ANNA, 180.0)
    assert story.record().parts[-1].end == ended + 180_000
    assert story.call("second").agent == ANNA


def test_finishing_later_than_the_limit_is_refused() -> None:
    story = after_a_conversation()
    story.unnoticed(1000)
    story.agent_finishes()
    assert story.refusals == ["You are not in wrap-up now."]
    assert story.parts()[-1] == ("wrap_up", ANNA, 180.0)


def test_who_waits_gets_the_agent_after_the_wrap_up() -> None:
    story = after_a_conversation()
    story.caller_arrives(call="second")
    assert story.call("second").phase is Phase.WAITING
    story.agent_finishes()
    assert story.call("second").agent == ANNA


def test_agent_who_says_available_in_wrap_up_ends_it() -> None:
    story = after_a_conversation()
    story.after(3)
    story.agent_resumes()
    assert story.parts()[-1] == ("wrap_up", ANNA, 3.0)
    assert story.presence() is Presence.AVAILABLE


def test_agent_who_logs_out_in_wrap_up_ends_it() -> None:
    story = after_a_conversation()
    story.after(3)
    story.agent_logs_out()
    assert story.parts()[-1] == ("wrap_up", ANNA, 3.0)
    assert story.presence() is Presence.OFF


def test_agent_who_pauses_in_wrap_up_goes_on_with_it() -> None:
    story = after_a_conversation()
    story.agent_pauses()
    assert story.presence() is Presence.WRAP_UP
    story.agent_finishes()
    assert story.presence() is Presence.PAUSED


def test_two_agents_parts_of_one_call_are_both_kept() -> None:
    story = Story(on=(ANNA, BERND))
    story.caller_arrives()
    story.agent_answers(ANNA)
    story.after(10)
    story.agent_transfers(ANNA, to=WEISS)
    story.agent_pauses(ANNA)
    story.after(40)
    story.agent_answers(BERND)
    story.after(5)
    story.caller_hangs_up()
    story.agent_finishes(BERND)
    assert not story.is_settled()
    story.agent_finishes(ANNA)
    assert story.parts() == [
        ("talk", ANNA, 10.0),
        ("talk", BERND, 5.0),
        ("wrap_up", BERND, 0.0),
        ("wrap_up", ANNA, 45.0),
    ]


# --- advertising callers ---------------------------------------------------------------------------------------------


def test_reported_caller_is_blocked_from_the_next_call_on() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_reports_advertising()
    (block,) = story.asked(BlockCaller)
    assert (block.client, block.number, block.agent) == (PRAXIS, SOMEBODY, ANNA)
    assert story.phase() is Phase.TALKING
    story.caller_arrives(call="again")
    assert story.ending("again") == ("blocked", "block_list")


def test_reported_caller_may_still_call_another_client() -> None:
    story = after_a_conversation()
    story.agent_reports_advertising()
    story.caller_arrives(call="again", dialled=KANZLEI_NUMBER)
    assert story.call("again").phase is Phase.WAITING


def test_caller_is_reported_by_code_in_the_conversation() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_presses("*7")
    assert len(story.asked(BlockCaller)) == 1


def test_caller_is_reported_by_code_in_wrap_up() -> None:
    story = after_a_conversation()
    story.agent_dials("*47")
    assert len(story.asked(BlockCaller)) == 1
    assert story.asked(Confirm)[0].done


def test_caller_is_reported_while_staff_have_the_call() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_transfers(to=WEISS)
    story.agent_reports_advertising()
    story.staff_answers()
    story.agent_reports_advertising()
    assert len(story.asked(BlockCaller)) == 2
    assert story.phase() is Phase.THROUGH


def test_report_in_wrap_up_does_not_accept_the_offer_of_another() -> None:
    desk = agent("clara", DEUTSCH, offer_by=OfferBy.DESK)
    story = Story(a_house(agents=(agent("anna", DEUTSCH), desk)), on=(ANNA, CLARA))
    story.caller_arrives()
    story.agent_answers(ANNA)
    story.agent_transfers(ANNA, to=WEISS)
    story.agent_pauses(ANNA)
    story.after(40)
    assert story.call().agent == CLARA
    story.agent_reports_advertising(ANNA)
    assert story.rung == [ANNA]
    assert len(story.asked(BlockCaller)) == 1


def test_suppressed_caller_cannot_be_reported() -> None:
    story = after_a_conversation(caller=None)
    story.agent_reports_advertising()
    assert story.refusals == ["The caller's number is suppressed, so it cannot be blocked."]


def test_number_of_the_clients_own_exchange_is_never_blocked() -> None:
    story = after_a_conversation(caller=PRAXIS_NUMBER)
    story.agent_reports_advertising()
    assert story.refusals == ["The number shown is the client's own, so it cannot be blocked."]
    story.caller_arrives(call="again", caller=PRAXIS_NUMBER)
    assert story.call("again").phase is Phase.WAITING


def test_nobody_is_reported_without_a_call() -> None:
    story = after_a_conversation()
    story.agent_finishes()
    story.agent_reports_advertising()
    assert len(story.refusals) == 1


# --- feature codes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "presence"), [("*41", Presence.AVAILABLE), ("*42", Presence.PAUSED), ("*43", Presence.OFF)]
)
def test_agent_says_by_phone_whether_calls_may_come(code: str, presence: Presence) -> None:
    story = Story(on=(ANNA,))
    story.agent_dials(code)
    assert story.presence() is presence
    assert story.asked(Confirm)[-1].done


def test_wrap_up_is_ended_by_phone() -> None:
    story = after_a_conversation()
    story.agent_dials("*44")
    assert story.presence() is Presence.AVAILABLE


@pytest.mark.parametrize("code", ["*44", "*47", "*99"])
def test_code_that_is_not_possible_now_is_refused(code: str) -> None:
    story = Story(on=(ANNA,))
    story.agent_dials(code)
    assert not story.asked(Confirm)[-1].done
    assert len(story.refusals) == 1


def test_code_of_a_stranger_is_refused() -> None:
    story = Story()
    story.agent_dials("*41", BERND.__class__("nobody"))
    assert story.just_done == ["Refuse", "Confirm"]


def test_pause_needs_a_login() -> None:
    story = Story()
    story.agent_pauses()
    story.agent_resumes()
    assert story.refusals == ["You are not logged in. Log in first."] * 2
