"""What `simulate` and `backtest` share: the calls to play, the houses they come to, and a sign of life meanwhile."""

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from router.cli.options import HERE, add_database, instant, opened, wanted
from router.config.loaded import Loaded
from router.core.errors import SetUpFailed
from router.core.house import House
from router.core.ids import Millis
from router.core.record import CallRecord
from router.core.view import SeatView
from router.db.chronicle import seats_between
from router.db.reading import finished_calls
from router.sim.duty import Duty, as_recorded, by_teams, everybody
from router.sim.people import Caller
from router.sim.recorded import caller_of, read

SHOWN_EVERY = 500  # calls
EARLIER_MS: Millis = 2 * 86_400_000  # when who is at work at the beginning may have come
LAST_CALLS_MS: Millis = 3_600_000  # after the last arrival, for what is still to be served


def add_recorded(command: argparse.ArgumentParser) -> None:
    """Which real calls: `--calls`, or `--database` with `--since`, `--until`, `--client`."""
    command.add_argument(
        "--calls", type=Path, metavar="FILE", help="calls as JSON lines or CSV, see docs/simulation.md"
    )
    add_database(command)
    command.add_argument("--since", type=instant, metavar="TIME", help="from the database: arrived at or after")
    command.add_argument("--until", type=instant, metavar="TIME", help="from the database: arrived before")
    command.add_argument("--client", metavar="ID", help="from the database: only this client's calls")


def add_play(command: argparse.ArgumentParser) -> None:
    """How it is played: `--agents`, `--seed`, `--within`, `--json`."""
    command.add_argument(
        "--agents",
        choices=["teams", "everybody", "recorded"],
        default="teams",
        help="who is at work: agents in their teams' hours (default), everybody all the time, or as in the database",
    )
    command.add_argument(
        "--seed", type=int, default=1, help="of all chance: the same seed gives the same day (default: 1)"
    )
    command.add_argument(
        "--within",
        type=_seconds,
        default=20_000,
        metavar="S",
        help="service level: answered in so many s (default: 20)",
    )
    command.add_argument("--json", action="store_true", help="everything as one JSON object")


def _seconds(text: str) -> Millis:
    try:
        return round(float(text) * 1000)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds") from None


async def recorded(given: argparse.Namespace) -> list[Caller]:
    """The calls of the file, or of the database. Raises `SetUpFailed` when there are none."""
    if given.calls is not None:
        found, where = read(given.calls), str(given.calls)
    else:
        given.call = None
        async with opened(given) as database:
            found = [caller_of(record) async for record in finished_calls(database, wanted(given))]
        where = "the database"
    if not found:
        raise SetUpFailed(f"there are no calls in {where} to play")
    return found


def midnight(at: Millis) -> Millis:
    """The beginning of its day in Berlin."""
    day = datetime.fromtimestamp(at / 1000, HERE).replace(hour=0, minute=0, second=0, microsecond=0)
    return round(day.timestamp() * 1000)


def next_day(begins: Millis, days: int) -> Millis:
    """So many midnights later, also where the clocks change."""
    return midnight(round((datetime.fromtimestamp(begins / 1000, HERE) + timedelta(days=days)).timestamp() * 1000))


def ends(callers: Sequence[Caller]) -> Millis:
    """When the last of them will have been served."""
    return callers[-1].at + LAST_CALLS_MS


async def seats(given: argparse.Namespace, begins: Millis, until: Millis) -> list[SeatView]:
    """With `--agents recorded`, every change of an agent's seat in the database; else none."""
    if given.agents != "recorded":
        return []
    if given.calls is not None:
        raise SetUpFailed("--agents recorded is for calls out of the database, not for --calls")
    async with opened(given) as database:
        return [seat async for seat in seats_between(database, begins - EARLIER_MS, until)]


def duty(given: argparse.Namespace, house: House, begins: Millis, until: Millis, known: Sequence[SeatView]) -> Duty:
    """Who is at work when, as `--agents` says; whom no record knows, by the team's hours."""
    if given.agents == "everybody":
        return everybody(house, begins)
    recorded_agents = {seat.agent for seat in known}
    others = {agent.id: agent for agent in house.agents.values() if agent.id not in recorded_agents}
    seen = as_recorded((seat for seat in known if seat.agent in house.agents), begins)
    return sorted([*seen, *by_teams(others.values(), begins, until)], key=lambda entry: entry[0])


def tariff_changes(loaded: Loaded, begins: Millis, until: Millis) -> Iterator[tuple[Millis, House]]:
    """The houses that follow within the time, because a tariff changes."""
    at = loaded.next_tariff_change(begins)
    while at is not None and at < until:
        yield at, loaded.house_at(at)
        at = loaded.next_tariff_change(at)


@dataclass(slots=True)
class Progress:
    """A line on stderr that counts calls, for people only."""

    total: int
    done: int = 0
    shown: bool = field(default_factory=lambda: sys.stderr.isatty())

    def count(self, _: CallRecord) -> None:
        """One call more."""
        self.done += 1
        if self.shown and self.done % SHOWN_EVERY == 0:
            sys.stderr.write(f"\r{self.done} of {self.total} calls ")
            sys.stderr.flush()

    def tell(self, text: str) -> None:
        """Something else that is worth a line."""
        if self.shown:
            sys.stderr.write(f"\r{text}\n")


@contextmanager
def at_work(progress: Progress) -> Iterator[Progress]:
    """Ctrl-C ends it at once: asyncio would wait for the next turn of its loop, which long work does not let come."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield progress
    finally:
        signal.signal(signal.SIGINT, before)
        if progress.shown:
            sys.stderr.write("\r\033[K")
