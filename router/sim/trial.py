"""One simulated stretch of time, from its plan to its figures."""

from collections.abc import Callable, Sequence

from router.core.house import House
from router.core.ids import Millis
from router.core.record import CallRecord
from router.sim.duty import Duty
from router.sim.outcome import lines_of, outcome_of
from router.sim.people import Caller, Habits
from router.sim.results import Run
from router.sim.running import Plan, run
from router.sim.timesheet import Timesheet
from router.sim.world import World

Counted = Callable[[CallRecord], None]


def uncounted(record: CallRecord) -> None:
    """Nobody counts the calls."""


def simulate(
    house: House,
    callers: Sequence[Caller],
    duty: Duty,
    *,
    begins: Millis,
    habits: Habits,
    seed: int,
    ends: Millis = 0,
    changes: Sequence[tuple[Millis, House]] = (),
    each: Counted = uncounted,
) -> Run:
    """Let the callers come; `each` is told every call as it ends."""
    sheet, lines, outcomes = Timesheet(begins=begins), lines_of(house), []
    world = World(seed=seed, habits=habits, seats=sheet.note)
    last = max(begins, ends)
    plan = Plan(begins=begins, ends=ends, house=house, changes=changes, duty=duty)
    for record in run(world, plan, callers):
        outcomes.append(outcome_of(record, lines[record.client]))
        last = max(last, record.ended)
        each(record)
    sheet.close(last)
    return Run(outcomes=outcomes, sheet=sheet)
