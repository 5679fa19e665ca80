"""How fast the journal takes events: `python -m bench.journal [events] [directory]`."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from router.core.events import CallerArrived
from router.core.ids import CallId, LegId
from router.engine.clock import AnchoredClock
from router.engine.journal import Journal

ARRIVAL = CallerArrived(
    call=CallId("1700000000.17"),
    leg=LegId("1700000000.17"),
    dialled="+493012345678",
    caller="+491701234567",
    forwarded_by=("+498912345678",),
    trunk="main",
)
BURST = 100  # events between two turns of the event loop


async def append(journal: Journal, clock: AnchoredClock, events: int) -> list[int]:
    """Nanoseconds that each append took."""
    taken = []
    for number in range(events):
        begun = time.perf_counter_ns()
        journal.append(clock.now(), ARRIVAL)
        taken.append(time.perf_counter_ns() - begun)
        if number % BURST == 0:
            await asyncio.sleep(0)
    return taken


async def measure(directory: Path, events: int) -> None:
    clock = AnchoredClock.start()
    async with Journal.open(directory) as journal:
        journal.begin(clock.anchor)
        begun = time.perf_counter()
        taken = sorted(await append(journal, clock, events))
        await journal.synced(journal.position)
        report("append", taken, time.perf_counter() - begun)
    begun = time.perf_counter()
    journal = Journal.open(directory)
    opened = time.perf_counter()
    read = sum(1 for _ in journal.read())
    journal.close()
    print(f"open: {opened - begun:.2f} s; read: {read / (time.perf_counter() - opened):,.0f} events/s")


def report(what: str, taken: Sequence[int], seconds: float) -> None:
    median, p99 = taken[len(taken) // 2] / 1000, taken[len(taken) * 99 // 100] / 1000
    print(f"{what}: {len(taken):,} in {seconds:.2f} s, {len(taken) / seconds:,.0f}/s all synced;", end=" ")
    print(f"median {median:.1f} µs, p99 {p99:.1f} µs, longest {taken[-1] / 1000:,.0f} µs")


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as directory:
        asyncio.run(measure(Path(directory), events))


if __name__ == "__main__":
    main()
