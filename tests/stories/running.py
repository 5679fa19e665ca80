"""A real engine and journal on a fake Asterisk, in a world that goes on when the router is killed or cut off.

Each sentence is followed by quiet: everything that it led to has happened. No time passes but by `after`.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

from router.core.commands import Command
from router.core.events import AgentEvent, AgentLoggedIn, CallerArrived, ClockReached, Event
from router.core.house import House
from router.core.ids import AgentId, CallId, LegId, Millis
from router.core.record import CallRecord
from router.engine.clock import Anchor
from router.engine.journal import Journal
from router.engine.journal_segment import Disk
from router.engine.loop import Engine
from router.engine.recovery import reconcile, restore, take_over
from tests.fakes.clock import FakeClock
from tests.fakes.memory_ledger import MemoryChronicle, MemoryClients, MemoryLedger
from tests.fakes.speech import FakeSpeech
from tests.fakes.telephony import Death, FakeAsterisk
from tests.stories.houses import ANNA, NOON, PRAXIS_NUMBER, SOMEBODY, a_house

CALL = CallId("call-1")
ANCHOR = Anchor(boot_id="boot", utc_ms=NOON, monotonic_ns=0)


class Running:
    """The house, running. `death`: the router is killed at that command; the next sentence may fall into the gap."""

    def __init__(
        self, directory: Path, house: House | None = None, *, death: Death | None = None, disk: Disk | None = None
    ) -> None:
        self.clock = FakeClock(NOON)
        self.speech = FakeSpeech()
        self.asterisk = FakeAsterisk(self.clock, self.speech)
        self.ledger = MemoryLedger()
        self.clients = MemoryClients()
        self.chronicle = MemoryChronicle()
        self.house = house or a_house()
        self.commands: list[Command] = []
        self.starts = 0
        self.gap = False
        self.death = death
        self._directory = directory
        self._disk = disk
        self._turns = 0
        self._marker: tuple[Event, asyncio.Event] | None = None
        self._dead = False

    async def __aenter__(self) -> "Running":
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    # --- the router ------------------------------------------------------------------------------------------------

    async def _start(self) -> None:
        self.starts, self._dead = self.starts + 1, False
        self._stack = AsyncExitStack()
        journal = Journal.open(self._directory, disk=self._disk)
        restored = restore(journal)
        await self._stack.enter_async_context(journal)
        journal.begin(ANCHOR)
        self.engine = Engine(
            board=restored.board,
            journal=journal,
            telephony=self.asterisk,
            ledger=self.ledger,
            clients=self.clients,
            chronicle=self.chronicle,
            clock=self.clock,
            observers=[self],
            last=restored.last,
        )
        await take_over(self.engine, await self._configured(), restored.blocks)
        self.engine.begin_chronicle()
        self._tasks = [asyncio.create_task(self.engine.run()), asyncio.create_task(self.engine.settlement.run())]
        await self.link_is_back()

    async def _configured(self) -> House:
        """The house with the agents' block entries, as the composition root builds it."""
        blocked = await self.clients.blocked()
        clients = self.house.clients.values()
        merged = [replace(client, block=(*client.block, *blocked.get(client.id, ()))) for client in clients]
        block = (*self.house.block, *await self.clients.blocked_for_all())
        return replace(self.house, clients={client.id: client for client in merged}, block=block)

    async def _stop(self) -> None:
        self.asterisk.listen(None)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.engine.lanes.close()
        await self._stack.aclose()

    async def router_is_killed(self) -> None:
        await self._stop()
        self._dead = True

    async def router_is_back(self) -> None:
        if self._dead:
            self.asterisk.death = None
            await self._start()

    def link_is_lost(self) -> None:
        self.asterisk.listen(None)
        self.engine.link_lost()

    async def link_is_back(self) -> None:
        self.asterisk.listen(self.engine.post)
        await reconcile(self.engine, self.clock)
        self.engine.link_restored()
        await self.quiet()

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """Implements `ports.Observer`."""
        self.commands += commands
        self._turns += 1
        if self._marker and self._marker[0] is event:
            self._marker[1].set()

    async def quiet(self) -> None:
        """Until nothing happens any more, or the router dies of it."""
        if self._dead or not self.engine.linked:
            return
        calm = asyncio.create_task(self._calm())
        ends = [calm]
        if self.asterisk.death:
            ends.append(asyncio.create_task(_wait(self.asterisk.death.router_is_gone)))
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        died = not calm.done()
        for end in ends:
            end.cancel()
            with suppress(asyncio.CancelledError):
                await end
        if died:
            await self.router_is_killed()
            if not self.gap:
                await self.router_is_back()
        else:
            assert self.asterisk.silent() == []
            assert self.asterisk.disturbed() == []

    async def _calm(self) -> None:
        before = None
        while before is None or self._turns > before + 1:
            await self.engine.lanes.drained()
            before, marker = self._turns, ClockReached()
            self._marker = marker, asyncio.Event()
            asked = len(self.commands)
            self.engine.post(marker)
            await self._marker[1].wait()
            before = before if len(self.commands) == asked else None

    # --- the world -------------------------------------------------------------------------------------------------

    async def agents_log_in(self, *agents: AgentId) -> None:
        for agent in agents:
            await self.agent_wishes(AgentLoggedIn(agent=agent))
            await self.after(1)
        self.asterisk.death = self.death

    async def agent_wishes(self, event: AgentEvent) -> None:
        await self.router_is_back()
        self.engine.post(event)
        await self.quiet()

    async def caller_arrives(self, *, caller: str = SOMEBODY, dialled: str = PRAXIS_NUMBER) -> None:
        self.asterisk.caller_dials(CALL)
        event = CallerArrived(call=CALL, leg=LegId(CALL), dialled=dialled, caller=caller)
        self.engine.post(event, self.clock.now())
        await self.quiet()

    async def after(self, seconds: float) -> None:
        """Time goes on, and the engine's timer rings at every deadline."""
        until = self.clock.now() + round(seconds * 1000)
        while not self._dead and (due := self.engine.board.next_deadline()) is not None and due <= until:
            self.clock.advance(max(0, due - self.clock.now()))
            await self.quiet()
        self.clock.advance(until - self.clock.now())

    async def rings(self, *whose: str) -> str:
        """Wait, a minute at most, until one of these phones rings."""
        await self.router_is_back()
        for _ in range(60):
            if ringing := [one for one in whose if self.asterisk.ringing(one) is not None]:
                return ringing[0]
            await self.after(1)
            await self.router_is_back()
        raise AssertionError(f"none of {whose} is rung")

    async def answers(self, whose: str = ANNA) -> None:
        """An agent, or the person with a number, answers a ringing phone."""
        if self.asterisk.ringing(whose) is None:
            await self.router_is_back()
        leg = self.asterisk.ringing(whose)
        assert leg is not None, f"{whose} is not rung"
        self.asterisk.picks_up(leg)
        await self._afterwards()

    async def caller_hangs_up(self) -> None:
        self.asterisk.hangs_up(LegId(CALL))
        await self._afterwards()

    async def caller_presses(self, digit: str) -> None:
        self.asterisk.presses(LegId(CALL), digit)
        await self._afterwards()

    async def caller_falls_silent(self) -> None:
        """What is recorded ends by itself."""
        self.asterisk.falls_silent()
        await self._afterwards()

    async def hangs_up(self, whose: str = ANNA) -> None:
        leg = next(name for name, leg in self.asterisk.legs.items() if leg.whose == whose)
        self.asterisk.hangs_up(leg)
        await self._afterwards()

    async def announcement_ends(self) -> None:
        if not self.asterisk.playing:
            await self.router_is_back()
        self.asterisk.playback_ends()
        await self._afterwards()

    async def _afterwards(self) -> None:
        """A sentence that fell into the gap is over, and the router starts again."""
        await self.router_is_back()
        await self.quiet()

    async def settled(self) -> CallRecord:
        """The one record, once it is in the ledger and the core knows it."""
        await self._afterwards()
        await self.engine.settlement.written()
        await self.quiet()
        (record,) = self.ledger.records.values()
        assert self.engine.board.calls == {}
        return record


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
