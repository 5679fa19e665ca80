"""The engine's ledger port on a database: finished calls become records, charges and postings in one transaction."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from router.core.errors import CallIdTaken
from router.core.ids import CallId
from router.core.ledger import Head, Settlement, Transaction, append, head_of, settle
from router.core.record import CallRecord
from router.core.tariff import rate
from router.db.convert import Row, call_row, charge_rows, posting_rows, storable, transaction_row
from router.db.database import Database
from router.db.posting import locked_head, move_head
from router.db.refunding import refund_reported
from router.db.tables import calls, ledger_charges, ledger_postings, ledger_transactions

SALT_BYTES = 32

SETTLED = select(ledger_transactions.c.call, ledger_transactions.c.billing_digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rated:
    """A call, ready to be stored at whatever place in the chain."""

    row: Row
    settlement: Settlement

    @property
    def call(self) -> CallId:
        """Which call."""
        return self.settlement.charges.call


class SqlLedger:
    """Settles calls, each once, whoever else settles in the same database at the same time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settle_all(self, records: Sequence[CallRecord]) -> Sequence[bool]:
        """Store records, traces, charges and postings; for each call whether it was new.

        Raises `LedgerUnavailable` when the database cannot be used now. If it broke off during the commit the calls
        may be stored all the same: trying again then gives False. Raises `CallIdTaken` when what was settled under
        one of these ids was another call; none of the others is stored then.
        """
        rated = []
        for record in records:
            rated.append(_rated(record))
            await asyncio.sleep(0)  # calls in progress go first
        return await self._database.transact(lambda connection: _settle(connection, rated))

    async def has(self, call: CallId) -> bool:
        """Whether a call was settled under this id. Raises `LedgerUnavailable`."""
        async with self._database.reading() as connection:
            return (await connection.execute(SETTLED.where(ledger_transactions.c.call == call))).first() is not None


def _rated(record: CallRecord) -> _Rated:
    kept, salt = storable(record), secrets.token_bytes(SALT_BYTES)
    return _Rated(row=call_row(kept, salt=salt), settlement=settle(kept, rate(kept), salt=salt))


def _settle(connection: Connection, rated: Sequence[_Rated]) -> list[bool]:
    head = locked_head(connection)
    known = _settled(connection, [one.call for one in rated])
    new = list(_new(rated, known))
    if fresh := [one for one, is_new in zip(rated, new, strict=True) if is_new]:
        head = _store(connection, fresh, head)
        refund_reported(connection, [one.call for one in fresh], head)
    return new


def _settled(connection: Connection, among: Sequence[CallId]) -> dict[CallId, str]:
    """The billing digests that calls among these were settled with."""
    found = connection.execute(SETTLED.where(ledger_transactions.c.call.in_(among)))
    return {CallId(call): digest for call, digest in found}


def _new(rated: Sequence[_Rated], known: Mapping[CallId, str]) -> Iterator[bool]:
    """Whether each is new; the same call twice is new once. Raises `CallIdTaken`."""
    seen = dict(known)
    for one in rated:
        yield one.call not in seen
        if seen.setdefault(one.call, one.settlement.billing_digest) != one.settlement.billing_digest:
            raise CallIdTaken(one.call)


def _store(connection: Connection, fresh: Sequence[_Rated], head: Head) -> Head:
    connection.execute(insert(calls), [one.row for one in fresh])
    chain = list(_chain(fresh, head))
    connection.execute(insert(ledger_transactions), [transaction_row(link) for link in chain])
    for table, rows_of in ((ledger_charges, charge_rows), (ledger_postings, posting_rows)):
        if rows := [row for link in chain for row in rows_of(link)]:
            connection.execute(insert(table), rows)
    last = head_of(chain[-1])
    move_head(connection, last)
    return last


def _chain(fresh: Sequence[_Rated], head: Head) -> Iterator[Transaction]:
    """Each call's own link, as if it had been settled alone."""
    for one in fresh:
        transaction = append(one.settlement, after=head)
        head = head_of(transaction)
        yield transaction
