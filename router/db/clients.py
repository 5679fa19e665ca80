"""The engine's clients port on a database: block entries made since the operators' YAML, by agents and operators."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Insert, and_, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.house import BlockEntry
from router.core.ids import AgentId, CallId, ClientId, Millis
from router.db.database import Database
from router.db.posting import locked_head
from router.db.refunding import refund_reported
from router.db.tables import WAYS, advertising_reports, block_changes, block_entries
from router.ports import BlockChange, Clock

FOR_ALL = ""  # in the place of a client: the house's own list
ADD: Mapping[str, Insert] = {  # ON CONFLICT is each dialect's own
    "sqlite": sqlite.insert(block_entries).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(block_entries).on_conflict_do_nothing(),
}
REPORT: Mapping[str, Insert] = {
    "sqlite": sqlite.insert(advertising_reports).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(advertising_reports).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An entry as it is kept: whose list it is on (`client` None: the house's), when it was added, during which call,
    and the clients whose agents' reports led to it."""

    client: ClientId | None
    entry: BlockEntry
    added: Millis
    call: str = ""
    reports: tuple[ClientId, ...] = ()


class SqlClients:
    """Block entries, each kept with who added it, during which call and when."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def block(self, *, client: ClientId, entry: BlockEntry, agent: AgentId, call: CallId) -> None:
        """Add a block entry; the same callers again change nothing. The call is advertising: it is refunded as soon as
        it is settled. Raises `LedgerUnavailable`."""
        row = _row(client, entry, author=entry.author or agent, added=self._clock.now())
        report = {"call": call, "client": client, "agent": agent, "at": row["added"]}

        def work(connection: Connection) -> None:
            head = locked_head(connection)  # who settles the call meanwhile sees the report, or we see the call
            connection.execute(ADD[self._database.dialect], {**row, "call": call})
            connection.execute(REPORT[self._database.dialect], report)
            refund_reported(connection, [call], head)

        await self._database.transact(work)

    async def block_for_all(self, *, entry: BlockEntry, reports: Sequence[ClientId]) -> None:
        """Add an entry to the house's own list. Raises `LedgerUnavailable`."""
        row = _row(FOR_ALL, entry, author=entry.author, added=self._clock.now())
        await self._add({**row, "reports": json.dumps(list(reports))})

    async def blocked(self) -> Mapping[ClientId, Sequence[BlockEntry]]:
        """The clients' entries, in the order they were added. Raises `LedgerUnavailable`."""
        entries: dict[ClientId, list[BlockEntry]] = defaultdict(list)
        for one in await all_added(self._database):
            if one.client is not None:
                entries[one.client].append(one.entry)
        return dict(entries)

    async def blocked_for_all(self) -> Sequence[BlockEntry]:
        """The house's own, in the order they were added. Raises `LedgerUnavailable`."""
        return [one.entry for one in await all_added(self._database) if one.client is None]

    async def changes(self, after: int) -> Sequence[BlockChange]:
        """What operators have changed since change number `after`, in order. Raises `LedgerUnavailable`."""
        chosen = select(block_changes).where(block_changes.c.number > after).order_by(block_changes.c.number)
        async with self._database.reading() as connection:
            rows = (await connection.execute(chosen)).all()
        return [BlockChange(number=row.number, client=_client(row.client), lifted=row.lifted or None) for row in rows]

    async def last_change(self) -> int:
        """The number of the last such change, 0 for none. Raises `LedgerUnavailable`."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(func.max(block_changes.c.number)))).scalar_one() or 0

    async def _add(self, row: Mapping[str, Any]) -> None:
        async with self._database.writing() as connection:
            await connection.execute(ADD[self._database.dialect], row)


async def all_added(database: Database) -> Sequence[Added]:
    """All entries, in the order they were added. Raises `LedgerUnavailable`."""
    ways = (block_entries.c[way] for way in WAYS)
    async with database.reading() as connection:
        rows = await connection.execute(select(block_entries).order_by(block_entries.c.added, *ways))
        return [_added(row._asdict()) for row in rows]


async def add_by_operator(database: Database, client: ClientId | None, entry: BlockEntry, *, now: Millis) -> bool:
    """Add an entry, which a running router notices; False when these callers are on that list already.

    Raises `LedgerUnavailable`.
    """
    row = {**_row(client or FOR_ALL, entry, author=entry.author, added=now), "call": "", "reports": "[]"}
    async with database.writing() as connection:
        if (await connection.execute(select(block_entries).where(_same(row)))).first():
            return False
        await connection.execute(ADD[database.dialect], row)
        await _tell(connection, row["client"], lifted="", now=now)
        return True


async def unblock(database: Database, client: ClientId | None, entry: BlockEntry, *, now: Millis) -> bool:
    """Take these callers off a client's list, or the house's, which a running router notices; False when they are not
    there. Raises `LedgerUnavailable`."""
    row = _row(client or FOR_ALL, entry, author="", added=0)
    async with database.writing() as connection:
        gone = (await connection.execute(delete(block_entries).where(_same(row)))).rowcount > 0
        if gone:
            await _tell(connection, row["client"], lifted=entry.number or "", now=now)
        return gone


async def _tell(connection: AsyncConnection, client: str, *, lifted: str, now: Millis) -> None:
    await connection.execute(insert(block_changes), {"client": client, "lifted": lifted, "at": now})


def _client(stored: str) -> ClientId | None:
    return None if stored == FOR_ALL else ClientId(stored)


def _same(row: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(block_entries.c[name] == row[name] for name in ("client", *WAYS)))


def _row(client: str, entry: BlockEntry, *, author: str, added: Millis) -> dict[str, Any]:
    low, high = entry.between or ("", "")
    return {
        "client": client,
        "number": entry.number or "",
        "prefix": entry.prefix or "",
        "low": low,
        "high": high,
        "pattern": entry.pattern or "",
        "until": entry.until,
        "author": author,
        "reason": entry.reason,
        "added": added,
    }


def _added(row: Mapping[str, Any]) -> Added:
    entry = BlockEntry(
        number=row["number"] or None,
        prefix=row["prefix"] or None,
        between=(row["low"], row["high"]) if row["low"] else None,
        pattern=row["pattern"] or None,
        until=row["until"],
        author=row["author"],
        reason=row["reason"],
    )
    reports = tuple(ClientId(client) for client in json.loads(row["reports"]))
    return Added(client=_client(row["client"]), entry=entry, added=row["added"], call=row["call"], reports=reports)
