"""A day that never was: how many call, at which hours, for which clients, and how long everything lasts.

Written as YAML or JSON by whoever plans; lengths are in seconds. Every key has a default, every mistake its sentence.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from router.core.errors import SetUpFailed
from router.core.house import Client, House
from router.core.ids import CallId, ClientId, Millis
from router.sim.draws import Always, Exponential, LogNormal, Spread, stream
from router.sim.duty import HOUR_MS
from router.sim.mistakes import worded
from router.sim.people import Caller, Habits
from router.sim.wording import local

HOURS_A_DAY = 24
OFFICE_DAY = (1, 1, 1, 1, 1, 2, 8, 30, 75, 100, 100, 90, 65, 75, 90, 85, 70, 45, 20, 12, 8, 5, 3, 2)
SECOND_MS = 1_000
Place = tuple[str | int, ...]  # the keys and positions that lead to a value
Share = Annotated[float, Field(ge=0, le=1)]
Weights = Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=HOURS_A_DAY, max_length=HOURS_A_DAY)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Length(_Model):
    """How long something lasts, in seconds; `variation` is the standard deviation over the mean (log-normal only)."""

    mean: Annotated[float, Field(ge=0)]
    spread: Literal["lognormal", "exponential", "fixed"] = "lognormal"
    variation: Annotated[float, Field(gt=0)] = 0.8

    def spread_of(self) -> Spread:
        """The distribution, in milliseconds."""
        mean = self.mean * SECOND_MS
        if self.spread == "exponential":
            return Exponential(mean=mean)
        return Always(mean=mean) if self.spread == "fixed" else LogNormal(mean=mean, variation=self.variation)


class Profile(_Model):
    """The arrivals and habits of one day."""

    calls: Annotated[float, Field(gt=0)] = 1_000  # a day, on average
    hours: Weights = OFFICE_DAY  # of each hour of the day
    clients: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)  # weights; none: all alike
    talk: Length = Length(mean=150)
    wrap_up: Length = Length(mean=30)
    patience: Length | None = Length(mean=180, spread="exponential")  # null: for ever
    answer: Length = Length(mean=4, variation=0.4)
    missed: Share = 0.0
    staff_reached: Share = 0.7
    through: Length = Length(mean=180)
    transferred: Share = 0.0  # of the calls, to somebody of the client's staff
    call_back: Share = 0.0
    message_instead: Share = 0.0
    leave_message: Share = 0.5

    def habits(self) -> Habits:
        """What people do, as the simulation needs it."""
        return Habits(
            talk=self.talk.spread_of(),
            wrap_up=self.wrap_up.spread_of(),
            patience=self.patience.spread_of() if self.patience else None,
            answer=self.answer.spread_of(),
            missed=self.missed,
            staff_reached=self.staff_reached,
            through=self.through.spread_of(),
            call_back=self.call_back,
            message_instead=self.message_instead,
            leave_message=self.leave_message,
        )


def profile_of(written: Any, file: Path, lines: Mapping[Place, int] = MappingProxyType({})) -> Profile:
    """What was read from a file. Raises `SetUpFailed` with every mistake, and its line where `lines` knows it."""
    try:
        return Profile.model_validate({} if written is None else written)
    except ValidationError as wrong:
        found = sorted((_line(one["loc"], lines), worded(one, _known(one["loc"][:-1]))) for one in wrong.errors())
        told = [f"{file}:{line}: {words}" if line else f"{file}: {words}" for line, words in found]
        raise SetUpFailed("\n".join([*told, "docs/simulation.md shows a profile with every key"])) from None


def _line(loc: Place, lines: Mapping[Place, int]) -> int:
    """Of the value, or of the nearest thing around it; 0 where none is known."""
    return next((lines[loc[:end]] for end in range(len(loc), 0, -1) if loc[:end] in lines), 0)


def _known(loc: Place) -> Iterable[str]:
    """The keys that may stand there: only lengths have keys of their own."""
    return (Length if loc else Profile).model_fields


def callers(profile: Profile, house: House, begins: Millis, seed: int, *, days: int = 1) -> list[Caller]:
    """A Poisson stream whose rate follows the hours of the day, in the order of time.

    Raises `SetUpFailed` for a client that the house does not have or whom nobody can call.
    """
    chance = stream(seed, "arrivals")
    clients, weights = _who(profile, house)
    return [
        _caller(profile, house, at, number, chance.choices(clients, weights)[0], chance)
        for number, at in enumerate(_instants(profile, begins, chance, days * HOURS_A_DAY))
    ]


def _instants(profile: Profile, begins: Millis, chance: Random, hours: int) -> Sequence[Millis]:
    found: list[Millis] = []
    for hour in range(hours):
        start = begins + hour * HOUR_MS
        rate = profile.calls * profile.hours[local(start).hour] / sum(profile.hours) / HOUR_MS
        at = start + _gap(rate, chance)
        while at < start + HOUR_MS:
            found.append(int(at))
            at += _gap(rate, chance)
    return found


def _gap(rate: float, chance: Random) -> float:
    return chance.expovariate(rate) if rate > 0 else HOUR_MS


def _who(profile: Profile, house: House) -> tuple[list[Client], list[float]]:
    if unknown := sorted(set(profile.clients) - set(house.clients)):
        raise SetUpFailed(f"clients: the configuration has no {', '.join(unknown)}")
    wanted = profile.clients or dict.fromkeys(house.clients, 1.0)
    if not wanted:
        raise SetUpFailed("the configuration has no clients: nobody can be called")
    return [house.clients[ClientId(client)] for client in wanted], list(wanted.values())


def _caller(profile: Profile, house: House, at: Millis, number: int, client: Client, chance: Random) -> Caller:
    dialled, forwarded_by = way_to(client, house)
    people = [person.id for person in client.staff.values() if person.transferable]
    transferred = chance.random() < profile.transferred
    return Caller(
        call=CallId(f"{number}"),
        at=at,
        dialled=dialled,
        caller=f"+4917{number:08}",
        forwarded_by=forwarded_by,
        staff=chance.choice(people) if transferred and people else None,
    )


def way_to(client: Client, house: House) -> tuple[str, tuple[str, ...]]:
    """The number that a caller of this client dials, and the client's own numbers it is forwarded by."""
    if client.numbers:
        return client.numbers[0], ()
    if not client.forwarded_from:
        raise SetUpFailed(f"client {client.id} has no number at which it can be called")
    given: Mapping[str, str] = {number: other.id for other in house.clients.values() for number in other.numbers}
    shared = sorted(house.own_numbers - set(given))
    return (shared[0] if shared else ""), client.forwarded_from[:1]
