"""What always holds on the floor: who is offered whom, in which order, and what nobody but the agent decides."""

from collections import defaultdict
from dataclasses import dataclass, replace

from router.core.commands import Command, KeepPresence, Note
from router.core.events import (
    AgentEvent,
    CallTaken,
    CodeDialled,
    Event,
    HouseChanged,
    ParkedTaken,
)
from router.core.house import Agent
from router.core.ids import AgentId, CallId, Millis, QueueId
from router.core.line import Key, Place
from router.core.queue import Queue
from router.core.seats import Seat
from router.core.skills import Needs, lacking
from router.core.switchboard import Switchboard
from router.core.view import Presence, SeatView

BY_NAME = ("passed to", "back to")  # why an agent is asked who was chosen by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """An agent as the last event left it."""

    intent: Presence
    reason: str
    doing: Presence | None
    call: CallId | None
    since: Millis
    deadline: Millis | None


class FloorWatch:
    """Remembers how the floor stood, so that what changed can be judged."""

    def __init__(self) -> None:
        self._sat: dict[AgentId, Sat] = {}
        self._kept: dict[AgentId, SeatView] = {}
        self._waited: set[CallId] = set()
        self._known: dict[CallId, tuple[QueueId, Key]] = {}  # who waited, or was rung for

    def saw(self, board: Switchboard, event: Event, commands: list[Command], now: Millis) -> None:
        """Raises AssertionError when something happened on the floor that must not."""
        self._kept |= {command.seat.agent: command.seat for command in commands if isinstance(command, KeepPresence)}
        for agent, seat in board.floor.seats.items():
            if (before := self._sat.get(agent)) is not None:
                self._own_will(agent, before, seat, event)
                came_back = any(_offers_again(command, agent, before.call) for command in commands)
                if not came_back:
                    self._own_time(agent, before, seat, event, now)
        self._offers(board, event, now)
        self._ranks_kept(board, commands)
        self._places_told(board, commands)
        self._sat = {agent: _sat(seat) for agent, seat in board.floor.seats.items()}
        self._waited = set(board.floor.waiting)
        self._known = {place.call: (place.queue.id, place.key) for place in (*board.floor.line, *_rung(board))}

    def holds(self, board: Switchboard, now: Millis) -> None:
        """The same, of the floor as it stands."""
        self._nobody_waits_in_vain(board, now)
        for agent, seat in board.floor.seats.items():
            if seat.doing is Presence.WRAP_UP:
                assert board.floor.timers.armed[f"agent {agent}"] == seat.deadline
            self._kept_as(agent, seat, now)

    def _kept_as(self, agent: AgentId, seat: Seat, now: Millis) -> None:
        """What `explain` reads of an agent is how the agent is; who is off has begun no idle time."""
        kept, off = self._kept.get(agent), seat.presence is Presence.OFF
        if kept is None or off:
            told = (kept.intent, kept.doing, kept.reason) if kept else (Presence.OFF, None, "")
            assert told == (seat.intent, seat.doing, seat.reason), f"{agent} is kept as {told}"
        else:
            assert kept == replace(seat.view(now), at=kept.at), f"{agent} is kept as {kept}"

    # --- the agent's own -------------------------------------------------------------------------------------------

    def _own_will(self, agent: AgentId, before: Sat, seat: Seat, event: Event) -> None:
        """Only the agent ends a pause or comes to work. The house itself pauses only who is available."""
        if (seat.intent, seat.reason) == (before.intent, before.reason) or _by(agent, event):
            return
        assert seat.intent is not Presence.AVAILABLE, f"{agent}, who is {before.intent}, is made available by {event}"
        if seat.intent is Presence.OFF:
            assert isinstance(event, HouseChanged), f"{agent} is sent home by {event}"
        else:
            assert before.intent is Presence.AVAILABLE, f"{agent}'s pause for {before.reason} is now for {seat.reason}"

    def _own_time(self, agent: AgentId, before: Sat, seat: Seat, event: Event, now: Millis) -> None:
        """A wrap-up ends by its limit, or by the agent; but for the same caller's coming back to the agent."""
        if before.doing is not Presence.WRAP_UP or (seat.doing is before.doing and seat.call == before.call):
            return
        assert before.deadline is not None
        assert now >= before.deadline or _by(agent, event), f"the wrap-up of {agent} is ended by {event}"

    # --- who gets whom ---------------------------------------------------------------------------------------------

    def _offers(self, board: Switchboard, event: Event, now: Millis) -> None:
        for agent, seat in board.floor.seats.items():
            before = self._sat.get(agent)
            if seat.doing is not Presence.OFFERED or seat.place is None:
                continue
            if before and (before.doing, before.call, before.since) == (seat.doing, seat.call, seat.since):
                continue
            self._pledged(board, agent, seat)
            asked_for = _by(agent, event) and isinstance(event, CallTaken | ParkedTaken | CodeDialled)
            under_another_house = isinstance(event, HouseChanged) and seat.since < now  # told late: offered before it
            if not asked_for and not under_another_house:
                self._wanted(board, seat, before)
                self._in_turn(board, seat, now)

    def _pledged(self, board: Switchboard, agent: AgentId, seat: Seat) -> None:
        client = board.calls[seat.place.call].client if seat.place else None
        assert seat.agent.pledged or not (client and client.secret), f"{agent} has not pledged secrecy"

    def _wanted(self, board: Switchboard, seat: Seat, before: Sat | None) -> None:
        """Only who wants calls is offered one, in the team's hours, with what the call needs by then."""
        place = seat.place
        assert place is not None
        agent = seat.agent
        willing = Presence.AVAILABLE in {
            seat.intent,
            before.intent if before else None,
        }  # the offer may have come first
        assert willing, f"{agent.id}, who is {seat.intent}, is offered {place.call}"
        if self._by_name(board, place.call):
            returned = before is not None and before.call == place.call  # in the after-work at most
            assert returned or _at_work(agent, seat.since), f"{agent.id} is asked outside the team's hours"
            return
        assert _at_work(agent, seat.since), f"{agent.id} is asked outside the team's hours"
        assert not lacking(agent, _needed(place.queue, place.queued, seat.since)), f"{agent.id} does not fit"

    def _in_turn(self, board: Switchboard, seat: Seat, now: Millis) -> None:
        """Nobody who waited before, and whom the agent fits as well, is overtaken."""
        if seat.place is None or seat.since < now or self._by_name(board, seat.place.call):
            return  # told late: the line has moved since
        for other in board.floor.line:
            fits = not lacking(seat.agent, _needed(other.queue, other.queued, now))
            overtaken = fits and other.call in self._waited and other.key < seat.place.key
            assert not overtaken, f"{seat.place.call} is served by {seat.agent.id} before {other.call}"

    def _by_name(self, board: Switchboard, call: CallId) -> bool:
        """Whether the agent was chosen for who it is, when the call was offered last."""
        return [step.because for step in board.calls[call].steps if step.rule == "offer"][-1].startswith(BY_NAME)

    def _nobody_waits_in_vain(self, board: Switchboard, now: Millis) -> None:
        free = [seat.agent for seat in board.floor.seats.values() if seat.free and not seat.leaving]
        ready = [agent for agent in free if _at_work(agent, now)]
        for place in board.floor.line if ready else ():
            needs = _needed(place.queue, place.queued, now)
            assert place.needs == needs, f"{place.call} needs {needs} by now"
            able = [agent.id for agent in ready if not lacking(agent, needs)]
            assert not able, f"{place.call} waits while {able} are free"

    def _ranks_kept(self, board: Switchboard, commands: list[Command]) -> None:
        """A place in a queue is never lost; who comes before others says in its trace that it does."""
        told = {note.call for note in commands if isinstance(note, Note) and "before " in note.step.because}
        behind: dict[QueueId, list[CallId]] = defaultdict(list)
        for place in sorted([*board.floor.line, *_rung(board)], reverse=True):
            known, queue = self._known.get(place.call), place.queue.id
            if known is not None and known[0] == queue:
                assert place.key[:-1] <= known[1][:-1], f"{place.call} has lost its place"
                behind[queue].append(place.call)
            elif place.call in board.floor.waiting:
                passed = behind[queue]
                assert not passed or place.call in told, f"{place.call} passes {passed} and does not say so"

    def _places_told(self, board: Switchboard, commands: list[Command]) -> None:
        """The position that a caller is told is right: those before it in the queue, rung for or waiting, and one."""
        notes = [command for command in commands if isinstance(command, Note)]
        if {note.step.rule for note in notes} != {"hearing"}:
            return  # more happened, the line may have moved since
        places = {place.call: place for place in board.floor.line}
        rung = _rung(board)
        for note in notes:
            place = places[note.call]
            ahead = [one for one in (*places.values(), *rung) if one.queue.id == place.queue.id and one < place]
            assert note.step.outcome == f"position {len(ahead) + 1}", f"{note.call} is told {note.step.outcome}"


def _rung(board: Switchboard) -> list[Place]:
    return [seat.place for seat in board.floor.seats.values() if seat.doing is Presence.OFFERED and seat.place]


def _sat(seat: Seat) -> Sat:
    return Sat(
        intent=seat.intent,
        reason=seat.reason,
        doing=seat.doing,
        call=seat.call,
        since=seat.since,
        deadline=seat.deadline,
    )


def _by(agent: AgentId, event: Event) -> bool:
    return isinstance(event, AgentEvent) and event.agent == agent


def _offers_again(command: Command, agent: AgentId, call: CallId | None) -> bool:
    if not isinstance(command, Note) or command.call != call:
        return False
    return (command.step.rule, command.step.outcome) == ("offer", agent)


def _at_work(agent: Agent, now: Millis) -> bool:
    hours = agent.team.hours if agent.team else None
    return hours is None or hours.open_at(now)


def _needed(queue: Queue, queued: Millis, now: Millis) -> Needs:
    """What is needed of an agent by now; a pledge that was needed at first is needed for ever."""
    reached = [stage.needs for stage in queue.stages if stage.after_ms <= max(0, now - queued)]
    pledge = any(stage.needs.pledge for stage in queue.stages)
    return Needs(skills=reached[-1].skills, language=reached[-1].language, pledge=pledge)
