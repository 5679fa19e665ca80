"""How many agents are needed in each hour, and with which skills, so that the service level is met.

Every group of clients who need the same gets agents of its own, who can do exactly that; they come and go at the full
hour. Found by trying: Erlang C gives the beginning, then each hour gets more until all meet the target, then fewer as
long as they still do.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from router.core.house import Agent, Client, House
from router.core.ids import AgentId, ClientId, Language, Millis
from router.core.skills import Needs, told
from router.sim.duty import HOUR_MS, Duty, by_hour
from router.sim.erlang import agents_needed
from router.sim.people import Caller, Habits
from router.sim.results import figures, grouped
from router.sim.trial import simulate

MOST_ROUNDS = 40
STEP = 0.04  # of the agents in an hour, added at a time
TIMES, ENOUGH = 2, 4  # as many agents as Erlang C wants, and some: if they do not help, no number does
Cell = tuple[Needs, int]  # a group and an hour after the beginning
Staff = Mapping[Cell, int]
Levels = Mapping[Cell, tuple[int, float | None]]  # calls over all days, and their service level


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`share` of the callers answered within `within` milliseconds."""

    share: float
    within: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One hour of one group: calls a day, agents by Erlang C and as found, and the service level with these."""

    group: str
    begins: Millis
    calls: float
    erlang: int
    agents: int
    level: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """The table that was found after `rounds` simulations of all days.

    `met` is False when some hours stay below the target however many agents there are, or when rounds ran out.
    """

    target: Target
    rows: tuple[Row, ...]
    rounds: int
    met: bool


@dataclass(slots=True, kw_only=True)
class Search:
    """What is searched with: each of `days` are the callers of one day under one seed."""

    house: House
    days: Sequence[tuple[int, Sequence[Caller]]]
    begins: Millis
    habits: Habits
    target: Target
    told: Callable[[str], None]
    group: dict[ClientId, Needs] = field(default_factory=dict)
    erlang: dict[Cell, int] = field(default_factory=dict)
    most: dict[Cell, int] = field(default_factory=dict)
    hopeless: set[Cell] = field(default_factory=set)
    too_few: dict[Cell, int] = field(default_factory=dict)

    def run(self) -> Staffing:
        """Try until every hour meets the target with as few agents as can be."""
        self.group = {client.id: _needs(client) for client in self.house.clients.values()}
        first = self._simulate({})
        calls = {cell: count / len(self.days) for cell, (count, _) in first.items()}
        self.erlang = {cell: self._by_erlang(count) for cell, count in calls.items()}
        self.most = {cell: ENOUGH + TIMES * count for cell, count in self.erlang.items()}
        staff, levels, rounds = self._settle(self.erlang)
        met = all(self._good(levels.get(cell)) for cell in staff)
        rows = tuple(
            Row(
                group=told(cell[0]),
                begins=self.begins + cell[1] * HOUR_MS,
                calls=calls[cell],
                erlang=self.erlang[cell],
                agents=staff[cell],
                level=levels.get(cell, (0, None))[1],
            )
            for cell in sorted(calls, key=lambda cell: (told(cell[0]), cell[1]))
        )
        return Staffing(target=self.target, rows=rows, rounds=rounds, met=met)

    def _by_erlang(self, calls: float) -> int:
        habits = self.habits
        handling = habits.talk.mean + habits.wrap_up.mean + habits.answer.mean
        within = max(0.0, self.target.within - habits.answer.mean)
        return agents_needed(calls * handling / HOUR_MS, handling, within, self.target.share)

    def _settle(self, staff: Staff) -> tuple[Staff, Levels, int]:
        """The last table that could not be bettered, or the best one when time is up."""
        best: tuple[Staff, Levels] | None = None
        for number in range(1, MOST_ROUNDS + 1):
            levels = self._simulate(staff)
            missed = [cell for cell in staff if not self._good(levels.get(cell))]
            self.told(f"round {number}: {sum(staff.values())} agent hours, {len(missed)} of {len(staff)} below target")
            self.too_few |= {cell: max(self.too_few.get(cell, 0), staff[cell]) for cell in missed}
            helped = [cell for cell in missed if cell not in self.hopeless]
            best = best if helped else (staff, levels)
            following = self._more(staff, helped) if helped else self._fewer(staff, number)
            if following == staff:
                break
            staff = following
        return *(best or (staff, levels)), number

    def _good(self, level: tuple[int, float | None] | None) -> bool:
        return level is None or level[1] is None or level[1] >= self.target.share

    def _more(self, staff: Staff, failing: Sequence[Cell]) -> Staff:
        """What so many agents do not help is no matter of staff: such an hour goes back to what Erlang C says."""
        more = {cell: staff[cell] + max(1, math.floor(staff[cell] * STEP)) for cell in failing}
        self.hopeless |= {cell for cell, count in more.items() if count > self.most[cell]}
        return {
            **staff,
            **{cell: self.erlang[cell] if cell in self.hopeless else count for cell, count in more.items()},
        }

    def _fewer(self, staff: Staff, number: int) -> Staff:
        """One less wherever that is not known to be too few; every other hour, for hours lean on those before them."""
        could = {cell: n - 1 for cell, n in staff.items() if n - 1 > self.too_few.get(cell, 0)}
        some = {cell: count for cell, count in could.items() if cell[1] % 2 == number % 2}
        return {**staff, **(some or could)}

    def _simulate(self, staff: Staff) -> Levels:
        """Calls and service level of each cell, over all days."""
        house, duty = self._staffed(staff)
        outcomes = chain.from_iterable(
            simulate(house, callers, duty, begins=self.begins, habits=self.habits, seed=seed).outcomes
            for seed, callers in self.days
        )
        known = [outcome for outcome in outcomes if outcome.client is not None and outcome.sought is not None]
        cells = grouped(known, lambda one: (self.group[one.client or ClientId("")], self._hour(one.arrived)))
        found = {cell: figures(every, self.target.within) for cell, every in cells.items()}
        return {cell: (one.calls, one.level) for cell, one in found.items()}

    def _hour(self, at: Millis) -> int:
        return (at - self.begins) // HOUR_MS

    def _staffed(self, staff: Staff) -> tuple[House, Duty]:
        """The house with such agents instead of its own, and when they are at work."""
        agents: dict[AgentId, Agent] = {}
        duty: Duty = []
        for number, needs in enumerate(dict.fromkeys(self.group.values())):
            counts = {hour: count for (group, hour), count in staff.items() if group == needs}
            people = [_agent(needs, f"group{number}-{one}") for one in range(max(counts.values(), default=0))]
            agents |= {agent.id: agent for agent in people}
            duty += by_hour([agent.id for agent in people], counts, self.begins)
        return replace(self.house, agents=agents), sorted(duty, key=lambda entry: entry[0])


def _agent(needs: Needs, name: str) -> Agent:
    """Somebody who can do just what is needed."""
    spoken = frozenset({needs.language or Language("de")})
    return Agent(id=AgentId(name), name=name, skills=dict(needs.skills), languages=spoken, pledged=needs.pledge)


def _needs(client: Client) -> Needs:
    return client.queue.stages[0].needs
