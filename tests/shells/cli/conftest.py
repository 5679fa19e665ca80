"""The command line as a user has it: arguments in; exit status, output and complaints out."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import structlog

from router.cli import main
from router.core.house import BlockEntry
from router.core.ids import AgentId, CallId, ClientId
from router.core.record import CallRecord
from router.core.trace import Step
from router.db.clients import SqlClients
from router.db.database import open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from tests.fakes.clock import FakeClock
from tests.fakes.records import ARRIVED, talked
from tests.shells.config.houses import SMALL, written

HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Vorzimmer = Callable[..., Ran]


@pytest.fixture
def vorzimmer(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Vorzimmer:
    """The command, run in an empty folder without any variable set."""
    monkeypatch.chdir(tmp_path)
    for name in ("STATE_DIR", "DATABASE_URL", "ARI_PASSWORD"):
        monkeypatch.delenv(f"VORZIMMER_{name}", raising=False)

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        try:
            status = main(arguments)
        except SystemExit as ended:  # argparse's own way out
            status = int(ended.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(status, captured.out, captured.err)

    return run


@pytest.fixture
def logs() -> Iterator[None]:
    """For `run`, which takes the logging over: given back at the end."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A small house's files, where the command looks for them."""
    return written(tmp_path / "config", SMALL)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with three calls an hour apart, the last one of a caller without a number, and a block entry."""
    file = tmp_path_factory.mktemp("ledger") / "vorzimmer.db"
    asyncio.run(_fill(file))
    return file


@pytest.fixture
def database(original: Path, tmp_path: Path) -> Path:
    """A copy of it, where the command looks for it."""
    file = tmp_path / "var/state/vorzimmer.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(original.read_bytes())
    return file


async def _fill(file: Path) -> None:
    async with open_database(f"sqlite:///{file}", create=True) as opened:
        await upgrade(opened)
        for record in _calls():
            await SqlLedger(opened).settle_all([record])
        entry = BlockEntry(number="+4930111111", reason="advertising")
        clients = SqlClients(opened, FakeClock(ARRIVED))
        await clients.block(client=ClientId("bakery"), entry=entry, agent=AgentId("anna"), call=CallId("call-2"))


def _calls() -> list[CallRecord]:
    first, second = talked(16_000, call="call-1"), talked(95_000, 30_000, call="call-2", trial=True)
    greeting = Step(at=ARRIVED + 2_500, rule="greeting", outcome="play", because="Guten Tag,\n  was kann ich tun?")
    return [
        replace(first, trace=(*first.trace, greeting)),
        replace(second, arrived=ARRIVED + HOUR, client=ClientId("schmidt")),
        replace(talked(10_000, call="call-3"), arrived=ARRIVED + 2 * HOUR, caller=None),
    ]
