"""How many agents are needed in each hour, and with which skills, so that the service level is met.

Every group of clients who need the same gets agents of its own, who can do exactly that; they come and go at the full
hour. Found by trying: Erlang C gives the beginning, then each hour gets more until all meet the target, then fewer as
long as they still do. Agents who can serve several groups make it fewer: `vorzimmer simulate` with them tells.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from router.core.house import Agent, House
from router.core.ids import AgentId, Language, Millis
from router.core.skills import Needs, told
from router.sim.duty import HOUR_MS, by_hour
from router.sim.erlang import agents_needed
from router.sim.outcome import Outcome
from router.sim.people import Caller, Habits
from router.sim.results import Figures, figures, grouped
from router.sim.trial import simulate

MOST_ROUNDS = 60
STEP = 0.04  # of the agents in an hour, added at a time
TIMES, ENOUGH = 2, 4  # as many agents as Erlang C wants, and some: if they do not help, no number does
Staff = Mapping[int, int]  # agents in each hour after the beginning
Levels = Mapping[int, Figures]
Days = Sequence[tuple[int, Sequence[Caller]]]  # by their seeds


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
    """The table that was found. `met` is False when some hours stay below the target however many agents there are."""

    target: Target
    rows: tuple[Row, ...]
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffed:
    """What is searched with; `tell` hears how far the search is."""

    house: House
    days: Days
    begins: Millis
    habits: Habits
    target: Target
    tell: Callable[[str], None]

    def least(self) -> Staffing:
        """The least agents for each hour of each group."""
        searches = [Search(given=self, needs=needs, days=days) for needs, days in self._groups()]
        rows = [row for search in sorted(searches, key=lambda one: told(one.needs)) for row in search.rows()]
        met = all(row.level is None or row.level >= self.target.share for row in rows)
        return Staffing(target=self.target, rows=tuple(rows), met=met)

    def played(self, house: House, days: Days, duty_of: Staff) -> list[list[Outcome]]:
        """The calls of each day for which an agent was sought, with so many agents."""
        duty = by_hour(tuple(house.agents), duty_of, self.begins)
        runs = (simulate(house, come, duty, begins=self.begins, habits=self.habits, seed=seed) for seed, come in days)
        return [[outcome for outcome in run.outcomes if outcome.sought is not None] for run in runs]

    def _groups(self) -> Iterator[tuple[Needs, Days]]:
        """Who belongs together is seen when nobody is there to answer: who seeks an agent, and for which client."""
        needs = {client.id: client.queue.stages[0].needs for client in self.house.clients.values()}
        alone = self.played(replace(self.house, agents={}), self.days, {})
        seeking = [{one.call: needs[one.client] for one in day if one.client is not None} for day in alone]
        for group in dict.fromkeys(need for day in seeking for need in day.values()):
            yield (
                group,
                [
                    (seed, [caller for caller in come if of_day.get(caller.call) == group])
                    for (seed, come), of_day in zip(self.days, seeking, strict=True)
                ],
            )


@dataclass(slots=True, kw_only=True)
class Search:
    """The search for one group, whose calls alone are played."""

    given: Staffed
    needs: Needs
    days: Days
    erlang: dict[int, int] = field(default_factory=dict)
    too_few: dict[int, int] = field(default_factory=dict)  # as far as is known
    hopeless: set[int] = field(default_factory=set)

    def rows(self) -> Iterator[Row]:
        """Hour by hour."""
        calls = {hour: one.calls / len(self.days) for hour, one in self._levels({}).items()}
        self.erlang = {hour: self._by_erlang(count) for hour, count in sorted(calls.items())}
        staff, levels = self._settle()
        for hour, agents in staff.items():
            yield Row(
                group=told(self.needs),
                begins=self.given.begins + hour * HOUR_MS,
                calls=calls[hour],
                erlang=self.erlang[hour],
                agents=agents,
                level=levels[hour].level if hour in levels else None,
            )

    def _by_erlang(self, calls: float) -> int:
        habits, target = self.given.habits, self.given.target
        handling = habits.talk.mean + habits.wrap_up.mean + habits.answer.mean
        within = max(0.0, target.within - habits.answer.mean)
        return agents_needed(calls * handling / HOUR_MS, handling, within, target.share)

    def _settle(self) -> tuple[Staff, Levels]:
        """The last table that could not be bettered, or the best one when rounds run out."""
        staff: Staff = self.erlang
        best: tuple[Staff, Levels] | None = None
        for number in range(1, MOST_ROUNDS + 1):
            levels = self._levels(staff)
            missed = [hour for hour in staff if not self._good(levels.get(hour))]
            self.too_few |= {hour: max(self.too_few.get(hour, 0), staff[hour]) for hour in missed}
            helped = [hour for hour in missed if hour not in self.hopeless]
            best = best if helped else (staff, levels)
            self.given.tell(f"{told(self.needs)}: {sum(staff.values())} agent hours, {len(missed)} below the target")
            following = self._more(staff, helped) if helped else self._fewer(staff, number)
            if following == staff:
                break
            staff = following
        return best or (staff, levels)

    def _good(self, one: Figures | None) -> bool:
        return one is None or one.level is None or one.level >= self.given.target.share

    def _more(self, staff: Staff, failing: Sequence[int]) -> Staff:
        """What so many agents do not help is no matter of staff: such an hour goes back to what Erlang C says."""
        more = {hour: staff[hour] + max(1, math.floor(staff[hour] * STEP)) for hour in failing}
        self.hopeless |= {hour for hour, count in more.items() if count > ENOUGH + TIMES * self.erlang[hour]}
        return {**staff, **{hour: self.erlang[hour] if hour in self.hopeless else n for hour, n in more.items()}}

    def _fewer(self, staff: Staff, number: int) -> Staff:
        """One less wherever that is not known to be too few; every other hour, for hours lean on those before them."""
        could = {hour: n - 1 for hour, n in staff.items() if n - 1 > self.too_few.get(hour, 0)}
        some = {hour: n for hour, n in could.items() if hour % 2 == number % 2}
        return {**staff, **(some or could)}

    def _levels(self, staff: Staff) -> Levels:
        """The figures of each hour, over all days."""
        people = [self._agent(number) for number in range(max(staff.values(), default=0))]
        house = replace(self.given.house, agents={agent.id: agent for agent in people})
        outcomes = [outcome for day in self.given.played(house, self.days, staff) for outcome in day]
        hours = grouped(outcomes, lambda outcome: (outcome.arrived - self.given.begins) // HOUR_MS)
        return {hour: figures(every, self.given.target.within) for hour, every in hours.items()}

    def _agent(self, number: int) -> Agent:
        """Somebody who can do just what is needed."""
        needs, name = self.needs, f"agent{number}"
        spoken = frozenset({needs.language or Language("de")})
        return Agent(id=AgentId(name), name=name, skills=dict(needs.skills), languages=spoken, pledged=needs.pledge)
