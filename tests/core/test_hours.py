"""Opening hours on the wall clock, through the nights in which it is set."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from router.core.hours import WEEKDAYS, Hours, Rule, Span, iso_of, midnight, most_specific, number, shown, ties
from router.core.house import Greeting, GreetingMode, Script
from router.core.route import greeting_at, script_at

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


# --- special days, public holidays, nights past midnight ------------------------------------------------------------

CHRISTMAS = {"2026-12-25": "1. Weihnachtstag", "2026-12-26": "2. Weihnachtstag"}
NIGHTS = {day: (Span(start=1320, end=1440 + 360),) for day in WEEKDAYS}
DAY = 86_400_000
ROUND_THE_CLOCK = {day: (Span(start=0, end=1440),) for day in WEEKDAYS}


@pytest.mark.parametrize(
    ("when", "is_open", "rule", "because"),
    [
        ("2026-12-23T10:00", True, Rule.WEEK, "we"),
        ("2026-12-24T09:59", True, Rule.SPECIAL_DAY, "2026-12-24"),
        ("2026-12-24T10:00", False, Rule.SPECIAL_DAY, "2026-12-24"),
        ("2026-12-25T09:30", False, Rule.HOLIDAY, "1. Weihnachtstag"),
        ("2026-12-25T10:30", True, Rule.HOLIDAY, "1. Weihnachtstag"),
        ("2026-12-26T10:30", False, Rule.SPECIAL_DAY, "2026-12-26"),  # a holiday, too
        ("2026-12-27T10:30", False, Rule.WEEK, "su"),
    ],
)
def test_special_day_goes_before_holiday_and_holiday_before_the_week(
    when: str, is_open: bool, rule: Rule, because: str
) -> None:
    hours = Hours(
        name="office",
        week=OFFICE.week,
        days={"2026-12-24": (Span(start=480, end=600),), "2026-12-26": ()},
        holidays=(Span(start=600, end=720),),
        calendar=CHRISTMAS,
    )
    basis = hours.basis_at(at(when))
    assert (basis.open, basis.rule, basis.because) == (is_open, rule, because)


def test_holiday_that_nobody_spoke_of_is_a_day_as_any_other() -> None:
    assert (
        Hours(name="always", week=ROUND_THE_CLOCK, calendar=CHRISTMAS).basis_at(at("2026-12-25T12:00")).rule
        is Rule.WEEK
    )


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-12-24T21:59", False),
        ("2026-12-25T05:59", True),  # begun on the day before
        ("2026-12-25T06:00", False),
        ("2026-12-25T22:30", False),  # the holiday's own night
        ("2026-12-26T05:00", False),
        ("2026-03-29T05:59", True),
        ("2026-03-29T06:00", False),
        ("2026-10-25T05:59", True),
        ("2026-10-25T06:00", False),
    ],
)
def test_night_belongs_to_the_day_on_which_it_begins(when: str, is_open: bool) -> None:
    nights = Hours(name="nights", week=NIGHTS, holidays=(), calendar={"2026-12-25": "1. Weihnachtstag"})
    assert nights.open_at(at(when)) == is_open


def test_night_split_at_midnight_is_the_same_on_ordinary_days() -> None:
    split = Hours(name="split", week={day: (Span(start=0, end=360), Span(start=1320, end=1440)) for day in WEEKDAYS})
    whole = Hours(name="whole", week=NIGHTS)
    start = at("2026-10-23T00:00")
    assert all(split.open_at(minute) == whole.open_at(minute) for minute in range(start, start + 4 * DAY, 60_000))


# --- the next change --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "now", "then"),
    [
        (OFFICE, "2026-09-21T10:00", "2026-09-21T12:00"),
        (OFFICE, "2026-09-21T12:00", "2026-09-21T13:00"),
        (OFFICE, "2026-09-25T18:00", "2026-09-28T08:00"),  # over the weekend
        (OFFICE, "2026-03-27T18:00", "2026-03-30T08:00"),  # and the clocks are set in it
        (Hours(name="night", week=NIGHTS), "2026-03-28T23:00", "2026-03-29T06:00"),
        (nightly(60, 150), "2026-03-29T01:30", "2026-03-29T03:00"),  # 02:30 does not come
        (nightly(0, 240), "2026-09-26T12:00", "2026-09-27T00:00"),
        (Hours(name="once", days={"2027-12-24": (Span(start=600, end=660),)}), "2026-01-01T00:00", "2027-12-24T10:00"),
    ],
)
def test_next_change_is_exact(hours: Hours, now: str, then: str) -> None:
    assert shown("Europe/Berlin", hours.next_change(at(now)) or 0) == then.replace("T", " ")


@pytest.mark.parametrize("week", [{}, ROUND_THE_CLOCK], ids=["never", "always"])
def test_what_never_changes_has_no_next_change(week: dict[str, tuple[Span, ...]]) -> None:
    assert Hours(name="same", week=week).next_change(at("2026-09-21T10:00")) is None


def test_after_three_closed_weeks_the_office_opens_again() -> None:
    holiday = {iso_of(number("2026-08-03") + day): () for day in range(21)}
    hours = Hours(name="office", week=OFFICE.week, days=holiday)
    assert shown("Europe/Berlin", hours.next_change(at("2026-08-04T10:00")) or 0) == "2026-08-24 08:00"


def walked(hours: Hours, now: int) -> bool:
    """The same rules, told by the minute: looks at each span of each day that could reach until now."""
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(hours.timezone))
    minute, today = local.hour * 60 + local.minute, local.date().toordinal()
    for back in (0, 1):
        day = local.date().fromordinal(today - back)
        spans = hours.week.get(WEEKDAYS[day.weekday()], ())
        if hours.holidays is not None and day.isoformat() in hours.calendar:
            spans = hours.holidays
        spans = hours.days.get(day.isoformat(), spans)
        if any(span.start <= minute + back * 1440 < span.end for span in spans):
            return True
    return False


@st.composite
def any_spans(draw: st.DrawFn) -> tuple[Span, ...]:
    quarters = draw(st.lists(st.tuples(st.integers(0, 95), st.integers(1, 96)), max_size=2))
    return tuple(Span(start=15 * start, end=15 * (start + length)) for start, length in quarters)


@st.composite
def any_hours(draw: st.DrawFn, around: str) -> Hours:
    dates = [iso_of(number(around) + day) for day in range(-2, 3)]
    return Hours(
        name="any",
        timezone=draw(st.sampled_from(("Europe/Berlin", "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe"))),
        week=draw(st.dictionaries(st.sampled_from(WEEKDAYS), any_spans(), max_size=7)),
        days=draw(st.dictionaries(st.sampled_from(dates), any_spans(), max_size=2)),
        holidays=draw(st.none() | any_spans()),
        calendar=draw(st.dictionaries(st.sampled_from(dates), st.just("Feiertag"), max_size=2)),
    )


NIGHTS_OF_CHANGE = ("2026-03-29", "2026-10-25", "2026-11-01", "2026-04-05", "2026-12-25")


@settings(deadline=None, max_examples=150)
@given(st.data(), st.sampled_from(NIGHTS_OF_CHANGE), st.integers(-48 * 60, 48 * 60))
def test_hours_are_what_a_walk_minute_by_minute_finds(data: st.DataObject, day: str, minutes: int) -> None:
    hours = data.draw(any_hours(day))
    now = at(day) + minutes * 60_000
    assert hours.open_at(now) == walked(hours, now)
    then = hours.next_change(now)
    if then is None:
        then = now + 2 * DAY
    else:
        assert hours.open_at(then) != hours.open_at(now)
    for minute in range(now, min(then, now + 2 * DAY), 600_000):
        assert walked(hours, minute) == hours.open_at(now)
    assert walked(hours, then - 1) == hours.open_at(now)


@given(st.sampled_from(("Europe/Berlin", "America/New_York", "Asia/Kathmandu")), st.integers(19_000, 30_000))
@example("Europe/Berlin", number("2026-03-29"))
def test_day_begins_at_midnight_on_the_wall(zone: str, day: int) -> None:
    assert shown(zone, midnight(zone, day)) == f"{iso_of(day)} 00:00"
    assert shown(zone, midnight(zone, day) - 60_000) == f"{iso_of(day - 1)} 23:59"


# --- the most specific ------------------------------------------------------------------------------------------------


def said(text: str, hours: Hours | None = None) -> Greeting:
    return Greeting(mode=GreetingMode.PLAY, text=text, hours=hours)


ALWAYS = said("always")
WEEKLY = said("weekly", Hours(name="weekly", week=ROUND_THE_CLOCK))
HOLIDAY = said("holiday", Hours(name="holiday", holidays=(Span(start=0, end=1440),), calendar=CHRISTMAS))
SPECIAL = said("special", Hours(name="special", days={"2026-12-25": (Span(start=600, end=660),)}))


@pytest.mark.parametrize(
    ("when", "text"),
    [("2026-12-24T10:30", "weekly"), ("2026-12-25T09:00", "holiday"), ("2026-12-25T10:30", "special")],
)
def test_most_specific_greeting_counts_whatever_the_order(when: str, text: str) -> None:
    for greetings in ((ALWAYS, WEEKLY, HOLIDAY, SPECIAL), (SPECIAL, HOLIDAY, WEEKLY, ALWAYS)):
        chosen = most_specific(greetings, at(when))
        assert chosen is not None
        assert chosen.text == text


def test_things_of_different_rules_never_tie() -> None:
    assert ties((ALWAYS, WEEKLY, HOLIDAY, SPECIAL), at("2026-09-21T00:00")) is None
    assert ties((WEEKLY,), at("2026-09-21T00:00")) is None


@pytest.mark.parametrize(
    ("one", "other", "when"),
    [
        (ALWAYS, said("also always"), "2026-09-21T07:00"),
        (WEEKLY, said("office", OFFICE), "2026-09-21T08:00"),
        (
            HOLIDAY,
            said("noon", Hours(name="noon", holidays=(Span(start=720, end=780),), calendar=CHRISTMAS)),
            "2026-12-25T12:00",
        ),
        (
            SPECIAL,
            said("late", Hours(name="late", days={"2026-12-25": (Span(start=630, end=700),)})),
            "2026-12-25T10:30",
        ),
        (
            said("night", Hours(name="night", week={"su": (Span(start=1320, end=1800),)})),
            said("early", Hours(name="early", week={"mo": (Span(start=300, end=600),)})),
            "2026-09-28T05:00",
        ),
    ],
)
def test_tie_is_found_at_its_first_instant(one: Greeting, other: Greeting, when: str) -> None:
    for pair in ((one, other), (other, one)):
        tie = ties(pair, at("2026-09-21T07:00"))
        assert tie is not None
        assert {tie[0].text, tie[1].text} == {one.text, other.text}
        assert tie[2] == at(when)


def test_tie_that_is_over_is_none() -> None:
    special = said("again", Hours(name="again", days={"2026-12-25": (Span(start=600, end=660),)}))
    assert ties((SPECIAL, special), at("2026-12-25T10:00")) is not None
    assert ties((SPECIAL, special), at("2026-12-25T11:00")) is None


def test_neighbours_do_not_tie() -> None:
    morning = said("morning", Hours(name="morning", week={"mo": (Span(start=0, end=720),)}))
    evening = said("evening", Hours(name="evening", week={"mo": (Span(start=720, end=1440),)}))
    assert ties((morning, evening), at("2026-09-21T07:00")) is None


def test_vips_have_their_own_script_where_there_is_one() -> None:
    plain, for_vips = Script(text="plain"), Script(text="vip", vip=True)
    office = Script(text="office", hours=OFFICE)
    noon = at("2026-09-21T10:00")
    assert script_at((plain, office, for_vips), noon, vip=True) is for_vips
    assert script_at((plain, office, for_vips), noon, vip=False) is office
    assert script_at((plain,), noon, vip=True) is plain
    assert script_at((for_vips,), noon, vip=False) is None
