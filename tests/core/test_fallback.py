"""Calls that the dialplan served: recorded, billed by the rules of all calls, and once."""

from dataclasses import replace

import pytest

from router.core.commands import SendToFallback, Settle
from router.core.events import (
    AdvertisingReported,
    AgentLoggedIn,
    CallerArrived,
    CallSettled,
    CommandFailed,
    Event,
    Failure,
    FallbackServed,
    HouseChanged,
    LegAnswered,
    LegEnded,
    LegRang,
)
from router.core.fallback import decided
from router.core.house import ClientStatus, House
from router.core.ids import AgentId, CallId, LegId, agent_leg
from router.core.ledger import billing_digest
from router.core.record import CallRecord, Part, PartKind
from router.core.switchboard import Switchboard
from router.core.tariff import rate
from router.engine.codec import decode_value, encode_value
from tests.stories.houses import ANNA, NOON, PEST, PRAXIS_NUMBER, SOMEBODY, a_house, with_praxis

CALL = CallId("pbx-1790000000.1")


def served(talk_ms: int = 0, *, kind: PartKind = PartKind.TALK, **known: object) -> FallbackServed:
    """A call of a minute and a bit; with an agent, or whoever else, it was spoken so long."""
    agent = AgentId("anna") if kind is PartKind.TALK else None
    part = Part(kind=kind, start=NOON + 5_000, end=NOON + 5_000 + talk_ms, agent=agent)
    event = FallbackServed(
        call=CALL,
        dialled=PRAXIS_NUMBER,
        caller=SOMEBODY,
        arrived=NOON,
        began=NOON + 1_000,
        answered=NOON + 1_001,
        ended=NOON + 70_000,
        parts=(part,) if talk_ms else (),
    )
    return replace(event, **known)  # type: ignore[arg-type]


def settled(board: Switchboard, event: Event) -> list[CallRecord]:
    return [command.record for command in board.feed(event, NOON + 100_000) if isinstance(command, Settle)]


def booked(event: FallbackServed, house: House | None = None) -> CallRecord:
    """As the house in force makes a record of it."""
    board = Switchboard.open(house or a_house())
    (record,) = settled(board, decided(event, board.house, board.guard.blocks))
    return record


def charged(record: CallRecord) -> dict[str, int]:
    return {line.kind.value: line.charged for line in rate(record).lines}


@pytest.mark.parametrize(
    ("talk_ms", "expected"),
    [(10_000, {"handling": 10}), (15_000, {"handling": 15}), (16_000, {"acceptance": 59, "handling": 16})],
)
def test_an_agents_conversation_costs_what_any_costs(talk_ms: int, expected: dict[str, int]) -> None:
    record = booked(served(talk_ms))
    assert (record.client, record.ending.kind, record.ending.reason) == ("praxis", "served", "fallback_agent")
    assert charged(record) == expected


@pytest.mark.parametrize(
    ("event", "ending"),
    [
        (served(60_000, kind=PartKind.THROUGH), ("through", "fallback_number")),
        (served(announced=True), ("overflowed", "fallback_announcement")),
        (served(), ("abandoned", "fallback_caller_hung_up")),
        (served(whole=False), ("fault", "fallback_cut_off")),
    ],
)
def test_everything_else_is_free(event: FallbackServed, ending: tuple[str, str]) -> None:
    record = booked(event)
    assert (record.ending.kind, record.ending.reason) == ending
    assert charged(record) == {}


def test_who_is_blocked_pays_nobody_a_cent() -> None:
    record = booked(served(60_000, caller=PEST), with_praxis())
    assert (record.ending.kind, record.ending.reason) == ("blocked", "fallback_block_list")
    assert record.total(PartKind.TALK) == 60_000
    assert charged(record) == {}
    assert any("block" in step.because for step in record.trace)


def test_whom_agents_have_reported_meanwhile_is_blocked_too() -> None:
    board = Switchboard.open(a_house())
    for at, event in enumerate(conversation(CallId("call-1"))):
        board.feed(event, NOON + at)
    board.feed(AdvertisingReported(agent=ANNA), NOON + 10)
    (record,) = settled(board, decided(served(60_000), board.house, board.guard.blocks))
    assert record.ending.kind == "blocked"


def test_a_suspended_clients_calls_are_not_billed() -> None:
    record = booked(served(60_000), with_praxis(status=ClientStatus.SUSPENDED))
    assert (record.ending.kind, record.ending.reason) == ("refused", "fallback_client_suspended")
    assert charged(record) == {}


def test_a_trial_is_rated_and_not_charged() -> None:
    record = booked(served(60_000), with_praxis(status=ClientStatus.TRIAL))
    assert record.trial
    assert charged(record) == {"acceptance": 0, "handling": 0}
    assert rate(record).list_price == 59 + 59


def test_a_call_of_nobody_is_kept_without_charges() -> None:
    record = booked(served(60_000, dialled="+4930999"))
    assert (record.client, charged(record), record.ending.kind) == (None, {}, "served")


def test_being_told_twice_changes_nothing() -> None:
    board = Switchboard.open(a_house())
    event = decided(served(60_000), board.house, board.guard.blocks)
    (record,) = settled(board, event)
    assert settled(board, event) == []
    board.feed(CallSettled(call=CALL), NOON + 200_000)
    assert board.fallbacks.unsettled == {}
    assert settled(board, event) == []
    assert billing_digest(record) == billing_digest(booked(served(60_000)))


def test_what_is_not_yet_safe_survives_a_restart() -> None:
    board = Switchboard.open(a_house())
    (record,) = settled(board, decided(served(60_000), board.house, board.guard.blocks))
    again = decode_value(Switchboard, encode_value(Switchboard, board))
    assert list(again.fallbacks.unsettled.values()) == [record]
    assert settled(again, served(60_000)) == []


def test_a_changed_house_does_not_change_what_was_decided() -> None:
    board = Switchboard.open(a_house())
    event = decided(served(60_000), board.house, board.guard.blocks)
    board.feed(HouseChanged(house=with_praxis(status=ClientStatus.SUSPENDED)), NOON)
    (record,) = settled(board, event)
    assert record.ending.kind == "served"


# --- handed on by the router ------------------------------------------------------------------------------------------


def conversation(call: CallId) -> list[Event]:
    """Anna speaks with a caller."""
    leg = agent_leg(call, 1)
    return [
        AgentLoggedIn(agent=ANNA),
        CallerArrived(call=call, leg=LegId(call), dialled=PRAXIS_NUMBER, caller=SOMEBODY),
        LegRang(call=call, leg=leg),
        LegAnswered(call=call, leg=leg),
    ]


def handed_on(talk_ms: int) -> Switchboard:
    """The router has spoken so long for the client, and fails."""
    board = Switchboard.open(a_house())
    for event in conversation(CALL):
        board.feed(event, NOON)
    now = NOON + talk_ms
    failed = CommandFailed(call=CALL, command="core", failure=Failure.BROKEN)
    assert any(isinstance(command, SendToFallback) for command in board.feed(failed, now))
    for leg in (agent_leg(CALL, 1), LegId(CALL)):
        board.feed(LegEnded(call=CALL, leg=leg), now)
    return board


@pytest.mark.parametrize("settled_before", [False, True])
@pytest.mark.parametrize(
    ("before", "talk", "expected"),
    [
        (0, 16_000, {"acceptance": 59, "handling": 16}),
        (10_000, 10_000, {"acceptance": 59, "handling": 10}),  # together longer than 15 s
        (5_000, 10_000, {"handling": 10}),
        (20_000, 20_000, {"handling": 20}),  # the fee was charged with the first record
        (20_000, 0, {}),
    ],
)
def test_what_is_spoken_after_the_router_let_go_is_billed_with_one_fee_a_call(
    *, settled_before: bool, before: int, talk: int, expected: dict[str, int]
) -> None:
    board = handed_on(before)
    if settled_before:
        board.feed(HouseChanged(house=board.house), NOON + 3_600_000)  # the wrap-up is over by then
        board.feed(CallSettled(call=CALL), NOON + 3_600_000)
        assert board.calls == {}
    event = served(talk, call=CallId(f"{CALL}-fallback"), begun=CALL, dialled="", caller=None)
    (record,) = settled(board, decided(event, board.house, board.guard.blocks))
    assert charged(record) == expected
    assert (record.client, record.caller, record.dialled) == ("praxis", SOMEBODY, PRAXIS_NUMBER)
    assert record.arrived == NOON
    assert f"as call {CALL}" in record.trace[0].because
