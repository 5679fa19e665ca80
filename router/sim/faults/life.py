"""One life of the router: the real engine, composed as `router.app` composes it, until it is killed.

What `router.serving` and the ARI client's link do is done here in a few lines: claim what is offered, reconcile after
each connect, hand events to the engine in the order in which they came.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Protocol, cast

from router.ari.cel import LegTimes, Times
from router.ari.client import Client
from router.ari.errors import AriError
from router.ari.telephony import AriTelephony
from router.ari.wall import Wall
from router.core.commands import Command
from router.core.errors import JournalBroken, RequestRefused
from router.core.events import AgentEvent, Event
from router.core.house import House
from router.core.ids import LegId, Millis
from router.engine.clock import AnchoredClock, Sources
from router.engine.journal import Journal
from router.engine.loop import Engine
from router.engine.recovery import reconcile, restore, take_over
from router.sim.faults.asterisk import News, Offered, SimulatedAsterisk
from router.sim.faults.database import Database, Tables
from router.sim.faults.disk import SimulatedDisk
from router.sim.faults.loop import SimulatedLoop
from router.sim.faults.requests import Refused, SimulatedClient
from router.sim.faults.timeline import MS
from router.sim.faults.troubles import Troubles

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
ON_ITS_WAY_S = 0.2


class Host(Protocol):
    """The machine on which the router runs."""

    asterisk: SimulatedAsterisk
    tables: Tables
    disk: SimulatedDisk
    troubles: Troubles
    chance: Random
    house: House
    directory: Path
    segment_bytes: int
    sources: Sources

    def come(self, place: str) -> None:
        """The router comes to a place at which it may die."""
        ...

    def wall_ms(self, at: int) -> Millis:
        """What the machine's wall clock showed at an instant of the simulation, milliseconds since 1970 UTC."""
        ...

    def restored(self, life: "Life") -> None:
        """The journal was read."""
        ...

    def linked(self, life: "Life") -> None:
        """Core and Asterisk agree."""
        ...

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """See `ports.Observer`."""
        ...

    def ended(self, life: "Life", failure: BaseException) -> None:
        """A task of the router ended that never should."""
        ...

    def unhandled(self, context: dict[str, Any]) -> None:
        """A failure that nobody waited for."""
        ...


class Connection:
    """One websocket: implements `asterisk.Listener`. None in the queue is its end."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self.queue: asyncio.Queue[tuple[News, int] | None] = asyncio.Queue()
        self._loop = loop

    def hears(self, news: News, at: int) -> None:
        """See `asterisk.Listener`."""
        self._loop.call_soon(self.queue.put_nowait, (news, at))

    def lost(self) -> None:
        """Nothing more is heard."""
        self._loop.call_soon(self.queue.put_nowait, None)


class Sounds:
    """Implements `ports.Speech`: every text can be spoken."""

    async def media(self, *, text: str, recording: str | None) -> str:
        """Named by its text, whose length is the sound's."""
        return recording or text


class Record:
    """Asterisk's own record (CEL), in which what happened is to be found a little later; stands for `ari.cel.Times`.

    `house_time` reads the stamp that it has of an instant of the simulation.
    """

    def __init__(self, asterisk: SimulatedAsterisk, house_time: Callable[[int], Millis]) -> None:
        self._asterisk = asterisk
        self._house_time = house_time

    async def of(self, legs: Sequence[LegId], *, gone: Sequence[LegId] = ()) -> LegTimes:
        """See `ari.cel.Times.of`."""
        told = self._read(legs)
        if not set(gone) <= told.ended.keys():
            await asyncio.sleep(ON_ITS_WAY_S)
            told = self._read(legs)
        return told

    def _read(self, legs: Sequence[LegId]) -> LegTimes:
        answered: dict[LegId, Millis] = {}
        ended: dict[LegId, Millis] = {}
        handed_on: set[LegId] = set()
        outside: set[LegId] = set()
        now = self._asterisk.timeline.now
        for name in sorted(legs):
            leg = self._asterisk.legs.get(name) or self._asterisk.past.get(name)
            if leg is None:
                continue
            if leg.fallback:
                handed_on.add(name)
            if leg.answered is not None and leg.recorded_answer is not None and leg.recorded_answer <= now:
                answered[name] = self._house_time(leg.answered)
            if leg.ended is not None and leg.recorded_end is not None and leg.recorded_end <= now:
                ended[name] = self._house_time(leg.ended)
                outside |= {name} if leg.outside else set()
        return LegTimes(answered=answered, ended=ended, handed_on=frozenset(handed_on), outside=frozenset(outside))


class Life:
    """From a start of the router to its death."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.loop = SimulatedLoop(  # type: ignore[abstract]  # what the engine does not need is left out
            host.asterisk.timeline, delay=lambda: 200 + host.chance.randrange(8 * MS), failed=host.unhandled
        )
        self.engine: Engine | None = None
        self.journal: Journal | None = None
        self.clock: AnchoredClock | None = None
        self.connected = False
        self.connection: Connection | None = None
        self.client = SimulatedClient(self, host.asterisk, host.troubles)
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self) -> None:
        """Start."""
        self._for_ever(self._live())

    def come(self, place: str) -> None:
        """The router comes to a place at which it may die."""
        self.host.come(place)

    @property
    def serving(self) -> bool:
        """Whether calls are taken up now."""
        return self.engine is not None and self.engine.linked and not self.loop.frozen and not self.loop.dead

    def wish(self, event: AgentEvent) -> None:
        """An agent asks for something."""
        if self.engine is not None and not self.loop.dead:
            self.loop.call_soon(self._request, event)

    def _request(self, event: AgentEvent) -> None:
        self._aside(self._asked(event))

    async def _asked(self, event: AgentEvent) -> None:
        assert self.engine is not None
        try:
            await self.engine.request(event)
        except RequestRefused as refused:
            self.host.asterisk.trace.tell(event.agent, f"is refused: {refused}")

    def _for_ever(self, work: Coroutine[Any, Any, Any]) -> None:
        self._aside(work).add_done_callback(self._ended)

    def _aside(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        failure = task.exception()
        if failure is not None:
            self.host.ended(self, failure)

    # --- its start -------------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        host = self.host
        journal = self.journal = Journal.open(
            host.directory,
            disk=host.disk.of(self.come),
            segment_bytes=host.segment_bytes,
            keep=2,
            monotonic=self.loop.time,
        )
        await journal.__aenter__()
        restored = restore(journal)
        self.clock = (
            AnchoredClock.resume(journal.anchor, host.sources, not_before=restored.last)
            if restored.last
            else AnchoredClock.start(host.sources)
        )
        journal.begin(self.clock.anchor)
        database = Database(host.tables, self, host.troubles)
        wall = self._wall(self.clock, journal, restored.last)
        times = cast(Times, Record(host.asterisk, lambda at: wall.at(host.wall_ms(at))))
        telephony = AriTelephony(cast(Client, self.client), speech=Sounds(), times=times)
        engine = self.engine = Engine(
            board=restored.board,
            journal=journal,
            telephony=telephony,
            ledger=database,
            clients=database,
            chronicle=database,
            clock=self.clock,
            observers=[host],
            last=restored.last,
        )
        host.restored(self)
        await take_over(engine, host.house, restored.blocks)
        engine.begin_chronicle()
        for work in (engine.run(), engine.settlement.run(), engine.chronicling.run(), self._link(engine, wall)):
            self._for_ever(work)

    def _wall(self, clock: AnchoredClock, journal: Journal, last: Millis) -> Wall:
        """As `router.app` makes it."""

        def learned(ahead_ms: Millis) -> None:
            with suppress(JournalBroken):
                journal.begin(replace(journal.anchor or clock.anchor, ahead_ms=ahead_ms))

        kept = (clock.before or clock.anchor).ahead_ms if last else None
        booted = clock.booted if last and clock.before else None
        return Wall(ahead=clock.ahead, now=clock.now, kept=kept, last=last, learned=learned, booted=booted)

    # --- the link --------------------------------------------------------------------------------------------------

    async def _link(self, engine: Engine, wall: Wall) -> None:
        """One websocket after another."""
        pause = FIRST_PAUSE_S
        while True:
            if not self.host.asterisk.down and await self._linked(engine, wall):
                pause = FIRST_PAUSE_S
            await asyncio.sleep(self.host.chance.random() * pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _linked(self, engine: Engine, wall: Wall) -> bool:
        """From a connect to its loss; False if the connection was good for nothing."""
        asterisk, clock = self.host.asterisk, self.clock
        assert clock is not None
        self.connection = asterisk.listener = connection = Connection(self.loop)
        try:
            self.come("look")
            asked = clock.now()
            stamp = await self.client.ask("ping", "", lambda: self.host.wall_ms(asterisk.timeline.now))
            wall.sounded(stamp, asked=asked, answered=clock.now())
            await reconcile(engine, clock)
        except AriError:
            self._let_go(connection)
            return False
        self.connected = True
        engine.link_restored()
        self.host.linked(self)
        while (item := await connection.queue.get()) is not None:
            self._received(engine, wall, *item)
        self.connected = False
        self._let_go(connection)
        engine.link_lost()
        return True

    def _let_go(self, connection: Connection) -> None:
        if self.host.asterisk.listener is connection:
            self.host.asterisk.listener = None

    def _received(self, engine: Engine, wall: Wall, news: News, at: int) -> None:
        assert self.clock is not None
        instant = wall.event(self.host.wall_ms(at), self.clock.now())
        if isinstance(news, Offered):
            if not engine.takes_no_calls:
                self._aside(self._claim(news))
            return
        self.host.asterisk.trace.tell("router", f"hears {type(news).__name__} {getattr(news, 'leg', '')}")
        engine.post(news, instant)

    async def _claim(self, offered: Offered) -> None:
        def act() -> None:
            if not self.host.asterisk.claim(offered.call):
                raise Refused(409, "not to be had")

        try:
            await self.client.ask("claim", offered.call, act)
        except AriError:
            self.host.asterisk.trace.tell("router", f"does not have {offered.call}")
