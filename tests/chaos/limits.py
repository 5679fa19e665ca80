"""The router runs out of disk, of descriptors and of processor time, with calls all the time: conversations go on, new
callers are served by somebody, and it recovers by itself when there is room again."""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp

from tests.chaos.books import books
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.chaos.traffic import Traffic, Visit, running_traffic
from tests.lab import LabFailed, wait_for
from tests.lab.running import House, until

AGENTS = 12
DISK_BYTES = 24 * 1024 * 1024
FULL_S, SHORT_FULL_S = 15.0, 3.0
SCARCE_S = 20.0  # of descriptors, or of processor time
PAUSE_S = 1.0  # between two callers who come meanwhile
TOLD_S = 6.0
READY_S = 2.0
SERVED_BAR_S = 2.0
PARTED_S = 0.5  # a hang-up reaches the other side
SPARE_DESCRIPTORS = 1
BUSY_LOOPS = 2


async def run(given: Given) -> Sequence[Figure]:
    """Take away one thing after the other, give it back, and look at the books."""
    slower = 3 if given.short else 1  # the short form allows for a machine that does much else
    with tempfile.TemporaryDirectory(prefix="vorzimmer-limits-") as folder:
        async with (
            running_traffic(Path(folder), given.chance, agents=AGENTS, watched=False) as traffic,
            _small_disk(traffic.house),
        ):
            await traffic.on_duty()
            full = await _disk_full(traffic, given, slower)
            scarce = () if given.short else (*await _few_descriptors(traffic, given), *await _starved(traffic, given))
            drops = f"No conversation drops ({len(traffic.visits)} callers, {len(traffic.spoken())} with an agent)"
            return [*full, *scarce, *await books(traffic, drops=drops)]


@asynccontextmanager
async def _small_disk(house: House) -> AsyncIterator[None]:
    """The house's state, journal and database, on a disk of its own, empty at first."""
    await house.stop_router()
    await _run("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "vorzimmer", str(house.state))
    try:
        await house.start_router()
        yield
    finally:
        try:
            await house.stop_router()
        finally:
            await _run("umount", "--lazy", str(house.state))


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    said = (await process.communicate())[1].decode().strip()
    if process.returncode:
        raise LabFailed(f"{' '.join(command)} ended with {process.returncode}: {said}")


# --- the disk --------------------------------------------------------------------------------------------------------


async def _disk_full(traffic: Traffic, given: Given, slower: int) -> Sequence[Figure]:
    """Conversations end before, in and after the time in which nothing can be written; callers come all the time."""
    house, seconds = traffic.house, SHORT_FULL_S if given.short else FULL_S
    given.say(f"disk full for {seconds:g} s")
    talks = await _conversations(traffic, (1.0, seconds / 2 + 1, seconds / 2 + 2, seconds + 3, seconds + 4))
    with _filled(house.state):
        begun = time.monotonic()
        earlier = asyncio.create_task(_callers(traffic, TOLD_S))  # the last page may have room for some
        await until(lambda: _says(house, "No new call is taken"), 15, "the router to say what is wrong")
        told, first = time.monotonic() - begun, len(traffic.visits)
        await _callers(traffic, seconds)
        came = traffic.visits[first:]
        await earlier
        parted = _parted(traffic, begun)
        named = await _says(house, "The database cannot be used")
    begun = time.monotonic()
    await until(house.ready, 30, lambda: f"the router to be ready again; it said:\n{house.log_tail()}")
    ready = time.monotonic() - begun
    await asyncio.gather(*talks)
    late = [_served_after(visit) for visit in came]
    await traffic.on_duty()
    return [
        at_most("Disk full: until /readyz says so", round(told, 2), TOLD_S * slower, "s"),
        at_most(
            f"From the INVITE of {len(came)} new callers to the fallback's ringing",
            max(late),
            SERVED_BAR_S * slower,
            "s",
        ),
        exactly("And names the database, which has no room either", named, True),
        at_most(f"From a hang-up on a full disk to the agent's ({len(parted)})", max(parted), PARTED_S * slower, "s"),
        exactly("New callers who got anybody but the fallback", sum(not traffic.fell_back(one) for one in came), 0),
        at_most("Ready again by itself after there is room", round(ready, 2), READY_S * slower, "s"),
    ]


async def _conversations(traffic: Traffic, lengths: Sequence[float]) -> list[asyncio.Task[None]]:
    """Talks of so many seconds each, all begun."""
    before = len(traffic.visits)
    talks = [asyncio.create_task(traffic.talk(length)) for length in lengths]
    await wait_for(
        lambda: sum(map(bool, map(traffic.conversations, traffic.visits[before:]))) == len(lengths), 20, "conversations"
    )
    return talks


async def _callers(traffic: Traffic, seconds: float) -> None:
    """One after the other for so long; all have gone after it."""
    until_s = time.monotonic() + seconds
    async with asyncio.TaskGroup() as calls:
        while time.monotonic() < until_s:
            calls.create_task(traffic.talk(0.5))
            await asyncio.sleep(PAUSE_S)


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """No byte of room on the folder's disk inside the block."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                pass  # full
    try:
        yield
    finally:
        filler.unlink()


def _parted(traffic: Traffic, since: float) -> list[float]:
    """Seconds from each caller's hang-up since then to that of the agent's leg; endless where it is up."""
    begun = time.time() - (time.monotonic() - since)
    over = [(visit.call.record.ended_at or 0.0, visit) for visit in traffic.spoken() if visit.call.over]
    return [
        round(((leg.record.ended_at or float("inf")) - ended) / 1000, 2)
        for ended, visit in over
        if ended > (begun + 1) * 1000
        for leg in traffic.conversations(visit)
    ]


async def _says(house: House, trouble: str) -> bool:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{house.http_port}/readyz") as answer:
        return answer.status == 503 and trouble in await answer.text()


def _served_after(visit: Visit) -> float:
    """Seconds from a caller's INVITE to the first ringing or answer."""
    record = visit.call.record
    return round(((record.ringing_at or record.answered_at or float("inf")) - record.invite_at) / 1000, 2)


# --- descriptors and processor time ----------------------------------------------------------------------------------


async def _few_descriptors(traffic: Traffic, given: Given) -> Sequence[Figure]:
    """The router may open hardly anything more than it has."""
    house = traffic.house
    given.say(f"no descriptors for {SCARCE_S:g} s")
    talks = await _conversations(traffic, (SCARCE_S / 2, SCARCE_S + 2))
    pid = str(house.router_pid)
    used = _highest_descriptor(pid) + 1
    first = len(traffic.visits)
    await _run("prlimit", "--pid", pid, f"--nofile={used + SPARE_DESCRIPTORS}:")
    greedy = [await _connection(house) for _ in range(10)]  # what others open takes the last ones
    try:
        await _callers(traffic, SCARCE_S)
    finally:
        await _run("prlimit", "--pid", pid, "--nofile=4096:")
        for one in greedy:
            one.close()
    begun = time.monotonic()
    await until(house.ready, 30, lambda: f"the router to be ready again; it said:\n{house.log_tail()}")
    ready = time.monotonic() - begun
    await asyncio.gather(*talks)
    return [
        *_served(traffic, first, "No descriptors"),
        at_most("Ready when there are some", round(ready, 2), READY_S, "s"),
    ]


def _highest_descriptor(pid: str) -> int:
    return max(int(one.name) for one in Path(f"/proc/{pid}/fd").iterdir())


async def _connection(house: House) -> asyncio.StreamWriter:
    return (await asyncio.open_connection("127.0.0.1", house.http_port))[1]


async def _starved(traffic: Traffic, given: Given) -> Sequence[Figure]:
    """Others take all processors."""
    given.say(f"{BUSY_LOOPS} busy loops for {SCARCE_S:g} s")
    talks = await _conversations(traffic, (SCARCE_S / 2, SCARCE_S + 2))
    first = len(traffic.visits)
    loops = [
        await asyncio.create_subprocess_exec("setpriv", "--pdeathsig", "KILL", sys.executable, "-c", "while True: pass")
        for _ in range(BUSY_LOOPS)
    ]
    try:
        await _callers(traffic, SCARCE_S)
    finally:
        for loop in loops:
            loop.kill()
            await loop.wait()
    await asyncio.gather(*talks)
    return _served(traffic, first, "Processors taken")


def _served(traffic: Traffic, first: int, what: str) -> list[Figure]:
    """Who came since visit number `first` heard something soon, from an agent or the fallback."""
    came = traffic.visits[first:]
    nobody = [visit for visit in came if not traffic.conversations(visit) and not traffic.fell_back(visit)]
    late = max(_served_after(visit) for visit in came)
    back = sum(map(traffic.fell_back, came))
    return [
        exactly(f"{what}: of {len(came)} new callers, {back} in the fallback, got nobody", len(nobody), 0),
        at_most(f"{what}: from the INVITE to the ringing", late, SERVED_BAR_S, "s"),
    ]
