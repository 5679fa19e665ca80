"""`vorzimmer explain`: what would happen with a call, or did, and why."""

import argparse
import time

from router.cli.options import Commands, add_config, add_database, instant, local, opened, say
from router.config.loaded import Loaded
from router.config.loading import load
from router.core.errors import SetUpFailed
from router.core.explain import Explanation, arrival, explain
from router.core.ids import CallId
from router.core.trace import Step
from router.db.reading import finished_call
from router.phone import e164


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "explain",
        help="why a call goes where it goes",
        description="Print the decision trace of a call that never happened (--to), or of a finished one (CALL).",
        epilog="example: vorzimmer explain --to +493023125000 --diversion +493023125040 --at 2026-11-23T20:00",
    )
    command.add_argument("call", nargs="?", metavar="CALL", help="the id of a finished call")
    command.add_argument("--to", metavar="NUMBER", help="the number that was dialled")
    command.add_argument("--from", dest="caller", metavar="NUMBER", help="the caller's number; left out: suppressed")
    command.add_argument("--diversion", action="append", default=[], metavar="NUMBER", help="forwarded by (repeatable)")
    command.add_argument("--at", type=instant, metavar="TIME", help="when, e.g. 2026-11-23T20:00 (default: now)")
    add_config(command)
    add_database(command)
    command.set_defaults(command=show)


async def show(given: argparse.Namespace) -> int:
    """A trace, one decision a line."""
    if given.call:
        return await _finished(given)
    if not given.to:
        raise SetUpFailed("say which call: --to NUMBER for one that never happened, or the id of a finished one")
    now = given.at or time.time_ns() // 1_000_000
    loaded = load(given.config, now=now)
    _print(explained(loaded, given, now))
    return 0


def explained(loaded: Loaded, given: argparse.Namespace, now: int) -> Explanation:
    """The same decision as for a real call with these numbers."""
    house = loaded.house_at(now)
    numbers = [e164(number, house.country) or number for number in given.diversion]
    caller = e164(given.caller, house.country) if given.caller else None
    dialled = e164(given.to, house.country) or given.to
    return explain(house, arrival(dialled=dialled, caller=caller, forwarded_by=numbers), now, {})


def _print(explanation: Explanation) -> None:
    for step in explanation.steps:
        _step(step)
    for agent, why_not in explanation.agents.items():
        say(f"  {'agent':12} {agent:24} {why_not or 'can take it'}")


def _step(step: Step) -> None:
    say(f"  {step.rule:12} {step.outcome!s:24} {step.because}")


async def _finished(given: argparse.Namespace) -> int:
    async with opened(given) as database:
        record = await finished_call(database, CallId(given.call))
    if record is None:
        say(f"There is no finished call {given.call}; `vorzimmer calls` lists them.")
        return 1
    say(f"{record.call}  {local(record.arrived)}  to {record.dialled}  configuration {record.house_version[:12]}")
    for step in record.trace:
        say(f"  {(step.at - record.arrived) / 1000:9.3f} s {step.rule:12} {step.outcome!s:24} {step.because}")
    return 0
