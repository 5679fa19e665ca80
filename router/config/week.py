"""Opening hours as operators write them, `mo-fr: ["08:00-18:00"]`, to spans of minutes on each weekday."""

import re
from collections.abc import Iterable, Iterator, Mapping

from router.config.findings import Path
from router.core.hours import MINUTES_A_DAY, WEEKDAYS, Span

DAYS = r"(mo|tu|we|th|fr|sa|su)(-(mo|tu|we|th|fr|sa|su))?"
TIMES = r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])"
MINUTES_A_WEEK = 7 * MINUTES_A_DAY
Opening = tuple[str, Span, Path]  # a weekday, its span, and where in the hours it was written


def days_of(text: str) -> tuple[str, ...]:
    """The weekdays of `mo` or `mo-fr`; `fr-mo` goes over the week's end. Empty when it is neither."""
    found = re.fullmatch(DAYS, text)
    if not found:
        return ()
    first = WEEKDAYS.index(found[1])
    last = WEEKDAYS.index(found[3] or found[1])
    return tuple(WEEKDAYS[(first + step) % 7] for step in range((last - first) % 7 + 1))


def minutes_of(text: str) -> tuple[int, int] | None:
    """Start and end of `08:00-18:00` in minutes after midnight; None when it is no span. An end may be 24:00."""
    found = re.fullmatch(TIMES, text)
    if not found:
        return None
    start, end = (int(found[hour]) * 60 + int(found[hour + 1]) for hour in (1, 3))
    return (start, end) if start < MINUTES_A_DAY and end <= MINUTES_A_DAY and start != end else None


def span_of(text: str) -> Span | None:
    """As minutes of one day; an end after midnight lies beyond 1440."""
    minutes = minutes_of(text)
    if minutes is None:
        return None
    start, end = minutes
    return Span(start=start, end=end if start < end else end + MINUTES_A_DAY)


def spans_of(texts: Iterable[str]) -> tuple[Span, ...]:
    """All spans of a day in their order."""
    return tuple(sorted(filter(None, map(span_of, texts)), key=lambda span: (span.start, span.end)))


def openings(week: Mapping[str, Iterable[str]]) -> Iterator[Opening]:
    """Every opening of every day of the week with its place."""
    for days, texts in week.items():
        for index, text in enumerate(texts):
            span = span_of(text)
            for day in days_of(days) if span else ():
                yield from [(day, span, ("week", days, index))] if span else ()


def week_of(week: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[Span, ...]]:
    """The spans of each weekday that has any, in their order."""
    opened = sorted(openings(week), key=_begins)
    days = {day: tuple(span for other, span, _ in opened if other == day) for day in WEEKDAYS}
    return {day: spans for day, spans in days.items() if spans}


def overlapping(week: Mapping[str, Iterable[str]]) -> Iterator[Opening]:
    """Openings that begin before another one has ended, also that of the day before."""
    ordered = sorted(openings(week), key=_begins)
    ends = max((_ends(opening) for opening in ordered), default=0) - MINUTES_A_WEEK  # Sunday night goes on on Monday
    for opening in ordered:
        if _begins(opening) < ends:
            yield opening
        ends = max(ends, _ends(opening))


def _begins(opening: Opening) -> int:
    return WEEKDAYS.index(opening[0]) * MINUTES_A_DAY + opening[1].start


def _ends(opening: Opening) -> int:
    return WEEKDAYS.index(opening[0]) * MINUTES_A_DAY + opening[1].end
