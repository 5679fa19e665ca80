"""Worlds in which everything fails: every invariant holds, and the same seed gives the same world.

Worlds that nobody has seen are the matter of `make soak`: no change should fail because of the seed it happened to get.
"""

import os
import subprocess
import sys

import pytest

from router.sim.faults.running import Summary, run
from router.sim.faults.world import CALLS

FIXED = 60  # worlds


def faults(*options: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-m", "router.sim.faults", *options]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=120, check=False)


def trace_of(told: subprocess.CompletedProcess[str]) -> str:
    return next(line for line in told.stdout.splitlines() if line.startswith("trace "))


@pytest.mark.parametrize("seed", ["3", "10"])
def test_same_seed_gives_the_same_trace_in_any_process(seed: str) -> None:
    one, other = (faults("--seed", seed, "--one", hash_seed=hash_seed) for hash_seed in ("1", "2"))
    assert trace_of(one) == trace_of(other)


def test_another_seed_gives_another_trace() -> None:
    assert trace_of(faults("--seed", "3", "--one")) != trace_of(faults("--seed", "4", "--one"))


def holds(first: int, worlds: int) -> Summary:
    summary = run(calls=worlds * CALLS, seed=first, workers=2, minutes=3, told=lambda _: None)
    assert not summary.failed, [f"--seed {one.seed}: {one.violation}" for one in summary.failed]
    return summary


def test_all_holds_in_the_worlds_of_every_day() -> None:
    assert holds(1, FIXED).calls > 0
