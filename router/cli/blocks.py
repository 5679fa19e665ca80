"""`vorzimmer blocks`: the callers whom agents have blocked, and the way back."""

import argparse

from router.cli.options import Commands, add_database, opened, say
from router.core.errors import SetUpFailed
from router.core.ids import ClientId
from router.db.clients import blocked, unblock


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "blocks",
        help="list what agents have blocked, or take it back",
        description="List the callers whom agents have blocked as advertisers; --remove takes one of them back.",
        epilog="A running router takes a removal up with the next change of its YAML, or at its next start.",
    )
    add_database(command)
    command.add_argument("--remove", metavar="NUMBER", help="take this number off the list of --client")
    command.add_argument("--client", metavar="ID", help="only this client's")
    command.set_defaults(command=show)


async def show(given: argparse.Namespace) -> int:
    """One entry a line, with the numbers whole: who asks wants to find one."""
    if given.remove:
        return await _remove(given)
    async with opened(given) as database:
        for client, entries in (await blocked(database)).items():
            for entry in entries if given.client in {None, client} else ():
                say(f"{client:16} {entry.number or f'{entry.prefix}…':20} {entry.reason}")
    return 0


async def _remove(given: argparse.Namespace) -> int:
    if not given.client:
        raise SetUpFailed("say whose list: --client ID --remove NUMBER")
    async with opened(given) as database:
        gone = await unblock(database, ClientId(given.client), given.remove)
    say("Taken off the list." if gone else f"{given.remove} is not on the list of {given.client}.")
    return 0 if gone else 1
