"""Weekly opening hours in a time zone: is it open at this instant?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from router.core.ids import Millis

WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Minutes after local midnight, from `start` (included) to `end` (excluded, at most 1440)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Named hours; `week` maps a weekday (`mo` … `su`) to its open spans, days left out are closed.

    A special day goes before a public holiday, a holiday before the day of the week.
    """

    name: str
    timezone: str = "Europe/Berlin"
    week: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    days: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)  # special days, "2026-12-24"; empty: closed
    holidays: tuple[Span, ...] | None = None  # when open on public holidays; None: as on any other day of the week
    calendar: Mapping[str, str] = field(default_factory=dict)  # the Land's public holidays, "2026-12-25", with names

    def open_at(self, now: Millis) -> bool:
        """Whether `now` falls into a span, on the wall clock of the time zone (so DST nights are right)."""
        local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(self.timezone))
        minute = local.hour * 60 + local.minute
        return any(span.start <= minute < span.end for span in self.week.get(WEEKDAYS[local.weekday()], ()))
