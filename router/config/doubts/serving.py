"""Hours at which nobody can answer for a client, by teams' hours and agents' skills; clients whom nobody can call."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from router.config.checks.people import agents_of
from router.config.queueing import needed_at_last, queue_of, queues_of
from router.config.timetable import house_times
from router.config.written import Problem, Written
from router.core.hours import DAY_MS, WEEKDAYS, Hours, day_of, shown, weekday
from router.core.house import ClientStatus
from router.core.ids import Millis
from router.core.skills import lacking, told

AHEAD_MS: Millis = 28 * DAY_MS
BEFORE_MS: Millis = 7 * DAY_MS  # so long a stretch that began in the past is looked for
MOST_LISTED = 14
Gap = tuple[Millis, Millis]


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
        if client.status is ClientStatus.SUSPENDED or None in teams:
            continue
        if gaps := gaps_of(teams):
            message = f"nobody can answer: {_listed(gaps, times.timezone)}"
            hint = f"give these hours to a team with somebody who has {told(needs)}"
            yield Problem(path=("clients", name), message=message, hint=hint, at_key=True)


def _gaps(every: Sequence[Hours | None], now: Millis) -> Iterator[Gap]:
    """The stretches of the next weeks in which none of the hours is open."""
    timed = [hours for hours in every if hours is not None]
    if len(timed) < len(every):
        return
    at = began = now - BEFORE_MS
    closed = False
    while at < now + AHEAD_MS:
        opened = any(hours.open_at(at) for hours in timed)
        if opened and closed and at > now:
            yield began, at
        began = began if closed and not opened else at
        closed = not opened
        at = min((change for hours in timed if (change := hours.next_change(at))), default=now + AHEAD_MS)
    if closed:
        yield began, now + AHEAD_MS


def _listed(gaps: Iterable[Gap], timezone: str) -> str:
    """Those of every week by the day of the week, those of one week only by their date."""
    weekly = Counter(_weekly(gap, timezone) for gap in gaps)
    told_already: list[str] = []
    for gap in gaps:
        words = _weekly(gap, timezone)
        if weekly[words] == 1:
            words = f"{shown(timezone, gap[0])} to {shown(timezone, gap[1])}"
        told_already += [words] if words not in told_already else []
    more = ", …" if len(told_already) > MOST_LISTED else ""
    return ", ".join(told_already[:MOST_LISTED]) + more


def _weekly(gap: Gap, timezone: str) -> str:
    start, end = (f"{WEEKDAYS[weekday(day_of(timezone, at))]} {shown(timezone, at)[-5:]}" for at in gap)
    return f"{start} to {end}"


def _numberless(written: Written) -> Iterator[Problem]:
    """Only the default client may be without a number."""
    for name, client in written.sound.clients.items():
        if not client.numbers and not client.forwarded_from:
            message = "no number leads to this client: it has only calls whose client cannot be told"
            yield Problem(path=("clients", name), message=message, hint="add numbers or forwarded_from", at_key=True)


SERVING_DOUBTS = (_unserved, _numberless)
