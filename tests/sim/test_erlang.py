"""Erlang's formulas against published values, and the simulation against Erlang's formulas."""

import math
from dataclasses import replace
from random import Random

import pytest

from router.sim.draws import Exponential
from router.sim.duty import everybody
from router.sim.erlang import agents_needed, erlang_a, erlang_b, erlang_c, service_level
from router.sim.outcome import Outcome
from router.sim.people import Caller
from router.sim.results import figures, half_interval
from router.sim.trial import simulate
from tests.sim.houses import MEMORYLESS, MONDAY, SECOND, TALK, agents, caller, client, house

SEEDS = range(1, 9)
CALLS = 1_500
WARM_UP = 200  # calls until the house is as full as it will be


@pytest.mark.parametrize(
    ("servers", "load", "blocked"),
    [(1, 1.0, 0.5), (2, 1.0, 0.2), (5, 3.0, 0.110054), (10, 8.0, 0.121661), (100, 84.064, 0.01)],
)
def test_blocking_is_as_in_erlangs_own_tables(servers: int, load: float, blocked: float) -> None:
    assert erlang_b(servers, load) == pytest.approx(blocked, rel=2e-4)


def test_one_agent_is_the_queue_of_the_textbook() -> None:
    """M/M/1: the chance of waiting is the load, the mean wait is load / (1 - load) handling times."""
    one = erlang_c(1, 0.8, 180)
    assert one.waits == pytest.approx(0.8)
    assert one.mean == pytest.approx(0.8 / 0.2 * 180)


def test_nobody_waits_for_ever_in_a_house_of_thousands() -> None:
    """By factorials this would overflow."""
    big = erlang_c(5_100, 5_000, 180)
    assert 0 < big.waits < 1
    assert math.isfinite(big.mean)


def test_a_house_with_too_few_agents_never_catches_up() -> None:
    assert erlang_c(8, 8.0, 180).mean == math.inf
    assert service_level(8, 8.0, 180, 20) == 0.0


def test_the_agents_needed_are_enough_and_one_less_is_not() -> None:
    needed = agents_needed(20.0, 180, 20, 0.8)
    assert service_level(needed, 20.0, 180, 20) >= 0.8 > service_level(needed - 1, 20.0, 180, 20)
    assert agents_needed(0.0, 180, 20, 0.8) == 0


def test_endless_patience_makes_erlang_a_erlang_c() -> None:
    patient, endless = erlang_a(10, 8.0, 180, 1e9), erlang_c(10, 8.0, 180)
    assert patient.waits == pytest.approx(endless.waits, rel=1e-3)
    assert patient.mean == pytest.approx(endless.mean, rel=1e-3)
    assert patient.abandons < 1e-6


def test_who_has_no_patience_at_all_is_lost_as_in_erlang_b() -> None:
    assert erlang_a(10, 8.0, 180, 1e-6).abandons == pytest.approx(erlang_b(10, 8.0), rel=1e-3)


def test_the_simulation_waits_as_erlang_c_says() -> None:
    people, load = 10, 8.0
    days = [played(people, load, seed) for seed in SEEDS]
    expected = erlang_c(people, load, TALK)
    agrees([sum(one.waited for one in day) / len(day) for day in days], expected.mean)
    agrees([sum(one.waited > 0 for one in day) / len(day) for day in days], expected.waits)
    levels = [figures(day, 20 * SECOND).level or 0.0 for day in days]
    agrees(levels, service_level(people, load, TALK, 20 * SECOND))


def test_the_simulation_loses_callers_as_erlang_a_says() -> None:
    patience = 120 * SECOND
    days = [played(10, 10.0, seed, patience) for seed in SEEDS]
    expected = erlang_a(10, 10.0, TALK, patience)
    agrees([sum(one.abandoned for one in day) / len(day) for day in days], expected.abandons)
    agrees([sum(one.waited for one in day) / len(day) for day in days], expected.mean)


def agrees(measured: list[float], expected: float) -> None:
    """Within the 95 % confidence interval over the seeds, which must be narrow enough to mean something."""
    mean, half = sum(measured) / len(measured), half_interval(measured)
    assert half is not None
    assert half < 0.4 * expected, "too few calls to tell anything"
    assert abs(mean - expected) <= half


def played(people: int, load: float, seed: int, patience: int | None = None) -> list[Outcome]:
    plain = house([client()], agents(people))
    habits = replace(MEMORYLESS, patience=Exponential(mean=patience) if patience else None)
    run = simulate(plain, poisson(load, seed), everybody(plain, MONDAY), begins=MONDAY, habits=habits, seed=seed)
    return sorted(run.outcomes, key=lambda one: one.arrived)[WARM_UP:]


def poisson(load: float, seed: int) -> list[Caller]:
    chance, at, found = Random(seed), 0.0, []
    for number in range(CALLS):
        at += chance.expovariate(load / TALK)
        found.append(caller(number, round(at)))
    return found
