"""Writes into the tables as earlier releases did: their columns, and no other."""

from collections.abc import Mapping, Sequence

from sqlalchemy import column, insert, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.ledger import GENESIS, Head, append, head_of, settle
from router.core.record import CallRecord
from router.core.tariff import rate
from router.db.convert import call_row, charge_rows, posting_rows, transaction_row

RELEASE_0_1_0, RELEASE_0_3_0 = "0001", "0003"
NEW_IN_0002 = frozenset({"arrival", "messages"})
NEW_IN_0004 = frozenset({"name"})


async def head_then(connection: AsyncConnection) -> Head:
    lock = " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    number, hash_ = (await connection.execute(text(f"SELECT number, hash FROM ledger_head{lock}"))).one()
    return Head(number=number, hash=hash_)


async def settle_as_then(
    connection: AsyncConnection, records: Sequence[CallRecord], *, after: Head = GENESIS, release: str = RELEASE_0_3_0
) -> Head:
    head, salt = after, bytes(32)
    missing = NEW_IN_0004 | (NEW_IN_0002 if release == RELEASE_0_1_0 else frozenset())
    for record in records:
        transaction = append(settle(record, rate(record), salt=salt), after=head)
        head = head_of(transaction)
        rows = [("calls", call_row(record, salt=salt)), ("ledger_transactions", transaction_row(transaction))]
        rows += [("ledger_charges", row) for row in charge_rows(transaction)]
        rows += [("ledger_postings", row) for row in posting_rows(transaction)]
        for name, row in rows:
            await put(connection, name, {key: value for key, value in row.items() if key not in missing})
    moved = text("UPDATE ledger_head SET number = :number, hash = :hash")
    await connection.execute(moved, {"number": head.number, "hash": head.hash})
    return head


async def put(connection: AsyncConnection, name: str, row: Mapping[str, object]) -> None:
    await connection.execute(insert(table(name, *map(column, row))), row)
