"""The whole house: all live calls and the floor. One event in, commands out, the next deadline known.

Deadlines that lie before an event are dealt with first and at their own time, so neither a late timer nor a gap in
which the router did not run moves the end of a wrap-up or of a ring. What is asked of the world only then, such as the
next agent's ring, has its full time all the same: nobody misses a call that could not ring.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from router.core import call as calls
from router.core.codes import wish_of
from router.core.commands import BlockCaller, Command, Confirm, Refuse
from router.core.errors import RequestRefused
from router.core.events import (
    AgentEvent,
    BlockKept,
    CallerArrived,
    CallEvent,
    CallSettled,
    CodeDialled,
    CommandFailed,
    Event,
    Failure,
    HouseChanged,
)
from router.core.floor import Floor
from router.core.house import BlockEntry, House
from router.core.ids import AgentId, CallId, ClientId, Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentFreed, DeadlinePassed, ToCall, ToFloor, WrapUpEnded
from router.core.moves.arriving import arrive
from router.core.timers import Due, Timers
from router.core.view import Phase


@dataclass(slots=True, kw_only=True)
class Switchboard:
    """The state of the house; a plain value, so that it can be written down and read back."""

    house: House
    floor: Floor = field(default_factory=Floor)
    calls: dict[CallId, LiveCall] = field(default_factory=dict)
    added: dict[ClientId, list[BlockEntry]] = field(default_factory=dict)  # advertising callers reported meanwhile
    timers: Timers = field(default_factory=Timers)

    @classmethod
    def open(cls, house: House) -> "Switchboard":
        """A house with all agents off and no calls."""
        board = cls(house=house)
        board.floor.seat(house.agents, 0)
        return board

    def feed(self, event: Event, now: Millis) -> list[Command]:
        """Take in what happened at `now`; what is to be done comes back, in order. Total: no event makes it raise,
        but for our own bugs; an agent's impossible request comes back as `Refuse`."""
        out: list[Command] = []
        while (due := self.timers.pop_due(now)) is not None:
            out += self._run(self._expire(due), due.at, late=now - due.at)
        return out + self._begin(event, now)

    def next_deadline(self) -> Millis | None:
        """When something happens by itself next; None when nothing will."""
        return self.timers.next()

    def unsettled(self) -> list[LiveCall]:
        """Calls that are over, but not known to be safe in the database."""
        return [call for call in self.calls.values() if call.phase is Phase.ENDED]

    # --- the loop --------------------------------------------------------------------------------------------------

    def _run(
        self, items: Sequence[Command | ToFloor | ToCall | CallEvent | AgentEvent], now: Millis, *, late: Millis = 0
    ) -> list[Command]:
        """Pass messages between calls and floor until only commands are left; they go out `late` after `now`."""
        out: list[Command] = []
        work = deque(items)
        while work:
            item = work.popleft()
            if isinstance(item, Command):
                out.append(item)
                self._learn(item)
            elif isinstance(item, ToFloor | AgentEvent):
                work.extendleft(reversed(self._to_floor(item, now)))
            else:
                work.extendleft(reversed(self._to_call(item, now, late)))
        return out

    def _begin(self, event: Event, now: Millis) -> list[Command]:
        match event:
            case CallerArrived():
                return self._run(self._arrive(event, now), now)
            case CallSettled():
                return self._forget(event)
            case BlockKept():
                return self._adopt(event)
            case CodeDialled():
                return self._code(event, now)
            case CallEvent():
                return self._run([event], now)
            case AgentEvent():
                return self._wish(event, now)
            case HouseChanged(house=house):
                self.house = house
                self._merge_added()
                return self._run(self.floor.seat(house.agents, now), now)
            case _:
                return []  # the clock only: what was due is done

    def _wish(self, event: AgentEvent, now: Millis) -> list[Command]:
        try:
            return self._run([event], now)
        except RequestRefused as refused:
            return [Refuse(agent=event.agent, reason=str(refused))]

    def _code(self, event: CodeDialled, now: Millis) -> list[Command]:
        wish = wish_of(event, self.house.codes)
        out = self._wish(wish, now) if wish else [Refuse(agent=event.agent, reason=f"no such code: {event.code}")]
        return [*out, Confirm(leg=event.leg, done=not any(isinstance(command, Refuse) for command in out))]

    def _arrive(self, event: CallerArrived, now: Millis) -> Out:
        if event.call in self.calls:
            return []  # told twice
        call, out = arrive(self.house, event, now, self.added)
        self.calls[call.id] = call
        self._arm(call)
        return out

    def _to_floor(self, item: ToFloor | AgentEvent, now: Millis) -> Sequence[ToCall]:
        if isinstance(item, AgentFreed):
            self.timers.set("agent", item.agent, now + item.limit)
        return self.floor.feed(item, now)

    def _forget(self, event: CallSettled) -> list[Command]:
        if (call := self.calls.get(event.call)) is not None and call.phase is Phase.ENDED:
            del self.calls[event.call]
        return []

    def _to_call(self, item: ToCall | CallEvent, now: Millis, late: Millis) -> Out:
        if isinstance(item, WrapUpEnded):
            self.timers.set("agent", item.agent, None)
        call = self.calls.get(item.call)
        if call is None:
            return []  # long over
        before = call.deadline
        try:
            out = calls.feed(call, item, now)
        except RequestRefused:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever it is, this caller goes somewhere and the others go on
            return self._rescue(call, failure, now)
        if call.deadline not in {None, before}:
            call.deadline = _allowing(call, late)
        self._arm(call)
        return out

    def _rescue(self, call: LiveCall, failure: Exception, now: Millis) -> Out:
        """Our code failed on this call: the dialplan serves the caller, the call ends as our fault."""
        failed = CommandFailed(call=call.id, command="core", failure=Failure.BROKEN, detail=repr(failure))
        out = [call.note(now, "fault", "our code failed", _where(failure)), *calls.feed(call, failed, now)]
        self._arm(call)
        return out

    def _arm(self, call: LiveCall) -> None:
        self.timers.set("call", call.id, call.deadline)

    def _expire(self, due: Due) -> Sequence[ToCall]:
        if due.kind == "call":
            return [DeadlinePassed(call=CallId(due.name))]
        return self.floor.due(AgentId(due.name), due.at)

    def _learn(self, command: Command) -> None:
        if isinstance(command, BlockCaller):
            entry = BlockEntry(number=command.number, reason="advertising caller")
            entries = self.added.setdefault(command.client, [])
            if entry not in entries:
                entries.append(entry)

    def _adopt(self, event: BlockKept) -> list[Command]:
        """The database has the entry: from now on it belongs to the house, and goes when a house comes without it."""
        client = self.house.clients.get(event.client)
        entries = [entry for entry in self.added.get(event.client, []) if entry.number == event.number]
        if client is not None and entries:
            blocked = replace(client, block=(*client.block, *entries))
            self.house = replace(self.house, clients={**self.house.clients, client.id: blocked})
            self._merge_added()
        return []

    def _merge_added(self) -> None:
        """Entries that the new house brings are its own from now on, and go when it does without them."""
        for client in self.house.clients.values():
            brought = {entry.number for entry in client.block}
            kept = [entry for entry in self.added.pop(client.id, []) if entry.number not in brought]
            if kept:
                self.added[client.id] = kept


def _allowing(call: LiveCall, late: Millis) -> Millis | None:
    """The call's new deadline, which was set `late`; how long a caller waits for an agent is counted in any case."""
    if call.deadline is None or call.phase is Phase.WAITING:
        return call.deadline
    return call.deadline + late


def _where(failure: Exception) -> str:
    trace = failure.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else "?"
    return f"{failure!r} at {place}"
