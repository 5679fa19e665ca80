"""Agents take, park and pass calls: by desk or by code, never past the pledge, never into silence."""

from router.core.house import House
from router.core.ids import AgentId, QueueId, Skill
from router.core.record import PartKind
from router.core.skills import needs_of
from router.core.view import Phase, Presence
from tests.stories.houses import ANNA, BERND, CLARA, SOMEBODY_ELSE, a_house, a_queue, agent, praxis
from tests.stories.routing.telling import finished, given_up, served, steps, talkers
from tests.stories.story import Story

LAW = Skill("law")
LAWYERS = QueueId("lawyers")
QUEUES = {LAWYERS: a_queue((0, needs_of({LAW: 1})), id=LAWYERS, extension="71")}
AGENTS = (agent("anna", extension="11"), agent("bernd", extension="12"), agent("clara", LAW, extension="13"))
SWORN = AgentId("sworn")


def plain(*, secret: bool = False) -> House:
    """One client anybody may serve, or only who has pledged secrecy."""
    queue = a_queue((0, needs_of({}, pledge=secret)))
    sworn = (agent("anna", pledged=True), agent("bernd"), agent("sworn", LAW, pledged=True))
    agents = sworn if secret else AGENTS
    return a_house(clients=(praxis(queue=queue, secret=secret),), agents=agents, queues=QUEUES)


def conversation(house: House, *others: AgentId) -> Story:
    """Anna speaks with a caller; the others are at work."""
    story = Story(house, on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    for other in others:
        story.agent_logs_in(other)
    story.after(30)
    return story


def test_parked_caller_is_taken_up_by_a_colleague() -> None:
    story = conversation(plain(), BERND)
    story.agent_parks()
    story.after(20)
    story.agent_takes_parked(BERND)
    story.agent_answers(BERND)
    story.agent_finishes(ANNA)
    record = finished(story, BERND)
    assert talkers(record) == [ANNA, BERND]
    assert [part.length for part in record.parts if part.kind is PartKind.TALK] == [30_000, 60_000]


def test_parked_caller_is_offered_to_nobody_until_taken() -> None:
    story = conversation(plain(), BERND)
    story.agent_parks()
    story.agent_finishes()
    story.after(60)
    assert story.rung == [ANNA]
    story.agent_takes_parked()
    story.agent_answers()
    assert talkers(finished(story)) == [ANNA, ANNA]


def test_parked_caller_goes_back_to_who_parked_when_nobody_takes_the_call_up() -> None:
    story = conversation(plain(), BERND)
    story.agent_parks()
    story.agent_finishes()
    story.after(120)
    assert story.rung == [ANNA, ANNA]
    story.agent_answers()
    assert talkers(finished(story)) == [ANNA, ANNA]


def test_parked_caller_goes_into_line_when_who_parked_has_left() -> None:
    story = conversation(plain(), BERND)
    story.agent_parks()
    story.agent_logs_out()
    story.after(120)
    assert story.rung == [ANNA, BERND]
    story.agent_answers(BERND)
    assert talkers(finished(story, BERND)) == [ANNA, BERND]


def test_parked_caller_who_hangs_up_was_served() -> None:
    story = conversation(plain())
    story.agent_parks()
    story.after(10)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.record().ending.kind == "served"


def test_call_of_a_secret_client_is_not_taken_up_without_the_pledge() -> None:
    story = conversation(plain(secret=True), BERND)
    story.agent_parks()
    story.agent_takes_parked(BERND)
    assert story.refusals == ["No call is parked for you."]
    story.agent_takes_parked(BERND, "call-1")
    assert "secrecy" in story.refusals[-1]
    story.agent_logs_in(SWORN)
    story.agent_takes_parked(SWORN)
    story.agent_answers(SWORN)
    story.agent_finishes(ANNA)
    assert talkers(finished(story, SWORN)) == [ANNA, SWORN]


def test_agent_takes_a_waiting_call_out_of_turn_and_the_trace_says_so() -> None:
    story = Story(plain(), on=(ANNA,))
    story.caller_arrives(call="talking")
    story.agent_answers()
    story.caller_arrives(call="first", caller=SOMEBODY_ELSE)
    story.after(5)
    story.caller_arrives(call="second", caller=SOMEBODY_ELSE)
    story.after(5)
    story.agent_logs_in(BERND)
    story.agent_declines(BERND)
    story.agent_takes(BERND, "second")
    story.agent_answers(BERND)
    finished(story, call="talking")
    story.agent_answers(ANNA)
    record = finished(story, BERND, call="second")
    assert talkers(record) == [BERND]
    assert any("taken out of turn" in step for step in steps(record, "offer"))
    finished(story, ANNA, call="first")


def test_agent_takes_the_next_call_by_code() -> None:
    story = Story(plain(), on=(ANNA,))
    story.agent_pauses()
    story.caller_arrives(call="first")
    story.caller_arrives(call="second", caller=SOMEBODY_ELSE)
    story.agent_dials("*46")
    story.agent_answers()
    finished(story, call="first")
    assert story.presence() is Presence.PAUSED, "taking one call ends no break"
    given_up(story, call="second")


def test_waiting_call_of_a_secret_client_is_not_taken_without_the_pledge() -> None:
    story = Story(plain(secret=True), on=(BERND,))
    story.caller_arrives()
    story.agent_takes(BERND, "call-1")
    assert "secrecy" in story.refusals[-1]
    story.agent_logs_in(ANNA)
    assert talkers(served(story)) == [ANNA]


def test_agent_who_talks_takes_no_second_call() -> None:
    story = conversation(plain())
    story.caller_arrives(call="second", caller=SOMEBODY_ELSE)
    story.agent_takes(ANNA, "second")
    assert len(story.refusals) == 1
    finished(story)
    served(story, call="second")


def test_caller_is_passed_to_a_colleague() -> None:
    story = conversation(plain(), BERND, CLARA)
    story.agent_passes(to=CLARA)
    assert story.rung == [ANNA, CLARA], "though the other has been idle longer"
    story.agent_answers(CLARA)
    story.agent_finishes(ANNA)
    assert talkers(finished(story, CLARA)) == [ANNA, CLARA]


def test_caller_whom_the_colleague_does_not_take_gets_whoever_is_free() -> None:
    story = conversation(plain(), BERND, CLARA)
    story.agent_passes(to=CLARA)
    story.after(15)
    assert story.rung == [ANNA, CLARA, BERND]
    story.agent_answers(BERND)
    story.agent_finishes(ANNA)
    assert talkers(finished(story, BERND)) == [ANNA, BERND]


def test_caller_is_passed_to_a_group() -> None:
    story = conversation(plain(), BERND, CLARA)
    story.agent_passes(to_queue=LAWYERS)
    assert story.rung == [ANNA, CLARA]
    story.agent_answers(CLARA)
    story.agent_finishes(ANNA)
    assert talkers(finished(story, CLARA)) == [ANNA, CLARA]


def test_caller_is_passed_by_code_and_extension() -> None:
    story = conversation(plain(), BERND, CLARA)
    story.agent_presses("*571")
    assert story.rung == [ANNA, CLARA]
    story.agent_answers(CLARA)
    story.agent_finishes(ANNA)
    assert talkers(finished(story, CLARA)) == [ANNA, CLARA]


def test_call_of_a_secret_client_is_not_passed_to_who_has_not_pledged() -> None:
    story = conversation(plain(secret=True), BERND)
    story.agent_passes(to=BERND)
    assert "secrecy" in story.refusals[-1]
    assert story.phase() is Phase.TALKING, "the conversation goes on"
    assert talkers(finished(story)) == [ANNA]


def test_call_of_a_secret_client_passed_to_a_group_keeps_its_need_of_the_pledge() -> None:
    house = plain(secret=True)
    learned = {**house.agents, BERND: agent("bernd", LAW)}
    story = conversation(a_house(clients=house.clients.values(), agents=learned.values(), queues=QUEUES), BERND)
    story.agent_passes(to_queue=LAWYERS)
    assert story.rung == [ANNA]
    story.agent_logs_in(SWORN)
    story.agent_answers(SWORN)
    story.agent_finishes(ANNA)
    assert talkers(finished(story, SWORN)) == [ANNA, SWORN]


def test_call_is_parked_and_taken_up_by_code() -> None:
    story = conversation(plain(), BERND)
    story.agent_presses("*3")
    story.agent_dials("*45", BERND)
    story.agent_answers(BERND)
    story.agent_finishes(ANNA)
    assert talkers(finished(story, BERND)) == [ANNA, BERND]
