"""Many worlds, one after another and side by side, until one is found in which something does not hold."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count, islice
from time import monotonic, process_time

from router.sim.faults.log import silenced
from router.sim.faults.troubles import ANY, Mix
from router.sim.faults.world import CALLS, Outcome, lived

BATCH = 20  # worlds that a worker lives through before it tells of them


@dataclass(slots=True)
class Summary:
    """What all worlds so far came to."""

    worlds: int = 0
    calls: int = 0
    seconds: float = 0.0  # simulated
    cpu: float = 0.0
    counted: dict[str, int] = field(default_factory=dict)
    failed: list[Outcome] = field(default_factory=list)

    def add(self, outcomes: "Batch") -> None:
        """A worker's news."""
        self.worlds += outcomes.worlds
        self.calls += outcomes.calls
        self.seconds += outcomes.seconds
        self.cpu += outcomes.cpu
        self.failed += outcomes.failed
        for kind, times in outcomes.counted.items():
            self.counted[kind] = self.counted.get(kind, 0) + times


Batch = Summary


def batch(first: int, worlds: int, calls: int, mix: Mix = ANY) -> Batch:
    """Live through some worlds, the next seed for each."""
    silenced()
    summary, begun = Summary(), process_time()
    for seed in range(first, first + worlds):
        outcome = lived(seed, calls=calls, mix=mix)
        summary.worlds += 1
        summary.calls += outcome.calls
        summary.seconds += outcome.seconds
        for kind, times in outcome.counted.items():
            summary.counted[kind] = summary.counted.get(kind, 0) + times
        if outcome.violation:
            summary.failed.append(outcome)
            break
    summary.cpu = process_time() - begun
    return summary


def run(
    *,
    calls: int,
    seed: int | None,
    workers: int,
    minutes: float,
    told: Callable[[Summary], None],
    each: int = CALLS,
    mix: Mix = ANY,
) -> Summary:
    """Worlds until so many calls were made, or so many minutes are over, or something does not hold."""
    summary, until = Summary(), monotonic() + minutes * 60
    seeds = _seeds(secrets.randbelow(10**9) if seed is None else seed, calls, each)
    with ProcessPoolExecutor(max_workers=workers) as pool:
        under_way: set[Future[Batch]] = {pool.submit(batch, *one, each, mix) for one in islice(seeds, workers)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for one in done:
                summary.add(one.result())
            told(summary)
            if not summary.failed and monotonic() < until:
                under_way |= {pool.submit(batch, *one, each, mix) for one in islice(seeds, len(done))}
    return summary


def _seeds(first: int, calls: int, each: int) -> Iterator[tuple[int, int]]:
    worlds = -(-calls // each)
    for begin in count(0, BATCH):
        if begin >= worlds:
            return
        yield first + begin, min(BATCH, worlds - begin)
