"""Many short calls through the router: its memory and Asterisk's may not grow, and nothing may be left over.

After warming up and a rest the same load goes on: growth is from that load's first tenth, once as much is remembered
of ended calls as ever, to its last tenth; what is left over is compared from rest to rest. A run of less than 10,000
calls is over too soon to say anything about growth.
"""

import argparse
import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from statistics import median

import aiohttp

from bench.calls.addresses import HTTP_PORT
from bench.calls.load import run
from bench.calls.machine import descriptors, rss_kb, threads
from bench.calls.paths import PATHS
from bench.calls.plants import Standing, standing
from bench.calls.sipp import Calls

EVERY = 2.0  # seconds between two looks
SHARE = 10  # a tenth of the run warms up; of what follows the last tenth is compared with the first
WARM_UP = 60  # seconds at least: until every pool of threads is as large as it gets
REMEMBERED = 45.0  # seconds: SIP keeps what belongs to an ended call for 32, which is most of Asterisk's memory
GROWTH_LIMIT = 0.01
REST_LIMIT = 90.0  # seconds; SIP keeps what belongs to an ended call for 32
SPARE = 30.0  # seconds for the last calls
PATIENCE = 2  # times as long as the calls should take: a machine may be busy
ANSWER_LIMIT_MS = 10_000  # for the same reason; how soon calls are answered is measured elsewhere
TASKS = re.compile(r"^vorzimmer_tasks (\S+)", re.MULTILINE)
THINGS = ("channels", "bridges", "router_descriptors", "asterisk_descriptors", "tasks", "router_threads")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What there is at one moment; memory in kB."""

    router_kb: float
    asterisk_kb: float
    router_descriptors: int
    asterisk_descriptors: int
    router_threads: int
    asterisk_threads: int
    tasks: int
    channels: int
    bridges: int


async def look(stand: Standing) -> Look:
    """Ask the kernel, the router and Asterisk."""
    assert stand.router is not None
    router, asterisk = stand.router.pid, stand.asterisk.pid
    return Look(
        router_kb=rss_kb(router),
        asterisk_kb=rss_kb(asterisk),
        router_descriptors=descriptors(router),
        asterisk_descriptors=descriptors(asterisk),
        router_threads=threads(router),
        asterisk_threads=threads(asterisk),
        tasks=await _tasks(),
        channels=await stand.channels(),
        bridges=await stand.bridges(),
    )


async def _tasks() -> int:
    url = f"http://127.0.0.1:{HTTP_PORT}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        found = TASKS.search(await answer.text())
        assert found, f"{url} tells no tasks"
        return int(float(found[1]))


async def rested(stand: Standing, most: Look | None = None) -> Look:
    """Wait until no channel is left, nor more of anything than there was at `most`; no longer than `REST_LIMIT`."""
    deadline = time.monotonic() + REST_LIMIT
    await asyncio.sleep(EVERY)
    seen = await look(stand)
    while time.monotonic() < deadline and (seen.channels or (most and left_over(most, seen))):
        await asyncio.sleep(EVERY)
        seen = await look(stand)
    return seen


def left_over(before: Look, after: Look) -> dict[str, tuple[int, int]]:
    """Of what there is more than before: how much there was and is."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in THINGS}
    return {name: (was, now) for name, (was, now) in pairs.items() if now > was}


def growth(looks: Sequence[Look], process: str) -> float:
    """Of one process's memory, as a share: the last tenth of these looks compared with the first."""
    sizes: list[float] = [getattr(seen, f"{process}_kb") for seen in looks]
    tenth = max(1, len(sizes) // SHARE)
    return median(sizes[-tenth:]) / median(sizes[:tenth]) - 1


@asynccontextmanager
async def looking(stand: Standing) -> AsyncIterator[list[Look]]:
    """Look every now and then while the block runs."""
    seen: list[Look] = []

    async def watch() -> None:
        while True:
            seen.append(await look(stand))
            if len(seen) % 15 == 1:
                say(seen[-1])
            await asyncio.sleep(EVERY)

    watching = asyncio.create_task(watch())
    try:
        yield seen
    finally:
        watching.cancel()
        await asyncio.wait({watching})


async def soaked(calls: int, rate: int) -> bool:
    """Run it and tell; whether all held."""
    warming = min(max(calls // SHARE, rate * WARM_UP), calls // 2)
    end = time.localtime(time.time() + calls / rate + 2 * REST_LIMIT)
    print(f"{calls:,} calls, {rate} a second: until about {time.strftime('%H:%M', end)}", flush=True)
    async with standing(PATHS["router"]) as stand:
        warm, failed = await _placed(stand, warming, rate)
        before = await rested(stand)
        seen, more_failed = await _placed(stand, calls - warming, rate)
        after = await rested(stand, before)
        for name, at in (("after warming up, at rest", before), ("in the end, at rest", after)):
            print(f"{name}: {told(at)}")
        growing = seen[round(REMEMBERED / EVERY) :] or seen
        return judged(warm + seen, growing=growing, left=left_over(before, after), failed=failed + more_failed)


async def _placed(stand: Standing, count: int, rate: int) -> tuple[list[Look], int]:
    calls = Calls(count=count, rate=rate, dialled=stand.dialled, answer_limit_ms=ANSWER_LIMIT_MS)
    async with looking(stand) as seen:
        ran = await run(stand, calls, within=PATIENCE * count / rate + SPARE)
    print(
        f"{ran.counted.begun} calls, {ran.counted.failed} failed, machine {ran.elsewhere} % busy elsewhere", flush=True
    )
    return seen, ran.counted.failed + count - ran.counted.begun


def judged(looks: Sequence[Look], *, growing: Sequence[Look], left: dict[str, tuple[int, int]], failed: int) -> bool:
    """Say of each promise whether it held."""
    grown = {process: growth(growing, process) for process in ("router", "asterisk")}
    held = {
        f"no failed call: {failed}": not failed,
        f"nothing left over: {left or 'nothing'}": not left,
        **{f"{process} grew by {share:.2%}, less than 1 %": share < GROWTH_LIMIT for process, share in grown.items()},
    }
    for what, good in held.items():
        print(f"{'held' if good else 'MISSED'}: {what}")
    print(f"of {len(looks)} looks, most channels at once: {max(seen.channels for seen in looks)}")
    return all(held.values())


def told(seen: Look) -> str:
    """One look in a line."""
    return ", ".join(f"{name} {value:g}" for name, value in asdict(seen).items())


def say(seen: Look) -> None:
    print(f"{time.strftime('%H:%M:%S')} {told(seen)}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.calls.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--rate", type=int, default=60, help="calls a second; default: %(default)s")
    given = parser.parse_args()
    return 0 if asyncio.run(soaked(given.calls, given.rate)) else 1


if __name__ == "__main__":
    sys.exit(main())
