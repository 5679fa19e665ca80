"""Listening by numbers: what a sound file holds, and test tones to be uploaded."""

import math
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from router.speech.waveform import Samples, active_rms


@dataclass(frozen=True)
class Heard:
    rate: int
    channels: int
    width: int
    samples: Samples

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def rms(self) -> float:
        return active_rms(self.samples)

    @property
    def peak(self) -> int:
        return max(map(abs, self.samples))

    def power_at(self, hertz: float) -> float:
        """The share of the sound's energy at one frequency (Goertzel)."""
        turn = 2 * math.pi * hertz / self.rate
        real = sum(one * math.cos(turn * at) for at, one in enumerate(self.samples))
        imaginary = sum(one * math.sin(turn * at) for at, one in enumerate(self.samples))
        energy = sum(one * one for one in self.samples)
        return 2 * (real**2 + imaginary**2) / (energy * len(self.samples))


def listen(path: Path) -> Heard:
    with wave.open(str(path), "rb") as file:
        frames = array("h", file.readframes(file.getnframes()))
        return Heard(rate=file.getframerate(), channels=file.getnchannels(), width=file.getsampwidth(), samples=frames)


def tone(path: Path, *hertz: float, rate: int, seconds: float = 0.5, width: int = 2, channels: int = 1) -> Path:
    """A WAV holding these tones, at a quarter of full scale."""
    times = (at / rate for at in range(int(rate * seconds)))
    values = (sum(math.sin(2 * math.pi * one * time) for one in hertz) / len(hertz) / 4 for time in times)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(b"".join(_packed(value, width) * channels for value in values))
    return path


def _packed(value: float, width: int) -> bytes:
    if width == 1:
        return bytes([round(value * 127) + 128])
    full: int = (1 << (8 * width - 1)) - 1
    return round(value * full).to_bytes(width, "little", signed=True)
