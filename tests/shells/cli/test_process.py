"""The command as a process: what it needs to start, and how it leaves."""

import os
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


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("VORZIMMER_ARI_URL", "ftp://pbx", "the URL of ARI must be http(s)://host:port[/ari]"),
        ("VORZIMMER_STATE_DIR", "/dev/null/state", "vorzimmer: /dev/null/state: Not a directory"),
        ("VORZIMMER_DATABASE_URL", "mysql://db", "must begin with sqlite:/// or postgresql://"),
    ],
)
def test_a_router_that_cannot_start_says_why_in_a_sentence(
    config: Path, tmp_path: Path, variable: str, value: str, words: str
) -> None:
    complaint = failing_run(config, tmp_path, {variable: value})
    assert words in complaint


def test_a_router_with_a_bad_configuration_lists_what_is_wrong(config: Path, tmp_path: Path) -> None:
    written(config, {"clients.yaml": "clients: 7\n"})
    assert "clients.yaml:1:" in failing_run(config, tmp_path, {})


def failing_run(config: Path, home: Path, environ: dict[str, str]) -> str:
    """The last line of what a router wrote that did not start."""
    surroundings = {
        **os.environ,
        "VORZIMMER_ARI_PASSWORD": "a-secret",
        "VORZIMMER_STATE_DIR": str(home / "state"),
        **environ,
    }
    ran = subprocess.run(
        (*COMMAND, "run", "--config", str(config)), env=surroundings, capture_output=True, text=True, timeout=30
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Traceback" not in ran.stderr
    return ran.stderr.partition("vorzimmer: ")[1] + ran.stderr.partition("vorzimmer: ")[2]
