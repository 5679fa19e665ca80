"""Entries of the ledger besides calls: credits, reversals, monthly charges, invoices, the close of a month.

- They are links of the one chain that settlements are links of: numbered with them, hashed as they are.
- An entry has a key of its own; posting it again is posting nothing. Its postings sum to zero, debits positive.
- It belongs to a day. Nothing is posted to a month that is closed: what concerns one goes to the first open day.
- A reversal has exactly the opposite postings of what it reverses, and nothing is reversed twice. A refund is the
  reversal of a call that was advertising; one beyond the limits has no postings, and says so.
- Invoices and credit notes are numbered together, from 1 without gaps (`document`).
- No caller's number or name is in here.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from router.core.ids import CallId, ClientId, Millis
from router.core.ledger import Finding, Head, Plain, Posting, canonical
from router.core.money import Cents


class EntryKind(StrEnum):
    """What an entry is."""

    CREDIT = "credit"  # given to the client, with a reason
    DISCOUNT = "discount"
    REVERSAL = "reversal"  # of the transaction `reverses`
    REFUND = "refund"  # of the call that an agent reported as advertising
    MONTHLY = (
        "monthly"  # base fee, included minutes and calls, minimum of a client's month; after it the month is billed
    )
    INVOICE = "invoice"  # its VAT: the net is owed already
    CREDIT_NOTE = "credit_note"
    CLOSE = "close"  # of the month of its day and all before it, for all clients


BILLED = frozenset({EntryKind.INVOICE, EntryKind.CREDIT_NOTE})
REVERSING = frozenset({EntryKind.REVERSAL, EntryKind.REFUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is posted, whatever its place in the chain. `client` is None for a close alone.

    `at`: when it was made. `reverses`: the number of a transaction. `document`: the place among invoices and credit
    notes. `content`: what else belongs to it, canonical JSON.
    """

    key: str
    kind: EntryKind
    client: ClientId | None
    day: date
    at: Millis
    author: str
    reason: str
    currency: str
    postings: tuple[Posting, ...] = ()
    reverses: int | None = None
    call: CallId | None = None
    document: int | None = None
    content: str = "{}"

    @property
    def receivable(self) -> Cents:
        """What the client owes more through it; negative: less."""
        return sum(posting.amount for posting in self.postings if posting.account == receivable(self.client))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedEntry:
    """An entry at its place in the chain."""

    number: int
    previous: str
    entry: Entry
    hash: str

    @property
    def head(self) -> Head:
        """The chain's head once it is in it."""
        return Head(number=self.number, hash=self.hash)


def receivable(client: ClientId | None) -> str:
    """The account of what a client owes."""
    return f"client:{client}:receivable"


def owed(client: ClientId, amount: Cents, account: str) -> tuple[Posting, ...]:
    """The client owes `amount` more, against `account`; nothing for nothing."""
    both = (Posting(account=receivable(client), amount=amount), Posting(account=account, amount=-amount))
    return both if amount else ()


def opposite(postings: Sequence[Posting]) -> tuple[Posting, ...]:
    """What takes these back."""
    return tuple(Posting(account=posting.account, amount=-posting.amount) for posting in postings)


def last_of_month(day: date) -> date:
    """The last day of the month that a day lies in."""
    return month_after(day) - timedelta(days=1)


def first_of_month(day: date) -> date:
    """A month is written as its first day."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the month after the one that `month` lies in."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def open_day(day: date, *, closed: date | None) -> date:
    """The day itself, or the first one that is open when everything to the end of the month `closed` is not."""
    return day if closed is None else max(day, month_after(closed))


def same(one: Entry, other: Entry) -> bool:
    """Whether two entries of one key post the same, whenever and with whatever words."""
    return (one.kind, one.client, one.postings, one.reverses) == (
        other.kind, other.client, other.postings, other.reverses,
    )  # fmt: skip


def append_entry(entry: Entry, *, after: Head) -> PostedEntry:
    """The next link of the chain that ends with `after`."""
    number = after.number + 1
    return PostedEntry(
        number=number, previous=after.hash, entry=entry, hash=link_entry(entry, number=number, previous=after.hash)
    )


def link_entry(entry: Entry, *, number: int, previous: str) -> str:
    """The hash of an entry at a place in the chain, 64 hex digits."""
    return hashlib.sha256(previous.encode() + canonical(entry_content(entry, number))).hexdigest()


def entry_content(entry: Entry, number: int) -> Plain:
    """All of an entry that its hash covers."""
    return {
        "number": number,
        "entry": entry.key,
        "kind": entry.kind.value,
        "client": entry.client,
        "day": entry.day.isoformat(),
        "at": entry.at,
        "author": entry.author,
        "reason": entry.reason,
        "currency": entry.currency,
        "postings": [{"account": posting.account, "amount": posting.amount} for posting in entry.postings],
        "reverses": entry.reverses,
        "call": entry.call,
        "document": entry.document,
        "content": entry.content,
    }


def check_entry(posted: PostedEntry, *, after: Head) -> Iterator[Finding]:
    """What is wrong with one entry by itself, as the link after `after`."""
    entry = posted.entry
    wrong = {
        f"its number should be {after.number + 1}: a transaction is missing, added or moved": (
            posted.number == after.number + 1
        ),
        "its previous hash is not that of the transaction before it": posted.previous == after.hash,
        "its hash is not that of its content": posted.hash
        == link_entry(entry, number=posted.number, previous=posted.previous),
        "its postings do not sum to zero": sum(posting.amount for posting in entry.postings) == 0,
        "it does not say what it reverses": (entry.reverses is not None) == (entry.kind in REVERSING),
        "it has an invoice's number, or lacks it": (entry.document is not None) == (entry.kind in BILLED),
        "it is of no client": (entry.client is None) == (entry.kind is EntryKind.CLOSE),
        "it debits or credits another client": all(_of(entry.client, posting) for posting in entry.postings),
    }
    yield from (Finding(where=where(posted), what=what) for what, holds in wrong.items() if not holds)


def check_day(entry: Entry, *, closed: date | None, billed: date | None) -> str:
    """Why an entry cannot belong to its day, when all months up to `closed` are closed and its client's up to `billed`
    are billed; empty when it can. An invoice follows its month's billing, so only the close counts for it."""
    if closed is not None and entry.day < month_after(closed):
        return f"{_month(entry.day)} is closed: post it to {month_after(closed)} or later"
    if billed is not None and entry.kind not in BILLED and entry.day < month_after(billed):
        return f"{_month(entry.day)} is billed to {entry.client}: post it to {month_after(billed)} or later"
    return ""


def check_reversal(entry: Entry, *, reversed_: Sequence[Posting] | None, before: bool) -> str:
    """Why an entry cannot reverse a transaction of these postings, or of none that is there; empty when it can.

    `before`: it has been reversed before. A refund beyond the limits reverses nothing.
    """
    if reversed_ is None:
        return f"there is no transaction {entry.reverses} to reverse"
    if entry.kind is EntryKind.REFUND and not entry.postings:
        return ""
    if sorted(map(_side, entry.postings)) != sorted(map(_side, opposite(reversed_))):
        return f"its postings are not the opposite of those of transaction {entry.reverses}"
    return f"transaction {entry.reverses} has been reversed before" if before else ""


def where(posted: PostedEntry) -> str:
    """How a finding names it."""
    return f"transaction {posted.number} ({posted.entry.key})"


def _of(client: ClientId | None, posting: Posting) -> bool:
    return not posting.account.startswith("client:") or posting.account == receivable(client)


def _side(posting: Posting) -> tuple[str, Cents]:
    return posting.account, posting.amount


def _month(day: date) -> str:
    return day.isoformat()[:7]
