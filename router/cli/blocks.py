"""`vorzimmer blocks`: who is blocked beside the YAML, by agents' clicks and by operators, and the way back."""

import argparse
import getpass
import time
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_database, add_json, instant, local, opened, say, say_json
from router.core.errors import SetUpFailed
from router.core.house import BlockEntry
from router.core.ids import ClientId, Millis
from router.phone import e164

if TYPE_CHECKING:
    from router.db.clients import Added

COUNTRY = "DE"  # whose national numbers may be written here
EVERYBODY = "(everybody)"


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "blocks",
        description="List whom agents and operators have blocked beside the YAML, for one client or by the house's own "
        "list for all; --add and --remove change that. CALLERS is a number, a range +A-+B, a prefix that ends in *, or "
        "a pattern with ? for single digits. All but a single number are written with plus and country code.",
        epilog="A running router follows a change within seconds.",
    )
    add_database(command)
    add_json(command)
    change = command.add_mutually_exclusive_group()
    change.add_argument("--add", metavar="CALLERS", help="block these callers")
    change.add_argument("--remove", metavar="CALLERS", help="take these callers off the list")
    whose = command.add_mutually_exclusive_group()
    whose.add_argument("--client", metavar="ID", help="this client's list")
    whose.add_argument("--house", action="store_true", help="the house's own list, which counts for every client")
    command.add_argument("--until", type=instant, metavar="TIME", help="with --add: blocked until then")
    command.add_argument("--reason", default="", help="with --add: why")
    command.add_argument("--author", default="", help="with --add: who says so (default: the user)")
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
    from router.db.clients import add_by_operator, unblock

    if not given.client and not given.house:
        raise SetUpFailed("say whose list: --client ID, or --house for the list that counts for every client")
    client = None if given.house else ClientId(given.client)
    name, now = client or "the house", time.time_ns() // 1_000_000
    async with opened(given) as database:
        if given.add:
            done = await add_by_operator(database, client, _new(given, now), now=now)
            say("On the list." if done else f"{given.add} is on the list of {name} already.")
        else:
            done = await unblock(database, client, callers(given.remove), now=now)
            say("Taken off the list." if done else f"{given.remove} is not on the list of {name}.")
    return 0 if done else 1


def _new(given: argparse.Namespace, now: Millis) -> BlockEntry:
    if given.until is not None and given.until <= now:
        raise SetUpFailed(f"--until is over already: {local(given.until)}")
    author = given.author or getpass.getuser()
    return callers(given.add, until=given.until, author=author, reason=given.reason)


def callers(text: str, *, until: Millis | None = None, author: str = "", reason: str = "") -> BlockEntry:
    """The entry that is meant: a number, `A-B`, `+4930*`, or `+4930123???`. Raises `SetUpFailed`."""
    first, dash, last = text.partition("-")
    number = prefix = pattern = between = None
    if "?" in text:
        pattern = text if text.startswith("+") else _no_callers(text)
    elif text.endswith("*"):
        prefix = text[:-1] if text.startswith("+") and text[1:-1].isdigit() else _no_callers(text)
    elif dash and first.strip() and last.strip().startswith("+"):
        between = _number(first), _number(last)
    else:
        number = _number(text)
    return BlockEntry(
        number=number, prefix=prefix, between=between, pattern=pattern, until=until, author=author, reason=reason
    )


def told(entry: BlockEntry) -> str:
    """Which callers an entry means, as `callers` reads it."""
    if entry.between is not None:
        return "-".join(entry.between)
    return entry.number or entry.pattern or f"{entry.prefix}*"


def _number(text: str) -> str:
    return e164(text.strip(), COUNTRY) or _no_callers(text)


def _no_callers(text: str) -> str:
    raise SetUpFailed(
        f"{text!r} means no callers: write +493012345678, +4930123450-+4930123459, +4930123* or +493012345?"
    )
