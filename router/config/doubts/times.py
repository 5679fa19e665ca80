"""Greetings, scripts and handlings that are never the most specific."""

from collections.abc import Iterator, Sequence

from router.config.checks.times import Timed, rivals
from router.config.timetable import client_times, house_times
from router.config.written import Problem, Written
from router.core.hours import DAY_MS, most_specific
from router.core.ids import Millis

WEEKS = (0, 14, 28, 42)  # days from now on which the weekly hours are looked at: one week may be full of holidays


def _never_most_specific(written: Written) -> Iterator[Problem]:
    house = house_times(written.sound, written.now)
    for name, client in written.sound.clients.items():
        times = client_times(house, client)
        for rows in rivals(name, client):
            timed = [Timed(path=path, hours=times.hours(hours)) for path, hours in rows]
            if any(thing.hours for thing in timed):
                yield from _never(written, timed)


def _never(written: Written, timed: Sequence[Timed]) -> Iterator[Problem]:
    counting = {thing.path for at in sorted(_edges(timed, written.now)) if (thing := most_specific(timed, at))}
    for thing in timed:
        if thing.path not in counting:
            words = "is not open any more, or" if thing.hours else "is never needed:"
            message = f"this never counts: it {words} others are open at all of its times"
            yield Problem(path=thing.path, message=message, hint="change the hours, or remove it")


def _edges(timed: Sequence[Timed], now: Millis) -> Iterator[Millis]:
    """Every instant at which another thing may begin to count."""
    yield now
    for thing in timed:
        for days in WEEKS if thing.hours else ():
            for _, start, end in thing.hours.stretches(now + days * DAY_MS) if thing.hours else ():
                yield max(start, now)
                yield end


TIME_DOUBTS = (_never_most_specific,)
