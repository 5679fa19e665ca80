"""What the command line asks of the ledger: its lines, and the calls behind them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from router.core.errors import LedgerCorrupt
from router.core.ids import CallId, ClientId, Millis
from router.core.record import CallRecord
from router.core.tariff import Charge
from router.db.convert import Row, call_of, charge_of
from router.db.database import Database
from router.db.tables import calls, ledger_charges, ledger_transactions

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which calls' rows are asked for: of one client, of one call, arrived from `since` until before `until`."""

    client: ClientId | None = None
    call: CallId | None = None
    since: Millis | None = None
    until: Millis | None = None


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One charge in the ledger, with the transaction it belongs to."""

    transaction: int
    line: int
    call: CallId
    client: ClientId
    arrived: Millis
    tariff: str
    tariff_version: int
    currency: str
    trial: bool
    charge: Charge


async def ledger_lines(database: Database, wanted: Wanted = EVERYTHING) -> AsyncIterator[LedgerLine]:
    """Charges in the order they were posted. Raises `LedgerUnavailable`, `LedgerCorrupt`."""
    number = ledger_transactions.c.number
    chosen = (
        select(ledger_transactions, *(column for column in ledger_charges.c if column.name != "transaction"))
        .join(ledger_charges, ledger_charges.c.transaction == number)
        .where(*_conditions(ledger_transactions, wanted))
        .order_by(number, ledger_charges.c.line)
    )
    async for row in rows(database, chosen):
        yield _line(row)


async def finished_calls(database: Database, wanted: Wanted = EVERYTHING) -> AsyncIterator[CallRecord]:
    """Call records with their traces, in the order they arrived. Raises `LedgerUnavailable`, `LedgerCorrupt`."""
    chosen = select(calls).where(*_conditions(calls, wanted)).order_by(calls.c.arrived, calls.c.call)
    async for row in rows(database, chosen):
        record, _ = call_of(row)
        yield record


async def finished_call(database: Database, call: CallId) -> CallRecord | None:
    """One call with its trace; None when there is none of that id."""
    async with database.reading() as connection:
        row = (await connection.execute(select(calls).where(calls.c.call == call))).one_or_none()
    return call_of(row._asdict())[0] if row else None


async def rows(database: Database, chosen: Select[Any]) -> AsyncIterator[Row]:
    """What a statement finds, some rows at a time, in one snapshot. Raises `LedgerUnavailable`, `LedgerCorrupt`."""
    paged = chosen.execution_options(yield_per=ROWS_AT_ONCE)
    async with database.reading(unhurried=True) as connection, connection.stream(paged) as found:
        async for row in found:
            yield row._asdict()


def _conditions(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = {
        "client": (wanted.client, table.c.client.__eq__),
        "call": (wanted.call, table.c.call.__eq__),
        "since": (wanted.since, table.c.arrived.__ge__),
        "until": (wanted.until, table.c.arrived.__lt__),
    }
    return [compare(value) for value, compare in asked.values() if value is not None]


def _line(row: Row) -> LedgerLine:
    try:
        charge = charge_of(row)
    except (ValueError, TypeError, ArithmeticError) as wrong:
        raise LedgerCorrupt(
            f"transaction {row['number']} cannot be read: {wrong!r}; run `vorzimmer ledger verify`"
        ) from wrong
    return LedgerLine(
        transaction=row["number"],
        line=row["line"],
        call=CallId(row["call"]),
        client=ClientId(row["client"]),
        arrived=row["arrived"],
        tariff=row["tariff"],
        tariff_version=row["tariff_version"],
        currency=row["currency"],
        trial=row["trial"],
        charge=charge,
    )
