"""Asterisk is killed with calls in every phase, comes back, and is frozen for a while; the router goes on by itself."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from router.core.record import PartKind
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.chaos.traffic import KINDS, TOLERANCE_MS, Traffic, Visit, running_traffic
from tests.lab import LabFailed, SippCall, wait_for
from tests.lab.running import until

KILLS, SHORT_KILLS = 3, 1
FREEZE_S, SHORT_FREEZE_S = 10.0, 4.0
AGENTS = 12
READY_BAR_S = 3.0
PHASES_S = 5.0  # after so long there are calls in every phase


async def run(given: Given) -> Sequence[Figure]:
    """Kill and freeze Asterisk, and look at the books."""
    with tempfile.TemporaryDirectory(prefix="vorzimmer-asterisk-") as folder:
        async with running_traffic(Path(folder), given.chance, agents=AGENTS, watched=False) as traffic:
            router = traffic.house.router_pid
            killed: list[float] = []
            away = [await _kill(traffic, given, killed) for _ in range(SHORT_KILLS if given.short else KILLS)]
            lost = list(traffic.visits)
            await _freeze(traffic, SHORT_FREEZE_S if given.short else FREEZE_S, given)
            served = await _serves_again(traffic)
            slower = 3 if given.short else 1
            return [
                at_most(
                    "From Asterisk's start to a router that is ready", round(max(away), 2), slower * READY_BAR_S, "s"
                ),
                exactly("Routers that had to be started again", int(traffic.house.router_pid != router), 0),
                exactly("Agents of whom no caller is served afterwards", AGENTS - served, 0),
                *await _books(traffic, lost, killed),
            ]


async def _kill(traffic: Traffic, given: Given, killed: list[float]) -> float:
    """Kill Asterisk amidst calls and start it again; seconds from its start to a router that is ready."""
    given.say("kill Asterisk")
    house, kinds = traffic.house, list(KINDS)
    calls = [asyncio.create_task(traffic.come(kind)) for kind in (*kinds, given.chance.choice(kinds))]
    await asyncio.sleep(given.chance.uniform(1.0, PHASES_S))
    await house.asterisk.kill()
    killed.append(time.time() * 1000)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await _hung_up(traffic)
    await house.asterisk.restart()
    begun = time.monotonic()
    await until(house.ready, 30, "the router to be ready")
    ready = time.monotonic() - begun
    await traffic.on_duty()
    return ready


async def _hung_up(traffic: Traffic) -> None:
    """Whoever's line is dead puts the receiver down; nobody answers the BYE."""
    legs = [leg for visit in traffic.visits for leg in (visit.call, *traffic.legs(visit), *traffic.far_legs(visit))]
    await asyncio.gather(*map(_put_down, legs))


async def _put_down(leg: SippCall) -> None:
    with suppress(LabFailed):
        if leg.live:
            await leg.hang_up()
        elif not leg.over and leg.record.final_code is None:
            await leg.cancel()


async def _freeze(traffic: Traffic, seconds: float, given: Given) -> None:
    """Stop Asterisk amidst conversations, and let it go on."""
    given.say(f"freeze Asterisk for {seconds:g} s")
    calls = [asyncio.create_task(traffic.talk(seconds + 6)) for _ in range(2)]
    await wait_for(lambda: sum(map(traffic.speaks, traffic.visits)) == 2, 20, "two conversations")
    pid = traffic.house.asterisk.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        await until(lambda: _unready(traffic), 10, "the router to notice")
        await asyncio.sleep(seconds)
    finally:
        os.kill(pid, signal.SIGCONT)
    await until(traffic.house.ready, 20, "the router to be ready")
    await asyncio.gather(*calls)


async def _unready(traffic: Traffic) -> bool:
    return not await traffic.house.ready()


async def _serves_again(traffic: Traffic) -> int:
    """How many agents speak with a caller at once when as many callers come."""
    await traffic.on_duty()
    since = len(traffic.visits)
    calls = [asyncio.create_task(traffic.talk(12)) for _ in traffic.agents]

    def all_speak() -> bool:
        return sum(map(traffic.speaks, traffic.visits[since:])) == len(traffic.agents)

    with suppress(LabFailed):
        await wait_for(all_speak, 10, "all agents to speak")
    served = sum(map(traffic.speaks, traffic.visits[since:]))
    await asyncio.gather(*calls)
    return served


async def _books(traffic: Traffic, lost: Sequence[Visit], killed: Sequence[float]) -> Sequence[Figure]:
    left, records, spoken = await traffic.left(), await traffic.records(), traffic.spoken()
    billed = [(visit, records[visit.caller][0]) for visit in spoken if visit.caller in records]
    known = [(visit, record) for visit, record in billed if visit not in lost]
    cut_off = [(visit, record) for visit, record in billed if _cut_off(visit, killed)]
    invented = max((record.total(PartKind.TALK) - _seen(traffic, visit) for visit, record in cut_off), default=0.0)
    unsaid = [record.ending.reason for _, record in cut_off if not record.ending.reason.startswith("connection_lost")]
    off = max((traffic.off_by(visit, record) for visit, record in known), default=0.0)
    return [
        exactly("Conversations that are not billed", len(spoken) - len(billed), 0),
        exactly("Calls that are billed twice", sum(len(found) > 1 for found in records.values()), 0),
        exactly(
            f"Conversations that Asterisk's death ended ({len(cut_off)}) and whose record does not say so", unsaid, []
        ),
        at_most(
            "Such a conversation is billed longer than it can have been", round(max(0.0, invented)), TOLERANCE_MS, "ms"
        ),
        at_most("All others are billed as SIPp saw them", round(off), TOLERANCE_MS, "ms"),
        exactly("Findings in the ledger", len((await traffic.house.verified()).findings), 0),
        exactly("Channels and bridges left in Asterisk", left, 0),
    ]


def _cut_off(visit: Visit, killed: Sequence[float]) -> bool:
    """Whether the caller was in the line when Asterisk died, and put the receiver down only then."""
    begun, ended = visit.call.record.answered_at, visit.call.record.ended_at
    return begun is not None and ended is not None and any(begun < at <= ended for at in killed)


def _seen(traffic: Traffic, visit: Visit) -> float:
    """Milliseconds from the agent's answer until SIPp's legs were put down, which was after Asterisk's death."""
    legs = traffic.conversations(visit)
    return sum((leg.record.ended_at or 0.0) - (leg.record.answered_at or 0.0) for leg in legs)
