"""`vorzimmer db upgrade`: bring the database's tables to this release."""

import argparse

from router.cli.options import Commands, add_database, say, show_help
from router.db.database import open_database
from router.db.schema import newest_revision, upgrade
from router.settings import database_url, state_dir


def add(commands: Commands) -> None:
    """Declare the command."""
    top = commands.add_parser(
        "db", help="the database's tables: upgrade", description="Look after the database's tables."
    )
    show_help(top)
    actions = top.add_subparsers(metavar="ACTION")
    words = "run the migrations that are missing (`run` does this too)"
    description = "Bring the tables to this release; nothing changes when they are. A missing SQLite file is made."
    action = actions.add_parser("upgrade", help=words, description=description)
    add_database(action)
    action.set_defaults(command=migrate)


async def migrate(given: argparse.Namespace) -> int:
    """Upgrade, and say to what."""
    if given.database == database_url():
        state_dir().mkdir(parents=True, exist_ok=True)
    async with open_database(given.database, create=True) as database:
        await upgrade(database)
    say(f"The database is at revision {newest_revision()}.")
    return 0
