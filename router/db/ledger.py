"""The engine's ledger port on a database: a finished call becomes record, charges and postings in one transaction."""

import secrets

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from router.core.errors import CallIdTaken, LedgerCorrupt
from router.core.ids import CallId
from router.core.ledger import Head, Transaction, append, billing_digest, head_of, settle
from router.core.record import CallRecord
from router.core.tariff import rate
from router.db.convert import call_row, charge_rows, head_of_row, posting_rows, storable, transaction_row
from router.db.database import Database
from router.db.tables import calls, ledger_charges, ledger_head, ledger_postings, ledger_transactions

SALT_BYTES = 32


class SqlLedger:
    """Settles calls, each once, whoever else settles in the same database at the same time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settle(self, record: CallRecord) -> bool:
        """Store record, trace, charges and postings; False when this call was settled before.

        Raises `LedgerUnavailable` when the database cannot be used now. If it broke off during the commit the call
        may be stored all the same: trying again then gives False. Raises `CallIdTaken` when what was settled under
        this id was another call.
        """
        async with self._database.writing() as connection:
            head = await _locked_head(connection)
            if settled := await _settled(connection, record.call):
                if settled != billing_digest(record):
                    raise CallIdTaken(record.call)
                return False
            kept, salt = storable(record), secrets.token_bytes(SALT_BYTES)
            await connection.execute(insert(calls), call_row(kept, salt=salt))
            await _store(connection, append(settle(kept, rate(kept), salt=salt), after=head))
            return True


async def _locked_head(connection: AsyncConnection) -> Head:
    """The chain's end, which nobody else can move until this transaction ends."""
    row = (await connection.execute(select(ledger_head).with_for_update())).one_or_none()
    if row is None:
        raise LedgerCorrupt("the ledger's head is gone: restore the database from its backup")
    return head_of_row(row._asdict())


async def _settled(connection: AsyncConnection, call: CallId) -> str | None:
    """The billing digest that the call was settled with."""
    digest = select(ledger_transactions.c.billing_digest).where(ledger_transactions.c.call == call)
    return (await connection.execute(digest)).scalar_one_or_none()


async def _store(connection: AsyncConnection, transaction: Transaction) -> None:
    await connection.execute(insert(ledger_transactions), transaction_row(transaction))
    for table, rows in ((ledger_charges, charge_rows(transaction)), (ledger_postings, posting_rows(transaction))):
        if rows:
            await connection.execute(insert(table), rows)
    head = head_of(transaction)
    await connection.execute(update(ledger_head).values(number=head.number, hash=head.hash))
