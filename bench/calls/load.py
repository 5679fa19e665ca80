"""One run of calls on a standing way, with what it cost."""

import asyncio
import time
from dataclasses import dataclass

from bench.calls.figures import Cost
from bench.calls.machine import CORES, cpu_ms, dropped, ended_children_ms, idle_ms
from bench.calls.plants import Standing
from bench.calls.sipp import Calls, Counted, Sipp, phones, placing

SETTLING = 1.5  # seconds for what follows a call: charges, records
UNTIL_LISTENING = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Processor time of Asterisk and router so far, in milliseconds."""

    asterisk: float
    router: float

    @classmethod
    def by(cls, stand: Standing) -> "Used":
        """Read it now."""
        return cls(asterisk=cpu_ms(stand.asterisk.pid), router=cpu_ms(stand.router.pid) if stand.router else 0.0)

    def since(self, before: "Used", share: float) -> Cost:
        """What was used since then, multiplied by `share`."""
        return Cost(
            asterisk=round((self.asterisk - before.asterisk) * share, 3),
            router=round((self.router - before.router) * share, 3),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run: both SIPps, ended, what they counted, what a call cost, and how the machine was."""

    callers: Sipp
    phones: Sipp
    counted: Counted
    cost: Cost
    busy: int
    elsewhere: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine at one moment: its clock, its idle time and what our own processes have used, in milliseconds."""

    at: float
    idle: float
    ours: float

    @classmethod
    def now(cls, stand: Standing, answering: Sipp) -> "Machine":
        """Callers count once they have ended."""
        used = Used.by(stand)
        ours = used.asterisk + used.router + cpu_ms(answering.pid) + ended_children_ms()
        return cls(at=time.monotonic() * 1000, idle=idle_ms(), ours=ours)

    def shares_since(self, before: "Machine") -> tuple[int, int]:
        """Percent of all processors that were busy, and that were busy with what is not ours."""
        room = (self.at - before.at) * CORES / 100
        idle, ours = (self.idle - before.idle) / room, (self.ours - before.ours) / room
        return round(100 - idle), max(0, round(100 - idle - ours))


async def run(stand: Standing, calls: Calls, *, within: float, phone_talk_ms: int | None = None) -> Ran:
    """Place these calls and wait for their end, `within` seconds at most."""
    async with phones(stand.folder, stand.at, talk_ms=phone_talk_ms, traced=calls.traced) as answering:
        await asyncio.sleep(UNTIL_LISTENING)
        before, drops, machine = Used.by(stand), dropped(stand.at[1]), Machine.now(stand, answering)
        callers = await placing(stand.folder, calls, stand.at)
        await callers.ended(within)
        busy, elsewhere = Machine.now(stand, answering).shares_since(machine)
        await asyncio.sleep(SETTLING)
        used, counted = Used.by(stand), callers.counted()
        return Ran(
            callers=callers,
            phones=answering,
            counted=counted,
            cost=used.since(before, 1 / max(1, counted.begun)),
            busy=busy,
            elsewhere=elsewhere,
            dropped=dropped(stand.at[1]) - drops,
        )
