"""Asterisk's clock may be set while calls live: what it stamps keeps its place in the house's time."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from router.ari.wall import DISORDER_MS, Wall

HOUR = 3_600_000
GRAIN = 1  # stamps are cut to milliseconds
BEGIN = 1_800_000_000_000  # the house's time
STEPS = st.sampled_from([-HOUR, -10_000, -400, 400, 10_000, HOUR])


class Machine:
    """One kernel's clocks under Asterisk and router, or (`apart`) Asterisk's on another machine."""

    def __init__(self, *, apart: bool = False, kept: int | None = None) -> None:
        self.now = BEGIN
        self.set_by = 0
        self.apart = apart
        self.learned: list[int] = []
        self.wall = self.start(kept=kept)

    def start(self, *, kept: int | None) -> Wall:
        """A router's start: it knows what the run before learned."""
        return Wall(
            ahead=lambda: 0 if self.apart else -self.set_by,
            now=lambda: self.now,
            kept=kept,
            last=self.now if kept is not None else 0,
            learned=self.learned.append,
        )

    @property
    def stamp(self) -> int:
        """What Asterisk writes now."""
        return self.now + self.set_by

    def read(self, stamp: int) -> int:
        return self.wall.event(stamp, self.now)

    def sound(self) -> None:
        self.wall.sounded(self.stamp, asked=self.now, answered=self.now)


@dataclass(frozen=True, slots=True)
class Happening:
    """An event after `pause`, read `late` ms after it; the clock was set by `step` before it, or by `step_on_way` on
    its way to us: of two steps between two readings nobody could tell what was stamped in between."""

    pause: int
    late: int
    step: int = 0
    step_on_way: int = 0


STEPPED = st.one_of(st.just(0), STEPS)
PAUSES, LATE = st.integers(20, 5_000), st.one_of(st.integers(0, 10), st.integers(0, 300))
HAPPENINGS = st.lists(
    st.one_of(
        st.builds(Happening, pause=PAUSES, late=LATE, step=STEPPED),
        st.builds(Happening, pause=PAUSES, late=LATE, step_on_way=STEPPED),
    ),
    min_size=2,
    max_size=30,
)


def errors(machine: Machine, happenings: Sequence[Happening]) -> list[tuple[int, int]]:
    """How far from its true instant each event was told, and how late it was read."""
    found = []
    machine.read(machine.stamp)
    for one in happenings:
        machine.now += one.pause
        machine.set_by += one.step
        true, stamp = machine.now, machine.stamp
        machine.set_by += one.step_on_way
        machine.now += one.late
        found.append((machine.read(stamp) - true, one.late))
    return found


@given(happenings=HAPPENINGS)
@example(happenings=[Happening(100, 5, step_on_way=-HOUR), Happening(100, 5)])
@example(happenings=[Happening(100, 5, step=HOUR), Happening(100, 5, step=-HOUR), Happening(20, 300)])
def test_no_event_is_told_further_from_its_time_than_it_was_late(happenings: Sequence[Happening]) -> None:
    for error, late in errors(Machine(), happenings):
        assert abs(error) <= late + GRAIN


@given(
    happenings=st.lists(
        st.builds(
            Happening,
            pause=st.integers(20, 3_000),
            late=st.integers(0, 40),
            step=st.one_of(st.just(0), st.sampled_from([-HOUR, -10 * DISORDER_MS, 10 * DISORDER_MS, HOUR])),
        ),
        max_size=30,
    )
)
def test_the_same_holds_for_an_asterisk_on_another_machine(happenings: Sequence[Happening]) -> None:
    for error, late in errors(Machine(apart=True), happenings):
        assert abs(error) <= late + GRAIN


@given(pauses=st.lists(st.integers(20, 3_000), min_size=1, max_size=20), steps=st.lists(STEPPED, max_size=20))
def test_a_router_whose_own_clock_is_set_is_not_led_astray(pauses: Sequence[int], steps: Sequence[int]) -> None:
    machine = Machine()
    machine.read(machine.now)
    for pause, step in zip(pauses, steps, strict=False):
        machine.now += pause
        machine.set_by += step  # ours; Asterisk, elsewhere, stamps by its own
        assert machine.read(machine.now) == machine.now


@pytest.mark.parametrize("step", [-HOUR, -400, 400, HOUR])
@pytest.mark.parametrize("apart", [False, True])
def test_what_asterisk_wrote_while_nobody_listened_is_read_by_the_clock_of_its_own_time(step: int, apart: bool) -> None:
    machine = Machine(apart=apart)
    machine.read(machine.stamp)
    machine.now += 5_000
    before, stamp_before = machine.now, machine.stamp
    machine.now += 5_000
    machine.set_by += step
    machine.now += 5_000
    after, stamp_after = machine.now, machine.stamp
    machine.now += 5_000
    machine.sound()
    tolerance = 0 if abs(step) == HOUR else abs(step)  # a small step within a gap: nobody can tell when it was
    assert abs(machine.wall.at(stamp_before) - before) <= tolerance
    assert abs(machine.wall.at(stamp_after) - after) <= tolerance
    machine.now += 500
    assert machine.read(machine.stamp) == machine.now


@pytest.mark.parametrize("step", [-HOUR, HOUR])
@pytest.mark.parametrize("apart", [False, True])
def test_a_restarted_router_reads_what_was_written_while_it_was_away(step: int, apart: bool) -> None:
    machine = Machine(apart=apart)
    machine.read(machine.stamp)
    machine.now += 2_000
    before, stamp_before = machine.now, machine.stamp
    machine.set_by += step
    machine.now += 2_000
    after, stamp_after = machine.now, machine.stamp
    machine.now += 1_000
    restarted = Machine(apart=apart)
    restarted.now, restarted.set_by = before - 1_000, step
    restarted.wall = restarted.start(kept=0)
    restarted.now = machine.now
    restarted.sound()
    assert restarted.wall.at(stamp_before) == before
    assert restarted.wall.at(stamp_after) == after


def test_a_step_is_told_once_so_that_it_outlives_the_router() -> None:
    machine = Machine()
    for _ in range(3):
        machine.now += 100
        machine.read(machine.stamp)
    machine.set_by += HOUR
    for _ in range(3):
        machine.now += 100
        machine.read(machine.stamp)
    assert machine.learned == [-HOUR]


def test_a_freeze_is_no_step() -> None:
    machine = Machine()
    machine.read(machine.stamp)
    machine.now += 1_000
    happened, stamp = machine.now, machine.stamp
    machine.now += 60_000
    assert machine.read(stamp) == happened


def test_a_step_in_a_freeze_is_told_from_the_freeze() -> None:
    machine = Machine()
    machine.read(machine.stamp)
    machine.now += 1_000
    first, stamp_first = machine.now, machine.stamp
    machine.set_by -= HOUR
    machine.now += 3_000
    second, stamp_second = machine.now, machine.stamp
    machine.now += 2_000
    assert [machine.read(stamp_first), machine.read(stamp_second)] == [first, second]


def test_more_offsets_than_are_kept_each_of_an_earlier_time_are_no_trouble() -> None:
    wall = Machine().wall
    for back in range(0, 40_000, 2_000):  # what a stalled Asterisk tells in the wrong order, explained by nothing known
        assert wall.event(BEGIN - back - back // 4, BEGIN - back) == BEGIN - back


def test_before_anything_was_stamped_the_machines_own_clock_is_believed() -> None:
    machine = Machine()
    machine.set_by = HOUR
    assert machine.wall.at(machine.stamp - 500) == machine.now - 500


@pytest.mark.parametrize("step", [-HOUR, -10_000, -400, 0, 400, 10_000, HOUR])
def test_what_asterisk_wrote_before_a_boot_is_read_by_the_clock_of_then(step: int) -> None:
    """The house's clock is anchored to the machine's anew, but never before the last instant that it knew."""
    ended, last, start = BEGIN, BEGIN - 5_000, BEGIN + 50_000
    now = max(start + step, last)
    ahead = now - (start + step)
    wall = Wall(ahead=lambda: ahead, now=lambda: now, kept=-step, last=last, booted=now - 20_000)
    wall.sounded(start + step, asked=now, answered=now)
    assert max(last, wall.at(ended + step)) == min(ended, now)  # the core takes nothing up before its last instant
    assert wall.at(start + step - 19_000) == now - 19_000
    assert wall.event(start + step, now) == now
