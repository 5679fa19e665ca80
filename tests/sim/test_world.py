"""What the simulated world does with what the core commands, call by call."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from router.core.commands import Command
from router.core.events import AgentLoggedIn, Event
from router.core.hours import Hours, Span
from router.core.house import AllowEntry, BlockEntry, House, OfferBy, Staff, Team
from router.core.ids import CallId, Millis, StaffId, TeamId
from router.core.queue import TakeMessage
from router.core.record import CallRecord, EndingClass, PartKind
from router.core.view import Presence, SeatView
from router.sim.draws import Always
from router.sim.duty import as_recorded, by_teams, everybody
from router.sim.people import Caller, Habits
from router.sim.running import Plan, run
from router.sim.world import World
from tests.sim.houses import HOUR, MONDAY, PLAYED, SECOND, STEADY, agents, caller, client, house

BOSS = Staff(id=StaffId("boss"), name="Chefin", numbers=("+4930555",), key="1")
STAFF = {BOSS.id: BOSS}


def play(of: House, callers: Sequence[Caller], habits: Habits = STEADY, seed: int = 1) -> dict[CallId, CallRecord]:
    plan = Plan(begins=MONDAY, house=of, duty=everybody(of, MONDAY))
    return {record.call: record for record in run(World(seed=seed, habits=habits), plan, callers)}


def one(of: House, habits: Habits = STEADY, **known: Any) -> CallRecord:
    return play(of, [caller(1, HOUR, **known)], habits)[CallId("call1")]


def lengths(record: CallRecord) -> list[tuple[PartKind, Millis]]:
    return [(part.kind, part.length) for part in record.parts]


def test_an_ordinary_call_lasts_as_long_as_was_drawn() -> None:
    record = one(house([client()], agents(1)))
    assert record.ending.kind is EndingClass.SERVED
    assert lengths(record) == [(PartKind.TALK, 60 * SECOND), (PartKind.WRAP_UP, 10 * SECOND)]
    assert record.parts[0].start - record.arrived == 3 * SECOND


def test_what_is_known_of_a_call_is_not_drawn() -> None:
    record = one(house([client()], agents(1)), talk=7_000, wrap_up=11_000, rang=500)
    assert lengths(record) == [(PartKind.TALK, 7_000), (PartKind.WRAP_UP, 11_000)]
    assert record.parts[0].start - record.arrived == 500


def test_a_greeting_lasts_as_long_as_its_letters_and_costs_no_patience() -> None:
    nobody = house([client(greetings=PLAYED)], ())
    record = one(nobody, patience=5_000)
    assert record.ended - record.arrived == len(PLAYED[0].text) * 70 + 5_000
    assert record.ending.kind is EndingClass.ABANDONED


def test_a_caller_hangs_up_when_patience_ends() -> None:
    record = one(house([client()], ()))
    assert (record.ending.kind, record.ended - record.arrived) == (EndingClass.ABANDONED, 90 * SECOND)


def test_a_caller_known_to_have_waited_waits_at_least_as_long() -> None:
    record = one(house([client()], ()), at_least=200_000)
    assert record.ended - record.arrived == 290 * SECOND


def test_the_house_gives_up_on_a_caller_whose_patience_does_not_end() -> None:
    record = one(house([client(max_wait_ms=30_000)], ()), replace(STEADY, patience=None))
    assert record.ending.kind is EndingClass.OVERFLOWED


def test_the_second_caller_waits_until_the_agent_is_done() -> None:
    of = house([client()], agents(1))
    records = play(of, [caller(1, HOUR), caller(2, HOUR + 1 * SECOND)])
    first, second = records[CallId("call1")], records[CallId("call2")]
    assert second.parts[0].start == first.parts[1].end + 3 * SECOND


def test_after_work_beyond_the_houses_limit_ends_with_it() -> None:
    of = house([client()], agents(1), wrap_up_limit_ms=5_000)
    records = play(of, [caller(1, HOUR), caller(2, HOUR + SECOND)])
    assert lengths(records[CallId("call1")])[1] == (PartKind.WRAP_UP, 5_000)
    assert lengths(records[CallId("call2")])[1] == (PartKind.WRAP_UP, 5_000)


def test_who_misses_an_offer_comes_back_and_takes_the_next() -> None:
    record = one(house([client()], agents(1)), replace(STEADY, missed=1.0, back_after=Always(mean=1_000)), rang=None)
    assert record.ending.kind is EndingClass.ABANDONED
    offers = [step for step in record.trace if step.rule == "offer" and step.outcome == "agent0"]
    assert len(offers) > 1


def test_an_agent_on_the_desk_clicks_and_the_phone_answers_by_itself() -> None:
    record = one(house([client()], agents(1, offer_by=OfferBy.DESK)))
    assert record.ending.kind is EndingClass.SERVED
    assert record.parts[0].start - record.arrived == 3 * SECOND + 300


def test_staff_who_answer_speak_with_callers_who_are_put_straight_through() -> None:
    entry = AllowEntry(number="+491700000001", staff=BOSS.id)
    of = house([replace(client(staff=STAFF), allow=(entry,))], agents(1))
    reached = one(of, through=20_000, reached=True)
    assert (reached.ending.kind, lengths(reached)) == (EndingClass.THROUGH, [(PartKind.THROUGH, 20_000)])
    silent = one(of, reached=False)
    assert (silent.ending.kind, lengths(silent)[0]) == (EndingClass.SERVED, (PartKind.TALK, 60_000))


def test_an_agent_puts_a_caller_through_as_was_recorded() -> None:
    record = one(house([client(staff=STAFF)], agents(1)), staff=BOSS.id, talk=15_000, through=40_000, reached=True)
    kinds = [part.kind for part in record.parts]
    assert kinds == [PartKind.TALK, PartKind.WRAP_UP, PartKind.THROUGH]
    assert (record.total(PartKind.TALK), record.total(PartKind.THROUGH)) == (15_000, 40_000)


def test_a_transfer_that_nobody_takes_returns_to_the_agent() -> None:
    record = one(house([client(staff=STAFF)], agents(1)), staff=BOSS.id, reached=False)
    assert [part.kind for part in record.parts].count(PartKind.TALK) == 2
    assert record.ending.kind is EndingClass.SERVED


def test_a_transfer_to_somebody_unknown_ends_the_conversation_politely() -> None:
    record = one(house([client()], agents(1)), staff=StaffId("nobody"))
    assert (record.ending.kind, record.total(PartKind.TALK)) == (EndingClass.SERVED, 62 * SECOND)


def test_who_asks_to_be_called_back_is_called_back() -> None:
    habits = replace(STEADY, call_back=1.0, called_back=1.0, hesitation=Always(mean=5_000))
    of = house([client(callback_key="1")], agents(1))
    records = play(of, [caller(1, HOUR), caller(2, HOUR + SECOND)], habits)
    second = records[CallId("call2")]
    assert second.ending.kind is EndingClass.SERVED
    assert second.parts[0].start > records[CallId("call1")].parts[1].end


def test_whoever_is_asked_for_a_message_leaves_one_or_does_not() -> None:
    ask = TakeMessage(text="Für eine Nachricht drücken Sie die Eins.", key="1", max_ms=60_000)
    of = house([client(max_wait_ms=10_000, overflow=(ask,))], ())
    habits = replace(STEADY, leave_message=1.0, message=Always(mean=12_000))
    left = one(of, habits)
    assert (left.ending.kind, [message.length for message in left.messages]) == (EndingClass.MESSAGE, [12_000])
    assert not one(of, replace(habits, leave_message=0.0)).messages


def test_a_blocked_caller_reaches_nobody() -> None:
    blocked = client(block=(BlockEntry(number="+491700000001"),))
    assert one(house([blocked], agents(1))).ending.kind is EndingClass.BLOCKED


def test_nobody_is_offered_a_call_before_the_teams_hours() -> None:
    office = Hours(name="office", week={"mo": (Span(start=480, end=1080),)})
    team = Team(id=TeamId("day"), name="Tag", hours=office)
    of = house([client()], agents(1, team=team))
    plan = Plan(begins=MONDAY, house=of, duty=by_teams(of.agents.values(), MONDAY, MONDAY + 24 * HOUR))
    early, late = caller(1, 8 * HOUR - 30 * SECOND), caller(2, 19 * HOUR)
    records = {record.call: record for record in run(World(seed=1, habits=STEADY), plan, [early, late])}
    assert records[early.call].parts[0].start == MONDAY + 8 * HOUR + 3 * SECOND
    assert records[late.call].ending.kind is EndingClass.ABANDONED


def test_an_agent_goes_home_only_after_the_after_work() -> None:
    office = Hours(name="office", week={"mo": (Span(start=480, end=540),)})
    of = house([client()], agents(1, team=Team(id=TeamId("day"), name="Tag", hours=office)))
    plan = Plan(begins=MONDAY, house=of, duty=by_teams(of.agents.values(), MONDAY, MONDAY + 24 * HOUR))
    last = caller(1, 9 * HOUR - 70 * SECOND)  # whose after-work begins before nine and ends after it
    (record,) = run(World(seed=1, habits=STEADY), plan, [last])
    assert lengths(record)[1] == (PartKind.WRAP_UP, 10 * SECOND)
    assert record.parts[1].end > MONDAY + 9 * HOUR


def day(seed: int) -> list[tuple[Millis, Event, list[Command]]]:
    seen: list[tuple[Millis, Event, list[Command]]] = []
    of = house([client(), client("beta", "x", number=2, greetings=PLAYED)], (*agents(2), *agents(1, "x")))
    world = World(seed=seed, watch=lambda event, commands, now: seen.append((now, event, commands)))
    callers = [caller(number, HOUR + number * 20 * SECOND, to=1 + number % 2) for number in range(100)]
    duty = [(MONDAY, AgentLoggedIn(agent=agent)) for agent in of.agents]
    assert len(list(run(world, Plan(begins=MONDAY, house=of, duty=duty), callers))) == 100
    return seen


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_day_to_the_millisecond(seed: int) -> None:
    assert day(seed) == day(seed)


def test_another_seed_gives_another_day() -> None:
    assert day(1) != day(2)


def test_agents_come_pause_and_go_as_was_recorded() -> None:
    of = house([client()], agents(1))
    agent = next(iter(of.agents))
    seats = [
        SeatView(agent=agent, at=MONDAY - HOUR, intent=Presence.AVAILABLE),
        SeatView(agent=agent, at=MONDAY + HOUR, intent=Presence.PAUSED, reason="Mittag"),
        SeatView(agent=agent, at=MONDAY + HOUR + 1, intent=Presence.PAUSED, doing=Presence.TALKING, reason="Mittag"),
        SeatView(agent=agent, at=MONDAY + 2 * HOUR, intent=Presence.AVAILABLE),
        SeatView(agent=agent, at=MONDAY + 3 * HOUR, intent=Presence.OFF),
    ]
    plan = Plan(begins=MONDAY, house=of, duty=as_recorded(seats, MONDAY))
    come = [caller(hour, hour * HOUR + HOUR // 2) for hour in range(4)]
    kinds = [record.ending.kind for record in run(World(seed=1, habits=STEADY), plan, come)]
    served, lost = EndingClass.SERVED, EndingClass.ABANDONED
    assert kinds == [served, lost, served, lost]
