"""A small house in three files, and what the files' reader finds in it after an edit."""

import io
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from router.config.findings import Finding
from router.config.loading import Checked, check

DEMO = Path(__file__).parents[3] / "config"
NOW = 1_795_000_000_000  # in November 2026

HOUSE = """\
house:
  default_client: bakery
  codes: {hold: "*1"}
trunks:
  carrier:
    match: ["192.0.2.1"]
    contact: sip.example.net
numbers:
  "+493023125010": {trunk: carrier}
  "+493023125000": {trunk: carrier}
skills:
  general: Everything
hours:
  office:
    week:
      mo-fr: ["08:00-12:00", "13:00-18:00"]
tariffs:
  standard:
    - version: 1
      acceptance_fee: "0.59"
"""
CLIENTS = """\
clients:
  bakery:
    name: Bakery
    numbers: ["+493023125010"]
    forwarded_from: ["+493023125110"]
    tariff: standard
    skills: [general]
    greetings:
      - mode: hand_off
        text: Good day
    staff:
      mia:
        name: Mia
        key: "1"
        numbers: ["+491713920001"]
    vips:
      - number: "+491713920050"
        staff: mia
  florist:
    name: Florist
    forwarded_from: ["+493023125120"]
    tariff: standard
    greetings:
      - mode: play
        text: Welcome
"""
AGENTS = """\
agents:
  anna:
    name: Anna
    skills: [general]
    sip:
      password: password-of-anna
    api_token: a-long-token-of-anna
"""
SMALL: Mapping[str, str] = {"house.yaml": HOUSE, "clients.yaml": CLIENTS, "agents.yaml": AGENTS}


def written(directory: Path, files: Mapping[str, str | bytes]) -> Path:
    """The directory, with these files in it."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return directory


def edited(name: str, old: str, new: str) -> dict[str, str]:
    """The small house with one place of one file changed."""
    assert SMALL[name].count(old) == 1, f"{old!r} must stand in {name} exactly once"
    return {**SMALL, name: SMALL[name].replace(old, new)}


def checked(directory: Path, environ: Mapping[str, str] | None = None) -> Checked:
    """Checked in a fixed environment at a fixed time."""
    return check(directory, environ=environ or {}, now=NOW)


def silence(*, seconds: int) -> bytes:
    """A WAV, of one sample a byte and 1000 a second."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 1, 1000, 0, "NONE", ""))
        file.writeframes(bytes(1000 * seconds))
    return sound.getvalue()


def lines(findings: tuple[Finding, ...]) -> list[str]:
    """As an operator reads them."""
    return [str(finding) for finding in findings]


class Mistake(NamedTuple):
    """In the small house, `old` in `file` became `new`; what the operator then reads."""

    what: str
    file: str
    old: str
    new: str
    found: str
    hint: str

    @property
    def line(self) -> str:
        return f"{self.found}; {self.hint}"

    def __str__(self) -> str:
        return self.what


def findings_of(mistake: Mistake, directory: Path) -> list[str]:
    """What is found after a mistake, in a directory with recordings: a good one, one too long, one that is none."""
    files = edited(mistake.file, mistake.old, mistake.new)
    fine, endless = b"RIFF\0\0\0\0WAVEfmt ", silence(seconds=101)
    sounds = {"recordings/fine.wav": fine, "recordings/endless.wav": endless, "recordings/notes.wav": b"hello"}
    return lines(checked(written(directory, {**files, **sounds})).findings)
