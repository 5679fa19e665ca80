"""Any history of appends, rotations, restarts and failing disks: all that was acknowledged is there, once, in order."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.errors import JournalBroken
from router.engine.journal import Journal
from router.engine.journal_records import Recorded, Snapshot, read_entries
from tests.shells.journal.journals import ANCHOR, StubbornDisk, pressed


class Step(Enum):
    """What happens next."""

    APPEND = auto()
    APPEND_WITHOUT_ROOM = auto()
    BAD_SYNC = auto()
    SYNC = auto()
    BEGIN_ROTATION = auto()
    ROTATE = auto()
    RESTART = auto()


async def live(directory: Path, history: Sequence[Step]) -> int:
    """Play a history, with restarts; returns the last acknowledged event."""
    disk = StubbornDisk()
    rest = iter(history)
    step: Step | None = Step.RESTART
    while step is Step.RESTART:
        async with Journal.open(directory, disk=disk.calls, keep=1) as journal:
            journal.begin(ANCHOR)
            step = await play(journal, disk, rest)
            disk.bad_syncs = 0
            rotations = [task for task in asyncio.all_tasks() if task.get_name() == "journal rotation"]
            await asyncio.gather(*rotations, return_exceptions=True)
    return journal.position


async def play(journal: Journal, disk: StubbornDisk, rest: Iterator[Step]) -> Step | None:
    for step in rest:
        if step is Step.RESTART:
            return step
        await take(journal, disk, step)
    return None


async def take(journal: Journal, disk: StubbornDisk, step: Step) -> None:
    number = journal.position + 1
    match step:
        case Step.APPEND:
            journal.append(number * 10, pressed(number))
        case Step.APPEND_WITHOUT_ROOM:
            disk.room = 10
            await refused(journal, number)
            disk.room = None
        case Step.BAD_SYNC:
            disk.bad_syncs = 1
        case Step.SYNC:
            await journal.synced(journal.position)
        case Step.BEGIN_ROTATION:
            journal.rotate(b"%d" % journal.position)
        case Step.ROTATE:
            await asyncio.wait({journal.rotate(b"%d" % journal.position)})


async def refused(journal: Journal, number: int) -> None:
    try:
        journal.append(number * 10, pressed(number))
    except JournalBroken:
        return
    raise AssertionError("There was room.")


def remembered(directory: Path) -> int:
    """How many events the snapshot and what follows it stand for; they must be without gap and true."""
    count = 0
    for entry in read_entries(directory):
        match entry:
            case Snapshot():
                count = int(entry.state)
                assert entry.sequence == count + 1
            case Recorded():
                count += 1
                assert entry == Recorded(sequence=count, now=count * 10, event=pressed(count))
    return count


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(Step), max_size=25))
def test_all_that_was_acknowledged_is_remembered(history: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        acknowledged = asyncio.run(live(Path(name), history))
        assert remembered(Path(name)) == acknowledged
