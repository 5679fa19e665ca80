"""What the README shows of the command line is what the command line prints."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from router.cli import main
from tests.docs.pages import ROOT, fences

SHOWN = [text for _, text in fences(ROOT / "README.md", "console")]
COMMAND = re.compile(r"^\$ (.*)\n", re.MULTILINE)


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.splitlines()[0])
def test_readme_shows_what_the_commands_print(
    shown: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    before, *pairs = COMMAND.split(shown)
    assert (before, bool(pairs)) == ("", True)
    for command, output in zip(pairs[::2], pairs[1::2], strict=True):
        _run(command)
        assert capsys.readouterr().out == output


def _run(command: str) -> None:
    program, *arguments = shlex.split(command)
    if program == ".venv/bin/vorzimmer":
        assert main(arguments) == 0
    else:
        subprocess.run([program, *arguments], check=True)
