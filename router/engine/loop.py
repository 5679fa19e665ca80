"""The one inbox: journal the event, feed the core, hand out the commands, arm one timer; and nothing else.

One inbox gives one order, so two calls can never take one agent and no lock is needed.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import structlog

from router.core.commands import BlockCaller, BlockForAll, Command, KeepPresence, Note, Refuse, SendToFallback, Settle
from router.core.errors import JournalBroken, RequestRefused
from router.core.events import AgentEvent, CallerArrived, CallEvent, ClockReached, Event, HouseChanged, LegAnswered
from router.core.ids import LegId, Millis
from router.core.switchboard import Switchboard
from router.core.view import HouseView
from router.core.viewing import view_of
from router.engine.chronicling import Chronicling
from router.engine.codec import encode_value
from router.engine.journal import Journal, Position
from router.engine.lanes import Lanes
from router.engine.settlement import Settlement, Write
from router.ports import Chronicle, Clients, Clock, Ledger, Observer, Telephony

JOURNAL_RETRY_S = 0.2
LONGEST_REQUEST_S = 5.0
SIGN_OF_LIFE_MS: Millis = 60_000
FROZEN_MS: Millis = 250
LATE_MS: Millis = 100
CATCH_UP_S = 0.05  # enough to read what the socket already holds
BEAT_S = 0.1
TELL_S = 0.01  # observers are told of some turns at once, after what those turns command was sent
JUST_AWAKE_MS: Millis = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An event on its way in. `at` None: it happens when it is taken up. `answer` is told what became of a wish."""

    event: Event
    at: Millis | None = None
    answer: "asyncio.Future[None] | None" = None


class Gate(Protocol):
    """Holds back what must not be done before an event is safe elsewhere, too."""

    def after(self, sequence: int, act: Callable[[], None]) -> None:
        """Do this once event number `sequence` is; at once if it is already."""
        ...

    async def passed(self) -> None:
        """Until nothing is held back."""
        ...


class Engine:
    """The running house. Implements `usecases.Desk`."""

    def __init__(
        self,
        *,
        board: Switchboard,
        journal: Journal,
        telephony: Telephony,
        ledger: Ledger,
        clients: Clients,
        chronicle: Chronicle,
        clock: Clock,
        observers: Sequence[Observer] = (),
        last: Millis = 0,
        gate: Gate | None = None,
    ) -> None:
        self.board = board
        self.gate = gate
        self.telephony = telephony
        self.settlement = Settlement(journal=journal, ledger=ledger, clients=clients, post=self.post)
        self.chronicling = Chronicling(chronicle)
        self.lanes = Lanes(self._perform)
        self._journal = journal
        self._clock = clock
        self._observers = observers
        self._inbox: asyncio.Queue[Item] = asyncio.Queue()
        self._watchers: list[Callable[[], None]] = []
        self._untold: list[tuple[Millis, Event, Sequence[Command]]] = []
        self._last = last
        self.well_until = last  # the last moment at which core and Asterisk were known to agree
        self._rotation: asyncio.Task[None] | None = None
        self._open = asyncio.Event()
        self._thawed = False
        self._behind = False  # what is in the inbox has waited
        self._asleep_since: Millis = 0  # the last freeze
        self._woke: Millis = 0
        self.arriving: set[LegId] = set()  # callers' legs that are still in the inbox
        self.journal_trouble = ""  # why nothing can be written now; empty when all is well

    def begin_chronicle(self) -> None:
        """Have all seats and the configuration kept as they stand at a start: what was not yet written is lost."""
        self._chronicle(max(self._last, self._clock.now()))

    def _chronicle(self, now: Millis) -> None:
        self.chronicling.house(self.board.house, now)
        for seat in self.board.floor.seats.values():
            self.chronicling.seat(seat.view(now))

    def write_again(self, command: Write) -> None:
        """What may not have reached the database before a restart; it is written once all the same."""
        self.settlement.add(self._journal.position, command)

    # --- the inbox -------------------------------------------------------------------------------------------------

    @property
    def takes_no_calls(self) -> str:
        """Why no new call is taken now, what the disk lacks; empty when all is well."""
        return self.journal_trouble or self._journal.shortage

    def post(self, event: Event, at: Millis | None = None) -> None:
        """Put an event into the inbox; `at` is when it happened, if earlier than now."""
        if isinstance(event, CallerArrived):
            self.arriving.add(event.leg)
        self._inbox.put_nowait(Item(event=event, at=at))

    async def request(self, event: AgentEvent) -> None:
        """See `usecases.Desk.request`."""
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._inbox.put_nowait(Item(event=event, at=self._clock.now(), answer=answer))
        try:
            await asyncio.wait_for(answer, LONGEST_REQUEST_S)
        except TimeoutError:
            raise RequestRefused("The telephone system is not connected now. Try again in a moment.") from None

    async def run(self) -> None:
        """Take one event after the other, or the time that is up, until cancelled; only while the link is up.

        Without the link nothing is decided: an answer that nobody heard of yet must not lose against a timer.
        """
        beat = asyncio.create_task(self._notice_freezes(), name="engine's beat")
        try:
            while True:
                await self._open.wait()
                item = await self._next()
                while self._thawed or self._behind or not self.linked:
                    await self._open.wait()
                    item = await self._caught_up(item)
                await self.turn(item)
        finally:
            beat.cancel()
            self._tell()

    async def _notice_freezes(self) -> None:
        """A loop that did not run for long was frozen."""
        loop = asyncio.get_running_loop()
        while True:
            before, awake = loop.time(), self._clock.now()
            await asyncio.sleep(BEAT_S)
            if loop.time() - before > BEAT_S + FROZEN_MS / 1000:
                self._thawed, self._asleep_since, self._woke = True, awake, self._clock.now()

    async def _caught_up(self, item: Item) -> Item:
        """After a freeze, a look at Asterisk, or a disk without room, what happened meanwhile comes from all sides at
        once: take it in the order of its times, or a wish of now would have a hang-up of then count from now."""
        if self._thawed:
            await asyncio.sleep(CATCH_UP_S)
        self._thawed, self._behind, now = False, False, self._clock.now()
        items = [item, *(self._inbox.get_nowait() for _ in range(self._inbox.qsize()))]
        first, *others = sorted(items, key=lambda one: now if one.at is None else one.at)
        for other in others:
            self._inbox.put_nowait(other)
        return first

    def link_lost(self) -> None:
        """Events are being missed: decide nothing until `link_restored`."""
        now = self._clock.now()
        # Found lost after a freeze: nobody knows for how long of it.
        self.well_until = self._asleep_since if now - self._woke < JUST_AWAKE_MS else now
        self._open.clear()

    def link_restored(self) -> None:
        """Core and Asterisk agree again: go on."""
        self._behind = True
        self._open.set()

    @property
    def waiting(self) -> int:
        """Events in the inbox."""
        return self._inbox.qsize()

    @property
    def linked(self) -> bool:
        """Whether events are taken up now."""
        return self._open.is_set()

    async def _next(self) -> Item:
        if not self._inbox.empty():
            return self._inbox.get_nowait()  # no timer for what is there already
        due = self._due()
        if due is None:
            return await self._inbox.get()
        try:
            # Not wait_for: in Python 3.11 it swallows the end that comes together with an event.
            async with asyncio.timeout(max(0, due - self._clock.now()) / 1000):
                return await self._inbox.get()
        except TimeoutError:
            return await self._overdue(due)

    def _due(self) -> Millis | None:
        """When something happens by itself. While calls live the journal shows life: after a power cut they were up
        until then. A journal in trouble is tried at once: who waited for an event would never hear of room again."""
        if self.journal_trouble:
            return self._clock.now()
        deadline = self.board.next_deadline()
        if not self.board.calls:
            return deadline
        sign_of_life = max(self._last, self._clock.now()) + SIGN_OF_LIFE_MS
        return sign_of_life if deadline is None else min(deadline, sign_of_life)

    async def _overdue(self, due: Millis) -> Item:
        """The time has come. A router that was frozen past it first hears what happened meanwhile, at its own time."""
        if self._clock.now() - due > FROZEN_MS:
            await asyncio.sleep(CATCH_UP_S)
        return Item(event=ClockReached(), at=due) if self._inbox.empty() else self._inbox.get_nowait()

    async def turn(self, item: Item) -> None:
        """One event: journal, core, commands. A wish that nobody waits for any more is dropped."""
        if item.answer is not None and item.answer.cancelled():
            return
        # Never before the event before it: the journal is replayed in its order.
        now = self._last = max(self._last, self._clock.now() if item.at is None else item.at)
        written = await self._written(now, item.event)
        if written is None:
            return
        position, event = written
        commands = fed(self.board, event, now)
        if isinstance(item.event, CallerArrived):
            self.arriving.discard(item.event.leg)
        if self.gate is None:
            self._act(commands, position, item)
        else:
            self.gate.after(position, partial(self._act, commands, position, item))
        if isinstance(item.event, HouseChanged):
            self._chronicle(now)
        self._remember(now, item.event, commands)
        self._rotate_if_full()

    def _act(self, commands: Sequence[Command], position: Position, item: Item) -> None:
        for command in commands:
            self._hand_out(command, position, item)
        if item.answer is not None and not item.answer.done():
            item.answer.set_result(None)

    async def quiet(self) -> None:
        """Until nothing is under way."""
        if self.gate is not None:
            await self.gate.passed()
        await self.lanes.drained()

    async def _written(self, now: Millis, event: Event) -> tuple[Position, Event] | None:
        """The journal comes before the act: while it cannot be written, nothing is decided.

        Callers who arrive meanwhile are given back to the dialplan, which needs no journal; None for such an event.
        """
        if isinstance(event, CallerArrived) and self._journal.shortage:
            self._turn_away(event)
            return None
        while True:
            event = self._as_heard(event, now)
            try:
                position = self._journal.append(now, event)
            except JournalBroken as failure:
                log.warning("journal cannot be written, calls wait", error=str(failure))
                self.journal_trouble = str(failure)
                self._turn_away_waiting()
                if isinstance(event, CallerArrived):
                    self._turn_away(event)
                    return None
                await asyncio.sleep(JOURNAL_RETRY_S)
            else:
                self._behind = self._behind or bool(self.journal_trouble)
                self.journal_trouble = ""
                return position, event

    def _as_heard(self, event: Event, now: Millis) -> Event:
        """An answer that is taken up late brings nobody together before."""
        heard = self._clock.now()
        return replace(event, heard=heard) if isinstance(event, LegAnswered) and heard - now > LATE_MS else event

    def _turn_away(self, event: CallerArrived) -> None:
        self.arriving.discard(event.leg)
        self.lanes.add(SendToFallback(call=event.call, leg=event.leg))

    def _turn_away_waiting(self) -> None:
        """The same for callers who are still in the inbox; what else is there keeps its order."""
        for _ in range(self._inbox.qsize()):
            item = self._inbox.get_nowait()
            if isinstance(item.event, CallerArrived):
                self._turn_away(item.event)
            else:
                self._inbox.put_nowait(item)

    def _hand_out(self, command: Command, position: Position, item: Item) -> None:
        match command:
            case Note():
                pass  # the observers' matter
            case Settle() | BlockCaller() | BlockForAll():
                self.settlement.add(position, command)
            case KeepPresence(seat=seat):
                self.chronicling.seat(seat)
            case Refuse(reason=reason):
                if item.answer is not None and not item.answer.done():
                    item.answer.set_exception(RequestRefused(reason))
            case _:
                self.lanes.add(command)

    async def _perform(self, command: Command) -> None:
        for event in await self.telephony.perform(command, partial(self.board.wants, command)):
            self.post(event)

    # --- watching --------------------------------------------------------------------------------------------------

    def view(self) -> HouseView:
        """See `usecases.Desk.view`."""
        return view_of(self.board)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `usecases.Desk.watch`."""
        self._watchers.append(changed)
        return lambda: self._watchers.remove(changed)

    def _remember(self, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """Observers are told a little later: no caller waits for a line of the log."""
        if not self._untold:
            asyncio.get_running_loop().call_later(TELL_S, self._tell)
        self._untold.append((now, event, commands))

    def _tell(self) -> None:
        told, self._untold = self._untold, []
        for now, event, commands in told:
            for observer in self._observers:
                observer.observed(now=now, event=event, commands=commands)
        if any(commands or not isinstance(event, ClockReached) for _, event, commands in told):
            for watcher in tuple(self._watchers):
                watcher()

    # --- the journal's size ----------------------------------------------------------------------------------------

    def _rotate_if_full(self) -> None:
        if self._journal.full:
            self._rotation = self._journal.rotate(encode_value(Switchboard, self.board))


def fed(board: Switchboard, event: Event, now: Millis) -> list[Command]:
    """Feed the core. It deals with a call that our code fails on by itself; should even that fail, the caller still
    goes somewhere: to the dialplan's fallback.

    A replay takes the same way, so it comes to the same state.
    """
    try:
        return board.feed(event, now)
    except Exception:
        log.exception("the core failed", event_kind=type(event).__name__)
        if isinstance(event, CallerArrived):
            return [SendToFallback(call=event.call, leg=event.leg)]
        call = board.calls.get(event.call) if isinstance(event, CallEvent) else None
        return [SendToFallback(call=call.id, leg=call.leg)] if call else []
