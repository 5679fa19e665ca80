"""Options and output that several commands share."""

import argparse
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from router.core.ids import CallId, ClientId, Millis
from router.settings import database_url

if TYPE_CHECKING:  # the database's libraries take a second to load: only for commands that use it
    from router.db.database import Database
    from router.db.reading import Wanted

HERE = ZoneInfo("Europe/Berlin")
FAILED = 2  # exit status: the command could not be carried out
PLACE_TAKEN = 3  # exit status: another router has taken this one's place
LAST_INSTANT: Millis = 32_503_680_000_000  # the year 3000

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def say(text: str = "") -> None:
    """One line for the user."""
    sys.stdout.write(text + "\n")


def say_json(content: object) -> None:
    """A JSON document for programs, umlauts as they are."""
    say(json.dumps(content, ensure_ascii=False, indent=2))


def add_json(command: argparse.ArgumentParser) -> None:
    """`--json`."""
    command.add_argument("--json", action="store_true", help="write JSON, for programs")


def counted(count: int, noun: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def show_help(command: argparse.ArgumentParser) -> None:
    """Whoever names no command below this one is shown what there is."""

    async def helping(_: argparse.Namespace) -> int:
        say(command.format_help().rstrip())
        return FAILED

    command.set_defaults(command=helping)


def add_config(command: argparse.ArgumentParser) -> None:
    """`--config`."""
    command.add_argument(
        "--config", type=Path, default=Path("config"), metavar="DIR", help="the operators' YAML (default: ./config)"
    )


def add_database(command: argparse.ArgumentParser) -> None:
    """`--database`."""
    command.add_argument(
        "--database",
        default=database_url(),
        metavar="URL",
        help="sqlite:///FILE or postgresql://… (default: VORZIMMER_DATABASE_URL, else SQLite in VORZIMMER_STATE_DIR)",
    )


def add_wanted(command: argparse.ArgumentParser) -> None:
    """Which calls: `--client`, `--call`, `--since`, `--until`."""
    command.add_argument("--client", metavar="ID", help="only this client's calls")
    command.add_argument("--call", metavar="ID", help="only this call")
    command.add_argument("--since", type=instant, metavar="TIME", help="arrived at or after, e.g. 2026-11-23T08:00")
    command.add_argument("--until", type=instant, metavar="TIME", help="arrived before")


def wanted(given: argparse.Namespace) -> "Wanted":
    """What `add_wanted` asked for."""
    from router.db.reading import Wanted

    return Wanted(
        client=ClientId(given.client) if given.client else None,
        call=CallId(given.call) if given.call else None,
        since=given.since,
        until=given.until,
    )


def instant(text: str) -> Millis:
    """ISO 8601, in Europe/Berlin where it names no zone."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as 2026-11-23T08:00") from None
    at = round((when if when.tzinfo else when.replace(tzinfo=HERE)).timestamp() * 1000)
    if not 0 <= at < LAST_INSTANT:
        raise argparse.ArgumentTypeError(f"{text!r} is too far away; write a time from 1970 to 2999")
    return at


def day(text: str) -> Millis:
    """A day in Europe/Berlin, as the instant at which it begins."""
    try:
        when = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as {_day_meant(text)}") from None
    return instant(when.isoformat())


def month(text: str) -> date:
    """A month, as its first day."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no month; write it as 2026-11") from None


def _day_meant(text: str) -> str:
    """The same day as ISO 8601 writes it, where it stands there as Germans write it; else an example."""
    try:
        return date.fromisoformat("-".join(f"{part:0>2}" for part in reversed(text.strip(".").split(".")))).isoformat()
    except ValueError:
        return "2026-11-23"


def local(at: Millis) -> str:
    """An instant on the wall clock in Europe/Berlin, to the second."""
    return datetime.fromtimestamp(at / 1000, HERE).strftime("%Y-%m-%d %H:%M:%S")


@asynccontextmanager
async def opened(given: argparse.Namespace) -> "AsyncIterator[Database]":
    """The database of `add_database`, at this release's revision. Raises `SetUpFailed`, `LedgerUnavailable`."""
    from router.db.database import open_database
    from router.db.schema import require_current

    async with open_database(given.database) as database:
        await require_current(database)
        yield database
