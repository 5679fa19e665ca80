"""What an operator writes after `blocks --add` as a block entry: read as the YAML's own entries are."""

import re
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pydantic import ValidationError

from router.cli.options import HERE
from router.config.answering import blocked
from router.config.checks.lists import range_problems
from router.config.coverage import is_wide, meant_by
from router.config.keys.callers import BlockKeys
from router.config.loading import check
from router.config.merged import known as close_to
from router.config.reading import Surroundings
from router.config.timetable import Timetable, client_times, house_times
from router.config.written import Written
from router.core.errors import SetUpFailed
from router.core.hours import shown
from router.core.house import BlockEntry
from router.core.ids import Millis

COUNTRY = "DE"  # whose national numbers are meant where there is no configuration
RANGE = "a dash stands for a range, whose ends are both written whole; a number is written without"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry is written: national numbers are of `around`'s country, moments of the clock of `times`."""

    around: Surroundings
    times: Timetable


def place_of(config: Path, client: str | None, *, known: bool) -> Place:
    """As the configuration says, where there is one.

    With `known`, a client whom it does not have raises `SetUpFailed`.
    """
    now = time.time_ns() // 1_000_000
    written = check(config).written if config.is_dir() else None
    if written is not None and client is not None and known and written.lacks("clients", client):
        raise SetUpFailed(f"{config} has no client {client}; {close_to(client, written.names('clients'))}")
    country = written.sound.house.country if written is not None else COUNTRY
    around = Surroundings(directory=config, environ={}, country=country, now=now)
    return Place(around=around, times=_times(written, client, now))


def _times(written: Written | None, client: str | None, now: Millis) -> Timetable:
    if written is None:
        return Timetable(named={}, timezone=HERE.key, region=None, year=0)
    house, keys = house_times(written.sound, now), written.sound.clients.get(client or "")
    return client_times(house, keys) if keys else house


def entry_of(
    text: str, place: Place, *, until: str | None = None, author: str = "", reason: str = "", wide: bool = True
) -> BlockEntry:
    """The entry that is meant: a number, a range `A-B`, a prefix `030123*`, or a pattern `030 123???`.

    Without `wide`, what means a whole country raises `SetUpFailed`, as does what means no callers or is over.
    """
    more = {"until": until.replace("T", " ") if until else None, "author": author, "reason": reason}
    keys = _keys(text, {**_ways(text), **{key: value for key, value in more.items() if value}}, place)
    (entry,) = blocked([keys], place.times)
    meant = meant_by(keys)
    if not wide and meant is not None and is_wide(meant):
        raise SetUpFailed(f"{text!r} blocks a whole country or much of it; write more digits, or add --wide")
    if entry.until is not None and entry.until <= place.around.now:
        raise SetUpFailed(f"--until is over already: {until}; write a later day, or leave it out for good")
    return entry


def _ways(text: str) -> dict[str, str]:
    """The keys of the YAML that say the same."""
    if "?" in text:
        return {"pattern": text}
    if text.endswith("*"):
        return {"prefix": text[:-1]}
    first, *last = re.split("[-–]", text, maxsplit=1)
    return {"first": first.strip(), "last": last[0].strip()} if last else {"number": text}


def _keys(text: str, said: dict[str, str], place: Place) -> BlockKeys:
    try:
        keys = BlockKeys.model_validate(said, context=place.around)
    except ValidationError as error:
        raise SetUpFailed(_advice(text, error)) from None
    for problem in range_problems((), keys):
        raise SetUpFailed(f"{text!r} means no callers: {problem.message}; {problem.hint}")
    return keys


def _advice(text: str, error: ValidationError) -> str:
    """What is wrong and what would be right; of a range also how a dash is understood."""
    wrong = error.errors()[0]
    key, advice = str(wrong["loc"][0]), "{message}; {hint}".format_map(wrong["ctx"])
    if key in {"until", "author", "reason"}:
        return f"--{key}: {advice}"
    return f"{text!r} means no callers: {advice}" + (f" ({RANGE})" if key in {"first", "last"} else "")


def ended(until: Millis | None, place: Place) -> str:
    """Until when, in words: the day alone where it counts whole."""
    if until is None:
        return "for good"
    day, hour = shown(place.times.timezone, until).split()
    if hour == "00:00":
        return f"until the end of {date.fromisoformat(day) - timedelta(days=1)}"
    return f"until {day} {hour}"
