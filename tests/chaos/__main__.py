"""Run the scenarios, print what was promised and what was seen, keep it as JSON; status 1 if one is broken."""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from tests.chaos import SCENARIOS
from tests.chaos.figures import Figure, Given


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    scenarios = ", ".join(f"{name} ({what})" for name, what in SCENARIOS.items())
    parser.add_argument("scenario", nargs="*", help=f"all when none is named: {scenarios}")
    parser.add_argument("--short", action="store_true", help="the short form, as in `make test`")
    parser.add_argument("--seed", type=int, help="repeat a plan; else one is drawn and printed")
    parser.add_argument("--json", type=Path, default=Path("var/chaos.json"), help="where the figures go")
    given = parser.parse_args(arguments)
    if unknown := set(given.scenario) - SCENARIOS.keys():
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are: {', '.join(SCENARIOS)}")
    seed = random.randrange(1_000_000) if given.seed is None else given.seed
    told = asyncio.run(run_all(given.scenario or list(SCENARIOS), short=given.short, seed=seed))
    _keep(given.json, {name: {"seed": seed, "short": given.short, "figures": told[name]} for name in told})
    broken = [figure for figures in told.values() for figure in figures if not figure.held]
    total = sum(map(len, told.values()))
    print(f"\n{total} promises, {len(broken)} broken; seed {seed}; kept in {given.json}")
    return 1 if broken else 0


def _keep(file: Path, told: Mapping[str, object]) -> None:
    """Beside what other scenarios told before."""
    before = json.loads(file.read_text()) if file.exists() else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(before | dict(told), indent=2, default=asdict) + "\n")


async def run_all(names: Sequence[str], *, short: bool, seed: int) -> dict[str, Sequence[Figure]]:
    """One after the other, each with its own chance, so that one alone repeats what it did among all."""
    told: dict[str, Sequence[Figure]] = {}
    for name in names:
        print(f"\n{name}: {SCENARIOS[name]} (seed {seed})", flush=True)
        begun = time.monotonic()
        told[name] = await import_module(f"tests.chaos.{name}").run(
            Given(short=short, chance=random.Random(f"{seed} {name}"), say=_say)
        )
        for figure in told[name]:
            print(f"  {'holds ' if figure.held else 'BROKEN'} {figure.promise}: {figure.seen} ({figure.bar})")
        print(f"  in {time.monotonic() - begun:.0f} s", flush=True)
    return told


def _say(sentence: str) -> None:
    print(f"  ... {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
