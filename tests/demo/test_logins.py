"""A visitor of the demo can sign in at once, at each start."""

import time
from pathlib import Path

from router.core.desk.account import Terms
from router.db.accounts import SqlAccounts
from router.db.database import open_database
from router.db.schema import upgrade
from router.desk.passwords import Passwords
from router.desk.sealing import Seal
from router.desk.sessions import Sessions
from router.desk.signing_in import Attempt, SigningIn
from router.secret import derived, house_secret
from tests.demo.logins import AGENTS, logins, password_of


def now() -> int:
    return time.time_ns() // 1_000_000


async def test_each_login_of_a_second_start_signs_in_with_what_is_printed(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path / 'vorzimmer.db'}", create=True) as database:
        await upgrade(database)
        await logins(tmp_path)
        printed = await logins(tmp_path)
        accounts = SqlAccounts(database)
        sessions = Sessions(accounts, now)
        seal = Seal(derived(house_secret(tmp_path), "second factors"))
        door = SigningIn(accounts=accounts, sessions=sessions, terms=Terms, passwords=Passwords(), seal=seal, wall=now)
        for agent in AGENTS:
            attempt = Attempt(login=agent, password=password_of(agent), code=printed[agent][0], address="127.0.0.1")
            signed = await sessions.asking(await door.sign_in(attempt))
            assert signed is not None
            assert signed.account.agent == agent
