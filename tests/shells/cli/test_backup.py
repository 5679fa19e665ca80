"""A backup brings everything back, into either database, and says what is wrong before it writes anything."""

import asyncio
import io
import shutil
import stat
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from router.core.events import ClockReached
from router.core.ids import Millis
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.verify import verify
from router.engine.clock import AnchoredClock
from router.engine.journal import Journal
from tests.fakes.databases import postgres as postgres
from tests.fakes.postgres import PostgresServer
from tests.fakes.records import ARRIVED, talked
from tests.shells.cli.conftest import Vorzimmer

FILE = "backup.tar.gz"


@pytest.fixture
def journal(tmp_path: Path, database: Path) -> Path:
    """A router's journal of three events, beside the database."""

    async def write() -> None:
        async with Journal.open(tmp_path / "var/state/journal") as opened:
            opened.begin(AnchoredClock.start().anchor)
            for second in range(3):
                opened.append(Millis(ARRIVED + second * 1000), ClockReached())

    asyncio.run(write())
    return tmp_path / "var/state/journal"


@pytest.fixture
def backup(vorzimmer: Vorzimmer, config: Path, journal: Path, tmp_path: Path) -> Path:
    """A backup of a small house, three of whose calls are in the ledger."""
    ran = vorzimmer("backup", FILE)
    assert (ran.status, ran.err) == (0, "")
    return tmp_path / FILE


def lost(tmp_path: Path) -> None:
    """The disk is gone."""
    shutil.rmtree(tmp_path / "var")
    shutil.rmtree(tmp_path / "config")


def test_what_was_lost_comes_back(vorzimmer: Vorzimmer, backup: Path, tmp_path: Path) -> None:
    before = {name: vorzimmer(*name.split()).out for name in ("calls --json", "ledger list", "ledger verify", "blocks")}
    segments = {path.name: path.read_bytes() for path in (tmp_path / "var/state/journal").glob("*.log")}
    files = sorted(path.name for path in (tmp_path / "config").rglob("*"))
    lost(tmp_path)
    ran = vorzimmer("restore", FILE)
    assert (ran.status, ran.err) == (0, "")
    assert "The ledger is sound: 3 transactions" in ran.out
    assert {name: vorzimmer(*name.split()).out for name in before} == before
    assert {path.name: path.read_bytes() for path in (tmp_path / "var/state/journal").glob("*.log")} == segments
    assert sorted(path.name for path in (tmp_path / "config").rglob("*")) == files


def test_nobody_else_may_read_it(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_backup_that_fails_leaves_nothing_behind(vorzimmer: Vorzimmer, journal: Path, tmp_path: Path) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    ran = vorzimmer("backup", FILE)
    assert ran.status == 2
    assert "no folder config with the configuration" in ran.err
    assert {path.name for path in tmp_path.iterdir()} == before


def test_it_tells_what_it_holds_and_of_when(vorzimmer: Vorzimmer, config: Path, journal: Path) -> None:
    said = vorzimmer("backup", FILE).out
    assert "database: 3 calls, 3 transactions" in said
    assert "journal: up to 2026-09-21" in said
    assert "The ledger's head is 3 " in said


def test_nothing_is_overwritten_without_force(vorzimmer: Vorzimmer, backup: Path, database: Path) -> None:
    before = database.read_bytes()
    ran = vorzimmer("restore", FILE)
    assert ran.status == 2
    assert "--force" in ran.err
    assert database.read_bytes() == before


def test_with_force_what_was_there_is_set_aside(vorzimmer: Vorzimmer, backup: Path, tmp_path: Path) -> None:
    ran = vorzimmer("restore", FILE, "--force")
    assert (ran.status, ran.err) == (0, "")
    assert len(list((tmp_path / "var/state").glob("*.before-restore-*"))) == 2
    assert len(list(tmp_path.glob("config.before-restore-*"))) == 1


def test_a_running_router_is_not_disturbed(vorzimmer: Vorzimmer, backup: Path, journal: Path) -> None:
    running = Journal.open(journal)
    try:
        ran = vorzimmer("restore", FILE, "--force")
        assert ran.status == 2
        assert "in use by another router" in ran.err
    finally:
        running.close()


@pytest.mark.parametrize("keep", [100, -100])
def test_a_backup_that_was_cut_off_is_refused(vorzimmer: Vorzimmer, backup: Path, tmp_path: Path, keep: int) -> None:
    backup.write_bytes(backup.read_bytes()[:keep])
    lost(tmp_path)
    ran = vorzimmer("restore", FILE)
    assert ran.status == 2
    assert "Take another backup" in ran.err
    assert not (tmp_path / "var/state/vorzimmer.db").exists()


def test_a_file_that_was_changed_is_refused_by_name(vorzimmer: Vorzimmer, backup: Path, tmp_path: Path) -> None:
    changed = b"forged\n"
    with tarfile.open(backup) as old:
        members = [(member, old.extractfile(member)) for member in old.getmembers()]
        with tarfile.open(tmp_path / "forged.tar.gz", "w:gz") as new:
            for member, file in members:
                content = changed if member.name == "database/calls.jsonl" else file.read() if file else b""
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    lost(tmp_path)
    ran = vorzimmer("restore", "forged.tar.gz")
    assert ran.status == 2
    assert "database/calls.jsonl in forged.tar.gz is not what was backed up" in ran.err


def test_something_else_is_no_backup(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / FILE, "w:gz"):
        pass
    assert "is no backup" in vorzimmer("restore", FILE).err


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    async with open_database(url) as database:
        yield database


@pytest.mark.postgres
def test_sqlite_becomes_postgresql_and_goes_on(
    vorzimmer: Vorzimmer, backup: Path, tmp_path: Path, postgres: PostgresServer
) -> None:
    url = postgres.create("restored")
    lost(tmp_path)
    assert vorzimmer("restore", FILE, "--database", url).status == 0
    refused = vorzimmer("restore", FILE, "--database", url, "--config", "elsewhere")
    assert "not empty" in refused.err or "a database already" in refused.err
    again = vorzimmer("restore", FILE, "--database", url, "--force")
    assert (again.status, again.err) == (0, "")

    async def next_call() -> int:
        async with opened(url) as database:
            assert await SqlLedger(database).settle_all([talked(20_000, call="next")]) == [True]
            assert not (await verify(database)).findings
            return (await verify(database)).transactions

    assert asyncio.run(next_call()) == 4
    assert vorzimmer("backup", "second.tar.gz", "--database", url).status == 0
