"""Which of several free agents gets the call."""

import pytest

from router.core.house import House
from router.core.ids import AgentId, Skill
from router.core.queue import Choice
from router.core.skills import needs_of
from tests.stories.houses import (
    KANZLEI_NUMBER,
    PRAXIS_NUMBER,
    SOMEBODY,
    SOMEBODY_ELSE,
    a_house,
    a_queue,
    agent,
    kanzlei,
    praxis,
    skilled,
)
from tests.stories.routing.telling import finished, served, talkers
from tests.stories.story import Story

LAW, TAX = Skill("law"), Skill("tax")
A, B, C = AgentId("a"), AgentId("b"), AgentId("c")


def three(choice: Choice = Choice.LONGEST_IDLE, *, last_agent_s: int = 0) -> House:
    """Three agents without any skills."""
    queue = a_queue(choice=choice, last_agent_ms=last_agent_s * 1000)
    clients = (praxis(queue=queue), kanzlei(queue=queue))
    return a_house(clients=clients, agents=(agent("a"), agent("b"), agent("c")))


def test_longest_idle_agent_gets_the_call() -> None:
    story = Story(three(), on=(B, C, A))
    story.caller_arrives(call="one")
    served(story, B, call="one")
    story.caller_arrives(call="two")
    served(story, C, call="two")
    story.caller_arrives(call="three")
    assert talkers(served(story, A, call="three")) == [A]


def test_agents_idle_since_the_same_instant_are_taken_in_the_order_of_their_ids() -> None:
    story = Story(three())
    for one in (C, B, A):
        story.agent_logs_in(one)
    story.caller_arrives()
    assert talkers(served(story, A)) == [A]


def test_best_fit_is_the_highest_sum_of_levels() -> None:
    agents = (skilled("a", {LAW: 1, TAX: 2}), skilled("b", {LAW: 5}), skilled("c", {LAW: 2, TAX: 4}))
    queue = a_queue(choice=Choice.BEST_FIT, prefers=frozenset({(LAW, 1), (TAX, 1)}))
    story = Story(a_house(clients=(praxis(queue=queue),), agents=agents), on=(A, B, C))
    story.caller_arrives()
    assert talkers(served(story, C)) == [C]


def test_best_fit_falls_back_to_the_longest_idle_of_equals() -> None:
    agents = (skilled("a", {LAW: 3}), skilled("b", {LAW: 3}))
    queue = a_queue(choice=Choice.BEST_FIT, prefers=frozenset({(LAW, 1)}))
    story = Story(a_house(clients=(praxis(queue=queue),), agents=agents), on=(B, A))
    story.caller_arrives()
    assert talkers(served(story, B)) == [B]


def test_round_robin_takes_who_was_offered_a_call_longest_ago() -> None:
    story = Story(three(Choice.ROUND_ROBIN), on=(A, B, C))
    for number, one in enumerate((A, B, C)):
        story.caller_arrives(call=f"call-{number}", caller=None)
        story.agent_answers(one)
        story.after(1)
    for number, one in ((1, B), (2, C), (0, A)):
        finished(story, one, call=f"call-{number}")
    story.caller_arrives(call="next")
    assert talkers(served(story, A, call="next")) == [A], "though the others have been idle for longer"


def test_round_robin_counts_the_offer_and_not_the_answer() -> None:
    story = Story(three(Choice.ROUND_ROBIN), on=(A, B))
    story.caller_arrives(call="missed")
    story.after(15)
    story.agent_resumes(A)
    served(story, B, call="missed")
    story.caller_arrives(call="next")
    assert talkers(served(story, A, call="next")) == [A]


def test_agent_who_spoke_with_the_caller_last_goes_first() -> None:
    story = Story(three(last_agent_s=3600), on=(A, B, C))
    story.caller_arrives(call="one")
    served(story, A, call="one")
    story.after(600)
    story.caller_arrives(call="again")
    assert talkers(served(story, A, call="again")) == [A]


def test_last_agent_goes_first_for_a_while_only() -> None:
    story = Story(three(last_agent_s=3600), on=(A, B, C))
    story.caller_arrives(call="one")
    served(story, A, call="one")
    story.after(3601)
    story.caller_arrives(call="again")
    assert talkers(served(story, B, call="again")) == [B]


def test_nobody_waits_for_the_last_agent() -> None:
    story = Story(three(last_agent_s=3600), on=(A, B))
    story.caller_arrives(call="one")
    served(story, A, call="one")
    story.agent_pauses(A)
    story.caller_arrives(call="again")
    assert talkers(served(story, B, call="again")) == [B]


@pytest.mark.parametrize(
    ("caller", "dialled"), [(SOMEBODY_ELSE, PRAXIS_NUMBER), (SOMEBODY, KANZLEI_NUMBER), (None, PRAXIS_NUMBER)], ids=str
)
def test_last_agent_counts_for_this_caller_of_this_client(caller: str | None, dialled: str) -> None:
    story = Story(three(last_agent_s=3600), on=(A, B))
    story.caller_arrives(call="one", caller=caller and SOMEBODY)
    served(story, A, call="one")
    story.caller_arrives(call="another", caller=caller, dialled=dialled)
    assert talkers(served(story, B, call="another")) == [B]


def test_last_agent_who_lost_the_skill_gets_no_call() -> None:
    queue = a_queue(last_agent_ms=3_600_000)
    able = a_house(clients=(praxis(queue=queue),), agents=(agent("a", LAW), agent("b", LAW)))
    story = Story(able, on=(A, B))
    story.caller_arrives(call="one")
    served(story, A, call="one")
    needing = praxis(queue=a_queue((0, needs_of({LAW: 1})), last_agent_ms=3_600_000))
    story.house_becomes(a_house(clients=(needing,), agents=(agent("a"), agent("b", LAW)), version="2"))
    story.caller_arrives(call="again")
    assert talkers(served(story, B, call="again")) == [B]


def test_two_callers_of_one_instant_get_two_agents() -> None:
    story = Story(three(), on=(A, B))
    story.caller_arrives(call="one")
    story.caller_arrives(call="two", caller=SOMEBODY_ELSE)
    assert story.rung == [A, B]
    story.agent_answers(B)
    story.agent_answers(A)
    assert talkers(finished(story, A, call="one")) == [A]
    assert talkers(finished(story, B, call="two")) == [B]
