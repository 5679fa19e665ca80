"""What a restart must not bring along, and what it must: prices of the day, the time, the agents' block entries."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from router.core.events import AdvertisingReported, CallerArrived, HouseChanged, WrapUpFinished
from router.core.house import ADVERTISING, BlockEntry, House
from router.core.ids import CallId, LegId
from router.core.record import PartKind
from tests.fakes.memory_ledger import MemoryClients
from tests.lab.waiting import wait_for
from tests.shells.journal.journals import StubbornDisk
from tests.stories.houses import ANNA, PRAXIS, PRAXIS_NUMBER, SOMEBODY, a_house, with_praxis
from tests.stories.running import Running
from tests.stories.story import Story


def with_fee(house: House, cents: int) -> House:
    """The same files, a later day of the tariff: nothing but the price differs."""
    praxis = house.clients[PRAXIS]
    dearer = replace(praxis, tariff=replace(praxis.tariff, version=2, acceptance_fee=Fraction(cents)))
    return replace(house, clients={**house.clients, PRAXIS: dearer})


async def test_tariff_whose_day_came_while_no_router_ran_counts_from_the_next_call(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.router_is_killed()
        house.house = with_fee(house.house, 99)
        await house.router_is_back()
        await house.caller_arrives()
        await house.caller_hangs_up()
        tariff = (await house.settled()).tariff
        assert tariff is not None
        assert tariff.acceptance_fee == 99


async def test_machine_whose_clock_went_back_while_nobody_called_freezes_no_time(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.router_is_killed()
        house.clock.advance(-600_000)
        await house.router_is_back()
        await house.caller_arrives()
        await house.answers()
        await house.after(30)
        await house.caller_hangs_up()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        assert (await house.settled()).total(PartKind.TALK) == 30_000


async def test_caller_goes_to_the_fallback_while_the_journal_cannot_be_written(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Running(tmp_path, disk=disk.calls) as house:
        disk.room = 0
        house.asterisk.caller_dials(CallId("call-1"))
        house.engine.post(
            CallerArrived(call=CallId("call-1"), leg=LegId("call-1"), dialled=PRAXIS_NUMBER, caller=SOMEBODY)
        )
        await wait_for(lambda: house.asterisk.fallback, 5, "the caller to be given back")
        disk.room = None
        assert house.asterisk.fallback == ["call-1"]
        assert house.engine.board.calls == {}


async def test_block_entry_is_written_once_and_not_again_after_a_restart(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.answers()
        await house.agent_wishes(AdvertisingReported(agent=ANNA))
        await house.engine.settlement.written()
        await house.quiet()
        house.clients = MemoryClients()  # the client took it back
        await house.router_is_killed()
        await house.router_is_back()
        await house.engine.settlement.written()
        assert await house.clients.blocked() == {}


def test_reported_caller_is_free_again_when_a_house_comes_without_the_entry() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.board.feed(AdvertisingReported(agent=ANNA), story.now)
    story.board.feed(AdvertisingReported(agent=ANNA), story.now)
    assert story.board.guard.blocks.added == {PRAXIS: [BlockEntry(number=SOMEBODY, author=ANNA, reason=ADVERTISING)]}
    kept = with_praxis(block=(BlockEntry(number=SOMEBODY, reason="advertising caller"),))
    story.board.feed(HouseChanged(house=kept), story.now)
    story.board.feed(HouseChanged(house=a_house()), story.now)
    assert story.board.guard.blocks.added == {}
