"""The database is away at the start, stopped, crashed and cut off in the middle of transactions, with calls all the
time: they go on, and all is settled once when it is back."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.asterisk.stage import KRAUSE
from tests.chaos.books import books
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.chaos.traffic import Traffic, running_traffic
from tests.fakes.postgres import PostgresServer, postgres_server
from tests.lab.running import House, until

AWAY_S, SHORT_AWAY_S = 60.0, 1.0
CUTS, SHORT_CUTS = 60, 5
CALLERS, SHORT_CALLERS = 6, 3  # at a time
READY_S = 10.0  # the router tries again at least every 5 s


async def run(given: Given) -> Sequence[Figure]:
    """Take the database away in every way, and look at the books."""
    with tempfile.TemporaryDirectory(prefix="vorzimmer-database-") as folder, postgres_server() as server:
        agents = 2 * (SHORT_CALLERS if given.short else CALLERS)
        async with running_traffic(Path(folder), given.chance, agents=agents, watched=False) as traffic:
            named, began = await _started_without(traffic, server)
            given.say(f"started without a database: ready {began:.1f} s after it came")
            async with _calling(traffic, given):
                away = [await _away(traffic.house, server, given, crashed) for crashed in (False, True)]
                await _cut(server, given)
            return [
                exactly("A start without a database says so on /readyz, and takes calls", named, "yes"),
                at_most(
                    "Ready again after the database has come, without a restart", _worst(began, *away), READY_S, "s"
                ),
                *await _books(traffic),
            ]


def _worst(*seconds: float) -> float:
    return round(max(seconds), 1)


async def _started_without(traffic: Traffic, server: PostgresServer) -> tuple[str, float]:
    """A router that has never seen its database; gives whether it said so and took a call, and how long it took to be
    ready after the database came, tables included."""
    house = traffic.house
    await house.stop_router()
    house.database = server.create("house")
    house.around = {**house.around, "VORZIMMER_DATABASE_URL": house.database}
    await asyncio.to_thread(server.stop)
    starting = asyncio.create_task(house.start_router())
    await until(lambda: _takes_calls(house), 30, house.log_tail)
    told = "The database cannot be used" in await _problems(house)
    await traffic.on_duty()
    before = len(traffic.visits)
    await traffic.talk(1.0)
    served = bool(traffic.conversations(traffic.visits[before]))
    await asyncio.to_thread(server.start)
    begun = time.monotonic()
    await starting
    return "yes" if told and served else f"said so: {told}, took a call: {served}", time.monotonic() - begun


async def _takes_calls(house: House) -> bool:
    """Asterisk and the router agree, whatever else is missing."""
    told = await _problems(house)
    return bool(told) and "Asterisk is not connected" not in told


async def _problems(house: House) -> str:
    """What /readyz says; empty when nobody answers there."""
    try:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{house.http_port}/readyz") as answer:
            return await answer.text()
    except aiohttp.ClientError:
        return ""


@asynccontextmanager
async def _calling(traffic: Traffic, given: Given) -> AsyncIterator[None]:
    """Callers all the time inside the block; all have gone after it."""

    async def one_after_the_other() -> None:
        while traffic.open:
            await traffic.talk(given.chance.uniform(1.0, 1.5 if given.short else 3.0))

    count = SHORT_CALLERS if given.short else CALLERS
    calling = [asyncio.create_task(one_after_the_other()) for _ in range(count)]
    try:
        yield
    finally:
        traffic.open = False
        await asyncio.gather(*calling)


async def _away(house: House, server: PostgresServer, given: Given, crashed: bool) -> float:
    """Stop it for a while, or crash it; gives how long after its return the router is ready."""
    await asyncio.sleep(given.chance.uniform(0.5, 1.5))
    await asyncio.to_thread(server.crash if crashed else server.stop)
    await until(lambda: _says(house), 15, "the router to say that the database is away")
    await asyncio.sleep(SHORT_AWAY_S if given.short or crashed else AWAY_S)
    await asyncio.to_thread(server.start)
    begun = time.monotonic()
    await until(house.ready, 60, lambda: f"the router to be ready again; it said:\n{house.log_tail()}")
    given.say(f"{'crashed' if crashed else 'stopped'}: ready {time.monotonic() - begun:.1f} s after its return")
    return time.monotonic() - begun


async def _says(house: House) -> bool:
    return "The database cannot be used" in await _problems(house)


async def _cut(server: PostgresServer, given: Given) -> None:
    """Cut all connections again and again: some in the middle of a commit."""
    for _ in range(SHORT_CUTS if given.short else CUTS):
        await asyncio.to_thread(server.cut)
        await asyncio.sleep(given.chance.uniform(0.02, 0.4))


async def _books(traffic: Traffic) -> Sequence[Figure]:
    nobody = len(traffic.visits) - len(traffic.spoken()) + sum(map(traffic.fell_back, traffic.visits))
    told = f"{len(traffic.visits)} callers of {KRAUSE}"
    return [
        exactly("Callers who got the fallback, or nobody", nobody, 0),
        *await books(
            traffic,
            drops=f"No conversation drops while the database is away ({told})",
            unbilled="Conversations that are not billed once the database is back",
        ),
    ]
