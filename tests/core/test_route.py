"""The way of a call: sanity, who is responsible, and the same decision once more from the record."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.brakes import Brake
from router.core.commands import BlockCaller
from router.core.events import CallerArrived
from router.core.hours import Hours, Span
from router.core.house import AllowEntry, BlockEntry, Client, Handling, HandlingMode, OnBlock, Responsible, Staff, Vip
from router.core.ids import CallId, LegId, StaffId
from router.core.record import Arrival, Ending, EndingClass
from router.core.refusal import Refusal
from router.core.route import Ordinary, Refused, Straight, arrived_of, decide, reach
from tests.stories import houses
from tests.stories.houses import (
    AT_DAY,
    AT_NIGHT,
    FRAU_WEISS,
    FRIEND,
    HERR_ROT,
    NACHT,
    NOON,
    PEST,
    PRAXIS_NUMBER,
    ROT,
    SOMEBODY,
    VIP_CALLER,
    WEISS,
    a_house,
    praxis,
    with_praxis,
)
from tests.stories.story import Story

HOUR = 3_600_000


def arrival(caller: str | None = SOMEBODY, *, dialled: str = PRAXIS_NUMBER) -> CallerArrived:
    return CallerArrived(call=CallId("c"), leg=LegId("c"), dialled=dialled, caller=caller)


# --- what must not be answered ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "caller", "refusal", "reason"),
    [
        (Arrival(returned=CallId("out")), SOMEBODY, Refusal.BUSY, "own_transfer_returned"),
        (Arrival(returned=CallId("out"), brake=Brake.CLIENT_RATE), "110", Refusal.BUSY, "own_transfer_returned"),
        (Arrival(), "110", Refusal.REJECTED, "forged_caller"),
        *((Arrival(brake=brake), SOMEBODY, Refusal.BUSY, str(brake)) for brake in Brake),
    ],
)
def test_no_call_or_one_too_many_is_refused_before_anything_else(
    facts: Arrival, caller: str, refusal: Refusal, reason: str
) -> None:
    decision = decide(a_house(), arrival(caller), NOON, facts)
    assert decision.way == Refused(refusal=refusal, ending=Ending(kind=EndingClass.REFUSED, reason=reason))
    identify, refused = decision.steps
    assert (identify.rule, refused.outcome) == ("identify", "refused")
    assert refused.because


def test_allowed_and_blocked_callers_are_held_to_the_same_limits() -> None:
    for caller in (FRIEND, PEST):
        decision = decide(a_house(), arrival(caller), NOON, Arrival(brake=Brake.CALLER_RATE))
        assert isinstance(decision.way, Refused)
        assert decision.way.refusal is Refusal.BUSY


# --- handling ---------------------------------------------------------------------------------------------------------

FIRST_TO_STAFF = Handling(mode=HandlingMode.PUT_THROUGH, staff=WEISS, hours=AT_DAY)
AT_NOON = Hours(name="noon", days={"2026-09-22": (Span(start=720, end=900),)})


@pytest.mark.parametrize(
    ("handlings", "caller", "to"),
    [
        ((), SOMEBODY, None),
        ((FIRST_TO_STAFF,), SOMEBODY, WEISS),
        ((FIRST_TO_STAFF,), None, WEISS),
        ((FIRST_TO_STAFF,), VIP_CALLER, WEISS),
        ((replace(FIRST_TO_STAFF, hours=AT_NIGHT),), SOMEBODY, None),
        ((FIRST_TO_STAFF, Handling(mode=HandlingMode.TAKE, hours=AT_NOON)), SOMEBODY, None),
        ((Handling(mode=HandlingMode.TAKE), FIRST_TO_STAFF), SOMEBODY, WEISS),
    ],
)
def test_handling_of_the_most_specific_schedule_counts(
    handlings: tuple[Handling, ...], caller: str | None, to: StaffId | None
) -> None:
    decision = decide(with_praxis(handlings=handlings), arrival(caller), NOON)
    assert (decision.way.staff.id if isinstance(decision.way, Straight) else None) == to
    assert decision.vip == (caller == VIP_CALLER)


def test_handling_leaves_its_hours_in_the_trace() -> None:
    steps = decide(with_praxis(handlings=(FIRST_TO_STAFF,)), arrival(), NOON).steps
    assert [(step.outcome, step.because) for step in steps if step.rule == "handling"] == [
        ("put_through", "hours day, tu"),
        ("weiss", "Frau Weiß, +4930777, +4917077"),
    ]


def test_blocked_caller_is_not_put_through_by_handling() -> None:
    assert isinstance(decide(with_praxis(handlings=(FIRST_TO_STAFF,)), arrival(PEST), NOON).way, Refused)


# --- who is responsible -----------------------------------------------------------------------------------------------

BY_HOURS = (Responsible(staff=ROT, hours=AT_NIGHT), Responsible(staff=WEISS, hours=AT_DAY))


@pytest.mark.parametrize(
    ("entry", "to"),
    [
        (AllowEntry(number=SOMEBODY, staff=None), None),
        (AllowEntry(number=SOMEBODY, staff=ROT), ROT),
        (AllowEntry(number=SOMEBODY, staff=ROT, by_hours=BY_HOURS), WEISS),
        (AllowEntry(number=SOMEBODY, staff=ROT, by_hours=BY_HOURS[:1]), ROT),
        (AllowEntry(number=SOMEBODY, staff=None, by_hours=(*BY_HOURS, Responsible(staff=ROT, hours=AT_NOON))), ROT),
        (AllowEntry(number=SOMEBODY, staff=NACHT), None),  # not at this hour
        (AllowEntry(number=SOMEBODY, staff=StaffId("gone")), None),
    ],
)
def test_responsible_person_is_that_of_the_most_specific_hours(entry: AllowEntry, to: StaffId | None) -> None:
    decision = decide(with_praxis(allow=(entry,)), arrival(), NOON)
    assert (decision.way.staff.id if isinstance(decision.way, Straight) else None) == to


def with_staff(*people: Staff) -> Client:
    return praxis(staff={person.id: person for person in people})


def away(person: Staff, *, until: int = NOON + HOUR, **changes: Any) -> Staff:
    return replace(person, absent_until=until, **changes)


@pytest.mark.parametrize(
    ("people", "to", "because"),
    [
        ((FRAU_WEISS,), WEISS, "Frau Weiß, +4930777, +4917077"),
        ((away(FRAU_WEISS),), None, "Frau Weiß is absent until 2026-09-22 14:00"),
        ((away(FRAU_WEISS, until=NOON),), WEISS, "Frau Weiß, +4930777, +4917077"),
        (
            (away(FRAU_WEISS, deputy=ROT), HERR_ROT),
            ROT,
            "Frau Weiß is absent until 2026-09-22 14:00; Herr Rot, +4930888",
        ),
        (
            (away(FRAU_WEISS, deputy=ROT), away(HERR_ROT, deputy=WEISS)),
            None,
            "Frau Weiß is absent until 2026-09-22 14:00; Herr Rot is absent until 2026-09-22 14:00",
        ),
        (
            (away(FRAU_WEISS, deputy=NACHT), houses.NIGHT_DOCTOR),
            None,
            "Frau Weiß is absent until 2026-09-22 14:00; Nachtdienst is not reachable at this hour (night)",
        ),
        ((away(FRAU_WEISS, deputy=StaffId("gone")),), None, "Frau Weiß is absent until 2026-09-22 14:00"),
        ((replace(FRAU_WEISS, transferable=False),), None, "Frau Weiß takes no transferred calls of ordinary callers"),
        (
            (away(FRAU_WEISS, transferable=False, deputy=ROT), HERR_ROT),
            None,
            "Frau Weiß is absent until 2026-09-22 14:00; Frau Weiß takes no transferred calls of ordinary callers",
        ),
        ((HERR_ROT,), None, "Praxis Dr. Müller has nobody called 'weiss'"),
    ],
)
def test_whom_a_transfer_reaches(people: tuple[Staff, ...], to: StaffId | None, because: str) -> None:
    staff, why = reach(with_staff(*people), WEISS, NOON, vip=False)
    assert ((staff.id if staff else None), why) == (to, because)


def test_vip_reaches_who_takes_only_vips() -> None:
    client = with_staff(HERR_ROT)
    assert reach(client, ROT, NOON, vip=True)[0] == HERR_ROT
    assert reach(client, ROT, NOON, vip=False)[0] is None
    assert reach(client, ROT, NOON, vip=False, asked_by_client=True)[0] == HERR_ROT


# --- the same decision once more --------------------------------------------------------------------------------------

CALLERS = (SOMEBODY, FRIEND, VIP_CALLER, PEST, "110", None, houses.CALL_CENTRE)
REPORT = BlockCaller(call=CallId("c"), client=houses.KANZLEI, number=SOMEBODY, agent=houses.ANNA)
DIALLED = (PRAXIS_NUMBER, houses.KANZLEI_NUMBER, houses.BLUMEN_NUMBER, houses.SHARED_NUMBER)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(CALLERS), st.sampled_from(DIALLED), st.sampled_from((0.0, 1.0, 20.0)), st.booleans()),
        min_size=1,
        max_size=8,
    )
)
def test_decision_can_be_made_again_from_the_record_alone(calls: list[tuple[str | None, str, float, bool]]) -> None:
    house = with_praxis(on_block=OnBlock.ANNOUNCE, handlings=(FIRST_TO_STAFF,), vips=(Vip(number=VIP_CALLER),))
    story = Story(house, on=(houses.ANNA,))
    story.board.guard.blocks.report(REPORT, house, story.now)
    for place, (caller, dialled, wait, own) in enumerate(calls):
        story.after(wait)
        story.caller_arrives(
            call=f"call-{place}", caller=caller, dialled=dialled, forwarded_by=(houses.PRAXIS_OWN,) if own else ()
        )
    for place in range(len(calls)):
        if not story.is_settled(f"call-{place}"):
            story.caller_hangs_up(f"call-{place}")
    for place in range(len(calls)):
        record = story.record(f"call-{place}")
        again = decide(house, arrived_of(record), record.arrived, record.arrival or Arrival())
        assert record.trace[: len(again.steps)] == again.steps
        assert record.client == (again.client.id if again.client else None)
        if isinstance(again.way, Refused):
            assert record.ending == again.way.ending


def test_ordinary_call_of_nobody_known_needs_no_facts() -> None:
    assert isinstance(decide(a_house(), arrival(), NOON).way, Ordinary)
    assert isinstance(decide(a_house(block=(BlockEntry(number=SOMEBODY),)), arrival(), NOON).way, Refused)
