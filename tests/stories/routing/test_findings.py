"""What the machine of `tests/core/test_house_machine.py` found in the making, told as calls."""

from router.core.commands import KeepPresence
from router.core.ids import QueueId, Skill
from router.core.skills import Needs, needs_of
from router.core.view import Presence
from tests.stories.houses import (
    ANNA,
    BERND,
    KANZLEI_NUMBER,
    SOMEBODY_ELSE,
    VIP_CALLER,
    WEISS,
    a_house,
    a_queue,
    agent,
    kanzlei,
    praxis,
    skilled,
)
from tests.stories.routing.telling import served, steps, talkers
from tests.stories.story import Story

LAW = Skill("law")
NOVICE = skilled("novice", {LAW: 1})


def test_first_in_line_is_served_when_the_needs_of_two_relax_at_one_instant() -> None:
    queue = a_queue((0, needs_of({LAW: 3})), (20, needs_of({LAW: 1})), vip_head_start_ms=60_000)
    story = Story(a_house(clients=(praxis(queue=queue),), agents=(NOVICE,)), on=(NOVICE.id,))
    story.caller_arrives(call="a")
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.after(20)
    assert story.call("vip").agent == NOVICE.id, "both would do now, and the VIP is first"
    served(story, NOVICE.id, call="vip")
    served(story, NOVICE.id, call="a")


def test_needs_that_relax_at_the_end_of_a_wrap_up_count_for_it() -> None:
    hard = praxis(queue=a_queue((0, needs_of({LAW: 3})), (20, needs_of({LAW: 1}))))
    easy = kanzlei(queue=a_queue())
    story = Story(a_house(clients=(hard, easy), agents=(NOVICE,), wrap_up_limit_ms=100_000), on=(NOVICE.id,))
    story.caller_arrives(call="before", dialled=KANZLEI_NUMBER)
    story.agent_answers(NOVICE.id)
    story.after(60)
    story.caller_hangs_up("before")
    story.after(80)
    story.caller_arrives(call="hard")  # in 20 s the novice will do, and have time
    story.after(10)
    story.caller_arrives(call="easy", dialled=KANZLEI_NUMBER, caller=SOMEBODY_ELSE)
    story.after(10)
    assert story.call("hard").agent == NOVICE.id, "who came first"
    served(story, NOVICE.id, call="hard")
    served(story, NOVICE.id, call="easy")


def test_agent_who_is_listed_again_is_kept_without_the_old_reason() -> None:
    house = a_house(clients=(praxis(queue=a_queue()),), agents=(agent("anna"), agent("bernd")))
    story = Story(house, on=(ANNA,))
    story.caller_arrives()
    story.after(15)
    story.house_becomes(a_house(clients=house.clients.values(), agents=(agent("bernd"),), version="2"))
    story.house_becomes(house)
    last = [keep.seat for keep in story.asked(KeepPresence) if keep.seat.agent == ANNA][-1]
    assert (last.intent, last.reason) == (Presence.OFF, "")
    story.agent_logs_in(BERND)
    assert talkers(served(story, BERND)) == [BERND]


def test_caller_passed_on_whom_nobody_took_keeps_place_and_relaxed_needs() -> None:
    lawyers = a_queue((0, needs_of({LAW: 1})), id=QueueId("lawyers"))
    queue = a_queue((0, needs_of({LAW: 1})), (20, Needs()), max_wait_ms=60_000)
    agents = (agent("anna", LAW), agent("bernd"))
    house = a_house(clients=(praxis(queue=queue),), agents=agents, queues={lawyers.id: lawyers})
    story = Story(house, on=(ANNA,))
    story.caller_arrives(call="passed")
    story.agent_answers()
    story.agent_logs_in(BERND)
    story.after(10)
    story.agent_passes(to=BERND)
    story.agent_logs_out()
    story.after(60)  # Bernd does not answer, Anna has left, nobody else is there
    story.agent_resumes(BERND)
    assert story.call("passed").agent == BERND, "whoever is there has done for long"
    assert talkers(served(story, BERND, call="passed")) == [ANNA, BERND]


def test_vip_keeps_the_head_start_in_the_park() -> None:
    house = a_house(clients=(praxis(queue=a_queue()),), agents=(agent("anna"), agent("bernd")))
    story = Story(house, on=(ANNA, BERND))
    story.agent_pauses(BERND)
    story.caller_arrives(call="other")
    story.agent_answers()
    story.agent_transfers(to=WEISS)
    story.agent_finishes()
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.agent_answers()
    story.after(40)  # nobody answers the transfer, and Anna speaks with the VIP
    assert story.line == ["other"]
    story.agent_parks()
    story.agent_takes_parked(BERND)
    story.after(15)  # and does not answer
    assert story.line == ["vip", "other"]
    story.agent_finishes()
    assert talkers(served(story, call="vip")) == [ANNA, ANNA]
    assert talkers(served(story, call="other")) == [ANNA, ANNA]


def test_vip_who_passes_a_caller_for_whom_a_phone_rings_says_so() -> None:
    story = Story(a_house(clients=(praxis(queue=a_queue()),), agents=(agent("anna"),)), on=(ANNA,))
    story.caller_arrives(call="ordinary")
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.after(15)  # Anna does not answer
    assert story.line == ["vip", "ordinary"]
    story.agent_resumes()
    record = served(story, call="vip")
    assert any("before 1 other who came earlier" in step for step in steps(record, "queue"))
    assert talkers(served(story, call="ordinary")) == [ANNA]
