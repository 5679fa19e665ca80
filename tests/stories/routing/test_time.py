"""Hours, special days, public holidays, nights of clock changes: which greeting, which handling, which person when."""

import pytest

from router.core.commands import Announce, RingStaff
from router.core.hours import WEEKDAYS, Hours, Span
from router.core.house import Greeting, GreetingMode, Handling, HandlingMode, House, Staff
from router.core.ids import StaffId
from tests.stories.houses import ANNA, AT_DAY, AT_NIGHT, FRAU_WEISS, WEISS, a_house, a_queue, agent, praxis
from tests.stories.routing.telling import becomes, given_up, instant, served, talkers
from tests.stories.story import Story

ALL_DAY = (Span(start=0, end=1440),)
OFFICE = Hours(
    name="office",
    week={day: (Span(start=8 * 60, end=18 * 60),) for day in WEEKDAYS[:5]},
    days={"2026-12-24": (Span(start=8 * 60, end=12 * 60),), "2026-12-31": ()},
    holidays=(),
    calendar={"2026-10-03": "Tag der Deutschen Einheit", "2026-12-25": "1. Weihnachtstag"},
)
CHRISTMAS_EVE = Hours(name="christmas eve", days={"2026-12-24": ALL_DAY})
SMALL_HOURS = Hours(name="small hours", week={day: (Span(start=2 * 60, end=3 * 60),) for day in WEEKDAYS})
TOKYO = Hours(name="tokyo", timezone="Asia/Tokyo", week={day: (Span(start=9 * 60, end=17 * 60),) for day in WEEKDAYS})


def greeting(text: str, hours: Hours | None = None) -> Greeting:
    return Greeting(mode=GreetingMode.PLAY, text=text, hours=hours)


def surgery(**changes: object) -> House:
    return a_house(clients=(praxis(queue=a_queue(), **changes),), agents=(agent("anna"),))


def greeted(house: House, local: str) -> str:
    """What a caller hears first at this moment, who is then served."""
    story = Story(house)
    becomes(story, local)
    story.agent_logs_in()
    story.caller_arrives()
    text = story.asked(Announce)[0].text
    story.announcement_ends()
    assert talkers(served(story)) == [ANNA]
    return text


@pytest.mark.parametrize(
    ("local", "heard"),
    [
        ("2026-09-23T07:59:59", "closed"),
        ("2026-09-23T08:00:00", "open"),
        ("2026-09-23T18:00:00", "closed"),
        ("2026-09-26T12:00:00", "closed"),  # a Saturday
        ("2026-12-25T10:00:00", "closed"),  # a Friday, but a public holiday
        ("2026-12-24T13:00:00", "christmas"),  # a day of its own goes before every week
        ("2026-12-31T10:00:00", "closed"),  # a Thursday, but a special day
    ],
)
def test_greeting_of_the_most_specific_hours_is_heard(local: str, heard: str) -> None:
    greetings = (greeting("closed"), greeting("open", OFFICE), greeting("christmas", CHRISTMAS_EVE))
    assert greeted(surgery(greetings=greetings), local) == heard


@pytest.mark.parametrize(
    ("after", "heard"),
    [(0, "small"), (60 * 60 - 1, "small"), (60 * 60, "small"), (2 * 60 * 60 - 1, "small"), (2 * 60 * 60, "rest")],
)
def test_hour_that_comes_twice_in_the_night_of_the_clock_change_is_open_twice(after: int, heard: str) -> None:
    story = Story(surgery(greetings=(greeting("rest"), greeting("small", SMALL_HOURS))))
    becomes(story, "2026-10-25T02:00:00")
    story.after(after)
    story.agent_logs_in()
    story.caller_arrives()
    assert story.asked(Announce)[0].text == heard
    story.announcement_ends()
    served(story)


def test_hour_that_does_not_come_in_the_night_of_the_clock_change_opens_nothing() -> None:
    story = Story(surgery(greetings=(greeting("rest"), greeting("small", SMALL_HOURS))))
    becomes(story, "2027-03-28T01:59:59")
    story.agent_logs_in()
    story.caller_arrives(call="before")
    assert story.asked(Announce)[-1].text == "rest"
    story.announcement_ends("before")
    served(story, call="before", seconds=0)
    story.caller_arrives(call="after")  # some seconds later it is three o'clock
    assert story.asked(Announce)[-1].text == "rest"
    story.announcement_ends("after")
    served(story, call="after")


def test_hours_count_in_their_own_time_zone() -> None:
    greetings = (greeting("closed"), greeting("open", TOKYO))
    assert greeted(surgery(greetings=greetings), "2026-09-23T03:00:00") == "open"  # ten in Tokyo
    assert greeted(surgery(greetings=greetings), "2026-09-23T12:00:00") == "closed"


def test_client_is_put_through_first_at_the_hours_set_for_it() -> None:
    handlings = (
        Handling(mode=HandlingMode.TAKE),
        Handling(mode=HandlingMode.PUT_THROUGH, staff=WEISS, hours=AT_DAY),
    )
    story = Story(surgery(handlings=handlings), on=(ANNA,))
    story.caller_arrives(call="day")
    assert story.rung == []
    story.staff_answers()
    story.after(30)
    story.caller_hangs_up("day")
    assert story.parts("day") == [("through", WEISS, 30.0)]
    becomes(story, "2026-09-22T23:00:00")
    story.caller_arrives(call="night")
    assert talkers(served(story, call="night")) == [ANNA]


def test_call_put_through_first_is_taken_when_nobody_answers() -> None:
    handlings = (Handling(mode=HandlingMode.PUT_THROUGH, staff=WEISS),)
    story = Story(surgery(handlings=handlings), on=(ANNA,))
    story.caller_arrives()
    story.after(40)  # two numbers, 20 s each
    assert [ring.number for ring in story.asked(RingStaff)] == list(FRAU_WEISS.numbers)
    assert talkers(served(story)) == [ANNA]


def test_call_is_taken_when_who_is_put_through_to_is_not_there_at_this_hour() -> None:
    at_night = Staff(id=WEISS, name="Frau Weiß", numbers=("+4930777",), key="1", hours=AT_NIGHT)
    handlings = (Handling(mode=HandlingMode.PUT_THROUGH, staff=WEISS),)
    story = Story(surgery(handlings=handlings, staff={WEISS: at_night}), on=(ANNA,))
    story.caller_arrives()
    assert story.asked(RingStaff) == []
    assert talkers(served(story)) == [ANNA]


def test_deputy_is_called_while_a_person_is_absent() -> None:
    deputy = Staff(id=StaffId("rot"), name="Herr Rot", numbers=("+4930888",), key="2")
    absent = Staff(
        id=WEISS,
        name="Frau Weiß",
        numbers=("+4930777",),
        key="1",
        absent_until=instant("2026-09-30T00:00"),
        deputy=deputy.id,
    )
    handlings = (Handling(mode=HandlingMode.PUT_THROUGH, staff=WEISS),)
    story = Story(surgery(handlings=handlings, staff={WEISS: absent, deputy.id: deputy}))
    story.caller_arrives(call="absent")
    assert story.just_asked(RingStaff)[0].number == "+4930888"
    given_up(story, call="absent")
    becomes(story, "2026-09-30T00:00:00")
    story.caller_arrives(call="back")
    assert story.just_asked(RingStaff)[0].number == "+4930777"
    given_up(story, call="back")


def test_edit_of_a_greeting_counts_from_the_next_call() -> None:
    story = Story(surgery(greetings=(greeting("old"),)), on=(ANNA,))
    story.caller_arrives(call="first")
    story.house_becomes(surgery(greetings=(greeting("new"),)))
    story.announcement_ends("first")
    served(story, call="first")
    story.caller_arrives(call="second")
    assert [announce.text for announce in story.asked(Announce)] == ["old", "new"]
    story.announcement_ends("second")
    served(story, call="second")
