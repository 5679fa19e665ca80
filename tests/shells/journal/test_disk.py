"""The journal on a disk that is full or fails: nothing is lost silently, and it goes on once the disk works again."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from router.core.errors import JournalBroken
from router.engine.journal import Journal
from router.engine.journal_records import Snapshot, read_entries, segments
from router.engine.journal_segment import RESERVE_BYTES, STEP_BYTES, Disk
from tests.shells.ari.waiting import until
from tests.shells.journal.journals import ANCHOR, StubbornDisk, drafts_in, events_in, pressed


def write(journal: Journal, count: int) -> None:
    for _ in range(count):
        number = journal.position + 1
        journal.append(number * 10, pressed(number))


async def test_an_event_for_which_there_is_no_room_leaves_no_trace(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        write(journal, 2)
        size = (tmp_path / str(segments(tmp_path)[0])).stat().st_size
        disk.room = 30
        with pytest.raises(JournalBroken, match="No space left"):
            write(journal, 1)
        assert journal.position == 2
        assert (tmp_path / str(segments(tmp_path)[0])).stat().st_size == size
        disk.room = None
        write(journal, 1)
        await journal.synced(journal.position)
    assert events_in(tmp_path) == [1, 2, 3]


async def test_a_broken_line_that_cannot_be_cut_off_is_left_behind_with_its_segment(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        write(journal, 2)
        disk.room, disk.cuttable = 30, False
        with pytest.raises(JournalBroken):
            write(journal, 1)
        disk.room = None
        with pytest.raises(JournalBroken):
            write(journal, 1)  # it would stand behind the broken line
        await journal.synced(journal.position)
        write(journal, 1)
    assert events_in(tmp_path) == [1, 2, 3]


async def test_what_a_failed_sync_may_have_lost_is_written_anew(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        journal.begin(ANCHOR)
        write(journal, 2)
        await journal.synced(journal.position)
        disk.bad_syncs = 1
        write(journal, 3)
        await journal.synced(journal.position)
        write(journal, 1)
    suspect, anew = (tmp_path / str(name) for name in segments(tmp_path))
    suspect.write_bytes(suspect.read_bytes()[:-200] + bytes(200))
    assert anew.read_bytes().count(b" E ") == 4
    assert events_in(tmp_path) == [1, 2, 3, 4, 5, 6]


async def test_a_disk_that_fails_again_is_told_to_who_waits(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        write(journal, 1)
        disk.bad_syncs = 2
        with pytest.raises(JournalBroken, match="Input/output error"):
            await journal.synced(journal.position)
        with pytest.raises(JournalBroken):
            write(journal, 1)
        assert journal.lag.bytes > 0
        await journal.synced(journal.position)
        write(journal, 1)
    assert events_in(tmp_path) == [1, 2]


def appended(journal: Journal, size: int) -> None:
    """So many bytes at least."""
    before = journal.lag.bytes
    while journal.lag.bytes < before + size:
        write(journal, 1)


async def test_a_full_disk_leaves_the_journal_its_reserve(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        write(journal, 1)
        await until(lambda: journal.lag.reserve == RESERVE_BYTES)
        disk.given_away = True
        appended(journal, 2 * STEP_BYTES)
        await until(lambda: "No space left" in journal.shortage)
        assert RESERVE_BYTES - 3 * STEP_BYTES < journal.lag.reserve < RESERVE_BYTES
        write(journal, 1)
        disk.given_away = False
        await until(lambda: not journal.shortage)  # though nothing else is written
        assert journal.lag.reserve == RESERVE_BYTES
        last = journal.position
    assert events_in(tmp_path) == list(range(1, last + 1))


async def test_the_reserve_belongs_to_the_file_and_is_there_after_a_restart(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        write(journal, 1)
        await until(lambda: journal.lag.reserve == RESERVE_BYTES)
    segment = (tmp_path / str(segments(tmp_path)[0])).stat()
    assert segment.st_size < 1000 < RESERVE_BYTES <= segment.st_blocks * 512
    disk = StubbornDisk()
    disk.given_away = True
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        assert journal.lag.reserve == RESERVE_BYTES
        write(journal, 1)
        await journal.synced(journal.position)
    assert events_in(tmp_path) == [1, 2]


async def test_a_segment_without_a_reserve_of_its_own_follows_no_other(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        write(journal, 1)
        await until(lambda: journal.lag.reserve == RESERVE_BYTES)
        disk.given_away = True
        with pytest.raises(JournalBroken):
            await journal.rotate(b"{}")
        assert drafts_in(tmp_path) == []
        disk.given_away = False
        await journal.rotate(b"{}")
        assert journal.lag.reserve == RESERVE_BYTES
    old, new = ((tmp_path / str(name)).stat().st_blocks * 512 for name in segments(tmp_path))
    assert old < RESERVE_BYTES <= new


async def test_a_file_system_that_cannot_reserve_has_no_reserve_and_takes_calls(tmp_path: Path) -> None:
    async with Journal.open(tmp_path, disk=Disk(take_room=lambda *_: False)) as journal:
        write(journal, 1)
        await journal.synced(journal.position)
        assert (journal.lag.reserve, journal.shortage) == (0, "")
    assert events_in(tmp_path) == [1]


async def test_leaving_a_journal_whose_disk_stays_broken_is_an_error(tmp_path: Path) -> None:
    disk = StubbornDisk()
    journal = Journal.open(tmp_path, disk=disk.calls)
    await journal.__aenter__()
    disk.bad_syncs = 100
    write(journal, 1)
    with pytest.raises(JournalBroken):
        await journal.__aexit__(None, None, None)
    Journal.open(tmp_path).close()  # it was let go of all the same


async def test_a_failed_rotation_leaves_the_old_segment_in_use(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls, segment_bytes=80) as journal:
        write(journal, 2)
        await journal.synced(journal.position)
        disk.bad_syncs = 1
        with pytest.raises(JournalBroken):
            await journal.rotate(b"{}")
        assert not journal.full
        write(journal, 1)
        await journal.synced(journal.position)
        await journal.rotate(b"{}")
    assert list(read_entries(tmp_path)) == [Snapshot(sequence=4, state=b"{}")]
    assert drafts_in(tmp_path) == []


async def test_a_repair_during_a_rotation_wins(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls) as journal:
        write(journal, 1)
        slow = disk.make_next_sync_slow()
        rotation = journal.rotate(b"{}")
        await asyncio.to_thread(slow.reached.wait)
        disk.bad_syncs = 1
        write(journal, 2)
        await journal.synced(journal.position)
        slow.passed.set()
        with pytest.raises(JournalBroken, match="replaced meanwhile"):
            await rotation
        write(journal, 1)
    assert events_in(tmp_path) == [1, 2, 3, 4]


async def test_events_appended_and_synced_during_a_slow_rotation_are_in_the_new_segment(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls, keep=0) as journal:
        write(journal, 1)
        slow = disk.make_next_sync_slow()
        rotation = journal.rotate(b"{}")
        await asyncio.to_thread(slow.reached.wait)
        write(journal, 3)
        await journal.synced(journal.position)
        slow.passed.set()
        await rotation
        write(journal, 1)
    assert events_in(tmp_path) == [2, 3, 4, 5]


async def test_events_appended_while_the_new_segment_is_brought_up_to_date_follow_in_it(tmp_path: Path) -> None:
    disk = StubbornDisk()
    async with Journal.open(tmp_path, disk=disk.calls, keep=0) as journal:
        drafting = disk.make_next_sync_slow()
        rotation = journal.rotate(b"{}")
        await asyncio.to_thread(drafting.reached.wait)
        catching_up = disk.make_next_sync_slow()
        drafting.passed.set()
        await asyncio.to_thread(catching_up.reached.wait)
        write(journal, 3)
        catching_up.passed.set()
        await rotation
        await journal.synced(journal.position)
    assert events_in(tmp_path) == [1, 2, 3]


KILLED = """
import asyncio, resource, sys
from pathlib import Path
from router.core.errors import JournalBroken
from router.engine.journal import Journal
from tests.shells.journal.journals import ANCHOR, pressed

async def main():
    async with Journal.open(Path(sys.argv[1])) as journal:
        journal.begin(ANCHOR)
        if len(sys.argv) > 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
        try:
            for number in range(journal.position + 1, 1_000_000):
                print(journal.append(number * 10, pressed(number)), flush=True)
                await asyncio.sleep(0)
        except JournalBroken as broken:
            print(broken)

asyncio.run(main())
"""


def test_everything_acknowledged_survives_a_killed_router(tmp_path: Path) -> None:
    acknowledged = 0
    for _ in range(3):
        router = subprocess.Popen([sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, text=True)
        with router:
            assert router.stdout is not None
            for _ in range(500):
                acknowledged = int(router.stdout.readline())
            router.kill()
            for line in router.stdout:
                acknowledged = int(line) if line.endswith("\n") else acknowledged
        assert acknowledged <= len(events_in(tmp_path)) <= acknowledged + 1


def test_a_real_limit_of_the_file_cuts_no_event_in_half(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path, "5000"], stdout=subprocess.PIPE, text=True, check=True
    )
    *numbers, broken = done.stdout.splitlines()
    assert "File too large" in broken
    [segment] = tmp_path.glob("*.log")
    assert 4900 < segment.stat().st_size <= 5000
    assert segment.read_bytes().endswith(b"\n")
    assert events_in(tmp_path) == [int(number) for number in numbers]
