"""`vorzimmer user`: the people who sign in at the desk, their invitations, and the way back of who is locked out."""

import argparse
import getpass
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_database, opened, say, show_help
from router.core.desk.access import Role
from router.core.desk.account import LOGIN, Account, AuditEntry, normalised
from router.core.desk.lockout import of_name
from router.core.errors import SetUpFailed
from router.core.ids import AgentId, Millis

if TYPE_CHECKING:
    from router.ports.accounts import Accounts

CHANGES = {
    "invite": "print a new link by which to set password and second factor, within 48 hours",
    "unlock": "forget failed sign-ins",
    "disable": "keep somebody out, and sign them out everywhere",
    "enable": "let somebody in again",
    "reset": "forget password, second factor and recovery codes, and print a new link",
}


def add(commands: Commands) -> None:
    """Declare the commands."""
    command = commands.add_parser("user", description=__doc__)
    show_help(command)
    below = command.add_subparsers(metavar="COMMAND")
    listing = below.add_parser("list", help="who may sign in", description="List who may sign in.")
    listing.set_defaults(command=show)
    adding = below.add_parser("add", help="add somebody", description="Add somebody, and print the link to send.")
    adding.add_argument("login", metavar="LOGIN")
    adding.add_argument("--name", default="", help="as others see it (default: the login name)")
    adding.add_argument("--role", action="append", choices=[*Role], required=True, help="may be given more than once")
    adding.add_argument("--agent", default="", metavar="ID", help="of the configuration; the role agent needs it")
    adding.set_defaults(command=new)
    for name, what in CHANGES.items():
        changing = below.add_parser(name, help=what, description=f"{what[:1].upper()}{what[1:]}.")
        changing.add_argument("login", metavar="LOGIN")
        changing.set_defaults(command=change, change=name)
    for one in below.choices.values():
        add_database(one)


async def show(given: argparse.Namespace) -> int:
    """One person a line."""
    from router.db.accounts import SqlAccounts

    async with opened(given) as database:
        for account in await SqlAccounts(database).accounts():
            state = "disabled" if account.locked else "" if account.password else "invited"
            say(f"{account.login}  {' '.join(sorted(account.roles))}  {account.agent or '-'}  {state}".rstrip())
    return 0


async def new(given: argparse.Namespace) -> int:
    """Raises `SetUpFailed` for a name that is taken or cannot be."""
    from router.db.accounts import SqlAccounts

    login, roles = normalised(given.login), frozenset(map(Role, given.role))
    if not LOGIN.fullmatch(login):
        raise SetUpFailed(f"{given.login!r} cannot be a login name: write letters a-z, digits, and . _ @ - within.")
    if (Role.AGENT in roles) != bool(given.agent):
        raise SetUpFailed("The role agent and --agent go together: give both, or neither.")
    agent = AgentId(given.agent) if given.agent else None
    account = Account(login=login, name=given.name or login, roles=roles, agent=agent, created=_now())
    async with opened(given) as database:
        accounts = SqlAccounts(database)
        if not await accounts.add(account):
            raise SetUpFailed(f"{login} is there already: `vorzimmer user invite {login}` prints a new link.")
        await _note(accounts, "added", login)
        await _invite(accounts, login)
    return 0


async def change(given: argparse.Namespace) -> int:
    """Raises `SetUpFailed` for a name that nobody has."""
    from router.db.accounts import SqlAccounts

    async with opened(given) as database:
        accounts, login = SqlAccounts(database), normalised(given.login)
        account = await accounts.account(login)
        if account is None:
            raise SetUpFailed(f"Nobody is called {login}: see `vorzimmer user list`.")
        await _changed(accounts, account, given.change)
    return 0


async def _changed(accounts: "Accounts", account: Account, wanted: str) -> None:
    login = account.login
    if wanted == "unlock":
        await accounts.forget_attempts(of_name(login).key)
    elif wanted in {"disable", "enable"}:
        await accounts.change(replace(account, locked=wanted == "disable"))
    elif wanted == "reset":
        await accounts.reset(login)
    if wanted != "invite":
        await _note(accounts, wanted, login)
    if wanted in {"invite", "reset"}:
        await _invite(accounts, login)


async def _invite(accounts: "Accounts", login: str) -> None:
    from router.desk.inviting import invite

    token = await invite(accounts, login, by=_who(), now=_now())
    say(f"/invite/{token}")


async def _note(accounts: "Accounts", action: str, login: str) -> None:
    await accounts.note(AuditEntry(at=_now(), who=_who(), action=action, subject=login))


def _who() -> str:
    return f"shell:{getpass.getuser()}"


def _now() -> Millis:
    return time.time_ns() // 1_000_000
