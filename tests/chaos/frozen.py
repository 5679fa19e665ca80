"""The router is frozen by SIGSTOP: alone, below its watchdog, and until another one has taken its place."""

import asyncio
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.books import books
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.chaos.traffic import Traffic, another, running_traffic
from tests.lab import wait_for
from tests.lab.running import House, until
from tests.lab.two_routers import Relay

FREEZES, SHORT_FREEZES = (2, 10, 60), (2,)  # seconds
AGENTS = 12
PAUSE_S, SHORT_PAUSE_S = 3.0, 1.0  # between two callers who come meanwhile
FALLBACK_BAR_S, WATCHED_BAR_S, SERVED_BAR_S = 2.0, 4.0, 5.0


async def run(given: Given) -> Sequence[Figure]:
    """Freeze, thaw, and look who served whom."""
    slower = 3 if given.short else 1  # the short form allows for a machine that does much else
    with tempfile.TemporaryDirectory(prefix="vorzimmer-frozen-") as folder:
        async with running_traffic(Path(folder), given.chance, agents=AGENTS, watched=False) as traffic:
            for seconds in SHORT_FREEZES if given.short else FREEZES:
                given.say(f"frozen for {seconds} s, without a watchdog")
                await _freeze(traffic, seconds, SHORT_PAUSE_S if given.short else PAUSE_S)
            late = round(max(_until_fallback(traffic)), 2)
            given.say("frozen until another router has taken its place")
            commanded, status = await _replaced(traffic)
            given.say("frozen below the watchdog")
            away, served = await _watched(traffic)
            return [
                at_most("From a new caller's INVITE to the fallback's ringing", late, FALLBACK_BAR_S * slower, "s"),
                exactly("Commands of a woken router whose place another one has taken", commanded, 0),
                exactly("Its exit status, which keeps a watchdog from replacing it", status, 3),
                at_most("From a freeze below the watchdog to another router", away, WATCHED_BAR_S * slower, "s"),
                at_most(
                    "From it to the INVITE of the first caller whom an agent gets", served, SERVED_BAR_S * slower, "s"
                ),
                *await _books(traffic),
            ]


async def _freeze(traffic: Traffic, seconds: float, pause_s: float) -> None:
    """Conversations end before, in and after the freeze; new callers come all the time."""
    talks = [asyncio.create_task(traffic.talk(length)) for length in (1.0, seconds / 2 + 1, seconds + 3)]
    await wait_for(lambda: sum(map(bool, map(traffic.conversations, traffic.visits[-3:]))) == 3, 20, "conversations")
    pid, until_s = traffic.house.router_pid, time.monotonic() + seconds
    os.kill(pid, signal.SIGSTOP)
    while time.monotonic() < until_s:
        talks.append(asyncio.create_task(traffic.talk(0.5)))
        await asyncio.sleep(min(pause_s, max(0.0, until_s - time.monotonic())))
    os.kill(pid, signal.SIGCONT)
    await asyncio.gather(*talks)
    await until(traffic.house.ready, 15, "the woken router to be ready")
    await traffic.on_duty()


def _until_fallback(traffic: Traffic) -> list[float]:
    """Seconds from the INVITE of each caller whom the fallback served to its 180 or 200."""
    back = [visit.call.record for visit in traffic.visits if traffic.fell_back(visit)]
    return [((one.ringing_at or one.answered_at or float("inf")) - one.invite_at) / 1000 for one in back]


async def _replaced(traffic: Traffic) -> tuple[int, int]:
    """How many requests a router sends that wakes when another one serves its application, and how it ends."""
    house, direct = traffic.house, traffic.house.ari_url
    host, port = direct.split("/")[2].split(":")
    relay = Relay(host, int(port))
    server = await asyncio.start_server(relay.carry, "127.0.0.1", 0)
    await house.stop_router()
    house.ari_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ari"
    await house.start_router()
    talk = asyncio.create_task(traffic.talk(8))
    await wait_for(lambda: traffic.visits and traffic.conversations(traffic.visits[-1]), 20, "a conversation")
    try:
        return await _woken(traffic, relay)
    finally:
        await talk
        server.close()
        house.ari_url = direct
        await house.start_router()


async def _woken(traffic: Traffic, relay: Relay) -> tuple[int, int]:
    house, frozen = traffic.house, traffic.house.router_pid
    os.kill(frozen, signal.SIGSTOP)
    await traffic.talk(0.5)  # offered to the frozen router, too: it would claim this caller when it wakes
    folder = house.folder / "other"
    shutil.copytree(house.state, folder / "state")
    other = House(asterisk=house.asterisk, lab=house.lab, staff=house.staff, folder=folder, config=house.config)
    try:
        await other.start_router()
        woken = time.monotonic()
        os.kill(frozen, signal.SIGCONT)
        status = await house.router_ended(15)
        return len(relay.commands(since=woken)), status
    finally:
        await other.close()


async def _watched(traffic: Traffic) -> tuple[float, float]:
    """Seconds until another router is ready, and until the INVITE of a caller whom an agent gets."""
    house = traffic.house
    await house.stop_router()
    house.watched = True
    await house.start_router()
    await traffic.on_duty()
    talk = asyncio.create_task(traffic.talk(6))
    await wait_for(lambda: traffic.conversations(traffic.visits[-1]), 20, "a conversation")
    pid, begun, first = house.router_pid, time.monotonic(), time.time() * 1000
    seen = len(traffic.visits)
    os.kill(pid, signal.SIGSTOP)
    calling = asyncio.create_task(_call_again_and_again(traffic))
    await another(house, pid)
    away = time.monotonic() - begun
    await wait_for(lambda: any(map(traffic.conversations, traffic.visits[seen:])), 30, "an agent for a caller")
    traffic.open = False
    served = min(visit.call.record.invite_at for visit in traffic.visits[seen:] if traffic.conversations(visit))
    await asyncio.gather(calling, talk)
    return round(away, 2), round((served - first) / 1000, 2)


async def _call_again_and_again(traffic: Traffic) -> None:
    async with asyncio.TaskGroup() as calls:
        while traffic.open:
            calls.create_task(traffic.talk(0.5))
            await asyncio.sleep(0.5)


async def _books(traffic: Traffic) -> Sequence[Figure]:
    callers, spoken, back = len(traffic.visits), len(traffic.spoken()), sum(map(traffic.fell_back, traffic.visits))
    total = f"{callers} callers, {spoken} with an agent, {back} in the fallback"
    return await books(traffic, drops=f"No conversation drops ({total})")
