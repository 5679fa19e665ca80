"""Deadlines against a naive list of them, and the names of things."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.ids import CallId, agent_leg, bridge_of, call_of, playback_of, staff_leg
from router.core.timers import MOST_STALE, Due, Timers

KEYS = st.tuples(st.sampled_from(("agent", "call")), st.sampled_from("abc"))
SETTINGS = st.tuples(KEYS, st.none() | st.integers(0, 20))
LOOKS = st.integers(0, 25)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(SETTINGS | LOOKS, max_size=60))
def test_timers_are_a_list_of_deadlines(steps: list[tuple[tuple[str, str], int | None] | int]) -> None:
    timers, naive = Timers(), dict[tuple[str, str], int]()
    for step in steps:
        if isinstance(step, int):
            due = min((Due(at, *key) for key, at in naive.items() if at <= step), default=None)
            assert timers.pop_due(step) == due
            if due is not None:
                del naive[due.kind, due.name]
        else:
            (kind, name), at = step
            timers.set(kind, name, at)
            naive.pop((kind, name), None)
            if at is not None:
                naive[kind, name] = at
        assert timers.next() == min(naive.values(), default=None)


def test_equal_deadlines_come_in_the_order_of_their_names() -> None:
    timers = Timers()
    timers.set("call", "b", 5)
    timers.set("call", "a", 5)
    timers.set("agent", "z", 5)
    popped = [timers.pop_due(5), timers.pop_due(5), timers.pop_due(5)]
    assert [due and (due.kind, due.name) for due in popped] == [("agent", "z"), ("call", "a"), ("call", "b")]


def test_deadlines_that_are_moved_again_and_again_take_no_room() -> None:
    timers = Timers()
    for at in range(10 * MOST_STALE):
        timers.set("call", "a", at + 1_000_000)
    assert len(timers.heap) <= 2 * MOST_STALE
    assert timers.pop_due(2_000_000) == Due(1_000_000 + 10 * MOST_STALE - 1, "call", "a")
    assert timers.pop_due(2_000_000) is None


def test_next_of_a_kind_is_popped_at_its_instant_only() -> None:
    timers = Timers()
    for kind, name, at in (("a", "x", 5), ("a", "y", 5), ("b", "z", 5), ("a", "later", 6)):
        timers.set(kind, name, at)
    timers.set("a", "x", None)
    assert [timers.pop_next("a", 5), timers.pop_next("a", 5)] == [Due(5, "a", "y"), None]
    assert timers.armed_at("b", "z") == 5


CALL = CallId("1790074800.17")
NAMED = CallId("5f0c9a1e-1790074800.17")  # by an Asterisk with a system name, as all of ours have


@pytest.mark.parametrize("call", [CALL, NAMED])
def test_name_tells_the_call(call: CallId) -> None:
    names = [bridge_of(call), agent_leg(call, 1), agent_leg(call, 12), staff_leg(call, 3), playback_of(call, 1)]
    assert [call_of(name) for name in names] == [call] * len(names)


@pytest.mark.parametrize("name", ["1790074800.17", NAMED, "PJSIP/anna-00000001", "", "agent1", "-", "a-b", "-agent1"])
def test_name_that_we_did_not_give_tells_nothing(name: str) -> None:
    assert call_of(name) is None


def test_names_of_one_call_differ() -> None:
    names = [agent_leg(CALL, 1), agent_leg(CALL, 2), staff_leg(CALL, 1), playback_of(CALL, 1), bridge_of(CALL)]
    assert len(set(names)) == len(names)
