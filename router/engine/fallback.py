"""Brings the calls that the dialplan's fallback served into the inbox, one event each, once they are over.

An agent who speaks with such a caller is paused for that time: Asterisk would ring the phone all the same.
"""

import asyncio

import structlog

from router.core.errors import LedgerUnavailable
from router.core.events import AgentPaused, AgentResumed, FallbackServed
from router.core.fallback import decided
from router.core.fallback_told import Assembly
from router.core.house import House
from router.core.ids import AgentId, CallId, LegId, Millis
from router.core.seats import Seat
from router.core.view import Presence
from router.engine.codec import decode_value
from router.engine.loop import Engine
from router.ports import Chronicle, Ledger, Unattended

LOOK_S = 1.0
BEHIND_S = 0.02  # between two parts of a long record: calls go first
MISSED_LOOKS = 10  # so often a call's legs are held against Asterisk's channels
IN_FALLBACK = "speaks with a caller of the fallback"

log = structlog.get_logger(__name__)


class FallbackCalls:
    """Follows Asterisk's record, for as long as the router runs."""

    def __init__(self, *, engine: Engine, record: Unattended, chronicle: Chronicle, ledger: Ledger) -> None:
        self._engine = engine
        self._record = record
        self._chronicle = chronicle
        self._ledger = ledger
        self._assembly = Assembly()
        self._over: list[tuple[CallId, FallbackServed]] = []  # not decided yet: the database is needed for it
        self._posted: dict[CallId, CallId] = {}  # the record's name of a call, and of the call that is told
        self._missing: dict[CallId, frozenset[LegId]] = {}
        self._paused: set[AgentId] = set()
        self._resumed: set[AgentId] = set()
        self._house: tuple[str, House] | None = None
        self._looks = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("calls of the fallback not followed, tried again")
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Read what is new, and tell the engine of every call that is over."""
        await self._read()
        self._over += [(call, served) for call, served in self._assembly.over() if served is not None]
        self._looks += 1
        if self._looks % MISSED_LOOKS == 0 and self._engine.linked:
            await self._hold_against_asterisk()
        await self._tell()
        self._follow_agents()
        await self._forget_taken()

    async def _read(self) -> None:
        country = self._engine.board.house.country
        while True:
            for line in await self._record.more(country):
                self._assembly.tell(line)
            if not self._record.behind:
                return
            await asyncio.sleep(BEHIND_S)

    async def _hold_against_asterisk(self) -> None:
        """A call of which two looks in turn find no leg in Asterisk is over, though its end was never recorded."""
        unheard = self._assembly.unheard()
        if not unheard:
            return
        try:
            found = await self._engine.telephony.look(frozenset[LegId]().union(*unheard.values()), ())
        except Exception as failure:  # noqa: BLE001 - whatever the link's trouble is: it is looked again
            log.info("not known which calls of the fallback are there", error=repr(failure))
            return
        gone = {call: legs for call, legs in unheard.items() if not legs & found.legs.keys()}
        for call in [call for call, legs in gone.items() if self._missing.get(call) == legs]:
            if (served := self._assembly.cut_off(call)) is not None:
                self._over.append((call, served))
        self._missing = gone

    async def _tell(self) -> None:
        while self._over:
            call, served = self._over[0]
            try:
                await self._tell_of(call, served)
            except LedgerUnavailable as failure:
                log.warning("calls of the fallback wait for the database", calls=len(self._over), error=str(failure))
                return
            except Exception:  # our own fault: it keeps no other from being told, and is read again at the next start
                log.exception("call of the fallback not settled", call=served.call)
            del self._over[0]

    async def _tell_of(self, call: CallId, served: FallbackServed) -> None:
        house = await self._house_at(served.arrived)
        if await self._known(served.call):
            self._record.done([call])
            return
        event = decided(served, house, self._engine.board.guard.blocks)
        self._posted[served.call] = call
        self._engine.post(event)

    async def _known(self, call: CallId) -> bool:
        """Whether the call was told before: the core knows the latest, the ledger all."""
        return call in self._engine.board.fallbacks.taken or await self._ledger.has(call)

    async def _house_at(self, at: Millis) -> House:
        """The configuration in force then, or the present one, if no earlier one is known."""
        if at >= self._engine.chronicling.in_force:
            return self._engine.board.house
        content = await self._chronicle.house_at(at)
        if content is None:
            return self._engine.board.house
        if self._house is None or self._house[0] != content:
            self._house = content, await asyncio.to_thread(decode_value, House, content.encode())
        return self._house[1]

    async def _forget_taken(self) -> None:
        """What the core has taken in is in the journal: it need not be read again."""
        taken = [name for name in self._posted if name in self._engine.board.fallbacks.taken]
        self._record.done([self._posted.pop(name) for name in taken])
        await self._record.keep()

    # --- agents ----------------------------------------------------------------------------------------------------

    def _follow_agents(self) -> None:
        busy, seats = self._assembly.agents(), self._engine.board.floor.seats
        self._paused &= busy
        for agent in sorted(busy - self._paused):
            if agent in seats and seats[agent].free:
                self._paused.add(agent)
                self._engine.post(AgentPaused(agent=agent, reason=IN_FALLBACK))
        ours = {agent for agent, seat in seats.items() if _is_ours(seat)} - busy
        for agent in sorted(ours - self._resumed):
            self._engine.post(AgentResumed(agent=agent))
        self._resumed = ours


def _is_ours(seat: Seat) -> bool:
    """Whether we paused the agent, and nobody has said otherwise since."""
    return seat.intent is Presence.PAUSED and seat.reason == IN_FALLBACK
