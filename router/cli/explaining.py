"""`vorzimmer explain`: what would happen with a call, or did, and why."""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence

from router.cli.options import Commands, add_config, add_database, instant, local, opened, say
from router.config.loading import load
from router.core.errors import LedgerCorrupt, LedgerUnavailable, SetUpFailed
from router.core.events import CallerArrived
from router.core.explain import arrival, explain
from router.core.house import BlockEntry
from router.core.ids import CallId, ClientId
from router.core.trace import Step
from router.db.clients import SqlClients
from router.db.reading import finished_call
from router.engine.clock import AnchoredClock
from router.phone import e164


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "explain",
        description="Print the decision trace of a call that never happened (--to), or of a finished one (CALL).",
        epilog="example: vorzimmer explain --to +493023125000 --diversion +492214710040 --at 2026-11-23T20:00",
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
    if bool(given.call) == bool(given.to):
        raise SetUpFailed("say which call: either --to NUMBER for one that never happened, or the id of a finished one")
    if given.call:
        return await _finished(given)
    now = time.time_ns() // 1_000_000 if given.at is None else given.at
    house = load(given.config, now=now).house_at(now)
    arrived = _arrival(given, house.country)
    explanation = explain(house, arrived, now, await _added(given))
    say(f"{local(now)}  to {arrived.dialled}  from {arrived.caller or 'a suppressed number'}{_by(arrived)}")
    for step in explanation.steps:
        say(f"  {_told(step)}")
    for agent, why_not in explanation.agents.items():
        say(f"  {'agent':12} {agent:24} {why_not or 'can take it'}")
    return 0


def _arrival(given: argparse.Namespace, country: str) -> CallerArrived:
    """The same as a real call with these numbers."""
    shown = None if given.caller in {None, "", "anonymous"} else _number(given.caller, country)
    numbers = [_number(number, country) for number in given.diversion]
    return arrival(dialled=_number(given.to, country), caller=shown, forwarded_by=numbers)


def _number(text: str, country: str) -> str:
    if number := e164(text, country):
        return number
    raise SetUpFailed(f"{text!r} is no telephone number: write it as +493012345678 or 030 12345678")


def _by(arrived: CallerArrived) -> str:
    return f"  forwarded by {', '.join(arrived.forwarded_by)}" if arrived.forwarded_by else ""


async def _added(given: argparse.Namespace) -> Mapping[ClientId, Sequence[BlockEntry]]:
    """The block entries that agents added; a configuration can be explained without a database."""
    try:
        async with opened(given) as database:
            return await SqlClients(database, AnchoredClock.start()).blocked()
    except (LedgerUnavailable, LedgerCorrupt, SetUpFailed) as failure:
        sys.stderr.write(f"vorzimmer: without the block entries that agents added: {failure}\n")
        return {}


def _told(step: Step) -> str:
    return f"{step.rule:12} {step.outcome!s:24} {' '.join(step.because.split())}".rstrip()


async def _finished(given: argparse.Namespace) -> int:
    async with opened(given) as database:
        record = await finished_call(database, CallId(given.call))
    if record is None:
        say(f"There is no finished call {given.call}; `vorzimmer calls` lists them.")
        return 1
    say(f"{record.call}  {local(record.arrived)}  to {record.dialled}  configuration {record.house_version[:12]}")
    for step in record.trace:
        say(f"  {(step.at - record.arrived) / 1000:9.3f} s {_told(step)}")
    return 0
