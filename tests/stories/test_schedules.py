"""What the calendar decides about a call: special days, holidays, nights past midnight, who is responsible when."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from router.core.commands import Announce, RingStaff
from router.core.hours import WEEKDAYS, Hours, Span
from router.core.house import (
    AllowEntry,
    Greeting,
    GreetingMode,
    Handling,
    HandlingMode,
    House,
    Responsible,
    Script,
    Staff,
)
from router.core.ids import StaffId
from router.core.view import Phase
from router.core.viewing import view_of
from tests.stories.houses import (
    ANNA,
    FRIEND,
    ROT,
    SOMEBODY,
    VIP_CALLER,
    WEISS,
    a_house,
    praxis,
    with_praxis,
)
from tests.stories.story import Story

DAY = (Span(start=480, end=1080),)
WEEK = dict.fromkeys(WEEKDAYS[:5], DAY)
NIGHT = {day: (Span(start=1080, end=1440 + 480),) for day in WEEKDAYS}
UNITY = {"2026-10-03": "Tag der Deutschen Einheit"}
FIRST, SECOND = StaffId("first"), StaffId("second")


def at(story: Story, local: str) -> None:
    """Time goes on until the clock on the wall shows this."""
    then = round(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp() * 1000)
    story.after((then - story.now) / 1000)


def said(text: str, hours: Hours | None = None) -> Greeting:
    return Greeting(mode=GreetingMode.PLAY, text=text, hours=hours)


GREETINGS = (
    said("immer"),
    said("wochentags", Hours(name="office", week=WEEK)),
    said("nachts", Hours(name="night", week=NIGHT, holidays=(), calendar=UNITY)),
    said("feiertags", Hours(name="holidays", holidays=(Span(start=0, end=1440),), calendar=UNITY)),
    said("Betriebsausflug", Hours(name="outing", days={"2026-09-25": (Span(start=0, end=1440),)})),
)


@pytest.mark.parametrize(
    ("local", "heard"),
    [
        ("2026-09-22T13:30", "wochentags"),
        ("2026-09-22T18:00", "nachts"),
        ("2026-09-23T07:59", "nachts"),  # it began yesterday
        ("2026-09-25T00:30", "Betriebsausflug"),  # also in the night before it
        ("2026-09-26T12:00", "immer"),
        ("2026-10-03T07:00", "feiertags"),  # the night of the day before goes on, but a holiday is more specific
        ("2026-10-03T20:00", "feiertags"),
        ("2026-10-04T01:00", "immer"),  # no night begins on the holiday
    ],
)
def test_caller_hears_the_greeting_of_the_most_specific_schedule(local: str, heard: str) -> None:
    story = Story(with_praxis(greetings=GREETINGS), on=(ANNA,))
    at(story, local)
    story.caller_arrives()
    assert [one.text for one in story.asked(Announce)] == [heard]


def test_schedule_that_counted_is_in_the_trace() -> None:
    story = Story(with_praxis(greetings=GREETINGS), on=(ANNA,))
    at(story, "2026-10-03T07:00")
    story.caller_arrives()
    (step,) = [step for step in story.call().steps if step.rule == "greeting"]
    assert step.because == "hours holidays, Tag der Deutschen Einheit"


@pytest.mark.parametrize(
    ("local", "caller", "script"),
    [
        ("2026-09-22T13:30", SOMEBODY, "office"),
        ("2026-09-22T20:00", SOMEBODY, "plain"),
        ("2026-09-22T13:30", VIP_CALLER, "VIP at day"),
        ("2026-09-22T20:00", VIP_CALLER, "VIP"),
    ],
)
def test_agent_sees_the_script_for_this_caller_and_hour(local: str, caller: str, script: str) -> None:
    office = Hours(name="office", week=WEEK)
    scripts = (
        Script(text="plain"),
        Script(text="VIP", vip=True),
        Script(text="office", hours=office),
        Script(text="VIP at day", hours=office, vip=True),
    )
    story = Story(with_praxis(scripts=scripts), on=(ANNA,))
    at(story, local)
    story.caller_arrives(caller=caller)
    assert [call.script for call in view_of(story.board).calls] == [script]


# --- put through first ------------------------------------------------------------------------------------------------

BY_DAY = Handling(mode=HandlingMode.PUT_THROUGH, staff=WEISS, hours=Hours(name="office", week=WEEK))


def test_call_put_through_first_is_answered_and_costs_no_agent() -> None:
    story = Story(with_praxis(handlings=(BY_DAY,)), on=(ANNA,))
    story.caller_arrives()
    story.after(5)
    story.staff_answers()
    story.after(40)
    story.staff_phone_ends()
    assert story.ending() == ("through", "staff_hung_up")
    assert (story.rung, story.parts()) == ([], [("through", WEISS, 40.0)])


def test_vip_put_through_first_whom_nobody_answers_is_first_in_line() -> None:
    story = Story(with_praxis(handlings=(BY_DAY,)))
    other = story.caller_arrives(call="other")
    vip = story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.after(40)
    assert story.line == [vip, other]
    assert story.call("other").phase is Phase.WAITING


def test_special_day_takes_calls_that_are_put_through_on_others() -> None:
    outing = Handling(
        mode=HandlingMode.TAKE, hours=Hours(name="outing", days={"2026-09-23": (Span(start=0, end=1440),)})
    )
    story = Story(with_praxis(handlings=(BY_DAY, outing)), on=(ANNA,))
    at(story, "2026-09-23T10:00")
    story.caller_arrives()
    assert (story.asked(RingStaff), story.rung) == ([], [ANNA])
    assert story.why("handling") == []


# --- responsible by hour, absent, deputy ------------------------------------------------------------------------------


def on_call(**changes: object) -> House:
    """One is responsible at day, another in the nights; on the holiday the other is for the whole day."""
    people = {
        FIRST: Staff(id=FIRST, name="Erste", numbers=("+49301",), key="1", **changes),  # type: ignore[arg-type]
        SECOND: Staff(id=SECOND, name="Zweiter", numbers=("+49302",), key="2"),
    }
    holiday = Hours(name="holiday", holidays=(Span(start=0, end=1440),), calendar=UNITY)
    by_hours = (
        Responsible(staff=FIRST, hours=Hours(name="day", week=dict.fromkeys(WEEKDAYS, DAY))),
        Responsible(staff=SECOND, hours=Hours(name="night", week=NIGHT)),
        Responsible(staff=SECOND, hours=holiday),
    )
    allow = (AllowEntry(number=FRIEND, staff=None, by_hours=by_hours, name="Labor"),)
    return a_house(clients=(praxis(staff=people, allow=allow, vips=()),))


@pytest.mark.parametrize(
    ("local", "number"),
    [
        ("2026-10-02T12:00", "+49301"),
        ("2026-10-02T23:00", "+49302"),
        ("2026-10-03T12:00", "+49302"),  # the holiday
        ("2026-10-04T12:00", "+49301"),
        ("2026-10-25T02:30", "+49302"),
    ],
)
def test_straight_to_who_is_responsible_now(local: str, number: str) -> None:
    story = Story(on_call(), on=(ANNA,))
    at(story, local)
    story.caller_arrives(caller=FRIEND)
    assert [ring.number for ring in story.asked(RingStaff)] == [number]


def test_deputy_is_called_up_to_the_return_and_then_the_person() -> None:
    story = Story()
    story.house_becomes(on_call(absent_until=story.now + 3_600_000, deputy=SECOND))
    story.caller_arrives(call="one", caller=FRIEND)
    story.after(3600)
    story.caller_arrives(call="two", caller=FRIEND)
    assert [ring.number for ring in story.asked(RingStaff)] == ["+49302", "+49301"]
    assert "Erste is absent until 2026-09-22 14:00; Zweiter, +49302" in [
        step.because for step in story.call("one").steps
    ]


def test_agent_transfers_to_the_deputy_of_who_is_absent() -> None:
    story = Story()
    story.house_becomes(on_call(absent_until=story.now + 3_600_000, deputy=SECOND))
    story.agent_logs_in()
    story.caller_arrives()
    story.agent_answers()
    story.agent_transfers(to=FIRST)
    assert [ring.number for ring in story.asked(RingStaff)] == ["+49302"]


def test_agent_is_told_why_an_absent_person_without_deputy_cannot_be_reached() -> None:
    story = Story()
    story.house_becomes(on_call(absent_until=story.now + 3_600_000))
    story.agent_logs_in()
    story.caller_arrives()
    story.agent_answers()
    story.agent_transfers(to=FIRST)
    assert story.refusals == ["Erste is absent until 2026-09-22 14:00"]
    assert story.phase() is Phase.TALKING


def test_vip_has_the_person_who_takes_transfers_of_vips_only() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=VIP_CALLER)
    story.agent_answers()
    story.agent_transfers(to=ROT)
    assert [ring.number for ring in story.asked(RingStaff)] == ["+4930888"]
