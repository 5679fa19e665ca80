"""What reports ask of the database: each adds up the calls of some days, of one client or of all, in one pass.

A day is one of the client's own calendar, 23 or 25 hours long when its clocks change. Calls are read some at a time.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, Table, func, or_, select

from router.core.forecast import CostLine, ForecastLine, forecast, known_since
from router.core.hours import Day, day_of, iso_of, midnight
from router.core.ids import AgentId, ClientId
from router.core.money import Cents
from router.core.record import EndingClass, Part, PartKind
from router.core.reports import ReportedCall
from router.db.convert import Row, read
from router.db.database import Database
from router.db.reading import rows
from router.db.tables import calls, ledger_charges, ledger_entries, ledger_entry_postings, ledger_transactions

HOME = "Europe/Berlin"  # of calls without a client, and of clients that are no longer known


class Tally(Protocol):
    """What calls are added to: see `router.core.reports`."""

    def add(self, call: ReportedCall) -> None:
        """Count one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which calls: arrived from day `first` to day `last`, both included, of one client or of all.

    `timezones` are those of all clients; whom it does not have is at home.
    """

    first: Day
    last: Day
    client: ClientId | None = None
    timezones: Mapping[ClientId, str] = field(default_factory=dict)

    def timezone(self, client: str | None) -> str:
        """Of a client, or of nobody."""
        return HOME if client is None else self.timezones.get(ClientId(client), HOME)


async def count(database: Database, asked: Asked, tally: Tally) -> None:
    """Add every call to a tally. Raises `LedgerUnavailable`, `LedgerCorrupt`."""
    async for row in rows(database, calls_asked(asked)):
        tally.add(_call(row, asked))


async def costs(database: Database, asked: Asked) -> Sequence[CostLine]:
    """Calls' charges by kind, then entries of the ledger besides, VAT not included. Raises as `count`."""
    return [_cost(row) for chosen in (_charges(asked), _entries(asked)) async for row in rows(database, chosen)]


async def forecasts(database: Database, asked: Asked, today: Day) -> Sequence[ForecastLine]:
    """The month of `today`, which is a day of the client's calendar, in each currency. Raises as `count`."""
    known = Asked(first=known_since(today), last=today, client=asked.client, timezones=asked.timezones)
    days: dict[str, dict[Day, Cents]] = defaultdict(lambda: defaultdict(int))
    async for row in rows(database, _costs_of_calls(known)):
        days[row["currency"]][day_of(asked.timezone(row["client"]), row["arrived"])] += int(row["charged"])
    return [forecast(currency, today, costs) for currency, costs in sorted(days.items())]


def calls_asked(asked: Asked) -> Select[Any]:
    """Of each call what reports need. Of one client it goes by the index of client and arrival."""
    c = calls.c
    needed = (c.call, c.client, c.arrived, c.ended, c.ending_class, c.ending_reason, c.parts)
    return select(*needed).where(_within(calls, asked))


def _charges(asked: Asked) -> Select[Any]:
    t, c = ledger_transactions.c, ledger_charges.c
    sums = (func.count().label("count"), func.sum(c.list_price).label("listed"), func.sum(c.charged).label("charged"))
    chosen = select(t.currency, c.kind, *sums).join(ledger_charges, c.transaction == t.number)
    return chosen.where(_within(ledger_transactions, asked)).group_by(t.currency, c.kind).order_by(t.currency, c.kind)


def _entries(asked: Asked) -> Select[Any]:
    """Those that change what the client owes net: an invoice adds VAT alone, a close nothing."""
    e, p = ledger_entries.c, ledger_entry_postings.c
    net = (-func.sum(p.amount)).label("charged")
    chosen = select(e.currency, e.kind, func.count(e.number.distinct()).label("count"), net.label("listed"), net)
    chosen = chosen.join(ledger_entry_postings, p.entry == e.number)
    chosen = chosen.where(or_(p.account.like("revenue:%"), p.account.like("credits:%")))
    chosen = chosen.where(e.day.between(iso_of(asked.first), iso_of(asked.last)))
    if asked.client is not None:
        chosen = chosen.where(e.client == asked.client)
    return chosen.group_by(e.currency, e.kind).order_by(e.currency, e.kind)


def _costs_of_calls(asked: Asked) -> Select[Any]:
    t, c = ledger_transactions.c, ledger_charges.c
    of_call = (t.client, t.arrived, t.currency)
    chosen = select(*of_call, func.sum(c.charged).label("charged")).join(ledger_charges, c.transaction == t.number)
    return chosen.where(_within(ledger_transactions, asked)).group_by(t.number, *of_call)


def _within(table: Table, asked: Asked) -> ColumnElement[bool]:
    client = table.c.client
    if asked.client is not None:
        return (client == asked.client) & _between(table, asked, asked.timezone(asked.client))
    away: dict[str, list[ClientId]] = defaultdict(list)
    for one, timezone in asked.timezones.items():
        if timezone != HOME:
            away[timezone].append(one)
    home = _between(table, asked, HOME)
    if not away:
        return home
    not_away = client.is_(None) | client.not_in([one for some in away.values() for one in some])
    return or_(home & not_away, *(_between(table, asked, zone) & client.in_(some) for zone, some in away.items()))


def _between(table: Table, asked: Asked, timezone: str) -> ColumnElement[bool]:
    since, until = midnight(timezone, asked.first), midnight(timezone, asked.last + 1)
    return (table.c.arrived >= since) & (table.c.arrived < until)


def _call(row: Row, asked: Asked) -> ReportedCall:
    return read(
        f"call {row['call']}",
        lambda: ReportedCall(
            timezone=asked.timezone(row["client"]),
            arrived=row["arrived"],
            ended=row["ended"],
            ending=EndingClass(row["ending_class"]),
            reason=row["ending_reason"],
            parts=tuple(_part(part) for part in json.loads(row["parts"])),
        ),
    )


def _part(content: Row) -> Part:
    agent = content["agent"]
    return Part(
        kind=PartKind(content["kind"]),
        start=content["start"],
        end=content["end"],
        agent=None if agent is None else AgentId(agent),
    )


def _cost(row: Row) -> CostLine:
    return CostLine(
        currency=row["currency"],
        kind=row["kind"],
        count=row["count"],
        list_cents=int(row["listed"]),
        charged_cents=int(row["charged"]),
    )
