"""All that is outside the router at one simulated moment: the core it speaks to, calls, agents, what comes next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from router.core.commands import Command
from router.core.events import Event, LegEnded
from router.core.house import House
from router.core.ids import AgentId, CallId, Millis
from router.core.record import CallRecord
from router.core.switchboard import Switchboard
from router.core.view import SeatView
from router.sim.agenda import Agenda, Ticket, strike
from router.sim.draws import stream
from router.sim.people import Habits
from router.sim.visit import Visit

NORMAL = 16  # Q.850


def unheard(seat: SeatView) -> None:
    """Nobody wants to know of changes of seats."""


def unwatched(event: Event, commands: list[Command], now: Millis) -> None:
    """Nobody watches."""


@dataclass(slots=True, kw_only=True)
class World:
    """The simulated world. `seats` hears of every change of an agent's seat, `watch` of every event and its commands.

    The board begins empty, as the engine's does: its house comes with the first event.
    """

    seed: int
    habits: Habits = field(default_factory=Habits)
    seats: Callable[[SeatView], None] = unheard
    watch: Callable[[Event, list[Command], Millis], None] = unwatched
    board: Switchboard = field(default_factory=lambda: Switchboard.open(House(version="", clients={}, agents={})))
    agenda: Agenda = field(default_factory=Agenda)
    visits: dict[CallId, Visit] = field(default_factory=dict)
    settled: list[CallRecord] = field(default_factory=list)  # since they were last collected
    wrapping: dict[AgentId, Ticket] = field(default_factory=dict)  # when agents will be done with their after-work
    resting: set[AgentId] = field(default_factory=set)  # who pause by their own wish
    talking: dict[AgentId, CallId] = field(default_factory=dict)
    streams: dict[AgentId, Random] = field(default_factory=dict)

    def chance_of(self, agent: AgentId) -> Random:
        """The agent's own stream of chance."""
        if agent not in self.streams:
            self.streams[agent] = stream(self.seed, f"agent {agent}")
        return self.streams[agent]

    def leaves(self, visit: Visit, at: Millis) -> None:
        """The caller, while there, will hang up then, and not when it was thought before."""
        strike(visit.leaves)
        if visit.leg is not None:
            ended = LegEnded(call=visit.caller.call, leg=visit.leg, cause=NORMAL)
            visit.leaves = self.agenda.put(at, ended)

    def waits(self, visit: Visit, now: Millis) -> None:
        """The caller is with nobody, and has patience."""
        strike(visit.leaves)
        if visit.fate.patience is not None:
            self.leaves(visit, now + visit.fate.patience)
