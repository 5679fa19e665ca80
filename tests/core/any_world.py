"""The world around a switchboard: it does what it is asked to, more or less, in any order, and much besides.

What the commands bring about waits in `due` until it is told: late, out of order, twice, or never. Everything told is
kept in `history`, so that a world in which an invariant broke can be lived through again, and with less.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from router.core.commands import (
    Announce,
    BlockCaller,
    BlockForAll,
    Command,
    HangUp,
    PutThrough,
    Record,
    Reject,
    RingAgent,
    RingCaller,
    RingStaff,
    SendToFallback,
    Settle,
)
from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    AnnouncementEnded,
    BlockForAllKept,
    BlockKept,
    BlockLifted,
    CallerArrived,
    CallerReturned,
    CallFound,
    CallSettled,
    CallTaken,
    ClockReached,
    CodeDialled,
    CommandFailed,
    ConsultCompleted,
    ConsultEnded,
    ConsultRequested,
    DigitPressed,
    Event,
    Failure,
    FallbackServed,
    HoldRequested,
    HouseChanged,
    LegAnswered,
    LegEnded,
    LegRang,
    MuteRequested,
    OfferAccepted,
    OfferDeclined,
    ParkedTaken,
    ParkRequested,
    PassRequested,
    RecordingEnded,
    ResumeRequested,
    ThreeRequested,
    TransferRequested,
    UnmuteRequested,
    WrapUpFinished,
)
from router.core.fallback import decided
from router.core.house import House
from router.core.ids import AgentId, CallId, ClientId, LegId, Millis, QueueId, StaffId
from router.core.record import Part, PartKind
from router.core.switchboard import Switchboard
from router.core.view import Phase, Presence
from router.engine.codec import decode_value, encode_value
from tests.core import rich_house
from tests.core.invariants import SPEAKING, Watch
from tests.stories.houses import NOON

T = TypeVar("T")
History = list[tuple[Millis, Event | None]]  # what was told when; None: a restart
MOST_CALLS = 12  # at once
MOST_DUE = 60  # what is older is lost

OFFERED, TALKING, WRAP_UP = Presence.OFFERED, Presence.TALKING, Presence.WRAP_UP
WISHES: Mapping[type[AgentEvent], Presence | None] = {  # and what agents mostly do who wish it
    AdvertisingReported: TALKING,
    AgentLoggedOut: None,
    AgentResumed: None,
    HoldRequested: TALKING,
    OfferAccepted: OFFERED,
    OfferDeclined: OFFERED,
    ParkRequested: TALKING,
    ResumeRequested: TALKING,
    ThreeRequested: TALKING,
    ConsultEnded: TALKING,
    ConsultCompleted: TALKING,
    WrapUpFinished: WRAP_UP,
    CallTaken: None,
    ParkedTaken: None,
    MuteRequested: TALKING,
    UnmuteRequested: TALKING,
}
COMMANDS = (
    *(
        "RingAgent",
        "RingStaff",
        "PutThrough",
        "RingCaller",
        "Announce",
        "Answer",
        "OpenBridge",
        "Join",
        "Hold",
        "Unhold",
        "Mute",
        "HangUp",
    ),
    *("Ring", "Reject", "Record", "StartMusic", "StopAnnouncement", "SendToFallback", "Settle"),
)
CODES = ("*41", "*42", "*43", "*44", "*45", "*46", "*47", "*9", "")
AGENTS_DIGITS = (
    *("*1", "*3", "*21", "*22", "*23", "*24", "*510", "*511", "*590", "*591", "*599", "*61", "*62", "*63", "*7"),
    *("*8", "*", "2", "#"),
)
CALLERS_DIGITS = ("8", "9", "1", "1", "2", "#", "*")
MOMENTS = (0.001, 0.5, 1, 2, 3, 4, 6, 8, 10, 20)
JUMPS = (15, 60, 130, 600, 3_600, 86_400)


class Picks(Protocol):
    """Chance, or whoever plays it."""

    def one(self, of: Sequence[T]) -> T:
        """One of these."""
        ...


class World:
    """One house and all that happens to it."""

    def __init__(self, house: House | None = None) -> None:
        self.board = Switchboard.open(House(version="", clients={}, agents={}))
        self.watch = Watch(self.board)
        self.now: Millis = NOON
        self.history: History = []
        self.due: list[Event] = []
        self.calls = 0
        if house is not None:
            self.tell(HouseChanged(house=house))

    def tell(self, event: Event) -> list[Command]:
        """Something happens now, and must leave the house as it has to be."""
        self.history.append((self.now, event))
        commands = self.board.feed(event, self.now)
        self.watch.after(event, commands, self.now)
        for command in commands:
            if consequences := _CONSEQUENCES.get(type(command)):
                self.due += consequences(command)
        del self.due[:-MOST_DUE]
        return commands

    def restarts(self) -> None:
        """The router stops, and goes on from what it had written down."""
        self.history.append((self.now, None))
        text = encode_value(Switchboard, self.board)
        board = decode_value(Switchboard, text)
        assert board == self.board, "not the same when read back"
        assert encode_value(Switchboard, board) == text, "not the same when written again"
        self.board = self.watch.board = board
        self.tell(ClockReached())

    # --- as it should be -------------------------------------------------------------------------------------------

    def a_caller_arrives(self, picks: Picks) -> None:
        if sum(call.ended is None for call in self.board.calls.values()) >= MOST_CALLS:
            return
        call = CallId(f"call-{self.calls}")
        self.calls += 1
        caller = picks.one(picks.one((rich_house.CALLERS, rich_house.CALLERS, rich_house.ODD_CALLERS)))
        by = picks.one(((), (), (), (rich_house.PRAXIS_OWN,), (rich_house.KANZLEI_OWN, "+4930777")))
        dialled = picks.one(rich_house.DIALLED if _mostly(picks) else rich_house.ODDLY_DIALLED)
        self.tell(CallerArrived(call=call, leg=LegId(call), dialled=dialled, caller=caller, forwarded_by=by))

    def what_is_due_happens(self, picks: Picks) -> None:
        """In any order; now and then it stays due, and happens again."""
        if self.due:
            event = picks.one(self.due[-20:] if picks.one((True, False)) else self.due)
            if picks.one((True,) * 9 + (False,)):
                self.due.remove(event)
            self.tell(event)

    def what_is_due_is_lost(self, picks: Picks) -> None:
        if self.due:
            self.due.remove(picks.one(self.due))

    def a_ringing_leg_answers(self, picks: Picks) -> None:
        if ringing := [(call.id, leg) for call in self._live() for leg in sorted(call.rung())]:
            call, leg = picks.one(ringing)
            self.tell(LegAnswered(call=call, leg=leg))

    def a_leg_ends(self, picks: Picks) -> None:
        if held := self._held():
            call, leg = picks.one(held)
            self.tell(LegEnded(call=call, leg=leg, cause=picks.one((0, 16, 17, 18, 19, 20, 21))))

    def an_agent_comes(self, picks: Picks) -> None:
        who = picks.one(rich_house.NAMES)
        self.tell(AgentLoggedIn(agent=who))

    def an_agent_wishes(self, picks: Picks) -> None:
        wish = picks.one(tuple(WISHES))
        self.tell(wish(agent=self._who(picks, WISHES[wish])))

    def an_agent_pauses(self, picks: Picks) -> None:
        self.tell(AgentPaused(agent=picks.one(rich_house.NAMES), reason=picks.one(("lunch", "coffee"))))

    def an_agent_transfers(self, picks: Picks) -> None:
        staff: StaffId = picks.one((*rich_house.PEOPLE, StaffId("nobody")))
        wish = picks.one((TransferRequested, ConsultRequested, ConsultRequested))
        self.tell(wish(agent=self._who(picks, TALKING), staff=staff))

    def an_agent_passes(self, picks: Picks) -> None:
        agent, colleague = self._who(picks, TALKING), picks.one((self._who(picks, None), None))
        queues = (rich_house.ANYBODY, rich_house.LAWYERS, QueueId("none"))
        queue = picks.one(queues) if colleague is None else None
        self.tell(PassRequested(agent=agent, to_agent=colleague, to_queue=queue))

    def an_agent_takes(self, picks: Picks) -> None:
        kind = picks.one((CallTaken, ParkedTaken))
        waiting = [*self.board.floor.waiting, *self.board.floor.parked]
        call = picks.one((None, picks.one(self._any_calls()), *waiting))
        self.tell(kind(agent=self._who(picks, None), call=call))

    def an_agent_dials(self, picks: Picks) -> None:
        who = picks.one(rich_house.NAMES)
        self.tell(CodeDialled(agent=who, leg=LegId(f"{who}-dials"), code=picks.one(CODES)))

    def a_caller_presses(self, picks: Picks) -> None:
        calls = [call for call in self._live() if call.leg in call.legs()]
        waiting = [call for call in calls if call.phase in {Phase.WAITING, Phase.ASKING, Phase.RECORDING}]
        if calls:
            call = picks.one(waiting if waiting and _mostly(picks) else calls)
            self.tell(DigitPressed(call=call.id, leg=call.leg, digit=picks.one(CALLERS_DIGITS)))

    def an_agent_presses(self, picks: Picks) -> None:
        legs = [(call.id, call.agent_leg) for call in self._live() if call.agent_leg]
        if legs:
            call, leg = picks.one(legs)
            for digit in picks.one(AGENTS_DIGITS):
                self.tell(DigitPressed(call=call, leg=leg, digit=digit))

    def time_passes(self, picks: Picks) -> None:
        self.waits(picks.one(MOMENTS))

    def waits(self, seconds: float) -> None:
        """The clock rings at every deadline."""
        until = self.now + round(seconds * 1000)
        while (due := self.board.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(ClockReached())
        self.now = until

    # --- as it should not be, but is, now and then -----------------------------------------------------------------

    def the_clock_jumps(self, picks: Picks) -> None:
        """Nobody looked at it meanwhile; what happens next is told that much later."""
        self.now += picks.one(JUMPS) * 1000

    def something_is_told_twice(self, picks: Picks) -> None:
        told = [event for _, event in self.history[-8:] if event is not None and not isinstance(event, CallerArrived)]
        if told:
            self.tell(picks.one(told))

    def the_house_changes(self, picks: Picks) -> None:
        self.tell(HouseChanged(house=picks.one(rich_house.HOUSES)))

    def the_router_restarts(self, picks: Picks) -> None:
        self.restarts()

    def a_stray_leg_is_told_of(self, picks: Picks) -> None:
        kind: Any = picks.one((LegRang, LegAnswered, LegEnded))
        call = picks.one(self._any_calls())
        self.tell(kind(call=call, leg=picks.one(_legs(call))))

    def a_command_fails(self, picks: Picks) -> None:
        call = picks.one(self._any_calls())
        command, leg = picks.one(COMMANDS), picks.one((*_legs(call), None))
        failure = picks.one((Failure.REFUSED, Failure.UNREACHABLE, Failure.BROKEN))
        self.tell(CommandFailed(call=call, command=command, failure=failure, leg=leg))

    def a_call_is_found(self, picks: Picks) -> None:
        """As it is held, or not quite."""
        call = picks.one(self._any_calls())
        live = self.board.calls.get(call)
        legs = live.legs() if live else frozenset(_legs(call))
        bridged = picks.one((legs, frozenset[LegId](), frozenset(sorted(legs)[:1])))
        self.tell(CallFound(call=call, up=picks.one((legs, bridged)), bridged=bridged))

    def a_call_is_settled(self, picks: Picks) -> None:
        """Told by the ledger, or by mistake while the call still lives."""
        self.tell(CallSettled(call=picks.one(self._any_calls())))

    def the_fallback_served(self, picks: Picks) -> None:
        """Another call, or one of ours that was handed on; told once or twice."""
        begun = picks.one((None, *self._last_calls()))
        name = CallId(f"{begun}-fallback" if begun else f"elsewhere-{picks.one(tuple(range(1_000)))}")
        spoken = picks.one((0, 5_000, 40_000))
        part = Part(kind=picks.one((PartKind.TALK, PartKind.THROUGH)), start=self.now - spoken, end=self.now)
        served = FallbackServed(
            call=name,
            begun=begun,
            dialled=picks.one(rich_house.DIALLED),
            caller=picks.one(rich_house.CALLERS),
            arrived=self.now - 60_000,
            began=self.now - 59_000,
            ended=self.now,
            parts=(part,) if spoken else (),
            announced=picks.one((True, False)),
        )
        board = self.board
        self.tell(decided(served, board.house, board.guard.blocks) if picks.one((True, False)) else served)

    def the_ledger_catches_up(self, picks: Picks) -> None:
        for name in [*(call.id for call in self.board.unsettled()), *self.board.fallbacks.unsettled]:
            self.tell(CallSettled(call=name))

    def a_block_is_lifted(self, picks: Picks) -> None:
        client: ClientId | None = picks.one((None, rich_house.PRAXIS, rich_house.KANZLEI))
        self.tell(BlockLifted(client=client, number=picks.one(rich_house.CALLERS)))

    # --- the end ---------------------------------------------------------------------------------------------------

    def ends(self) -> None:
        """Nothing more is heard of anybody: whoever does not speak comes to an end all the same. Then all hang up."""
        self.waits(30_000)
        silent = [call.id for call in self._live() if call.phase not in SPEAKING]
        assert not silent, f"{silent} would wait for ever"
        for call in list(self.board.calls.values()):
            for leg in sorted(call.legs()):
                self.tell(LegEnded(call=call.id, leg=leg, cause=16))
        self.waits(1_000)
        self.watch.all_over()
        for call_id in list(self.board.calls):
            assert not any(isinstance(command, Settle) for command in self.tell(CallSettled(call=call_id)))
        assert self.board.calls == {}

    # --- what there is ---------------------------------------------------------------------------------------------

    def _who(self, picks: Picks, doing: Presence | None) -> AgentId:
        """Mostly an agent who does this, or (None) who has no call."""
        seats = [agent for agent, seat in self.board.floor.seats.items() if seat.doing is doing]
        return picks.one(seats if seats and _mostly(picks) else rich_house.NAMES)

    def _live(self) -> list[Any]:
        return [call for call in self.board.calls.values() if call.ended is None]

    def _held(self) -> list[tuple[CallId, LegId]]:
        return [(call.id, leg) for call in self._live() for leg in sorted(call.legs())]

    def _last_calls(self) -> tuple[CallId, ...]:
        return tuple(CallId(f"call-{number}") for number in range(max(0, self.calls - 6), self.calls))

    def _any_calls(self) -> tuple[CallId, ...]:
        return self._last_calls() or (CallId("call-none"),)


def _mostly(picks: Picks) -> bool:
    return picks.one((True, True, True, False))


def _legs(call: CallId) -> tuple[LegId, ...]:
    """Names that legs of this call have, or could have."""
    placed = (f"{call}-{kind}{number}" for kind in ("agent", "staff", "caller") for number in (1, 2, 3))
    return (LegId(call), *map(LegId, placed), LegId("stray"))


def _hung_up(command: HangUp | Reject | SendToFallback) -> list[Event]:
    return [LegEnded(call=command.call, leg=command.leg, cause=16)]


def _rings(command: RingAgent | RingStaff | RingCaller) -> list[Event]:
    answer = LegAnswered(call=command.call, leg=command.leg)
    return [LegRang(call=command.call, leg=command.leg), answer, answer]


def _put_through(command: PutThrough) -> list[Event]:
    caller = LegEnded(call=command.call, leg=LegId(command.call), left=True)
    returned = CallerReturned(call=command.call, leg=command.leg, cause=19)
    return [caller, LegAnswered(call=command.call, leg=command.leg), returned]


def _plays(command: Announce) -> list[Event]:
    return [AnnouncementEnded(call=command.call, playback=command.playback)]


def _records(command: Record) -> list[Event]:
    return [RecordingEnded(call=command.call, recording=command.recording, length_ms=2_000)]


_CONSEQUENCES: Mapping[type[Command], Callable[[Any], list[Event]]] = {
    Reject: _hung_up,
    HangUp: _hung_up,
    SendToFallback: _hung_up,
    RingAgent: _rings,
    RingStaff: _rings,
    PutThrough: _put_through,
    RingCaller: _rings,
    Announce: _plays,
    Record: _records,
    Settle: lambda command: [CallSettled(call=command.call)],
    BlockCaller: lambda command: [BlockKept(call=command.call, client=command.client, number=command.number)],
    BlockForAll: lambda command: [BlockForAllKept(number=command.number)],
}

Act = Callable[[World, Picks], None]
ACTS: Mapping[str, tuple[Act, int]] = {
    name: (getattr(World, name), weight)
    for name, weight in {
        "a_caller_arrives": 12,
        "what_is_due_happens": 30,
        "what_is_due_is_lost": 4,
        "a_ringing_leg_answers": 10,
        "a_leg_ends": 6,
        "an_agent_comes": 10,
        "an_agent_wishes": 12,
        "an_agent_pauses": 2,
        "an_agent_transfers": 5,
        "an_agent_passes": 3,
        "an_agent_takes": 4,
        "an_agent_dials": 2,
        "a_caller_presses": 8,
        "an_agent_presses": 4,
        "time_passes": 24,
        "the_clock_jumps": 1,
        "something_is_told_twice": 3,
        "the_house_changes": 1,
        "the_router_restarts": 1,
        "a_stray_leg_is_told_of": 2,
        "a_command_fails": 2,
        "a_call_is_found": 2,
        "a_call_is_settled": 1,
        "the_fallback_served": 2,
        "the_ledger_catches_up": 2,
        "a_block_is_lifted": 1,
    }.items()
}
