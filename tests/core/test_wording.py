"""What waiting callers are told is German, and there is little of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.wording import RUNGS, Range, keys, place, wait, widened

MINUTE = 60_000


@pytest.mark.parametrize(
    ("low", "high", "spoken"),
    [
        (2 * MINUTE, 4 * MINUTE, "zwei bis vier Minuten"),
        (MINUTE, 2 * MINUTE, "eine bis zwei Minuten"),
        (70_000, 170_000, "eine bis drei Minuten"),
        (30_000, MINUTE, "dreißig Sekunden bis eine Minute"),
        (45_000, 100_000, "dreißig Sekunden bis zwei Minuten"),
        (0, 10_000, "weniger als dreißig Sekunden"),
        (12_000, 31_000, "weniger als eine Minute"),
        (16_000, 345_000, "weniger als sechs Minuten"),
        (11 * MINUTE, 29 * MINUTE, "zehn bis dreißig Minuten"),
        (10 * MINUTE, 50 * MINUTE, "mehr als zehn Minuten"),
        (50_000, 31 * MINUTE, "mehr als dreißig Sekunden"),
        (MINUTE, 31 * MINUTE, "mehr als eine Minute"),
        (31 * MINUTE, 90 * MINUTE, "mehr als eine halbe Stunde"),
        (2 * MINUTE, 2 * MINUTE, "zwei bis drei Minuten"),
    ],
)
def test_expected_wait_is_told_as_a_range(low: int, high: int, spoken: str) -> None:
    expected = widened(low, high)
    assert expected is not None
    assert wait(expected) == f"Die Wartezeit beträgt voraussichtlich {spoken}."


def test_range_that_says_nothing_is_not_told() -> None:
    assert widened(20_000, 31 * MINUTE) is None


@given(low=st.integers(0, 10_000_000), more=st.integers(0, 10_000_000))
def test_what_is_told_is_never_narrower_than_what_is_expected(low: int, more: int) -> None:
    told = widened(low, low + more)
    if told is not None:
        assert told.low <= low
        assert told.high is None or told.high >= low + more
        assert wait(told).endswith(".")


def test_few_texts_are_ever_spoken() -> None:
    told = {widened(low, high) for low in range(0, 2_400_000, 5_000) for high in range(low, 2_400_000, 5_000)} - {None}
    assert len(told) <= len(RUNGS) * (len(RUNGS) + 3) / 2
    assert len({wait(one) for one in told if one}) == len(told)


@pytest.mark.parametrize(
    ("position", "spoken"),
    [
        (1, "Sie sind an erster Stelle."),
        (2, "Sie sind an zweiter Stelle."),
        (3, "Sie sind an dritter Stelle."),
        (7, "Sie sind an siebter Stelle."),
        (10, "Sie sind an zehnter Stelle."),
        (11, "Vor Ihnen warten mindestens zehn Anrufer."),
        (400, "Vor Ihnen warten mindestens zehn Anrufer."),
    ],
)
def test_place_in_line_is_told_by_its_ordinal(position: int, spoken: str) -> None:
    assert place(position) == spoken


def test_keys_are_told_where_there_are_any() -> None:
    assert keys(call_back="", message="") == ""
    assert keys(call_back="1", message="") == "Für einen Rückruf drücken Sie die Eins."
    assert keys(call_back="5", message="#") == (
        "Für einen Rückruf drücken Sie die Fünf. Um eine Nachricht zu hinterlassen, drücken Sie die Rautetaste."
    )


def test_every_rung_can_be_said() -> None:
    for low in (0, *RUNGS[:-1]):
        assert "None" not in wait(Range(low=low, high=RUNGS[-1]))
