"""What a simulation shows: how well callers were served, and how busy agents were; by hour, by queue, by skill."""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from router.core.house import House
from router.core.ids import AgentId, Millis
from router.sim.duty import HOUR_MS
from router.sim.outcome import Outcome
from router.sim.timesheet import Timesheet

Key = TypeVar("Key", bound=Hashable)

# Student's t for a two-sided 95 % interval, by degrees of freedom; beyond them the normal one is near enough.
T_95 = (12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)
NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of the calls for which an agent was sought. Waits in milliseconds, of those who were answered.

    `level` is the service level: the share answered within the limit, of all but those who gave up within it. Who gave
    up later, or was overflowed, counts as missed.
    """

    calls: int
    answered: int
    abandoned: int
    overflowed: int
    level: float | None
    mean: float | None
    p50: Millis | None
    p90: Millis | None
    p99: Millis | None
    longest: Millis | None

    @property
    def abandonment(self) -> float | None:
        """The share that gave up."""
        return self.abandoned / self.calls if self.calls else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One simulated stretch of time under one seed."""

    outcomes: Sequence[Outcome]
    sheet: Timesheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour after the beginning. An occupancy is None where nobody was at work."""

    begins: Millis
    figures: Figures
    lines: Mapping[str, Figures]
    occupancy: float | None
    skills: Mapping[str, float | None]
    on_duty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All figures over all runs; `spread` is half the 95 % interval of the service level over them, None for one run.

    `arrived` counts every call, also those that sought no agent (blocked, put straight through, refused).
    """

    within: Millis
    runs: int
    arrived: int
    overall: Figures
    spread: float | None
    hours: tuple[Hour, ...]
    lines: Mapping[str, Figures]
    occupancy: float | None
    skills: Mapping[str, float | None]
    teams: Mapping[str, float | None]


def results(runs: Sequence[Run], house: House, within: Millis) -> Results:
    """Add several runs of the same plan up."""
    outcomes = [outcome for run in runs for outcome in run.outcomes]
    sheets = [run.sheet for run in runs]
    levels = [level for run in runs if (level := figures(run.outcomes, within).level) is not None]
    return Results(
        within=within,
        runs=len(runs),
        arrived=len(outcomes),
        overall=figures(outcomes, within),
        spread=half_interval(levels),
        hours=tuple(_hours(outcomes, sheets, house, within)),
        lines=_lines(outcomes, within),
        occupancy=_occupancy(sheets, None),
        skills={skill: _occupancy(sheets, agents) for skill, agents in _by_skill(house).items()},
        teams={team: _occupancy(sheets, agents) for team, agents in _by_team(house).items()},
    )


def figures(outcomes: Iterable[Outcome], within: Millis) -> Figures:
    """The figures of these calls."""
    seekers = list(_sought(outcomes))
    waits = sorted(outcome.waited for outcome in seekers if outcome.answered)
    due = len(seekers) - sum(outcome.abandoned and outcome.waited <= within for outcome in seekers)
    return Figures(
        calls=len(seekers),
        answered=len(waits),
        abandoned=sum(outcome.abandoned for outcome in seekers),
        overflowed=sum(outcome.overflowed for outcome in seekers),
        level=sum(wait <= within for wait in waits) / due if due else None,
        mean=sum(waits) / len(waits) if waits else None,
        p50=percentile(waits, 50),
        p90=percentile(waits, 90),
        p99=percentile(waits, 99),
        longest=waits[-1] if waits else None,
    )


def percentile(ordered: Sequence[Millis], percent: int) -> Millis | None:
    """By the nearest rank; None of nothing."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None


def half_interval(values: Sequence[float]) -> float | None:
    """Half the 95 % confidence interval of the mean; None for fewer than two values."""
    count = len(values)
    if count < 2:
        return None
    mean = sum(values) / count
    error = math.sqrt(sum((value - mean) ** 2 for value in values) / (count - 1) / count)
    return error * (T_95[count - 2] if count - 2 < len(T_95) else NORMAL_95)


def grouped(outcomes: Iterable[Outcome], key: Callable[[Outcome], Key]) -> dict[Key, list[Outcome]]:
    """The outcomes by what they have in common."""
    groups: dict[Key, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome)
    return groups


def _sought(outcomes: Iterable[Outcome]) -> Iterable[Outcome]:
    return (outcome for outcome in outcomes if outcome.sought is not None)


def _hours(outcomes: Iterable[Outcome], sheets: Sequence[Timesheet], house: House, within: Millis) -> Iterator[Hour]:
    begins, skilled = sheets[0].begins, _by_skill(house)
    by_hour = grouped(outcomes, lambda outcome: (outcome.arrived - begins) // HOUR_MS)
    for hour in range(max(chain(by_hour, *(sheet.hours for sheet in sheets)), default=-1) + 1):
        calls = by_hour.get(hour, [])
        yield Hour(
            begins=begins + hour * HOUR_MS,
            figures=figures(calls, within),
            lines=_lines(calls, within),
            occupancy=_occupancy(sheets, None, hour),
            skills={skill: _occupancy(sheets, agents, hour) for skill, agents in skilled.items()},
            on_duty=sum(sheet.on_duty(hour) for sheet in sheets) / len(sheets),
        )


def _lines(outcomes: Iterable[Outcome], within: Millis) -> dict[str, Figures]:
    lines = grouped(_sought(outcomes), lambda outcome: outcome.line)
    return {line: figures(lines[line], within) for line in sorted(lines)}


def _occupancy(sheets: Sequence[Timesheet], agents: frozenset[AgentId] | None, hour: int | None = None) -> float | None:
    shares = [share for sheet in sheets if (share := sheet.share(agents, hour)) is not None]
    return sum(shares) / len(shares) if shares else None


def _by_skill(house: House) -> dict[str, frozenset[AgentId]]:
    skills = sorted({skill for agent in house.agents.values() for skill in agent.skills})
    return {skill: frozenset(one.id for one in house.agents.values() if skill in one.skills) for skill in skills}


def _by_team(house: House) -> dict[str, frozenset[AgentId]]:
    teams = sorted({agent.team.name for agent in house.agents.values() if agent.team})
    everyone = house.agents.values()
    return {team: frozenset(one.id for one in everyone if one.team and one.team.name == team) for team in teams}
