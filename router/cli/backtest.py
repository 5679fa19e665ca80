"""`vorzimmer backtest`: what another configuration would have changed."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from router.cli.options import Commands, say
from router.cli.playing import (
    Progress,
    add_play,
    add_recorded,
    at_work,
    duty,
    ends,
    midnight,
    recorded,
    seats,
    tariff_changes,
)
from router.config.loading import load
from router.core.ids import Millis
from router.core.view import SeatView
from router.sim.backtest import Comparison, Side
from router.sim.people import Caller, Habits
from router.sim.recorded import habits_of
from router.sim.report import difference_told, plain

EXAMPLES = """examples:
  vorzimmer backtest config new-config --since 2026-11-16 --until 2026-11-23
  vorzimmer backtest config new-config --calls monday.jsonl --json
  vorzimmer backtest config new-config --calls monday.csv --fail-on-change   for a pipeline: 1 when anything differs
docs/simulation.md explains the format of --calls, and what is compared."""


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "backtest",
        description="Play recorded calls through the live router's own core under both configurations, with the same "
        "people and the same chance: which calls end elsewhere and why, waits, overflow, bill. "
        "Exit status 0, or 1 with --fail-on-change when anything differs.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("old", type=Path, metavar="OLD", help="the configuration as it was")
    command.add_argument("new", type=Path, metavar="NEW", help="the configuration to try")
    add_recorded(command)
    add_play(command)
    command.add_argument("--fail-on-change", action="store_true", help="exit status 1 when anything differs")
    command.set_defaults(command=compare)


async def compare(given: argparse.Namespace) -> int:
    """Every difference."""
    callers = await recorded(given)
    begins = midnight(callers[0].at)
    known = await seats(given, begins, ends(callers))
    old, new = (_side(given, directory, begins, callers, known) for directory in (given.old, given.new))
    with at_work(Progress(2 * len(callers))) as progress:
        comparison = Comparison(
            callers=callers,
            begins=begins,
            habits=habits_of(callers, Habits()),
            seed=given.seed,
            within=given.within,
            each=progress.count,
        )
        difference = comparison.between(old, new)
    if given.json:
        say(json.dumps(plain(difference), ensure_ascii=False))
    else:
        for line in difference_told(difference):
            say(line)
    return int(given.fail_on_change and difference.any)


def _side(
    given: argparse.Namespace, directory: Path, begins: Millis, callers: Sequence[Caller], known: Sequence[SeatView]
) -> Side:
    loaded, until = load(directory, now=begins), ends(callers)
    house = loaded.house_at(begins)
    return Side(
        house=house,
        duty=duty(given, house, begins, until, known),
        changes=tuple(tariff_changes(loaded, begins, until)),
    )
