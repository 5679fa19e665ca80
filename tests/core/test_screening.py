"""Screening and identification: who beats whom, as tables."""

from typing import Any

import pytest

from router.core.events import CallerArrived
from router.core.house import ADVERTISING, AllowEntry, BlockEntry, Client, ClientStatus, OnBlock, Vip
from router.core.ids import CallId, LegId
from router.core.record import Arrival
from router.core.route import Farewell, Ordinary, Refused, Straight, decide, not_transferable
from router.core.screening import Verdict, VerdictKind, screen
from tests.stories.houses import (
    AT_DAY,
    FRAU_WEISS,
    FRIEND,
    HERR_ROT,
    NIGHT_DOCTOR,
    NOON,
    PEST,
    PRAXIS,
    PRAXIS_NUMBER,
    PRAXIS_OWN,
    SHARED_NUMBER,
    SOMEBODY,
    VIP_CALLER,
    VIP_STRAIGHT,
    WEISS,
    a_house,
    praxis,
    with_praxis,
)

CALLER = "+4917012345"
BLOCK, PREFIX = BlockEntry(number=CALLER, reason="rude"), BlockEntry(prefix="+49170")
ENDED = BlockEntry(number=CALLER, until=NOON)
ALLOW, VIP = AllowEntry(number=CALLER, staff=WEISS), Vip(number=CALLER)


def screened(client: Client, caller: str | None, *, house: tuple[BlockEntry, ...] = (), **facts: Any) -> Verdict:
    return screen(client, house, caller, NOON, Arrival(**facts))


@pytest.mark.parametrize(
    ("block", "added", "allow", "house", "vips", "expected"),
    [
        ((), (), (), (), (), VerdictKind.ORDINARY),
        ((BLOCK,), (), (), (), (), VerdictKind.BLOCKED),
        ((PREFIX,), (), (), (), (), VerdictKind.BLOCKED),
        ((), (BLOCK,), (), (), (), VerdictKind.BLOCKED),
        ((), (), (), (BLOCK,), (), VerdictKind.BLOCKED),
        ((), (), (ALLOW,), (), (), VerdictKind.ALLOWED),
        ((), (), (), (), (VIP,), VerdictKind.VIP),
        ((BLOCK,), (), (ALLOW,), (), (VIP,), VerdictKind.BLOCKED),
        ((), (BLOCK,), (ALLOW,), (), (VIP,), VerdictKind.BLOCKED),
        ((), (), (ALLOW,), (BLOCK,), (VIP,), VerdictKind.ALLOWED),
        ((), (), (), (PREFIX,), (VIP,), VerdictKind.BLOCKED),
        ((ENDED,), (), (), (ENDED,), (VIP,), VerdictKind.VIP),
        ((ENDED, PREFIX), (), (), (), (), VerdictKind.BLOCKED),
    ],
)
def test_lists_in_their_order(
    block: tuple[BlockEntry, ...],
    added: tuple[BlockEntry, ...],
    allow: tuple[AllowEntry, ...],
    house: tuple[BlockEntry, ...],
    vips: tuple[Vip, ...],
    expected: VerdictKind,
) -> None:
    verdict = screened(praxis(block=block, allow=allow, vips=vips), CALLER, house=house, added=added)
    assert verdict.kind is expected
    assert verdict.because


def test_entry_made_for_all_counts_unless_the_client_allows_the_caller() -> None:
    everybodys = BlockEntry(number=CALLER, reason=ADVERTISING)
    assert screened(praxis(), CALLER, added_for_all=(everybodys,)).kind is VerdictKind.BLOCKED
    assert screened(praxis(allow=(ALLOW,)), CALLER, added_for_all=(everybodys,)).kind is VerdictKind.ALLOWED


def test_lifting_frees_of_what_agents_reported_and_of_nothing_else() -> None:
    reported = BlockEntry(number=CALLER, reason=ADVERTISING)
    assert screened(praxis(block=(reported,)), CALLER, lifted=True).kind is VerdictKind.ORDINARY
    assert screened(praxis(block=(reported,)), CALLER, lifted_for_all=True).kind is VerdictKind.BLOCKED
    assert screened(praxis(block=(reported, BLOCK)), CALLER, lifted=True).kind is VerdictKind.BLOCKED
    assert screened(praxis(), CALLER, house=(reported,), lifted_for_all=True).kind is VerdictKind.ORDINARY
    assert screened(praxis(), CALLER, house=(reported,), lifted=True).kind is VerdictKind.BLOCKED


def test_entry_counts_up_to_its_last_millisecond() -> None:
    until = BlockEntry(number=CALLER, until=NOON)
    assert screen(praxis(block=(until,)), (), CALLER, NOON - 1, Arrival()).kind is VerdictKind.BLOCKED
    verdict = screen(praxis(block=(until,)), (), CALLER, NOON, Arrival())
    assert verdict.kind is VerdictKind.ORDINARY
    assert verdict.because == "on no list; no longer on the block list (+4917012345, until 2026-09-22 13:00)"


def test_who_why_and_until_are_told() -> None:
    entry = BlockEntry(number=CALLER, reason="rude", author="Frau Weiß", until=NOON + 3_600_000)
    verdict = screened(praxis(block=(entry,)), CALLER)
    assert verdict.because == "client's block list, +4917012345 (rude), by Frau Weiß, until 2026-09-22 14:00"
    vip = Vip(prefix="+4917", name="Firma Groß")
    assert screened(praxis(vips=(vip,)), CALLER).because == "client's VIP list, Firma Groß, everything from +4917"


def test_closest_vip_entry_counts() -> None:
    company, boss = Vip(prefix="+49170", name="company"), Vip(number=CALLER, name="boss")
    assert screened(praxis(vips=(company, boss)), CALLER).vip is boss


def test_allowed_caller_who_is_a_vip_too_stays_one_when_nobody_answers() -> None:
    decision = decide(with_praxis(allow=(ALLOW,), vips=(VIP,)), arrival(caller=CALLER), NOON)
    assert isinstance(decision.way, Straight)
    assert decision.vip


def test_suppressed_number_is_on_no_list() -> None:
    everything = BlockEntry(prefix="")
    assert screened(praxis(), None, house=(everything,)).kind is VerdictKind.ORDINARY
    assert screened(praxis(block_suppressed=True), None).kind is VerdictKind.BLOCKED


# --- the way of a call --------------------------------------------------------------------------------------------


def arrival(*, dialled: str = PRAXIS_NUMBER, caller: str | None = SOMEBODY, by: tuple[str, ...] = ()) -> CallerArrived:
    return CallerArrived(call=CallId("c"), leg=LegId("c"), dialled=dialled, caller=caller, forwarded_by=by)


@pytest.mark.parametrize(
    ("caller", "way", "vip"),
    [
        (SOMEBODY, Ordinary, False),
        (None, Ordinary, False),
        (PEST, Refused, False),
        (FRIEND, Straight, False),
        (VIP_CALLER, Ordinary, True),
        (VIP_STRAIGHT, Straight, True),
    ],
)
def test_way_of_each_caller(caller: str | None, way: type, vip: bool) -> None:
    decision = decide(a_house(), arrival(caller=caller), NOON)
    assert isinstance(decision.way, way)
    assert decision.vip == vip
    assert [step.rule for step in decision.steps][:3] == ["identify", "status", "screening"]


def test_blocked_caller_hears_what_the_client_chose() -> None:
    decision = decide(with_praxis(on_block=OnBlock.ANNOUNCE), arrival(caller=PEST), NOON)
    assert isinstance(decision.way, Farewell)
    assert decision.way.text == praxis().block_text


def test_entry_added_meanwhile_counts() -> None:
    decision = decide(a_house(), arrival(), NOON, Arrival(added=(BlockEntry(number=SOMEBODY),)))
    assert isinstance(decision.way, Refused)


def test_trial_is_decided_as_any_client() -> None:
    decision = decide(with_praxis(status=ClientStatus.TRIAL), arrival(), NOON)
    assert isinstance(decision.way, Ordinary)


@pytest.mark.parametrize(
    ("dialled", "by", "client"),
    [
        (PRAXIS_NUMBER, (), PRAXIS),
        (PRAXIS_OWN, (), None),  # a client's own number is no number of ours
        (SHARED_NUMBER, (), None),
        (SHARED_NUMBER, (PRAXIS_OWN,), PRAXIS),
        (SHARED_NUMBER, ("+4989", PRAXIS_OWN), PRAXIS),
        (SHARED_NUMBER, (PRAXIS_NUMBER,), PRAXIS),  # forwarded on between numbers of ours
        (SHARED_NUMBER, ("+4989",), None),
    ],
)
def test_client_of_a_call(dialled: str, by: tuple[str, ...], client: str | None) -> None:
    decision = decide(a_house(), arrival(dialled=dialled, by=by), NOON)
    assert (decision.client.id if decision.client else None) == client


# --- transfer targets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "vip", "asked_by_client", "possible"),
    [
        ({}, False, False, True),
        ({"transferable": False}, False, False, False),
        ({"transferable": False}, True, False, True),
        ({"transferable_for_vips": False}, True, False, False),
        ({"transferable": False}, False, True, True),
        ({"hours": NIGHT_DOCTOR.hours}, True, True, False),
        ({"hours": AT_DAY}, False, False, True),
        ({"numbers": ()}, True, True, False),
    ],
)
def test_who_may_be_put_through(changes: dict[str, object], vip: bool, asked_by_client: bool, possible: bool) -> None:
    kept = {name: getattr(FRAU_WEISS, name) for name in ("id", "name", "numbers", "key")}
    staff = HERR_ROT.__class__(**{**kept, **changes})
    why_not = not_transferable(staff, NOON, vip=vip, asked_by_client=asked_by_client)
    assert (not why_not) == possible
