"""What a user sees who does not know the command yet."""

import subprocess
import sys

import pytest

from router.settings import VARIABLES
from tests.shells.cli.conftest import Vorzimmer


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ["run", "check", "explain", "ledger", "calls", "db", "--help"]),
        (("ledger",), ["list", "export", "verify", "digest"]),
        (("bill",), ["run", "show", "credit", "close", "export"]),
        (("db",), ["upgrade", "prune"]),
    ],
)
def test_whoever_names_no_command_is_shown_them_all(
    vorzimmer: Vorzimmer, arguments: tuple[str, ...], words: list[str]
) -> None:
    ran = vorzimmer(*arguments)
    assert (ran.status, ran.err) == (2, "")
    assert [word for word in words if word not in ran.out] == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("run", ["SIGTERM", "--config", "--log-level", *VARIABLES]),
        ("check", ["file:line:col", "--config", "Exit status"]),
        ("explain", ["CALL", "--to", "--from", "suppressed", "--diversion", "--at", "example:", "--database"]),
        ("ledger list", ["--client", "--call", "--since", "--until", "--database", "sum"]),
        ("ledger export", ["--format", "csv", "jsonl", "stdout"]),
        ("ledger verify", ["Exit status", "head", "--database"]),
        ("calls", ["--numbers", "explain", "--client", "--database"]),
        (
            "blocks",
            [
                "--add",
                "--remove",
                "--client",
                "--house",
                "--until",
                "--wide",
                "--reason",
                "--json",
                "CALLERS",
                "seconds",
            ],
        ),
        ("report service", ["--from", "--to", "--within", "--abandoned", "--client", "--csv", "--xlsx", "--json"]),
        ("report forecast", ["month", "--client", "--csv", "--bom", "docs/reports.md"]),
        ("db upgrade", ["--database", "VORZIMMER_DATABASE_URL"]),
        ("db prune", ["--keep", "DAYS", "explain"]),
    ],
)
def test_each_command_explains_itself(vorzimmer: Vorzimmer, command: str, words: list[str]) -> None:
    ran = vorzimmer(*command.split(), "--help")
    assert ran.status == 0
    assert [word for word in words if word not in ran.out] == []


@pytest.mark.parametrize(
    "arguments", [("dance",), ("calls", "--loud"), ("ledger", "burn"), ("run", "--log-level", "x")]
)
def test_what_there_is_not_is_refused_with_the_usage(vorzimmer: Vorzimmer, arguments: tuple[str, ...]) -> None:
    ran = vorzimmer(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "usage: vorzimmer" in ran.err


@pytest.mark.parametrize("time", ["yesterday", "2026-13-01", "1960-01-01", "9999-12-31T23:59", "0001-01-01"])
def test_a_time_that_is_none_is_refused_with_an_example(vorzimmer: Vorzimmer, time: str) -> None:
    for arguments in (("calls", "--since", time), ("explain", "--to", "030123456", "--at", time)):
        ran = vorzimmer(*arguments)
        assert ran.status == 2
        assert "2026-11-23T08:00" in ran.err or "from 1970 to 2999" in ran.err


HEAVY = {"aiohttp", "alembic", "holidays", "prometheus_client", "pydantic", "sqlalchemy", "xlsxwriter"}


@pytest.mark.parametrize(
    "command", ["run", "check", "explain", "ledger list", "calls", "blocks", "report", "db upgrade", ""]
)
def test_help_is_shown_without_loading_what_only_the_work_needs(command: str) -> None:
    shown = (
        "import sys\nfrom router.cli import main\n"
        f"try:\n main({[*command.split(), '--help']!r})\nexcept SystemExit:\n pass\n"
        f"sys.exit(' '.join(sorted({HEAVY!r} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=False)
    assert (done.stderr.strip(), done.returncode) == ("", 1)
    assert "usage: vorzimmer" in done.stdout
