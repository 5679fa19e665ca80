"""Opening hours on the wall clock, through the nights in which it is set."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from router.core.hours import WEEKDAYS, Hours, Span
from router.core.house import Greeting, GreetingMode
from router.core.route import greeting_at

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(name="office", week={day: (Span(start=480, end=720), Span(start=780, end=1080)) for day in WEEKDAYS[:5]})


def at(text: str, *, fold: int = 0, zone: ZoneInfo = BERLIN) -> int:
    """Milliseconds of a wall-clock time; `fold` 1 is the second time that the clock shows it."""
    return round(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp() * 1000)


def nightly(start: int, end: int) -> Hours:
    return Hours(name="night", week={"su": (Span(start=start, end=end),)})


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-09-21T07:59:59.999", False),
        ("2026-09-21T08:00", True),
        ("2026-09-21T11:59:59.999", True),
        ("2026-09-21T12:00", False),
        ("2026-09-21T13:00", True),
        ("2026-09-21T18:00", False),
        ("2026-09-26T10:00", False),  # a Saturday
        ("2026-01-05T08:00", True),  # winter time
        ("2026-07-06T08:00", True),  # summer time
    ],
)
def test_office_hours_are_those_on_the_wall(when: str, is_open: bool) -> None:
    assert OFFICE.open_at(at(when)) == is_open


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-03-29T01:59:59", True),
        ("2026-03-29T03:00", False),  # a second later: 02:00 to 03:00 does not exist
    ],
)
def test_hour_that_spring_takes_away_is_not_open(when: str, is_open: bool) -> None:
    assert nightly(60, 180).open_at(at(when)) == is_open


def test_night_of_spring_is_open_up_to_the_hour_that_exists() -> None:
    assert nightly(0, 240).open_at(at("2026-03-29T03:59"))
    assert not nightly(0, 240).open_at(at("2026-03-29T04:00"))


@pytest.mark.parametrize("fold", [0, 1])
def test_hour_that_autumn_gives_twice_is_open_twice(fold: int) -> None:
    assert nightly(120, 180).open_at(at("2026-10-25T02:30", fold=fold))
    assert not nightly(0, 120).open_at(at("2026-10-25T02:00", fold=fold))


def test_day_ends_at_midnight_and_not_before() -> None:
    whole = Hours(name="sunday", week={"su": (Span(start=0, end=1440),)})
    assert whole.open_at(at("2026-10-25T23:59:59"))
    assert not whole.open_at(at("2026-10-26T00:00"))
    assert not whole.open_at(at("2026-10-24T23:59:59"))


def test_other_places_have_other_clocks() -> None:
    lisbon = Hours(name="lisbon", timezone="Europe/Lisbon", week=OFFICE.week)
    assert not lisbon.open_at(at("2026-09-21T08:30"))
    assert lisbon.open_at(at("2026-09-21T09:00"))


def test_no_hours_at_all_are_closed() -> None:
    assert not Hours(name="never").open_at(at("2026-09-21T08:30"))


def test_greeting_with_hours_goes_before_the_one_without() -> None:
    always = Greeting(mode=GreetingMode.PLAY, text="always")
    office = Greeting(mode=GreetingMode.PLAY, text="office", hours=OFFICE)
    assert greeting_at((always, office), at("2026-09-21T08:30")) is office
    assert greeting_at((always, office), at("2026-09-21T07:30")) is always
    assert greeting_at((office,), at("2026-09-21T07:30")) is None
    assert greeting_at((), at("2026-09-21T07:30")) is None
