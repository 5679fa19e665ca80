"""Greetings, scripts and handlings that are never the most specific."""

from collections.abc import Iterator, Sequence

from router.config.checks.times import Timed, rivals
from router.config.timetable import client_times, house_times
from router.config.written import Problem, Written
from router.core.hours import DAY_MS, Hours, most_specific
from router.core.ids import Millis

WEEKS = (0, 14, 28, 42)  # days from now on which the weekly hours are looked at: one week may be full of holidays


def _never_most_specific(written: Written) -> Iterator[Problem]:
    house = house_times(written.sound, written.now)
    found: dict[tuple[str | None, ...], frozenset[int]] = {}  # many clients name the same hours
    for name, client in written.sound.clients.items():
        times = client_times(house, client)
        for rows in rivals(name, client):
            names = [hours for _, hours in rows]
            key = (times.timezone, times.region, *names)
            if key not in found:
                found[key] = _never([times.hours(hours) for hours in names], written.now)
            for index in found[key]:
                path, hours = rows[index]
                words = "is not open any more, or" if hours else "is never needed:"
                message = f"this never counts: it {words} others are open at all of its times"
                yield Problem(path=path, message=message, hint="change the hours, or remove it")


def _never(every: Sequence[Hours | None], now: Millis) -> frozenset[int]:
    """Which of rivals with these hours never count."""
    if not any(every):
        return frozenset()
    timed = [Timed(path=(index,), hours=hours) for index, hours in enumerate(every)]
    counting = {thing.path[0] for at in _edges(timed, now) if (thing := most_specific(timed, at))}
    return frozenset(range(len(timed))) - {int(index) for index in counting}


def _edges(timed: Sequence[Timed], now: Millis) -> Iterator[Millis]:
    """Every instant at which another thing may begin to count."""
    yield now
    for thing in timed:
        for days in WEEKS if thing.hours else ():
            for _, start, end in thing.hours.stretches(now + days * DAY_MS) if thing.hours else ():
                yield max(start, now)
                yield end


TIME_DOUBTS = (_never_most_specific,)
