"""Passed on: to a colleague, into a queue, by desk and by extension."""

import pytest

from router.core.ids import AgentId, QueueId
from router.core.view import Phase, Presence
from tests.stories.houses import ANNA, BERND, CLARA, DEUTSCH, JURA, SOMEBODY_ELSE, a_house, a_queue, agent, praxis
from tests.stories.story import Story

LAWYERS = QueueId("lawyers")
PEOPLE = (
    agent("anna", DEUTSCH, extension="21"),
    agent("emil", DEUTSCH),
    agent("bernd", DEUTSCH, extension="22", pledged=True),
    agent("clara", DEUTSCH, JURA, extension="221"),
)


def talking(*on: AgentId, max_waiting: int | None = None) -> Story:
    """Anna has talked for twenty seconds."""
    lawyers = a_queue(id=LAWYERS, extension="7", max_wait_ms=30_000, max_waiting=max_waiting)
    house = a_house(clients=(praxis(queue=a_queue()),), agents=PEOPLE, queues={LAWYERS: lawyers})
    story = Story(house, on=(ANNA,))
    story.caller_arrives()
    story.agent_answers(ANNA)
    for one in on:
        story.agent_logs_in(one)
    story.after(20)
    return story


def test_colleague_is_rung_and_the_caller_hears_music() -> None:
    story = talking(BERND)
    story.agent_passes(to=BERND)
    assert story.just_done == ["HangUp", "StartMusic", "RingAgent"]
    assert (story.call().agent, story.presence(ANNA)) == (BERND, Presence.WRAP_UP)
    story.agent_answers(BERND)
    assert story.phase() is Phase.TALKING


def test_caller_on_hold_is_passed() -> None:
    story = talking(BERND)
    story.agent_holds()
    story.agent_passes(to=BERND)
    assert story.just_done == ["HangUp", "Unhold", "StartMusic", "RingAgent"]


def test_two_agents_conversations_add_up() -> None:
    story = talking(BERND)
    story.agent_passes(to=BERND)
    story.after(3)
    story.agent_answers(BERND)
    story.after(30)
    story.caller_hangs_up()
    story.agent_finishes(ANNA)
    story.agent_finishes(BERND)
    assert story.parts()[:2] == [("talk", ANNA, 20.0), ("talk", BERND, 30.0)]


def test_colleague_who_does_not_answer_leaves_the_call_to_whoever_is_free() -> None:
    story = talking(BERND, CLARA)
    story.agent_passes(to=BERND)
    story.after(15)
    assert story.rung[-1] == CLARA


def test_caller_whom_nobody_takes_goes_back_to_who_passed() -> None:
    story = talking(BERND)
    story.agent_passes(to_queue=LAWYERS)
    story.agent_declines(BERND)
    story.after(30)
    assert story.why("pass") == ["to queue lawyers", "returned"]
    assert story.rung[-1] == ANNA
    story.agent_answers(ANNA)
    assert story.phase() is Phase.TALKING


def test_caller_for_whom_the_queue_has_no_room_goes_back_to_who_passed() -> None:
    story = talking(max_waiting=0)
    story.agent_passes(to_queue=LAWYERS)
    assert story.rung[-1] == ANNA
    assert story.call().agent == ANNA


def test_caller_whom_nobody_takes_at_last_is_told_so() -> None:
    story = talking()
    story.agent_passes(to_queue=LAWYERS)
    story.agent_logs_out(ANNA)
    story.after(30)
    assert story.phase() is Phase.WAITING
    story.after(600)
    assert story.phase() is Phase.ANNOUNCING


def test_caller_whom_nobody_took_keeps_the_time_waited() -> None:
    story = talking()
    story.agent_passes(to_queue=LAWYERS)
    passed = story.now
    story.agent_logs_out(ANNA)
    story.after(30)
    assert story.call().queued == passed
    assert story.call().wait_until == story.now + 600_000


def test_caller_gives_up_after_being_passed() -> None:
    story = talking()
    story.agent_passes(to_queue=LAWYERS)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.ending() == ("served", "caller_hung_up_waiting")


@pytest.mark.parametrize("to", [ANNA, AgentId("nobody")])
def test_call_is_passed_to_no_stranger_and_not_to_oneself(to: AgentId) -> None:
    story = talking()
    story.agent_passes(to=to)
    assert story.phase() is Phase.TALKING
    assert len(story.refusals) == 1


def test_call_is_passed_into_no_queue_that_is_not_there() -> None:
    story = talking()
    story.agent_passes(to_queue=QueueId("nowhere"))
    assert story.refusals == ["There is no queue 'nowhere'."]


# --- by extension ----------------------------------------------------------------------------------------------------


def test_extension_of_a_queue_passes_the_call_into_it() -> None:
    story = talking(BERND)
    story.agent_presses("*57")
    assert (story.rung[-1], story.presence(ANNA)) == (BERND, Presence.WRAP_UP)


def test_extension_that_may_go_on_waits_for_the_rest() -> None:
    story = talking(BERND, CLARA)
    story.agent_presses("*522")
    assert story.phase() is Phase.TALKING
    story.agent_presses("1")
    assert story.rung[-1] == CLARA


def test_hash_ends_an_extension_that_may_go_on() -> None:
    story = talking(BERND, CLARA)
    story.agent_presses("*522#")
    assert story.rung[-1] == BERND


def test_no_extension_at_all_means_nobody() -> None:
    story = talking(BERND)
    story.agent_presses("*5#")
    assert (story.phase(), story.why("code")) == (Phase.TALKING, ["refused"])


def test_extension_that_nobody_has_is_refused_and_the_conversation_goes_on() -> None:
    story = talking(BERND)
    story.agent_presses("*59")
    assert story.why("code") == ["refused"]
    story.agent_presses("*522#")
    assert story.rung[-1] == BERND


def test_extension_of_an_agent_who_is_away_is_refused_and_the_conversation_goes_on() -> None:
    story = talking()
    story.agent_presses("*522#")
    assert story.phase() is Phase.TALKING
    assert len(story.refusals) == 1


def test_caller_who_was_spoken_with_was_served_whatever_the_overflow_says() -> None:
    story = Story(a_house(clients=(praxis(queue=a_queue(max_wait_ms=30_000)),), agents=(agent("anna"),)), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.after(20)
    story.agent_parks()
    story.agent_logs_out()
    story.after(150)
    assert story.phase() is Phase.ANNOUNCING
    story.announcement_ends()
    assert story.ending() == ("served", "longest_wait_reached")


def test_caller_who_was_given_back_stays_first_after_a_message_that_was_not_left() -> None:
    own = a_queue(message_key="9")
    story = Story(a_house(clients=(praxis(queue=own),), agents=(agent("anna"), agent("bernd"))), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.caller_arrives(call="waits", caller=SOMEBODY_ELSE)
    story.after(5)
    story.agent_parks()
    story.agent_logs_out()
    story.after(120)
    assert story.line == ["call-1", "waits"], "first, though put aside later"
    story.caller_presses("9")
    story.announcement_ends()
    story.after(10)
    assert story.line == ["call-1", "waits"]
