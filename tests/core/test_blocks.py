"""What agents report: at once for the client, from enough clients for all, and the way back."""

from typing import Any

import pytest

from router.core.blocks import Blocks
from router.core.commands import BlockCaller, BlockForAll
from router.core.events import BlockForAllKept, BlockKept, BlockLifted
from router.core.house import ADVERTISING, BlockEntry, House
from router.core.ids import CallId, ClientId
from router.core.record import Arrival
from tests.stories.houses import (
    ANNA,
    BLUMEN,
    KANZLEI,
    NOON,
    PRAXIS,
    SOMEBODY,
    SOMEBODY_ELSE,
    a_house,
    blumen,
    kanzlei,
    praxis,
)

REPORTED = BlockEntry(number=SOMEBODY, author=ANNA, reason=ADVERTISING)
TERM = 90 * 86_400_000


def house(*, listed: tuple[ClientId, ...] = (), **changes: Any) -> House:
    """A house whose clients in `listed` have the entry already."""
    makes = {PRAXIS: praxis, KANZLEI: kanzlei, BLUMEN: blumen}
    return a_house(
        clients=[make(block=(REPORTED,) if client in listed else ()) for client, make in makes.items()],
        block=changes.pop("block", ()),
        **changes,
    )


class Reports:
    """Clicks of agents, in a house where two clients' reports are enough."""

    def __init__(self, present: House | None = None) -> None:
        self.blocks, self.house = Blocks(), present or house(advertising_reports=2)

    def report(self, client: ClientId, *, number: str = SOMEBODY, now: int = NOON) -> BlockForAll | None:
        return self.blocks.report(
            BlockCaller(call=CallId("c"), client=client, number=number, agent=ANNA), self.house, now
        )

    def lift(self, client: ClientId | None) -> None:
        self.blocks.lift(BlockLifted(client=client, number=SOMEBODY))

    def reads(self, present: House, now: int = NOON) -> None:
        self.house = present
        self.blocks.settle(present, now)

    def facts(self, client: ClientId = PRAXIS, caller: str | None = SOMEBODY) -> Arrival:
        return self.blocks.facts(client, caller, Arrival())


def test_report_counts_at_once_and_for_this_client_only() -> None:
    reports = Reports()
    assert reports.report(PRAXIS) is None
    assert reports.facts() == Arrival(added=(REPORTED,))
    assert reports.facts(KANZLEI) == reports.facts(caller=SOMEBODY_ELSE) == reports.facts(caller=None) == Arrival()


def test_second_client_makes_it_one_for_all_with_who_reported() -> None:
    reports = Reports()
    reports.report(PRAXIS)
    assert reports.report(PRAXIS) is None
    assert reports.report(KANZLEI) == BlockForAll(number=SOMEBODY, clients=(KANZLEI, PRAXIS), until=NOON + TERM)
    (entry,) = reports.facts(BLUMEN).added_for_all
    assert (entry.author, entry.until) == ("kanzlei, praxis", NOON + TERM)
    assert reports.report(BLUMEN) is None


def test_reports_that_the_configuration_brought_count() -> None:
    reports = Reports(house(listed=(PRAXIS,), advertising_reports=2))
    assert reports.report(KANZLEI) is not None


def test_entry_that_a_client_made_itself_is_no_report() -> None:
    own = a_house(
        clients=(praxis(block=(BlockEntry(number=SOMEBODY, reason="rude"),)), kanzlei()), advertising_reports=2
    )
    assert Reports(own).report(KANZLEI) is None


@pytest.mark.parametrize("reports", [0, 4])
def test_without_enough_clients_nothing_is_for_all(reports: int) -> None:
    told = Reports(house(advertising_reports=reports))
    assert [told.report(client) for client in (PRAXIS, KANZLEI, BLUMEN)] == [None, None, None]


def test_after_its_time_the_next_report_blocks_anew() -> None:
    reports = Reports()
    reports.report(PRAXIS)
    reports.report(KANZLEI)
    assert reports.report(BLUMEN, now=NOON + TERM) is not None


def test_number_that_the_house_blocks_for_all_is_not_blocked_again() -> None:
    listed = house(block=(REPORTED,), advertising_reports=1)
    assert Reports(listed).report(PRAXIS) is None


def test_lifted_for_one_client_it_is_no_report_any_more() -> None:
    reports = Reports(house(listed=(PRAXIS,), advertising_reports=2))
    reports.lift(PRAXIS)
    assert reports.facts().lifted
    assert reports.report(KANZLEI) is None
    assert reports.report(PRAXIS) is not None
    assert not reports.facts().lifted


def test_lifted_for_all_it_is_free_until_somebody_reports_it_again() -> None:
    reports = Reports()
    reports.report(PRAXIS)
    reports.report(KANZLEI)
    reports.lift(None)
    assert (reports.facts(BLUMEN).added_for_all, reports.facts(BLUMEN).lifted_for_all) == ((), True)
    assert reports.report(BLUMEN) is not None
    assert len(reports.facts(BLUMEN).added_for_all) == 1
    assert not reports.facts(BLUMEN).lifted_for_all


def test_entry_is_the_houses_once_it_brings_it() -> None:
    reports = Reports()
    reports.report(PRAXIS)
    reports.reads(house(listed=(PRAXIS,)))
    assert reports.blocks == Blocks()


def test_entry_not_yet_in_the_database_outlives_a_house_without_it() -> None:
    reports = Reports()
    reports.report(PRAXIS)
    reports.reads(house())
    assert reports.facts().added == (REPORTED,)


def test_entry_that_the_database_had_goes_with_a_house_without_it() -> None:
    reports = Reports()
    reports.report(PRAXIS)
    reports.blocks.keep(BlockKept(call=CallId("c"), client=PRAXIS, number=SOMEBODY))
    assert reports.facts().added == (REPORTED,)
    reports.reads(house())
    assert reports.blocks == Blocks()


@pytest.mark.parametrize("kept", [True, False])
def test_entry_for_all_goes_only_when_the_database_had_it(kept: bool) -> None:
    reports = Reports()
    reports.report(PRAXIS)
    reports.report(KANZLEI)
    if kept:
        reports.blocks.keep(BlockForAllKept(number=SOMEBODY))
    reports.reads(house(listed=(PRAXIS, KANZLEI)))
    assert (reports.facts(BLUMEN).added_for_all == ()) == kept


def test_entry_for_all_is_forgotten_after_its_time() -> None:
    reports = Reports()
    reports.report(PRAXIS)
    reports.report(KANZLEI)
    reports.reads(house(listed=(PRAXIS, KANZLEI)), NOON + TERM)
    assert reports.blocks == Blocks()


def test_what_was_lifted_is_for_the_next_house_to_say() -> None:
    reports = Reports(house(listed=(PRAXIS,)))
    reports.lift(PRAXIS)
    reports.reads(house(listed=(PRAXIS,)))
    assert reports.facts() == Arrival()
