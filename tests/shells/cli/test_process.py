"""The command as a process: what it needs to start, and how it leaves."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shells.cli.conftest import Vorzimmer
from tests.shells.config.houses import written

COMMAND = (sys.executable, "-m", "router")


def test_a_reader_who_leaves_early_hears_no_complaint(database: Path) -> None:
    command = (*COMMAND, "ledger", "export", "--database", f"sqlite:///{database}")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        complaints = process.stderr.read()
    assert (complaints, process.returncode) == (b"", 2)


def test_a_router_without_its_password_says_what_is_missing(vorzimmer: Vorzimmer) -> None:
    ran = vorzimmer("run")
    assert ran.status == 2
    assert ran.err == "vorzimmer: VORZIMMER_ARI_PASSWORD is not set: give the password of Asterisk's ARI user.\n"


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ARI_URL", "ftp://pbx", "vorzimmer: the URL of ARI must be http(s)://host:port[/ari]"),
        ("STATE_DIR", "/dev/null/state", "vorzimmer: /dev/null/state: Not a directory"),
        ("DATABASE_URL", "mysql://db", "vorzimmer: the database's URL must begin with sqlite:/// or postgresql://"),
    ],
)
def test_a_router_that_cannot_start_says_why_in_a_sentence(
    vorzimmer: Vorzimmer, config: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    monkeypatch.setenv("VORZIMMER_ARI_PASSWORD", "a-secret")
    monkeypatch.setenv(f"VORZIMMER_{variable}", value)
    ran = vorzimmer("run", "--config", str(config))
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


@pytest.mark.usefixtures("logs")
def test_a_router_with_a_bad_configuration_lists_what_is_wrong(
    vorzimmer: Vorzimmer, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VORZIMMER_ARI_PASSWORD", "a-secret")
    written(config, {"clients.yaml": "clients: 7\n"})
    ran = vorzimmer("run")
    assert ran.status == 2
    assert "clients.yaml:1:" in ran.err
