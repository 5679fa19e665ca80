"""The engine's chronicle port on a database: agents' presences, and configurations, by which decisions are made again.

Order is that of writing. A house is stored when its content is not that of the newest row already there.
"""

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.ids import AgentId, CallId, Millis
from router.core.view import Presence, SeatView
from router.db.database import Database
from router.db.tables import houses, presences


class SqlChronicle:
    """Adds only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_presences(self, seats: Sequence[SeatView]) -> None:
        """Store how seats stand from their `at` on, in this order, all or none. Raises `LedgerUnavailable`."""
        rows = [_row(seat) for seat in seats]
        await self._database.transact(lambda connection: connection.execute(insert(presences), rows).close())

    async def keep_house(self, *, version: str, since: Millis, content: str) -> None:
        """Store a configuration in force from `since` on. Raises `LedgerUnavailable`."""
        digest = hashlib.sha256(content.encode()).hexdigest()
        newest = select(houses.c.version, houses.c.digest).order_by(houses.c.number.desc()).limit(1)
        async with self._database.writing() as connection:
            if (await connection.execute(newest)).one_or_none() != (version, digest):
                row = {"version": version, "since": since, "digest": digest, "content": content}
                await connection.execute(insert(houses), row)

    async def house_at(self, at: Millis) -> str | None:
        """The content of the configuration in force at an instant, if it was kept. Raises `LedgerUnavailable`."""
        return await house_at(self._database, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An agent was reserved for a call: a row among others of the same millisecond."""

    agent: AgentId
    call: CallId


async def seats_at(
    database: Database, agents: Collection[AgentId], at: Millis, *, before: Offer | None = None
) -> Mapping[AgentId, SeatView]:
    """How these agents' seats stood at an instant, its own changes included, but none from the offer `before` on.

    Who is not known then is left out. Raises `LedgerUnavailable`, `LedgerCorrupt`.
    """
    seats = {}
    async with database.reading() as connection:
        limit = await _number(connection, before, at) if before else None
        for agent in agents:
            if row := (await connection.execute(_last(agent, at, limit))).one_or_none():
                seats[agent] = _seat(row._asdict())
    return seats


async def seats_between(database: Database, since: Millis, until: Millis) -> AsyncIterator[SeatView]:
    """Every change of a seat from `since` until before `until`, in order. Raises `LedgerUnavailable`."""
    chosen = select(presences).where(presences.c.at >= since, presences.c.at < until).order_by(presences.c.number)
    async with database.reading(unhurried=True) as connection, connection.stream(chosen) as found:
        async for row in found:
            yield _seat(row._asdict())


async def house_at(database: Database, at: Millis, *, version: str | None = None) -> str | None:
    """The content of the configuration in force at an instant, or of a `version` then; None when it is not kept.

    A version that was only written later (the router was killed before it could) counts as what it was then, too.
    """
    known = select(houses.c.content) if version is None else select(houses.c.content).where(houses.c.version == version)
    then = known.where(houses.c.since <= at).order_by(houses.c.number.desc()).limit(1)
    later = known.order_by(houses.c.number).limit(1)
    async with database.reading() as connection:
        content: str | None = (await connection.execute(then)).scalar_one_or_none()
        if content is None and version is not None:
            content = (await connection.execute(later)).scalar_one_or_none()
        return content


async def prune(database: Database, *, before: Millis) -> tuple[int, int]:
    """Forget presences and configurations that no longer held at `before`; how many of each.

    The last row of each agent before that instant, and the configuration then in force, stay: they still held.
    Raises `LedgerUnavailable`.
    """
    held = select(func.max(presences.c.number)).where(presences.c.at < before).group_by(presences.c.agent)
    in_force = select(func.max(houses.c.number)).where(houses.c.since < before).scalar_subquery()
    async with database.writing() as connection:
        old = presences.c.number.not_in(held.scalar_subquery()) & (presences.c.at < before)
        gone = await connection.execute(delete(presences).where(old))
        houses_gone = await connection.execute(delete(houses).where(houses.c.number < in_force))
        return gone.rowcount, houses_gone.rowcount


async def _number(connection: AsyncConnection, offer: Offer, at: Millis) -> int | None:
    columns = presences.c
    reserved = (columns.agent == offer.agent) & (columns.call == offer.call) & (columns.doing == Presence.OFFERED.value)
    chosen = select(func.min(columns.number)).where(reserved, columns.at == at)
    number: int | None = (await connection.execute(chosen)).scalar_one()
    return number


def _last(agent: AgentId, at: Millis, limit: int | None) -> Select[Any]:
    chosen = select(presences).where(presences.c.agent == agent, presences.c.at <= at)
    if limit is not None:
        chosen = chosen.where(presences.c.number < limit)
    return chosen.order_by(presences.c.at.desc(), presences.c.number.desc()).limit(1)


def _row(seat: SeatView) -> Mapping[str, Any]:
    return {
        "agent": seat.agent,
        "at": seat.at,
        "intent": seat.intent.value,
        "doing": None if seat.doing is None else seat.doing.value,
        "reason": seat.reason,
        "call": seat.call,
        "idle_since": seat.idle_since,
        "offered_last": seat.offered_last,
    }


def _seat(row: Mapping[str, Any]) -> SeatView:
    return SeatView(
        agent=AgentId(row["agent"]),
        at=row["at"],
        intent=Presence(row["intent"]),
        doing=None if row["doing"] is None else Presence(row["doing"]),
        reason=row["reason"],
        call=None if row["call"] is None else CallId(row["call"]),
        idle_since=row["idle_since"],
        offered_last=row["offered_last"],
    )
