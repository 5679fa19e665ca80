"""The ledger port, over the fake in memory, SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from router.core.errors import CallIdTaken, LedgerUnavailable
from router.core.house import BlockEntry
from router.core.ids import RecordingId
from router.core.ledger import Finding, Transaction
from router.core.record import Arrival, CallRecord, Message, PartKind
from router.core.tariff import Charge
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.reading import finished_calls, ledger_lines
from router.db.schema import upgrade
from router.db.verify import verify
from router.ports import Ledger
from tests.fakes.databases import POSTGRESQL, SQLITE, empty_database
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.records import finished, talked


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A ledger, and what it holds when asked: records by arrival, charged cents in posting order, what is wrong."""

    ledger: Ledger
    records: Callable[[], Awaitable[Sequence[CallRecord]]]
    charged: Callable[[], Awaitable[Sequence[int]]]
    findings: Callable[[], Awaitable[Sequence[Finding]]]


def in_memory() -> Kept:
    ledger = MemoryLedger()

    async def records() -> list[CallRecord]:
        return sorted(ledger.records.values(), key=lambda record: (record.arrived, record.call))

    async def charged() -> list[int]:
        return [line.charged for transaction in ledger.transactions for line in _lines(transaction)]

    async def findings() -> list[Finding]:
        return list(ledger.findings())

    return Kept(ledger=ledger, records=records, charged=charged, findings=findings)


def _lines(transaction: Transaction) -> Sequence[Charge]:
    return transaction.settlement.charges.lines


def in_database(database: Database) -> Kept:
    async def records() -> list[CallRecord]:
        return [record async for record in finished_calls(database)]

    async def charged() -> list[int]:
        return [line.charge.charged async for line in ledger_lines(database)]

    async def findings() -> Sequence[Finding]:
        return (await verify(database)).findings

    return Kept(ledger=SqlLedger(database), records=records, charged=charged, findings=findings)


@pytest.fixture(params=["memory", SQLITE, POSTGRESQL])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    if request.param == "memory":
        yield in_memory()
        return
    async with open_database(empty_database(request.param, request, tmp_path), create=True) as database:
        await upgrade(database)
        yield in_database(database)


async def test_a_settled_call_is_kept_whole(kept: Kept) -> None:
    record = finished((PartKind.TALK, 16_000), (PartKind.THROUGH, 1), (PartKind.WRAP_UP, 5_001))
    assert await kept.ledger.settle_all([record]) == [True]
    assert list(await kept.records()) == [record]
    assert list(await kept.charged()) == [59, 21]


async def test_a_call_is_settled_once_and_its_first_record_counts(kept: Kept) -> None:
    assert await kept.ledger.settle_all([talked(16_000)]) == [True]
    assert await kept.ledger.settle_all([talked(16_000)]) == [False]
    assert await kept.ledger.settle_all([replace(talked(16_000), trace=())]) == [False]
    assert list(await kept.records()) == [talked(16_000)]
    assert list(await kept.findings()) == []


async def test_another_call_of_the_same_id_is_refused_aloud(kept: Kept) -> None:
    await kept.ledger.settle_all([talked(16_000)])
    with pytest.raises(CallIdTaken, match="call-1 was settled with other times") as refused:
        await kept.ledger.settle_all([talked(99_000)])
    assert refused.value.id == "call_id_taken"
    assert list(await kept.records()) == [talked(16_000)]
    assert list(await kept.findings()) == []


async def test_calls_without_charges_are_settled_too(kept: Kept) -> None:
    unknown = replace(finished(call="unknown", client=None, tariff=None), caller=None, answered=None, trace=())
    for record in (talked(0, call="silent"), talked(60_000, call="trial", trial=True), unknown):
        assert await kept.ledger.settle_all([record]) == [True]
        assert await kept.ledger.settle_all([record]) == [False]
    assert sum(await kept.charged()) == 0
    assert list(await kept.findings()) == []


async def test_calls_settled_at_the_same_time_make_one_chain(kept: Kept) -> None:
    calls = [talked(20_000, call=f"call-{number % 20:02}") for number in range(60)]
    new = await asyncio.gather(*(kept.ledger.settle_all([record]) for record in calls))
    assert sum(map(sum, new)) == 20
    assert len(await kept.records()) == 20
    assert list(await kept.findings()) == []


async def test_many_calls_are_settled_at_once_each_in_its_place(kept: Kept) -> None:
    calls = [finished((PartKind.TALK, 20_000 + number), call=f"call-{number:02}") for number in range(40)]
    await kept.ledger.settle_all(calls[:1])
    assert await kept.ledger.settle_all(calls[:25]) == [False] + 24 * [True]
    assert await kept.ledger.settle_all(calls) == 25 * [False] + 15 * [True]
    assert list(await kept.records()) == calls
    assert list(await kept.findings()) == []


async def test_several_at_once_are_charged_as_if_each_came_alone(kept: Kept) -> None:
    unknown = finished(call="unknown", client=None, tariff=None)
    alone, together = in_memory(), [talked(16_000, call="c1"), unknown, talked(9_000, call="c2")]
    for record in together:
        await alone.ledger.settle_all([record])
    await kept.ledger.settle_all(together)
    assert list(await kept.charged()) == list(await alone.charged()) == [59, 16, 9]


async def test_the_same_call_twice_at_once_is_settled_once(kept: Kept) -> None:
    one, other = talked(16_000, call="c1"), talked(20_000, call="c2")
    assert await kept.ledger.settle_all([one, other, one, replace(other, trace=())]) == [True, True, False, False]
    assert list(await kept.records()) == [one, other]
    assert list(await kept.findings()) == []


@pytest.mark.parametrize("before", [True, False], ids=["settled before", "in the same transaction"])
async def test_none_is_settled_where_one_of_them_is_another_call_of_its_id(kept: Kept, *, before: bool) -> None:
    known, forged = talked(16_000, call="c1"), talked(99_000, call="c1")
    new = [talked(30_000, call="c0"), forged] if before else [known, talked(30_000, call="c0"), forged]
    if before:
        await kept.ledger.settle_all([known])
    with pytest.raises(CallIdTaken, match="c1"):
        await kept.ledger.settle_all(new)
    assert list(await kept.records()) == ([known] if before else [])
    assert list(await kept.findings()) == []


async def test_one_that_cannot_be_rated_keeps_all_from_being_stored(kept: Kept) -> None:
    broken = replace(talked(16_000, call="c2"), parts=(None,))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        await kept.ledger.settle_all([talked(16_000, call="c1"), broken])
    assert list(await kept.records()) == []


async def test_nothing_to_settle_is_no_mistake(kept: Kept) -> None:
    assert list(await kept.ledger.settle_all([])) == []


async def test_strange_characters_survive(kept: Kept) -> None:
    record = replace(talked(16_000), dialled="„ü€😀'\"\\", caller="';--", house_version="\n\t")
    await kept.ledger.settle_all([record])
    assert list(await kept.records()) == [record]
    assert list(await kept.findings()) == []


async def test_no_hostile_number_keeps_a_call_from_being_settled(kept: Kept) -> None:
    assert await kept.ledger.settle_all([replace(talked(16_000), dialled="\0\ud800", caller="1\0")]) == [True]
    assert list(await kept.charged()) == [59, 16]
    assert list(await kept.findings()) == []


async def test_a_memory_ledger_can_be_told_to_be_down() -> None:
    ledger = MemoryLedger()
    ledger.unavailable = True
    with pytest.raises(LedgerUnavailable):
        await ledger.settle_all([talked(16_000)])


async def test_messages_and_the_facts_of_an_arrival_are_kept_whole_and_proven(kept: Kept) -> None:
    entry = BlockEntry(between=("+49301110", "+49301119"), until=7, author="anna", reason="advertising")
    arrival = Arrival(
        forwarded_by=("+4930",),
        trunk="main",
        added=(entry,),
        added_for_all=(BlockEntry(pattern="+49301?*"),),
        brake="x",
    )
    message = Message(recording=RecordingId("call-1-record1"), consented=1_790_000_000_000, length=9_000)
    record = replace(talked(16_000), arrival=arrival, messages=(message,))
    await kept.ledger.settle_all([record])
    assert list(await kept.records()) == [record]
    assert list(await kept.findings()) == []
