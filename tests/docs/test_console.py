"""What the README shows of the command line is what the command line prints."""

import shlex

import pytest

from router.cli import main
from tests.docs.pages import ROOT, fences

SHOWN = [text for _, text in fences(ROOT / "README.md", "console")]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.splitlines()[0])
def test_readme_shows_what_the_command_prints(
    shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    command, _, output = shown.partition("\n")
    prompt, program, *arguments = shlex.split(command)
    assert (prompt, program) == ("$", ".venv/bin/vorzimmer")
    assert main(arguments) == 0
    assert capsys.readouterr().out == output
