"""`vorzimmer user`: the people who sign in at the desk, their invitations, and the way back of who is locked out."""

import argparse
import getpass
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_database, local, opened, say, show_help
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
    "remove": "delete the account; what was pledged and done stays on record",
}
LINKING = ("invite", "reset")


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
    _add_link(adding)
    for name, what in CHANGES.items():
        changing = below.add_parser(name, help=what, description=f"{what[:1].upper()}{what[1:]}.")
        changing.add_argument("login", metavar="LOGIN")
        changing.set_defaults(command=change, change=name, at="")
        if name in LINKING:
            _add_link(changing)
    _add_roles(below)
    what = "what people and operators did, the newest first: sign-ins, invitations, changes"
    noted = below.add_parser("audit", help=what, description=f"{what[:1].upper()}{what[1:]}.")
    noted.add_argument("login", metavar="LOGIN", nargs="?", help="only what this person did, or was done to")
    noted.add_argument("--limit", type=int, default=50, metavar="N", help="how many (%(default)s)")
    noted.set_defaults(command=audit)
    for one in below.choices.values():
        add_database(one)


def _add_roles(below: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = "give somebody these roles instead of the ones before; counts at the next click"
    roles = below.add_parser("roles", help=what, description=f"{what[:1].upper()}{what[1:]}.")
    roles.add_argument("login", metavar="LOGIN")
    roles.add_argument("--role", action="append", choices=[*Role], required=True, help="may be given more than once")
    roles.add_argument("--agent", default="", metavar="ID", help="of the configuration; the role agent needs it")
    roles.set_defaults(command=give)


def _add_link(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--at",
        default="",
        metavar="URL",
        help="where people open the desk, https://desk.example: prints the link whole",
    )


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
    agent = _agent(roles, given.agent)
    account = Account(login=login, name=given.name or login, roles=roles, agent=agent, created=_now())
    async with opened(given) as database:
        accounts = SqlAccounts(database)
        if not await accounts.add(account):
            raise SetUpFailed(f"{login} is there already: `vorzimmer user invite {login}` prints a new link.")
        await _note(accounts, "added", login)
        await _invite(accounts, login, given.at)
    return 0


async def change(given: argparse.Namespace) -> int:
    """Raises `SetUpFailed` for a name that nobody has."""
    from router.db.accounts import SqlAccounts

    async with opened(given) as database:
        accounts = SqlAccounts(database)
        await _changed(accounts, await _known(accounts, given.login), given.change, given.at)
    return 0


async def give(given: argparse.Namespace) -> int:
    """Raises `SetUpFailed` for a name that nobody has, or an agent without the role."""
    from router.db.accounts import SqlAccounts

    roles = frozenset(map(Role, given.role))
    agent = _agent(roles, given.agent)
    async with opened(given) as database:
        accounts = SqlAccounts(database)
        account = await _known(accounts, given.login)
        await accounts.change(replace(account, roles=roles, agent=agent))
        await _note(accounts, f"roles: {' '.join(sorted(roles))}", account.login)
    return 0


async def audit(given: argparse.Namespace) -> int:
    """One entry a line: when, who, what, to whom, from where."""
    from router.db.accounts import SqlAccounts

    subject = normalised(given.login) if given.login else None
    async with opened(given) as database:
        for entry in await SqlAccounts(database).noted(subject=subject, limit=given.limit):
            say(f"{local(entry.at)}  {entry.who}  {entry.action}  {entry.subject}  {entry.address}".rstrip())
    return 0


def _agent(roles: frozenset[Role], named: str) -> AgentId | None:
    if (Role.AGENT in roles) != bool(named):
        raise SetUpFailed("The role agent and --agent go together: give both, or neither.")
    return AgentId(named) if named else None


async def _known(accounts: "Accounts", named: str) -> Account:
    account = await accounts.account(normalised(named))
    if account is None:
        raise SetUpFailed(f"Nobody is called {normalised(named)}: see `vorzimmer user list`.")
    return account


async def _changed(accounts: "Accounts", account: Account, wanted: str, at: str) -> None:
    login = account.login
    if wanted == "unlock":
        await accounts.forget_attempts(of_name(login).key)
    elif wanted in {"disable", "enable"}:
        await accounts.change(replace(account, locked=wanted == "disable"))
    elif wanted == "reset":
        await accounts.reset(login)
    elif wanted == "remove":
        await accounts.remove(login)
    if wanted != "invite":
        await _note(accounts, wanted, login)
    if wanted in LINKING:
        await _invite(accounts, login, at)


async def _invite(accounts: "Accounts", login: str, at: str) -> None:
    from router.desk.inviting import invite

    token = await invite(accounts, login, by=_who(), now=_now())
    say(f"{at.rstrip('/')}/invite/{token}")


async def _note(accounts: "Accounts", action: str, login: str) -> None:
    await accounts.note(AuditEntry(at=_now(), who=_who(), action=action, subject=login))


def _who() -> str:
    return f"shell:{getpass.getuser()}"


def _now() -> Millis:
    return time.time_ns() // 1_000_000
