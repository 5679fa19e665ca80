"""What calls to staff may cost a client, to the millisecond."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from router.core.house import Client, House
from router.core.ids import CallId, LegId
from router.core.limits import OutboundLimits, Rates
from router.core.outbound import Outbound, cents_a_minute
from tests.stories.houses import NOON, PRAXIS, PRAXIS_NUMBER, a_house, praxis

NUMBER, MOBILE = "+4930777", "+4917077"
RATES = Rates(by_prefix={"+49": 1.5, "+4917": 12, "+4917077": 6}, otherwise=90)
MINUTE, HOUR = 60_000, 3_600_000


class Legs:
    """One client's calls outwards."""

    def __init__(self, limits: OutboundLimits, **changes: object) -> None:
        self.client: Client = praxis(outbound=limits, **changes)
        self.house: House = a_house(clients=(self.client,), rates=RATES, own_numbers=frozenset({PRAXIS_NUMBER}))
        self.outbound = Outbound()

    def refused(self, now: int = NOON, number: str = NUMBER) -> str:
        return self.outbound.refuses(self.house, self.client, number, now)

    def begins(self, name: str, now: int = NOON, *, number: str = NUMBER, to_staff: bool = True) -> None:
        """A leg is placed and answered at once."""
        leg = LegId(name)
        self.outbound.place(self.house, self.client, CallId(name), leg, number, to_staff=to_staff)
        self.outbound.follow(CallId(name), held=frozenset({leg}), up=frozenset({leg}), now=now)

    def ends(self, name: str, now: int) -> None:
        self.outbound.follow(CallId(name), held=frozenset(), up=frozenset(), now=now)

    def next_end(self, now: int) -> int | None:
        return self.outbound.next_end(PRAXIS, now)

    def over(self, now: int) -> list[str]:
        return [str(call) for call in self.outbound.over(PRAXIS, now)]


@pytest.mark.parametrize(
    ("number", "why"), [("110", "emergency"), ("+49900123456", "premium"), (PRAXIS_NUMBER, "to us")]
)
def test_some_numbers_are_never_called(number: str, why: str) -> None:
    assert why in Legs(OutboundLimits()).refused(number=number)


def test_rings_count_as_legs_at_once() -> None:
    legs = Legs(OutboundLimits(legs=1))
    legs.outbound.place(legs.house, legs.client, CallId("one"), LegId("one"), NUMBER, to_staff=True)
    assert "1 calls to staff at once" in legs.refused()
    legs.ends("one", NOON)
    assert legs.refused() == ""
    assert legs.outbound == Outbound(spent=legs.outbound.spent)


def test_day_of_minutes_ends_a_conversation_at_its_limit() -> None:
    legs = Legs(OutboundLimits(minutes_a_day=10))
    legs.begins("one")
    assert legs.next_end(NOON) == NOON + 10 * MINUTE
    assert legs.over(NOON + 10 * MINUTE - 1) == []
    assert legs.over(NOON + 10 * MINUTE) == ["one"]


def test_two_at_once_use_the_day_twice_as_fast() -> None:
    legs = Legs(OutboundLimits(minutes_a_day=10))
    legs.begins("one")
    legs.begins("two", NOON + 4 * MINUTE)
    assert legs.next_end(NOON + 4 * MINUTE) == NOON + 7 * MINUTE
    assert legs.over(NOON + 7 * MINUTE) == ["one", "two"]
    legs.ends("one", NOON + 6 * MINUTE)
    assert legs.next_end(NOON + 6 * MINUTE) == NOON + 8 * MINUTE


def test_call_that_could_not_last_a_minute_is_not_begun() -> None:
    legs = Legs(OutboundLimits(minutes_a_day=10))
    legs.begins("one")
    legs.ends("one", NOON + 9 * MINUTE)
    assert legs.refused(NOON + 9 * MINUTE) == ""
    legs.begins("two", NOON + 9 * MINUTE)
    legs.ends("two", NOON + 9 * MINUTE + 1)
    assert "today's 10 minutes" in legs.refused(NOON + 10 * MINUTE)


def test_cents_are_those_of_the_number() -> None:
    legs = Legs(OutboundLimits(cents_a_day=30))
    legs.begins("one", number=MOBILE)
    assert legs.next_end(NOON) == NOON + 5 * MINUTE + 1
    assert legs.over(NOON + 5 * MINUTE) == ["one"]
    legs.ends("one", NOON + 4 * MINUTE)
    assert legs.refused(NOON + HOUR, number=MOBILE) == ""
    assert "today's 30 cents" in legs.refused(NOON + HOUR, number="+4917011111")


def test_next_day_begins_at_the_clients_midnight() -> None:
    late = round(datetime(2026, 9, 22, 23, 50, tzinfo=ZoneInfo("Europe/Lisbon")).timestamp() * 1000)
    legs = Legs(OutboundLimits(minutes_a_day=20), timezone="Europe/Lisbon")
    legs.begins("one", late)
    assert legs.next_end(late) == late + 10 * MINUTE  # midnight: look again then
    assert legs.over(late + 10 * MINUTE) == []
    assert legs.next_end(late + 10 * MINUTE) == late + 30 * MINUTE
    legs.ends("one", late + 25 * MINUTE)
    assert legs.outbound.spent[PRAXIS].ms == 15 * MINUTE
    assert legs.refused(late + 25 * MINUTE) == ""
    assert legs.refused(late + 24 * HOUR + 30 * MINUTE) == ""


def test_one_call_has_its_longest_time() -> None:
    legs = Legs(OutboundLimits(longest_ms=HOUR, minutes_a_day=None, cents_a_day=None))
    legs.begins("one")
    legs.begins("two", NOON + MINUTE)
    assert legs.next_end(NOON + MINUTE) == NOON + HOUR
    assert legs.over(NOON + HOUR) == ["one"]


def test_call_back_is_counted_and_not_cut_off() -> None:
    legs = Legs(OutboundLimits(minutes_a_day=2))
    legs.begins("back", to_staff=False)
    assert legs.next_end(NOON) is None
    assert legs.over(NOON + HOUR) == []
    assert "minutes" in legs.refused(NOON + HOUR)


def test_without_limits_everything_goes_on() -> None:
    legs = Legs(OutboundLimits(legs=None, minutes_a_day=None, cents_a_day=None))
    legs.begins("one", number="+41446681800")
    assert legs.refused(NOON + 2 * HOUR - 1) == ""
    assert legs.over(NOON + 2 * HOUR - 1) == []
    assert legs.next_end(NOON) == NOON + 2 * HOUR


@pytest.mark.parametrize(
    ("number", "cents"), [("+4930777", 1.5), ("+4917011", 12), ("+4917077", 6), ("+49170771", 6), ("+4144", 90)]
)
def test_longest_prefix_gives_the_rate(number: str, cents: float) -> None:
    assert cents_a_minute(RATES, number) == cents
