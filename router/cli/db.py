"""`vorzimmer db`: bring the database's tables to this release, and forget what is old in them."""

import argparse
import time

from router.cli.options import Commands, add_database, counted, opened, say, show_help
from router.core.ids import Millis
from router.settings import database_url, state_dir

DAY_MS: Millis = 86_400_000
LONGEST_DAYS = 36_500


def add(commands: Commands) -> None:
    """Declare the command."""
    top = commands.add_parser("db", description="Look after the database's tables.")
    show_help(top)
    actions = top.add_subparsers(metavar="ACTION")
    words = "run the migrations that are missing (`run` does this too)"
    description = "Bring the tables to this release; nothing changes when they are. A missing SQLite file is made."
    action = actions.add_parser("upgrade", help=words, description=description)
    add_database(action)
    action.set_defaults(command=migrate)
    words = "forget old presences and configurations"
    description = "Forget how agents' seats stood and which configurations were in force, before the last DAYS days: "
    action = actions.add_parser(
        "prune",
        help=words,
        description=f"{description}calls from before then are no longer decided again by `vorzimmer explain CALL`. "
        "Calls, ledger and block lists stay.",
    )
    add_database(action)
    action.add_argument("--keep", type=_days, required=True, metavar="DAYS", help="how many days to keep, e.g. 90")
    action.set_defaults(command=forget)


async def migrate(given: argparse.Namespace) -> int:
    """Upgrade, and say to what."""
    from router.db.database import open_database
    from router.db.schema import newest_revision, upgrade

    if given.database == database_url():
        state_dir().mkdir(parents=True, exist_ok=True)
    async with open_database(given.database, create=True) as database:
        await upgrade(database)
    say(f"The database is at revision {newest_revision()}.")
    return 0


async def forget(given: argparse.Namespace) -> int:
    """Prune, and say how much."""
    from router.db.chronicle import prune

    before = time.time_ns() // 1_000_000 - given.keep * DAY_MS
    async with opened(given) as database:
        presences, houses = await prune(database, before=before)
    say(f"Forgotten: {counted(presences, 'presence')}, {counted(houses, 'configuration')}.")
    return 0


def _days(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= LONGEST_DAYS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {LONGEST_DAYS}")
