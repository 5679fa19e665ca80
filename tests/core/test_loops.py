"""Our own calls that come back: known by the caller they show, or by who forwarded them."""

import pytest

from router.core.events import CallerArrived
from router.core.ids import CallId, LegId
from router.core.loops import LOOP_MS, Loops, Placed
from tests.stories.houses import KANZLEI, NOON, PRAXIS, PRAXIS_NUMBER, SOMEBODY, SOMEBODY_ELSE

TARGET = "+4930777"
CALL, LEG = CallId("call-1"), LegId("call-1-staff1")


def arrival(caller: str | None, *forwarded_by: str) -> CallerArrived:
    return CallerArrived(
        call=CallId("back"), leg=LegId("back"), dialled=PRAXIS_NUMBER, caller=caller, forwarded_by=forwarded_by
    )


def placed(*, rings_for: int = 10_000, caller: str | None = SOMEBODY) -> Loops:
    """One leg to the target at noon, which shows the client's number."""
    loops = Loops()
    leg = Placed(call=CALL, leg=LEG, command="RingStaff", number=TARGET, until=NOON + LOOP_MS)
    loops.place(PRAXIS, leg, shown=PRAXIS_NUMBER, caller=caller, rings_until=NOON + rings_for)
    return loops


def found(loops: Loops, event: CallerArrived, after: int = 0, *, lives: bool = True) -> bool:
    leg = loops.returned(PRAXIS, event, NOON + after, lambda _: lives)
    return leg is not None and leg.leg == LEG


@pytest.mark.parametrize(
    ("event", "own"),
    [
        (arrival(PRAXIS_NUMBER), True),
        (arrival(SOMEBODY), True),
        (arrival(None, TARGET), True),
        (arrival(SOMEBODY_ELSE, "+4989", TARGET), True),
        (arrival(SOMEBODY_ELSE), False),
        (arrival(None), False),
        (arrival(TARGET), False),  # the person calls
        (arrival(SOMEBODY_ELSE, PRAXIS_NUMBER), False),
    ],
)
def test_leg_is_known_by_caller_or_forwarding(event: CallerArrived, own: bool) -> None:
    assert found(placed(), event) == own


def test_fifteen_seconds_and_no_longer() -> None:
    assert found(placed(), arrival(SOMEBODY), 15_000)
    assert not found(placed(), arrival(SOMEBODY), 15_001)
    assert not found(placed(), arrival(None, TARGET), 15_001)


def test_forwarding_after_a_long_ring_is_known_as_long_as_it_rings() -> None:
    assert found(placed(rings_for=40_000), arrival(None, TARGET), 40_000)
    assert not found(placed(rings_for=40_000), arrival(SOMEBODY), 40_000)
    assert not found(placed(rings_for=40_000), arrival(None, TARGET), 40_001)


def test_caller_who_gave_up_and_calls_again_is_no_leg_of_ours() -> None:
    assert not found(placed(), arrival(SOMEBODY), lives=False)
    assert found(placed(), arrival(SOMEBODY, TARGET), lives=False)


def test_leg_that_is_forwarded_to_another_client_is_known_by_who_forwarded() -> None:
    leg = placed().returned(KANZLEI, arrival(SOMEBODY_ELSE, TARGET), NOON, lambda _: True)
    assert leg is not None


def test_caller_who_also_calls_another_client_is_none_of_it() -> None:
    assert placed().returned(KANZLEI, arrival(SOMEBODY), NOON, lambda _: True) is None


def test_hidden_caller_is_not_taken_for_another_hidden_caller() -> None:
    assert not found(placed(caller=None), arrival(None))


def test_legs_of_long_ago_are_forgotten() -> None:
    loops = placed()
    for number in range(100):
        now = NOON + 60_000 * number
        leg = Placed(call=CALL, leg=LEG, command="RingStaff", number=f"+4930{number}", until=now + LOOP_MS)
        loops.place(PRAXIS, leg, shown=f"+4989{number}", caller=None, rings_until=now)
        loops.returned(PRAXIS, arrival(None), now, lambda _: True)
    assert len(loops.placed) == 2
