"""Hours, and all that counts by hours: nothing overlaps, nothing is undecided, every public holiday is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from router.config.findings import Path
from router.config.keys.callers import ResponsibleKeys
from router.config.keys.clients import ClientKeys
from router.config.keys.whole import HoursKeys
from router.config.timetable import Timetable, client_times, house_times
from router.config.week import overlapping, spans_of
from router.config.written import Problem, Written
from router.core.hours import Hours, shown, ties
from router.core.ids import Millis

Row = tuple[Path, str | None]  # where hours are named, and which
OF_NO_LAND = {  # by the section that names the hours: who is silent, and who may speak
    "teams": ("the house does not say", "the house"),
    "clients": ("neither client nor house says", "the client, or to the house"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Something written that counts in its hours; `path` leads to it."""

    path: Path
    hours: Hours | None


def _overlaps(written: Written) -> Iterator[Problem]:
    for name, hours in written.sound.hours.items():
        hint = "write each time of a day once"
        for day, _, path in overlapping(hours.week):
            yield Problem(path=("hours", name, *path), message=f"these times overlap others of {day}", hint=hint)
        for path, texts in _days(name, hours):
            spans = spans_of(texts)
            if any(after.start < before.end for before, after in pairwise(spans)):
                yield Problem(path=path, message="some of these times overlap", hint=hint)


def _days(name: str, hours: HoursKeys) -> Iterator[tuple[Path, Sequence[str]]]:
    yield ("hours", name, "holidays"), hours.holidays or ()
    yield from ((("hours", name, "days", day.isoformat()), texts) for day, texts in hours.days.items())


def _never(written: Written) -> Iterator[Problem]:
    for name, hours in written.sound.hours.items():
        if not any((*hours.week.values(), *hours.days.values(), hours.holidays)):
            message, hint = (
                "these hours are never open",
                'add week: with days and times, such as mo-fr: ["08:00-18:00"]',
            )
            yield Problem(path=("hours", name), message=message, hint=hint, at_key=True)


def _regions(written: Written) -> Iterator[Problem]:
    """Hours that speak of public holidays need a Land."""
    if written.tree.at(("house", "region")):
        return
    spoken = {name for name, hours in written.sound.hours.items() if hours.holidays is not None}
    teams: list[Row] = [(("teams", name, "hours"), team.hours) for name, team in written.sound.teams.items()]
    clients = (_named(name, client) for name, client in written.sound.clients.items() if not client.region)
    for path, hours in chain(teams, *clients):
        if hours in spoken:
            silent, where = OF_NO_LAND[str(path[0])]
            message = f'hours "{hours}" name public holidays, but {silent} of which Land'
            hint = f"add region: BY or the like to {where}"
            yield Problem(path=path, message=message, hint=hint)


def _named(name: str, client: ClientKeys) -> Iterator[Row]:
    """Every place at which a client names hours."""
    yield from chain.from_iterable(rivals(name, client))
    yield from ((("clients", name, "staff", person, "hours"), row.hours) for person, row in client.staff.items())


def _ties(written: Written) -> Iterator[Problem]:
    """Of two things that are equally specific at one time, it would be open which counts."""
    house = house_times(written.sound, written.now)
    found: dict[tuple[str | None, ...], tuple[int, int, Millis] | None] = {}  # many clients name the same hours
    for name, client in written.sound.clients.items():
        times = client_times(house, client)
        for rows in rivals(name, client):
            paths, names = [path for path, hours in rows if hours], [hours for _, hours in rows if hours]
            key = (times.timezone, times.region, *names)
            if key not in found and len(names) > 1 and times.named.keys() >= set(names):
                found[key] = _tie([times.hours_of(hours) for hours in names], written.now)
            if tie := found.get(key):
                yield _tied(written, times, (paths[tie[0]], paths[tie[1]]), tie[2])


def _tie(every: Sequence[Hours], now: Millis) -> tuple[int, int, Millis] | None:
    """Which two of the hours tie, and when."""
    tie = ties([Timed(path=(index,), hours=hours) for index, hours in enumerate(every)], now)
    return (int(tie[0].path[0]), int(tie[1].path[0]), tie[2]) if tie else None


def _tied(written: Written, times: Timetable, both: tuple[Path, Path], at: Millis) -> Problem:
    first, second = sorted(both, key=written.tree.place)
    message = f"at {shown(times.timezone, at)} these hours count, and those of {written.tree.place(first)} as much"
    return Problem(path=second, message=message, hint="let them not overlap, or be of a special day")


def rivals(name: str, client: ClientKeys) -> Iterator[list[Row]]:
    """Lists of things of which one counts."""
    top: Path = ("clients", name)
    yield [((*top, "greetings", at, "hours"), row.hours) for at, row in enumerate(client.greetings)]
    for vip in (False, True):
        yield [((*top, "scripts", at, "hours"), row.hours) for at, row in enumerate(client.scripts) if row.vip is vip]
    yield [((*top, "handling", at, "hours"), row.hours) for at, row in enumerate(client.handling)]
    for index, entry in enumerate(client.allow):
        yield _by_hours((*top, "allow", index), entry.by_hours)
    for index, vip_entry in enumerate(client.vips):
        yield _by_hours((*top, "vips", index), vip_entry.by_hours)


def _by_hours(path: Path, rows: Sequence[ResponsibleKeys]) -> list[Row]:
    return [((*path, "by_hours", at, "hours"), row.hours) for at, row in enumerate(rows)]


def _always(written: Written) -> Iterator[Problem]:
    """Of scripts and of handlings, only one may count whenever no other does."""
    hint = "add hours, or remove it"
    for name, client in written.sound.clients.items():
        taken = {False} if client.script else set()
        for index, row in enumerate(client.scripts):
            if row.hours is None and row.vip in taken:
                message = "this script never counts: another one has no hours either"
                yield Problem(path=("clients", name, "scripts", index), message=message, hint=hint)
            taken |= {row.vip} if row.hours is None else set()
        always = [index for index, row in enumerate(client.handling) if row.hours is None]
        for index in always[1:]:
            message = "this handling never counts: one before it has no hours either"
            yield Problem(path=("clients", name, "handling", index), message=message, hint=hint)


TIME_CHECKS = (_overlaps, _never, _regions, _ties, _always)
