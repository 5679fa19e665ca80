"""The books read from the chain's beginning: whether each entry could be posted where it stands.

A transaction belongs to the month of its day; a call that is settled once that month is closed belongs to the first one
that is open. A close holds the digests of the months that it closes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from router.core.billing.digest import Tree
from router.core.billing.entry import (
    Entry,
    EntryKind,
    PostedEntry,
    check_day,
    check_reversal,
    first_of_month,
    open_day,
    where,
)
from router.core.billing.refund import book_day
from router.core.ids import CallId, ClientId
from router.core.ledger import Finding, Posting, Transaction, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversed:
    """What a transaction posted; `call`: the one that it settled, or that its entry names."""

    postings: tuple[Posting, ...]
    call: CallId | None


class Books:
    """Fed with every transaction in the chain's order."""

    def __init__(self) -> None:
        self.closed: date | None = None
        self._billed: dict[ClientId | None, date] = {}
        self._documents = 0
        self._taken_back: set[int] = set()
        self._months: defaultdict[date, Tree] = defaultdict(Tree)

    def settlement(self, transaction: Transaction) -> None:
        """A call, in whatever month is open to it."""
        day = open_day(book_day(transaction.settlement.arrived), closed=self.closed)
        self._months[first_of_month(day)].add(transaction.hash)

    def entry(self, posted: PostedEntry, *, reversed_: Mapping[int, Reversed]) -> Iterator[Finding]:
        """An entry, and what is wrong with it at its place."""
        for what in filter(None, self._wrong(posted, reversed_)):
            yield Finding(where=where(posted), what=what)
        self._took(posted)

    def digests(self, until: date) -> Mapping[str, str]:
        """The digests of the months that are open, to that of `until`, by `2026-11`."""
        months = (month for month in sorted(self._months) if month <= until)
        return {month.isoformat()[:7]: self._months[month].root() for month in months}

    def _wrong(self, posted: PostedEntry, reversed_: Mapping[int, Reversed]) -> Iterator[str]:
        entry = posted.entry
        yield check_day(entry, closed=self.closed, billed=self._billed.get(entry.client))
        if entry.document is not None and entry.document != self._documents + 1:
            yield f"its document is {entry.document}, not {self._documents + 1}: one is missing or moved"
        if entry.reverses is not None:
            yield self._wrong_reversal(posted, entry.reverses, reversed_.get(entry.reverses))
        if entry.kind is EntryKind.CLOSE and closing(self.digests(entry.day)) != entry.content:
            yield "its digests are not those of the months that it closes"

    def _wrong_reversal(self, posted: PostedEntry, number: int, of: Reversed | None) -> str:
        entry = posted.entry
        if number >= posted.number:
            return "it reverses what was not posted yet"
        if entry.kind is EntryKind.REFUND and of is not None and of.call != entry.call:
            return f"transaction {number} is not that of the call that it refunds"
        return check_reversal(entry, reversed_=of.postings if of else None, before=number in self._taken_back)

    def _took(self, posted: PostedEntry) -> None:
        entry = posted.entry
        if entry.reverses is not None and entry.postings:
            self._taken_back.add(entry.reverses)
        if entry.document is not None:
            self._documents = entry.document
        if entry.kind is EntryKind.MONTHLY:
            self._billed[entry.client] = entry.day
        if entry.kind is EntryKind.CLOSE:
            self._close(entry)
        else:
            self._months[first_of_month(entry.day)].add(posted.hash)

    def _close(self, entry: Entry) -> None:
        self.closed = entry.day
        for month in [month for month in self._months if month <= entry.day]:
            del self._months[month]


def closing(digests: Mapping[str, str]) -> str:
    """What a close holds."""
    return canonical({"digests": digests}).decode()
