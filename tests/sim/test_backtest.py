"""What another configuration would have changed, and that the same one changes nothing."""

from dataclasses import replace
from fractions import Fraction

from router.core.house import BlockEntry, House, Tariff
from router.core.ids import ClientId, TariffId
from router.core.record import CallRecord
from router.sim.backtest import Comparison, Difference, Side
from router.sim.duty import everybody
from router.sim.people import Habits
from tests.sim.houses import HOUR, MONDAY, SECOND, agents, caller, client, house

CALLERS = [caller(number, HOUR + number * 25 * SECOND, to=1 + number % 2) for number in range(80)]
CLIENTS = (client(), client("beta", "x", number=2))
BEFORE = house(CLIENTS, (*agents(2), *agents(2, "x")))


def between(old: House, new: House, changes: tuple[tuple[int, House], ...] = ()) -> Difference:
    sides = [Side(house=one, duty=everybody(one, MONDAY)) for one in (old, new)]
    told: list[CallRecord] = []
    comparison = Comparison(
        callers=CALLERS, begins=MONDAY, habits=Habits(missed=0.1), seed=7, within=20 * SECOND, each=told.append
    )
    difference = comparison.between(sides[0], replace(sides[1], changes=changes))
    assert len(told) == 2 * len(CALLERS)
    return difference


def test_the_same_configuration_changes_nothing() -> None:
    same = between(BEFORE, replace(BEFORE, version="2"))
    assert (same.any, same.calls, same.elsewhere, same.otherwise) == (False, 80, (), 0)
    assert same.old == same.new
    assert all(bill.old == bill.new > 0 for bill in same.bills)


def test_a_new_block_entry_moves_that_caller_and_says_by_which_step() -> None:
    after = replace(BEFORE, block=(BlockEntry(number=CALLERS[3].caller),), version="2")
    found = between(BEFORE, after)
    moved = next(call for call in found.elsewhere if call.call == CALLERS[3].call)
    assert moved.new == "blocked (block_list)"
    assert moved.old_step is not None
    assert moved.new_step is not None
    assert (moved.old_step.rule, moved.new_step.rule) == ("screening", "screening")
    assert str(moved.new_step.outcome) == "blocked"


def test_fewer_agents_make_callers_wait_and_give_up() -> None:
    found = between(BEFORE, house(CLIENTS, (*agents(1), *agents(1, "x"))))
    assert found.any
    assert found.new.abandoned > found.old.abandoned
    assert (found.new.p90 or 0) > (found.old.p90 or 0)
    assert [call.arrived for call in found.elsewhere] == sorted(call.arrived for call in found.elsewhere)
    lost = [call for call in found.elsewhere if call.old.startswith("served") and call.new.startswith("abandoned")]
    assert lost
    assert not [
        call for call in found.elsewhere if call.old.startswith("abandoned") and call.new.startswith("abandoned")
    ]
    assert sum(bill.new for bill in found.bills) < sum(bill.old for bill in found.bills)


def test_another_price_changes_the_bill_of_that_client_alone_to_the_cent() -> None:
    dear = Tariff(id=TariffId("standard"), version=2, acceptance_fee=Fraction(118), handling_per_minute=Fraction(118))
    after = house((client(tariff=dear), CLIENTS[1]), BEFORE.agents.values())
    found = between(BEFORE, after)
    bills = {bill.client: bill for bill in found.bills}
    assert found.any
    assert (found.elsewhere, found.otherwise) == ((), 0)
    assert bills[ClientId("beta")].old == bills[ClientId("beta")].new
    alpha = bills[ClientId("alpha")]
    assert abs(alpha.new - 2 * alpha.old) <= 40  # half a cent each of 40 calls' charges was rounded


def test_a_tariff_that_changes_in_between_counts_from_then_on() -> None:
    free = Tariff(id=TariffId("standard"), version=2, acceptance_fee=Fraction(0), handling_per_minute=Fraction(0))
    later = house((client(tariff=free), client("beta", "x", number=2, tariff=free)), BEFORE.agents.values())
    middle = CALLERS[40].at
    found = between(BEFORE, BEFORE, changes=((middle, later),))
    assert found.elsewhere == ()
    assert all(0 < bill.new < bill.old for bill in found.bills)
