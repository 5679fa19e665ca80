"""`vorzimmer explain`: what would happen with a call, or did, and why; for every agent why, or why not."""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_config, add_database, add_json, instant, local, opened, say, say_json
from router.cli.telling import step_content, told
from router.core.errors import LedgerCorrupt, LedgerUnavailable, SetUpFailed
from router.core.ids import AgentId, Millis

if TYPE_CHECKING:  # a call's core and the database take long to load: only for the work itself
    from router.core.events import CallerArrived
    from router.core.explain import Explanation, Judged
    from router.core.house import BlockEntry, House
    from router.core.ids import ClientId
    from router.core.view import SeatView


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "explain",
        description="Print the decision trace of a call that never happened (--to), or of a finished one (CALL). A "
        "finished call is decided again from what was kept; exit status 1 says where that gives anything else.",
        epilog="example: vorzimmer explain --to +493023125000 --diversion +492214710040 --at 2026-11-23T20:00",
    )
    command.add_argument("call", nargs="?", metavar="CALL", help="the id of a finished call")
    command.add_argument("--to", metavar="NUMBER", help="the number that was dialled")
    command.add_argument("--from", dest="caller", metavar="NUMBER", help="the caller's number; left out: suppressed")
    command.add_argument("--diversion", action="append", default=[], metavar="NUMBER", help="forwarded by (repeatable)")
    command.add_argument("--at", type=instant, metavar="TIME", help="when, e.g. 2026-11-23T20:00 (default: now)")
    command.add_argument(
        "--presence",
        action="store_true",
        help="hold the agents against the call as they stood --at, by the database (else: as if all were free, so that "
        "skills, pledge and team hours alone decide)",
    )
    add_config(command)
    add_database(command)
    add_json(command)
    command.set_defaults(command=show)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the database knows beside the YAML: block entries, and how the agents stood."""

    blocked: "Mapping[ClientId, Sequence[BlockEntry]]" = field(default_factory=dict)
    for_all: "Sequence[BlockEntry]" = ()
    seats: "Mapping[AgentId, SeatView] | None" = None


async def show(given: argparse.Namespace) -> int:
    """A trace, one decision a line, and the agents."""
    if bool(given.call) == bool(given.to):
        raise SetUpFailed("say which call: either --to NUMBER for one that never happened, or the id of a finished one")
    if given.call:
        from router.cli.explaining_again import show_finished

        return await show_finished(given)
    return await _show_imagined(given)


async def _show_imagined(given: argparse.Namespace) -> int:
    from router.config.loading import load
    from router.core.explain import explain, facts_of

    now = time.time_ns() // 1_000_000 if given.at is None else given.at
    house = load(given.config, now=now).house_at(now)
    arrived = _arrival(given, house.country)
    kept = await _kept(given, house, now)
    facts = facts_of(house, arrived, kept.blocked, kept.for_all)
    explanation = explain(house, arrived, now, facts, kept.seats)
    if given.json:
        say_json(_content(house, arrived, now, explanation, kept))
    else:
        _say(arrived, now, explanation, kept)
    return 0


def _arrival(given: argparse.Namespace, country: str) -> "CallerArrived":
    """The same as a real call with these numbers."""
    from router.core.explain import arrival

    shown = None if given.caller in {None, "", "anonymous"} else _number(given.caller, country)
    numbers = [_number(number, country) for number in given.diversion]
    return arrival(dialled=_number(given.to, country), caller=shown, forwarded_by=numbers)


def _number(text: str, country: str) -> str:
    from router.phone import e164

    if number := e164(text, country):
        return number
    raise SetUpFailed(f"{text!r} is no telephone number: write it as +493012345678 or 030 12345678")


async def _kept(given: argparse.Namespace, house: "House", now: Millis) -> Kept:
    """A configuration can be explained without a database; the agents' standing cannot."""
    from router.db.chronicle import seats_at
    from router.db.clients import SqlClients
    from router.engine.clock import AnchoredClock

    try:
        async with opened(given) as database:
            clients = SqlClients(database, AnchoredClock.start())
            seats = await seats_at(database, house.agents, now) if given.presence else None
            return Kept(blocked=await clients.blocked(), for_all=await clients.blocked_for_all(), seats=seats)
    except (LedgerUnavailable, LedgerCorrupt, SetUpFailed) as failure:
        if given.presence:
            raise
        sys.stderr.write(f"vorzimmer: without the block entries that agents added: {failure}\n")
        return Kept()


# --- for people -------------------------------------------------------------------------------------------------------


def _say(arrived: "CallerArrived", now: Millis, explanation: "Explanation", kept: Kept) -> None:
    by = f"  forwarded by {', '.join(arrived.forwarded_by)}" if arrived.forwarded_by else ""
    say(f"{local(now)}  to {arrived.dialled}  from {arrived.caller or 'a suppressed number'}{by}")
    for step in explanation.steps:
        say(f"  {told(step)}")
    if explanation.agents:
        say(f"  {'agents':12} judged by {_judged_by(kept)}")
    for judged in explanation.agents:
        say(f"  {'agent':12} {judged.agent:24} {_reasons(explanation, judged)}")


def _judged_by(kept: Kept) -> str:
    return "configuration and team hours alone" if kept.seats is None else "their standing at that time"


def _reasons(explanation: "Explanation", judged: "Judged") -> str:
    """One reason, or where needs relax, each that differs from the one before."""
    words: list[str] = []
    before = None
    for stage, why_not in zip(explanation.stages, judged.why_not, strict=True):
        if why_not != before:
            words.append(f"{f'after {stage.after_ms / 1000:g} s: ' if words else ''}{why_not or 'can take it'}")
        before = why_not
    return "; ".join(words)


# --- for programs -----------------------------------------------------------------------------------------------------


def _content(
    house: "House", arrived: "CallerArrived", now: Millis, explanation: "Explanation", kept: Kept
) -> dict[str, object]:
    from router.core.skills import told as needs_told

    decision = explanation.decision
    return {
        "kind": "imagined",
        "at": now,
        "to": arrived.dialled,
        "from": arrived.caller,
        "forwarded_by": list(arrived.forwarded_by),
        "configuration": house.version,
        "client": decision.client.id if decision.client else None,
        "vip": decision.vip,
        "way": type(decision.way).__name__.lower(),
        "steps": [step_content(step) for step in explanation.steps],
        "judged_by": "configuration" if kept.seats is None else "presence",
        "stages": [{"after_ms": one.after_ms, "needs": needs_told(one.needs)} for one in explanation.stages],
        "agents": [{"agent": one.agent, "name": one.name, "why_not": list(one.why_not)} for one in explanation.agents],
    }
