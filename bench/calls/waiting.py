"""What callers cost who wait, answered and with music: processor time above that of an empty house."""

import asyncio

from bench.calls.figures import Cost, Waiting
from bench.calls.load import Used
from bench.calls.paths import Kind, Path
from bench.calls.plants import Standing, standing
from bench.calls.sipp import Calls, placing
from tests.lab.failure import LabFailed

LEVELS, QUICK_LEVELS = (100, 500, 1000), (100, 500)
RAMP = 100  # callers a second
SETTLING, WINDOW, SPARE = 1.5, 8.0, 1.0  # seconds; all in all less than the 30 s after which a silent caller is cut off


async def measure(way: Path, *, quick: bool) -> list[Waiting]:
    """Agents are there but cannot be called."""
    async with standing(way, on_duty=0) as stand:
        idle = await _used(stand)
        levels: list[Waiting] = []
        for waiting in QUICK_LEVELS if quick else LEVELS:
            try:
                levels.append(await _level(stand, waiting, idle))
            except LabFailed as failed:
                print(f"  not more than {levels[-1].waiting if levels else 0} can wait here: {failed}", flush=True)
                break
        return levels


async def _level(stand: Standing, waiting: int, idle: Cost) -> Waiting:
    ramp = waiting / RAMP
    talk = ramp + SETTLING + WINDOW + SPARE
    dialled = ["music"] if stand.way.kind is Kind.QUEUE else stand.dialled
    calls = Calls(count=waiting, rate=RAMP, dialled=dialled, talk_ms=round(talk * 1000))
    callers = await placing(stand.folder, calls, stand.at)
    await asyncio.sleep(ramp + SETTLING)
    here = await stand.channels()
    used = await _used(stand)
    await callers.ended(talk + ramp + 15)
    if callers.counted().failed or here < waiting:
        raise LabFailed(f"{stand.way.name}: {here} of {waiting} callers wait; SIPp said: {callers.complaints()}")
    if not await stand.empty():
        raise LabFailed(f"{stand.way.name}: callers who hung up are still there")
    return Waiting(
        waiting=waiting,
        cost=Cost(
            asterisk=round((used.asterisk - idle.asterisk) / waiting, 1),
            router=round((used.router - idle.router) / waiting, 1),
        ),
    )


async def _used(stand: Standing) -> Cost:
    """Microseconds of processor time in a second."""
    before = Used.by(stand)
    await asyncio.sleep(WINDOW)
    return Used.by(stand).since(before, 1000 / WINDOW)
