"""Who gets whom: the longest idle with every skill, the first in line, ties decided once and for all."""

import pytest

from router.core.errors import IllegalMove, RequestRefused
from router.core.events import AgentLoggedIn, AgentLoggedOut, AgentPaused, OfferDeclined, WrapUpFinished
from router.core.floor import Floor
from router.core.ids import CallId
from router.core.matching import WRAPPED_UP
from router.core.messages import (
    AgentFreed,
    AgentUnwanted,
    AgentWanted,
    NobodyFree,
    OfferFailed,
    OfferTaken,
)
from router.core.seats import Seat
from router.core.skills import Needs, needs_of
from router.core.timers import Due
from router.core.view import Presence
from tests.core.floors import floor_of, floor_with, given, wanted
from tests.stories.houses import ANNA, BERND, CLARA, DEUTSCH, JURA, agent

NOTHING = Needs()


def test_longest_idle_agent_is_chosen() -> None:
    floor = floor_of(BERND, ANNA)
    assert given(floor.feed(wanted("c"), 10)) == [("c", BERND)]


def test_equally_idle_agents_are_taken_by_name() -> None:
    floor = floor_with([agent(name) for name in (CLARA, BERND, ANNA)])
    for name in (CLARA, BERND, ANNA):
        floor.feed(AgentLoggedIn(agent=name), 5)
    assert given(floor.feed(wanted("c"), 10)) == [("c", ANNA)]


def test_agent_needs_every_skill() -> None:
    floor = floor_of(ANNA)
    answer, *_ = floor.feed(wanted("c", DEUTSCH, JURA), 10)
    assert answer == NobodyFree(call=CallId("c"), position=1, because="nobody free with deutsch, jura")
    assert floor.why_not(ANNA, needs_of({DEUTSCH: 1, JURA: 1}), 10) == "lacks jura"


def test_call_without_needs_takes_anybody() -> None:
    assert given(floor_of(ANNA, skills=()).feed(wanted("c"), 10)) == [("c", ANNA)]


def test_idle_time_counts_from_the_last_conversation_and_not_from_a_failed_offer() -> None:
    floor = floor_of(ANNA, BERND)
    floor.feed(wanted("c"), 10)
    floor.feed(AgentUnwanted(call=CallId("c")), 20)
    assert given(floor.feed(wanted("d"), 30)) == [("d", ANNA)]
    floor.feed(OfferTaken(call=CallId("d"), agent=ANNA), 31)
    floor.feed(AgentFreed(call=CallId("d"), agent=ANNA, limit=1000), 40)
    floor.feed(WrapUpFinished(agent=ANNA), 50)
    assert given(floor.feed(wanted("e"), 60)) == [("e", BERND)]


def test_pause_and_back_begins_the_idle_time_anew() -> None:
    floor = floor_of(ANNA, BERND)
    floor.feed(AgentPaused(agent=ANNA, reason="coffee"), 10)
    floor.feed(AgentLoggedIn(agent=ANNA), 20)
    assert given(floor.feed(wanted("c"), 30)) == [("c", BERND)]


def test_saying_available_again_does_not() -> None:
    floor = floor_of(ANNA, BERND)
    floor.feed(AgentLoggedIn(agent=ANNA), 20)
    assert given(floor.feed(wanted("c"), 30)) == [("c", ANNA)]


@pytest.mark.parametrize(
    ("first", "second", "served"),
    [
        (wanted("a", at=1), wanted("b", at=2), "a"),
        (wanted("a", at=2), wanted("b", at=1), "b"),
        (wanted("a", at=1), wanted("b", at=1), "a"),  # who asked first
        (wanted("a", at=1), wanted("b", at=2, head_start_ms=5), "b"),
        (wanted("a", at=1, tier=1), wanted("b", at=2, tier=0), "b"),
        (wanted("a", JURA, at=1), wanted("b", at=2), "b"),
    ],
)
def test_first_in_line_whom_the_agent_can_serve(first: AgentWanted, second: AgentWanted, served: str) -> None:
    floor = floor_with([agent(ANNA, DEUTSCH)])
    floor.feed(first, 10)
    floor.feed(second, 10)
    assert given(floor.feed(AgentLoggedIn(agent=ANNA), 20)) == [(served, ANNA)]


def test_position_counts_everybody_before() -> None:
    floor = floor_of()
    floor.feed(wanted("a", at=1), 10)
    floor.feed(wanted("b", at=2), 10)
    answer, *_ = floor.feed(wanted("vip", at=3, head_start_ms=1_000), 10)
    assert isinstance(answer, NobodyFree)
    assert answer.position == 1


def test_caller_keeps_the_place_before_later_ones_when_an_offer_fails() -> None:
    floor = floor_of(ANNA)
    floor.feed(wanted("a", at=1), 10)
    floor.feed(wanted("b", at=2), 11)
    answer, *_ = floor.feed(OfferFailed(call=CallId("a"), agent=ANNA, reason="missed an offer"), 25)
    assert answer == NobodyFree(call=CallId("a"), position=1, because="back in line")
    assert given(floor.feed(AgentLoggedIn(agent=ANNA), 30)) == [("a", ANNA)]


def test_failure_without_a_reason_leaves_the_agent_available() -> None:
    floor = floor_of(ANNA)
    floor.feed(wanted("a"), 10)
    assert given(floor.feed(OfferFailed(call=CallId("a"), agent=ANNA, reason=""), 11)) == [("a", ANNA)]


def test_agents_own_wish_wins_over_the_floors() -> None:
    floor = floor_of(ANNA)
    floor.feed(wanted("a"), 10)
    floor.feed(AgentLoggedOut(agent=ANNA), 11)
    assert floor.seats[ANNA].presence is Presence.OFF
    assert [place.call for place in floor.line] == ["a"]


def test_returned_caller_gets_the_agent_who_transferred_before_all_others() -> None:
    floor = floor_of(BERND, ANNA)
    assert given(floor.feed(wanted("a", tier=0, back_to=ANNA), 10)) == [("a", ANNA)]


def test_returned_caller_of_a_busy_agent_gets_the_longest_idle() -> None:
    floor = floor_of(ANNA, BERND)
    floor.feed(wanted("other"), 10)
    assert given(floor.feed(wanted("a", tier=0, back_to=ANNA), 11)) == [("a", BERND)]


def test_returned_caller_of_an_agent_who_left_the_house_gets_another() -> None:
    assert given(floor_of(BERND).feed(wanted("a", tier=0, back_to=ANNA), 10)) == [("a", BERND)]


@pytest.mark.parametrize("kind", [OfferDeclined, WrapUpFinished])
def test_refused_wish_changes_nothing(kind: type) -> None:
    floor, same = floor_of(ANNA), floor_of(ANNA)
    with pytest.raises(RequestRefused):
        floor.feed(kind(agent=ANNA), 10)
    assert floor == same


def test_why_not_names_what_the_agent_does() -> None:
    floor = floor_of(ANNA)
    assert floor.why_not(ANNA, NOTHING, 11) == ""
    floor.feed(AgentPaused(agent=ANNA, reason="coffee"), 10)
    assert floor.why_not(ANNA, NOTHING, 11) == "paused, coffee"
    floor.feed(AgentLoggedOut(agent=ANNA), 11)
    assert floor.why_not(ANNA, NOTHING, 11) == "off"


def test_seat_that_is_busy_without_a_call_is_our_own_bug() -> None:
    floor = Floor(seats={ANNA: Seat(agent=agent(ANNA), doing=Presence.WRAP_UP)})
    with pytest.raises(IllegalMove, match="anna is wrap_up without a call"):
        floor.expire(Due(10, WRAPPED_UP, ANNA))


def test_wrap_up_limit_frees_the_agent_for_who_waits() -> None:
    floor = floor_of(ANNA)
    floor.feed(wanted("a"), 10)
    floor.feed(OfferTaken(call=CallId("a"), agent=ANNA), 11)
    floor.feed(wanted("b"), 12)
    floor.feed(AgentFreed(call=CallId("a"), agent=ANNA, limit=1000), 20)
    assert given(floor.expire(Due(1020, WRAPPED_UP, ANNA))) == [("b", ANNA)]
