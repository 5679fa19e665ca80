"""How many calls may come: caps, buckets, and room for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.brakes import Brake, Brakes, told
from router.core.house import Client
from router.core.ids import CallId
from router.core.limits import ArrivalLimits, HouseLimits, Rate
from tests.stories.houses import NOON, PRAXIS_NUMBER, PRAXIS_OWN, SOMEBODY, SOMEBODY_ELSE, kanzlei, praxis

ANY_CALLS = HouseLimits()


def unlimited(**changes: object) -> ArrivalLimits:
    return ArrivalLimits(**{"calls_per_caller": None, "caller_rate": None, **changes})  # type: ignore[arg-type]


class Arrivals:
    """Calls that come as they may, and go."""

    def __init__(self, house: HouseLimits = ANY_CALLS) -> None:
        self.brakes, self.house, self.count = Brakes(), house, 0

    def comes(self, client: Client | None, caller: str | None = SOMEBODY, *, now: int = NOON) -> Brake | None:
        brake = self.brakes.check(client, caller, self.house, now)
        if brake is None:
            self.brakes.come(CallId(str(self.count)), client, caller, now)
            self.count += 1
        return brake

    def goes(self, call: int) -> None:
        self.brakes.left(CallId(str(call)))


def test_clients_cap_counts_calls_at_once() -> None:
    calls, client = Arrivals(), praxis(limits=unlimited(calls=2))
    assert [calls.comes(client) for _ in range(3)] == [None, None, Brake.CLIENT_CALLS]
    calls.goes(0)
    calls.goes(0)  # told twice
    assert [calls.comes(client), calls.comes(client)] == [None, Brake.CLIENT_CALLS]


def test_caller_has_a_cap_for_each_client() -> None:
    calls, limits = Arrivals(), unlimited(calls_per_caller=1)
    assert calls.comes(praxis(limits=limits)) is None
    assert calls.comes(praxis(limits=limits)) is Brake.CALLER_CALLS
    assert calls.comes(praxis(limits=limits), SOMEBODY_ELSE) is None
    assert calls.comes(kanzlei(limits=limits)) is None


@pytest.mark.parametrize("caller", [None, PRAXIS_OWN, PRAXIS_NUMBER])
def test_number_that_tells_of_no_caller_is_not_held_to_a_callers_limits(caller: str | None) -> None:
    calls, client = Arrivals(), praxis(limits=unlimited(calls_per_caller=1, caller_rate=Rate(burst=1, per_minute=1)))
    assert [calls.comes(client, caller) for _ in range(3)] == [None, None, None]


def test_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    calls, client = Arrivals(), praxis(limits=unlimited(rate=Rate(burst=2, per_minute=6)))
    assert [calls.comes(client) for _ in range(3)] == [None, None, Brake.CLIENT_RATE]
    assert calls.comes(client, now=NOON + 9_999) is Brake.CLIENT_RATE
    assert calls.comes(client, now=NOON + 10_000) is None
    assert calls.comes(client, now=NOON + 10_000) is Brake.CLIENT_RATE
    assert [calls.comes(client, now=NOON + 600_000) for _ in range(3)] == [None, None, Brake.CLIENT_RATE]


def test_caller_who_is_too_fast_takes_nothing_from_the_client() -> None:
    limits = unlimited(rate=Rate(burst=2, per_minute=1), caller_rate=Rate(burst=1, per_minute=1))
    calls, client = Arrivals(), praxis(limits=limits)
    assert [calls.comes(client) for _ in range(5)] == [None, *[Brake.CALLER_RATE] * 4]
    assert calls.comes(client, SOMEBODY_ELSE) is None


def test_last_lines_are_for_clients_who_have_no_call() -> None:
    calls = Arrivals(HouseLimits(calls=3, kept_free=1))
    doctor, lawyer = praxis(limits=unlimited()), kanzlei(limits=unlimited())
    assert [calls.comes(doctor) for _ in range(3)] == [None, None, Brake.HOUSE_KEPT_FREE]
    assert calls.comes(lawyer) is None
    assert calls.comes(lawyer) is Brake.HOUSE_CALLS
    calls.goes(0)
    assert calls.comes(doctor) is Brake.HOUSE_KEPT_FREE


def test_every_brake_is_told_in_words() -> None:
    assert all(told(brake, praxis()) for brake in Brake)


@given(st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 3)), max_size=60))
def test_bucket_is_what_counted_tokens_would_be(arrivals: list[tuple[int, int]]) -> None:
    calls, client = Arrivals(), praxis(limits=unlimited(caller_rate=Rate(burst=3, per_minute=6)))
    now, tokens, since = NOON, dict.fromkeys(range(4), 3.0), dict.fromkeys(range(4), NOON)
    for wait, who in arrivals:
        now += wait
        tokens[who] = min(3.0, tokens[who] + (now - since[who]) / 10_000)
        since[who] = now
        allowed = tokens[who] > 1 - 1e-9
        tokens[who] -= allowed
        assert (calls.comes(client, f"+4930{who}", now=now) is None) == allowed


def test_buckets_that_are_full_again_are_forgotten() -> None:
    calls, client = Arrivals(), praxis(limits=unlimited(caller_rate=Rate(burst=2, per_minute=60)))
    for number in range(1_000):
        assert calls.comes(client, f"+4930{number}", now=NOON + 100 * number) is None
        calls.goes(number)
    assert len(calls.brakes.full_at) <= 12
    assert (calls.brakes.here, calls.brakes.calls) == ({}, {})
