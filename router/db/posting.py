"""Posts entries besides calls: checked against what the chain holds, under the lock that settlements take, too."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from router.core.billing.entry import (
    REVERSING,
    Entry,
    EntryKind,
    PostedEntry,
    append_entry,
    check_day,
    check_reversal,
    same,
)
from router.core.errors import EntryRefused, LedgerCorrupt
from router.core.ids import ClientId
from router.core.ledger import Head, Posting
from router.db.convert import head_of_row
from router.db.entry_rows import entry_of, entry_posting_rows, entry_row, posting_of
from router.db.tables import (
    ledger_entries,
    ledger_entry_postings,
    ledger_head,
    ledger_postings,
    ledger_transactions,
)

HEAD = select(ledger_head).with_for_update()
UNREVERSED = (EntryKind.INVOICE, EntryKind.CREDIT_NOTE, EntryKind.CLOSE)


def post_made(connection: Connection, make: Callable[[int], Sequence[Entry]]) -> list[bool]:
    """Post what `make` makes of the next document's number; for each whether it was new."""
    head = locked_head(connection)
    new = []
    for entry in make(_next_document(connection)):
        posted = post_entry(connection, entry, head)
        head = posted.head if posted else head
        new.append(posted is not None)
    return new


def locked_head(connection: Connection) -> Head:
    """The chain's end, which nobody else can move until this transaction ends."""
    row = connection.execute(HEAD).one_or_none()
    if row is None:
        raise LedgerCorrupt("the ledger's head is gone: restore the database from its backup")
    return head_of_row(row._asdict())


def move_head(connection: Connection, head: Head) -> None:
    """The chain ends here now."""
    connection.execute(update(ledger_head).values(number=head.number, hash=head.hash))


def post_entry(connection: Connection, entry: Entry, head: Head) -> PostedEntry | None:
    """Post one after `head`, which is locked; None when its key is posted already. Raises `EntryRefused`."""
    if known := entry_of_key(connection, entry.key):
        if not same(known.entry, entry):
            raise EntryRefused(f"{entry.key} is transaction {known.number} already, and posts otherwise")
        return None
    if why := _refusal(connection, entry):
        raise EntryRefused(f"{entry.key} cannot be posted: {why}")
    posted = append_entry(entry, after=head)
    connection.execute(insert(ledger_entries), [entry_row(posted)])
    if rows := entry_posting_rows(posted):
        connection.execute(insert(ledger_entry_postings), rows)
    move_head(connection, posted.head)
    return posted


def entry_of_key(connection: Connection, key: str) -> PostedEntry | None:
    """The entry of this key."""
    row = connection.execute(select(ledger_entries).where(ledger_entries.c.key == key)).one_or_none()
    if row is None:
        return None
    return entry_of(row._asdict(), _rows_of_entry(connection, row.number))


def closed_month(connection: Connection) -> date | None:
    """A day of the last closed month; None before the first."""
    closes = select(func.max(ledger_entries.c.day)).where(ledger_entries.c.kind == EntryKind.CLOSE.value)
    return _day(connection.execute(closes).scalar_one())


def billed_month(connection: Connection, client: ClientId | None) -> date | None:
    """A day of the last month that was billed to a client."""
    monthly = (ledger_entries.c.kind == EntryKind.MONTHLY.value, ledger_entries.c.client == client)
    return _day(connection.execute(select(func.max(ledger_entries.c.day)).where(*monthly)).scalar_one())


def postings_of(connection: Connection, number: int) -> tuple[Posting, ...] | None:
    """What a transaction posted; None for one that there is not, or that an invoice or a close is."""
    if connection.execute(select(ledger_transactions.c.call).where(ledger_transactions.c.number == number)).first():
        chosen = select(ledger_postings).where(ledger_postings.c.transaction == number)
        rows = connection.execute(chosen.order_by(ledger_postings.c.line))
        return tuple(posting_of(row._asdict()) for row in rows)
    kind = connection.execute(select(ledger_entries.c.kind).where(ledger_entries.c.number == number)).scalar()
    if kind is None or kind in UNREVERSED:
        return None
    return tuple(map(posting_of, _rows_of_entry(connection, number)))


def taken_back(connection: Connection, number: int) -> bool:
    """Whether a transaction has been reversed; a refund beyond the limits has no postings."""
    postings = ledger_entry_postings.c.entry == ledger_entries.c.number
    chosen = select(ledger_entries.c.number).where(ledger_entries.c.reverses == number)
    return connection.execute(chosen.join(ledger_entry_postings, postings)).first() is not None


def _refusal(connection: Connection, entry: Entry) -> str:
    if sum(posting.amount for posting in entry.postings):
        return "its postings do not sum to zero"
    billed = billed_month(connection, entry.client)
    if why := check_day(entry, closed=closed_month(connection), billed=billed):
        return why
    if entry.kind not in REVERSING or entry.reverses is None:
        return ""
    of = postings_of(connection, entry.reverses)
    return check_reversal(entry, reversed_=of, before=taken_back(connection, entry.reverses))


def _next_document(connection: Connection) -> int:
    last = connection.execute(select(func.max(ledger_entries.c.document))).scalar_one()
    return (last or 0) + 1


def _rows_of_entry(connection: Connection, number: int) -> Sequence[Mapping[str, object]]:
    chosen = select(ledger_entry_postings).where(ledger_entry_postings.c.entry == number)
    return [row._asdict() for row in connection.execute(chosen.order_by(ledger_entry_postings.c.line))]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
