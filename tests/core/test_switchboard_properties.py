"""Whatever the world says, in whatever order: the invariants of the house hold, and every call comes to its end."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from router.core.commands import Command, Settle
from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    AnnouncementEnded,
    CallerArrived,
    CallFound,
    CallSettled,
    ClockReached,
    CodeDialled,
    CommandFailed,
    DigitPressed,
    Event,
    Failure,
    HoldRequested,
    HouseChanged,
    LegAnswered,
    LegEnded,
    LegRang,
    OfferAccepted,
    OfferDeclined,
    ResumeRequested,
    TransferRequested,
    WrapUpFinished,
)
from router.core.house import Greeting, GreetingMode, House, OnBlock
from router.core.ids import AgentId, CallId, LegId, PlaybackId, agent_leg, staff_leg
from router.core.switchboard import Switchboard
from tests.core.invariants import Watch
from tests.stories import houses
from tests.stories.houses import NOON, a_house, agent, kanzlei, praxis

NUMBERS = (houses.PRAXIS_NUMBER, houses.KANZLEI_NUMBER, houses.BLUMEN_NUMBER, houses.SHARED_NUMBER)
CALLERS = (houses.SOMEBODY, houses.FRIEND, houses.VIP_CALLER, houses.VIP_STRAIGHT, houses.PEST, None)
AGENTS = (houses.ANNA, houses.BERND, houses.CLARA, AgentId("nobody"))
PEOPLE = (houses.WEISS, houses.ROT, houses.NACHT)
PLAYED = (Greeting(mode=GreetingMode.PLAY, text="Guten Tag."),)
HOUSES = (
    a_house(),
    a_house(clients=(praxis(greetings=PLAYED, on_block=OnBlock.ANNOUNCE, max_wait_ms=10_000), kanzlei()), version="2"),
    a_house(agents=houses.AGENTS[:1], version="3", default_client=houses.PRAXIS, wrap_up_limit_ms=1_000),
    a_house(agents=(agent("anna"), agent("bernd", houses.DEUTSCH, houses.JURA)), version="4"),
)
WISHES: tuple[type[AgentEvent], ...] = (
    AdvertisingReported,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentResumed,
    HoldRequested,
    OfferAccepted,
    OfferDeclined,
    ResumeRequested,
    WrapUpFinished,
)
COMMANDS = ("RingAgent", "RingStaff", "Announce", "Answer", "OpenBridge", "Join", "Hold", "HangUp", "Ring", "Reject")
DIGITS = ("*1", "*21", "*22", "*7", "*", "2", "#")
Legs = tuple[LegId, ...]


class AnyWorld(RuleBasedStateMachine):
    """Events as they should be, and late, doubled, out of order, about anything."""

    def __init__(self) -> None:
        super().__init__()
        self.board = Switchboard.open(House(version="", clients={}, agents={}))
        self.watch = Watch(self.board)
        self.now = NOON
        self.last: Event = ClockReached()

    def tell(self, event: Event) -> list[Command]:
        self.last = event
        commands = self.board.feed(event, self.now)
        self.watch.after(event, commands, self.now)
        return commands

    @initialize(house=st.sampled_from(HOUSES), on=st.sets(st.sampled_from(AGENTS[:3])))
    def opens(self, house: House, on: set[AgentId]) -> None:
        self.tell(HouseChanged(house=house))
        for one in sorted(on):
            self.tell(AgentLoggedIn(agent=one))

    # --- the world as it should be ---------------------------------------------------------------------------------

    @precondition(lambda self: len(self.watch.begun) < 8)
    @rule(dialled=st.sampled_from(NUMBERS), caller=st.sampled_from(CALLERS), forwarded=st.booleans())
    def a_caller_arrives(self, dialled: str, caller: str | None, forwarded: bool) -> None:
        call = f"call-{len(self.watch.begun)}"
        by = (houses.PRAXIS_OWN, houses.KANZLEI_OWN)[: 1 + (caller is None)] if forwarded else ()
        self.tell(CallerArrived(call=CallId(call), leg=LegId(call), dialled=dialled, caller=caller, forwarded_by=by))

    @precondition(lambda self: self.ringing())
    @rule(data=st.data())
    def a_ringing_leg_answers(self, data: st.DataObject) -> None:
        call, leg = data.draw(st.sampled_from(self.ringing()))
        self.tell(LegAnswered(call=call, leg=leg))

    @precondition(lambda self: self.held())
    @rule(data=st.data(), cause=st.sampled_from((0, 16, 17, 19, 20)))
    def a_leg_ends(self, data: st.DataObject, cause: int) -> None:
        call, leg = data.draw(st.sampled_from(self.held()))
        self.tell(LegEnded(call=call, leg=leg, cause=cause))

    @precondition(lambda self: self.held())
    @rule(data=st.data())
    def an_announcement_ends(self, data: st.DataObject) -> None:
        call, _ = data.draw(st.sampled_from(self.held()))
        self.tell(AnnouncementEnded(call=call, playback=self.board.calls[call].playback or PlaybackId("none")))

    @rule(kind=st.sampled_from(WISHES), who=st.sampled_from(AGENTS))
    def an_agent_wishes(self, kind: type[AgentEvent], who: AgentId) -> None:
        self.tell(kind(agent=who))

    @rule(who=st.sampled_from(AGENTS), staff=st.sampled_from(PEOPLE))
    def an_agent_transfers(self, who: AgentId, staff: Any) -> None:
        self.tell(TransferRequested(agent=who, staff=staff))

    @rule(who=st.sampled_from(AGENTS))
    def an_agent_pauses(self, who: AgentId) -> None:
        self.tell(AgentPaused(agent=who, reason="coffee"))

    @rule(who=st.sampled_from(AGENTS), code=st.sampled_from(("*41", "*42", "*43", "*44", "*47", "*9", "")))
    def an_agent_dials(self, who: AgentId, code: str) -> None:
        self.tell(CodeDialled(agent=who, leg=LegId(f"{who}-dials"), code=code))

    @precondition(lambda self: self.held())
    @rule(data=st.data(), digits=st.sampled_from(DIGITS))
    def somebody_presses(self, data: st.DataObject, digits: str) -> None:
        call, leg = data.draw(st.sampled_from(self.held()))
        for digit in digits:
            self.tell(DigitPressed(call=call, leg=leg, digit=digit))

    @rule(seconds=st.sampled_from((0.001, 1, 2, 5, 10, 15, 20, 200)))
    def time_passes(self, seconds: float) -> None:
        until = self.now + round(seconds * 1000)
        while (due := self.board.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(ClockReached())
        self.now = until

    @rule(who=st.sampled_from(AGENTS[:3]))
    def an_agent_comes(self, who: AgentId) -> None:
        self.tell(AgentResumed(agent=who))
        self.tell(AgentLoggedIn(agent=who))

    # --- the world as it should not be, but is, now and then -------------------------------------------------------

    @precondition(lambda self: self.watch.begun)
    @rule(data=st.data(), number=st.integers(0, 4))
    def something_odd_happens(self, data: st.DataObject, number: int) -> None:
        odd = (self._time_jumps, self._house_changes, self._told_twice, self._any_leg, self._any_failure, self._found)
        call = data.draw(st.sampled_from(sorted(self.watch.begun)))
        legs = (LegId(call), agent_leg(call, number), staff_leg(call, number), LegId("stray"))
        data.draw(st.sampled_from((*odd, self._settled)))(data, call, legs)

    def _time_jumps(self, data: st.DataObject, call: CallId, legs: Legs) -> None:
        self.now += data.draw(st.sampled_from((1, 15, 30, 1000))) * 1000

    def _house_changes(self, data: st.DataObject, call: CallId, legs: Legs) -> None:
        self.tell(HouseChanged(house=data.draw(st.sampled_from(HOUSES))))

    def _told_twice(self, data: st.DataObject, call: CallId, legs: Legs) -> None:
        if not isinstance(self.last, CallerArrived) or self.last.call in self.board.calls:
            self.tell(self.last)

    def _any_leg(self, data: st.DataObject, call: CallId, legs: Legs) -> None:
        kind: Any = data.draw(st.sampled_from((LegRang, LegAnswered, LegEnded)))
        self.tell(kind(call=call, leg=data.draw(st.sampled_from(legs))))

    def _any_failure(self, data: st.DataObject, call: CallId, legs: Legs) -> None:
        command, leg = data.draw(st.sampled_from(COMMANDS)), data.draw(st.sampled_from((*legs, None)))
        self.tell(CommandFailed(call=call, command=command, failure=Failure.REFUSED, leg=leg))

    def _found(self, data: st.DataObject, call: CallId, legs: Legs) -> None:
        up, bridged = data.draw(st.sets(st.sampled_from(legs))), data.draw(st.sets(st.sampled_from(legs)))
        self.tell(CallFound(call=call, up=frozenset(up), bridged=frozenset(bridged)))

    def _settled(self, data: st.DataObject, call: CallId, legs: Legs) -> None:
        """Told by the ledger, or by mistake while the call still lives."""
        self.tell(CallSettled(call=call))

    # --- the end ---------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        for call in list(self.board.calls):
            self.tell(LegEnded(call=call, leg=LegId(call)))
        self.time_passes(10_000)
        assert set(self.watch.records) == self.watch.begun
        assert self.board.timers.next() is None
        assert {call.id for call in self.board.unsettled()} == set(self.board.calls)
        for call in list(self.board.calls):
            assert not any(isinstance(command, Settle) for command in self.tell(CallSettled(call=call)))
        assert self.board.calls == {}

    def held(self) -> list[tuple[CallId, LegId]]:
        """All legs that live calls hold."""
        return [(call.id, leg) for call in self.board.calls.values() for leg in sorted(call.legs())]

    def ringing(self) -> list[tuple[CallId, LegId]]:
        """The legs among them that we placed."""
        return [(call, leg) for call, leg in self.held() if leg != self.board.calls[call].leg]


TestAnyWorld = AnyWorld.TestCase
TestAnyWorld.settings = settings(derandomize=True, deadline=None, max_examples=250, stateful_step_count=60)
