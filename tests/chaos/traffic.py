"""A house under way: callers of every kind, agents, staff; and what SIPp saw of them beside what was billed.

Everybody speaks all the time, so that whoever hears nothing is in silence.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp

from router.core.record import CallRecord, PartKind
from router.db.database import open_database
from router.db.reading import finished_calls
from tests.asterisk.configs import Config, crew, crew_names, quick, written
from tests.asterisk.stage import KRAUSE, LUMENTA
from tests.lab import Answer, LabFailed, SippCall, SippStaff, running_lab, wait_for
from tests.lab.running import House, running_house, until

FALLBACK, PERSON = "+493023125199", "+491713920001"
TAX = "+493023125050"  # nobody on duty knows about taxes
TAPE, BACK = "+493023125051", "+493023125052"  # who calls here is soon asked for a message; may ask to be called back
LAWYERS = ("crew001", "crew002")  # so few that those who call BACK wait
ON_TAPE = "leaves a message"
TAPE_S = 4.0  # so long a message may be
FOREVER_S = 120.0
LONGEST_SILENCE_S = 5.0
TOLERANCE_MS = 50
ORDINARY_MS = 250  # from the agent's answer to the caller's, while a router is there


def busy(config: Config) -> None:
    """Short after-work, a fallback number of its own for everybody, callers who may wait, agents for all."""
    config["house"]["wrap_up_limit"] = "1s"
    for client in config["clients"].values():
        client["fallback_number"] = FALLBACK
        for person in client.get("staff", {}).values():
            person["ring"] = "10s"
    config["clients"]["brief"] |= {"max_wait": "60s"}
    config["trunks"]["carrier"]["shows"] = "caller"  # so that who is put through is known by the number
    ask = {"message": "Für eine Nachricht drücken Sie die Eins.", "key": "1", "longest": f"{TAPE_S:g}s"}
    config["queues"] |= {
        "tape": {
            "name": "Tape",
            "skills": {"tax": 1},
            "max_wait": "1s",
            "overflow": [ask, {"say": "Auf Wiederhören."}],
        },
        "back": {"name": "Back", "skills": {"legal": 1}, "callback_key": "9"},
    }
    greeting = {"mode": "hand_off", "text": "Guten Tag."}
    for name, number in (("tape", TAPE), ("back", BACK)):
        client = {"name": name.capitalize(), "numbers": [number], "tariff": "standard", "greetings": [greeting]}
        config["clients"][name] = client | {"queue": name, "fallback_number": FALLBACK}
        config["numbers"][number] = {"trunk": "carrier"}
    for name, agent in config["agents"].items():
        if name.startswith("crew"):
            agent["skills"] = ["legal"] if name in LAWYERS else ["technical", "orders"]


@dataclass(kw_only=True)
class Visit:
    """One caller, what was planned, and what SIPp saw."""

    kind: str
    caller: str
    call: SippCall
    ended_by_agent: bool = False
    trouble: str = ""
    pressed_at: float = 0.0  # when the keys that put the caller through were last pressed, UTC in ms


@dataclass(kw_only=True)
class Traffic:
    """The house's callers. `visits` are those who have come so far."""

    house: House
    phones: SippStaff
    agents: Sequence[str]
    chance: Random
    visits: list[Visit] = field(default_factory=list)
    open: bool = True  # whether more callers may come
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def on_duty(self) -> None:
        """All agents log in; who has a call, or whom a missed offer has paused, is left or brought back."""
        for name in self.agents:
            with suppress(LabFailed, OSError):
                await self.house.ask(name, "login")

    def legs(self, visit: Visit) -> list[SippCall]:
        """The agents' legs of this caller."""
        return [leg for leg in self.phones.calls if leg.record.caller == visit.caller]

    def far_legs(self, visit: Visit) -> list[SippCall]:
        """The legs to the carrier's far end: staff, or the fallback."""
        return [leg for leg in self.house.staff.calls if leg.record.caller == visit.caller]

    def fell_back(self, visit: Visit) -> bool:
        """Whether the dialplan served this caller without a router."""
        return any(leg.record.dialled == FALLBACK for leg in self.far_legs(visit))

    # --- callers ---------------------------------------------------------------------------------------------------

    async def come(self, kind: str) -> None:
        """One visit from its INVITE to its end."""
        dialled, course = KINDS[kind]
        await self.visit(kind, dialled, course)

    async def talk(self, seconds: float) -> None:
        """A caller who talks for so long to whoever answers."""

        async def course(_: Traffic, visit: Visit) -> None:
            await self.partner(visit)
            await asyncio.sleep(seconds)
            await self.last_word(visit)

        await self.visit("talks", KRAUSE, course)

    async def talk_until(self, over: asyncio.Event) -> None:
        """A caller who talks to whoever answers until something is over."""

        async def course(_: Traffic, visit: Visit) -> None:
            await self.partner(visit)
            await over.wait()
            await self.last_word(visit)

        await self.visit("talks", KRAUSE, course)

    async def visit(self, kind: str, dialled: str, course: "Course") -> None:
        """The same of a course that the scenario has made."""
        caller = f"+4917138{next(self._numbers):05}"
        visit = Visit(kind=kind, caller=caller, call=await self.house.dial(dialled, number=caller))
        self.visits.append(visit)
        speaking = asyncio.create_task(self._speak(visit))
        try:
            await course(self, visit)
            await visit.call.ended(30)
        except LabFailed as failure:
            visit.trouble = str(failure)
            with suppress(LabFailed):
                await (visit.call.hang_up() if visit.call.live else visit.call.cancel())
        finally:
            speaking.cancel()

    async def _speak(self, visit: Visit) -> None:
        """Whoever is in this call talks without a pause."""
        begun: set[SippCall] = set()
        while True:
            for leg in (visit.call, *self.legs(visit), *self.far_legs(visit)):
                if leg.live and leg not in begun and leg.sound_flows:
                    begun.add(leg)
                    leg.say(FOREVER_S)
            await asyncio.sleep(0.02)

    async def partner(self, visit: Visit, within: float = 40.0) -> SippCall | None:
        """Wait for who speaks with the caller; None when the dialplan's fallback does, or nobody any more."""

        def found() -> SippCall | bool:
            if visit.call.over or any(leg.heard for leg in self.far_legs(visit) if leg.live):
                return True
            return next((leg for leg in self.legs(visit) if leg.live and leg.heard), False)

        leg = await wait_for(found, within, lambda: f"a partner for {visit.caller}")
        return leg if isinstance(leg, SippCall) else None

    def _while(self) -> float:
        return self.chance.uniform(1.0, 6.0)

    async def caller_ends(self, visit: Visit) -> None:
        """Talks to an agent, and hangs up."""
        await self.partner(visit)
        await asyncio.sleep(self._while())
        await self.last_word(visit)

    async def agent_ends(self, visit: Visit) -> None:
        """Talks to an agent, who hangs up."""
        leg = await self.partner(visit)
        await asyncio.sleep(self._while())
        if leg is None or leg.over:
            await self.last_word(visit)
        else:
            visit.ended_by_agent = True
            await leg.hang_up()

    async def is_held(self, visit: Visit) -> None:
        """Is put on hold and taken back; a key pressed while no router is there does nothing."""
        leg = await self.partner(visit)
        for _ in range(2):
            await asyncio.sleep(1)
            if leg is not None and leg.live:
                await leg.press("*1")
        await asyncio.sleep(1)
        await self.last_word(visit)

    async def is_put_through(self, visit: Visit) -> None:
        """Is put through to a person; the agent tries again when nothing comes of it."""
        leg = await self.partner(visit)
        for _ in range(5):
            if leg is None or not leg.live:
                break
            visit.pressed_at = time.time() * 1000
            await leg.press("*21")
            await asyncio.sleep(2)
        await asyncio.sleep(self._while())
        await self.last_word(visit)

    async def is_impatient(self, visit: Visit) -> None:
        """Gives up while the agent's phone rings, or soon after."""
        await asyncio.sleep(self.chance.uniform(0.1, 1.5))
        await self.last_word(visit)

    async def waits(self, visit: Visit) -> None:
        """Waits with music for somebody who is not there, and gives up."""
        with suppress(LabFailed):
            await wait_for(lambda: visit.call.over or visit.call.sounds_heard > 5, 10, "music")
        await asyncio.sleep(self._while())
        await self.last_word(visit)

    async def leaves_a_message(self, visit: Visit) -> None:
        """Says something after the tone; a key pressed while no router is there does nothing."""
        for _ in range(4):
            await asyncio.sleep(1.5)
            if visit.call.live:
                await visit.call.press("1")
        with suppress(LabFailed):
            await visit.call.ended(15)
        await self.last_word(visit)

    async def is_called_back(self, visit: Visit) -> None:
        """Asks to be called back, unless somebody answers before, and talks when the telephone rings."""
        self.house.staff.plans[visit.caller] = Answer(ring=0.3)
        for _ in range(8):
            await asyncio.sleep(0.7)
            if visit.call.over or self.conversations(visit) or self.far_legs(visit):
                break
            if visit.call.live:
                await visit.call.press("9")
        with suppress(LabFailed):  # a goodbye is said first
            await visit.call.ended(3)
        if visit.call.over and not self.conversations(visit) and not self.far_legs(visit):
            await self._called_back(visit)
        await asyncio.sleep(self._while())
        await self.last_word(visit)

    async def _called_back(self, visit: Visit) -> None:
        def rung() -> list[SippCall]:
            return [leg for leg in self.house.staff.calls if leg.record.dialled == visit.caller and leg.live]

        visit.call = (await wait_for(rung, 60, lambda: f"{visit.caller} to be called back"))[0]
        await self.partner(visit)

    async def last_word(self, visit: Visit) -> None:
        """The caller leaves, whatever the call has come to."""
        if visit.call.over:
            return
        await (visit.call.hang_up() if visit.call.live else visit.call.cancel())

    # --- the books -------------------------------------------------------------------------------------------------

    def conversations(self, visit: Visit) -> list[SippCall]:
        """The agents' legs on which the caller was heard: one that is answered while no router is there and let go by
        Asterisk at once was none."""
        return [leg for leg in self.legs(visit) if leg.record.answered_at and leg.heard]

    def speaks(self, visit: Visit) -> bool:
        """Whether this caller and an agent speak with each other now."""
        return visit.call.live and any(leg.live for leg in self.conversations(visit))

    def spoken(self) -> list[Visit]:
        """Who spoke with an agent."""
        return [visit for visit in self.visits if self.conversations(visit)]

    def dropped(self) -> list[Visit]:
        """Whose conversation was ended by neither side."""
        return [visit for visit in self.visits if self._dropped(visit)]

    def _dropped(self, visit: Visit) -> bool:
        heard = visit.call.heard and (self.conversations(visit) or self.far_legs(visit))
        return bool(heard) and visit.call.record.ended_by == "them" and not visit.ended_by_agent

    def longest_silence(self, since: int = 0, until: int | None = None) -> float:
        """The longest silence that a caller has heard after the answer, in seconds, of visits number `since` to
        `until`; those who leave a message are told of by `longest_on_tape`."""
        return _longest(visit for visit in self.visits[since:until] if visit.kind != ON_TAPE)

    def longest_on_tape(self) -> float:
        """The same of those who leave a message: while they speak on tape nobody answers."""
        return _longest(visit for visit in self.visits if visit.kind == ON_TAPE)

    async def records(self) -> Mapping[str, list[CallRecord]]:
        """All settled calls by caller, once everybody with whom an agent spoke is there."""
        spoken = {visit.caller for visit in self.spoken()}
        by_caller: dict[str, list[CallRecord]] = {}

        async def settled() -> bool:
            by_caller.clear()
            async with open_database(self.house.database) as database:
                async for record in finished_calls(database):
                    by_caller.setdefault(record.caller or "", []).append(record)
            return spoken <= by_caller.keys()

        with suppress(LabFailed):
            await until(settled, 20, "every conversation to be settled")
        return by_caller

    async def left(self) -> int:
        """Channels and bridges that stay in Asterisk when all have gone."""
        try:
            await self.house.empty(30)
        except LabFailed:
            return await self.house.channels() + await self.house.bridges()
        return 0

    def off_by(self, visit: Visit, record: CallRecord) -> float:
        """By how many milliseconds the billed conversation differs from SIPp's, beyond what SIPp itself cannot tell:
        what it sent reached Asterisk between the sending and the confirmation, and who puts a caller through talks
        until the key, after which the leg is let go."""
        shortest = longest = 0.0
        for leg in self.conversations(visit):
            first = min((one for one in (visit.call, leg) if one.over), key=lambda one: one.record.ended_at or 0)
            earliest, latest = _begun(visit.call, leg)
            ended = first.record.ended_at or 0.0
            byes = (one.at for one in first.messages if one.code and one.method == "BYE" and not one.sent)
            over = min(ended, visit.pressed_at) if first is leg and visit.pressed_at > latest else ended
            shortest, longest = shortest + over - latest, longest + next(byes, ended) - earliest
        billed = record.total(PartKind.TALK)
        return max(0.0, shortest - billed, billed - longest)


def _longest(visits: Iterable[Visit]) -> float:
    return max((visit.call.longest_quiet for visit in visits if visit.call.heard), default=0.0)


def _begun(call: SippCall, leg: SippCall) -> tuple[float, float]:
    """When the two could speak: the agent's answer, unless no router was there to answer the caller, who follows; or
    not before they heard each other, when no router was there to bring them together."""
    agent, caller = leg.record.answered_at or 0.0, call.record.answered_at or 0.0
    heard = leg.sounds_heard_since or 0.0
    together = heard if heard - max(agent, caller) > ORDINARY_MS else 0.0
    acknowledged = next((one.at for one in leg.messages if one.method == "ACK"), agent)
    earliest = agent if caller - agent < ORDINARY_MS else caller - TOLERANCE_MS
    return earliest, max(acknowledged, caller, together)


async def another(house: House, before: int) -> None:
    """Wait until another router than process `before` is ready below the watchdog."""

    async def ready() -> bool:
        with suppress(aiohttp.ClientError, TimeoutError):
            return house.router_pid != before and await asyncio.wait_for(house.ready(), 0.5)
        return False

    await until(ready, 60, lambda: f"another router; the log:\n{house.log_tail()}")


Course = Callable[[Traffic, Visit], Awaitable[None]]
KINDS: Mapping[str, tuple[str, Course]] = {
    "caller ends": (KRAUSE, Traffic.caller_ends),
    "agent ends": (KRAUSE, Traffic.agent_ends),
    "greeted": (LUMENTA, Traffic.caller_ends),
    "held": (KRAUSE, Traffic.is_held),
    "put through": (KRAUSE, Traffic.is_put_through),
    "impatient": (KRAUSE, Traffic.is_impatient),
    "waits": (TAX, Traffic.waits),
    ON_TAPE: (TAPE, Traffic.leaves_a_message),
    "called back": (BACK, Traffic.is_called_back),
}


@asynccontextmanager
async def running_traffic(folder: Path, chance: Random, *, agents: int, watched: bool) -> AsyncIterator[Traffic]:
    """A house with so many agents on duty, and nobody who calls yet."""
    names = crew_names(agents)
    async with running_lab() as lab:
        plans = {name: Answer(ring=chance.uniform(0.2, 1.0)) for name in names}
        phones = await lab.staff(plans, host="127.0.0.3")
        config = written(folder / "yaml", quick, crew(agents, phones.address), busy)
        async with running_house(config, watched=watched) as house:
            house.staff.plans |= {FALLBACK: Answer(ring=0.2), PERSON: Answer(ring=0.5)}
            traffic = Traffic(house=house, phones=phones, agents=names, chance=chance)
            await traffic.on_duty()
            yield traffic
