"""A call told in sentences: what happens goes in, what the core wants done is looked at.

The story feeds a switchboard directly. After each sentence every invariant of the house is checked, so that each story
is a test of all of them as well.
"""

from typing import TypeVar

from router.core.commands import (
    Command,
    HangUp,
    KeepPresence,
    Note,
    PutThrough,
    Record,
    Refuse,
    RingAgent,
    RingCaller,
    RingStaff,
    Settle,
)
from router.core.events import (
    AdvertisingReported,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    AnnouncementEnded,
    CallerArrived,
    CallerReturned,
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
    HoldRequested,
    HouseChanged,
    LegAnswered,
    LegEnded,
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
from router.core.house import House
from router.core.ids import AgentId, CallId, LegId, Millis, PlaybackId, QueueId, StaffId
from router.core.live_call import LiveCall
from router.core.record import CallRecord, PartKind
from router.core.switchboard import Switchboard
from router.core.view import Phase, Presence
from tests.core.invariants import Watch
from tests.stories.houses import ANNA, NOON, PRAXIS_NUMBER, SOMEBODY, a_house

C = TypeVar("C", bound=Command)
MAIN = CallId("call-1")


class Story:
    """One house, from `NOON` on; nobody is logged in unless the story says so. Times are seconds."""

    def __init__(self, house: House | None = None, *, on: tuple[AgentId, ...] = ()) -> None:
        self.now: Millis = NOON
        self.board = Switchboard.open(House(version="", clients={}, agents={}))
        self.told: list[tuple[Millis, Event]] = []
        self.commands: list[Command] = []
        self.last: list[Command] = []
        self._watch = Watch(self.board)
        self._put_through: dict[LegId, Millis] = {}  # until when the dialplan rings there
        self.house_becomes(house or a_house())
        for agent in on:
            self.agent_logs_in(agent)
            self.after(1)
        self.commands.clear()

    def tell(self, event: Event) -> list[Command]:
        """Something happens now."""
        self.told.append((self.now, event))
        self.last = self.board.feed(event, self.now)
        self.commands += self.last
        self._watch.after(event, self.last, self.now)
        for put in self.just_asked(PutThrough):
            self._put_through[put.leg] = self.now + put.ring_ms
        return self.last

    # --- time ------------------------------------------------------------------------------------------------------

    def after(self, seconds: float) -> None:
        """Time goes on, and the clock rings at every deadline."""
        until = self.now + round(seconds * 1000)
        while (due := self._next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(ClockReached())
            self._dialplan_gives_back()
        self.now = until

    def _next_due(self) -> Millis | None:
        deadline = self.board.next_deadline()
        return min((at for at in (deadline, *self._put_through.values()) if at is not None), default=None)

    def _dialplan_gives_back(self) -> None:
        """Callers whom nobody answered in time."""
        for leg in [leg for leg, until in self._put_through.items() if until <= self.now]:
            del self._put_through[leg]
            call = next((call for call in self.board.calls.values() if leg == call.staff_leg), None)
            if call is not None and call.phase is Phase.DIRECT:
                self.tell(CallerReturned(call=call.id, leg=leg, cause=19))

    def unnoticed(self, seconds: float) -> None:
        """Time goes on, and nobody looks at the clock."""
        self.now += round(seconds * 1000)

    # --- the caller ------------------------------------------------------------------------------------------------

    def caller_arrives(
        self,
        *,
        call: str = MAIN,
        dialled: str = PRAXIS_NUMBER,
        caller: str | None = SOMEBODY,
        forwarded_by: tuple[str, ...] = (),
    ) -> CallId:
        self.tell(
            CallerArrived(call=CallId(call), leg=LegId(call), dialled=dialled, caller=caller, forwarded_by=forwarded_by)
        )
        return CallId(call)

    def caller_hangs_up(self, call: str = MAIN) -> None:
        self.tell(LegEnded(call=CallId(call), leg=LegId(call), cause=16))

    def announcement_ends(self, call: str = MAIN, *, played: bool = True) -> None:
        playback = self.call(call).playback or PlaybackId("none")
        self.tell(AnnouncementEnded(call=CallId(call), playback=playback, played=played))

    def caller_presses(self, digits: str, call: str = MAIN) -> None:
        for digit in digits:
            self.tell(DigitPressed(call=CallId(call), leg=LegId(call), digit=digit))

    def message_ends(self, seconds: float = 20, *, kept: bool = True) -> None:
        """The recording that was begun last is over."""
        record = self.asked(Record)[-1]
        self.tell(
            RecordingEnded(call=record.call, recording=record.recording, length_ms=round(seconds * 1000), kept=kept)
        )

    def called_back_answers(self) -> None:
        """The caller who is called back takes up the phone."""
        self.tell(LegAnswered(call=self.asked(RingCaller)[-1].call, leg=self.asked(RingCaller)[-1].leg))

    def called_back_phone_ends(self, *, cause: int = 16) -> None:
        self.tell(LegEnded(call=self.asked(RingCaller)[-1].call, leg=self.asked(RingCaller)[-1].leg, cause=cause))

    # --- agents ----------------------------------------------------------------------------------------------------

    def agent_logs_in(self, agent: AgentId = ANNA) -> None:
        self.tell(AgentLoggedIn(agent=agent))

    def agent_logs_out(self, agent: AgentId = ANNA) -> None:
        self.tell(AgentLoggedOut(agent=agent))

    def agent_pauses(self, agent: AgentId = ANNA, reason: str = "coffee") -> None:
        self.tell(AgentPaused(agent=agent, reason=reason))

    def agent_resumes(self, agent: AgentId = ANNA) -> None:
        self.tell(AgentResumed(agent=agent))

    def agent_accepts(self, agent: AgentId = ANNA) -> None:
        self.tell(OfferAccepted(agent=agent))

    def agent_declines(self, agent: AgentId = ANNA) -> None:
        self.tell(OfferDeclined(agent=agent))

    def agent_holds(self, agent: AgentId = ANNA) -> None:
        self.tell(HoldRequested(agent=agent))

    def agent_takes_back(self, agent: AgentId = ANNA) -> None:
        self.tell(ResumeRequested(agent=agent))

    def agent_mutes(self, agent: AgentId = ANNA) -> None:
        self.tell(MuteRequested(agent=agent))

    def agent_unmutes(self, agent: AgentId = ANNA) -> None:
        self.tell(UnmuteRequested(agent=agent))

    def agent_transfers(self, agent: AgentId = ANNA, *, to: StaffId) -> None:
        self.tell(TransferRequested(agent=agent, staff=to))

    def agent_consults(self, agent: AgentId = ANNA, *, whom: StaffId) -> None:
        self.tell(ConsultRequested(agent=agent, staff=whom))

    def agent_takes_caller_in(self, agent: AgentId = ANNA) -> None:
        self.tell(ThreeRequested(agent=agent))

    def agent_ends_consultation(self, agent: AgentId = ANNA) -> None:
        self.tell(ConsultEnded(agent=agent))

    def agent_leaves_both(self, agent: AgentId = ANNA) -> None:
        self.tell(ConsultCompleted(agent=agent))

    def agent_finishes(self, agent: AgentId = ANNA) -> None:
        self.tell(WrapUpFinished(agent=agent))

    def agent_reports_advertising(self, agent: AgentId = ANNA) -> None:
        self.tell(AdvertisingReported(agent=agent))

    def agent_parks(self, agent: AgentId = ANNA) -> None:
        self.tell(ParkRequested(agent=agent))

    def agent_takes_parked(self, agent: AgentId = ANNA, call: str | None = None) -> None:
        self.tell(ParkedTaken(agent=agent, call=CallId(call) if call else None))

    def agent_takes(self, agent: AgentId = ANNA, call: str | None = None) -> None:
        """A waiting call, out of turn."""
        self.tell(CallTaken(agent=agent, call=CallId(call) if call else None))

    def agent_passes(
        self, agent: AgentId = ANNA, *, to: AgentId | None = None, to_queue: QueueId | None = None
    ) -> None:
        self.tell(PassRequested(agent=agent, to_agent=to, to_queue=to_queue))

    def agent_dials(self, code: str, agent: AgentId = ANNA) -> None:
        self.tell(CodeDialled(agent=agent, leg=LegId(f"{agent}-dials"), code=code))

    def agent_presses(self, digits: str, agent: AgentId = ANNA) -> None:
        leg = self.agent_leg(agent)
        for digit in digits:
            self.tell(DigitPressed(call=self.call_of(leg), leg=leg, digit=digit))

    def agent_answers(self, agent: AgentId = ANNA) -> None:
        leg = self.agent_leg(agent)
        self.tell(LegAnswered(call=self.call_of(leg), leg=leg))

    def agent_phone_ends(self, agent: AgentId = ANNA, *, cause: int = 16) -> None:
        leg = self.agent_leg(agent)
        self.tell(LegEnded(call=self.call_of(leg), leg=leg, cause=cause))

    # --- staff -----------------------------------------------------------------------------------------------------

    def never_given_back(self) -> None:
        """Nobody takes the caller back whom the dialplan put through."""
        self._put_through.clear()

    def staff_answers(self) -> None:
        self.tell(LegAnswered(call=self._staff().call, leg=self._staff().leg))

    def staff_phone_ends(self, *, cause: int = 16) -> None:
        staff = self._staff()
        rings = isinstance(staff, PutThrough) and self.call(staff.call).phase is Phase.DIRECT
        self.tell((CallerReturned if rings else LegEnded)(call=staff.call, leg=staff.leg, cause=cause))

    # --- the house -------------------------------------------------------------------------------------------------

    def house_becomes(self, house: House) -> None:
        self.tell(HouseChanged(house=house))

    def goes_on_with(self, board: Switchboard) -> None:
        """After a restart, from what was written down."""
        self.board = self._watch.board = board

    def command_fails(
        self, command: type[Command], *, leg: LegId | None = None, failure: Failure = Failure.REFUSED, call: str = MAIN
    ) -> None:
        self.tell(CommandFailed(call=CallId(call), command=command.__name__, failure=failure, leg=leg))

    def ledger_has_it(self, call: str = MAIN) -> None:
        self.tell(CallSettled(call=CallId(call)))

    # --- looking ---------------------------------------------------------------------------------------------------

    def call(self, call: str = MAIN) -> LiveCall:
        return self.board.calls[CallId(call)]

    def phase(self) -> Phase:
        return self.call().phase

    def presence(self, agent: AgentId = ANNA) -> Presence:
        return self.board.floor.seats[agent].presence

    @property
    def line(self) -> list[CallId]:
        return [place.call for place in self.board.floor.line]

    def asked(self, kind: type[C]) -> list[C]:
        """Every command of this kind since the story began."""
        return [command for command in self.commands if isinstance(command, kind)]

    def just_asked(self, kind: type[C]) -> list[C]:
        """The commands of this kind that the last sentence brought."""
        return [command for command in self.last if isinstance(command, kind)]

    @property
    def just_done(self) -> list[str]:
        """The names of the commands that the last sentence brought, notes left out."""
        return [type(command).__name__ for command in self.last if not isinstance(command, Note | KeepPresence)]

    @property
    def done(self) -> list[str]:
        """The names of all commands since the story began, notes left out."""
        return [type(command).__name__ for command in self.commands if not isinstance(command, Note | KeepPresence)]

    @property
    def rung(self) -> list[AgentId]:
        """The agents whose phones were rung, in order."""
        return [ring.agent for ring in self.asked(RingAgent)]

    @property
    def refusals(self) -> list[str]:
        return [refuse.reason for refuse in self.asked(Refuse)]

    @property
    def hung_up(self) -> list[LegId]:
        return [command.leg for command in self.asked(HangUp)]

    def record(self, call: str = MAIN) -> CallRecord:
        """The settled record. Exactly one."""
        (settle,) = [command for command in self.asked(Settle) if command.call == call]
        return settle.record

    def is_settled(self, call: str = MAIN) -> bool:
        return any(command.call == call for command in self.asked(Settle))

    def ending(self, call: str = MAIN) -> tuple[str, str]:
        """Class and reason."""
        ending = self.record(call).ending
        return str(ending.kind), ending.reason

    def parts(self, call: str = MAIN) -> list[tuple[PartKind, str, float]]:
        """Kind, whose, and seconds of each part."""
        return [(part.kind, part.agent or part.staff or "", part.length / 1000) for part in self.record(call).parts]

    def why(self, rule: str, call: str = MAIN) -> list[str]:
        """The outcomes that this rule left in the live call's trace."""
        return [step.outcome for step in self.call(call).steps if step.rule == rule]

    def agent_leg(self, agent: AgentId) -> LegId:
        """The leg that rang last for this agent."""
        return next(ring.leg for ring in reversed(self.asked(RingAgent)) if ring.agent == agent)

    def call_of(self, leg: LegId) -> CallId:
        return next(ring.call for ring in reversed(self.asked(RingAgent)) if ring.leg == leg)

    def _staff(self) -> RingStaff:
        return self.asked(RingStaff)[-1]
