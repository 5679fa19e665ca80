"""Finished calls on their way into the ledger: several at once, one by one where one of them cannot be written."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from router.core.commands import BlockCaller, Settle
from router.core.errors import LedgerUnavailable
from router.core.events import BlockKept, CallSettled, Event
from router.core.ids import CallId
from router.core.record import CallRecord
from router.engine.journal import Journal
from router.engine.settlement import AT_ONCE, MOST_TOLD, Settlement
from tests.fakes.memory_ledger import MemoryClients, MemoryLedger
from tests.fakes.records import talked
from tests.lab.waiting import wait_for
from tests.stories.houses import ANNA, PEST, PRAXIS


class Watched(MemoryLedger):
    """Remembers what was to be settled at once; `poison` names calls that it cannot store; `breaks_off` that the next
    commit does its work, but is never heard of again."""

    def __init__(self) -> None:
        super().__init__()
        self.tried: list[int] = []
        self.poison: set[str] = set()
        self.breaks_off = False

    async def settle_all(self, records: Sequence[CallRecord]) -> Sequence[bool]:
        self.tried.append(len(records))
        if bad := [record.call for record in records if record.call in self.poison]:
            raise ValueError(f"cannot store {bad[0]}")
        new = await super().settle_all(records)
        if self.breaks_off:
            self.breaks_off = False
            raise LedgerUnavailable("broke off during the commit")
        return new


class House:
    """A settlement with its journal, and the events that came of it."""

    def __init__(self, journal: Journal, ledger: Watched) -> None:
        self.journal, self.ledger, self.clients = journal, ledger, MemoryClients()
        self.told: list[Event] = []
        self.settlement = Settlement(journal=journal, ledger=ledger, clients=self.clients, post=self.told.append)

    def ends(self, *calls: str) -> None:
        for call in calls:
            record = talked(16_000, call=call)
            self.settlement.add(self.journal.position, Settle(call=record.call, record=record))

    def reports(self, call: str) -> None:
        command = BlockCaller(call=CallId(call), client=PRAXIS, number=PEST, agent=ANNA)
        self.settlement.add(self.journal.position, command)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.settlement.run())
        yield
        task.cancel()
        await asyncio.wait([task])

    async def settles(self) -> None:
        async with self.running():
            await asyncio.wait_for(self.settlement.written(), 30)

    @property
    def settled(self) -> list[str]:
        return [str(event.call) for event in self.told if isinstance(event, CallSettled)]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with Journal.open(tmp_path) as journal:
        yield House(journal, Watched())


def names(count: int) -> list[str]:
    return [f"call-{number}" for number in range(count)]


async def test_what_has_gathered_is_settled_at_once_and_in_order(house: House) -> None:
    house.ends(*names(5))
    await house.settles()
    assert house.ledger.tried == [5]
    assert house.settled == names(5) == list(house.ledger.records)
    assert house.settlement.backlog == 0


async def test_one_call_alone_waits_for_no_other(house: House) -> None:
    async with house.running():
        for name in names(3):
            house.ends(name)
            await asyncio.wait_for(house.settlement.written(), 30)
    assert house.ledger.tried == [1, 1, 1]


async def test_a_transaction_is_of_limited_size(house: House) -> None:
    house.ends(*names(2 * AT_ONCE + 1))
    await house.settles()
    assert house.ledger.tried == [AT_ONCE, AT_ONCE, 1]
    assert house.settled == names(2 * AT_ONCE + 1)


async def test_a_call_that_cannot_be_written_keeps_no_other_from_it(house: House) -> None:
    house.ledger.poison = {"call-2"}
    house.ends(*names(5))
    await house.settles()
    assert house.ledger.tried == [5, 1, 1, 1, 1, 1]
    assert house.settled == ["call-0", "call-1", "call-3", "call-4"]
    assert house.settlement.trouble == "not written until the next start: call-2: ValueError('cannot store call-2')"


async def test_another_call_of_a_settled_id_keeps_no_other_from_it(house: House) -> None:
    await house.ledger.settle_all([talked(99_000, call="call-1")])
    house.ends(*names(3))
    await house.settles()
    assert house.settled == ["call-0", "call-2"]
    assert "call-1" in house.settlement.trouble


async def test_a_commit_of_unknown_outcome_is_tried_again_and_nothing_is_settled_twice(house: House) -> None:
    house.ledger.breaks_off = True
    house.ends(*names(3))
    await house.settles()
    assert house.ledger.tried == [3, 3]
    assert house.settled == names(3)
    assert len(house.ledger.transactions) == 3
    assert list(house.ledger.findings()) == []
    assert house.settlement.trouble == ""


async def test_what_comes_while_the_database_is_away_goes_with_those_who_wait(house: House) -> None:
    house.ledger.unavailable = True
    house.ends(*names(2))
    async with house.running():
        await wait_for(lambda: house.settlement.trouble, 30, "the trouble to be known")
        house.ends("later")
        assert house.settlement.backlog == 3
        house.ledger.unavailable = False
        await asyncio.wait_for(house.settlement.written(), 30)
    assert house.settled == ["call-0", "call-1", "later"]


async def test_a_database_that_goes_away_between_two_calls_of_a_poisoned_batch_is_waited_for(house: House) -> None:
    house.ledger.poison = {"call-0"}
    house.ends(*names(3))
    house.ledger.breaks_off = True
    await house.settles()
    assert house.settled == ["call-1", "call-2"]
    assert len(house.ledger.transactions) == 2


async def test_block_entries_keep_their_place_among_the_calls(house: House) -> None:
    house.ends("call-0", "call-1")
    house.reports("call-2")
    house.ends("call-2")
    await house.settles()
    assert house.ledger.tried == [2, 1]
    assert [type(event) for event in house.told] == [CallSettled, CallSettled, BlockKept, CallSettled]


async def test_of_much_that_was_given_up_only_some_is_told_by_name(house: House) -> None:
    house.ledger.poison = set(names(MOST_TOLD + 3))
    house.ends(*names(MOST_TOLD + 3))
    with capture_logs() as lines:
        await house.settles()
    assert [line["what"] for line in lines] == names(MOST_TOLD + 3)
    assert house.settlement.trouble.endswith(", and 3 more")
    assert house.settled == []
