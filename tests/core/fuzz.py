"""`make fuzz`: the machine of test_house_machine.py for a million steps, or as many and as long as is said.

A step is one event told to the switchboard, or a restart; after each every invariant was held against the house. A
finding is told as a journal, with as few events as bring it about, and with the seed that finds it again.
"""

import argparse
import random
import sys
from time import monotonic

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.core.test_house_machine import AnyHouse

ROUND = settings(
    max_examples=25,
    stateful_step_count=60,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)


class Counted(AnyHouse):
    """Counts the steps of all its worlds."""

    steps = 0

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            Counted.steps += len(self.world.history) if hasattr(self, "world") else 0


def main() -> int:
    """Exit status 1 with a finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=20, help="at most")
    parser.add_argument("--seed", type=int, default=None, help="of the first round")
    wanted = parser.parse_args()
    first = random.SystemRandom().getrandbits(32) if wanted.seed is None else wanted.seed
    began = monotonic()
    number = first
    print(f"seed {first}", flush=True)
    while Counted.steps < wanted.steps and monotonic() - began < wanted.minutes * 60:
        try:
            run_state_machine_as_test(seed(number)(Counted), settings=ROUND)
        except Exception as failure:  # noqa: BLE001 - whatever broke is a finding
            return _found(number, failure)
        number += 1
        rate = Counted.steps / (monotonic() - began)
        print(f"{Counted.steps:12,} steps, {rate:6,.0f} a second, seed {number - 1}", flush=True)
    print(f"{Counted.steps:,} steps without a finding")
    return 0


def _found(number: int, failure: Exception) -> int:
    print(f"\nfound with --seed {number} after {Counted.steps:,} steps: {failure!r}"[:500])
    print(*getattr(failure, "__notes__", []), sep="\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
