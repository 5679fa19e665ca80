"""Figures from calls and from agents' time, hour by hour."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from router.core.errors import SetUpFailed
from router.core.house import Team
from router.core.ids import AgentId, CallId, ClientId, TeamId
from router.core.record import Ending, EndingClass
from router.core.view import Presence, SeatView
from router.sim.draws import LogNormal, stream
from router.sim.duty import by_hour, everybody
from router.sim.outcome import Outcome
from router.sim.people import Habits
from router.sim.profile import callers, profile_of, way_to
from router.sim.results import figures, half_interval, percentile, results
from router.sim.staffing import Staffed, Target
from router.sim.timesheet import Timesheet
from router.sim.trial import simulate
from tests.sim.houses import DAY, HOUR, MEMORYLESS, MONDAY, SECOND, agents, client, house

LIMIT = 20 * SECOND
ANNA = AgentId("anna")


def outcome(waited: int, kind: EndingClass = EndingClass.SERVED, *, sought: bool = True) -> Outcome:
    return Outcome(
        call=CallId(""),
        client=ClientId("alpha"),
        line="",
        arrived=MONDAY,
        sought=MONDAY if sought else None,
        waited=waited,
        ending=Ending(kind=kind, reason=""),
        agent=ANNA if kind is EndingClass.SERVED else None,
        staff=None,
    )


def test_service_level_counts_the_late_the_lost_and_not_the_hasty() -> None:
    found = figures(
        [
            outcome(5_000),
            outcome(LIMIT),
            outcome(LIMIT + 1),
            outcome(3_000, EndingClass.ABANDONED),  # gave up before the limit: nobody's fault
            outcome(60_000, EndingClass.ABANDONED),
            outcome(60_000, EndingClass.OVERFLOWED),
            outcome(0, EndingClass.BLOCKED, sought=False),
        ],
        LIMIT,
    )
    assert (found.calls, found.answered, found.abandoned, found.overflowed) == (6, 3, 2, 1)
    assert found.level == pytest.approx(2 / 5)
    assert found.abandonment == pytest.approx(2 / 6)


def test_nobody_calling_has_no_figures_instead_of_perfect_ones() -> None:
    nothing = figures([], LIMIT)
    assert (nothing.level, nothing.mean, nothing.p99, nothing.abandonment) == (None, None, None, None)


def test_percentiles_are_waits_that_somebody_had() -> None:
    waits = list(range(1, 101))
    assert [percentile(waits, percent) for percent in (50, 90, 99)] == [50, 90, 99]
    assert percentile([7], 99) == 7


def test_the_interval_of_few_runs_is_students() -> None:
    assert half_interval([1.0]) is None
    assert half_interval([1.0, 2.0, 3.0]) == pytest.approx(4.303 / 3**0.5)


def seat(at: int, intent: Presence, doing: Presence | None = None) -> SeatView:
    return SeatView(agent=ANNA, at=MONDAY + at, intent=intent, doing=doing)


def test_occupancy_is_of_the_time_at_work_and_split_at_the_full_hour() -> None:
    sheet = Timesheet(begins=MONDAY)
    free = Presence.AVAILABLE
    sheet.note(seat(0, free))
    sheet.note(seat(HOUR // 2, free, Presence.TALKING))
    sheet.note(seat(HOUR + HOUR // 2, Presence.PAUSED))
    sheet.note(seat(HOUR + 3 * HOUR // 4, free))
    sheet.close(MONDAY + 2 * HOUR)
    assert sheet.share(hour=0) == pytest.approx(1 / 2)
    assert sheet.share(hour=1) == pytest.approx(2 / 3)
    assert sheet.share() == pytest.approx(1 / 1.75)
    assert (sheet.on_duty(0), sheet.on_duty(1)) == (1.0, 0.75)
    assert sheet.share(hour=2) is None


def test_results_add_hours_queues_skills_and_teams_up() -> None:
    night = Team(id=TeamId("night"), name="Nacht")
    of = house([client(), client("beta", "x", number=2)], (*agents(2), *agents(1, "x", team=night)))
    profile = profile_of({"calls": 300, "hours": [0] * 9 + [1] * 3 + [0] * 12}, Path("p.yaml"))
    runs = [
        simulate(
            of,
            callers(profile, of, MONDAY, seed),
            everybody(of, MONDAY),
            begins=MONDAY,
            ends=MONDAY + DAY,
            habits=profile.habits(),
            seed=seed,
        )
        for seed in (1, 2)
    ]
    found = results(runs, of, LIMIT)
    assert found.arrived == found.overall.calls == sum(hour.figures.calls for hour in found.hours)
    assert found.overall.calls == sum(line.calls for line in found.lines.values())
    assert [hour.figures.calls > 0 for hour in found.hours] == [9 <= hour < 12 for hour in range(24)]
    assert list(found.lines) == ["default: any skills", "default: x"]
    assert [sum(line.calls for line in hour.lines.values()) for hour in found.hours] == [
        hour.figures.calls for hour in found.hours
    ]
    assert set(found.skills) == {"x"}
    assert found.hours[3].skills["x"] == 0 < (found.skills["x"] or 0) < (found.hours[10].skills["x"] or 0)
    assert found.teams["Nacht"] == found.skills["x"]
    assert found.spread is not None
    assert all(hour.on_duty == pytest.approx(3) for hour in found.hours)


def test_the_staffing_found_meets_the_target_near_erlang_c_and_with_nobody_to_spare() -> None:
    of = house([client(), client("beta", "x", number=2)], ())
    profile = profile_of({"calls": 400, "hours": [0] * 8 + [2, 2, 1] + [0] * 13}, Path("p.yaml"))
    days = [(seed, callers(profile, of, MONDAY, seed)) for seed in (1, 2)]
    target = Target(share=0.8, within=LIMIT)
    told: list[str] = []
    found = Staffed(house=of, days=days, begins=MONDAY, habits=MEMORYLESS, target=target, tell=told.append).least()
    assert found.met
    assert {row.group for row in found.rows} == {"any skills", "x"}
    assert all(row.level is not None and row.level >= 0.8 for row in found.rows)
    assert all(abs(row.agents - row.erlang) <= 2 for row in found.rows)
    assert told


def test_no_staff_helps_where_nobody_is_answered_in_time() -> None:
    """Phones that ring for half a minute before they are picked up."""
    of = house([client()], ())
    profile = profile_of({"calls": 50, "answer": {"mean": 30, "spread": "fixed"}, "patience": None}, Path("p.yaml"))
    days = [(1, callers(profile, of, MONDAY, 1))]
    target = Target(share=0.8, within=LIMIT)
    habits = profile.habits()
    found = Staffed(house=of, days=days, begins=MONDAY, habits=habits, target=target, tell=lambda text: None).least()
    assert not found.met


def test_agents_come_and_go_at_the_full_hour() -> None:
    people = [AgentId("a"), AgentId("b")]
    duty = by_hour(people, {0: 1, 1: 2, 2: 1}, MONDAY)
    assert [(at - MONDAY) // HOUR for at, _ in duty] == [0, 1, 2, 3]
    assert [type(event).__name__[5:] for _, event in duty] == ["LoggedIn", "LoggedIn", "LoggedOut", "LoggedOut"]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"calls": 0}, "p.yaml: calls: 0 is too small; write more than 0"),
        ({"hours": [1, 2]}, "p.yaml: hours: 2 entries are not 24; write 24"),
        ({"patiense": 1}, 'p.yaml: unknown key "patiense"; did you mean patience?'),
        ({"talk": {"mean": -1}}, "p.yaml: talk.mean: -1 is too small; write at least 0"),
        ({"talk": {"mean": 3, "spred": 1}}, 'p.yaml: unknown key "spred"; did you mean spread?'),
        ({"talk": {}}, "p.yaml: talk.mean: this key is missing"),
        ({"talk": 3}, "p.yaml: talk: a mapping is wanted here"),
        ({"talk": {"mean": "95,5"}}, 'p.yaml: talk.mean: "95,5" is not a number; write 95.5'),
        ({"talk": {"mean": 3, "spread": "even"}}, 'p.yaml: talk.spread: "even" is not known here; write'),
        ({"hours": 3}, "p.yaml: hours: a list is wanted here"),
        ({"missed": 2}, "p.yaml: missed: 2 is too large; write at most 1"),
        ([1], "p.yaml: a mapping is wanted here"),
    ],
)
def test_a_mistake_in_a_profile_is_named(written: object, says: str) -> None:
    with pytest.raises(SetUpFailed, match=r"docs/simulation\.md") as refused:
        profile_of(written, Path("p.yaml"))
    assert says in str(refused.value)


def test_arrivals_follow_the_hours_and_the_clients_weights() -> None:
    of = house([client(), client("beta", number=2)], ())
    profile = profile_of(
        {"calls": 6_000, "hours": [0] * 8 + [3, 1] + [0] * 14, "clients": {"alpha": 3, "beta": 1}}, Path("p.yaml")
    )
    come = callers(profile, of, MONDAY, 5)
    early = sum(one.at < MONDAY + 9 * HOUR for one in come)
    assert len(come) == pytest.approx(6_000, rel=0.05)
    assert early / len(come) == pytest.approx(0.75, abs=0.02)
    assert sum(one.dialled == "+493010001" for one in come) / len(come) == pytest.approx(0.75, abs=0.02)
    assert [one.at for one in come] == sorted(one.at for one in come)
    assert come == callers(profile, of, MONDAY, 5)


def test_a_client_whom_the_house_does_not_have_is_refused() -> None:
    with pytest.raises(SetUpFailed, match="gamma"):
        callers(profile_of({"clients": {"gamma": 1}}, Path("p.yaml")), house([client()], ()), MONDAY, 1)


def test_who_has_no_number_of_ours_is_reached_by_the_forwarding() -> None:
    shared = replace(client(), numbers=(), forwarded_from=("+4930999",))
    of = house([shared], (), own_numbers=frozenset({"+4930111"}))
    assert way_to(shared, of) == ("+4930111", ("+4930999",))
    with pytest.raises(SetUpFailed, match="alpha"):
        way_to(replace(shared, forwarded_from=()), of)


def test_draws_have_the_mean_that_was_asked_for() -> None:
    chance = Random(1)
    spread = LogNormal(mean=100_000, variation=0.8)
    drawn = [spread.draw(chance) for _ in range(20_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(100_000, rel=0.02)
    assert Habits().talk.mean == 150_000


def test_chance_belongs_to_seed_and_name() -> None:
    assert stream(1, "a").random() == stream(1, "a").random() != stream(2, "a").random()
