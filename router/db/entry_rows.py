"""Between the ledger's entries and their rows, as `convert` does it for calls: what was read is written the same."""

from collections.abc import Sequence
from datetime import date

from router.core.billing.entry import Entry, EntryKind, PostedEntry
from router.core.ids import CallId, ClientId
from router.core.ledger import Posting
from router.db.convert import Row, expect_same, expect_types, read
from router.db.tables import ledger_entries, ledger_entry_postings


def entry_row(posted: PostedEntry) -> Row:
    """The row of `ledger_entries`."""
    entry = posted.entry
    return {
        "number": posted.number,
        "key": entry.key,
        "kind": entry.kind.value,
        "client": entry.client,
        "day": entry.day.isoformat(),
        "at": entry.at,
        "author": entry.author,
        "reason": entry.reason,
        "currency": entry.currency,
        "reverses": entry.reverses,
        "call": entry.call,
        "document": entry.document,
        "content": entry.content,
        "previous": posted.previous,
        "hash": posted.hash,
    }


def entry_posting_rows(posted: PostedEntry) -> Sequence[Row]:
    """The rows of `ledger_entry_postings`, lines counted from 1."""
    return [
        {"entry": posted.number, "line": line, "account": posting.account, "amount": posting.amount}
        for line, posting in enumerate(posted.entry.postings, 1)
    ]


def entry_of(row: Row, postings: Sequence[Row]) -> PostedEntry:
    """The entry of its rows, postings in line order; raises `LedgerCorrupt`."""
    where = f"transaction {row['number']} ({row['key']})"
    expect_types(where, ledger_entries, row)
    for each in postings:
        expect_types(where, ledger_entry_postings, each)
    posted = read(where, lambda: _posted(row, postings))
    expect_same(where, entry_row(posted), row)
    expect_same(where, entry_posting_rows(posted), list(postings))
    return posted


def posting_of(row: Row) -> Posting:
    """A side of an entry."""
    return Posting(account=row["account"], amount=row["amount"])


def _posted(row: Row, postings: Sequence[Row]) -> PostedEntry:
    entry = Entry(
        key=row["key"],
        kind=EntryKind(row["kind"]),
        client=None if row["client"] is None else ClientId(row["client"]),
        day=date.fromisoformat(row["day"]),
        at=row["at"],
        author=row["author"],
        reason=row["reason"],
        currency=row["currency"],
        postings=tuple(map(posting_of, postings)),
        reverses=row["reverses"],
        call=None if row["call"] is None else CallId(row["call"]),
        document=row["document"],
        content=row["content"],
    )
    return PostedEntry(number=row["number"], previous=row["previous"], entry=entry, hash=row["hash"])
