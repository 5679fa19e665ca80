"""The wall clock is set by an hour amidst calls, and jumps in the nights in which everybody's does.

Asterisk and the router go by clocks of libfaketime, both or only one of them is set; SIPp's clock stays as it is.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

from router.core.record import PartKind
from tests.asterisk.configs import Change, Config, crew, crew_names, quick, written
from tests.asterisk.stage import KRAUSE, Stage
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.lab import Answer, LabFailed, SippCall, SippStaff, running_lab, wait_for
from tests.lab.faketime import WallClock
from tests.lab.running import House, running_house

HOUR_S = 3_600.0
BAR_MS = 50
TEST_WORD_S = 15.0
AGENTS = tuple(crew_names(3))
STARTING_S = 6.0  # about as long take Asterisk and router to start
BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = {  # the seconds before something happens to the calendar, and the tariff's version after it
    "into summer time": datetime(2027, 3, 28, 1, 59, 56, tzinfo=BERLIN),
    "out of summer time": datetime(2027, 10, 31, 2, 59, 56, tzinfo=BERLIN),
    "into a leap day": datetime(2028, 2, 28, 23, 59, 56, tzinfo=BERLIN),
    "out of a leap day": datetime(2028, 2, 29, 23, 59, 56, tzinfo=BERLIN),
    "into a new year": datetime(2026, 12, 31, 23, 59, 56, tzinfo=BERLIN),
}
VERSIONS = ("2027-01-01", "2028-02-29", "2028-03-01")  # from these days on there is another tariff


@dataclass(frozen=True, slots=True)
class Step:
    """Whose clock is set, by how much, and whether the router is away meanwhile."""

    who: str
    seconds: float
    away: bool

    def __str__(self) -> str:
        how = ", the router away meanwhile" if self.away else ""
        return f"{self.who} {self.seconds / HOUR_S:+g} h{how}"


async def run(given: Given) -> Sequence[Figure]:
    """Set the clock at every moment of a call, then live through the nights."""
    steps = [Step(*one) for one in product(("both", "Asterisk", "the router"), (HOUR_S, -HOUR_S), (False, True))]
    nights = list(NIGHTS)
    if given.short:
        steps, nights = [Step("both", given.chance.choice([HOUR_S, -HOUR_S]), away) for away in (False, True)], []
    given.chance.shuffle(steps)
    return [*await _stepped(given, steps), *[figure for night in nights for figure in await _lived(given, night)]]


# --- set by hand -----------------------------------------------------------------------------------------------------


async def _stepped(given: Given, steps: Sequence[Step]) -> list[Figure]:
    asterisks, routers = WallClock(), WallClock()
    clocks = {"both": (asterisks, routers), "Asterisk": (asterisks,), "the router": (routers,)}
    errors: list[float] = []
    async with _house(asterisks, routers, quick) as stage:
        for step in steps:
            found = await (_in_a_gap if step.away else _amidst)(stage, step, clocks[step.who])
            given.say(f"{step}: {', '.join(f'{error:.1f} ms' for error in found)}")
            errors += found
        findings = (await stage.house.verified()).findings
    return [
        at_most("A clock set by an hour moves no duration", round(max(errors), 1), BAR_MS, "ms"),
        exactly("Findings of `ledger verify` after it", len(findings), 0),
    ]


@asynccontextmanager
async def _house(asterisks: WallClock, routers: WallClock, change: Change) -> AsyncIterator["_Scene"]:
    """Three agents whose phones have fixed addresses: those that register are forgotten when the clock goes forward."""
    with tempfile.TemporaryDirectory(prefix="vorzimmer-clock-") as folder:
        async with running_lab() as lab:
            phones = await lab.staff(dict.fromkeys(AGENTS, Answer()), host="127.0.0.3")
            config = written(Path(folder) / "config", change, crew(len(AGENTS), phones.address), _patient)
            async with running_house(config, asterisks_clock=asterisks, routers_clock=routers) as house:
                yield _Scene(house=house, phones=phones, stage=Stage(house))


def _patient(config: Config) -> None:
    config["house"]["wrap_up_limit"] = "10s"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    house: House
    phones: SippStaff
    stage: Stage

    async def talk(self, agent: str) -> "_Talk":
        """A conversation with this agent, the only one who is free."""
        await self.house.ask(agent, "login")
        number = self.stage.number()
        call = await self.house.dial(KRAUSE, number=number)
        leg = await self.phones.call_from(number)
        await leg.established()
        await call.established()
        call.say(TEST_WORD_S)  # an answer is no conversation yet: a busy router brings the two together a little later
        await wait_for(lambda: leg.heard, 15, f"{agent} to hear {number}")
        return _Talk(agent, number, call, leg)

    async def wrapped_up(self, agent: str) -> float:
        """The after-work ends; gives the instant."""
        await self.house.presence(agent, "wrap_up")
        at = time.time() * 1000
        await self.house.ask(agent, "wrap-up-done")
        return at

    async def rest(self, *talks: "_Talk") -> None:
        """Everybody goes home."""
        for talk in talks:
            with suppress(LabFailed):  # who is in no after-work need not end it
                await self.house.ask(talk.agent, "wrap-up-done")
        for name in AGENTS:
            await self.house.ask(name, "logout")
            await self.house.presence(name, "off")
        await self.house.empty()


async def _amidst(scene: _Scene, step: Step, clocks: Sequence[WallClock]) -> list[float]:
    """One agent is in after-work, one in conversation, one is rung when the clock is set.

    Asterisk ends a ring when its clock goes forward; the caller keeps the place and is offered again.
    """
    wrapping, talking = await scene.talk(AGENTS[0]), await scene.talk(AGENTS[1])
    await wrapping.caller.talk(0.2)
    await scene.house.presence(AGENTS[0], "wrap_up")
    scene.phones.plans[AGENTS[2]] = Answer(ring=1.0)
    await scene.house.ask(AGENTS[2], "login")
    number = scene.stage.number()
    call = await scene.house.dial(KRAUSE, number=number)
    await scene.phones.call_from(number)
    await asyncio.sleep(0.4)
    _set(clocks, step.seconds)
    await asyncio.sleep(0.3)
    done = await scene.wrapped_up(AGENTS[0])
    await _taken(scene, call, number)
    leg = await scene.phones.call_from(number)
    rung = _Talk(leg.record.dialled, number, call, leg)
    await talking.caller.talk(0.5)
    await rung.caller.talk(0.2)
    found = [await _error(scene, one, wrapped) for one, wrapped in ((wrapping, done), (talking, None), (rung, None))]
    await scene.rest(talking, rung)
    return [error for errors in found for error in errors]


async def _taken(scene: _Scene, call: SippCall, number: str) -> None:
    """Wait until somebody has answered this caller."""

    def answered() -> bool:
        return any(leg.live for leg in scene.phones.calls if leg.record.caller == number)

    await wait_for(answered, 15, f"an agent to answer {number}")
    await call.established()


async def _in_a_gap(scene: _Scene, step: Step, clocks: Sequence[WallClock]) -> list[float]:
    """Nobody listens: one conversation ends before the clock is set, one after it, one when the router is back."""
    talks = [await scene.talk(name) for name in AGENTS]
    await scene.house.kill_router()
    await talks[0].caller.talk(0.3)
    await asyncio.sleep(0.2)
    _set(clocks, step.seconds)
    await asyncio.sleep(0.2)
    await talks[1].caller.talk(0.2)
    await scene.house.start_router()
    await talks[2].caller.talk(0.2)
    await scene.house.presence(AGENTS[2], "wrap_up")
    await scene.rest(*talks)
    found = [await _error(scene, one, None) for one in talks]
    return [error for errors in found for error in errors]


@dataclass(frozen=True, slots=True)
class _Talk:
    agent: str
    number: str
    caller: SippCall
    leg: SippCall

    def off_by(self, billed: float) -> float:
        """By how much this differs from the agent's answer to the caller's hang-up, beyond what SIPp itself cannot
        tell: what it sent reached Asterisk between the sending and the confirmation."""
        answered, left = self.leg.record.answered_at or 0, self.caller.record.ended_at or 0
        together = next(one.at for one in self.leg.messages if one.method == "ACK")
        byes = (one.at for one in self.caller.messages if one.code and one.method == "BYE" and not one.sent)
        return max(0.0, (left - together) - billed, billed - (next(byes, left) - answered))


def _set(clocks: Sequence[WallClock], seconds: float) -> None:
    for clock in clocks:
        clock.step(seconds)


async def _error(scene: _Scene, talk: _Talk, wrapped: float | None) -> list[float]:
    """By how much the durations booked differ from SIPp's."""
    record = (await scene.stage.booked(talk.number)).record
    errors = [talk.off_by(record.total(PartKind.TALK))]
    if wrapped is not None:
        errors.append(abs(record.total(PartKind.WRAP_UP) - (wrapped - (talk.caller.record.ended_at or 0))))
    return errors


# --- by the calendar -------------------------------------------------------------------------------------------------


def _tariffs(config: Config) -> None:
    quick(config)
    first = config["tariffs"]["standard"][0]
    later = [{**first, "version": number, "valid_from": day} for number, day in enumerate(VERSIONS, 2)]
    config["tariffs"]["standard"] += later


def version(at: datetime) -> int:
    """Of the tariff in force at this time."""
    return 1 + sum(day <= at.date().isoformat() for day in VERSIONS)


async def _lived(given: Given, night: str) -> list[Figure]:
    """One call over the moment, one after it."""
    begins = NIGHTS[night].timestamp()
    clock = WallClock(begins - time.time() - STARTING_S)
    async with _house(clock, clock, _tariffs) as scene:
        wrong = [await _wrong(scene, clock, until=begins + pause) for pause in (5.5, 7)]
    error = max(error for error, _ in wrong)
    days = [text for _, text in wrong if text]
    given.say(f"{night}: {error:.1f} ms; {', '.join(days) or 'days and tariffs right'}")
    return [
        at_most(f"Going {night} moves no duration", round(error, 1), BAR_MS, "ms"),
        exactly(f"Calls with a wrong day or tariff when going {night}", len(days), 0),
    ]


async def _wrong(scene: _Scene, clock: WallClock, *, until: float) -> tuple[float, str]:
    """A conversation that lasts until the clock shows this: how far its duration is off, and what is wrong about its
    day; empty when nothing is."""
    talk = await scene.talk(AGENTS[0])
    await talk.caller.talk(max(0.3, until - time.time() - clock.offset))
    await scene.wrapped_up(AGENTS[0])
    record = (await scene.stage.booked(talk.number)).record
    true = datetime.fromtimestamp(talk.caller.record.invite_at / 1000 + clock.offset, BERLIN)
    told = datetime.fromtimestamp(record.arrived / 1000, BERLIN)
    tariff = record.tariff.version if record.tariff else 0
    same = abs(told.timestamp() - true.timestamp()) < 1 and told.utcoffset() == true.utcoffset()
    right = same and tariff == version(true)
    wrong = "" if right else f"{told} instead of {true}, tariff {tariff} instead of {version(true)}"
    return talk.off_by(record.total(PartKind.TALK)), wrong
