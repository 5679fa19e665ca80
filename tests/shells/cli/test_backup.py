"""A backup brings everything back, into either database, and says what is wrong before it writes anything."""

import asyncio
import io
import shutil
import stat
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from router.cli import restore
from router.cli.backup import JournalRotated, copy_journal
from router.core.errors import SetUpFailed
from router.core.events import ClockReached
from router.core.ids import Millis
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.verify import verify
from router.engine.clock import AnchoredClock
from router.engine.journal import Journal
from router.engine.journal_records import segments
from router.settings import CEL_PLACE
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


def test_a_house_that_has_not_yet_served_comes_back(
    vorzimmer: Vorzimmer, config: Path, database: Path, tmp_path: Path
) -> None:
    assert "journal: empty" in vorzimmer("backup", FILE).out
    lost(tmp_path)
    ran = vorzimmer("restore", FILE)
    assert (ran.status, ran.err) == (0, "")


def test_a_folder_or_file_that_is_not_there_is_named(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    assert "there is no folder nowhere" in vorzimmer("backup", f"nowhere/{FILE}").err
    assert f"there is no file {FILE}" in vorzimmer("restore", FILE).err


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


def test_no_router_begins_before_all_is_in_its_place(
    vorzimmer: Vorzimmer, backup: Path, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []

    def told(sentence: str) -> None:  # at each step of the restore a router tries to start
        with pytest.raises(SetUpFailed, match="in use by another router"):
            Journal.open(journal)
        refused.append(sentence)

    monkeypatch.setattr(restore, "say", told)
    assert vorzimmer("restore", FILE, "--force").status == 0
    assert any(sentence.startswith("settled from the journal") for sentence in refused)
    Journal.open(journal).close()


@pytest.mark.parametrize("there", [True, False])
def test_the_database_is_no_more_readable_than_before(
    vorzimmer: Vorzimmer, backup: Path, database: Path, there: bool
) -> None:
    database.chmod(0o640)
    if not there:
        lost(database.parents[2])
    assert vorzimmer("restore", FILE, "--force").status == 0
    assert stat.S_IMODE(database.stat().st_mode) == (0o640 if there else 0o600)


@pytest.mark.parametrize("keep", [100, -100])
def test_a_backup_that_was_cut_off_is_refused(vorzimmer: Vorzimmer, backup: Path, tmp_path: Path, keep: int) -> None:
    backup.write_bytes(backup.read_bytes()[:keep])
    lost(tmp_path)
    ran = vorzimmer("restore", FILE)
    assert ran.status == 2
    assert "Take another backup" in ran.err
    assert not (tmp_path / "var/state/vorzimmer.db").exists()


def forged(tmp_path: Path, changes: Mapping[str, bytes], *added: tarfile.TarInfo) -> str:
    """The backup with other content in some of its files, and more members."""
    with tarfile.open(tmp_path / FILE) as old, tarfile.open(tmp_path / "forged.tar.gz", "w:gz") as new:
        for member in old:
            file = old.extractfile(member)
            content = changes.get(member.name, file.read() if file else b"")
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
        for member in added:
            new.addfile(member, io.BytesIO(bytes(member.size)))
    return "forged.tar.gz"


def link(name: str, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member


def named(name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = 5
    return member


def test_a_file_that_was_changed_is_refused_by_name(vorzimmer: Vorzimmer, backup: Path, tmp_path: Path) -> None:
    file = forged(tmp_path, {"database/calls.jsonl": b"forged\n"})
    lost(tmp_path)
    ran = vorzimmer("restore", file)
    assert ran.status == 2
    assert "database/calls.jsonl in forged.tar.gz is not what was backed up" in ran.err


@pytest.mark.parametrize("manifest", [b"{}", b"[]", b'{"format": "x"}', b"no json"])
def test_a_manifest_that_is_none_is_told_in_a_sentence(
    vorzimmer: Vorzimmer, backup: Path, tmp_path: Path, manifest: bytes
) -> None:
    ran = vorzimmer("restore", forged(tmp_path, {"manifest.json": manifest}), "--force")
    assert ran.status == 2
    assert "forged.tar.gz cannot be read" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "added",
    [
        named("../outside"),
        named("/tmp/outside"),
        named("config/clients/added.yaml"),
        link("config/out", "/etc"),
        link("config/in", "clients"),
    ],
    ids=lambda member: f"{member.name} {member.linkname}",
)
def test_nothing_gets_in_that_was_not_backed_up(
    vorzimmer: Vorzimmer, backup: Path, tmp_path: Path, added: tarfile.TarInfo
) -> None:
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    file = forged(tmp_path, {}, added)
    assert vorzimmer("restore", file, "--force").status == 2
    after = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*") if path.name != file}
    assert after.keys() == before.keys()
    assert not Path("/tmp/outside").exists()


def test_what_is_larger_than_the_disk_is_refused_before_it_is_written(
    vorzimmer: Vorzimmer, backup: Path, tmp_path: Path
) -> None:
    huge = tarfile.TarInfo("database/huge")
    huge.size = 1 << 60
    with tarfile.open(tmp_path / "forged.tar.gz", "w:gz") as new:
        new.fileobj.write(huge.tobuf())
    ran = vorzimmer("restore", "forged.tar.gz", "--force")
    assert ran.status == 2
    assert "are free" in ran.err


def test_a_journal_that_is_rotated_before_it_is_copied_belongs_to_another_moment(tmp_path: Path, journal: Path) -> None:
    before = segments(journal)

    async def rotated() -> None:
        async with Journal.open(journal) as opened:
            opened.begin(AnchoredClock.start().anchor)
            await opened.rotate(b"{}")

    asyncio.run(rotated())
    with pytest.raises(JournalRotated):
        copy_journal(journal, tmp_path / "copy", before)
    with pytest.raises(JournalRotated):
        copy_journal(journal, tmp_path / "copy", segments(journal)[:1])


def test_what_the_fallback_served_since_the_backup_is_read_again(
    vorzimmer: Vorzimmer, backup: Path, tmp_path: Path
) -> None:
    place = tmp_path / "var/state" / CEL_PLACE
    place.write_text("{}")
    assert vorzimmer("restore", FILE, "--force").status == 0
    assert not place.exists()


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


@pytest.mark.postgres
def test_a_router_that_runs_on_the_database_is_not_disturbed(
    vorzimmer: Vorzimmer, backup: Path, tmp_path: Path, postgres: PostgresServer
) -> None:
    url = postgres.create("in_use")
    lost(tmp_path)

    async def tried_beside() -> str:
        async with opened(url) as database, database.reading():
            return (await asyncio.to_thread(vorzimmer, "restore", FILE, "--database", url, "--force")).err

    assert "stop every router" in asyncio.run(tried_beside())
