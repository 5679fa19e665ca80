"""Refunds of advertising calls, posted in the transaction that settles the call or that keeps the agent's report,
whichever comes last."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from router.core.billing.entry import EntryKind, first_of_month, last_of_month
from router.core.billing.refund import Reported, refund, refund_day
from router.core.ids import AgentId, CallId, ClientId
from router.core.ledger import Head
from router.db.convert import call_of
from router.db.posting import billed_month, closed_month, entry_of_key, post_entry, postings_of, taken_back
from router.db.tables import advertising_reports, calls, ledger_entries, ledger_entry_postings, ledger_transactions


def refund_reported(connection: Connection, calls: Sequence[CallId], head: Head) -> Head:
    """Refund those of these calls that are settled and reported; the chain's end afterwards. `head` is locked."""
    for reported in _reported(connection, calls):
        if _is_due(connection, reported):
            head = _refund(connection, reported, head)
    return head


def _is_due(connection: Connection, reported: Reported) -> bool:
    """A call that cost nothing has no refund, nor has one that an operator took back before."""
    if not reported.postings or entry_of_key(connection, f"refund:{reported.call}") is not None:
        return False
    return not taken_back(connection, reported.transaction)


def _refund(connection: Connection, reported: Reported, head: Head) -> Head:
    closed = [closed_month(connection), billed_month(connection, reported.client)]
    day = refund_day(reported, closed=max((each for each in closed if each), default=None))
    refunded = ledger_entries.c.client == reported.client, ledger_entries.c.kind == EntryKind.REFUND.value
    within = ledger_entries.c.day.between(first_of_month(day).isoformat(), last_of_month(day).isoformat())
    first = and_(ledger_entry_postings.c.entry == ledger_entries.c.number, ledger_entry_postings.c.line == 1)
    counted = select(func.count()).select_from(ledger_entries).join(ledger_entry_postings, first)
    before = connection.execute(counted.where(*refunded, within)).scalar_one()
    posted = post_entry(
        connection, refund(reported, day=day, before=before, limit=_limit(connection, reported.call)), head
    )
    return posted.head if posted else head


def _limit(connection: Connection, call: CallId) -> int:
    """How many a month the tariff of the call allows."""
    row = connection.execute(select(calls).where(calls.c.call == call)).one()
    record, _ = call_of(row._asdict())
    return record.tariff.refunds if record.tariff else 0


def _reported(connection: Connection, calls: Sequence[CallId]) -> list[Reported]:
    chosen = (
        select(ledger_transactions, advertising_reports.c.agent, advertising_reports.c.at)
        .join(advertising_reports, advertising_reports.c.call == ledger_transactions.c.call)
        .where(ledger_transactions.c.call.in_(calls), ledger_transactions.c.client.is_not(None))
        .order_by(ledger_transactions.c.number)
    )
    return [
        Reported(
            call=CallId(row.call),
            client=ClientId(row.client),
            agent=AgentId(row.agent),
            at=row.at,
            arrived=row.arrived,
            transaction=row.number,
            currency=row.currency or "",
            postings=postings_of(connection, row.number) or (),
        )
        for row in connection.execute(chosen).all()
    ]
