"""Teams work in their hours: outside them a free agent is offered nothing; when they begin, who waits is served."""

from dataclasses import replace

import pytest

from router.core.errors import RequestRefused
from router.core.events import AgentLoggedIn, AgentLoggedOut, CallTaken, PassRequested, WrapUpFinished
from router.core.floor import Floor
from router.core.hours import WEEKDAYS, Hours, Span
from router.core.house import Team
from router.core.ids import CallId, TeamId
from router.core.matching import LOOK_MS, TURNED
from router.core.messages import AgentFreed, NobodyFree
from router.core.timers import Due
from tests.core.floors import floor_with, given, only, talks, wanted
from tests.stories.houses import ANNA, BERND, CLARA, NOON, a_house, agent

HOUR = 3_600_000
OPENS, CLOSES = NOON + HOUR, NOON + 2 * HOUR  # 14 and 15 o'clock in Berlin
AFTERNOON = Hours(name="afternoon", week=dict.fromkeys(WEEKDAYS, (Span(start=14 * 60, end=15 * 60),)))
LATE = Team(id=TeamId("late"), name="Late", hours=AFTERNOON)


def late_team(*names: str, on: int | None = NOON) -> Floor:
    floor = floor_with([agent(name, team=LATE) for name in names])
    for name in names if on else ():
        floor.feed(AgentLoggedIn(agent=agent(name).id), on or 0)
    return floor


def test_closed_team_is_offered_nothing_and_at_its_opening_who_waits_is_served() -> None:
    floor = late_team(BERND, ANNA)
    assert only(NobodyFree, floor.feed(wanted("first", at=NOON), NOON)).position == 1
    floor.feed(wanted("second", at=NOON + 1), NOON + 1)
    assert floor.why_not(ANNA, floor.line[0].needs, NOON) == "team Late is closed"
    due = floor.timers.pop_due(OPENS)
    assert due == Due(OPENS, TURNED, "late")
    assert given(floor.expire(due)) == [("first", ANNA), ("second", BERND)]
    assert floor.why_not(ANNA, floor.held[CallId("first")].needs, OPENS) == "is offered call first"


def test_team_that_closes_keeps_its_conversations_and_gets_no_new_call() -> None:
    floor = late_team(ANNA, on=OPENS)
    floor.feed(wanted("a", at=OPENS), OPENS)
    talks(floor, "a", ANNA, since=OPENS + 1)
    assert floor.expire(Due(CLOSES, TURNED, "late")) == []
    floor.feed(AgentFreed(call=CallId("a"), agent=ANNA, limit=1_000), CLOSES + 1)
    floor.feed(wanted("b", at=CLOSES + 2), CLOSES + 2)
    assert given(floor.feed(WrapUpFinished(agent=ANNA), CLOSES + 3)) == []


def test_agent_who_comes_in_the_hours_is_offered_calls() -> None:
    floor = late_team(ANNA, on=None)
    floor.feed(wanted("a", at=NOON), NOON)
    assert given(floor.feed(AgentLoggedIn(agent=ANNA), OPENS)) == [("a", ANNA)]


def test_nobody_is_woken_for_a_team_that_is_not_there() -> None:
    floor = late_team(ANNA)
    assert floor.timers.next() == OPENS
    floor.feed(AgentLoggedOut(agent=ANNA), NOON + 1)
    due = floor.timers.pop_due(OPENS)
    assert due
    assert floor.expire(due) == []
    assert floor.timers.next() is None
    floor.feed(AgentLoggedIn(agent=ANNA), CLOSES + 1)
    assert given(floor.feed(wanted("a", at=CLOSES + 2), CLOSES + 2)) == []


def test_hours_that_the_team_is_given_anew_count_at_once() -> None:
    floor = late_team(ANNA)
    floor.feed(wanted("a", at=NOON), NOON)
    always = Team(id=LATE.id, name=LATE.name)
    assert given(floor.adopt(a_house(agents=[agent(ANNA, team=always)]), NOON + 5)) == [("a", ANNA)]
    assert floor.timers.next() is None


def test_team_that_is_given_hours_is_offered_nothing_outside_them() -> None:
    floor = floor_with([agent(ANNA)])
    floor.feed(AgentLoggedIn(agent=ANNA), NOON)
    floor.adopt(a_house(agents=[agent(ANNA, team=LATE)]), NOON + 5)
    assert given(floor.feed(wanted("a", at=NOON + 6), NOON + 6)) == []


def test_team_works_by_its_new_hours_while_a_former_member_still_talks() -> None:
    floor = late_team(ANNA, BERND)
    for call in ("a", "b"):
        floor.feed(wanted(call, at=NOON), NOON)
    floor.feed(CallTaken(agent=BERND, call=CallId("a")), NOON + 1)
    talks(floor, "a", BERND, since=NOON + 2)
    always = Team(id=LATE.id, name=LATE.name)
    assert given(floor.adopt(a_house(agents=[agent(ANNA, team=always)]), NOON + 5)) == [("b", ANNA)]


def test_team_that_never_closes_is_not_looked_at_for_each_agent() -> None:
    at_any_time = Hours(name="always", week=dict.fromkeys(WEEKDAYS, (Span(start=0, end=1440),)))
    floor = floor_with([agent(ANNA, team=replace(LATE, hours=at_any_time))])
    floor.feed(AgentLoggedIn(agent=ANNA), NOON)
    assert floor.timers.next() == NOON + LOOK_MS
    floor.feed(AgentLoggedIn(agent=ANNA), NOON + 1)
    assert floor.timers.next() == NOON + LOOK_MS


def test_nobody_passes_a_call_to_an_agent_whose_team_is_closed() -> None:
    floor = floor_with([agent(ANNA, team=LATE), agent(BERND), agent(CLARA)])
    for name in (ANNA, BERND):
        floor.feed(AgentLoggedIn(agent=name), NOON)
    floor.feed(wanted("a", at=NOON), NOON)
    talks(floor, "a", BERND, since=NOON + 1)
    with pytest.raises(RequestRefused, match="Anna cannot take the call: team Late is closed"):
        floor.feed(PassRequested(agent=BERND, to_agent=ANNA), NOON + 2)


def test_agent_of_a_closed_team_may_take_a_call_all_the_same() -> None:
    floor = late_team(ANNA)
    floor.feed(wanted("a", at=NOON), NOON)
    assert given(floor.feed(CallTaken(agent=ANNA), NOON + 1)) == [("a", ANNA)]
