"""The whole house: all live calls and the floor. One event in, commands out, the next deadline known.

Deadlines that lie before an event are dealt with first and at their own time, so neither a late timer nor a gap in
which the router did not run moves the end of a wrap-up or of a ring. What is asked of the world only then, such as the
next agent's ring, has its full time all the same: nobody misses a call that could not ring.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from router.core import call as calls
from router.core.codes import wish_of
from router.core.commands import (
    Announce,
    BlockCaller,
    CallCommand,
    Command,
    Confirm,
    HangUp,
    Refuse,
    RingAgent,
    RingCaller,
    RingStaff,
    SendToFallback,
)
from router.core.errors import RequestRefused
from router.core.events import (
    AgentEvent,
    BlockForAllKept,
    BlockKept,
    BlockLifted,
    CallerArrived,
    CallerReturned,
    CallEvent,
    CallSettled,
    CodeDialled,
    CommandFailed,
    ConsultRequested,
    Event,
    Failure,
    FallbackServed,
    HouseChanged,
    LegAnswered,
    LegRang,
    TransferRequested,
)
from router.core.fallback import Fallbacks
from router.core.floor import Floor
from router.core.guard import Guard
from router.core.house import House
from router.core.ids import CallId, ClientId, LegId, Millis
from router.core.live_call import LiveCall, Out
from router.core.loops import Placed
from router.core.messages import AgentAsked, DeadlinePassed, MusicDue, ToCall, ToFloor
from router.core.moves.arriving import arrive
from router.core.moves.ending import record_of
from router.core.timers import Due, Timers
from router.core.view import Phase

TO_FLOOR, OUTSIDE = (ToFloor, AgentEvent), (RingStaff, RingCaller)  # asked of everything that passes


@dataclass(slots=True, kw_only=True)
class Switchboard:
    """The state of the house; a plain value, so that it can be written down and read back."""

    house: House
    floor: Floor = field(default_factory=Floor)
    calls: dict[CallId, LiveCall] = field(default_factory=dict)
    guard: Guard = field(default_factory=Guard)
    timers: Timers = field(default_factory=Timers)
    fallbacks: Fallbacks = field(default_factory=Fallbacks)

    @classmethod
    def open(cls, house: House) -> "Switchboard":
        """A house with all agents off and no calls."""
        board = cls(house=house)
        board.floor.adopt(house, 0)
        return board

    def feed(self, event: Event, now: Millis) -> list[Command]:
        """Take in what happened at `now`; what is to be done comes back, in order. Total: no event makes it raise,
        but for our own bugs; an agent's impossible request comes back as `Refuse`."""
        out: list[Command] = []
        while (due := self._pop_due(now)) is not None:
            out += self._run(self._expire(due), due.at, late=now - due.at)
        return out + self._begin(event, now)

    def next_deadline(self) -> Millis | None:
        """When something happens by itself next; None when nothing will."""
        calls, floor = self.timers.next(), self.floor.timers.next()
        return floor if calls is None else calls if floor is None else min(calls, floor)

    def unsettled(self) -> list[LiveCall]:
        """Calls that are over, but not known to be safe in the database."""
        return [call for call in self.calls.values() if call.phase is Phase.ENDED]

    def wants(self, command: Command) -> bool:
        """Whether a command of which nobody knows what became is to be carried out again. What it began may have been
        over since: a phone that declined would ring once more, an announcement would be played into the conversation.
        """
        call = self.calls.get(command.call) if isinstance(command, CallCommand) else None
        match command:
            case RingAgent() | RingStaff() | RingCaller():
                return call is not None and command.leg in call.legs()
            case Announce():
                return call is not None and command.playback == call.playback
            case _:
                return True

    # --- the loop --------------------------------------------------------------------------------------------------

    def _run(
        self, items: Sequence[Command | ToFloor | ToCall | CallEvent | AgentEvent], now: Millis, *, late: Millis = 0
    ) -> list[Command]:
        """Pass messages between calls and floor until only commands are left; they go out `late` after `now`."""
        out: list[Command] = []
        work = deque(items)
        while work:
            item = work.popleft()
            follows = self._checked(item, now, out) if isinstance(item, Command) else self._pass_on(item, now, late)
            if follows:
                work.extendleft(reversed(follows))
        return out

    def _pass_on(
        self, item: ToFloor | ToCall | CallEvent | AgentEvent, now: Millis, late: Millis
    ) -> Sequence[Command | ToFloor | ToCall | AgentEvent]:
        """To the floor, or to a call. A wish that either refuses has changed nothing."""
        try:
            if isinstance(item, TO_FLOOR):
                return self.floor.feed(item, now)
            return self._to_call(item, now, late)
        except RequestRefused as refused:
            if isinstance(item, AgentEvent | AgentAsked):
                return [Refuse(agent=item.agent, reason=str(refused))]
            raise

    def _begin(self, event: Event, now: Millis) -> list[Command]:
        match event:
            case CallerArrived():
                return self._run(self._arrive(event, now), now)
            case CallerReturned(call=call) if not self._lives(call):
                return [SendToFallback(call=call, leg=LegId(call))]  # whom nobody would serve here
            case CallSettled():
                return self._forget(event)
            case FallbackServed():
                return self._run(self._served_elsewhere(event), now)
            case BlockKept() | BlockForAllKept():
                self.guard.blocks.keep(event)
                return []
            case BlockLifted():
                self.guard.blocks.lift(event)
                return []
            case CodeDialled():
                return self._code(event, now)
            case CallEvent() | AgentEvent():
                return self._run([event], now)
            case HouseChanged(house=house):
                self.house = house
                self.guard.blocks.settle(house, now)
                return self._run(self.floor.adopt(house, now), now)
            case _:
                return []  # the clock only: what was due is done

    def _code(self, event: CodeDialled, now: Millis) -> list[Command]:
        wish = wish_of(event, self.house.codes)
        out = self._run([wish], now) if wish else [Refuse(agent=event.agent, reason=f"no such code: {event.code}")]
        return [*out, Confirm(leg=event.leg, done=not any(isinstance(command, Refuse) for command in out))]

    def _arrive(self, event: CallerArrived, now: Millis) -> list[Command | ToFloor | CallEvent | AgentEvent]:
        if event.call in self.calls:
            return []  # told twice
        facts, own_leg = self.guard.facts(self.house, event, now, self._lives)
        call, out = arrive(self.house, event, now, facts)
        self.calls[call.id] = call
        self.guard.come(call, now)
        self._arm(call, now)
        return [*out, *([self._came_back(own_leg, call.id, now)] if own_leg else [])]

    def _came_back(self, leg: Placed, arrived: CallId, now: Millis) -> Command | CommandFailed:
        """What we placed as `leg` has arrived here as another call: nobody will answer it, and it is refused. Of a leg
        that the dialplan placed that brings the end by itself."""
        why = f"{leg.number} forwards to us: it came back as call {arrived}"
        placed = self.calls.get(leg.call)
        if placed is not None and placed.handed and placed.staff_leg == leg.leg:
            return placed.note(now, "staff", Failure.REFUSED, why)
        return CommandFailed(call=leg.call, command=leg.command, failure=Failure.REFUSED, detail=why, leg=leg.leg)

    def _lives(self, call: CallId) -> bool:
        return call in self.calls and self.calls[call].ended is None

    def _forget(self, event: CallSettled) -> list[Command]:
        self.fallbacks.settled(event.call)
        if (call := self.calls.get(event.call)) is not None and call.phase is Phase.ENDED:
            del self.calls[event.call]
            self.fallbacks.hand_on(record_of(call))
        return []

    def _served_elsewhere(self, event: FallbackServed) -> list[Command]:
        begun = self.calls.get(event.begun) if event.begun else None
        return self.fallbacks.take(event, record_of(begun) if begun else None)

    def _to_call(self, item: ToCall | CallEvent, now: Millis, late: Millis) -> Out:
        call = self.calls.get(item.call)
        if call is None:
            return _let_go(item)
        before = call.deadline
        try:
            self._check_transfer(call, item, now)
            out = calls.feed(call, item, now)
        except RequestRefused:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever it is, this caller goes somewhere and the others go on
            return self._rescue(call, failure, now)
        if call.deadline not in {None, before}:
            call.deadline = _allowing(call, late)
        self._arm(call, now)
        return out

    def _rescue(self, call: LiveCall, failure: Exception, now: Millis) -> Out:
        """Our code failed on this call: the dialplan serves the caller, the call ends as our fault."""
        failed = CommandFailed(call=call.id, command="core", failure=Failure.BROKEN, detail=repr(failure))
        out = [call.note(now, "fault", "our code failed", _where(failure)), *calls.feed(call, failed, now)]
        self._arm(call, now)
        return out

    def _arm(self, call: LiveCall, now: Millis) -> None:
        """Keep up with a call that may have changed."""
        self.timers.set("call", call.id, call.deadline)
        self.timers.set("music", call.id, call.music_again)
        if (client := self.guard.follow(call, now)) is not None:
            self._arm_limits(client, now)

    def _arm_limits(self, client: ClientId, now: Millis) -> None:
        self.timers.set("client", client, self.guard.outbound.next_end(client, now))

    def _pop_due(self, now: Millis) -> Due | None:
        """The earlier of the floor's and the calls' deadlines; the floor's if both come at once."""
        calls, floor = self.timers.due(now), self.floor.timers.due(now)
        if calls is None and floor is None:
            return None
        floors = floor is not None and (calls is None or floor <= calls)
        return (self.floor.timers if floors else self.timers).pop_due(now)

    def _expire(self, due: Due) -> Sequence[ToCall | Command]:
        match due.kind:
            case "call":
                return [DeadlinePassed(call=CallId(due.name))]
            case "music":
                return [MusicDue(call=CallId(due.name))]
            case "client":
                return self._limits_reached(ClientId(due.name), due.at)
            case _:
                return self.floor.expire(due)

    def _limits_reached(self, client: ClientId, now: Millis) -> list[ToCall]:
        over = self.guard.outbound.over(client, now)
        self._arm_limits(client, now)
        return [DeadlinePassed(call=call) for call in over]

    # --- what is asked for, looked at once more --------------------------------------------------------------------

    def _checked(self, command: Command, now: Millis, out: list[Command]) -> Sequence[Command | CallEvent]:
        """Let a command out, unless nobody may be called so; what follows from it comes back."""
        if isinstance(command, OUTSIDE) and (refused := self._refused(command, now)):
            return [refused]
        out.append(command)
        return self._reported(command, now) if isinstance(command, BlockCaller) else []

    def _refused(self, ring: RingStaff | RingCaller, now: Millis) -> CommandFailed | None:
        why = self.guard.places(self.house, self.calls[ring.call], ring, now)
        if not why:
            return None
        name = type(ring).__name__
        return CommandFailed(call=ring.call, command=name, failure=Failure.FORBIDDEN, detail=why, leg=ring.leg)

    def _reported(self, report: BlockCaller, now: Millis) -> list[Command]:
        for_all = self.guard.blocks.report(report, self.house, now)
        if for_all is None:
            return []
        by = f"{report.number} was reported for {', '.join(for_all.clients)}"
        return [self.calls[report.call].note(now, "advertising", "blocked for all", by), for_all]

    def _check_transfer(self, call: LiveCall, item: ToCall | CallEvent, now: Millis) -> None:
        """Raises `RequestRefused` before the agent has left, where nobody could be called."""
        wish = item.event if isinstance(item, AgentAsked) else None
        if not isinstance(wish, TransferRequested | ConsultRequested):
            return
        if why := self.guard.transfer_refused(self.house, call, wish.staff, now):
            raise RequestRefused(why)


def _let_go(item: ToCall | CallEvent) -> Out:
    """Of a call that is long over no leg is left: one that a request repeated too late has placed is hung up."""
    return [HangUp(call=item.call, leg=item.leg)] if isinstance(item, LegRang | LegAnswered) else []


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
