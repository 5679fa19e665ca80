"""`vorzimmer backup`: everything that a new machine would need, in one file, while the router runs.

The journal is copied just after the database's snapshot stands: so each call that the snapshot has is over in the
journal, and each that ended since is in the journal with all that it takes to settle it.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_config, add_database, counted, local, say
from router.core.errors import SetUpFailed
from router.core.ids import Millis
from router.settings import state_dir

if TYPE_CHECKING:
    from router.core.ledger import Head
    from router.db.copying import Rows
    from router.engine.journal_records import SegmentName

TRIES = 5  # with a journal that is rotated between the database's snapshot and its copy


class JournalRotated(Exception):
    """Database and journal are not of one moment."""


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "backup",
        help="write database, journal and configuration into one file",
        description="Write database, journal and configuration, all of one moment, into one file; the router may run. "
        "Callers' numbers are in it: nobody but you may read it.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="e.g. /backup/vorzimmer-2026-11-23.tar.gz")
    add_config(command)
    add_database(command)
    command.add_argument("--recordings", type=Path, metavar="DIR", help="also callers' messages, in Asterisk's folder")
    command.set_defaults(command=back_up)


async def back_up(given: argparse.Namespace) -> int:
    """Stage everything beside the file, and pack it."""
    from router.cli.archive import FORMAT, Manifest, checksums, pack
    from router.db.schema import newest_revision

    target: Path = given.file
    if not target.parent.is_dir():
        raise SetUpFailed(f"there is no folder {target.parent}: make it first, or name another")
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as name:
        folder = Path(name)
        made = time.time_ns() // 1_000_000
        tables, head, until = await _database_and_journal(given, folder)
        _folder("configuration", given.config, folder / "config")
        if given.recordings:
            _folder("messages", given.recordings, folder / "messages")
        manifest = Manifest(
            format=FORMAT, release=version("vorzimmer"), revision=newest_revision() or "", made=made,
            journal_until=until, ledger_number=head.number, ledger_hash=head.hash, tables=tables,
            files=await asyncio.to_thread(checksums, folder),
        )  # fmt: skip
        size = await asyncio.to_thread(pack, folder, manifest, target)
    say(f"{target}: {size / 1e6:.1f} MB, the state of {local(made)}.")
    say(f"The ledger's head is {head.number} {head.hash}: note it elsewhere.")
    return 0


async def _database_and_journal(given: argparse.Namespace, folder: Path) -> "tuple[Rows, Head, Millis]":
    for _ in range(TRIES):
        try:
            return await _of_one_moment(given, folder)
        except JournalRotated:
            say("the journal was rotated meanwhile: once more")
    raise SetUpFailed(f"the journal {state_dir() / 'journal'} changes faster than it can be copied: try again")


async def _of_one_moment(given: argparse.Namespace, folder: Path) -> "tuple[Rows, Head, Millis]":
    from router.db.copying import head_in, write_rows
    from router.db.database import open_database
    from router.engine.journal_records import segments

    (folder / "database").mkdir(exist_ok=True)
    journal = state_dir() / "journal"
    before = segments(journal) if journal.is_dir() else []
    until: list[Millis] = []

    async def snapped() -> None:
        until.append(await asyncio.to_thread(copy_journal, journal, folder / "journal", before))

    async with open_database(given.database) as database:
        tables = await write_rows(database, folder / "database", snapped)
    say(f"database: {counted(tables['calls'], 'call')}, {counted(tables['ledger_transactions'], 'transaction')}")
    say(f"journal: up to {local(until[0])}" if until[0] else "journal: empty")
    return tables, head_in(folder / "database"), until[0]


def copy_journal(journal: Path, target: Path, before: "Sequence[SegmentName]") -> Millis:
    """Copy a journal that is being written, and whose segments were these; the instant of its last event.

    Raises `JournalRotated`: what ended just before the rotation might then be missing. Raises `JournalCorrupt`.
    """
    from router.engine.journal_records import Recorded, read_entries, segments

    shutil.rmtree(target, ignore_errors=True)
    if not before:
        target.mkdir()
        return 0
    try:
        shutil.copytree(journal, target, ignore=lambda _, names: [one for one in names if not one.endswith(".log")])
    except (shutil.Error, FileNotFoundError) as gone:
        raise JournalRotated from gone
    if not segments(journal) == before == segments(target):
        raise JournalRotated
    return max((one.now for one in read_entries(target) if isinstance(one, Recorded)), default=0)


def _folder(what: str, source: Path, target: Path) -> None:
    if not source.is_dir():
        raise SetUpFailed(f"there is no folder {source} with the {what}")
    shutil.copytree(source, target)
    say(f"{what}: {counted(sum(path.is_file() for path in target.rglob('*')), 'file')}")
