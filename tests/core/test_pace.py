"""How many new calls a second are let in, and who goes first when more come."""

from dataclasses import replace

import pytest

from router.core.events import CallerArrived
from router.core.guard import Guard
from router.core.house import House
from router.core.ids import CallId, LegId
from router.core.limits import ArrivalLimits, HouseLimits
from router.pace import Pace
from tests.stories.houses import (
    FRIEND,
    KANZLEI_NUMBER,
    NOON,
    PEST,
    PRAXIS_NUMBER,
    SOMEBODY,
    VIP_CALLER,
    a_house,
    kanzlei,
    praxis,
)

FREE = ArrivalLimits(calls_per_caller=None, caller_rate=None)
HOUSE = a_house(clients=(praxis(limits=FREE), kanzlei(limits=FREE)))


class Calls:
    """Calls that come to a house; who is let in is there for the brakes, too."""

    def __init__(self, limits: HouseLimits, house: House = HOUSE) -> None:
        self.house, self.guard, self.pace, self.count = replace(house, limits=limits), Guard(), Pace(), 0

    def comes(self, after_ms: int = 0, caller: str | None = SOMEBODY, dialled: str = PRAXIS_NUMBER) -> bool:
        self.count += 1
        name = CallId(str(self.count))
        arrived = CallerArrived(call=name, leg=LegId(name), dialled=dialled, caller=caller)
        if not self.pace.lets_in(self.house, self.guard, arrived, NOON + after_ms):
            return False
        client = next((one for one in self.house.clients.values() if dialled in one.numbers), None)
        self.guard.brakes.come(name, client, caller, NOON + after_ms)
        return True


def test_a_house_without_a_pace_lets_everybody_in() -> None:
    calls = Calls(HouseLimits())
    assert all(calls.comes() for _ in range(500))


def test_a_seconds_worth_comes_at_once_and_then_so_many_a_second() -> None:
    calls = Calls(HouseLimits(new_calls_per_second=3))
    assert [calls.comes() for _ in range(4)] == [True, True, True, False]
    assert [calls.comes(300), calls.comes(334), calls.comes(335)] == [False, True, False]
    assert calls.pace.refused == 3
    assert sum(calls.comes(1000 + ms) for ms in range(10_000)) == pytest.approx(3 + 3 * 10, abs=2)


def test_a_pause_saves_no_more_than_a_second() -> None:
    calls = Calls(HouseLimits(new_calls_per_second=2))
    assert [calls.comes(60_000) for _ in range(3)] == [True, True, False]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    calls = Calls(HouseLimits(new_calls_per_second=1))
    assert [calls.comes(5000), calls.comes(0), calls.comes(500)] == [True, False, False]


@pytest.mark.parametrize(("caller", "first"), [(VIP_CALLER, True), (FRIEND, True), (PEST, False), (None, False)])
def test_vips_and_allowed_callers_go_first(caller: str | None, first: bool) -> None:
    calls = Calls(HouseLimits(new_calls_per_second=1))
    assert calls.comes()
    assert calls.comes(caller=caller) is first


def test_a_vips_number_opens_the_door_no_wider_than_its_own_limits() -> None:
    calls = Calls(HouseLimits(new_calls_per_second=1), a_house(clients=(praxis(limits=ArrivalLimits()),)))
    assert calls.comes()
    assert sum(calls.comes(caller=VIP_CALLER) for _ in range(50)) == ArrivalLimits().calls_per_caller


def test_who_goes_first_takes_from_the_pace_all_the_same() -> None:
    calls = Calls(HouseLimits(new_calls_per_second=2))
    assert [calls.comes(caller=VIP_CALLER), calls.comes(caller=VIP_CALLER), calls.comes()] == [True, True, False]


def test_room_that_is_kept_lets_clients_without_a_call_in() -> None:
    calls = Calls(HouseLimits(calls=10, kept_free=2, new_calls_per_second=1))
    assert [calls.comes(), calls.comes()] == [True, False]
    assert calls.comes(dialled=KANZLEI_NUMBER)
    assert not calls.comes(dialled=KANZLEI_NUMBER)


def test_without_room_that_is_kept_clients_without_a_call_wait_for_their_turn() -> None:
    calls = Calls(HouseLimits(calls=10, new_calls_per_second=1))
    assert [calls.comes(), calls.comes(dialled=KANZLEI_NUMBER)] == [True, False]


def test_calls_that_end_at_once_come_in_by_kept_room_once_a_second() -> None:
    calls = Calls(HouseLimits(calls=10, kept_free=2, new_calls_per_second=1))
    let_in = []
    for ms in (0, 10, 500, 990, 1000):
        calls.comes(ms)  # takes the token, if there is one
        let_in.append(calls.comes(ms, dialled=KANZLEI_NUMBER))
        calls.guard.brakes.left(CallId(str(calls.count)))
    assert let_in == [True, False, False, False, True]


def test_numbers_of_nobody_do_not_go_first() -> None:
    calls = Calls(HouseLimits(calls=10, kept_free=2, new_calls_per_second=1))
    assert [calls.comes(), calls.comes(dialled="+493099999")] == [True, False]
