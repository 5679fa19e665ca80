"""The journal on a disk that works: what is written is read back, in order, by one holder at a time."""

import asyncio
from pathlib import Path

import pytest

from router.core.errors import JournalCorrupt, SetUpFailed
from router.engine.clock import Anchor
from router.engine.journal import Journal
from router.engine.journal_records import Snapshot, read_entries, segments
from tests.shells.journal.journals import ANCHOR, StubbornDisk, events_in, pressed


def write(journal: Journal, count: int) -> int:
    for _ in range(count):
        number = journal.position + 1
        assert journal.append(number * 10, pressed(number)) == number
    return journal.position


async def test_what_was_appended_is_read_back_after_a_restart(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        journal.begin(ANCHOR)
        write(journal, 3)
    async with Journal.open(tmp_path) as journal:
        assert journal.position == 3
        journal.begin(ANCHOR)
        write(journal, 2)
    assert events_in(tmp_path) == [1, 2, 3, 4, 5]


async def test_an_appended_event_can_be_read_before_it_is_synced(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        write(journal, 1)
        assert events_in(tmp_path) == [1]


async def test_a_new_journal_is_empty(tmp_path: Path) -> None:
    async with Journal.open(tmp_path / "not" / "there") as journal:
        assert list(journal.read()) == []
        assert journal.position == 0
        assert journal.anchor is None


async def test_the_anchor_of_the_last_start_is_kept(tmp_path: Path) -> None:
    later = Anchor(boot_id="next boot", utc_ms=9, monotonic_ns=8)
    for anchor in (ANCHOR, later):
        async with Journal.open(tmp_path) as journal:
            journal.begin(anchor)
    async with Journal.open(tmp_path) as journal:
        assert journal.anchor == later


async def test_a_second_holder_is_refused_until_the_first_has_gone(tmp_path: Path) -> None:
    async with Journal.open(tmp_path):
        with pytest.raises(SetUpFailed, match="in use by another router"):
            Journal.open(tmp_path)
    Journal.open(tmp_path).close()


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetUpFailed, match="file/journal"):
        Journal.open(tmp_path / "file" / "journal")


async def test_neighbours_are_synced_together(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        before = disk.syncs
        write(journal, 100)
        assert journal.lag.bytes > 0
        await asyncio.gather(*(journal.synced(journal.position) for _ in range(20)))
        assert disk.syncs == before + 1
        assert (journal.lag.bytes, journal.lag.ms) == (0, 0)


async def test_synced_waits_in_the_order_of_writing(tmp_path: Path) -> None:
    order: list[str] = []

    async def wait(position: int, name: str) -> None:
        await journal.synced(type(journal.position)(position))
        order.append(name)

    async with Journal.open(tmp_path) as journal:
        write(journal, 1)
        first = asyncio.create_task(wait(1, "first"))
        await first
        write(journal, 1)
        await asyncio.gather(wait(2, "second"), wait(1, "first again"))
    assert order == ["first", "first again", "second"]


async def test_an_event_appended_during_a_sync_waits_for_the_next(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        write(journal, 1)
        await journal.synced(journal.position)
        synced = disk.syncs
        write(journal, 1)
        await journal.synced(journal.position)
        assert disk.syncs == synced + 1


async def test_leaving_syncs_what_is_left(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        write(journal, 5)
    assert (journal.lag.bytes, journal.lag.ms) == (0, 0)


async def test_after_a_rotation_only_the_snapshot_and_what_followed_is_read(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        journal.begin(ANCHOR)
        write(journal, 3)
        rotation = journal.rotate(b'{"calls":3}')
        write(journal, 2)
        await rotation
        write(journal, 1)
    assert next(read_entries(tmp_path)) == Snapshot(sequence=4, state=b'{"calls":3}')
    assert events_in(tmp_path) == [4, 5, 6]
    reopened = Journal.open(tmp_path)
    assert (reopened.position, reopened.anchor) == (6, ANCHOR)
    reopened.close()


async def test_a_rotation_without_new_events_keeps_the_newer_snapshot(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        write(journal, 1)
        await journal.rotate(b"1")
        await journal.rotate(b"2")
    assert list(read_entries(tmp_path)) == [Snapshot(sequence=2, state=b"2")]


async def test_a_segment_is_full_at_its_size(tmp_path: Path) -> None:
    async with Journal.open(tmp_path, segment_bytes=400) as journal:
        while not journal.full:
            write(journal, 1)
        assert (tmp_path / str(segments(tmp_path)[-1])).stat().st_size >= 400
        await journal.rotate(b"{}")
        assert not journal.full


async def test_only_the_newest_segments_are_kept(tmp_path: Path) -> None:
    async with Journal.open(tmp_path, keep=2) as journal:
        for _ in range(5):
            write(journal, 2)
            await journal.rotate(b"{}")
        write(journal, 1)
    assert [name.first for name in segments(tmp_path)] == [7, 9, 11]
    assert events_in(tmp_path) == [11]


async def test_a_damaged_snapshot_is_replaced_by_the_one_before(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        for _ in range(2):
            write(journal, 2)
            await journal.rotate(b'"%d"' % journal.position)
        write(journal, 1)
    newest = tmp_path / str(segments(tmp_path)[-1])
    newest.write_bytes(newest.read_bytes().replace(b'"4"', b'"5"', 1))
    assert next(read_entries(tmp_path)) == Snapshot(sequence=3, state=b'"2"')
    assert events_in(tmp_path) == [3, 4, 5]


async def test_a_missing_segment_is_noticed(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        write(journal, 2)
        await journal.rotate(b"{}")
    newest = tmp_path / str(segments(tmp_path)[-1])
    newest.write_bytes(newest.read_bytes().replace(b"{}", b"[]", 1))
    (tmp_path / str(segments(tmp_path)[0])).unlink()
    with pytest.raises(JournalCorrupt, match="earlier segments are missing"):
        list(read_entries(tmp_path))


async def test_a_draft_left_by_a_killed_router_is_removed(tmp_path: Path) -> None:
    draft = tmp_path / "journal-0000000000000009-0001.log.new"
    draft.write_bytes(b"half")
    Journal.open(tmp_path).close()
    assert not draft.exists()


async def test_a_snapshot_of_two_lines_is_refused(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        with pytest.raises(ValueError, match="one line"):
            journal.rotate(b"one\ntwo")
