"""Postings balance, the chain finds every change, and every call is settled exactly once."""

from dataclasses import replace
from typing import Any

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
from router.core.record import CallRecord, PartKind
from router.core.tariff import rate
from tests.core.test_tariff import part_lengths, tariffs
from tests.fakes.records import finished, talked

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
    assert "its postings do not balance" in findings([odd, *others])


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
