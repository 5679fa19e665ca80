"""Reports over small sets that can be added up by hand, and over any against a second way of counting."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.ids import AgentId, Millis
from router.core.record import EndingClass, Part, PartKind
from router.core.reports import (
    WEEKDAYS,
    Abandoned,
    AgentLine,
    Agents,
    EndingLine,
    Endings,
    Hours,
    ReportedCall,
    Service,
    Spread,
)

ANNA, BEN = AgentId("anna"), AgentId("ben")
BERLIN, LISBON = "Europe/Berlin", "Europe/Lisbon"
MONDAY = "2026-11-23T09:00:00+01:00"


def instant(text: str) -> Millis:
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def call(
    arrived: str = MONDAY,
    *parts: tuple[PartKind, Millis, Millis, AgentId | None],
    ending: EndingClass = EndingClass.SERVED,
    reason: str = "caller_hung_up",
    lasted: Millis = 60_000,
    timezone: str = BERLIN,
) -> ReportedCall:
    """A call with parts, each from and to so many milliseconds after the arrival."""
    at = instant(arrived)
    return ReportedCall(
        timezone=timezone,
        arrived=at,
        ended=at + lasted,
        ending=ending,
        reason=reason,
        parts=tuple(Part(kind=kind, start=at + start, end=at + end, agent=of) for kind, start, end, of in parts),
    )


def talked(
    after: Millis, talk: Millis, wrap_up: Millis = 0, agent: AgentId = ANNA, arrived: str = MONDAY
) -> ReportedCall:
    end = after + talk
    return call(arrived, (PartKind.TALK, after, end, agent), (PartKind.WRAP_UP, end, end + wrap_up, agent), lasted=end)


def gave_up(after: Millis, arrived: str = MONDAY) -> ReportedCall:
    return call(arrived, ending=EndingClass.ABANDONED, lasted=after)


OVERFLOWED = call(ending=EndingClass.OVERFLOWED, reason="announcement", lasted=90_000)
BLOCKED = call(ending=EndingClass.BLOCKED, reason="block_list", lasted=0)
FAULT = call(ending=EndingClass.FAULT, reason="handed_on")
THROUGH = call(MONDAY, (PartKind.THROUGH, 8_000, 68_000, None), ending=EndingClass.THROUGH, reason="staff_hung_up")
AGAIN = call(MONDAY, (PartKind.SPOKEN_BEFORE, 5_000, 9_000, ANNA), (PartKind.TALK, 50_000, 60_000, BEN))
FEW = [talked(4_000, 95_000, 30_000), talked(20_000, 10_000), talked(20_001, 60_000, 9_000, BEN)]


def service(
    calls: Sequence[ReportedCall], counted: Abandoned = Abandoned.ALL, within: Millis = 20_000
) -> tuple[int, int, int | None]:
    tally = Service(within=within, counted=counted)
    for one in calls:
        tally.add(one)
    line = tally.lines()[-1]
    return line.calls, line.in_time, line.level_permille


def test_calls_that_ended_alike_are_one_line_the_most_frequent_first() -> None:
    tally = Endings()
    for one in [BLOCKED, *FEW, THROUGH]:
        tally.add(one)
    none = {"talk_ms": 0, "wrap_up_ms": 0, "through_ms": 0}
    through = none | {"through_ms": 60_000}
    assert tally.lines() == [
        EndingLine(ending="served", reason="caller_hung_up", calls=3, talk_ms=165_000, wrap_up_ms=39_000, through_ms=0),
        EndingLine(ending="blocked", reason="block_list", calls=1, **none),
        EndingLine(ending="through", reason="staff_hung_up", calls=1, **through),
    ]


def test_an_agent_has_the_calls_that_the_agent_talked_in() -> None:
    tally = Agents()
    for one in [*FEW, AGAIN]:
        tally.add(one)
    assert tally.lines() == [
        AgentLine(
            agent="anna", calls=2, talk_ms=105_000, wrap_up_ms=30_000, talk_each_ms=52_500, wrap_up_each_ms=15_000
        ),
        AgentLine(agent="ben", calls=2, talk_ms=70_000, wrap_up_ms=9_000, talk_each_ms=35_000, wrap_up_each_ms=4_500),
    ]


def test_a_call_that_two_agents_share_counts_for_both_and_one_that_comes_back_once() -> None:
    tally = Agents()
    parts = [(0, ANNA), (10_000, BEN), (20_000, ANNA)]
    tally.add(call(MONDAY, *((PartKind.TALK, start, start + 10_000, agent) for start, agent in parts)))
    assert [(line.agent, line.calls, line.talk_ms) for line in tally.lines()] == [
        ("anna", 1, 20_000),
        ("ben", 1, 10_000),
    ]


@pytest.mark.parametrize(
    ("arrived", "timezone", "weekday", "hour"),
    [
        ("2026-11-23T23:30:00+00:00", BERLIN, "tuesday", 0),
        ("2026-11-23T23:30:00+00:00", LISBON, "monday", 23),
        ("2026-10-25T00:30:00+00:00", BERLIN, "sunday", 2),  # the night in which clocks go back: 2:30 in summer time
        ("2026-10-25T01:30:00+00:00", BERLIN, "sunday", 2),  # and 2:30 again
        ("2026-10-25T02:30:00+00:00", BERLIN, "sunday", 3),
        ("2026-03-29T00:59:59+00:00", BERLIN, "sunday", 1),  # the night in which they go forward
        ("2026-03-29T01:00:00+00:00", BERLIN, "sunday", 3),
        ("2026-03-28T23:00:00+00:00", BERLIN, "sunday", 0),
    ],
)
def test_a_call_belongs_to_the_hour_on_its_clients_clock(arrived: str, timezone: str, weekday: str, hour: int) -> None:
    tally = Hours()
    tally.add(call(arrived, timezone=timezone))
    assert [(line.weekday, line.hour) for line in tally.lines() if line.calls] == [(weekday, hour)]


def test_every_hour_of_the_week_is_a_line_and_tells_its_longest_answer_time() -> None:
    tally = Hours()
    for one in [*FEW, gave_up(7_000), BLOCKED]:
        tally.add(one)
    lines = tally.lines()
    assert [(line.weekday, line.hour) for line in lines] == [(day, hour) for day in WEEKDAYS for hour in range(24)]
    nine = lines[9]
    assert (nine.calls, nine.answered, nine.abandoned, nine.longest_ms) == (5, 3, 1, 20_001)
    assert sum(line.calls for line in lines) == 5


def test_the_limit_itself_is_in_time() -> None:
    assert service(FEW) == (3, 2, 666)


def test_callers_who_gave_up_count_as_it_is_stated() -> None:
    calls = [*FEW, gave_up(20_000), gave_up(20_001), OVERFLOWED]
    assert service(calls, Abandoned.ALL) == (6, 2, 333)  # 2 of 6
    assert service(calls, Abandoned.LATE) == (6, 2, 400)  # 2 of 5
    assert service(calls, Abandoned.NONE) == (6, 2, 500)  # 2 of 4


def test_calls_that_no_agent_should_answer_are_no_part_of_the_service_level() -> None:
    assert service([BLOCKED, THROUGH, FAULT, AGAIN]) == (0, 0, None)
    assert service([gave_up(5_000)], Abandoned.LATE) == (1, 0, None)


def test_days_are_told_one_by_one_and_then_all_together() -> None:
    tally = Service()
    for one in [*FEW, gave_up(7_000, "2026-11-24T00:00:00+01:00")]:
        tally.add(one)
    assert [(line.day, line.calls, line.level_permille) for line in tally.lines()] == [
        ("2026-11-23", 3, 666),
        ("2026-11-24", 1, 0),
        ("", 4, 500),
    ]
    whole = tally.lines()[-1]
    assert (whole.answer_p50_ms, whole.answer_p95_ms) == (20_000, 20_100)
    assert (whole.talk_ms, whole.talk_p50_ms, whole.talk_p95_ms) == (165_000, 60_000, 95_000)
    assert (whole.wrap_up_ms, whole.wrap_up_p50_ms, whole.wrap_up_p95_ms) == (39_000, 9_000, 30_000)


@given(st.lists(st.integers(0, 500_000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_nearest_rank_in_tenths_of_a_second(lengths: list[Millis], percent: int) -> None:
    spread = Spread()
    for length in lengths:
        spread.add(length)
    found = spread.percentile(percent)
    exact = next(one for one in sorted(lengths) if sum(x <= one for x in lengths) * 100 >= percent * len(lengths))
    assert found is not None
    assert exact <= found < exact + 100
    assert spread.total == sum(lengths)


@st.composite
def any_call(draw: st.DrawFn) -> ReportedCall:
    arrived = draw(st.integers(1_700_000_000_000, 1_900_000_000_000))
    parts, now = [], arrived
    for kind in draw(st.lists(st.sampled_from(PartKind), max_size=4)):
        start = now + draw(st.integers(0, 60_000))
        now = start + draw(st.integers(0, 60_000))
        parts.append(Part(kind=kind, start=start, end=now, agent=draw(st.sampled_from([ANNA, BEN, None]))))
    return ReportedCall(
        timezone=draw(st.sampled_from([BERLIN, LISBON, "America/St_Johns", "Asia/Kathmandu"])),
        arrived=arrived,
        ended=now + draw(st.integers(0, 60_000)),
        ending=draw(st.sampled_from(EndingClass)),
        reason=draw(st.sampled_from(["one", "two"])),
        parts=tuple(parts),
    )


def local(one: ReportedCall) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=one.arrived)).astimezone(ZoneInfo(one.timezone))


def answer(one: ReportedCall) -> Millis | None:
    kinds = [part.kind for part in one.parts]
    if PartKind.SPOKEN_BEFORE in kinds or PartKind.TALK not in kinds:
        return None
    return next(part.start for part in one.parts if part.kind == "talk") - one.arrived


@given(st.lists(any_call(), max_size=30))
def test_hours_and_endings_are_those_of_a_second_way_of_counting(calls: list[ReportedCall]) -> None:
    hours, endings = Hours(), Endings()
    for one in calls:
        hours.add(one)
        endings.add(one)
    for line in hours.lines():
        those = [
            one for one in calls if (local(one).weekday(), local(one).hour) == (WEEKDAYS.index(line.weekday), line.hour)
        ]
        waits = [wait for one in those if (wait := answer(one)) is not None]
        assert (line.calls, line.answered, line.longest_ms) == (len(those), len(waits), max(waits, default=None))
    for ended in endings.lines():
        those = [one for one in calls if (one.ending, one.reason) == (ended.ending, ended.reason)]
        talk = [part.end - part.start for one in those for part in one.parts if part.kind == "talk"]
        assert (ended.calls, ended.talk_ms) == (len(those), sum(talk))
    assert sum(line.calls for line in endings.lines()) == len(calls)


@given(st.lists(any_call(), max_size=30), st.sampled_from(Abandoned), st.integers(0, 90_000))
def test_the_service_level_is_that_of_a_second_way_of_counting(
    calls: list[ReportedCall], counted: Abandoned, within: Millis
) -> None:
    fresh = [one for one in calls if all(part.kind != "spoken_before" for part in one.parts)]
    waits = [wait for one in fresh if (wait := answer(one)) is not None]
    missed = [one for one in fresh if answer(one) is None and one.ending in {"abandoned", "overflowed", "message"}]
    left = [one.ended - one.arrived for one in missed if one.ending == "abandoned"]
    out = {"all": 0, "late": sum(one <= within for one in left), "none": len(left)}[counted]
    of, in_time = len(waits) + len(missed) - out, sum(wait <= within for wait in waits)
    expected = int(1000 * in_time / of) if of else None
    assert service(calls, counted, within) == (len(waits) + len(missed), in_time, expected)
