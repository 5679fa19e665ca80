"""What agents may do with calls: take them out of turn, put them aside, pass them on; and what is refused."""

from dataclasses import replace

import pytest

from router.core.commands import KeepPresence
from router.core.errors import RequestRefused
from router.core.events import (
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    CallTaken,
    OfferDeclined,
    ParkedTaken,
    ParkRequested,
    PassRequested,
    WrapUpFinished,
)
from router.core.floor import Floor
from router.core.house import OfferBy
from router.core.ids import AgentId, CallId, QueueId
from router.core.messages import (
    AgentAsked,
    AgentAssigned,
    AgentFreed,
    AgentUnwanted,
    CallParked,
    NobodyFree,
    OfferFailed,
    OfferRefused,
    WrapUpEnded,
)
from router.core.queue import Queue
from router.core.skills import Needs
from router.core.view import Presence, SeatView
from tests.core.floors import Said, floor_of, floor_with, given, needing, only, talks, wanted
from tests.stories.houses import ANNA, BERND, CLARA, DEUTSCH, JURA, a_house, a_queue, agent

SECRET = a_queue((0, Needs(pledge=True)))
LAW = a_queue((0, needing(JURA)))


def parked(call: str, queue: Queue | None = None) -> CallParked:
    return CallParked(call=CallId(call), queue=queue or a_queue(), arrived=1, caller="caller")


def refusal(floor: Floor, wish: AgentEvent, now: int = 50) -> str:
    """Why it is refused; nothing has changed."""
    before = [replace(seat) for seat in floor.seats.values()]
    with pytest.raises(RequestRefused) as refused:
        floor.feed(wish, now)
    assert list(floor.seats.values()) == before
    return str(refused.value)


def in_talk(*others: AgentId, queue: Queue | None = None, **house: object) -> Floor:
    """Anna, who has pledged secrecy, talks in call `a`; the others are free."""
    floor = floor_with([agent(ANNA, pledged=True), agent(BERND), agent(CLARA, pledged=True)], **house)
    floor.feed(AgentLoggedIn(agent=ANNA), 1)
    floor.feed(wanted("a", queue=queue or a_queue(), at=2), 2)
    talks(floor, "a", ANNA, since=3)
    for number, name in enumerate(others):
        floor.feed(AgentLoggedIn(agent=name), 4 + number)
    return floor


# --- taking a waiting call ---------------------------------------------------------------------------------------


def test_paused_agent_takes_the_first_in_line_whom_it_fits() -> None:
    floor = floor_of(ANNA, skills=())
    floor.feed(AgentPaused(agent=ANNA, reason="lunch"), 2)
    for at, queue in ((3, LAW), (4, a_queue()), (5, a_queue())):
        floor.feed(wanted(f"at{at}", queue=queue, at=at), at)
    taken = only(AgentAssigned, floor.feed(CallTaken(agent=ANNA), 10))
    assert (taken.call, taken.because) == ("at4", "taken out of turn")
    talks(floor, "at4", ANNA, since=11, until=12)
    floor.feed(WrapUpFinished(agent=ANNA), 13)
    assert (floor.seats[ANNA].presence, floor.seats[ANNA].reason) == (Presence.PAUSED, "lunch")


def test_named_call_is_taken_without_its_skills() -> None:
    floor = floor_of(ANNA, skills=())
    floor.feed(wanted("a", queue=LAW, at=3), 3)
    assert given(floor.feed(CallTaken(agent=ANNA, call=CallId("a")), 10)) == [("a", ANNA)]
    assert floor.line == []


def test_taken_call_rings_at_once_also_for_who_takes_offers_at_the_desk() -> None:
    floor = floor_with([agent(ANNA, offer_by=OfferBy.DESK)])
    floor.feed(AgentLoggedIn(agent=ANNA), 1)
    floor.feed(AgentPaused(agent=ANNA, reason=""), 2)
    floor.feed(wanted("a", at=3), 3)
    assert not only(AgentAssigned, floor.feed(CallTaken(agent=ANNA), 10)).by_desk


def test_call_whose_taker_does_not_answer_keeps_its_place() -> None:
    floor = floor_of(ANNA, skills=())
    floor.feed(wanted("a", queue=LAW, at=3), 3)
    floor.feed(wanted("b", queue=LAW, at=4), 4)
    floor.feed(CallTaken(agent=ANNA, call=CallId("a")), 10)
    floor.feed(OfferFailed(call=CallId("a"), agent=ANNA, reason="missed an offer"), 25)
    assert [place.call for place in floor.line] == ["a", "b"]


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (CallTaken(agent=BERND), "Nobody waits whom you could serve."),
        (CallTaken(agent=BERND, call=CallId("a")), "That call does not wait (any more)."),
        (CallTaken(agent=BERND, call=CallId("secret")), "a pledge of secrecy, which you have not made"),
        (CallTaken(agent=ANNA, call=CallId("secret")), "You have a call already"),
        (CallTaken(agent=CLARA, call=CallId("secret")), "You are not logged in"),
        (ParkedTaken(agent=BERND), "No call is parked for you."),
        (ParkedTaken(agent=BERND, call=CallId("a")), "That call is not parked (any more)."),
        (ParkedTaken(agent=BERND, call=CallId("aside")), "a pledge of secrecy, which you have not made"),
        (ParkedTaken(agent=ANNA), "You have a call already"),
        (ParkedTaken(agent=CLARA, call=CallId("aside")), "You are not logged in"),
        (ParkRequested(agent=BERND), "You are in no conversation now."),
        (PassRequested(agent=BERND, to_agent=CLARA), "You are in no conversation now."),
        (PassRequested(agent=ANNA, to_agent=AgentId("nemo")), "There is no agent 'nemo'."),
        (PassRequested(agent=ANNA, to_agent=CLARA), "Clara cannot take the call: off."),
        (PassRequested(agent=ANNA, to_agent=ANNA), "Anna cannot take the call: talks in call a."),
        (PassRequested(agent=ANNA, to_agent=BERND), "Bernd cannot take the call: has not pledged secrecy."),
        (PassRequested(agent=ANNA, to_queue=QueueId("nowhere")), "There is no queue 'nowhere'."),
    ],
)
def test_what_is_not_possible_is_refused_and_changes_nothing(wish: AgentEvent, why: str) -> None:
    floor = in_talk(BERND, queue=SECRET)
    floor.feed(wanted("secret", queue=SECRET, at=10), 10)
    floor.feed(parked("aside", SECRET), 11)
    assert why in refusal(floor, wish)


# --- the park ----------------------------------------------------------------------------------------------------


def park(floor: Floor) -> Said:
    """Anna puts her call aside, and goes into wrap-up."""
    asked = floor.feed(ParkRequested(agent=ANNA), 20)
    floor.feed(AgentFreed(call=CallId("a"), agent=ANNA, limit=180_000), 21)
    floor.feed(parked("a"), 21)
    return asked


def test_wish_to_park_goes_to_the_call() -> None:
    event = ParkRequested(agent=ANNA)
    assert park(in_talk()) == [AgentAsked(call=CallId("a"), agent=ANNA, event=event)]


def test_parked_call_is_offered_to_nobody_until_somebody_takes_it_up() -> None:
    floor = in_talk()
    park(floor)
    assert given(floor.feed(AgentLoggedIn(agent=BERND), 30)) == []
    assert given(floor.feed(ParkedTaken(agent=BERND), 31)) == [("a", BERND)]
    assert floor.parked == {}


def test_call_parked_longest_is_taken_up_first() -> None:
    floor = in_talk(BERND, CLARA)
    for call in ("z", "b"):
        floor.feed(parked(call), 20)
    assert given(floor.feed(ParkedTaken(agent=BERND), 30)) == [("z", BERND)]
    assert given(floor.feed(ParkedTaken(agent=CLARA, call=CallId("b")), 31)) == [("b", CLARA)]


def test_agent_without_the_pledge_takes_up_the_first_call_that_needs_none() -> None:
    floor = in_talk(BERND)
    floor.feed(parked("secret", SECRET), 20)
    floor.feed(parked("plain"), 21)
    assert given(floor.feed(ParkedTaken(agent=BERND), 30)) == [("plain", BERND)]


def test_agent_who_takes_the_own_call_up_again_has_the_wrap_up_still_to_come() -> None:
    floor = in_talk()
    park(floor)
    said = floor.feed(ParkedTaken(agent=ANNA), 60)
    assert only(WrapUpEnded, said) == WrapUpEnded(call=CallId("a"), agent=ANNA, start=21, end=60, counted=False)
    assert given(said) == [("a", ANNA)]
    assert floor.timers.next() is None


def test_parked_call_that_is_not_answered_goes_into_line_before_all_others() -> None:
    floor = in_talk(BERND)
    park(floor)
    floor.feed(ParkedTaken(agent=BERND), 30)
    floor.feed(wanted("other", at=4), 31)
    floor.feed(OfferFailed(call=CallId("a"), agent=BERND, reason="missed an offer"), 45)
    assert [place.call for place in floor.line] == ["a", "other"]


@pytest.mark.parametrize("end", [AgentUnwanted(call=CallId("a")), wanted("a", queue=LAW, at=40)])
def test_call_that_hangs_up_or_waits_again_is_parked_no_more(end: AgentUnwanted) -> None:
    floor = in_talk()
    park(floor)
    floor.feed(end, 40)
    assert floor.parked == {}


# --- passing -----------------------------------------------------------------------------------------------------


def test_call_is_passed_to_the_named_agent_alone() -> None:
    floor = in_talk(BERND, CLARA)
    wish = PassRequested(agent=ANNA, to_agent=CLARA)
    assert floor.feed(wish, 20) == [AgentAsked(call=CallId("a"), agent=ANNA, event=wish)]
    floor.feed(AgentFreed(call=CallId("a"), agent=ANNA, limit=1_000), 21)
    passed = only(AgentAssigned, floor.feed(wanted("a", queue=LAW, at=2, tier=0, only=CLARA), 21))
    assert (passed.agent, passed.because) == (CLARA, "passed to this agent")


def test_call_that_the_named_agent_does_not_take_goes_on_to_whoever_fits() -> None:
    floor = in_talk(BERND, CLARA)
    floor.feed(AgentFreed(call=CallId("a"), agent=ANNA, limit=1_000), 21)
    floor.feed(wanted("a", at=2, tier=0, only=CLARA), 21)
    assert given(floor.feed(OfferDeclined(agent=CLARA), 22)) == [("a", BERND)]


@pytest.mark.parametrize("queue", [a_queue(), SECRET])
def test_call_passed_to_an_agent_who_is_gone_meanwhile_goes_on(queue: Queue) -> None:
    floor = in_talk(BERND, CLARA)
    floor.feed(AgentLoggedOut(agent=CLARA), 20)
    said = floor.feed(wanted("a", queue=queue, at=2, tier=0, only=CLARA), 21)
    assert given(said) == ([] if queue is SECRET else [("a", BERND)])


def test_call_may_be_passed_to_a_queue_of_the_house() -> None:
    floor = in_talk(queues={QueueId("law"): LAW})
    wish = PassRequested(agent=ANNA, to_queue=QueueId("law"))
    assert only(AgentAsked, floor.feed(wish, 20)).event == wish


# --- what is kept of seats ---------------------------------------------------------------------------------------


def test_every_change_of_a_seat_is_kept_as_it_stands_then() -> None:
    floor = in_talk(BERND)
    said = floor.feed(wanted("b", at=20), 20)
    assert only(KeepPresence, said).seat == SeatView(
        agent=BERND,
        at=20,
        intent=Presence.AVAILABLE,
        doing=Presence.OFFERED,
        call=CallId("b"),
        idle_since=4,
        offered_last=20,
    )
    said = floor.feed(OfferFailed(call=CallId("b"), agent=BERND, reason="missed an offer"), 35)
    kept = only(KeepPresence, said).seat
    assert (kept.intent, kept.doing, kept.reason) == (Presence.PAUSED, None, "missed an offer")


def test_agent_who_leaves_the_house_is_kept_as_off() -> None:
    floor = in_talk(BERND)
    floor.feed(AgentPaused(agent=BERND, reason="lunch"), 10)
    kept = only(KeepPresence, floor.adopt(a_house(agents=[agent(ANNA)]), 30)).seat
    assert (kept.agent, kept.intent, kept.reason) == (BERND, Presence.OFF, "")


def test_agent_who_loses_the_pledge_while_rung_is_let_go() -> None:
    floor = floor_with([agent(ANNA, pledged=True)])
    floor.feed(AgentLoggedIn(agent=ANNA), 1)
    floor.feed(wanted("a", queue=SECRET, at=2), 2)
    said = floor.adopt(a_house(agents=[agent(ANNA)]), 3)
    assert only(OfferRefused, said).agent == ANNA
    assert [place.call for place in floor.line] == ["a"]
    assert floor.seats[ANNA].free


def test_agent_who_leaves_the_house_while_rung_is_let_go_and_the_caller_served_by_another() -> None:
    floor = floor_of(ANNA, BERND)
    floor.feed(wanted("a", DEUTSCH, at=3), 3)
    said = floor.adopt(a_house(agents=[agent(BERND, DEUTSCH)]), 4)
    assert only(OfferRefused, said).agent == ANNA
    assert given(said) == [("a", BERND)]
    assert list(floor.seats) == [BERND]


def test_who_is_let_go_so_takes_nobody_from_the_first_in_line() -> None:
    floor = floor_with([agent(ANNA, pledged=True), agent(BERND)])
    for name in (ANNA, BERND):
        floor.feed(AgentLoggedIn(agent=name), 1)
    secret_law = a_queue((0, replace(needing(JURA), pledge=True)))
    floor.feed(wanted("first", queue=secret_law, at=2), 2)
    floor.feed(wanted("second", queue=SECRET, at=3), 3)
    said = floor.adopt(a_house(agents=[agent(ANNA), agent(BERND, JURA, pledged=True)]), 4)
    assert given(said) == [("first", BERND)]
    assert only(NobodyFree, said).call == "second"
