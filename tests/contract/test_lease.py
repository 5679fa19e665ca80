"""The lease and the shared journal, over the fake in memory and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from router.db.database import open_database
from router.db.direct import Direct
from router.db.lease import SqlLease
from router.db.schema import upgrade
from router.db.shared import SqlSharedJournal
from router.ports import LEASE_MS, JournalRow, Leases, SharedJournal
from tests.fakes.databases import POSTGRESQL, empty_database
from tests.fakes.memory_lease import MemoryShared

Pass = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    """What two routers share; `run_out` lets a lease's time pass."""

    leases: Leases
    other: Leases
    journal: SharedJournal
    run_out: Pass


def in_memory() -> Two:
    shared = MemoryShared()

    async def run_out() -> None:
        shared.now += LEASE_MS + 1

    return Two(leases=shared, other=shared, journal=shared, run_out=run_out)


async def on_postgresql(url: str) -> AsyncIterator[Two]:
    async with open_database(url) as database:
        await upgrade(database)
    one, other, reading = (Direct(url, timeout_s=10) for _ in range(3))

    async def run_out() -> None:
        await reading.fetch("UPDATE lease SET until = until - $1 WHERE until > 0", LEASE_MS + 1)

    yield Two(
        leases=SqlLease(one),
        other=SqlLease(other),
        journal=SqlSharedJournal(one, reading=reading),
        run_out=run_out,
    )
    for connection in (one, other, reading):
        await connection.close()


@pytest.fixture(params=[pytest.param("memory", id="memory"), POSTGRESQL])
async def two(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Two]:
    if request.param == "memory":
        yield in_memory()
        return
    async for made in on_postgresql(empty_database("postgresql", request, tmp_path)):
        yield made


def event(sequence: int) -> JournalRow:
    return JournalRow(sequence=sequence, snapshot=False, line=b"event %d\n" % sequence)


def snapshot(sequence: int) -> JournalRow:
    return JournalRow(sequence=sequence, snapshot=True, line=b"all before %d\n" % sequence)


async def taken(leases: Leases, node: str = "a") -> int:
    got = await leases.take(node, house_version="v1")
    assert got is not None
    return got.epoch


async def test_nobody_leads_at_first(two: Two) -> None:
    lease = await two.leases.look()
    assert (lease.node, lease.epoch, lease.serving, lease.given_back) == ("", 0, False, True)


async def test_one_takes_the_lease_and_the_other_does_not(two: Two) -> None:
    first = await two.leases.take("a", house_version="v1")
    assert first is not None
    assert (first.epoch, first.node, first.before, first.header) == (1, "", 0, "")
    assert await two.other.take("b", house_version="v2") is None
    lease = await two.other.look()
    assert (lease.node, lease.epoch, lease.house_version) == ("a", 1, "v1")
    assert 0 < lease.left_ms <= LEASE_MS


async def test_of_two_at_once_one_takes_the_lease(two: Two) -> None:
    got = await asyncio.gather(two.leases.take("a", house_version=""), two.other.take("b", house_version=""))
    assert len([one for one in got if one]) == 1


async def test_who_starts_again_takes_its_own_lease_at_once_under_a_new_epoch(two: Two) -> None:
    assert await taken(two.leases) == 1
    assert await taken(two.leases) == 2


async def test_a_lease_that_ran_out_is_anybodys(two: Two) -> None:
    epoch = await taken(two.leases)
    assert await two.leases.renew(epoch, serving=True, house_version="v1", header="h")
    await two.run_out()
    got = await two.other.take("b", house_version="v1")
    assert got is not None
    assert (got.epoch, got.node, got.before, got.header) == (2, "a", 1, "h")


async def test_a_renewed_lease_stays(two: Two) -> None:
    epoch = await taken(two.leases)
    await two.run_out()
    assert await two.leases.renew(epoch, serving=True, house_version="v2", header="h")
    assert await two.other.take("b", house_version="v1") is None
    lease = await two.other.look()
    assert (lease.serving, lease.house_version) == (True, "v2")


async def test_whose_lease_was_taken_cannot_renew_it_nor_give_it_back(two: Two) -> None:
    epoch = await taken(two.leases)
    await two.run_out()
    await taken(two.other, "b")
    assert not await two.leases.renew(epoch, serving=True, house_version="v1", header="")
    await two.leases.give_back(epoch)
    lease = await two.leases.look()
    assert (lease.node, lease.given_back, lease.serving) == ("b", False, False)


async def test_a_lease_given_back_is_taken_at_once(two: Two) -> None:
    await two.leases.give_back(await taken(two.leases))
    assert (await two.leases.look()).given_back
    assert await taken(two.other, "b") == 2


async def test_events_come_back_in_their_order(two: Two) -> None:
    epoch = await taken(two.leases)
    assert await two.journal.append(epoch, [event(1), event(2)])
    assert await two.journal.append(epoch, [event(3)])
    assert await two.journal.read() == [event(1), event(2), event(3)]


async def test_what_was_appended_already_is_no_harm(two: Two) -> None:
    epoch = await taken(two.leases)
    assert await two.journal.append(epoch, [event(1)])
    assert await two.journal.append(epoch, [event(1), event(2)])
    assert await two.journal.read() == [event(1), event(2)]


async def test_a_deposed_leader_appends_nothing(two: Two) -> None:
    epoch = await taken(two.leases)
    await two.run_out()
    await taken(two.other, "b")
    assert not await two.journal.append(epoch, [event(1)])
    assert await two.journal.read() == []


async def test_a_snapshot_takes_the_place_of_all_before_it(two: Two) -> None:
    epoch = await taken(two.leases)
    assert await two.journal.append(epoch, [event(1), event(2)])
    assert await two.journal.append(epoch, [snapshot(3), event(3)])
    assert await two.journal.read() == [snapshot(3), event(3)]


@pytest.mark.parametrize("two", [POSTGRESQL], indirect=True)
async def test_who_takes_the_lease_reads_all_that_was_ever_committed_before(two: Two) -> None:
    """However the two interleave: what the old leader was told is kept, the new one finds."""
    for round_ in range(30):
        epoch = await taken(two.leases)
        await two.run_out()
        kept, epoch_of_b = await asyncio.gather(
            two.journal.append(epoch, [event(round_ + 1)]), taken_and_read(two, round_ + 1)
        )
        if kept:
            assert epoch_of_b
        await two.run_out()


async def taken_and_read(two: Two, sequence: int) -> bool:
    await taken(two.other, "b")
    return event(sequence) in await two.journal.read()
