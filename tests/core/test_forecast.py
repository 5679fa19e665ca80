"""What a month will have cost, by hand. Today is Monday, 23 November 2026."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from router.core.forecast import PATTERN_DAYS, ForecastLine, first_of_month, forecast, known_since
from router.core.hours import Day, iso_of, number, weekday

TODAY = number("2026-11-23")
EVERY_DAY = {day: 100 if weekday(day) < 5 else 0 for day in range(known_since(TODAY), TODAY)}


def told(costs: Mapping[Day, int], today: str = "2026-11-23") -> ForecastLine:
    return forecast("EUR", number(today), costs)


def test_working_days_to_come_cost_what_they_cost_before() -> None:
    # 2 to 6, 9 to 13 and 16 to 20 November: 15 days; 23 to 27 and 30 November: 6 days
    assert told(EVERY_DAY) == ForecastLine(
        currency="EUR",
        month="2026-11",
        days_elapsed=22,
        days_known=28,
        so_far_cents=1_500,
        to_come_cents=600,
        forecast_cents=2_100,
    )


def test_today_costs_no_less_than_it_has_cost_so_far() -> None:
    assert told(EVERY_DAY | {TODAY: 40}).forecast_cents == 2_100
    assert told(EVERY_DAY | {TODAY: 250}).forecast_cents == 2_250


def test_weekdays_that_are_not_known_cost_the_average_day() -> None:
    # the first call on Saturday, 21 November: 90 ct, none on Sunday, hence 45 ct for Monday to Friday, and Monday:
    # 6 x 45, and a Saturday at 90 and a Sunday at 0
    line = told({number("2026-11-21"): 90})
    assert (line.days_known, line.so_far_cents, line.to_come_cents, line.forecast_cents) == (2, 90, 360, 450)


def test_half_a_cent_goes_up_once_at_the_end() -> None:
    # Wednesday and Thursday: 3 ct, so Friday to Monday cost 1.5 ct each, 6 ct together
    costs = {number("2026-11-25"): 0, number("2026-11-26"): 3}
    line = told(costs, today="2026-11-27")
    assert (line.to_come_cents, line.forecast_cents) == (6, 9)
    line = told({number("2026-11-28"): 3, number("2026-11-29"): 0}, today="2026-11-30")
    assert (line.to_come_cents, line.forecast_cents) == (2, 5)


def test_days_of_the_month_before_are_a_pattern_but_no_cost_of_this_month() -> None:
    line = told({number("2026-10-26"): 70, number("2026-10-31"): 30}, today="2026-11-01")
    assert (line.days_elapsed, line.days_known, line.so_far_cents) == (0, 6, 0)


def test_without_a_whole_day_there_is_no_forecast() -> None:
    line = told({TODAY: 55})
    assert (line.so_far_cents, line.to_come_cents, line.forecast_cents) == (55, None, None)


def test_on_the_last_day_only_the_rest_of_it_is_to_come() -> None:
    line = told({number("2026-11-23"): 80, number("2026-11-30"): 50}, today="2026-11-30")
    assert (line.so_far_cents, line.to_come_cents, line.forecast_cents) == (130, 30, 160)


@given(st.integers(number("2024-01-01"), number("2028-12-31")))
def test_four_of_each_weekday_and_the_whole_month_are_known(today: Day) -> None:
    since = known_since(today)
    assert since <= first_of_month(today) <= today
    assert since <= today - PATTERN_DAYS
    assert iso_of(first_of_month(today)) == f"{iso_of(today)[:7]}-01"
    assert all(sum(weekday(day) == of for day in range(today - PATTERN_DAYS, today)) == 4 for of in range(7))


@given(st.integers(number("2024-01-01"), number("2028-12-31")), st.integers(0, 10_000))
def test_days_that_all_cost_the_same_make_a_month_that_costs_as_many_times_that(today: Day, cost: int) -> None:
    line = forecast("EUR", today, dict.fromkeys(range(known_since(today), today), cost))
    first = first_of_month(today)
    assert line.forecast_cents == cost * (first_of_month(first + 31) - first)
