"""Sound as numbers: mono 16-bit samples, brought to the telephone's rate and level. Pure.

The rate is 8 kHz, the telephone network's: rendered once here, so that Asterisk need not resample on every call.
"""

import math
from array import array
from collections.abc import Iterator
from functools import partial
from operator import mul
from typing import TypeAlias

Samples: TypeAlias = "array[int]"  # quoted: a class of 3.11 that cannot be subscripted at run time

RATE = 8000  # Hz
CEILING = 29_000  # of 32,767: 1 dB of room for G.711's steps
ACTIVE_RMS = 2320.0  # -23 dBov while speaking; ITU-T P.56 measures so, -26 is nominal on the line
LARGEST_GAIN = 10.0  # 20 dB: more would lift a quiet recording's noise
FRAME = RATE // 50  # 20 ms
PAUSE_RMS = 50.0  # quieter frames are pauses and do not count for the level
ZERO_CROSSINGS = 12  # of the low-pass kernel, on either side
PASS_BAND = 0.92  # of the lower of both Nyquist frequencies


def resampled(samples: Samples, rate: int) -> Samples:
    """The same sound at `RATE`, low-passed below the lower Nyquist frequency (polyphase windowed sinc)."""
    if rate == RATE:
        return samples
    common = math.gcd(rate, RATE)
    up, down = RATE // common, rate // common
    half, kernels = _kernels(up, down)
    padded = array("h", bytes(2 * half)) + samples + array("h", bytes(2 * half + 2))
    places = (divmod(place, up) for place in range(0, len(samples) * up, down))
    return array("h", (_clipped(sum(map(mul, kernels[phase], padded[at : at + 2 * half + 1]))) for at, phase in places))


def _kernels(up: int, down: int) -> tuple[int, list[list[float]]]:
    """Half the kernels' width in samples, and one kernel for each place between two samples."""
    cutoff = PASS_BAND * min(1.0, up / down)
    half = math.ceil(ZERO_CROSSINGS / cutoff)
    tap = partial(_tap, cutoff=cutoff, half=half)
    return half, [_unity([tap(at - phase / up) for at in range(-half, half + 1)]) for phase in range(up)]


def _tap(at: float, *, cutoff: float, half: int) -> float:
    turn = math.pi * cutoff * at
    sinc = math.sin(turn) / turn if turn else 1.0
    return sinc * (0.5 + 0.5 * math.cos(math.pi * at / (half + 1)))


def _unity(kernel: list[float]) -> list[float]:
    total = sum(kernel)
    return [tap / total for tap in kernel]


def levelled(samples: Samples) -> Samples:
    """The same sound at the level of speech on the line, never clipped."""
    peak, rms = max(map(abs, samples), default=0), active_rms(samples)
    if not peak or not rms:
        return samples
    gain = min(ACTIVE_RMS / rms, CEILING / peak, LARGEST_GAIN)
    return array("h", (round(sample * gain) for sample in samples))


def active_rms(samples: Samples) -> float:
    """Root mean square of the frames in which somebody speaks; 0 for silence."""
    powers = [power for power in map(_power, _frames(samples)) if power > PAUSE_RMS**2]
    return math.sqrt(sum(powers) / len(powers)) if powers else 0.0


def _frames(samples: Samples) -> Iterator[Samples]:
    return (samples[start : start + FRAME] for start in range(0, len(samples), FRAME))


def _power(frame: Samples) -> float:
    energy: int = sum(map(mul, frame, frame))
    return energy / len(frame)


def _clipped(value: float) -> int:
    return max(-32_768, min(32_767, round(value)))
