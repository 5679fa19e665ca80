"""People who can sign in at the demo's desk at once: known passwords, and recovery codes that are new at each start.

Nothing is weaker than elsewhere: they are invited and accept, as people are, with an authenticator app that is ours.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from router.core.desk import totp
from router.core.desk.access import Role
from router.core.desk.account import Account, Terms
from router.core.ids import AgentId, Millis
from router.db.accounts import SqlAccounts
from router.db.database import Database, open_database
from router.desk.inviting import Invitations, invite
from router.desk.passwords import Passwords
from router.desk.sealing import Seal
from router.secret import derived, house_secret

AGENTS = ("anna", "ben")
SHOWN = 3  # recovery codes


async def logins(state: Path) -> Mapping[str, Sequence[str]]:
    """Recovery codes for each login; the password is `password_of` it. The router must have made its tables."""
    async with open_database(f"sqlite:///{state / 'vorzimmer.db'}") as database:
        return {agent: await _moved_in(database, house_secret(state), agent) for agent in AGENTS}


def password_of(login: str) -> str:
    """The demo's, known to everybody."""
    return f"demo-{login}-at-the-desk"


async def _moved_in(database: Database, secret: bytes, login: str) -> Sequence[str]:
    accounts, now = SqlAccounts(database), _now()
    agent = AgentId(login)
    await accounts.add(
        Account(login=login, name=login.title(), roles=frozenset({Role.AGENT}), agent=agent, created=now)
    )
    invitations = Invitations(
        accounts=accounts,
        terms=Terms,
        passwords=Passwords(),
        seal=Seal(derived(secret, "second factors")),
        secret=derived(secret, "invitations"),
        wall=_now,
    )
    link = await invite(accounts, login, by="make run", now=now)
    code = totp.code_at(invitations.second_factor(link), totp.step_of(_now()))
    return (await invitations.accept(link, password=password_of(login), code=code, address=""))[:SHOWN]


def _now() -> Millis:
    return time.time_ns() // 1_000_000
