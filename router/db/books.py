"""Implements `ports.Books` on a database: what billing reads of the chain, and posts to it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.engine import Connection

from router.core.billing.books import closing
from router.core.billing.digest import root_of
from router.core.billing.entry import (
    Entry,
    EntryKind,
    PostedEntry,
    first_of_month,
    last_of_month,
    month_after,
)
from router.core.billing.month import SettledCall
from router.core.billing.period import Bounds, Period, PeriodCall, Span, bounds_of, span_of
from router.core.billing.refund import BOOKS_ZONE, book_day
from router.core.ids import CallId, ClientId, TariffId
from router.core.tariff import Charges
from router.db.convert import charge_of
from router.db.database import Database
from router.db.entry_rows import entry_of
from router.db.posting import entry_of_key, locked_head, post_entry, post_made, postings_of
from router.db.tables import (
    calls,
    ledger_charges,
    ledger_entries,
    ledger_entry_postings,
    ledger_head,
    ledger_postings,
    ledger_transactions,
)
from router.ports import Link, OfClient

ADJUSTING = tuple(kind.value for kind in (EntryKind.CREDIT, EntryKind.DISCOUNT, EntryKind.REVERSAL, EntryKind.REFUND))
NOBODY = ClientId("")

Found = TypeVar("Found")


class SqlBooks:
    """See `ports.Books`. `dry`: what `post` and `close` post is checked as ever, and then taken back."""

    def __init__(self, database: Database, *, dry: bool = False) -> None:
        self._database = database
        self._dry = dry

    async def post(self, make: Callable[[int], Sequence[Entry]]) -> Sequence[bool]:
        """See `ports.Books.post`."""

        def work(connection: Connection) -> Sequence[bool]:
            return post_made(connection, make)

        return await self._transact(work)

    async def close(self, entry: Entry) -> bool:
        """See `ports.Books.close`."""
        return await self._transact(lambda connection: _close(connection, entry))

    async def _transact(self, work: Callable[[Connection], Found]) -> Found:
        def posting(connection: Connection) -> Found:
            with connection.begin_nested() as savepoint:
                outcome = work(connection)
                if self._dry:
                    savepoint.rollback()
            return outcome

        return await self._database.transact(posting)

    async def transaction(self, number: int) -> OfClient | None:
        """See `ports.Books.transaction`."""
        return await self._read(lambda connection: _transaction(connection, number))

    async def find(self, key: str) -> PostedEntry | None:
        """See `ports.Books.find`."""
        return await self._read(lambda connection: entry_of_key(connection, key))

    async def documents(self, *, since: date, until: date) -> Sequence[PostedEntry]:
        """See `ports.Books.documents`."""
        days = ledger_entries.c.day.between(since.isoformat(), until.isoformat())
        chosen = select(ledger_entries).where(ledger_entries.c.document.is_not(None), days)
        return await self._read(lambda connection: _entries(connection, chosen.order_by(ledger_entries.c.document)))

    async def period(self, bounds: Bounds, span: Span | None = None) -> Period:
        """See `ports.Books.period`."""
        return await self._read(lambda connection: _period(connection, bounds, span))

    async def unbilled(self, month: date) -> Sequence[ClientId]:
        """See `ports.Books.unbilled`."""
        return await self._read(lambda connection: _unbilled(connection, month))

    async def links(self, month: date, client: ClientId | None = None) -> Sequence[Link]:
        """See `ports.Books.links`."""
        return await self._read(lambda connection: _links(connection, first_of_month(month), client))

    async def balance(self, account: str) -> int:
        """See `ports.Books.balance`."""
        return await self._read(lambda connection: _balance(connection, account))

    async def _read(self, reading: Callable[[Connection], Found]) -> Found:
        async with self._database.reading(unhurried=True) as connection:
            return await connection.run_sync(reading)


def _close(connection: Connection, entry: Entry) -> bool:
    head = locked_head(connection)
    if entry_of_key(connection, entry.key):
        return False
    content = closing(_digests(connection, first_of_month(entry.day)))
    return post_entry(connection, replace(entry, content=content), head) is not None


def _transaction(connection: Connection, number: int) -> OfClient | None:
    for table in (ledger_transactions, ledger_entries):
        row = connection.execute(select(table).where(table.c.number == number)).one_or_none()
        postings = postings_of(connection, number)
        if row is not None and row.client is not None and postings is not None:
            return OfClient(
                client=ClientId(row.client),
                currency=row.currency or "",
                call=None if row.call is None else CallId(row.call),
                postings=postings,
            )
    return None


def _period(connection: Connection, bounds: Bounds, span: Span | None) -> Period:
    done, after = _done(connection, bounds)
    span = span or Span(after=after, up_to=connection.execute(select(ledger_head.c.number)).scalar_one())
    return Period(
        bounds=bounds,
        span=span,
        calls=_calls(connection, bounds, span),
        entries=[posted.entry for posted in _adjusting(connection, bounds, span)],
        done=done,
    )


def _done(connection: Connection, bounds: Bounds) -> tuple[date | None, int]:
    """The last month before that is billed to the client or closed, and up to which transaction it was."""
    entries, day = ledger_entries.c, ledger_entries.c.day < bounds.month.isoformat()
    newest = select(ledger_entries).order_by(entries.day.desc()).limit(1)
    monthly = newest.where(entries.kind == EntryKind.MONTHLY.value, entries.client == bounds.client, day)
    close = newest.where(entries.kind == EntryKind.CLOSE.value, day)
    found = [(date.fromisoformat(row.day), span_of(row.content).up_to) for row in connection.execute(monthly)]
    found += [(date.fromisoformat(row.day), row.number) for row in connection.execute(close)]
    return max(found, key=lambda each: (each[0], -each[1]), default=(None, 0))


def _calls(connection: Connection, bounds: Bounds, span: Span) -> list[PeriodCall]:
    transactions = ledger_transactions.c
    belongs = or_(transactions.arrived >= bounds.since, transactions.number > span.after)
    chosen = select(ledger_transactions, calls.c.caller).join(calls, calls.c.call == transactions.call)
    within = (transactions.client == bounds.client, transactions.arrived < bounds.until, belongs)
    chosen = chosen.where(*within, transactions.number <= span.up_to).order_by(
        transactions.arrived, transactions.number
    )
    charges = defaultdict(list)
    numbers = select(transactions.number).where(*within, transactions.number <= span.up_to)
    lines = select(ledger_charges).where(ledger_charges.c.transaction.in_(numbers))
    for line in connection.execute(lines.order_by(ledger_charges.c.transaction, ledger_charges.c.line)):
        charges[line.transaction].append(charge_of(line._asdict()))
    found = []
    for row in connection.execute(chosen):
        settled = Charges(
            call=CallId(row.call),
            client=bounds.client,
            tariff=None if row.tariff is None else TariffId(row.tariff),
            tariff_version=row.tariff_version,
            currency=row.currency,
            trial=row.trial,
            lines=tuple(charges[row.number]),
        )
        found.append(PeriodCall(call=SettledCall(arrived=row.arrived, charges=settled), caller=row.caller))
    return found


def _adjusting(connection: Connection, bounds: Bounds, span: Span) -> Sequence[PostedEntry]:
    entries = ledger_entries.c
    belongs = or_(entries.day >= bounds.month.isoformat(), entries.number > span.after)
    chosen = select(ledger_entries).where(
        entries.client == bounds.client,
        entries.kind.in_(ADJUSTING),
        entries.day <= last_of_month(bounds.month).isoformat(),
        entries.number <= span.up_to,
        belongs,
    )
    return _entries(connection, chosen.order_by(entries.number))


def _entries(connection: Connection, chosen: Select[tuple[object, ...]]) -> list[PostedEntry]:
    found = []
    for row in connection.execute(chosen).all():
        lines = select(ledger_entry_postings).where(ledger_entry_postings.c.entry == row.number)
        rows = [line._asdict() for line in connection.execute(lines.order_by(ledger_entry_postings.c.line))]
        found.append(entry_of(row._asdict(), rows))
    return found


def _unbilled(connection: Connection, month: date) -> list[ClientId]:
    bounds = bounds_of(NOBODY, month, BOOKS_ZONE)
    client, arrived = ledger_transactions.c.client, ledger_transactions.c.arrived
    called = select(client).where(client.is_not(None), arrived >= bounds.since, arrived < bounds.until).distinct()
    billed = select(ledger_entries.c.client).where(
        ledger_entries.c.kind == EntryKind.MONTHLY.value,
        ledger_entries.c.day == last_of_month(bounds.month).isoformat(),
    )
    done = set(connection.execute(billed).scalars())
    return [ClientId(each) for each in sorted(connection.execute(called).scalars()) if each not in done]


def _links(connection: Connection, month: date, client: ClientId | None) -> list[Link]:
    """The books' month: see `core.billing.books`."""
    bounds = bounds_of(NOBODY, month, BOOKS_ZONE)
    opened = _closing(connection, date.fromordinal(month.toordinal() - 1))
    closed = _closing(connection, month)
    transactions, entries = ledger_transactions.c, ledger_entries.c
    own: ColumnElement[bool] = and_(transactions.arrived >= bounds.since, transactions.arrived < bounds.until)
    late = and_(transactions.arrived < bounds.since, transactions.number > opened) if opened else None
    settled = select(transactions.number, transactions.hash, transactions.call).where(
        own if late is None else or_(own, late)
    )
    days = entries.day.between(month.isoformat(), last_of_month(month).isoformat())
    posted = select(entries.number, entries.hash, entries.key).where(days, entries.kind != EntryKind.CLOSE.value)
    if closed:
        settled, posted = settled.where(transactions.number < closed), posted.where(entries.number < closed)
    if client is not None:
        settled, posted = settled.where(transactions.client == client), posted.where(entries.client == client)
    rows = [*connection.execute(settled), *connection.execute(posted)]
    return [Link(number=row[0], hash=row[1], name=row[2]) for row in sorted(rows, key=lambda row: row[0])]


def _closing(connection: Connection, day: date) -> int | None:
    """The transaction that closed the month of a day."""
    closes = (ledger_entries.c.kind == EntryKind.CLOSE.value, ledger_entries.c.day >= day.isoformat())
    number: int | None = connection.execute(select(func.min(ledger_entries.c.number)).where(*closes)).scalar_one()
    return number


def _digests(connection: Connection, month: date) -> dict[str, str]:
    closed = connection.execute(
        select(func.max(ledger_entries.c.day)).where(ledger_entries.c.kind == EntryKind.CLOSE.value)
    ).scalar_one()
    first = month_after(date.fromisoformat(closed)) if closed else _first_month(connection)
    digests, each = {}, first
    while each is not None and each <= month:
        if links := _links(connection, each, None):
            digests[each.isoformat()[:7]] = root_of([link.hash for link in links])
        each = month_after(each)
    return digests


def _first_month(connection: Connection) -> date | None:
    arrived = connection.execute(select(func.min(ledger_transactions.c.arrived))).scalar_one()
    day = connection.execute(select(func.min(ledger_entries.c.day))).scalar_one()
    days = [book_day(arrived)] if arrived is not None else []
    days += [date.fromisoformat(day)] if day is not None else []
    return first_of_month(min(days)) if days else None


def _balance(connection: Connection, account: str) -> int:
    tables = (ledger_postings, ledger_entry_postings)
    sums = (select(func.coalesce(func.sum(each.c.amount), 0)).where(each.c.account == account) for each in tables)
    return sum(int(connection.execute(each).scalar_one()) for each in sums)
