"""`vorzimmer blocks`: who is blocked beside the YAML, by agents' clicks and by operators, and the way back."""

import argparse
import getpass
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_config, add_database, add_json, local, opened, say, say_json
from router.core.errors import SetUpFailed
from router.core.house import BlockEntry
from router.core.ids import ClientId

if TYPE_CHECKING:
    from router.db.clients import Added

HOUSE = "the house"
EVERYBODY = "(everybody)"


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "blocks",
        description="List whom agents and operators have blocked beside the YAML, for one client or by the house's own "
        "list for all; --add and --remove change that. CALLERS is a number, a range A-B with both ends whole, a prefix "
        "that ends in *, or a pattern with ? for single digits, each as people write it: 0900*, 030 12345???.",
        epilog="A running router follows a change within seconds.",
    )
    add_config(command)
    add_database(command)
    add_json(command)
    change = command.add_mutually_exclusive_group()
    change.add_argument("--add", metavar="CALLERS", help="block these callers")
    change.add_argument("--remove", metavar="CALLERS", help="take these callers off the list")
    whose = command.add_mutually_exclusive_group()
    whose.add_argument("--client", metavar="ID", help="this client's list")
    whose.add_argument("--house", action="store_true", help="the house's own list, which counts for every client")
    command.add_argument(
        "--until", metavar="DAY", help="with --add: the last day, 2026-12-24, or a day and time, 2026-12-24T18:00"
    )
    command.add_argument("--reason", default="", help="with --add: why")
    command.add_argument("--author", default="", help="with --add: who says so (default: the user)")
    command.add_argument("--wide", action="store_true", help="with --add: even if that blocks a whole country")
    command.set_defaults(command=show)


async def show(given: argparse.Namespace) -> int:
    """One entry a line, with the numbers whole: who asks wants to find one."""
    if given.add or given.remove:
        return await _change(given)
    from router.db.clients import all_added

    async with opened(given) as database:
        entries = [one for one in await all_added(database) if _asked(one, given)]
    if given.json:
        say_json([_content(one) for one in entries])
    else:
        for one in entries:
            say(_line(one))
    return 0


def _asked(one: "Added", given: argparse.Namespace) -> bool:
    if given.house:
        return one.client is None
    return given.client in {None, one.client}


def _line(one: "Added") -> str:
    until = f"until {local(one.entry.until)}" if one.entry.until is not None else "for good"
    reports = f" (reported by {', '.join(one.reports)})" if one.reports else ""
    author = one.entry.author or "-"
    return f"{one.client or EVERYBODY:16} {told(one.entry):24} {until:26} {author:16} {one.entry.reason}{reports}"


def _content(one: "Added") -> dict[str, object]:
    return {
        "client": one.client,
        "callers": told(one.entry),
        "until": one.entry.until,
        "author": one.entry.author,
        "reason": one.entry.reason,
        "added": one.added,
        "call": one.call or None,
        "reports": list(one.reports),
    }


async def _change(given: argparse.Namespace) -> int:
    if not given.client and not given.house:
        raise SetUpFailed("say whose list: --client ID, or --house for the list that counts for every client")
    return await (_add if given.add else _remove)(given, None if given.house else ClientId(given.client))


async def _add(given: argparse.Namespace, client: ClientId | None) -> int:
    """The answer is the entry as it was understood: a slip of the fingers shows at once."""
    from router.cli.block_entry import ended, entry_of, place_of
    from router.db.clients import add_by_operator

    place = place_of(given.config, client, known=True)
    author = given.author or getpass.getuser()
    entry = entry_of(given.add, place, until=given.until, author=author, reason=given.reason, wide=given.wide)
    async with opened(given) as database:
        done = await add_by_operator(database, client, entry, now=place.around.now)
    if done:
        say(f"{client or HOUSE}: {told(entry)} {ended(entry.until, place)}, on the list.")
    else:
        say(f"{told(entry)} is on the list of {client or HOUSE} already.")
    return 0 if done else 1


async def _remove(given: argparse.Namespace, client: ClientId | None) -> int:
    """What stands on the list as it is written there goes, whether or not it could be added so today."""
    from router.cli.block_entry import entry_of, place_of
    from router.db.clients import all_added, unblock

    async with opened(given) as database:
        entries = (one.entry for one in await all_added(database) if one.client == client)
        entry = next((one for one in entries if told(one) == given.remove), None)
        place = place_of(given.config, client, known=False)
        entry = entry or entry_of(given.remove, place)
        done = await unblock(database, client, entry, now=place.around.now)
    whose = client or HOUSE
    say(f"{whose}: {told(entry)}, off the list." if done else f"{told(entry)} is not on the list of {whose}.")
    return 0 if done else 1


def told(entry: BlockEntry) -> str:
    """Which callers an entry means, as `--add` and `--remove` read it."""
    if entry.between is not None:
        return "-".join(entry.between)
    return entry.number or entry.pattern or f"{entry.prefix}*"
