"""`vorzimmer simulate`: a day in the house, and how many agents it needs."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from router.cli.options import Commands, add_config, day, say
from router.cli.playing import (
    Progress,
    add_play,
    add_recorded,
    at_work,
    duty,
    ends,
    midnight,
    next_day,
    recorded,
    seats,
)
from router.cli.profiles import read_profile
from router.config.loading import load
from router.core.errors import SetUpFailed
from router.core.house import House
from router.core.ids import Millis
from router.sim.charts import require, write_svg
from router.sim.duty import Duty
from router.sim.page import page
from router.sim.people import Caller, Habits
from router.sim.profile import Profile, callers
from router.sim.recorded import habits_of
from router.sim.report import plain, staffing_told, told
from router.sim.results import Results, results
from router.sim.staffing import Staffed, Staffing, Target
from router.sim.trial import simulate
from router.sim.wording import local

EXAMPLES = """examples:
  vorzimmer simulate --calls-a-day 2000                       a day of an office's usual shape
  vorzimmer simulate --profile monday.yaml --runs 5 --html monday.html
  vorzimmer simulate --recorded --since 2026-11-16 --until 2026-11-23 --agents everybody
  vorzimmer simulate --profile monday.yaml --staffing 80/20   least agents an hour: 80 % within 20 s
docs/simulation.md explains the profile, the format of --calls, and every figure."""


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "simulate",
        description="Play calls through the live router's own core on a simulated clock.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config(command)
    command.add_argument("--profile", type=Path, metavar="FILE", help="arrivals and habits as YAML")
    command.add_argument("--calls-a-day", type=_positive, metavar="N", help="instead of the profile's")
    command.add_argument(
        "--day", type=day, metavar="DAY", help="the day of a profile, e.g. 2026-11-23 (default: today)"
    )
    command.add_argument("--recorded", action="store_true", help="the database's calls instead of a profile")
    add_recorded(command)
    add_play(command)
    command.add_argument("--runs", type=_positive, default=1, metavar="N", help="play it so often, with other chance")
    command.add_argument("--staffing", type=_target, metavar="P/S", help="find the least agents for P %% within S s")
    command.add_argument("--html", type=Path, metavar="FILE", help="one page with charts")
    command.add_argument("--svg", type=Path, metavar="DIR", help="the charts as files")
    command.set_defaults(command=play)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of at least 1")
    return int(text)


def _target(text: str) -> Target:
    try:
        share, within = (float(part) for part in text.split("/"))
    except ValueError:
        share = within = 0.0
    if not (0 < share < 100 and within > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no target; write it as 80/20, for 80 % within 20 s")
    return Target(share=share / 100, within=round(within * 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Play:
    """What is played: on each of `days` (by its seed) these callers."""

    house: House
    begins: Millis
    until: Millis
    habits: Habits
    duty: Duty
    days: Sequence[tuple[int, Sequence[Caller]]]


async def play(given: argparse.Namespace) -> int:
    """The figures, and what else was asked for."""
    _can_be_drawn(given)
    played = await _recorded(given) if given.recorded or given.calls else _profiled(given)
    with at_work(Progress(sum(len(callers) for _, callers in played.days))) as progress:
        found = _simulated(given, played, progress)
        staffing = _staffed(given, played, progress)
        _drawn(given, played, found, staffing)
    if given.json:
        say(json.dumps({"results": plain(found), "staffing": plain(staffing)}, ensure_ascii=False))
        return 0
    for line in told(found):
        say(line)
    if staffing:
        say()
        for line in staffing_told(staffing):
            say(line)
    return 0


async def _recorded(given: argparse.Namespace) -> _Play:
    if given.profile or given.day:
        raise SetUpFailed("either a profile or real calls: leave --profile and --day out, or --recorded and --calls")
    come = await recorded(given)
    begins, until = midnight(come[0].at), ends(come)
    house = load(given.config, now=begins).house_at(begins)
    return _Play(
        house=house,
        begins=begins,
        until=until,
        habits=habits_of(come, Habits()),
        duty=duty(given, house, begins, until, await seats(given, begins, until)),
        days=[(given.seed + run, come) for run in range(given.runs)],
    )


def _profiled(given: argparse.Namespace) -> _Play:
    if given.agents == "recorded":
        raise SetUpFailed("--agents recorded needs --recorded: a day that never was has no agents in the database")
    profile = _profile(given)
    begins = midnight(time.time_ns() // 1_000_000 if given.day is None else given.day)
    house = load(given.config, now=begins).house_at(begins)
    seeds, until = range(given.seed, given.seed + given.runs), next_day(begins, 1)
    return _Play(
        house=house,
        begins=begins,
        until=until,
        habits=profile.habits(),
        duty=duty(given, house, begins, until, ()),
        days=[(seed, callers(profile, house, begins, seed)) for seed in seeds],
    )


def _profile(given: argparse.Namespace) -> Profile:
    profile = read_profile(given.profile) if given.profile else Profile()
    return profile.model_copy(update={"calls": given.calls_a_day}) if given.calls_a_day else profile


def _can_be_drawn(given: argparse.Namespace) -> None:
    """Said before the work and not after it."""
    if given.html is not None and not given.html.parent.is_dir():
        raise SetUpFailed(f"{given.html.parent} is no folder: --html names a file in one that is there")
    if given.html is not None or given.svg is not None:
        require()


def _simulated(given: argparse.Namespace, played: _Play, progress: Progress) -> Results:
    runs = [
        simulate(
            played.house,
            callers,
            played.duty,
            begins=played.begins,
            ends=played.until,
            habits=played.habits,
            seed=seed,
            each=progress.count,
        )
        for seed, callers in played.days
    ]
    return results(runs, played.house, given.within)


def _staffed(given: argparse.Namespace, played: _Play, progress: Progress) -> Staffing | None:
    if given.staffing is None:
        return None
    return Staffed(
        house=played.house,
        days=played.days,
        begins=played.begins,
        habits=played.habits,
        target=given.staffing,
        tell=progress.tell,
    ).least()


def _drawn(given: argparse.Namespace, played: _Play, found: Results, staffing: Staffing | None) -> None:
    if given.html is not None:
        drawn = page(found, "Vorzimmer: Simulation", staffing, about=list(_about(given, played)))
        given.html.write_text(drawn, encoding="utf-8")
    if given.svg is not None:
        write_svg(found, given.svg)


def _about(given: argparse.Namespace, played: _Play) -> Iterator[str]:
    """What was played, in German first: whoever is sent the page has not seen the command."""
    last = max((come[-1].at for _, come in played.days if come), default=played.begins)
    days = dict.fromkeys(local(at).strftime("%d.%m.%Y") for at in (played.begins, min(last, played.until - 1)))
    yield " bis ".join(days)
    yield f"{given.runs} Durchläufe (runs)" if given.runs > 1 else "1 Durchlauf (run)"
    yield f"Startwert (seed) {given.seed}"
    yield f"Konfiguration {given.config.resolve()}"
