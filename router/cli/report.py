"""`vorzimmer report`: what the calls of some days add up to, as a table, CSV, XLSX or JSON."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from router.cli.options import Commands, add_config, add_database, day, opened, say, say_json, show_help
from router.cli.report_text import table
from router.core.forecast import CostLine, ForecastLine, first_of_month
from router.core.hours import Day, day_of, number
from router.core.ids import ClientId, Millis
from router.core.reports import (
    WITHIN_MS,
    Abandoned,
    AgentLine,
    Agents,
    EndingLine,
    Endings,
    HourLine,
    Hours,
    Service,
    ServiceLine,
)

if TYPE_CHECKING:
    from router.db.database import Database
    from router.db.reports import Asked

Line: TypeAlias = EndingLine | HourLine | AgentLine | ServiceLine | CostLine | ForecastLine


@dataclass(frozen=True, slots=True)
class Report:
    """What it tells, and what each of its lines holds."""

    what: str
    line: type[Line]


REPORTS = {
    "calls": Report("how calls ended, and how long was talked", EndingLine),
    "hours": Report("when calls arrive: by weekday and hour", HourLine),
    "agents": Report("how many calls each agent had, and how long", AgentLine),
    "service": Report("answer times and service level, day by day", ServiceLine),
    "costs": Report("what was charged, net, by kind: calls, credits, monthly fees", CostLine),
    "forecast": Report("what this month's calls will have cost at its end", ForecastLine),
}
SPREADSHEETS = "lengths are in milliseconds, amounts in cents: whole numbers, which every spreadsheet reads alike"


def add(commands: Commands) -> None:
    """Declare the commands."""
    top = commands.add_parser("report", description="What the calls of some days add up to.")
    show_help(top)
    actions = top.add_subparsers(metavar="REPORT")
    for name, report in REPORTS.items():
        action = actions.add_parser(
            name,
            help=report.what,
            description=f"Print {report.what}. Days and hours are those of each client's own timezone.",
            epilog=f"In files and JSON {SPREADSHEETS}. docs/reports.md tells how everything is counted.",
        )
        _add_options(action, name)
        action.set_defaults(command=show, report=name, first=None, last=None)


def _add_options(action: argparse.ArgumentParser, name: str) -> None:
    if name != "forecast":
        action.add_argument("--from", dest="first", type=_day, metavar="DAY", help="default: the month's first day")
        action.add_argument("--to", dest="last", type=_day, metavar="DAY", help="this day included; default: today")
    if name == "service":
        action.add_argument(
            "--within", type=_limit, default=WITHIN_MS, metavar="S", help="seconds of the limit (default: 20)"
        )
        action.add_argument(
            "--abandoned",
            choices=[each.value for each in Abandoned],
            default=Abandoned.ALL.value,
            help="callers who gave up: all count as not answered in time (default), only those who waited longer than "
            "the limit (late), or none",
        )
    action.add_argument("--client", metavar="ID", help="only this client's calls")
    form = action.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="write CSV to stdout")
    form.add_argument("--xlsx", type=Path, metavar="FILE", help="write a spreadsheet")
    form.add_argument("--json", action="store_true", help="write JSON, for programs")
    action.add_argument("--bom", action="store_true", help="begin the CSV with a byte order mark, as Excel wants it")
    add_config(action)
    add_database(action)


async def show(given: argparse.Namespace) -> int:
    """One report, in the form that was asked for."""
    async with opened(given) as database:
        lines = await _lines(given, database)
    columns = [each.name for each in fields(REPORTS[given.report].line)]
    cells = [[getattr(line, column) for column in columns] for line in lines]
    if given.json:
        say_json([dict(zip(columns, row, strict=True)) for row in cells])
    elif given.csv:
        from router.sheets import write_csv

        write_csv(sys.stdout, columns, cells, mark=given.bom)
    elif given.xlsx:
        from router.sheets import write_xlsx

        write_xlsx(given.xlsx, given.report, columns, cells)
    else:
        for text in table(columns, [row for line, row in zip(lines, cells, strict=True) if _told(line)]):
            say(text)
    return 0


def _told(line: Line) -> bool:
    """People need not read through hours without calls."""
    return not isinstance(line, HourLine) or line.calls > 0


async def _lines(given: argparse.Namespace, database: "Database") -> "Sequence[Line]":
    from router.db.reports import costs, count, forecasts

    asked, today = _asked(given)
    if given.report == "forecast":
        return await forecasts(database, asked, today)
    if given.report == "costs":
        return await costs(database, asked)
    tally = _tally(given)
    await count(database, asked, tally)
    return tally.lines()


def _tally(given: argparse.Namespace) -> Endings | Hours | Agents | Service:
    match given.report:
        case "calls":
            return Endings()
        case "hours":
            return Hours()
        case "agents":
            return Agents()
        case _:
            return Service(within=given.within, counted=Abandoned(given.abandoned))


def _asked(given: argparse.Namespace) -> "tuple[Asked, Day]":
    """Which calls, and the day that it is for those who are asked about."""
    from router.config.loading import load
    from router.db.reports import HOME, Asked

    now = time.time_ns() // 1_000_000
    clients = load(given.config, now=now).house_at(now).clients
    timezones = {client.id: client.timezone for client in clients.values()}
    client = ClientId(given.client) if given.client else None
    today = day_of(timezones.get(client, HOME) if client else HOME, now)
    last = today if given.last is None else given.last
    first = first_of_month(last) if given.first is None else given.first
    return Asked(first=first, last=last, client=client, timezones=timezones), today


def _day(text: str) -> Day:
    day(text)  # complains about what is none
    return number(text)


def _limit(text: str) -> Millis:
    try:
        limit = round(float(text) * 1000)
    except (ValueError, OverflowError):
        limit = -1
    if limit < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no limit; write seconds, e.g. 20")
    return limit
