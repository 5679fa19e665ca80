"""Entries of the ledger, as short as a test can say them."""

from datetime import date

from router.core.billing.entry import Entry, EntryKind, opposite, owed
from router.core.ids import CallId
from router.core.ledger import Posting
from router.core.money import Cents
from tests.fakes.records import ARRIVED, MUELLER

DAY = date(2026, 9, 21)  # of `ARRIVED`


def credit(amount: Cents, key: str = "credit:1", day: date = DAY) -> Entry:
    """A client is given an amount."""
    return Entry(
        key=key,
        kind=EntryKind.CREDIT,
        client=MUELLER,
        day=day,
        at=ARRIVED,
        author="maria",
        reason="for the long wait",
        currency="EUR",
        postings=owed(MUELLER, -amount, "credits:credit"),
    )


def reversal(number: int, of: tuple[Posting, ...], *, call: str | None = None, day: date = DAY) -> Entry:
    """A transaction is taken back."""
    return Entry(
        key=f"reversal:{number}",
        kind=EntryKind.REVERSAL,
        client=MUELLER,
        day=day,
        at=ARRIVED,
        author="maria",
        reason="a mistake",
        currency="EUR",
        postings=opposite(of),
        reverses=number,
        call=None if call is None else CallId(call),
    )
