"""What always holds in the house, checked after every event."""

from collections import defaultdict
from itertools import pairwise

from router.core.commands import (
    CallCommand,
    Command,
    Join,
    LegCommand,
    RingAgent,
    RingStaff,
    Settle,
)
from router.core.events import CallerArrived, Event, LegAnswered
from router.core.ids import AgentId, CallId, LegId, Millis
from router.core.record import CallRecord, EndingClass, PartKind
from router.core.skills import lacking
from router.core.switchboard import Switchboard
from router.core.view import Phase, Presence

ENGAGED = {Phase.OFFERED, Phase.TALKING, Phase.HELD}


class Watch:
    """Sees every event and its commands, and remembers what the invariants need."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.begun: set[CallId] = set()
        self.records: dict[CallId, CallRecord] = {}
        self._legs: dict[CallId, set[LegId]] = defaultdict(set)
        self._answers: dict[CallId, set[Millis]] = defaultdict(set)
        self._offered: set[tuple[AgentId, CallId, Millis]] = set()

    def after(self, event: Event, commands: list[Command], now: Millis) -> None:
        """Raises AssertionError when the house is not as it must be."""
        if isinstance(event, CallerArrived) and event.call not in self.begun:
            self.begun.add(event.call)
            self._legs[event.call].add(event.leg)
        if isinstance(event, LegAnswered):
            self._answers[event.call].add(now)
        for command in commands:
            self._known_leg(command)
            if isinstance(command, Settle):
                self._settled(command.record, now)
        self._floor()
        self._offers()
        self._line()
        self._calls(now)

    def _known_leg(self, command: Command) -> None:
        if isinstance(command, RingAgent | RingStaff):
            assert command.leg not in self._legs[command.call], f"{command.leg} dialled twice"
            self._legs[command.call].add(command.leg)
        legs = command.legs if isinstance(command, Join) else (command.leg,) if isinstance(command, LegCommand) else ()
        if isinstance(command, CallCommand):
            assert command.call in self.begun, f"{command} for a call that never began"
            assert set(legs) <= self._legs[command.call], f"{command} for a leg that its call never had"

    def _settled(self, record: CallRecord, now: Millis) -> None:
        assert record.call not in self.records, f"{record.call} settled twice"
        self.records[record.call] = record
        if record.ending.kind is EndingClass.BLOCKED:
            assert not record.parts
            assert not any(step.rule == "offer" for step in record.trace), "a blocked caller was offered"
        blocked = any(step.rule == "screening" and step.outcome == "blocked" for step in record.trace)
        assert blocked == (record.ending.kind is EndingClass.BLOCKED), "a blocked caller got further, or another none"
        times = [step.at for step in record.trace]
        assert times == sorted(times), "time ran backwards"
        assert record.arrived <= record.ended <= now
        for part in record.parts:
            assert record.arrived <= part.start <= part.end <= now
            assert part.kind is PartKind.WRAP_UP or part.end <= record.ended
            assert part.kind is PartKind.WRAP_UP or part.start in self._answers[record.call]
        self._apart(record)

    def _apart(self, record: CallRecord) -> None:
        """Nobody does two things at once: neither an agent, nor the caller."""
        whose: dict[str, list[tuple[Millis, Millis]]] = defaultdict(list)
        for part in record.parts:
            whose[f"agent {part.agent}" if part.agent else f"staff {part.staff}"].append((part.start, part.end))
            if part.kind is not PartKind.WRAP_UP:
                whose["caller"].append((part.start, part.end))
        for name, stretches in whose.items():
            for (_, end), (start, _) in pairwise(sorted(stretches)):
                assert end <= start, f"{name} is in two parts at once"

    def _floor(self) -> None:
        for seat in self.board.floor.seats.values():
            assert (seat.call is None) == (seat.doing is None)
            assert seat.doing or seat.agent.id in self.board.house.agents, f"{seat.agent.id} has left"
            if seat.call is None:
                continue
            call = self.board.calls[seat.call]
            if seat.doing is Presence.WRAP_UP:
                assert seat.agent.id in call.wrapping
                assert self.board.timers.armed[f"agent {seat.agent.id}"] == seat.deadline
            else:
                assert call.agent == seat.agent.id
                assert call.phase in ENGAGED, f"{seat.agent.id} is {seat.doing}, the call {call.phase}"
        taken = [seat.call for seat in self.board.floor.seats.values() if seat.doing in {"offered", "talking"}]
        assert len(taken) == len(set(taken)), "two agents have one call"

    def _offers(self) -> None:
        """Only who wants calls is offered one."""
        seats = [seat for seat in self.board.floor.seats.values() if seat.doing is Presence.OFFERED and seat.call]
        offered = {(seat.agent.id, seat.call or CallId(""), seat.since) for seat in seats}
        for agent, call, _ in offered - self._offered:
            intent = self.board.floor.seats[agent].intent
            assert intent is Presence.AVAILABLE, f"{agent}, who is {intent}, was offered {call}"
        self._offered = offered

    def _line(self) -> None:
        floor = self.board.floor
        waiting = {call.id for call in self.board.calls.values() if call.phase is Phase.WAITING}
        assert {place.call for place in floor.line} == waiting
        assert len(floor.line) == len(waiting)
        assert floor.line == sorted(floor.line)
        free = [seat for seat in floor.seats.values() if seat.free]
        for place in floor.line:
            able = [seat.agent.id for seat in free if not lacking(seat.agent, place.needs)]
            assert not able, f"{place.call} waits while {able} are free"

    def _calls(self, now: Millis) -> None:
        for call in self.board.calls.values():
            over = call.phase in {Phase.WRAPPING, Phase.ENDED}
            assert over == (call.ended is not None)
            assert (call.phase is Phase.ENDED) == (call.id in self.records)
            assert (call.phase is Phase.WRAPPING) <= bool(call.wrapping)
            assert (call.phase in ENGAGED) == (call.agent is not None)
            assert (call.phase in {Phase.TALKING, Phase.HELD}) == (call.talk_since is not None)
            assert (call.phase is Phase.THROUGH) == (call.through_since is not None)
            assert self.board.timers.armed.get(f"call {call.id}") == call.deadline
            assert not over or call.deadline is None
            assert call.deadline is None or call.deadline >= now
