"""Hours at which nobody can answer for a client; clients who ask too much at first, or whom nobody can call."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby

from router.config.checks.people import agents_of
from router.config.queueing import needed_at_last, queue_of, queues_of
from router.config.timetable import house_times
from router.config.written import Problem, Written
from router.core.hours import DAY_MS, WEEKDAYS, Hours, day_of, shown, weekday
from router.core.house import AWAY
from router.core.ids import Millis
from router.core.queue import DEFAULT
from router.core.skills import lacking, told

AHEAD_MS: Millis = 28 * DAY_MS
BEFORE_MS: Millis = 7 * DAY_MS  # so long a stretch that began in the past is looked for
MOST_LISTED = 14
Gap = tuple[Millis, Millis | None]  # None: for ever


def _unserved(written: Written) -> Iterator[Problem]:
    sound, agents = written.sound, agents_of(written)
    queues, times = queues_of(sound.queues), house_times(sound, written.now)
    hours_of_team = {name: times.hours(team.hours) for name, team in sound.teams.items()}
    # Many clients need the same, and many needs are met by the same teams.
    teams_for = cache(lambda needs: frozenset(sound.agents[it.id].team for it in agents if not lacking(it, needs)))
    gaps_of = cache(lambda teams: list(_gaps([hours_of_team[team] for team in teams], written.now)))
    for name, client in sound.clients.items():
        needs = needed_at_last(queue_of(client, queues, sound.queues))
        teams = teams_for(needs)
        if client.status in AWAY or None in teams:
            continue
        if gaps := gaps_of(teams):
            message = f"nobody can answer: {_listed(gaps, times.timezone, written.now)}"
            hint = f"give these hours to a team with somebody who has {told(needs)}"
            yield Problem(path=("clients", name), message=message, hint=hint, at_key=True)


def _too_much_at_first(written: Written) -> Iterator[Problem]:
    """What nobody has is waited for in vain until a step asks for less."""
    sound, agents = written.sound, agents_of(written)
    queues = queues_of(sound.queues)
    can = cache(lambda needs: any(not lacking(agent, needs) for agent in agents))
    for name, client in sound.clients.items():
        queue = queue_of(client, queues, sound.queues)
        first = queue.stages[0].needs
        met = next((it.after_ms for it in queue.stages if it.after_ms < queue.max_wait_ms and can(it.needs)), 0)
        if met and client.status not in AWAY:
            lost = f"every caller waits in vain for the first {met // 1000} s, until the queue asks for less"
            message, hint = (
                f"nobody has {told(first)} for client {name}: {lost}",
                "ask for less at once, or give it to an agent",
            )
            path = ("clients", name, "queue") if client.queue else ("queues", DEFAULT)
            yield Problem(path=path, message=message, hint=hint)


def _gaps(every: Sequence[Hours | None], now: Millis) -> Iterator[Gap]:
    """The stretches that begin in the next weeks, each to its end, in which none of the hours is open."""
    timed = [hours for hours in every if hours is not None]
    if len(timed) < len(every):
        return
    at: Millis | None = now - BEFORE_MS
    closed: Millis | None = None  # since then
    while at is not None and (at < now + AHEAD_MS or closed is not None):
        opened = any(hours.open_at(at) for hours in timed)
        if opened and closed is not None and at > now:
            yield closed, at
        closed = None if opened else at if closed is None else closed
        at = min((change for hours in timed if (change := hours.next_change(at))), default=None)
    if closed is not None:
        yield closed, None


def _listed(gaps: Sequence[Gap], timezone: str, now: Millis) -> str:
    """Those of every week by the days of the week, those of one week only by their date."""
    seen = Counter(_weekly(gap, timezone) for gap in gaps)
    days_of: dict[str, set[int]] = defaultdict(set)
    for (day, words), times in seen.items():
        if times > 1:
            days_of[words].add(day)
    by_day = sorted((run, words) for words, days in days_of.items() for run in _runs(days))
    every_week = [f"{_days(run)} {words}" for run, words in by_day]
    once = [_dated(gap, timezone, now) for gap in gaps if seen[_weekly(gap, timezone)] == 1]
    found = [*every_week, *once]
    return ", ".join(found[:MOST_LISTED]) + (", …" if len(found) > MOST_LISTED else "")


def _weekly(gap: Gap, timezone: str) -> tuple[int, str]:
    """The day of the week on which it begins, and its times in words; alike on days that may be told together."""
    start, end = gap
    if end is None:
        return -1, ""
    first, last = (day_of(timezone, at) for at in (start, end))
    begins, ends = (shown(timezone, at)[-5:] for at in (start, end))
    if last == first + 1:
        ends = "24:00" if ends == "00:00" else f"{ends} of the next day"
    elif last > first:
        ends = f"{WEEKDAYS[weekday(last)]} {ends}"
    return weekday(first), f"{begins} to {ends}"


def _dated(gap: Gap, timezone: str, now: Millis) -> str:
    start, end = gap
    if end is None:
        return f"from {shown(timezone, start)} on" if start > now else "at any time from now on"
    begins = f"{shown(timezone, start)} to" if start > now - BEFORE_MS else "until"
    return f"{begins} {shown(timezone, end)}"


def _runs(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of days that follow each other."""
    for _, run in groupby(enumerate(sorted(days)), key=lambda pair: pair[1] - pair[0]):
        found = [day for _, day in run]
        yield found[0], found[-1]


def _days(run: tuple[int, int]) -> str:
    return "-".join(WEEKDAYS[day] for day in dict.fromkeys(run))


def _numberless(written: Written) -> Iterator[Problem]:
    """Only the default client may be without a number."""
    for name, client in written.sound.clients.items():
        if not client.numbers and not client.forwarded_from:
            message = "no number leads to this client: it has only calls whose client cannot be told"
            yield Problem(path=("clients", name), message=message, hint="add numbers or forwarded_from", at_key=True)


SERVING_DOUBTS = (_unserved, _too_much_at_first, _numberless)
