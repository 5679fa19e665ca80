"""The soft music on hold and the announcement tone that ship with the root, computed instead of recorded.

Headerless signed linear audio, 8,000 samples a second, 16 bit, mono: Asterisk's `.sln`. Needs nothing but Python's
core, so that the Docker build can run it with `python3-minimal`: `python3 tones.py DIRECTORY`.
"""

import math
import sys
from array import array
from collections.abc import Iterable
from pathlib import Path

RATE = 8000
LEVEL = 0.06  # of full scale: well under a voice, so that an announcement over it stays clear

# A slow broken chord, in hertz: four bars of C, a minor, F and G.
_CHORDS = (
    (261.6, 329.6, 392.0, 523.3),
    (220.0, 261.6, 329.6, 440.0),
    (174.6, 220.0, 261.6, 349.2),
    (196.0, 246.9, 293.7, 392.0),
)
MUSIC = tuple((tone, 0.75) for chord in _CHORDS for tone in (*chord, chord[2]))
BEEP = ((1000.0, 0.4),)  # "speak now"
# Three falling tones and a rest, twice: "all lines are busy" where no spoken text is at hand.
BUSY = ((659.3, 0.4), (523.3, 0.4), (392.0, 0.8), (0.0, 0.6)) * 2


def _note(hertz: float, seconds: float) -> Iterable[int]:
    """One decaying note as samples; 0 Hz is a rest."""
    count = int(seconds * RATE)
    for i in range(count):
        swell = min(1.0, i / 200) * (1 - i / count) ** 1.5
        yield int(32767 * LEVEL * swell * math.sin(2 * math.pi * hertz * i / RATE))


def write(path: Path, notes: Iterable[tuple[float, float]]) -> None:
    """Writes notes, each (hertz, seconds), one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = array("h", (sample for hertz, seconds in notes for sample in _note(hertz, seconds)))
    if sys.byteorder == "big":
        samples.byteswap()
    path.write_bytes(samples.tobytes())


def write_all(directory: Path) -> None:
    """Writes `music/chords.sln`, `fallback.sln` and `beep.sln` under Asterisk's sounds directory `vorzimmer`."""
    write(directory / "music" / "chords.sln", MUSIC)
    write(directory / "beep.sln", BEEP)
    write(directory / "fallback.sln", BUSY)


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
