"""The port of people's accounts on a database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Insert, Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

from router.core.desk.access import Role
from router.core.desk.account import LONGEST_MS, Account, AuditEntry, Credentials, Invitation, Session
from router.core.desk.lockout import FORGOTTEN_MS, Attempts, Counted, attempted, given_back
from router.core.desk.pledge import Pledged
from router.core.ids import AgentId, Millis
from router.db.database import Database
from router.db.tables_accounts import (
    audit_entries,
    sign_in_attempts,
    user_invitations,
    user_pledges,
    user_recovery_codes,
    user_sessions,
    users,
)

NEW_USER: Mapping[str, Insert] = {  # ON CONFLICT is each dialect's own
    "sqlite": sqlite.insert(users).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(users).on_conflict_do_nothing(),
}
NEW_KEY: Mapping[str, Insert] = {
    "sqlite": sqlite.insert(sign_in_attempts).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(sign_in_attempts).on_conflict_do_nothing(),
}


class SqlAccounts:
    """Implements `Accounts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account(self, login: str) -> Account | None:
        """See `Accounts`."""
        return await self._one(_chosen().where(users.c.login == login))

    async def accounts(self) -> Sequence[Account]:
        """See `Accounts`."""
        async with self._database.reading() as connection:
            return [_account(row) for row in await connection.execute(_chosen().order_by(users.c.login))]

    async def add(self, account: Account) -> bool:
        """See `Accounts`."""
        row = {**_changeable(account), "login": account.login, "created": account.created}
        kept = {"password": account.password, "totp": account.totp, "step": account.step}
        return await self._changed(NEW_USER[self._database.dialect].values({**row, **kept}))

    async def change(self, account: Account) -> bool:
        """See `Accounts`."""

        def work(connection: Connection) -> bool:
            if account.locked:
                connection.execute(delete(user_sessions).where(user_sessions.c.login == account.login))
            changed = update(users).where(users.c.login == account.login).values(_changeable(account))
            return connection.execute(changed).rowcount > 0

        return await self._database.transact(work)

    async def remove(self, login: str) -> bool:
        """See `Accounts`."""
        return await self._changed(delete(users).where(users.c.login == login))

    async def reset(self, login: str) -> bool:
        """See `Accounts`."""

        def work(connection: Connection) -> bool:
            for table in (user_sessions, user_recovery_codes, user_invitations):
                connection.execute(delete(table).where(table.c.login == login))
            emptied = update(users).where(users.c.login == login).values(password="", totp="", step=0)
            return connection.execute(emptied).rowcount > 0

        return await self._database.transact(work)

    async def invite(self, invitation: Invitation) -> None:
        """See `Accounts`."""

        def work(connection: Connection) -> None:
            connection.execute(delete(user_invitations).where(user_invitations.c.login == invitation.login))
            connection.execute(insert(user_invitations), asdict(invitation))

        await self._database.transact(work)

    async def invited(self, key: str, now: Millis) -> Account | None:
        """See `Accounts`."""
        joined = _chosen().join(user_invitations, user_invitations.c.login == users.c.login)
        counts = (user_invitations.c.key == key) & (user_invitations.c.until > now) & users.c.locked.is_(False)
        return await self._one(joined.where(counts))

    async def accept(self, key: str, credentials: Credentials, now: Millis) -> bool:
        """See `Accounts`."""

        def work(connection: Connection) -> bool:
            open_now = (user_invitations.c.key == key) & (user_invitations.c.until > now)
            ended = delete(user_invitations).where(open_now).returning(user_invitations.c.login)
            login = connection.execute(ended).scalar()
            if login is None:
                return False
            for table in (user_sessions, user_recovery_codes):
                connection.execute(delete(table).where(table.c.login == login))
            connection.execute(update(users).where(users.c.login == login).values(_secrets(credentials)))
            for code in credentials.codes:
                connection.execute(insert(user_recovery_codes), {"login": login, "code": code})
            return True

        return await self._database.transact(work)

    async def use_step(self, login: str, step: int) -> bool:
        """See `Accounts`."""
        used = update(users).where((users.c.login == login) & (users.c.step < step)).values(step=step)
        return await self._changed(used)

    async def use_code(self, login: str, code: str) -> bool:
        """See `Accounts`."""
        mine = (user_recovery_codes.c.login == login) & (user_recovery_codes.c.code == code)
        return await self._changed(delete(user_recovery_codes).where(mine))

    async def pledge(self, login: str, pledged: Pledged) -> None:
        """See `Accounts`."""
        await self._changed(insert(user_pledges).values(login=login, **asdict(pledged)))

    async def begin(self, session: Session) -> None:
        """See `Accounts`."""

        def work(connection: Connection) -> None:
            over = user_sessions.c.begun <= session.begun - LONGEST_MS
            connection.execute(delete(user_sessions).where(over))
            connection.execute(insert(user_sessions), asdict(session))

        await self._database.transact(work)

    async def session(self, key: str) -> tuple[Session, Account] | None:
        """See `Accounts`."""
        joined = _chosen().add_columns(user_sessions.c.begun, user_sessions.c.seen)
        joined = joined.join(user_sessions, user_sessions.c.login == users.c.login)
        async with self._database.reading() as connection:
            chosen = joined.where((user_sessions.c.key == key) & users.c.locked.is_(False))
            row = (await connection.execute(chosen)).first()
        if row is None:
            return None
        return Session(key=key, login=row.login, begun=row.begun, seen=row.seen), _account(row)

    async def seen(self, key: str, at: Millis) -> None:
        """See `Accounts`."""
        await self._changed(update(user_sessions).where(user_sessions.c.key == key).values(seen=at))

    async def end(self, key: str) -> None:
        """See `Accounts`."""
        await self._changed(delete(user_sessions).where(user_sessions.c.key == key))

    async def end_all(self, login: str) -> None:
        """See `Accounts`."""
        await self._changed(delete(user_sessions).where(user_sessions.c.login == login))

    async def attempt(self, counted: Counted, now: Millis) -> Attempts:
        """See `Accounts`."""

        def after(before: Attempts) -> Attempts:
            return attempted(before, counted.limit, now)

        return await self._counted(counted.key, after, now)

    async def forget_attempts(self, key: str) -> bool:
        """See `Accounts`."""
        return await self._changed(delete(sign_in_attempts).where(sign_in_attempts.c.key == key))

    async def give_back(self, key: str, before: Attempts) -> None:
        """See `Accounts`."""
        await self._counted(key, lambda since: given_back(since, before), 0)

    async def note(self, entry: AuditEntry) -> None:
        """See `Accounts`."""
        await self._changed(insert(audit_entries).values(asdict(entry)))

    async def noted(self, *, subject: str | None = None, limit: int) -> Sequence[AuditEntry]:
        """See `Accounts`."""
        columns = (audit_entries.c[name] for name in ("at", "who", "action", "subject", "address"))
        chosen = select(*columns).order_by(audit_entries.c.number.desc()).limit(limit)
        if subject is not None:
            chosen = chosen.where((audit_entries.c.subject == subject) | (audit_entries.c.who == subject))
        async with self._database.reading() as connection:
            return [AuditEntry(**row._asdict()) for row in await connection.execute(chosen)]

    async def _one(self, chosen: Select[Any]) -> Account | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(chosen)).first()
        return _account(row) if row is not None else None

    async def _changed(self, statement: Any) -> bool:
        return await self._database.transact(lambda connection: connection.execute(statement).rowcount > 0)

    async def _counted(self, key: str, after: Callable[[Attempts], Attempts], now: Millis) -> Attempts:
        """The row is locked while it is looked at: PostgreSQL's by FOR UPDATE, SQLite's with all the file."""

        def work(connection: Connection) -> Attempts:
            old = (sign_in_attempts.c.last <= now - FORGOTTEN_MS) & (sign_in_attempts.c.locked_until <= now)
            connection.execute(delete(sign_in_attempts).where(old))
            connection.execute(NEW_KEY[self._database.dialect], {"key": key, **asdict(Attempts(since=now, last=now))})
            mine = sign_in_attempts.c.key == key
            row = connection.execute(select(sign_in_attempts).where(mine).with_for_update()).one()._asdict()
            before = Attempts(**{name: value for name, value in row.items() if name != "key"})
            connection.execute(update(sign_in_attempts).where(mine).values(asdict(after(before))))
            return before

        return await self._database.transact(work)


def _chosen() -> Select[Any]:
    """People with the number of their recovery codes and their last pledge."""
    codes = select(func.count()).select_from(user_recovery_codes).where(user_recovery_codes.c.login == users.c.login)
    earlier = user_pledges.alias()
    newest = select(func.max(earlier.c.number)).where(earlier.c.login == users.c.login)
    mine = codes.correlate(users).scalar_subquery()
    pledge = user_pledges.c.version, user_pledges.c.digest, user_pledges.c.at
    joined = users.outerjoin(user_pledges, user_pledges.c.number == newest.correlate(users).scalar_subquery())
    return select(users, mine.label("codes"), *pledge).select_from(joined)


def _account(row: Row[Any]) -> Account:
    pledged = None if row.version is None else Pledged(version=row.version, digest=row.digest, at=row.at)
    return Account(
        login=row.login,
        name=row.name,
        roles=frozenset(map(Role, row.roles.split())),
        agent=AgentId(row.agent) if row.agent else None,
        created=row.created,
        locked=row.locked,
        password=row.password,
        totp=row.totp,
        step=row.step,
        code_count=row.codes,
        pledged=pledged,
    )


def _changeable(account: Account) -> Mapping[str, Any]:
    roles = " ".join(sorted(account.roles))
    return {"name": account.name, "roles": roles, "agent": account.agent, "locked": account.locked}


def _secrets(credentials: Credentials) -> Mapping[str, Any]:
    return {"password": credentials.password, "totp": credentials.totp, "step": credentials.step}
