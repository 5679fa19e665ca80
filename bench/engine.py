"""What an ordinary call costs the router besides Asterisk: `python -m bench.engine [calls] [--rate R] [--profile]`.

The real engine with journal, SQLite ledger, chronicle, metrics and call log, on an Asterisk in memory whose phones
answer at once. An ordinary call: screened, greeted by the agent, offered to a free one, answered, in conversation,
hung up by the caller, wrapped up, settled.

Figures: processor time a call, of all threads, without anything watched; then, watched, whose it was. The time of a
turn of the engine's loop. And with all agents busy, from an agent's hang-up to the next caller's ring.
"""

import argparse
import asyncio
import cProfile
import json
import pstats
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import uvloop

from bench.core import _machine
from bench.shares import NS_PER_US, Shares, threads_ns
from bench.simulate import large_house
from router import heap
from router.calllog import CallLog
from router.core.commands import Command, HangUp, Join, RingAgent
from router.core.events import AgentLoggedIn, CallerArrived, CallSettled, Event, LegRang, WrapUpFinished
from router.core.house import BlockEntry, Client, House, Vip
from router.core.ids import AgentId, CallId, LegId, Millis
from router.core.queue import Queue
from router.core.switchboard import Switchboard
from router.db.chronicle import SqlChronicle
from router.db.clients import SqlClients
from router.db.database import open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from router.db.verify import verify
from router.engine import journal as journal_module
from router.engine.chronicling import Chronicling
from router.engine.clock import AnchoredClock
from router.engine.journal import Journal
from router.engine.lanes import Lanes
from router.engine.loop import Engine, Item
from router.engine.recovery import take_over
from router.engine.settlement import Settlement
from router.logs import configure_logging
from router.metrics.metrics import Metrics
from tests.fakes.speech import FakeSpeech
from tests.fakes.telephony import FakeAsterisk

T = TypeVar("T")
AGENTS, RATE = 500, 100
SATURATED = 10  # agents, and three times as many callers
LONGEST_TALK_S = 1.0
LISTED = 50  # entries on each client's block list, and as many VIPs

WATCHED: Sequence[tuple[object, str, str]] = (
    (Engine, "turn", "loop"),
    (Switchboard, "feed", "core"),
    (Journal, "append", "journal"),
    (journal_module, "encode", "codec"),
    (Lanes, "add", "lanes"),
    (Lanes, "_drain", "lanes"),
    (Settlement, "run", "settlement"),
    (Chronicling, "run", "chronicle"),
    (CallLog, "observed", "call log"),
    (Metrics, "observed", "metrics"),
    (FakeAsterisk, "perform", "Asterisk's fake"),
)


class Phones(FakeAsterisk):
    """Agents answer at once; callers hang up within `LONGEST_TALK_S`; agents need no time after a call."""

    def __init__(self, clock: AnchoredClock) -> None:
        super().__init__(clock, FakeSpeech())
        self.whose: dict[LegId, AgentId] = {}
        self.talks: dict[CallId, AgentId] = {}
        self.left: dict[AgentId, float] = {}  # when the agent's last caller hung up, seconds on the monotonic clock
        self.waits: list[float] = []  # milliseconds from then to the agent's next ring

    async def perform(self, command: Command, wanted: Callable[[], bool] = lambda: True) -> Sequence[Event]:
        news = await super().perform(command, wanted)
        self.performed.clear()
        match command:
            case RingAgent(call=call, leg=leg, agent=agent):
                self.whose[leg] = agent
                self.talks[call] = agent
                if agent in self.left:
                    self.waits.append((time.perf_counter() - self.left.pop(agent)) * 1000)
                self._tell(LegRang(call=call, leg=leg))
                self.picks_up(leg)
            case Join(call=call):
                asyncio.get_running_loop().call_later(random.random() * LONGEST_TALK_S, self.hangs_up, LegId(call))
            case HangUp(leg=leg) if leg in self.whose:
                self._tell(WrapUpFinished(agent=self.whose.pop(leg)))
        return news

    def hangs_up(self, name: LegId, cause: int = 16) -> None:
        self.left[self.talks.pop(CallId(name))] = time.perf_counter()
        super().hangs_up(name, cause)

    def forget(self) -> None:
        """What a real one would forget too."""
        for kept in (self.dialled, self._answered, self._ended, self.waits):
            kept.clear()


@dataclass(slots=True)
class Watcher:
    """An observer: which calls are settled."""

    settled: int = 0
    wanted: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)
    again: Callable[[], None] | None = None

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:  # noqa: ARG002
        if isinstance(event, CallSettled):
            self.settled += 1
            if self.again is not None:
                self.again()
            if self.settled >= self.wanted:
                self.done.set()


@dataclass(slots=True)
class Running:
    """A running house and what is measured in it."""

    engine: Engine
    phones: Phones
    clock: AnchoredClock
    watcher: Watcher
    clients: Sequence[Client]
    calls: int = 0

    def arrives(self) -> None:
        """The next caller dials."""
        self.calls += 1
        call = CallId(f"{self.clock.now() // 1000}.{self.calls}")
        self.phones.caller_dials(call)
        whom = self.clients[self.calls % len(self.clients)]
        self.engine.post(
            CallerArrived(
                call=call,
                leg=LegId(call),
                dialled=whom.numbers[0],
                caller=f"+4915{self.calls:08}",
                forwarded_by=(f"+4940{self.calls % 1000:06}",),
                trunk="carrier",
            ),
            self.clock.now(),
        )

    async def serve(self, calls: int, rate: float) -> None:
        """So many calls at this rate, until all are settled."""
        self.watcher.wanted, self.watcher.settled = calls, 0
        self.watcher.done.clear()
        begun = time.perf_counter()
        for number in range(calls):
            await asyncio.sleep(max(0, begun + number / rate - time.perf_counter()))
            self.arrives()
        await asyncio.wait_for(self.watcher.done.wait(), 60)
        self.phones.forget()

    async def saturated(self, calls: int) -> list[float]:
        """Milliseconds from each hang-up to the next ring, with three callers for each agent."""
        self.watcher.wanted, self.watcher.settled, self.watcher.again = calls, 0, self.arrives
        self.watcher.done.clear()
        for _ in range(3 * SATURATED):
            self.arrives()
        await asyncio.wait_for(self.watcher.done.wait(), 60)
        self.watcher.again = None
        return sorted(self.phones.waits)


def a_house(agents: int, *, alike: bool) -> House:
    """Two hundred clients with lists; agents greet and have no after-work. `alike`: any agent serves any caller."""
    house = large_house(agents)
    clients = {
        client.id: replace(
            client,
            greetings=(),
            queue=Queue() if alike else client.queue,
            block=tuple(BlockEntry(number=f"+49176{number:08}") for number in range(LISTED)),
            vips=tuple(Vip(number=f"+49177{number:08}") for number in range(LISTED)),
        )
        for client in house.clients.values()
    }
    return replace(house, clients=clients)


@asynccontextmanager
async def running(directory: Path, agents: int, *, alike: bool = False) -> AsyncIterator[Running]:
    """The house, with everything on, as the composition root builds it."""
    async with AsyncExitStack() as stack:
        log = stack.enter_context((directory / "log").open("w"))
        configure_logging(stream=log)
        journal = await stack.enter_async_context(Journal.open(directory / "journal"))
        database = await stack.enter_async_context(open_database(f"sqlite:///{directory / 'ledger.db'}", create=True))
        await upgrade(database)
        clock = AnchoredClock.start()
        journal.begin(clock.anchor)
        phones, watcher = Phones(clock), Watcher()
        metrics = Metrics(clock=clock, view=lambda: engine.view(), journal=lambda: journal.lag, reconnects=lambda: 0)
        engine = Engine(
            board=Switchboard.open(House(version="", clients={}, agents={})),
            journal=journal,
            telephony=phones,
            ledger=SqlLedger(database),
            clients=SqlClients(database, clock),
            chronicle=SqlChronicle(database),
            clock=clock,
            observers=(CallLog(), metrics, watcher),
        )
        phones.listen(engine.post)
        house = a_house(agents, alike=alike)
        await take_over(engine, house)
        engine.begin_chronicle()
        for agent in house.agents:
            engine.post(AgentLoggedIn(agent=agent))
        parts = (engine.run(), engine.settlement.run(), engine.chronicling.run())
        tasks = [asyncio.create_task(part) for part in parts]
        engine.link_restored()
        yield Running(engine, phones, clock, watcher, tuple(house.clients.values()))
        await engine.chronicling.flush()
        assert (await verify(database)).findings == ()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await engine.lanes.close()


# --- what is measured ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Microseconds of processor time a call."""

    all_threads: float
    of_them: dict[str, float]


def used_us() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return (spent.ru_utime + spent.ru_stime) * 1e6


async def unwatched(directory: Path, calls: int, rate: float) -> Cost:
    """The whole, and how it is spread over threads."""
    async with running(directory, AGENTS) as house:
        await house.serve(calls // 4, rate)
        heap.settle()
        before, threads, main = used_us(), threads_ns(), time.thread_time_ns()
        await house.serve(calls, rate)
        others = {name: (spent - threads.get(name, 0)) / NS_PER_US for name, spent in threads_ns().items()}
        of_them = {"the loop's thread": (time.thread_time_ns() - main) / NS_PER_US, **others}
        return Cost(
            all_threads=(used_us() - before) / calls, of_them={name: spent / calls for name, spent in of_them.items()}
        )


async def by_share(directory: Path, calls: int, rate: float) -> Cost:
    """Whose the time of the loop's thread is."""
    shares = Shares()
    stops = [shares.watch(owner, name, share) for owner, name, share in WATCHED]
    try:
        async with running(directory, AGENTS) as house:
            await house.serve(calls // 4, rate)
            heap.settle()
            shares.clear()
            begun = time.thread_time_ns()
            await house.serve(calls, rate)
            whole = time.thread_time_ns() - begun
            of_them = {share: ns / NS_PER_US / calls for share, ns in shares.ns.items()}
    finally:
        for stop in stops:
            stop()
    rest = whole / NS_PER_US / calls - sum(of_them.values())
    return Cost(all_threads=whole / NS_PER_US / calls, of_them={**of_them, "asyncio, and the bench itself": rest})


async def turns(directory: Path, calls: int, rate: float) -> list[float]:
    """Milliseconds that each turn of the loop took."""
    taken: list[float] = []
    turn = Engine.turn

    async def timed(engine: Engine, item: Item) -> None:
        begun = time.perf_counter()
        await turn(engine, item)
        taken.append((time.perf_counter() - begun) * 1000)

    Engine.turn = timed  # type: ignore[method-assign]
    try:
        async with running(directory, AGENTS) as house:
            await house.serve(calls // 4, rate)
            heap.settle()
            taken.clear()
            await house.serve(calls, rate)
    finally:
        Engine.turn = turn  # type: ignore[method-assign]
    return sorted(taken)


async def hang_up_to_ring(directory: Path, calls: int) -> list[float]:
    async with running(directory, SATURATED, alike=True) as house:
        heap.settle()
        return await house.saturated(calls)


def in_a_new_house(measure: Callable[..., Coroutine[object, object, T]], *given: float) -> T:
    with (
        tempfile.TemporaryDirectory(dir="bench/out") as directory,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(measure(Path(directory), *given))


def quantiles(sorted_ms: Sequence[float]) -> dict[str, float]:
    return {f"p{part}": sorted_ms[part * (len(sorted_ms) - 1) // 100] for part in (50, 95, 99, 100)}


def told(what: str, figures: dict[str, float], unit: str, digits: int = 0) -> None:
    print(f"\n{what}, {unit}")
    for name, figure in sorted(figures.items(), key=lambda pair: -pair[1]):
        print(f"  {name:32} {figure:>9,.{digits}f}")


def profiled(calls: int, rate: float) -> None:
    profile = cProfile.Profile()
    with (
        tempfile.TemporaryDirectory(dir="bench/out") as directory,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        profile.enable()
        runner.run(unwatched(Path(directory), calls, rate))
        profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("calls", nargs="?", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=RATE, help="calls a second (default: %(default)s)")
    parser.add_argument("--profile", action="store_true", help="print where the time goes, by function")
    given = parser.parse_args()
    Path("bench/out").mkdir(parents=True, exist_ok=True)
    if given.profile:
        profiled(given.calls, given.rate)
        return
    whole, shared = (in_a_new_house(measure, given.calls, given.rate) for measure in (unwatched, by_share))
    turned = quantiles(in_a_new_house(turns, given.calls, given.rate))
    rung = quantiles(in_a_new_house(hang_up_to_ring, given.calls))
    print(f"{given.calls:,} calls at {given.rate:g} a second: {whole.all_threads:,.0f} µs of processor time a call")
    told("of which", whole.of_them, "µs a call")
    told("of the loop's thread, watched", shared.of_them, "µs a call")
    told("a turn of the loop", turned, "ms", 3)
    told("all agents busy: hang-up to the next ring", rung, "ms", 3)
    found = {
        "machine": _machine(),
        "whole": asdict(whole),
        "shares": asdict(shared),
        "turn_ms": turned,
        "ring_ms": rung,
    }
    Path("bench/out/engine.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
