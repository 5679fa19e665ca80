"""The gate before commands, leading under a lease, and what a router leads with: without an Asterisk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from router.core.errors import Deposed, SetUpFailed
from router.core.events import AgentLoggedIn
from router.core.ids import AgentId
from router.engine.clock import Anchor
from router.engine.inheritance import epoch_of, header_of, inherit, led
from router.engine.journal import Journal
from router.engine.journal_records import Recorded
from router.engine.lease import LEASE_S, PATIENCE_MS, Candidate, Leadership
from router.engine.replica import Replica
from router.ports import LEASE_MS, JournalRow, Taken
from tests.fakes.memory_lease import MemoryShared
from tests.lab.waiting import wait_for

ANCHOR = Anchor(boot_id="boot", utc_ms=1_000, monotonic_ns=0)


def row(sequence: int) -> JournalRow:
    return JournalRow(sequence=sequence, snapshot=False, line=b"event %d\n" % sequence)


async def leads(shared: MemoryShared, node: str) -> Taken:
    taken = await shared.take(node, house_version="")
    assert taken is not None
    return taken


async def is_so(condition: Callable[[], bool]) -> None:
    await wait_for(condition, 10, "it to be so")


# --- the gate ---


@asynccontextmanager
async def sharing(shared: MemoryShared) -> AsyncIterator[tuple[Replica, "asyncio.Task[None]"]]:
    taken = await leads(shared, "a")
    replica = Replica(shared, epoch=taken.epoch, last=0)
    running = asyncio.create_task(replica.run())
    yield replica, running
    running.cancel()
    await asyncio.wait({running})


async def test_a_command_waits_until_its_event_is_committed() -> None:
    shared, done = MemoryShared(), list[int]()
    async with sharing(shared) as (replica, _):
        replica.add(row(1))
        replica.after(1, lambda: done.append(1))
        assert (done, shared.rows) == ([], [])
        await replica.passed()
        assert (done, shared.rows) == ([1], [row(1)])


async def test_commands_leave_in_their_order() -> None:
    shared, done = MemoryShared(), list[int]()
    async with sharing(shared) as (replica, _):
        for number in range(1, 30):
            replica.add(row(number))
            replica.after(number, lambda number=number: done.append(number))  # type: ignore[misc]
        await replica.passed()
    assert done == list(range(1, 30))


async def test_a_deposed_leader_commands_nothing() -> None:
    shared, done = MemoryShared(), list[int]()
    async with sharing(shared) as (replica, running):
        shared.now += LEASE_MS + 1
        await leads(shared, "b")
        replica.add(row(1))
        replica.after(1, lambda: done.append(1))
        with pytest.raises(Deposed):
            await running
        assert (done, shared.rows) == ([], [])
        with pytest.raises(Deposed):
            await replica.finish()
        assert done == []


async def test_without_the_database_commands_leave_and_their_events_follow_later() -> None:
    shared, done = MemoryShared(), list[int]()
    async with sharing(shared) as (replica, _):
        shared.away = True
        replica.add(row(1))
        replica.after(1, lambda: done.append(1))
        await replica.passed()
        assert done == [1]
        assert "the test says so" in replica.trouble
        replica.add(row(2))
        replica.after(2, lambda: done.append(2))
        assert done == [1, 2]
        shared.away = False
        await replica.holds(2)
        assert shared.rows == [row(1), row(2)]
        assert replica.trouble == ""
        replica.add(row(3))
        replica.after(3, lambda: done.append(3))
        assert done == [1, 2]
        await replica.passed()
    assert done == [1, 2, 3]


async def test_a_snapshot_spares_the_lines_before_it() -> None:
    shared = MemoryShared()
    async with sharing(shared) as (replica, _):
        shared.away = True
        replica.add(row(1))
        replica.add(row(2))
        replica.add(JournalRow(sequence=3, snapshot=True, line=b"all before 3\n"))
        replica.add(row(3))
        shared.away = False
        await replica.holds(3)
    assert [(one.sequence, one.snapshot) for one in shared.rows] == [(3, True), (3, False)]


# --- the lease ---


class Seconds:
    """A monotonic clock that the test moves, the database's along with it."""

    def __init__(self, shared: MemoryShared) -> None:
        self._shared = shared
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        self._shared.now += round(seconds * 1000)


async def leadership(shared: MemoryShared, clock: Seconds, node: str = "a") -> Leadership:
    taken = await leads(shared, node)
    return Leadership(
        shared,
        node=node,
        epoch=taken.epoch,
        asked_at=clock.now,
        house_version=lambda: "v",
        header=taken.header,
        monotonic=clock,
    )


async def test_who_slept_past_the_lease_asks_before_it_commands() -> None:
    clock = Seconds(shared := MemoryShared())
    ours = await leadership(shared, clock)
    assert await ours.permitted()
    clock.pass_(LEASE_S + 1)
    await leads(shared, "b")
    asking = asyncio.create_task(ours.permitted())
    renewing = asyncio.create_task(ours.run())
    assert not await asking
    with pytest.raises(Deposed):
        await renewing
    assert not await ours.permitted()


async def test_who_slept_and_still_has_the_lease_goes_on() -> None:
    clock = Seconds(shared := MemoryShared())
    ours = await leadership(shared, clock)
    clock.pass_(LEASE_S + 1)
    asking = asyncio.create_task(ours.permitted())
    renewing = asyncio.create_task(ours.run())
    assert await asking
    renewing.cancel()
    await asyncio.wait({renewing})
    assert not await ours.permitted()


async def test_without_the_database_the_leader_goes_on() -> None:
    clock = Seconds(shared := MemoryShared())
    ours = await leadership(shared, clock)
    clock.pass_(LEASE_S + 1)
    shared.away = True
    asking = asyncio.create_task(ours.permitted())
    renewing = asyncio.create_task(ours.run())
    assert await asking
    assert ours.trouble
    renewing.cancel()
    await asyncio.wait({renewing})


def candidate(shared: MemoryShared, clock: Seconds, node: str = "b", epoch: int = 0) -> Candidate:
    return Candidate(
        leases=shared, node=node, house_version=lambda: "", led_last=lambda led: led == epoch, monotonic=clock
    )


async def test_whoever_stands_by_leads_once_the_lease_ran_out() -> None:
    clock = Seconds(shared := MemoryShared())
    await leads(shared, "a")
    standing_by = candidate(shared, clock)
    leading = asyncio.create_task(standing_by.lead())
    await is_so(lambda: standing_by.lease is not None)
    assert not leading.done()
    clock.pass_(LEASE_S + 0.1)
    taken, _ = await leading
    assert (taken.epoch, taken.node) == (2, "a")


async def test_a_database_that_has_just_come_back_lets_the_leader_speak_first() -> None:
    clock = Seconds(shared := MemoryShared())
    await leads(shared, "a")
    standing_by = candidate(shared, clock)
    shared.away = True
    leading = asyncio.create_task(standing_by.lead())
    await is_so(lambda: standing_by.trouble != "")
    clock.pass_(60)
    shared.away, shared.up_since = False, shared.now
    await is_so(lambda: standing_by.trouble == "")
    assert not leading.done()
    clock.pass_(PATIENCE_MS / 1000 + 0.1)
    await leading


async def test_a_router_that_starts_again_takes_its_own_lease_at_once() -> None:
    clock = Seconds(shared := MemoryShared())
    await leads(shared, "a")
    taken, _ = await candidate(shared, clock, "a", epoch=1).lead()
    assert taken.epoch == 2


async def test_a_name_that_another_router_has_is_refused() -> None:
    clock = Seconds(shared := MemoryShared())
    taken = await leads(shared, "a")
    namesake = candidate(shared, clock, "a", epoch=0)
    looking = asyncio.create_task(namesake.alone())
    await is_so(lambda: namesake.lease is not None)
    clock.pass_(LEASE_S + 0.2)
    await shared.renew(taken.epoch, serving=True, house_version="", header="")
    with pytest.raises(SetUpFailed, match="VORZIMMER_NODE"):
        await looking


async def test_who_died_just_after_taking_the_lease_waits_until_it_runs_out() -> None:
    clock = Seconds(shared := MemoryShared())
    await leads(shared, "a")
    risen = candidate(shared, clock, "a", epoch=0)
    looking = asyncio.create_task(risen.alone())
    await is_so(lambda: risen.lease is not None)
    assert not looking.done()
    clock.pass_(LEASE_S + 0.1)
    await looking
    taken, _ = await risen.lead()
    assert taken.epoch == 2


async def test_who_dies_while_taking_over_leaves_the_clock_of_the_journal_behind() -> None:
    clock = Seconds(shared := MemoryShared())
    first = await leads(shared, "a")
    await shared.renew(first.epoch, serving=True, house_version="", header=header_of(ANCHOR))
    clock.pass_(LEASE_S + 0.1)
    second = await leadership(shared, clock, "b")
    second.serve(serving=True)
    renewing = asyncio.create_task(second.run())
    await is_so(lambda: shared.serving)
    renewing.cancel()
    await asyncio.wait({renewing})
    clock.pass_(LEASE_S + 0.1)
    assert (await leads(shared, "a")).header == header_of(ANCHOR)


# --- what a router leads with ---


async def written(directory: Path, *agents: str) -> None:
    async with Journal.open(directory) as journal:
        journal.begin(ANCHOR)
        for agent in agents:
            journal.append(2_000, AgentLoggedIn(agent=AgentId(agent)))


class Kept:
    """A copy that keeps every line."""

    def __init__(self) -> None:
        self.rows: list[JournalRow] = []

    def add(self, row: JournalRow) -> None:
        self.rows.append(row)

    async def holds(self, sequence: int) -> None:
        assert self.rows[-1].sequence >= sequence


async def copied(directory: Path, *agents: str) -> list[JournalRow]:
    """What the shared journal holds after these events."""
    async with Journal.open(directory) as journal:
        journal.begin(ANCHOR)
        kept = journal.copy = Kept()
        for agent in agents:
            journal.append(2_000, AgentLoggedIn(agent=AgentId(agent)))
    return kept.rows


def logged_in(directory: Path) -> list[str]:
    journal = Journal.open(directory)
    try:
        entries = [entry for entry in journal.read() if isinstance(entry, Recorded)]
        return [entry.event.agent for entry in entries if isinstance(entry.event, AgentLoggedIn)]
    finally:
        journal.close()


def taken(*, epoch: int, node: str, header: str = "") -> Taken:
    return Taken(epoch=epoch, node=node, before=epoch - 1, header=header or header_of(ANCHOR))


async def test_the_other_routers_journal_is_taken_over_with_its_clock(tmp_path: Path) -> None:
    rows = await copied(tmp_path / "a", "anna", "ben")
    ours = tmp_path / "b" / "journal"
    inherited = inherit(ours, rows, taken=taken(epoch=2, node="a"), node="b")
    assert (inherited.last, inherited.missing) == (2, ())
    assert logged_in(ours) == ["anna", "ben"]
    journal = Journal.open(ours)
    assert journal.anchor == ANCHOR
    journal.close()


async def test_the_first_of_all_goes_on_with_its_own_and_shares_it(tmp_path: Path) -> None:
    ours = tmp_path / "journal"
    await written(ours, "anna", "ben")
    inherited = inherit(ours, [], taken=taken(epoch=1, node=""), node="a")
    assert [row.sequence for row in inherited.missing] == [1, 2]
    assert logged_in(ours) == ["anna", "ben"]


async def test_who_led_last_keeps_what_the_database_did_not_get(tmp_path: Path) -> None:
    ours = tmp_path / "journal"
    rows = await copied(ours, "anna", "ben")
    led(ours, 4)
    inherited = inherit(ours, rows[:1], taken=taken(epoch=5, node="a"), node="a")
    assert inherited.missing == rows[1:]
    assert logged_in(ours) == ["anna", "ben"]


async def test_what_nobody_else_has_is_put_aside_when_another_led_since(tmp_path: Path) -> None:
    ours = tmp_path / "journal"
    rows = await copied(ours, "anna", "ben")
    led(ours, 2)
    inherit(ours, rows[:1], taken=taken(epoch=5, node="b"), node="a")
    assert logged_in(ours) == ["anna"]
    assert logged_in(tmp_path / "journal-before-5") == ["anna", "ben"]


async def test_a_snapshot_is_where_the_journal_begins(tmp_path: Path) -> None:
    source = tmp_path / "a"
    async with Journal.open(source) as journal:
        journal.begin(ANCHOR)
        kept = journal.copy = Kept()
        journal.append(2_000, AgentLoggedIn(agent=AgentId("anna")))
        await journal.rotate(b'{"state":1}')
        journal.append(2_000, AgentLoggedIn(agent=AgentId("ben")))
    ours = tmp_path / "b"
    inherited = inherit(ours, kept.rows[1:], taken=taken(epoch=2, node="a"), node="b")
    assert inherited.last == 2
    assert logged_in(ours) == ["ben"]


async def test_a_journal_of_another_format_is_refused(tmp_path: Path) -> None:
    rows = await copied(tmp_path / "a", "anna")
    other = header_of(ANCHOR).replace('"format":', '"format":9')
    with pytest.raises(SetUpFailed, match="format"):
        inherit(tmp_path / "b", rows, taken=taken(epoch=2, node="a", header=other), node="b")


def test_the_epoch_is_remembered(tmp_path: Path) -> None:
    assert epoch_of(tmp_path) == 0
    led(tmp_path, 7)
    assert epoch_of(tmp_path) == 7
