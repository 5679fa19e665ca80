"""One agent is offered a call, and takes it or not."""

import pytest

from router.core.commands import HangUp, RingAgent
from router.core.events import Failure, LegRang
from router.core.ids import CallId
from router.core.view import Phase, Presence
from tests.stories.houses import ANNA, BERND, CLARA, DEUTSCH, KANZLEI_NUMBER, a_house, agent
from tests.stories.story import MAIN, Story


def test_unanswered_phone_pauses_the_agent_and_the_next_one_is_rung() -> None:
    story = Story(on=(ANNA, BERND))
    story.caller_arrives()
    assert story.rung == [ANNA]
    story.after(15)
    assert story.just_done == ["HangUp", "RingAgent"]
    assert story.rung == [ANNA, BERND]
    assert story.presence(ANNA) is Presence.PAUSED
    assert story.board.floor.seats[ANNA].reason == "missed an offer"


def test_caller_keeps_the_place_when_an_offer_fails() -> None:
    story = Story(on=(ANNA,))
    first = story.caller_arrives(call="first")
    story.after(1)
    second = story.caller_arrives(call="second")
    story.after(14)
    assert story.line == [first, second]
    assert story.call("first").music


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (17, "declined on the phone"),
        (21, "declined on the phone"),
        (18, "missed an offer"),
        (19, "missed an offer"),
        (20, "phone cannot be reached"),
        (27, "phone cannot be reached"),
    ],
)
def test_phone_that_ends_the_offer_pauses_the_agent(cause: int, reason: str) -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_phone_ends(cause=cause)
    assert (story.presence(), story.board.floor.seats[ANNA].reason) == (Presence.PAUSED, reason)
    assert story.phase() is Phase.WAITING


def test_leg_lost_for_no_known_cause_is_not_held_against_the_agent() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_phone_ends(cause=0)
    assert story.rung == [ANNA, ANNA]
    assert story.call().agent == ANNA


def test_phone_that_cannot_be_rung_is_given_up_with_its_leg() -> None:
    story = Story(on=(ANNA, BERND))
    story.caller_arrives()
    leg = story.agent_leg(ANNA)
    story.command_fails(RingAgent, leg=leg, failure=Failure.UNREACHABLE)
    assert story.just_done == ["HangUp", "RingAgent"]  # a request that timed out may ring all the same
    assert story.just_asked(HangUp)[0].leg == leg
    assert story.board.floor.seats[ANNA].reason == "phone cannot be reached"


def test_agent_who_pauses_while_rung_is_let_go() -> None:
    story = Story(on=(ANNA, BERND))
    story.caller_arrives()
    story.agent_pauses(reason="lunch")
    assert story.just_done == ["HangUp", "RingAgent"]
    assert (story.presence(ANNA), story.board.floor.seats[ANNA].reason) == (Presence.PAUSED, "lunch")
    assert story.call().agent == BERND


def test_agent_who_logs_out_while_rung_is_let_go() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_logs_out()
    assert story.presence() is Presence.OFF
    assert story.phase() is Phase.WAITING


def test_declined_offer_goes_to_the_next_agent() -> None:
    story = Story(on=(ANNA, BERND))
    story.caller_arrives()
    story.agent_declines()
    assert story.rung == [ANNA, BERND]
    assert story.board.floor.seats[ANNA].reason == "declined an offer"


def test_paused_agent_who_resumes_gets_who_waits() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.after(15)
    story.agent_resumes()
    assert story.rung == [ANNA, ANNA]
    story.agent_answers()
    assert story.phase() is Phase.TALKING


def test_longest_idle_agent_is_rung() -> None:
    story = Story(on=(ANNA, BERND))
    story.caller_arrives()
    story.agent_answers(ANNA)
    story.after(10)
    story.caller_hangs_up()
    story.agent_finishes(ANNA)
    story.after(1)
    story.caller_arrives(call="second")
    story.caller_arrives(call="third")
    assert story.rung == [ANNA, BERND, ANNA]


def test_answer_after_the_ring_is_late_and_hung_up() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.after(15)
    story.agent_answers()
    assert story.just_done == ["HangUp"]
    assert story.phase() is Phase.WAITING


def test_ring_is_wanted_until_the_phone_has_declined() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    [ring] = story.asked(RingAgent)
    assert story.board.wants(ring)
    story.agent_phone_ends(cause=21)
    assert not story.board.wants(ring)
    story.caller_hangs_up()
    story.ledger_has_it()
    assert not story.board.wants(ring)


def test_phone_that_rings_for_a_call_long_over_is_hung_up() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    leg = story.agent_leg(ANNA)
    story.caller_hangs_up()
    story.ledger_has_it()
    story.tell(LegRang(call=CallId(MAIN), leg=leg))
    assert story.just_done == ["HangUp"]


def test_failure_told_after_the_answer_does_not_end_the_conversation() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.command_fails(RingAgent, leg=story.agent_leg(ANNA))
    assert story.phase() is Phase.TALKING


# --- agents at a desk ------------------------------------------------------------------------------------------------


def test_desk_agent_sees_the_offer_and_the_phone_stays_quiet() -> None:
    story = Story(on=(CLARA,))
    story.caller_arrives(dialled=KANZLEI_NUMBER)
    assert story.just_done == ["Ring"]
    assert story.presence(CLARA) is Presence.OFFERED


def test_desk_agent_who_accepts_has_a_phone_that_answers_by_itself() -> None:
    story = Story(on=(CLARA,))
    story.caller_arrives(dialled=KANZLEI_NUMBER)
    story.agent_accepts(CLARA)
    (ring,) = story.just_asked(RingAgent)
    assert ring.auto_answer
    story.agent_answers(CLARA)
    assert story.phase() is Phase.TALKING


def test_desk_agent_who_accepts_twice_is_rung_once() -> None:
    story = Story(on=(CLARA,))
    story.caller_arrives(dialled=KANZLEI_NUMBER)
    story.agent_accepts(CLARA)
    story.agent_accepts(CLARA)
    assert story.rung == [CLARA]


def test_desk_agent_who_accepts_late_has_time_to_answer() -> None:
    story = Story(on=(CLARA,))
    story.caller_arrives(dialled=KANZLEI_NUMBER)
    story.after(14.9)
    story.agent_accepts(CLARA)
    story.after(2)
    story.agent_answers(CLARA)
    assert story.phase() is Phase.TALKING


def test_desk_agent_who_does_nothing_is_paused() -> None:
    story = Story(on=(CLARA,))
    story.caller_arrives(dialled=KANZLEI_NUMBER)
    story.after(15)
    assert story.presence(CLARA) is Presence.PAUSED
    assert story.phase() is Phase.WAITING
    assert "HangUp" not in story.done


def test_desk_agent_may_decline() -> None:
    story = Story(on=(CLARA,))
    story.caller_arrives(dialled=KANZLEI_NUMBER)
    story.agent_declines(CLARA)
    assert story.presence(CLARA) is Presence.PAUSED


def test_agent_whose_phone_rings_does_not_accept_at_the_desk() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_accepts()
    assert story.refusals == ["Your phone is ringing: answer it there."]


def test_nothing_is_accepted_or_declined_without_an_offer() -> None:
    story = Story(on=(CLARA,))
    story.agent_accepts(CLARA)
    story.agent_declines(CLARA)
    assert story.refusals == ["No call is offered to you now."] * 2


# --- a gap in which nobody looked at the clock -----------------------------------------------------------------------


def test_ring_that_nobody_timed_ends_at_its_own_time() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    began = story.now
    story.unnoticed(16)
    story.agent_answers()
    assert story.phase() is Phase.WAITING
    (failed,) = [step for step in story.call().steps if step.outcome == "failed"]
    assert failed.at == began + 15_000


def test_no_agent_is_blamed_for_a_phone_that_could_not_ring_in_the_gap() -> None:
    agents = tuple(agent(name, DEUTSCH) for name in ("anna", "bernd", "dora", "emil"))
    story = Story(a_house(agents=agents), on=tuple(one.id for one in agents))
    story.caller_arrives()
    story.unnoticed(100)
    story.agent_logs_in(BERND)
    assert story.rung == [ANNA, BERND]
    story.after(14.9)
    story.agent_answers(BERND)
    assert story.phase() is Phase.TALKING
