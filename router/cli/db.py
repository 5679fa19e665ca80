"""`vorzimmer db upgrade`: bring the database's tables to this release."""

import argparse

from router.cli.options import Commands, add_database, say
from router.db.database import open_database
from router.db.schema import newest_revision, upgrade


def add(commands: Commands) -> None:
    """Declare the command."""
    top = commands.add_parser("db", help="the database's tables")
    actions = top.add_subparsers(required=True, metavar="ACTION")
    action = actions.add_parser("upgrade", help="run the migrations that are missing (`run` does this too)")
    add_database(action)
    action.set_defaults(command=migrate)


async def migrate(given: argparse.Namespace) -> int:
    """Upgrade, and say to what."""
    async with open_database(given.database, create=True) as database:
        await upgrade(database)
    say(f"The database is at revision {newest_revision()}.")
    return 0
