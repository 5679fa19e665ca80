"""The router is killed at random instants, with calls in every phase; alone, and below its watchdog."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.chaos.books import books
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.chaos.traffic import KINDS, LONGEST_SILENCE_S, TAPE_S, Traffic, another, running_traffic
from tests.lab.running import House, until

KILLS, SHORT_KILLS = (10, 40, 50), (1, 1, 1)  # alone; watched, one by one; watched, in bursts
BURST = 3  # the first of a router that serves, the others of routers that start
AGENTS, SHORT_AGENTS = 16, 8
CALLERS, SHORT_CALLERS = 8, 5  # at a time
BAR_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """How long no router was ready; `spare`: whether one had loaded when the router was killed."""

    seconds: float
    spare: bool


async def run(given: Given) -> Sequence[Figure]:
    """Kill, go on, and look at the books."""
    alone, single, bursts = SHORT_KILLS if given.short else KILLS
    with tempfile.TemporaryDirectory(prefix="vorzimmer-killed-") as folder:
        agents = SHORT_AGENTS if given.short else AGENTS
        async with running_traffic(Path(folder), given.chance, agents=agents, watched=False) as traffic:
            calling = [asyncio.create_task(_call(traffic)) for _ in range(SHORT_CALLERS if given.short else CALLERS)]
            for _ in range(alone):
                await _some_time(given)
                await traffic.house.kill_router()
                await traffic.house.start_router()
            await traffic.house.stop_router()
            traffic.house.watched = True
            await traffic.house.start_router()
            since = len(traffic.visits)
            away = [await _kill(traffic, given, number) for number in range(single)]
            amidst = len(traffic.visits)
            for number in range(bursts):
                await _burst(traffic, given, number)
            await _let_end(traffic, calling)
            total = alone + single + bursts * BURST
            return [
                *await _figures(traffic, total, given),
                *_away(away, given),
                *_silence(traffic, since, amidst, given),
            ]


async def _call(traffic: Traffic) -> None:
    """One caller after the other, of any kind, until it is enough."""
    kinds = list(KINDS)
    while traffic.open:
        await traffic.come(traffic.chance.choice(kinds))


async def _some_time(given: Given) -> None:
    await asyncio.sleep(given.chance.uniform(0.1, 1.2))


async def _kill(traffic: Traffic, given: Given, number: int) -> Away:
    """Kill the router below its watchdog when its spare is ready, as it is some seconds after each start."""
    house = traffic.house
    await until(lambda: _spare(house), 30, "a spare")
    await _some_time(given)
    spare, pid, begun = await _spare(house), house.router_pid, time.monotonic()
    os.kill(pid, signal.SIGKILL)
    await another(house, pid)
    away = Away(seconds=time.monotonic() - begun, spare=spare)
    if number % 10 == 9:
        await traffic.on_duty()
        given.say(f"killed {number + 1} times below the watchdog, {len(traffic.visits)} callers so far")
    return away


async def _burst(traffic: Traffic, given: Given, number: int) -> None:
    """Kill a router, and those that would take its place while they start."""
    await _some_time(given)
    for _ in range(BURST):
        await asyncio.sleep(given.chance.uniform(0.1, 0.9))
        pid = traffic.house.router_pid
        os.kill(pid, signal.SIGKILL)
        await _begun_after(traffic.house, pid)
    await another(traffic.house, pid)
    if number % 5 == 4:
        await traffic.on_duty()
        given.say(f"{number + 1} bursts of {BURST} kills, {len(traffic.visits)} callers so far")


async def _begun_after(house: House, pid: int) -> None:
    async def begun() -> bool:
        return house.router_pid != pid

    await until(begun, 30, "the next router to be started")


async def _spare(house: House) -> bool:
    """Whether a spare has loaded since the last router began."""
    lines = house.log_file.read_text().splitlines()
    last = max(number for number, line in enumerate(lines) if '"router started"' in line)
    return any('"spare ready"' in line for line in lines[last:])


async def _let_end(traffic: Traffic, calling: Sequence["asyncio.Task[None]"]) -> None:
    traffic.open = False
    await asyncio.gather(*calling)


async def _figures(traffic: Traffic, kills: int, given: Given) -> Sequence[Figure]:
    stuck = [visit.trouble for visit in traffic.visits if visit.trouble]
    for trouble in stuck:
        given.say(trouble)
    callers, spoken, back = len(traffic.visits), len(traffic.spoken()), sum(map(traffic.fell_back, traffic.visits))
    total = f"{kills} kills, {callers} callers, {spoken} with an agent, {back} in the fallback"
    return [
        exactly("Callers who were left without an end that was meant", len(stuck), 0),
        *await books(
            traffic,
            drops=f"No conversation drops when the router is killed ({total})",
            as_seen="Conversations are billed as SIPp saw them, by CEL where no router ran",
        ),
    ]


def _away(away: Sequence[Away], given: Given) -> Sequence[Figure]:
    """What is quicker with a watchdog; the short form allows for a machine that does much else."""
    warm = [one.seconds for one in away if one.spare] or [one.seconds for one in away]
    told = f"{len(warm)} kills one by one, median {median(warm):.2f} s"
    seen = round(max(warm), 2)
    return [at_most(f"From the kill to another router that is ready ({told})", seen, BAR_S * _slower(given), "s")]


def _silence(traffic: Traffic, since: int, amidst: int, given: Given) -> Sequence[Figure]:
    """Nobody's silence is left out: callers are told apart by when they came, and whether they speak on tape."""
    bar = LONGEST_SILENCE_S * _slower(given)
    alone, single = traffic.longest_silence(0, since), traffic.longest_silence(since, amidst)
    bursts, tape = traffic.longest_silence(amidst), traffic.longest_on_tape()
    return [
        at_most("A caller's longest silence, the router killed alone", round(alone, 2), bar, "s"),
        at_most("A caller's longest silence below the watchdog", round(single, 2), bar, "s"),
        at_most(f"A caller's longest silence in bursts of {BURST} kills", round(bursts, 2), bar, "s"),
        at_most(f"The same of who speaks on tape for up to {TAPE_S:g} s of it", round(tape, 2), bar + TAPE_S, "s"),
    ]


def _slower(given: Given) -> int:
    return 5 if given.short else 1
