"""`vorzimmer restore`: bring a backup back on this machine or another, into SQLite or PostgreSQL.

What the journal shows to have ended and the database's snapshot lacks is settled at once, and each call once: the
ledger knows every call by its id. What is there already is never deleted: it is set aside under another name.
"""

import argparse
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_config, add_database, counted, local, opened, say
from router.core.errors import SetUpFailed
from router.settings import CEL_PLACE, database_url, state_dir

if TYPE_CHECKING:
    from router.core.record import CallRecord

LOCK = "journal.lock"
PRIVATE = 0o600


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "restore",
        help="bring back what `backup` wrote",
        description="Bring a backup back: database, journal and configuration. The router must not run. Exit status 1 "
        "when the ledger is not sound afterwards.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="what `vorzimmer backup` wrote")
    command.add_argument("--force", action="store_true", help="set aside what is there, under names that are told")
    add_config(command)
    add_database(command)
    command.add_argument("--recordings", type=Path, metavar="DIR", help="where callers' messages go, if they are in it")
    command.set_defaults(command=bring_back)


async def bring_back(given: argparse.Namespace) -> int:
    """Check everything first, then write."""
    from router.cli.archive import unpack

    state_dir().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=state_dir()) as name, _no_router(state_dir() / "journal"):
        folder = Path(name)
        manifest = unpack(given.file, folder)
        say(f"{given.file}: sound, the state of {local(manifest.made)}, made by release {manifest.release}.")
        aside = time.strftime("before-restore-%Y%m%d-%H%M%S")
        places = _places(given, folder)
        _nothing_there(given, [target for _, target in places])
        await _database(given, folder / "database", aside)
        for source, target in places:
            _put(source, target, aside)
        # What the fallback served since the backup is read again: the ledger knows what it has.
        (state_dir() / CEL_PLACE).unlink(missing_ok=True)
        settled = await _settled(given)
        say(f"settled from the journal: {counted(settled, 'call')}")
        return await _proved(given)


def _places(given: argparse.Namespace, folder: Path) -> list[tuple[Path, Path]]:
    """What goes where."""
    (folder / "journal").mkdir(exist_ok=True)  # a house that has not yet served has none, and files alone are packed
    places = [(folder / "journal", state_dir() / "journal"), (folder / "config", given.config)]
    if (folder / "messages").is_dir():
        if given.recordings is None:
            say("callers' messages are in it, and stay there: name their folder by --recordings")
        else:
            places.append((folder / "messages", given.recordings))
    return [(source, target.absolute()) for source, target in places]


def _nothing_there(given: argparse.Namespace, targets: list[Path]) -> None:
    taken = [target for target in targets if target.is_dir() and any(_content(target))]
    if taken and not given.force:
        raise SetUpFailed(f"{taken[0]} is not empty; with --force what is there is set aside")


def _content(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name != LOCK]


@contextmanager
def _no_router(journal: Path) -> Iterator[None]:
    """None runs on this journal, nor begins to, until all is in its place. Raises `SetUpFailed`."""
    from router.engine.journal_folder import hold

    lock = hold(journal)
    try:
        yield
    finally:
        os.close(lock)


async def _database(given: argparse.Namespace, source: Path, aside: str) -> None:
    from router.db.copying import is_empty, read_rows, set_aside, used_by_others
    from router.db.database import open_database
    from router.db.schema import upgrade

    async with open_database(given.database, create=True) as database:
        if await used_by_others(database):
            raise SetUpFailed("another program of ours uses this database: stop every router, then try again")
        file = _file(given)
        empty = not file.exists() if file else await is_empty(database)
        if not empty and not given.force:
            raise SetUpFailed(
                "there is a database already; with --force it is set aside, or name another by --database"
            )
        mode = stat.S_IMODE(file.stat().st_mode) if file and not empty else PRIVATE
        if not empty and file:
            for part in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
                _set_aside(part, aside)
        elif not empty:
            await set_aside(database, aside.replace("-", "_"))
            say(f"the database's tables are now in the schema {aside.replace('-', '_')}")
        if file:
            _made(file, mode)
        await upgrade(database)
        await read_rows(database, source)
    say("database: restored")


def _file(given: argparse.Namespace) -> Path | None:
    """Of an SQLite database."""
    from sqlalchemy import make_url

    address = make_url(given.database or database_url())
    return Path(str(address.database)) if address.get_backend_name() == "sqlite" else None


def _made(file: Path, mode: int) -> None:
    """Empty, with these rights whatever the umask says: callers' numbers will be in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as new:
        os.fchmod(new.fileno(), mode)


def _put(source: Path, target: Path, aside: str) -> None:
    if target.is_dir() and (content := _content(target)):
        _emptied(target, content, aside)
    shutil.copytree(source, target, dirs_exist_ok=True)
    say(f"{target}: {counted(sum(path.is_file() for path in source.rglob('*')), 'file')}")


def _emptied(folder: Path, content: list[Path], aside: str) -> None:
    """The folder itself stays, and with it the lock that keeps routers away."""
    kept = folder.with_name(f"{folder.name}.{aside}")
    kept.mkdir()
    kept.chmod(stat.S_IMODE(folder.stat().st_mode))
    for path in content:
        path.rename(kept / path.name)
    say(f"what was in {folder} is now in {kept.name}")


def _set_aside(path: Path, aside: str) -> None:
    if path.exists():
        kept = path.rename(path.with_name(f"{path.name}.{aside}"))
        say(f"{path} is now {kept.name}")


async def _settled(given: argparse.Namespace) -> int:
    """Settle what had ended by the journal, and was not in the snapshot yet."""
    from router.db.ledger import SqlLedger

    records = _ended(state_dir() / "journal")
    async with opened(given) as database:
        ledger = SqlLedger(database)
        return sum([new for record in records for new in await ledger.settle_all([record])])


def _ended(journal: Path) -> "list[CallRecord]":
    """The calls that ended after the journal's newest snapshot."""
    from router.core.commands import Settle
    from router.core.house import House
    from router.core.switchboard import Switchboard
    from router.engine.codec import decode_value
    from router.engine.journal_records import Snapshot, read_entries
    from router.engine.loop import fed

    board, records = Switchboard.open(House(version="", clients={}, agents={})), []
    for entry in read_entries(journal):
        if isinstance(entry, Snapshot):
            board = decode_value(Switchboard, entry.state)
            continue
        records += [command.record for command in fed(board, entry.event, entry.now) if isinstance(command, Settle)]
    return records


async def _proved(given: argparse.Namespace) -> int:
    from router.cli.ledger import prove

    return await prove(given)
