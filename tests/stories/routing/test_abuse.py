"""Floods, loops, forged numbers and dear calls: each is stopped, and nobody else pays for it."""

from typing import Any

import pytest

from router.core.commands import Reject, RingStaff
from router.core.house import AllowEntry, House, Staff
from router.core.ids import StaffId
from router.core.limits import ArrivalLimits, HouseLimits, OutboundLimits, Rate, Rates
from tests.stories.houses import (
    ANNA,
    BERND,
    FRIEND,
    KANZLEI_NUMBER,
    PRAXIS_NUMBER,
    PRAXIS_OWN,
    SOMEBODY,
    SOMEBODY_ELSE,
    a_house,
    a_queue,
    agent,
    kanzlei,
    praxis,
)
from tests.stories.routing.telling import finished, given_up, served, steps, talkers
from tests.stories.story import Story

FREE = ArrivalLimits(calls_per_caller=None, caller_rate=None)
BOSS = StaffId("boss")
PHONE = "+4930777"


def limited(limits: ArrivalLimits = FREE, *, all_calls: HouseLimits | None = None, **changes: Any) -> House:
    clients = (praxis(queue=a_queue(), limits=limits, **changes), kanzlei(queue=a_queue(), limits=FREE))
    return a_house(clients=clients, agents=(agent("anna"), agent("bernd")), limits=all_calls or HouseLimits())


def refused(story: Story, call: str) -> bool:
    """Whether the call was turned away unanswered, without an agent and without costs."""
    if not story.is_settled(call):
        return False
    record = story.record(call)
    assert (record.ending.kind, record.answered, record.parts) == ("refused", None, ())
    return True


def test_client_has_so_many_calls_at_once_and_no_more() -> None:
    story = Story(limited(ArrivalLimits(calls=2, calls_per_caller=None, caller_rate=None)))
    for name in ("one", "two", "three"):
        story.caller_arrives(call=name)
    assert [refused(story, name) for name in ("one", "two", "three")] == [False, False, True]
    story.caller_arrives(call="law", dialled=KANZLEI_NUMBER)
    assert not refused(story, "law"), "another client's callers are not held responsible"
    given_up(story, call="one")
    story.caller_arrives(call="four")
    assert not refused(story, "four"), "there is room again"
    for name in ("two", "four", "law"):
        given_up(story, call=name)


def test_one_number_has_so_many_calls_at_once() -> None:
    story = Story(limited(ArrivalLimits(calls_per_caller=1, caller_rate=None)))
    story.caller_arrives(call="one")
    story.caller_arrives(call="two")
    story.caller_arrives(call="other", caller=SOMEBODY_ELSE)
    assert [refused(story, name) for name in ("one", "two", "other")] == [False, True, False]
    given_up(story, call="one")
    given_up(story, call="other")


def test_hidden_numbers_are_not_taken_for_one_caller() -> None:
    story = Story(limited(ArrivalLimits(calls_per_caller=1, caller_rate=Rate(burst=1, per_minute=1))))
    story.caller_arrives(call="one", caller=None)
    story.caller_arrives(call="two", caller=None)
    assert not refused(story, "two")
    given_up(story, call="one")
    given_up(story, call="two")


def test_client_whose_calls_come_too_fast_gets_them_at_its_rate() -> None:
    rate = Rate(burst=3, per_minute=60)
    story = Story(limited(ArrivalLimits(rate=rate, calls_per_caller=None, caller_rate=None)))
    for number in range(4):
        story.caller_arrives(call=f"burst-{number}", caller=None)
    assert [refused(story, f"burst-{number}") for number in range(4)] == [False, False, False, True]
    story.after(1)
    story.caller_arrives(call="a second later", caller=None)
    assert not refused(story, "a second later")
    for name in ("burst-0", "burst-1", "burst-2", "a second later"):
        given_up(story, call=name)


def test_number_that_calls_again_and_again_is_slowed_down() -> None:
    story = Story(limited(ArrivalLimits(calls_per_caller=None, caller_rate=Rate(burst=2, per_minute=2))))
    for name in ("once", "again"):
        story.caller_arrives(call=name)
        given_up(story, call=name)
    story.caller_arrives(call="and again")
    assert refused(story, "and again")
    story.after(30)
    story.caller_arrives(call="later")
    assert not refused(story, "later")
    given_up(story, call="later")


def test_last_room_in_the_house_is_kept_for_clients_without_a_call() -> None:
    story = Story(limited(all_calls=HouseLimits(calls=3, kept_free=1)))
    for name in ("one", "two", "three"):
        story.caller_arrives(call=name, caller=None)
    assert [refused(story, name) for name in ("one", "two", "three")] == [False, False, True]
    story.caller_arrives(call="law", dialled=KANZLEI_NUMBER)
    assert not refused(story, "law")
    for name in ("one", "two", "law"):
        given_up(story, call=name)


def test_refusal_tells_which_brake_it_was() -> None:
    story = Story(limited(ArrivalLimits(calls=0, calls_per_caller=None, caller_rate=None)))
    story.caller_arrives()
    assert refused(story, "call-1")
    assert any("brake" in step.rule or "limit" in step.rule for step in story.record().trace)


@pytest.mark.parametrize("forged", ["110", "112", "+49110", "+49112", "+499001234567", "+4913712345", "+4911833"])
def test_caller_who_shows_a_number_nobody_can_have_is_refused(forged: str) -> None:
    story = Story(limited(), on=(ANNA,))
    story.caller_arrives(caller=forged)
    assert refused(story, "call-1")
    assert story.rung == []


# --- our own leg comes back ------------------------------------------------------------------------------------------


def rings_the_boss(**changes: Any) -> Story:
    """A caller is being put through to the boss."""
    boss = Staff(id=BOSS, name="Chef", numbers=(PHONE,), key="1")
    house = limited(staff={BOSS: boss}, allow=(AllowEntry(number=FRIEND, staff=BOSS),), **changes)
    story = Story(house, on=(ANNA,))
    story.caller_arrives(call="out", caller=FRIEND)
    assert story.asked(RingStaff)[-1].number == PHONE
    return story


@pytest.mark.parametrize(
    ("caller", "forwarded_by"),
    [(FRIEND, ()), (PRAXIS_NUMBER, ()), (None, (PHONE,)), (SOMEBODY, (PRAXIS_OWN, PHONE))],
    ids=["same caller", "the number that we show", "forwarded by the target", "forwarded twice"],
)
def test_our_own_leg_that_comes_back_is_refused_and_the_caller_is_served(
    caller: str | None, forwarded_by: tuple[str, ...]
) -> None:
    story = rings_the_boss()
    story.after(3)
    story.caller_arrives(call="back", caller=caller, forwarded_by=forwarded_by)
    assert refused(story, "back")
    assert story.asked(Reject)[-1].refusal == "busy"
    story.staff_phone_ends(cause=17)
    assert story.rung == [ANNA]
    assert talkers(served(story, call="out")) == [ANNA]


def test_other_caller_at_that_moment_is_none_of_ours() -> None:
    story = rings_the_boss()
    story.after(3)
    story.caller_arrives(call="stranger", caller=SOMEBODY)
    assert not refused(story, "stranger")
    served(story, call="stranger", seconds=5)
    given_up(story, call="out")


def test_same_caller_much_later_is_no_loop() -> None:
    story = rings_the_boss()
    given_up(story, call="out")
    story.after(60)
    story.caller_arrives(call="again", caller=FRIEND)
    assert not refused(story, "again")
    given_up(story, call="again")


# --- calls to the outside --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["110", "112", "+49110", "+49112", "+499001234567", PRAXIS_NUMBER])
def test_number_that_must_never_be_called_is_not(number: str) -> None:
    boss = Staff(id=BOSS, name="Chef", numbers=(number,), key="1")
    house = limited(staff={BOSS: boss}, allow=(AllowEntry(number=FRIEND, staff=BOSS),))
    own = a_house(clients=house.clients.values(), agents=house.agents.values(), own_numbers=frozenset({PRAXIS_NUMBER}))
    story = Story(own, on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    assert story.asked(RingStaff) == []
    assert talkers(served(story)) == [ANNA]


def out_to_staff(outbound: OutboundLimits, *, cents_a_minute: float = 0) -> Story:
    """Two agents, and a client whose calls to staff are limited."""
    boss = Staff(id=BOSS, name="Chef", numbers=(PHONE,), key="1")
    house = limited(staff={BOSS: boss}, allow=(), outbound=outbound)
    priced = a_house(
        clients=house.clients.values(),
        agents=house.agents.values(),
        rates=Rates(by_prefix={"+49": cents_a_minute}),
    )
    return Story(priced, on=(ANNA, BERND))


def transferred(story: Story, call: str, agent_id: str = "anna") -> bool:
    """Whether a caller whom this agent has answered is put through."""
    story.caller_arrives(call=call, caller=None)
    story.agent_answers(story.rung[-1])
    before = len(story.asked(RingStaff))
    story.agent_transfers(story.rung[-1], to=BOSS)
    return len(story.asked(RingStaff)) > before


def test_client_calls_so_many_people_at_once() -> None:
    story = out_to_staff(OutboundLimits(legs=1))
    assert transferred(story, "one")
    assert not transferred(story, "two")
    assert len(story.refusals) == 1
    talkers(finished(story, story.rung[-1], call="two"))
    given = story.asked(RingStaff)[0]
    assert given.call == "one"
    story.caller_hangs_up("one")
    story.agent_finishes(story.rung[0])
    assert story.record("one").ending.kind == "served"


def test_client_speaks_so_many_minutes_a_day_and_the_conversation_ends_there() -> None:
    story = out_to_staff(OutboundLimits(minutes_a_day=2))
    assert transferred(story, "one")
    story.agent_finishes(story.rung[0])
    story.staff_answers()
    story.after(119.999)
    assert not story.is_settled("one")
    story.after(0.001)
    assert [part.length for part in story.record("one").parts if part.kind == "through"] == [120_000]
    assert story.ending("one") == ("served", "transfer_limit_reached")
    assert not transferred(story, "two")
    finished(story, story.rung[-1], call="two")


def test_client_spends_so_many_cents_a_day() -> None:
    story = out_to_staff(OutboundLimits(cents_a_day=10), cents_a_minute=10)
    assert transferred(story, "one")
    story.agent_finishes(story.rung[0])
    story.staff_answers()
    story.after(59)
    story.caller_hangs_up("one")
    assert not transferred(story, "two")
    finished(story, story.rung[-1], call="two")
    story.after(86_400)
    assert transferred(story, "next day")
    story.agent_finishes(story.rung[-1])
    story.caller_hangs_up("next day")
    assert story.record("next day").ending.kind == "served"


def test_one_conversation_with_staff_has_a_longest_time() -> None:
    story = out_to_staff(OutboundLimits(longest_ms=600_000))
    assert transferred(story, "one")
    story.agent_finishes(story.rung[0])
    story.staff_answers()
    story.after(600)
    assert [part.length for part in story.record("one").parts if part.kind == "through"] == [600_000]
    assert steps(story.record("one"), "ending") != []
