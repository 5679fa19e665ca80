"""A finished call decided again gives the same, and says where it does not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from router.core.house import House
from router.core.ids import AgentId, CallId
from router.core.queue import Choice
from router.core.skills import needs_of
from router.core.view import Presence
from tests.replay.tales import TALES
from tests.stories.houses import (
    ANNA,
    BERND,
    CLARA,
    JURA,
    KANZLEI_NUMBER,
    a_house,
    a_queue,
    agent,
    kanzlei,
    praxis,
    skilled,
)
from tests.stories.retold import Chronicle, chronicle_of
from tests.stories.story import MAIN, Story


@pytest.mark.parametrize("tale", TALES.values(), ids=TALES)
def test_every_recorded_call_is_decided_the_same_again(tale: Callable[[], Story]) -> None:
    chronicle = chronicle_of(tale().told)
    assert chronicle.records
    assert {call: chronicle.again(record).differences for call, record in chronicle.records.items()} == dict.fromkeys(
        chronicle.records, ()
    )


def relaxing() -> House:
    """Law for half a minute, then anybody; the best one first."""
    queue = a_queue((0, needs_of({JURA: 3})), (30, needs_of({})), max_wait_ms=120_000)
    agents = (agent(ANNA), agent(BERND), skilled(CLARA, {JURA: 2}))
    return a_house(clients=(praxis(queue=replace(queue, choice=Choice.BEST_FIT)), kanzlei()), agents=agents)


def told() -> Chronicle:
    """Nobody is free, then the needs relax and Anna, the longest idle one, is offered the call; Bernd is in a pause."""
    story = Story(relaxing(), on=(ANNA, BERND))
    story.agent_pauses(BERND)
    story.after(1)
    story.caller_arrives()
    story.after(31)
    story.agent_answers(ANNA)
    story.caller_hangs_up()
    story.agent_finishes(ANNA)
    return chronicle_of(story.told)


def test_at_each_moment_every_agent_has_a_reason() -> None:
    chronicle = told()
    waits, offered = chronicle.again(chronicle.records[MAIN]).moments
    assert (waits.asked.stage, offered.asked.stage) == (0, 1)
    assert waits.agents == {ANNA: "lacks jura", BERND: "lacks jura", CLARA: "has jura 2, 3 is needed"}
    assert offered.agents == {ANNA: "", BERND: "paused, coffee", CLARA: "off"}
    assert offered.asked.offered == ANNA


def test_a_trace_that_was_changed_is_found() -> None:
    chronicle = told()
    record = chronicle.records[MAIN]
    first, *rest = record.trace
    forged = replace(record, trace=(replace(first, because="because I say so"), *rest))
    (difference,) = chronicle.again(forged).differences
    assert difference == ("identify: praxis (dialled number +493055500) now, identify: praxis (because I say so) then")
    cut = replace(record, trace=record.trace[:1])
    assert chronicle.again(cut).differences == ("status: active now, nothing then",)


def test_an_offer_to_another_agent_than_the_rule_says_is_found() -> None:
    chronicle = told()
    record = chronicle.records[MAIN]
    forged = tuple(replace(step, outcome=BERND) if step.rule == "offer" else step for step in record.trace)
    (difference,) = chronicle.again(replace(record, trace=forged)).differences
    assert "offer: " in difference
    assert "bernd" in difference


def test_somebody_free_whom_the_caller_did_not_get_is_found() -> None:
    chronicle = told()
    (at,) = {step.at for step in chronicle.records[MAIN].trace if step.rule == "queue"}
    chronicle.houses[:] = [(since, with_jurist(house)) for since, house in chronicle.houses]
    chronicle.seats[:] = [replace(seat, at=min(seat.at, at - 1)) for seat in chronicle.seats if seat.agent == ANNA][:2]
    (found, *_) = chronicle.again(chronicle.records[MAIN]).differences
    assert found == "nobody was offered the call, though free: anna"


def with_jurist(house: House) -> House:
    anna = replace(house.agents[ANNA], skills={JURA: 5})
    return replace(house, agents={**house.agents, ANNA: anna})


def test_an_agent_whose_presence_was_not_kept_is_told_and_proves_nothing() -> None:
    chronicle = told()
    chronicle.seats[:] = [seat for seat in chronicle.seats if seat.agent != CLARA]
    again = chronicle.again(chronicle.records[MAIN])
    assert again.differences == ()
    assert again.moments[1].agents[CLARA] == "presence not kept"
    assert again.moments[1].unknown == (CLARA,)


def test_a_call_of_nobodys_client_asks_no_agent() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(dialled="+4999999")
    again = chronicle_of(story.told).again(chronicle_of(story.told).records[MAIN])
    assert (again.differences, again.moments) == ((), ())


def test_one_call_among_many_agents_is_told_of_each() -> None:
    story = Story(on=(ANNA, BERND, CLARA))
    story.caller_arrives(call="first", dialled=KANZLEI_NUMBER)
    story.caller_arrives(call="second", dialled=KANZLEI_NUMBER)
    story.caller_hangs_up("second")
    chronicle = chronicle_of(story.told)
    (moment,) = chronicle.again(chronicle.records[CallId("second")]).moments
    assert moment.agents[CLARA] == "is offered call first"
    assert moment.agents[AgentId("anna")] == "lacks jura"
    assert chronicle.seats[-1].doing is Presence.OFFERED
