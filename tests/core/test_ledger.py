"""Postings balance, the chain finds every change, and every call is settled exactly once."""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.house import Tariff
from router.core.ids import ClientId
from router.core.ledger import (
    GENESIS,
    Finding,
    Posting,
    Transaction,
    append,
    billing_digest,
    check,
    check_end,
    check_record,
    head_of,
    post,
    private_digest,
    settle,
)
from router.core.record import CallRecord, Part, PartKind
from router.core.tariff import rate
from tests.core.test_tariff import part_lengths, tariffs
from tests.fakes.records import STANDARD, finished, talked

SALT = bytes(range(32))


def chain(*records: CallRecord) -> list[Transaction]:
    transactions, head = list[Transaction](), GENESIS
    for record in records:
        transactions.append(append(settle(record, rate(record), salt=SALT), after=head))
        head = head_of(transactions[-1])
    return transactions


def three_calls() -> list[Transaction]:
    return chain(talked(95_000, 30_000, call="a"), talked(0, call="b"), talked(16_000, call="c", trial=True))


def findings(transactions: list[Transaction]) -> list[str]:
    found, last = list[Finding](), GENESIS
    for transaction in transactions:
        found += check(transaction, after=last)
        last = head_of(transaction)
    found += check_end(last, head=head_of(three_calls()[-1]))
    return [finding.what for finding in found]


def changed(transaction: Transaction, **changes: Any) -> Transaction:
    return replace(transaction, settlement=replace(transaction.settlement, **changes))


def test_a_call_debits_its_client_and_credits_each_revenue() -> None:
    assert post(rate(talked(95_000, 30_000))) == (
        Posting(account="client:mueller:receivable", amount=182),
        Posting(account="revenue:acceptance", amount=-59),
        Posting(account="revenue:handling", amount=-123),
    )


@pytest.mark.parametrize("record", [talked(0), talked(95_000, trial=True), finished(client=None, tariff=None)])
def test_a_call_that_owes_nothing_is_settled_without_postings(record: CallRecord) -> None:
    settlement = settle(record, rate(record), salt=SALT)
    assert settlement.postings == ()
    assert settlement.charges.call == record.call


@settings(deadline=None)
@given(part_lengths, tariffs, st.booleans())
def test_postings_always_balance(parts: list[tuple[PartKind, int]], tariff: Tariff, trial: bool) -> None:
    charges = rate(finished(*parts, tariff=tariff, trial=trial))
    postings = post(charges)
    assert sum(posting.amount for posting in postings) == 0
    assert sum(posting.amount for posting in postings if posting.amount > 0) == charges.charged


def test_a_chain_as_posted_has_no_findings() -> None:
    assert findings(three_calls()) == []
    assert list(check_end(GENESIS, head=GENESIS)) == []


def test_a_changed_charge_is_found() -> None:
    first, *others = three_calls()
    acceptance, handling = first.settlement.charges.lines
    cheaper = replace(first.settlement.charges, lines=(acceptance, replace(handling, talk_ms=94_000)))
    assert findings([changed(first, charges=cheaper), *others]) == ["its hash is not that of its content"]


def test_a_call_settled_at_ten_times_its_price_is_found_though_the_chain_holds() -> None:
    record = talked(95_000, 30_000)
    dear = replace(STANDARD, acceptance_fee=Fraction(590), handling_per_minute=Fraction(590))
    overcharged = settle(record, rate(replace(record, tariff=dear)), salt=SALT)
    assert told(append(overcharged, after=GENESIS), record) == ["its charges are not what the call costs at its tariff"]


def test_postings_to_another_account_are_found_though_they_balance_and_the_chain_holds() -> None:
    record = talked(95_000, 30_000)
    settlement = settle(record, rate(record), salt=SALT)
    mueller, *revenue = settlement.postings
    misposted = replace(settlement, postings=(replace(mueller, account="client:schmidt:receivable"), *revenue))
    assert told(append(misposted, after=GENESIS), record) == ["its postings are not those of its charges"]


@pytest.mark.parametrize(
    "forged",
    [
        {"parts": (Part(kind=PartKind.TALK, start=0, end=cast("int", "late")),)},
        {"parts": (Part(kind=PartKind.TALK, start=0, end=cast("int", math.inf)),)},
        {"parts": (Part(kind=PartKind.TALK, start=0, end=cast("int", 16_000.5)),)},
        {"parts": (Part(kind=PartKind.TALK, start=0, end=10**4299),)},
        {"tariff": replace(STANDARD, wrap_up_cap_ms=cast("int", None))},
        {"tariff": replace(STANDARD, acceptance_after_ms=cast("int", []))},
    ],
    ids=["text", "infinite", "broken", "huge", "capless", "list"],
)
def test_a_forged_record_that_cannot_be_rated_is_a_finding(forged: dict[str, Any]) -> None:
    record = replace(talked(95_000, 30_000), **forged)
    honest = settle(record, rate(talked(95_000, 30_000)), salt=SALT)
    assert len(told(append(honest, after=GENESIS), record)) == 1


def told(transaction: Transaction, record: CallRecord) -> list[str]:
    """What is found wrong with the first transaction of a chain and its record."""
    found = [*check(transaction, after=GENESIS), *check_record(transaction, record, salt=SALT)]
    return [finding.what for finding in found]


@pytest.mark.parametrize(
    "change",
    [{"arrived": 0}, {"billing_digest": "0" * 64}, {"private_digest": "0" * 64}],
    ids=lambda change: str(*change),
)
def test_any_changed_field_is_found(change: dict[str, Any]) -> None:
    first, second, third = three_calls()
    assert findings([first, changed(second, **change), third]) == ["its hash is not that of its content"]


def test_postings_that_do_not_balance_are_found() -> None:
    first, *others = three_calls()
    odd = changed(first, postings=(*first.settlement.postings[:-1], Posting(account="revenue:handling", amount=-122)))
    assert "its postings are not those of its charges" in findings([odd, *others])


def test_deleted_reordered_and_repeated_transactions_are_found() -> None:
    first, second, third = three_calls()
    assert findings([first, third])
    assert findings([second, third])
    assert findings([second, first, third])
    assert findings([first, second, second, third])


def test_a_chain_cut_off_at_its_end_does_not_reach_its_head() -> None:
    first, second, _ = three_calls()
    assert findings([first, second])[0].startswith("ends with 2 ")


def test_a_chain_recomputed_after_a_change_does_not_reach_its_head() -> None:
    forged = chain(talked(20_000, call="a"), talked(0, call="b"), talked(16_000, call="c", trial=True))
    assert len(findings(forged)) == 1


def test_the_hash_of_a_known_transaction_never_changes() -> None:
    assert three_calls()[0].hash == "4413a40d9fc84c1117ff0b81d616588c46e63e79d2a54f69e278a442f0b8d714"


@pytest.mark.parametrize(
    "change",
    [
        {"arrived": 1},
        {"answered": None},
        {"ended": 1},
        {"parts": ()},
        {"tariff": None},
        {"trial": True},
        {"client": ClientId("schmidt")},
    ],
    ids=lambda change: str(*change),
)
def test_the_billing_digest_covers_what_billing_rests_on(change: dict[str, Any]) -> None:
    assert billing_digest(replace(talked(95_000), **change)) != billing_digest(talked(95_000))


@pytest.mark.parametrize(
    "change", [{"caller": None}, {"dialled": ""}, {"trace": ()}, {"house_version": ""}], ids=lambda change: str(*change)
)
def test_erasing_the_caller_leaves_the_billing_digest_as_it_was(change: dict[str, Any]) -> None:
    erased = replace(talked(95_000), **change)
    assert billing_digest(erased) == billing_digest(talked(95_000))
    assert private_digest(erased, salt=SALT) != private_digest(talked(95_000), salt=SALT)


def test_a_record_changed_after_its_settlement_is_found() -> None:
    transaction = chain(talked(95_000))[0]
    assert list(check_record(transaction, talked(95_000), salt=SALT)) == []
    assert len(list(check_record(transaction, talked(94_999), salt=SALT))) == 1
    assert len(list(check_record(transaction, talked(95_000), salt=SALT[::-1]))) == 1


def test_nothing_of_the_caller_is_in_a_settlement() -> None:
    assert "4915112345678" not in repr(three_calls())
