"""What users of other queues complain of, told as calls in which it cannot happen here."""

from typing import Any

from router.core.commands import Join
from router.core.events import LegAnswered
from router.core.house import House
from router.core.ids import AgentId, CallId, Skill
from router.core.skills import needs_of
from router.core.switchboard import Switchboard
from router.core.view import Phase, Presence
from router.engine.codec import decode_value, encode_value
from tests.stories.houses import ANNA, BERND, SOMEBODY_ELSE, VIP_CALLER, WEISS, a_house, a_queue, agent, praxis, skilled
from tests.stories.routing.telling import finished, given_up, served, steps, talkers
from tests.stories.story import Story

LAW = Skill("law")
EXPERTS = tuple(skilled(f"expert-{number}", {LAW: 5}) for number in range(3))
NOVICE = skilled("novice", {LAW: 1})


def relaxing() -> House:
    """Experts first; after 20 s anybody with the law."""
    queue = a_queue((0, needs_of({LAW: 5})), (20, needs_of({LAW: 1})), max_wait_ms=300_000)
    return a_house(clients=(praxis(queue=queue),), agents=(*EXPERTS, NOVICE))


def plain(**changes: Any) -> House:
    return a_house(clients=(praxis(queue=a_queue()),), agents=(agent("anna"), agent("bernd")), **changes)


# --- a skill rule that never relaxes while a phone rings ----------------------------------------------------------


def test_phones_that_ring_one_after_the_other_do_not_stop_the_clock_of_the_needs() -> None:
    story = Story(relaxing(), on=(*(one.id for one in EXPERTS), NOVICE.id))
    story.caller_arrives()
    story.after(45)  # three experts have rung for 15 s each; at the second one the needs relaxed
    assert story.rung == [*(one.id for one in EXPERTS), NOVICE.id]
    assert talkers(served(story, NOVICE.id)) == [NOVICE.id]


def test_expert_who_comes_back_and_back_without_answering_keeps_nobody_waiting() -> None:
    story = Story(relaxing(), on=(EXPERTS[0].id,))
    story.caller_arrives()
    for _ in range(2):
        story.after(15)
        story.agent_resumes(EXPERTS[0].id)
    assert story.phase() is Phase.OFFERED
    story.agent_logs_in(NOVICE.id)
    story.agent_declines(EXPERTS[0].id)
    assert story.call().agent == NOVICE.id
    assert talkers(served(story, NOVICE.id)) == [NOVICE.id]


def test_trace_tells_when_the_needs_relaxed_even_while_a_phone_rang() -> None:
    story = Story(relaxing(), on=(NOVICE.id,))
    story.caller_arrives()
    story.after(15)
    story.agent_logs_in(EXPERTS[0].id)
    story.after(10)
    assert story.phase() is Phase.OFFERED
    story.agent_declines(EXPERTS[0].id)
    record = served(story, NOVICE.id)
    relaxed = [step.at - record.arrived for step in record.trace if step.rule == "relaxed"]
    assert relaxed == [20_000]


# --- two agents on one call ---------------------------------------------------------------------------------------


def test_two_agents_who_answer_at_one_instant_do_not_share_a_call() -> None:
    story = Story(plain(), on=(ANNA, BERND))
    story.caller_arrives()
    first = story.agent_leg(ANNA)
    story.after(15)  # Anna's phone has rung long enough, Bernd's begins to ring
    story.tell(LegAnswered(call=CallId("call-1"), leg=first))  # Anna was a moment too late
    story.agent_answers(BERND)
    joined = {leg for join in story.asked(Join) for leg in join.legs}
    assert first not in joined
    assert talkers(finished(story, BERND)) == [BERND]


def test_agents_who_free_themselves_at_one_instant_get_one_caller_once() -> None:
    story = Story(plain())
    story.caller_arrives()
    story.agent_logs_in(ANNA)
    story.agent_logs_in(BERND)
    assert story.rung == [ANNA]
    assert talkers(served(story)) == [ANNA]


def test_colleague_cannot_take_a_call_that_rings_or_speaks_elsewhere() -> None:
    story = Story(plain(), on=(ANNA, BERND))
    story.caller_arrives()
    story.agent_takes(BERND, "call-1")
    story.agent_answers(ANNA)
    story.agent_takes(BERND, "call-1")
    assert len(story.refusals) == 2
    assert talkers(finished(story)) == [ANNA]


# --- a caller overtaken without a reason --------------------------------------------------------------------------


def test_caller_whose_agent_did_not_answer_is_not_overtaken_meanwhile() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives(call="first")
    story.after(1)
    story.caller_arrives(call="second", caller=SOMEBODY_ELSE)
    story.agent_declines()
    story.agent_logs_in(BERND)
    assert story.call("first").agent == BERND
    served(story, BERND, call="first")
    served(story, BERND, call="second")


def test_caller_overtaken_by_a_vip_can_see_it_in_the_vips_trace() -> None:
    story = Story(plain())
    story.caller_arrives(call="ordinary")
    story.after(10)
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.agent_logs_in()
    vip, ordinary = served(story, call="vip"), served(story, call="ordinary")
    assert "before 1 other who came earlier" in " ".join(steps(vip, "queue"))
    assert not any("before" in step for step in steps(ordinary, "queue"))


# --- an agent's pause overridden ----------------------------------------------------------------------------------


def test_break_asked_for_in_a_conversation_begins_after_the_wrap_up() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives(call="one")
    story.agent_answers()
    story.agent_pauses(reason="lunch")
    story.caller_arrives(call="two", caller=SOMEBODY_ELSE)
    finished(story, call="one")
    assert (story.presence(), story.rung) == (Presence.PAUSED, [ANNA])
    story.after(300)
    assert story.board.floor.seats[ANNA].reason == "lunch"
    given_up(story, call="two")


def test_wrap_up_that_reaches_its_limit_ends_no_break() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_pauses(reason="lunch")
    story.after(60)
    story.caller_hangs_up()
    story.after(180)
    assert story.presence() is Presence.PAUSED
    assert story.parts()[-1] == ("wrap_up", ANNA, 180.0)


def test_caller_who_comes_back_from_a_transfer_does_not_end_a_break() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_transfers(to=WEISS)
    story.agent_pauses()
    story.agent_finishes()
    story.after(40)
    assert (story.phase(), story.rung) == (Phase.WAITING, [ANNA])
    story.agent_logs_in(BERND)
    assert talkers(served(story, BERND)) == [ANNA, BERND]


def test_new_configuration_ends_no_break() -> None:
    story = Story(plain(), on=(ANNA,))
    story.agent_pauses(reason="lunch")
    story.house_becomes(plain(version="2"))
    story.caller_arrives()
    assert (story.presence(), story.rung) == (Presence.PAUSED, [])
    given_up(story)


def test_break_keeps_the_reason_that_the_agent_gave_though_an_offer_was_missed() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives()
    story.agent_pauses(reason="lunch")
    story.after(20)
    assert story.board.floor.seats[ANNA].reason == "lunch"
    given_up(story)


# --- wrap-up that ends early --------------------------------------------------------------------------------------


def test_wrap_up_lasts_to_its_limit_however_many_wait() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives(call="one")
    story.agent_answers()
    for number in range(5):
        story.caller_arrives(call=f"waits-{number}", caller=None if number else VIP_CALLER)
    story.caller_hangs_up("one")
    story.after(179.999)
    assert (story.presence(), story.rung) == (Presence.WRAP_UP, [ANNA])
    story.after(0.001)
    assert story.rung == [ANNA, ANNA]
    served(story, call="waits-0")
    assert story.parts("one")[-1] == ("wrap_up", ANNA, 180.0)


def test_restart_in_the_wrap_up_neither_ends_nor_prolongs_it() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.after(60)
    story.caller_hangs_up()
    story.after(100)
    restarted(story)
    story.after(79.999)
    assert story.presence() is Presence.WRAP_UP
    story.after(0.001)
    assert story.parts() == [("talk", ANNA, 60.0), ("wrap_up", ANNA, 180.0)]


def test_pause_pressed_in_the_wrap_up_does_not_end_it() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.after(60)
    story.caller_hangs_up()
    story.after(30)
    story.agent_pauses()
    assert story.presence() is Presence.WRAP_UP
    story.after(30)
    story.agent_finishes()
    assert story.parts()[-1] == ("wrap_up", ANNA, 60.0)
    assert story.presence() is Presence.PAUSED


def restarted(story: Story) -> None:
    """The router stops, and goes on with what it had written down."""
    before = encode_value(Switchboard, story.board)
    story.goes_on_with(decode_value(Switchboard, before))
    assert encode_value(Switchboard, story.board) == before


# --- a caller who hangs for ever ----------------------------------------------------------------------------------


def test_caller_for_whom_nobody_ever_comes_is_told_so_in_time() -> None:
    story = Story(relaxing())
    story.caller_arrives()
    story.after(300)
    assert story.phase() is Phase.ANNOUNCING
    story.announcement_ends()
    assert story.ending() == ("overflowed", "longest_wait_reached")


def test_agent_who_always_rings_and_never_answers_gets_no_second_offer_unasked() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives()
    story.after(15)
    assert story.presence() is Presence.PAUSED
    story.after(600 - 15)
    assert story.rung == [AgentId("anna")]
    story.announcement_ends()
    assert story.record().ending.kind == "overflowed"
