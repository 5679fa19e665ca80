"""Reads an uploaded recording: PCM WAV by ourselves, MP3 and everything else by an installed decoder."""

import shutil
import subprocess
import sys
import wave
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

from router.core.house import LONGEST_RECORDING_S
from router.speech.job import SoundUnusable
from router.speech.waveform import RATE, Samples, resampled

LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000  # Hz
DECODING_S = 60.0

DECODERS: Sequence[tuple[str, ...]] = (
    ("sox", "{file}", "-t", "raw", "-r", str(RATE), "-e", "signed", "-b", "16", "-L", "-c", "1", "-"),
    ("ffmpeg", "-v", "error", "-i", "file:{file}", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-"),
)
INSTALL = "install Debian's packages sox and libsox-fmt-mp3 (or ffmpeg), or upload a PCM WAV"


def read_recording(path: Path, decoders: Sequence[Sequence[str]] = DECODERS) -> Samples:
    """The recording as samples at the telephone's rate.

    Raises SoundUnusable, naming the file, when it is missing, damaged, too long or of a kind that cannot be decoded.
    """
    if not path.is_file():
        raise SoundUnusable(f"recording {path}: there is no such file; upload it, or correct its name.")
    samples = _read_wav(path) if _is_wav(path) else None
    if samples is None:
        samples = _decoded(path, decoders)
    if len(samples) > LONGEST_RECORDING_S * RATE:
        raise _unusable(path, f"it is longer than {LONGEST_RECORDING_S} s")
    return samples


def _is_wav(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return head[:4] == b"RIFF" and head[8:] == b"WAVE"


def _read_wav(path: Path) -> "Samples | None":
    """None for WAVs that hold something else than PCM: a decoder may know it."""
    try:
        with wave.open(str(path), "rb") as file:
            return _resampled(path, file)
    except wave.Error as wrong:
        if "unknown format" in str(wrong):
            return None
        raise _unusable(path, f"the WAV is damaged ({wrong})") from None
    except EOFError:
        raise _unusable(path, "the WAV is cut off") from None


def _resampled(path: Path, file: wave.Wave_read) -> Samples:
    rate = file.getframerate()
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise _unusable(path, f"its rate of {rate} Hz is not between {LOWEST_RATE} and {HIGHEST_RATE} Hz")
    frames = file.readframes((LONGEST_RECORDING_S + 1) * rate)
    return resampled(_mono(_sixteen_bits(frames, file.getsampwidth()), file.getnchannels()), rate)


def _sixteen_bits(frames: bytes, width: int) -> Samples:
    """The upper 16 bits of each sample; 8-bit WAVs are unsigned, wider ones signed and little-endian."""
    if width == 1:
        return array("h", ((sample - 128) << 8 for sample in frames))
    whole = frames[: len(frames) // width * width]
    upper = bytearray(len(whole) // width * 2)
    upper[0::2], upper[1::2] = whole[width - 2 :: width], whole[width - 1 :: width]
    return _from_little_endian(bytes(upper))


def _from_little_endian(raw: bytes) -> Samples:
    samples = array("h", raw)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _mono(samples: Samples, channels: int) -> Samples:
    if channels == 1:
        return samples
    whole = len(samples) // channels * channels
    sides = [samples[side:whole:channels] for side in range(channels)]
    return array("h", (sum(together) // channels for together in zip(*sides, strict=True)))


def _decoded(path: Path, decoders: Sequence[Sequence[str]]) -> Samples:
    """By the first decoder that is installed and understands the file."""
    complaints = []
    for decoder in _installed(decoders):
        done = _run([part.replace("{file}", str(path.resolve())) for part in decoder], path)
        if done.returncode == 0 and done.stdout:
            return _from_little_endian(done.stdout[: len(done.stdout) // 2 * 2])
        complaints.append(f"{Path(decoder[0]).name}: {_last_line(done.stderr)}")
    why = (
        f"no decoder could read it ({'; '.join(complaints)})"
        if complaints
        else "it is no PCM WAV, and no decoder is here"
    )
    raise _unusable(path, why)


def _installed(decoders: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    return (decoder for decoder in decoders if shutil.which(decoder[0]))


def _run(command: list[str], path: Path) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, capture_output=True, timeout=DECODING_S, check=False, stdin=subprocess.DEVNULL)  # noqa: S603  # a fixed command, an absolute path
    except subprocess.TimeoutExpired:
        raise _unusable(path, f"decoding it took longer than {DECODING_S:.0f} s") from None


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no output"


def _unusable(path: Path, why: str) -> SoundUnusable:
    return SoundUnusable(f"recording {path}: {why}; {INSTALL}.")
