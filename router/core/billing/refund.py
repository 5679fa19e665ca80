"""The refund of an advertising call: one click of the agent takes back what the call cost, within limits, visibly.

A call that cost nothing has no refund. One beyond the limit is told in the ledger as well: an entry without postings.
"""

from dataclasses import dataclass
from datetime import date

from router.core.billing.entry import Entry, EntryKind, open_day, opposite
from router.core.hours import day_of, iso_of
from router.core.ids import AgentId, CallId, ClientId, Millis
from router.core.ledger import Posting

BOOKS_ZONE = "Europe/Berlin"  # whose days the books' days are


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A settled call that an agent reported as advertising: its transaction, and what that posted."""

    call: CallId
    client: ClientId
    agent: AgentId
    at: Millis  # of the report
    arrived: Millis
    transaction: int
    currency: str
    postings: tuple[Posting, ...]


def book_day(at: Millis) -> date:
    """The day of the books that an instant lies in."""
    return date.fromisoformat(iso_of(day_of(BOOKS_ZONE, at)))


def refund_day(reported: Reported, *, closed: date | None) -> date:
    """The day of the call, or the first one that is open."""
    return open_day(book_day(reported.arrived), closed=closed)


def refund(reported: Reported, *, day: date, before: int, limit: int) -> Entry:
    """The refund, after `before` others of the client in the month of `day`, of `limit` at most."""
    given = before < limit
    reason = "advertising call" if given else f"advertising call, not refunded: {limit} a month are"
    return Entry(
        key=f"refund:{reported.call}",
        kind=EntryKind.REFUND,
        client=reported.client,
        day=day,
        at=reported.at,
        author=reported.agent,
        reason=reason,
        currency=reported.currency,
        postings=opposite(reported.postings) if given else (),
        reverses=reported.transaction,
        call=reported.call,
    )
