"""What always holds in the house, checked after every event.

What is said of one call's legs, parts and record is `RecordsWatch`; of agents and who gets whom, `FloorWatch` in
`floor_invariants.py`. `Watch` is all of them, and what holds between calls and floor.
"""

from collections import defaultdict, deque
from itertools import pairwise

from router.core.commands import (
    Announce,
    CallCommand,
    CloseBridge,
    Command,
    HangUp,
    Hold,
    Join,
    LegCommand,
    Note,
    OpenBridge,
    PutThrough,
    Record,
    Reject,
    RingAgent,
    RingCaller,
    RingStaff,
    SendToFallback,
    Settle,
    Unhold,
)
from router.core.events import (
    CallerArrived,
    CallFound,
    CommandFailed,
    DigitPressed,
    Event,
    FallbackServed,
    LegAnswered,
    LegEnded,
    LegRang,
)
from router.core.ids import CallId, LegId, Millis, RecordingId
from router.core.line import Place
from router.core.live_call import CONSULTS
from router.core.moves.bridge import belonging
from router.core.record import CallRecord, EndingClass, PartKind
from router.core.switchboard import Switchboard
from router.core.view import Phase, Presence
from tests.core.floor_invariants import FloorWatch

TALK = {Phase.TALKING, Phase.HELD, *CONSULTS}  # what is charged as conversation
ENGAGED = {Phase.OFFERED, Phase.CALLING_BACK, *TALK}
IN_LINE = {Phase.WAITING, Phase.PROMISED}
SPEAKING = {*TALK - {Phase.CONSULTING}, Phase.THROUGH}  # may last as long as people speak
LEFT_TOGETHER = {("consult", "completed"), ("consult", "agent hung up")}
OVER = {Phase.WRAPPING, Phase.ENDED}
NEVER_CALLED = {"110", "112", "+49110", "+49112"}
RINGS = RingAgent | RingStaff | RingCaller


class RecordsWatch:
    """What is asked of the world for each call, and the record that it comes to."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.begun: set[CallId] = set()
        self.records: dict[CallId, CallRecord] = {}
        self._legs: dict[CallId, set[LegId]] = defaultdict(set)
        self._gone: dict[CallId, set[LegId]] = defaultdict(set)
        self._told_of: dict[CallId, set[LegId]] = defaultdict(set)  # whether the call has them or not
        self._open: set[CallId] = set()
        self._handed: dict[CallId, set[LegId]] = defaultdict(set)  # ends that are the dialplan's matter
        self._answers: dict[CallId, set[Millis]] = defaultdict(set)
        self._found: dict[CallId, set[Millis]] = defaultdict(set)  # and brought together, if they were not
        self._pressed: dict[CallId, set[Millis]] = defaultdict(set)
        self._announced: dict[CallId, set[str]] = defaultdict(set)
        self._blocked: set[CallId] = set()
        self._busy: dict[str, deque[tuple[Millis, Millis]]] = defaultdict(lambda: deque(maxlen=40))  # the latest
        self.elsewhere: dict[CallId, CallRecord] = {}  # served by the dialplan
        self._together: dict[CallId, set[Millis]] = defaultdict(set)  # caller and staff, when the agent left them
        self._on_hold: set[LegId] = set()
        self._inside: dict[CallId, set[LegId]] = defaultdict(set)  # the bridge
        self._consents: set[RecordingId] = set()

    def saw(self, event: Event, commands: list[Command], now: Millis) -> None:
        """Raises AssertionError when something is asked for that must not be."""
        self._heard(event, now)
        for command in commands:
            if isinstance(event, FallbackServed) and isinstance(command, CallCommand) and command.call == event.call:
                self._served_elsewhere(command, event)
                continue
            if isinstance(command, CallCommand):
                self._asked(command)
            if isinstance(command, Record):
                self._consented(command, event)
            if isinstance(command, Settle):
                self._settled(command.record, now)

    def _heard(self, event: Event, now: Millis) -> None:
        if isinstance(event, LegRang | LegAnswered):
            self._told_of[event.call].add(event.leg)
        match event:
            case CallerArrived(call=call, leg=leg) if call not in self.begun:
                self.begun.add(call)
                self._legs[call].add(leg)
            case LegAnswered(call=call):
                self._answers[call].add(now)
            case CallFound(call=call):
                self._found[call].add(now)
            case LegEnded(call=call, leg=leg, left=left) if not (left and self._in_the_dialplan(call)):
                self._gone[call] |= self._with(call, leg)
            case CommandFailed(call=call, leg=leg, command="RingAgent" | "RingStaff" | "RingCaller") if leg:
                self._gone[call].add(leg)
            case DigitPressed(call=call):
                self._pressed[call].add(now)
            case _:
                return

    def _in_the_dialplan(self, call: CallId) -> bool:
        return call in self.board.calls and self.board.calls[call].handed

    def _with(self, call: CallId, leg: LegId) -> set[LegId]:
        """The leg, and the caller's, if the dialplan had brought both together: it ends both."""
        put_through = leg in self._handed[call] and bool(self._answers[call])
        return {leg, LegId(call)} if put_through else {leg}

    def _asked(self, command: CallCommand) -> None:
        call = command.call
        # A caller whom the dialplan gives back, or a leg that rings, of whom nobody knows.
        unknown = isinstance(command, SendToFallback | HangUp)
        assert call in self.begun or unknown, f"{command} for a call that never began"
        if call not in self.begun:
            return
        match command:
            case RingAgent() | RingStaff() | RingCaller():
                self._rings(command)
            case Announce(text=text):
                self._announced[call].add(text)
            case OpenBridge() | CloseBridge() | Join() | Hold() | Unhold():
                self._moved(command)
            case HangUp(leg=leg) | Reject(leg=leg) | SendToFallback(leg=leg):
                self._gone[call].add(leg)
            case Note(step=step) if (step.rule, step.outcome) in LEFT_TOGETHER:
                self._together[call].add(step.at)
            case Note(step=step) if step.rule == "screening" and step.outcome == "blocked":
                self._blocked.add(call)
            case _:
                pass
        legs = command.legs if isinstance(command, Join) else (command.leg,) if isinstance(command, LegCommand) else ()
        let_go = self._told_of[call] if isinstance(command, HangUp) else set()
        assert set(legs) <= self._legs[call] | let_go, f"{command} for a leg that its call never had"

    def _moved(self, command: OpenBridge | CloseBridge | Join | Hold | Unhold) -> None:
        """Into the call's bridge, or out of it."""
        call, inside = command.call, self._inside[command.call]
        match command:
            case OpenBridge():
                self._open.add(call)
            case CloseBridge():
                self._open.discard(call)
                inside.clear()
            case Join(legs=legs):
                inside.update(legs)
            case Hold(leg=leg):
                self._on_hold.add(leg)
                inside.discard(leg)
            case Unhold(leg=leg):
                self._on_hold.discard(leg)
                inside.add(leg)

    def _rings(self, command: RINGS) -> None:
        call = command.call
        assert command.leg not in self._legs[call], f"{command.leg} dialled twice"
        self._legs[call].add(command.leg)
        if isinstance(command, PutThrough):
            self._handed[call].add(command.leg)
            self._gone[call].add(command.leg)
        assert call not in self.records, f"{command.leg} dialled after the end"
        if isinstance(command, RingAgent):
            assert call not in self._blocked, f"a blocked caller is offered to {command.agent}"
        else:
            assert command.number not in NEVER_CALLED | self.board.house.own_numbers, f"{command.number} is called"

    def _consented(self, command: Record, event: Event) -> None:
        """StGB section 201: only the key, on the caller's own phone, after the question."""
        if isinstance(event, CallFound) and command.recording in self._consents:
            return  # it goes on, should it have been lost in a gap
        self._consents.add(command.recording)
        call = self.board.calls[command.call]
        assert isinstance(event, DigitPressed), f"recorded because of {event}"
        assert call.message is not None
        assert (event.call, event.leg, event.digit) == (call.id, call.leg, call.message.key), f"{event} is no consent"
        assert call.message.text in self._announced[call.id], "consent to a question that was never put"

    def _settled(self, record: CallRecord, now: Millis) -> None:
        call = record.call
        assert call not in self.records, f"{call} settled twice"
        self.records[call] = record
        assert (call in self._blocked) == (record.ending.kind is EndingClass.BLOCKED), "blocked, or not?"
        if call in self._blocked:
            assert not record.parts
        times = [step.at for step in record.trace]
        assert times == sorted(times), "time ran backwards"
        assert record.arrived <= record.ended <= now
        assert self._legs[call] <= self._gone[call], f"left behind: {self._legs[call] - self._gone[call]}"
        assert call not in self._open, "the bridge is left behind"
        assert all(message.consented in self._pressed[call] for message in record.messages), "a message unasked for"
        self._parts(record, now)

    def _served_elsewhere(self, command: CallCommand, event: FallbackServed) -> None:
        """Nothing can be done about it any more: it is noted, and settled once."""
        assert isinstance(command, Note | Settle), f"{command} for a call that is over"
        if not isinstance(command, Settle):
            return
        record = command.record
        assert record.call not in {*self.records, *self.elsewhere}, f"{record.call} settled twice"
        self.elsewhere[record.call] = record
        first = self.records.get(event.begun) if event.begun else None
        before = [part for part in record.parts if part.kind is PartKind.SPOKEN_BEFORE]
        assert first is None or sum(part.length for part in before) in {0, first.total(PartKind.TALK)}
        assert [part for part in record.parts if part not in before] == list(event.parts)

    def _parts(self, record: CallRecord, now: Millis) -> None:
        for part in record.parts:
            assert record.arrived <= part.start <= part.end <= now
            assert part.kind is PartKind.WRAP_UP or part.end <= record.ended
            together = self._answers[record.call] | self._found[record.call] | self._together[record.call]
            assert part.kind is PartKind.WRAP_UP or part.start in together
        self._apart(record)

    def _apart(self, record: CallRecord) -> None:
        """Nobody does two things at once: neither an agent, nor the caller, who would be charged twice."""
        whose: dict[str, list[tuple[Millis, Millis]]] = defaultdict(list)
        for part in record.parts:
            whose[f"agent {part.agent}" if part.agent else f"staff {part.staff}"].append((part.start, part.end))
            if part.kind is not PartKind.WRAP_UP:
                whose["caller"].append((part.start, part.end))
        for name, stretches in whose.items():
            for (_, end), (start, _) in pairwise(sorted(stretches)):
                assert end <= start, f"{name} is in two parts at once"
            if name.startswith("agent"):
                self._nowhere_else(name, stretches)

    def _nowhere_else(self, agent: str, stretches: list[tuple[Millis, Millis]]) -> None:
        """Nor is an agent paid for by two callers for the same second."""
        known = self._busy[agent]
        for start, end in stretches:
            assert not any(start < other[1] and other[0] < end for other in known), f"{agent} is in two calls at once"
        known.extend(stretches)


class Watch(RecordsWatch):
    """Sees every event and its commands, and remembers what the invariants need."""

    def __init__(self, board: Switchboard) -> None:
        super().__init__(board)
        self.floor = FloorWatch()

    def after(self, event: Event, commands: list[Command], now: Millis) -> None:
        """Raises AssertionError when the house is not as it must be."""
        self.saw(event, commands, now)
        self.floor.saw(self.board, event, commands, now)
        if isinstance(event, CallerArrived):
            self._room(event)
        self.holds(now)

    def holds(self, now: Millis) -> None:
        """The same, of the house as it stands."""
        self.floor.holds(self.board, now)
        self._hands()
        self._line()
        self._calls(now)
        self._guard(now)

    def all_over(self) -> None:
        """Once everybody has hung up and all time is over: every call has its ending, and nothing is due."""
        assert set(self.records) == self.begun
        assert not [due for due in self.board.timers.armed if due.startswith(("call ", "music "))]
        assert {call.id for call in self.board.unsettled()} == set(self.board.calls)
        assert self.board.floor.line == []
        assert not self.board.floor.parked

    def _room(self, event: CallerArrived) -> None:
        """No more calls at once than may be, of one client and of one caller."""
        call = self.board.calls.get(event.call)
        if call is None or call.client is None or call.ended is not None:
            return
        here = [one for one in self.board.calls.values() if one.ended is None and not one.called_back]
        of_client = [one for one in here if one.client and one.client.id == call.client.id]
        limits = call.client.limits
        assert limits.calls is None or len(of_client) <= limits.calls, f"{len(of_client)} calls at once"
        same = [one for one in of_client if one.caller == call.caller]
        known = call.caller is not None and call.caller not in call.client.forwarded_from
        most = limits.calls_per_caller if known else None
        assert most is None or len(same) <= most, f"{len(same)} calls of {call.caller} at once"

    def _hands(self) -> None:
        """One call has one agent, and one agent one call; both know of each other."""
        for seat in self.board.floor.seats.values():
            assert (seat.call is None) == (seat.doing is None)
            assert seat.doing or seat.agent.id in self.board.house.agents, f"{seat.agent.id} has left"
            if seat.call is None:
                continue
            call = self.board.calls[seat.call]
            if seat.doing is Presence.WRAP_UP:
                assert seat.agent.id in call.wrapping
            else:
                assert call.agent == seat.agent.id
                assert call.phase in ENGAGED, f"{seat.agent.id} is {seat.doing}, the call {call.phase}"
                assert (call.phase is Phase.OFFERED) == (seat.doing is Presence.OFFERED)
        taken = [seat.call for seat in self.board.floor.seats.values() if seat.doing in {"offered", "talking"}]
        assert len(taken) == len(set(taken)), "two agents have one call"
        agents = [call.agent for call in self.board.calls.values() if call.agent is not None]
        assert len(agents) == len(set(agents)), "two calls have one agent"

    def _line(self) -> None:
        """Who waits is in line, and nobody else is."""
        floor, calls = self.board.floor, self.board.calls.values()
        line = [place.call for place in floor.line]
        waiting = {call.id for call in calls if call.phase is Phase.WAITING}
        promised = {call.id for call in calls if call.phase is Phase.PROMISED and call.retry_at is None}
        assert set(line) == waiting | promised, f"in line {sorted(line)}, waiting {sorted(waiting | promised)}"
        assert len(line) == len(set(line))
        assert floor.line == sorted(floor.line, key=_turn), "not in the order of service"
        for place in floor.line:
            call, queue = self.board.calls[place.call], place.queue
            assert (place.queued, place.arrived) == (call.queued, call.arrived)
            assert place.head_start_ms == (queue.vip_head_start_ms if call.vip else queue.head_start_ms)
        assert set(floor.parked) == {call.id for call in calls if call.phase is Phase.PARKED}

    def _calls(self, now: Millis) -> None:
        for call in self.board.calls.values():
            over = call.phase in OVER
            assert over == (call.ended is not None)
            assert (call.phase is Phase.ENDED) == (call.id in self.records)
            assert (call.phase is Phase.WRAPPING) <= bool(call.wrapping)
            assert (call.phase in ENGAGED) == (call.agent is not None), f"{call.phase} with agent {call.agent}"
            assert (call.phase in TALK) == (call.talk_since is not None)
            assert (call.phase is Phase.THROUGH) == (call.through_since is not None)
            assert (call.phase is Phase.RECORDING) <= (call.consented is not None)
            assert self.board.timers.armed.get(f"call {call.id}") == call.deadline
            assert self.board.timers.armed.get(f"music {call.id}") == call.music_again
            assert call.music_again is None or call.music, "music that nobody wants is to be tried again"
            assert not over or call.deadline is None, "a deadline after the end"
            assert call.deadline is None or call.deadline >= now, "a deadline has been passed over"
            assert over or call.phase in SPEAKING or call.deadline is not None, f"{call.phase} for ever"
            held = over or call.away or (call.leg in self._on_hold) == call.on_hold
            assert held, f"{call.phase}, on hold {self._on_hold}"
            alone = set() if over else belonging(call) - self._inside[call.id]
            assert not alone, f"{call.phase} without {alone}, who hear nobody"
            silent = over or call.away or call.phase in {*SPEAKING, Phase.RECORDING}
            sounds = call.music or call.playback or (call.ringing and call.answered is None)
            assert silent or sounds, f"{call.phase} in silence"

    def _guard(self, now: Millis) -> None:
        """What the guard counts is what is there: callers, legs to the outside, and when those reach their limits."""
        guard, live = self.board.guard, [call for call in self.board.calls.values() if call.ended is None]
        assert set(guard.brakes.here) == {call.id for call in live if not call.called_back}
        assert set(guard.brakes.promised) == {call.id for call in live if call.called_back}
        counted = [*guard.brakes.here.values(), *guard.brakes.promised.values()]
        assert sum(guard.brakes.calls.values()) == sum(map(len, counted))
        placed = {leg for legs in guard.outbound.legs.values() for leg in legs}
        assert placed == {leg for call in live for leg in call.legs() - {call.agent_leg, LegId(call.id)}}
        for client, legs in guard.outbound.legs.items():
            speaks = any(leg.to_staff and leg.answered is not None for leg in legs.values())
            assert speaks == (f"client {client}" in self.board.timers.armed)
            since = {leg.call: leg.answered for leg in legs.values() if leg.to_staff and leg.answered is not None}
            over = [call for call in guard.outbound.over(client, now - 1) if since[call] < now]
            assert not over, "a conversation with staff went on beyond its limit"


def _turn(place: Place) -> tuple[int, Millis, Millis, int]:
    """Who comes back goes first, then who has waited longest with the head start, then who came first."""
    return place.tier, place.queued - place.head_start_ms, place.arrived, place.number
