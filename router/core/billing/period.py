"""What of the chain belongs to one month of a client: found by what was billed before, whatever is settled meanwhile.

To a month belong the calls that arrived in it, and earlier ones that were settled after their own month was billed or
closed; each up to the transaction at which the month is billed. Entries go by their days in the same way.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from router.core.billing.entry import Entry, first_of_month, month_after
from router.core.billing.month import SettledCall
from router.core.hours import midnight, number
from router.core.ids import ClientId, Millis
from router.core.ledger import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A month of a client, written as its first day: instants in the client's timezone, `until` not included."""

    client: ClientId
    month: date
    since: Millis
    until: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Earlier calls and entries after transaction `after`, and everything up to transaction `up_to`."""

    after: int
    up_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodCall:
    """A call that is billed, and who called, as long as that is kept."""

    call: SettledCall
    caller: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """All that belongs to a month. `done`: a day of the last month that was billed to the client, or closed."""

    bounds: Bounds
    span: Span
    calls: Sequence[PeriodCall]
    entries: Sequence[Entry]
    done: date | None

    @property
    def in_order(self) -> bool:
        """Whether nothing of a month before the last one is left to be billed by itself first."""
        late = any(each.call.arrived < self.bounds.since for each in self.calls)
        late = late or any(entry.day < self.bounds.month for entry in self.entries)
        return not late or (self.done is not None and month_after(self.done) >= self.bounds.month)


def bounds_of(client: ClientId, month: date, timezone: str) -> Bounds:
    """A client's month, whatever day of it is given."""
    first = first_of_month(month)
    since, until = (midnight(timezone, number(day.isoformat())) for day in (first, month_after(first)))
    return Bounds(client=client, month=first, since=since, until=until)


def span_content(span: Span) -> str:
    """What the entry of a month keeps of it."""
    return canonical({"after": span.after, "up_to": span.up_to}).decode()


def span_of(content: str) -> Span:
    """The span again."""
    kept = json.loads(content)
    return Span(after=kept["after"], up_to=kept["up_to"])
