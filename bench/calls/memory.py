"""What a live call takes: the growth of Asterisk's and the router's memory from some live calls to many."""

import asyncio

from bench.calls.addresses import CALLERS
from bench.calls.figures import Memory
from bench.calls.load import UNTIL_LISTENING
from bench.calls.machine import rss_kb
from bench.calls.paths import Path
from bench.calls.plants import Standing, standing
from bench.calls.sipp import Calls, phones, placing

RAMP = 50  # calls a second
SETTLING = 1.0
MOST = 400
SECOND = CALLERS[1] + 20  # a port for who comes while the first are there


async def measure(way: Path) -> Memory:
    """On a fresh Asterisk, which has no memory to give out again."""
    few, many = way.agents // 10, min(MOST, way.agents * 8 // 10)
    async with standing(way) as stand, phones(stand.folder, stand.at):
        await asyncio.sleep(UNTIL_LISTENING)
        low = await _live(stand, few, CALLERS[1], hold=many / RAMP + 3 * SETTLING)
        high = await _live(stand, many - few, SECOND, hold=2 * SETTLING)
    asterisk, router = (round((more - less) / (many - few), 1) for less, more in zip(low, high, strict=True))
    return Memory(calls=(few, many), asterisk=asterisk, router=router)


async def _live(stand: Standing, calls: int, port: int, hold: float) -> tuple[float, float]:
    """So many calls more, each for `hold` seconds after the last was placed; gives both memories in kB."""
    ramp = calls / RAMP
    held = Calls(count=calls, rate=RAMP, dialled=stand.dialled, talk_ms=round((ramp + hold) * 1000))
    await placing(stand.folder, held, stand.at, port=port)
    await asyncio.sleep(ramp + SETTLING)
    return rss_kb(stand.asterisk.pid), rss_kb(stand.router.pid) if stand.router else 0.0
