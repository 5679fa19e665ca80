"""The engine's clients port on a database: what clients, or agents for them, changed since the operators' YAML."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from router.core.house import BlockEntry
from router.core.ids import AgentId, CallId, ClientId
from router.db.database import Database
from router.db.tables import block_entries
from router.ports import Clock

ADD: Mapping[str, Insert] = {  # ON CONFLICT is each dialect's own
    "sqlite": sqlite.insert(block_entries).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(block_entries).on_conflict_do_nothing(),
}


class SqlClients:
    """Block entries, each kept with who added it, during which call and when."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def block(self, *, client: ClientId, entry: BlockEntry, agent: AgentId, call: CallId) -> None:
        """Add a block entry; the same number or prefix again changes nothing. Raises `LedgerUnavailable`."""
        row = {
            "client": client,
            "number": entry.number or "",
            "prefix": entry.prefix or "",
            "reason": entry.reason,
            "agent": agent,
            "call": call,
            "added": self._clock.now(),
        }
        async with self._database.writing() as connection:
            await connection.execute(ADD[self._database.dialect], row)

    async def blocked(self) -> Mapping[ClientId, Sequence[BlockEntry]]:
        """All entries, in the order they were added. Raises `LedgerUnavailable`."""
        return await blocked(self._database)


async def blocked(database: Database) -> Mapping[ClientId, Sequence[BlockEntry]]:
    """All entries, in the order they were added. Raises `LedgerUnavailable`."""
    async with database.reading() as connection:
        order = (block_entries.c.added, block_entries.c.number, block_entries.c.prefix)
        rows = (await connection.execute(select(block_entries).order_by(*order))).all()
    entries: dict[ClientId, list[BlockEntry]] = defaultdict(list)
    for row in rows:
        entries[ClientId(row.client)].append(_entry(row))
    return dict(entries)


async def unblock(database: Database, client: ClientId, number: str) -> bool:
    """Take a number off a client's list; False when it is not there. Raises `LedgerUnavailable`."""
    entry = (block_entries.c.client == client) & (block_entries.c.number == number)
    async with database.writing() as connection:
        return (await connection.execute(delete(block_entries).where(entry))).rowcount > 0


def _entry(row: Row[tuple[str, ...]]) -> BlockEntry:
    return BlockEntry(number=row.number or None, prefix=row.prefix or None, reason=row.reason)
