"""Opening hours as operators write them, `mo-fr: ["08:00-18:00"]`, to spans of minutes on each weekday."""

import re
from collections.abc import Iterable, Iterator, Mapping

from router.config.findings import Path
from router.core.hours import MINUTES_A_DAY, WEEKDAYS, Span

DAYS = r"(mo|tu|we|th|fr|sa|su)(-(mo|tu|we|th|fr|sa|su))?"
TIMES = r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])"
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


def openings(week: Mapping[str, Iterable[str]]) -> Iterator[Opening]:
    """Every opening with its place; one over midnight becomes two, the later on the following day."""
    for days, spans in week.items():
        for index, text in enumerate(spans):
            minutes = minutes_of(text)
            for day in days_of(days) if minutes else ():
                yield from _split(day, *minutes, path=("week", days, index)) if minutes else ()


def _split(day: str, start: int, end: int, *, path: Path) -> Iterator[Opening]:
    if start < end:
        yield day, Span(start=start, end=end), path
        return
    yield day, Span(start=start, end=MINUTES_A_DAY), path
    if end:
        yield WEEKDAYS[(WEEKDAYS.index(day) + 1) % 7], Span(start=0, end=end), path


def overlapping(week: Mapping[str, Iterable[str]]) -> Iterator[Opening]:
    """Openings that begin before another one of the same weekday has ended."""
    ordered = sorted(openings(week), key=lambda opening: (opening[0], opening[1].start, opening[1].end))
    day_before, end = "", 0
    for opening in ordered:
        day, span, _ = opening
        if day == day_before and span.start < end:
            yield opening
        day_before, end = day, max(span.end, end) if day == day_before else span.end
