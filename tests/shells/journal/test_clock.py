"""The anchored clock: durations stay right whatever happens to the wall clock, across restarts of the router."""

from router.engine.clock import NS_PER_MS, AnchoredClock, Sources
from router.ports import Clock

HOUR_MS = 3_600_000


class Machine:
    """A machine whose two clocks run together until somebody sets the wall clock."""

    def __init__(self) -> None:
        self.wall_ns = 1_700_000_000_123_456_789
        self.monotonic_ns = 7_000_000_001
        self.boot = "boot 1"

    @property
    def sources(self) -> Sources:
        return Sources(monotonic_ns=lambda: self.monotonic_ns, wall_ns=lambda: self.wall_ns, boot_id=lambda: self.boot)

    def pass_ms(self, ms: int) -> None:
        self.wall_ns += ms * NS_PER_MS
        self.monotonic_ns += ms * NS_PER_MS

    def set_wall_back(self, ms: int) -> None:
        self.wall_ns -= ms * NS_PER_MS


def test_a_new_clock_shows_utc_in_milliseconds() -> None:
    machine = Machine()
    clock: Clock = AnchoredClock.start(machine.sources)
    assert clock.now() == 1_700_000_000_123
    machine.pass_ms(95_000)
    assert clock.now() == 1_700_000_095_123


def test_setting_the_wall_clock_changes_no_duration() -> None:
    machine = Machine()
    clock = AnchoredClock.start(machine.sources)
    before = clock.now()
    machine.set_wall_back(HOUR_MS)
    machine.pass_ms(250)
    assert clock.now() - before == 250
    assert clock.ahead() == HOUR_MS


def test_a_restarted_router_continues_the_same_clock() -> None:
    machine = Machine()
    first = AnchoredClock.start(machine.sources)
    machine.set_wall_back(HOUR_MS)
    machine.pass_ms(10_000)
    assert AnchoredClock.resume(first.anchor, machine.sources).now() == first.now()


def test_after_a_boot_the_clock_is_anchored_anew() -> None:
    machine = Machine()
    anchor = AnchoredClock.start(machine.sources).anchor
    machine.boot, machine.monotonic_ns = "boot 2", 42
    clock = AnchoredClock.resume(anchor, machine.sources)
    assert clock.anchor.boot_id == "boot 2"
    assert clock.now() == machine.wall_ns // NS_PER_MS


def test_an_anchor_of_another_time_namespace_is_not_used() -> None:
    machine = Machine()
    anchor = AnchoredClock.start(machine.sources).anchor
    machine.monotonic_ns = 42
    assert AnchoredClock.resume(anchor, machine.sources).anchor.monotonic_ns == 42


def test_without_an_anchor_the_clock_starts_now() -> None:
    machine = Machine()
    assert AnchoredClock.resume(None, machine.sources).now() == 1_700_000_000_123


def test_a_reading_of_the_monotonic_clock_is_an_instant() -> None:
    machine = Machine()
    clock = AnchoredClock.start(machine.sources)
    received = machine.monotonic_ns
    machine.pass_ms(40)
    assert clock.now() - clock.at(received) == 40


def test_a_clock_that_may_not_begin_earlier_knows_how_far_it_is_ahead() -> None:
    machine = Machine()
    late = machine.wall_ns // NS_PER_MS + HOUR_MS
    assert AnchoredClock.start(machine.sources, not_before=late).anchor.ahead_ms == HOUR_MS


def test_the_real_sources_agree_with_each_other() -> None:
    clock = AnchoredClock.start()
    assert abs(clock.ahead()) < 1000
    assert clock.now() <= clock.now()
