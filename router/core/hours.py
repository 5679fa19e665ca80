"""Opening hours in a time zone: is it open at this instant, by which rule, and when will that change?

Rules:
- a special day goes before a public holiday, a holiday before the day of the week;
- a span belongs to the day on which it begins, even where it ends on the next one;
- the wall clock counts: an hour that the clock shows twice is open twice, one that it leaves out is not open;
- of several things with hours, the one that is open by the most specific rule counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from router.core.ids import Millis

WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
MINUTES_A_DAY = 24 * 60
MINUTE_MS: Millis = 60_000
DAY_MS: Millis = MINUTES_A_DAY * MINUTE_MS
SLOT_MS: Millis = 15 * MINUTE_MS  # clocks are set at whole quarters of an hour
AHEAD = 9  # days: by then every day of the week was there, and the night after it
EPOCH = date(1970, 1, 1).toordinal()

Day = int  # days since 1970-01-01 on the wall clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Minutes after local midnight, from `start` (included) to `end` (excluded); after 1440 on the next day."""

    start: int
    end: int


class Rule(IntEnum):
    """What says whether it is open; the higher one goes first."""

    ALWAYS = 0  # no hours at all
    WEEK = 1
    HOLIDAY = 2
    SPECIAL_DAY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Whether it is open, by which rule, and that rule in words: the weekday, the holiday's name, the day."""

    open: bool
    rule: Rule
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Named hours; `week` maps a weekday (`mo` … `su`) to its open spans, days left out are closed."""

    name: str
    timezone: str = "Europe/Berlin"
    week: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    days: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)  # special days, "2026-12-24"; empty: closed
    holidays: tuple[Span, ...] | None = None  # when open on public holidays; None: as on any other day of the week
    calendar: Mapping[str, str] = field(default_factory=dict)  # the Land's public holidays, "2026-12-25", with names

    def open_at(self, now: Millis) -> bool:
        """Whether `now` falls into a span."""
        return self.basis_at(now).open

    def basis_at(self, now: Millis) -> Basis:
        """By which day's rule it is open at `now`, the most specific of two; closed by today's."""
        day, past = divmod(wall(self.timezone, now), DAY_MS)
        minute = past // MINUTE_MS
        today, before = self._of(day), self._of(day - 1)
        through = _covers(before[2], minute + MINUTES_A_DAY)
        here = _covers(today[2], minute)
        rule, because, _ = before if through and not (here and today[0] >= before[0]) else today
        return Basis(open=through or here, rule=rule, because=because)

    def next_change(self, now: Millis) -> Millis | None:
        """When it opens or closes next; None when it never does, as far as the days are known."""
        is_open = self.open_at(now)
        for day in self._ahead(day_of(self.timezone, now)):
            for instant in self._edges(day):
                if instant > now and self.open_at(instant) != is_open:
                    return instant
        return None

    def stretches(self, now: Millis) -> Iterator[tuple[Rule, Millis, Millis]]:
        """Every stretch that each rule opens: a week from `now` on, and all special days and holidays after `now`."""
        today = day_of(self.timezone, now)
        planned = [(Rule.WEEK, day, self.week.get(WEEKDAYS[weekday(day)], ())) for day in range(today, today + AHEAD)]
        planned += [(Rule.SPECIAL_DAY, number(day), spans) for day, spans in self.days.items()]
        holidays = [day for day in self.calendar if day not in self.days]
        planned += [(Rule.HOLIDAY, number(day), self.holidays or ()) for day in holidays]
        for rule, day, spans in planned:
            for span in spans:
                start, end = (_instant(self.timezone, day * DAY_MS + m * MINUTE_MS) for m in (span.start, span.end))
                if end > now:
                    yield rule, start, end

    def _of(self, day: Day) -> tuple[Rule, str, tuple[Span, ...]]:
        """The rule that counts for spans that begin on this day."""
        if self.days or self.holidays is not None:
            iso = iso_of(day)
            if (special := self.days.get(iso)) is not None:
                return Rule.SPECIAL_DAY, iso, special
            if self.holidays is not None and iso in self.calendar:
                return Rule.HOLIDAY, self.calendar[iso], self.holidays
        name = WEEKDAYS[weekday(day)]
        return Rule.WEEK, name, self.week.get(name, ())

    def _ahead(self, today: Day) -> Iterator[Day]:
        """The days on which something may change for the first time: this week, and those after each other day."""
        others = {*self.days, *(self.calendar if self.holidays is not None else ())}
        last = today - 1
        for begin in sorted({today, *(day for day in map(number, others) if day > today)}):
            yield from range(max(begin, last + 1), begin + AHEAD)
            last = begin + AHEAD - 1

    def _edges(self, day: Day) -> list[Millis]:
        """All instants of this day at which a span may begin or end, or the clock is set."""
        minutes = {0, *(minute for span in self._of(day)[2] for minute in (span.start, span.end))}
        minutes |= {span.end - MINUTES_A_DAY for span in self._of(day - 1)[2]}
        start, end = midnight(self.timezone, day), midnight(self.timezone, day + 1)
        offsets = {_offset(self.timezone, instant // SLOT_MS) for instant in (start, end)}
        walls = [day * DAY_MS + minute * MINUTE_MS for minute in minutes if 0 <= minute <= MINUTES_A_DAY]
        instants = [at - offset for at in walls for offset in offsets]
        return sorted([*instants, *(_settings(self.timezone, start, end) if len(offsets) > 1 else ())])


def _covers(spans: tuple[Span, ...], minute: int) -> bool:
    return any(span.start <= minute < span.end for span in spans)


# --- the most specific ------------------------------------------------------------------------------------------------


class Timed(Protocol):
    """Something that counts in its hours."""

    @property
    def hours(self) -> Hours | None:
        """None: whenever nothing more specific does."""
        ...


T = TypeVar("T", bound=Timed)


def most_specific(things: Sequence[T], now: Millis) -> T | None:
    """The thing for this moment: open by special day, by holiday, by the day of the week, or without hours."""
    ranked = [(rule, thing) for thing in things if (rule := _rule(thing, now)) is not None]
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _rule(thing: Timed, now: Millis) -> Rule | None:
    if thing.hours is None:
        return Rule.ALWAYS
    basis = thing.hours.basis_at(now)
    return basis.rule if basis.open else None


def in_words(thing: Timed, now: Millis) -> str:
    """Why this thing counts now: `hours office, mo`."""
    if thing.hours is None:
        return "at any time"
    return f"hours {thing.hours.name}, {thing.hours.basis_at(now).because}"


def ties(things: Sequence[T], now: Millis) -> tuple[T, T, Millis] | None:
    """Two things that are equally specific at an instant after `now`, and that instant; None when there are none."""
    always = [thing for thing in things if thing.hours is None]
    if len(always) > 1:
        return always[0], always[1], now
    found = [
        (rule, start, end, place)
        for place, thing in enumerate(things)
        for rule, start, end in (thing.hours.stretches(now) if thing.hours else ())
    ]
    return next(((things[a], things[b], max(at, now)) for a, b, at in _overlaps(sorted(found))), None)


def _overlaps(stretches: list[tuple[Rule, Millis, Millis, int]]) -> Iterator[tuple[int, int, Millis]]:
    """Neighbours of one rule and two things that have an instant in common, up to the first of them."""
    last: tuple[Rule, Millis, int] | None = None
    for rule, start, end, place in stretches:
        if last is not None and last[0] is rule and start < last[1]:
            if place != last[2]:
                yield last[2], place, start
            end = max(end, last[1])
        last = rule, end, place


# --- the wall clock ---------------------------------------------------------------------------------------------------


def wall(timezone: str, now: Millis) -> Millis:
    """What the clock on the wall shows, as if it were UTC."""
    return now + _offset(timezone, now // SLOT_MS)


def day_of(timezone: str, now: Millis) -> Day:
    """The day on the wall clock."""
    return wall(timezone, now) // DAY_MS


def midnight(timezone: str, day: Day) -> Millis:
    """The instant at which a day begins."""
    return _instant(timezone, day * DAY_MS)


def weekday(day: Day) -> int:
    """0 is Monday."""
    return (day + 3) % 7


def number(iso: str) -> Day:
    """`2026-12-24` as days since 1970-01-01."""
    return date.fromisoformat(iso).toordinal() - EPOCH


@lru_cache(maxsize=4096)
def iso_of(day: Day) -> str:
    """Days since 1970-01-01 as `2026-12-24`."""
    return date.fromordinal(day + EPOCH).isoformat()


def shown(timezone: str, now: Millis) -> str:
    """`2026-12-24 18:00` on the wall clock."""
    return datetime.fromtimestamp(wall(timezone, now) / 1000, UTC).strftime("%Y-%m-%d %H:%M")


@lru_cache(maxsize=16_384)
def _offset(timezone: str, slot: int) -> Millis:
    ahead = datetime.fromtimestamp(slot * SLOT_MS / 1000, ZoneInfo(timezone)).utcoffset()
    return round(ahead.total_seconds() * 1000) if ahead else 0


def _instant(timezone: str, at: Millis) -> Millis:
    """The instant at which the wall clock shows `at`, the first of two; one that it leaves out: the hour after."""
    near = {_offset(timezone, (at + by) // SLOT_MS) for by in (-DAY_MS, DAY_MS)}
    shows = [at - offset for offset in near if wall(timezone, at - offset) == at]
    return min(shows) if shows else at - min(near)


def _settings(timezone: str, start: Millis, end: Millis) -> Iterator[Millis]:
    """The instants at which the clock is set."""
    slots = range(start // SLOT_MS - 1, end // SLOT_MS + 1)
    for before, after in pairwise(slots):
        if _offset(timezone, before) != _offset(timezone, after):
            yield after * SLOT_MS
