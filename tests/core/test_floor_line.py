"""How callers wait: places in a queue, full queues, and needs that relax, also while an agent is rung."""

import pytest

from router.core.events import AgentLoggedIn, CallTaken, OfferDeclined
from router.core.floor import Floor
from router.core.ids import CallId, QueueId
from router.core.matching import RELAXED
from router.core.messages import (
    AgentAssigned,
    AgentUnwanted,
    NeedsRelaxed,
    NobodyFree,
    OfferFailed,
    PlaceAsked,
    PlaceTold,
    QueueFull,
)
from router.core.skills import Needs
from router.core.timers import Due
from router.core.view import Presence
from tests.core.floors import Said, floor_of, floor_with, given, needing, only, talks, wanted
from tests.stories.houses import ANNA, BERND, DEUTSCH, JURA, a_queue, agent

EXPERT, ANYBODY = needing(jura=4), Needs()
RELAXING = a_queue((0, EXPERT), (20, needing(JURA)), (60, ANYBODY))
OTHER = a_queue(id=QueueId("other"))


def relaxed(floor: Floor, call: str, at: int) -> Said:
    """The time has come, as the floor itself had asked for."""
    due = floor.timers.pop_due(at)
    assert due == Due(at, RELAXED, call)
    return floor.expire(due)


def position(said: Said) -> int:
    return only(NobodyFree, said).position


def test_position_is_the_place_in_the_own_queue() -> None:
    floor = floor_of()
    assert position(floor.feed(wanted("a", at=1), 1)) == 1
    assert position(floor.feed(wanted("b", queue=OTHER, at=2), 2)) == 1
    assert position(floor.feed(wanted("c", at=3), 3)) == 2


def test_who_goes_before_others_says_how_many() -> None:
    floor = floor_of()
    for at, call in ((0, "a"), (2, "b"), (4, "c")):
        floor.feed(wanted(call, at=at), at)
    vip = only(NobodyFree, floor.feed(wanted("vip", at=10, head_start_ms=9), 10))
    assert (vip.position, vip.passed) == (2, 2)
    assert [place.call for place in floor.line] == ["a", "vip", "b", "c"]


def test_who_was_rung_at_once_and_goes_before_others_after_all_says_it_then_and_once() -> None:
    floor = floor_of(ANNA)
    floor.feed(wanted("law", queue=a_queue((0, needing(JURA))), at=1), 1)
    floor.feed(wanted("vip", at=10, head_start_ms=20), 10)
    failed = OfferFailed(call=CallId("vip"), agent=ANNA, reason="")
    floor.seats[ANNA].intent = Presence.PAUSED
    assert only(NobodyFree, floor.feed(failed, 25)).passed == 1
    floor.feed(CallTaken(agent=ANNA), 26)
    assert only(NobodyFree, floor.feed(failed, 27)).passed == 0


def test_who_goes_behind_all_passes_nobody() -> None:
    floor = floor_of()
    floor.feed(wanted("a", at=1), 1)
    assert only(NobodyFree, floor.feed(wanted("b", at=2), 2)).passed == 0


def test_caller_who_is_offered_keeps_the_place_so_nobody_falls_behind_a_failed_offer() -> None:
    floor = floor_of(ANNA)
    floor.feed(wanted("a", at=1), 10)
    assert position(floor.feed(wanted("b", at=2), 11)) == 2
    floor.feed(OfferFailed(call=CallId("a"), agent=ANNA, reason="missed an offer"), 20)
    assert only(PlaceTold, floor.feed(PlaceAsked(call=CallId("b")), 21)).position == 2


def test_place_comes_nearer_when_an_agent_takes_who_was_before() -> None:
    floor = floor_of(ANNA)
    floor.feed(wanted("a", at=1), 10)
    floor.feed(wanted("b", at=2), 11)
    talks(floor, "a", ANNA, since=12)
    assert only(PlaceTold, floor.feed(PlaceAsked(call=CallId("b")), 13)).position == 1


def test_full_queue_takes_no_more_but_who_was_spoken_with_before() -> None:
    floor, queue = floor_of(), a_queue(max_waiting=1)
    floor.feed(wanted("a", queue=queue), 100)
    full = only(QueueFull, floor.feed(wanted("b", queue=queue), 101))
    assert full.because == "1 wait already, 1 may"
    assert position(floor.feed(wanted("back", queue=queue, tier=0), 102)) == 1
    assert [place.call for place in floor.line] == ["back", "a"]


def test_queue_without_room_serves_who_need_not_wait() -> None:
    floor, queue = floor_of(ANNA), a_queue(max_waiting=0)
    assert given(floor.feed(wanted("a", queue=queue), 100)) == [("a", ANNA)]
    assert only(QueueFull, floor.feed(wanted("b", queue=queue), 101))


def test_caller_who_asks_anew_waits_once_only() -> None:
    floor = floor_of()
    floor.feed(wanted("a", at=1), 1)
    floor.feed(wanted("a", at=1, queue=OTHER), 2)
    assert [place.queue.id for place in floor.line] == ["other"]


def test_needs_relax_when_their_time_has_come_and_who_fits_now_is_rung() -> None:
    floor = floor_with([agent(ANNA, DEUTSCH)])
    floor.feed(AgentLoggedIn(agent=ANNA), 1)
    floor.feed(wanted("a", queue=RELAXING, at=1_000), 1_000)
    assert relaxed(floor, "a", 21_000) == [
        NeedsRelaxed(call=CallId("a"), stage=1, because="after 20 s: jura, before jura 4")
    ]
    said = relaxed(floor, "a", 61_000)
    assert [type(one) for one in said[:2]] == [NeedsRelaxed, AgentAssigned]
    assert given(said) == [("a", ANNA)]
    assert floor.timers.next() is None


def test_needs_relax_while_an_agent_is_rung() -> None:
    floor = floor_with([agent(ANNA, JURA), agent(BERND)])
    for who in (ANNA, BERND):
        floor.feed(AgentLoggedIn(agent=who), 1)
    floor.feed(wanted("a", queue=a_queue((0, needing(JURA)), (60, ANYBODY)), at=1_000), 50_000)
    said = relaxed(floor, "a", 61_000)
    assert only(NeedsRelaxed, said).stage == 1
    assert given(said) == []
    assert given(floor.feed(OfferDeclined(agent=ANNA), 62_000)) == [("a", BERND)]


def test_stage_counts_from_the_begin_of_waiting_also_in_another_queue() -> None:
    floor = floor_of()
    said = floor.feed(wanted("a", queue=RELAXING, at=1_000), 31_000)
    assert only(NobodyFree, said).because == "nobody free with jura"
    assert floor.timers.next() == 61_000


def test_pledge_never_relaxes_whatever_a_stage_says() -> None:
    floor = floor_with([agent(ANNA)])
    floor.feed(AgentLoggedIn(agent=ANNA), 1)
    floor.feed(wanted("a", queue=a_queue((0, Needs(pledge=True)), (10, ANYBODY)), at=0), 1)
    assert given(relaxed(floor, "a", 10_000)) == []
    assert floor.why_not(ANNA, floor.line[0].needs, 10_001) == "has not pledged secrecy"


def test_of_two_who_relax_at_one_instant_the_first_in_line_is_served() -> None:
    floor = floor_of(ANNA)
    queue = a_queue((0, needing(JURA)), (10, ANYBODY))
    floor.feed(wanted("a", queue=queue, at=5), 5)
    floor.feed(wanted("b", queue=queue, at=5, head_start_ms=1), 6)
    said = floor.expire(floor.timers.pop_due(10_005) or pytest.fail("nothing is due"))
    assert [one.call for one in said if isinstance(one, NeedsRelaxed)] == ["b", "a"]
    assert given(said) == [("b", ANNA)]


@pytest.mark.parametrize("left", [False, True])
def test_nothing_is_due_for_who_waits_no_more(left: bool) -> None:
    floor = floor_of(ANNA)
    floor.feed(wanted("a", queue=a_queue((0, needing(DEUTSCH)), (60, ANYBODY)), at=10), 10)
    if left:
        floor.feed(AgentUnwanted(call=CallId("a")), 20)
    else:
        talks(floor, "a", ANNA, since=20)
    assert floor.timers.next() is None
