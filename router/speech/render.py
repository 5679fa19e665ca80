"""Renders sounds, run as a process of its own: `python -m router.speech.render`, jobs in, complaints out, both JSON.

Its own process, because the synthesiser is C that holds the interpreter while it works (6 ms for each second of
speech), and because a crash in it, or in a strange recording, must not take live calls along.
"""

import os
import sys
import wave
from array import array
from pathlib import Path

import orjson
from py_nanotts import NanoTTS  # type: ignore[import-untyped]

from router.speech.job import Job, SoundUnusable
from router.speech.recording import read_recording
from router.speech.waveform import RATE, Samples, active_rms, levelled, resampled

SYNTHESISER_RATE = 16_000  # Hz
SYNTHESISER_VOLUME = 0.5  # at its own default it clips; the level is set afterwards
READABLE = 0o644  # Asterisk runs as another user
NICE = 5  # live calls go first


def main() -> None:
    """Render every job of the list on stdin; write a list of complaints, null for each that is made."""
    os.nice(NICE)
    jobs = [Job(**fields) for fields in orjson.loads(sys.stdin.buffer.read())]
    sys.stdout.buffer.write(orjson.dumps([_complaint(job) for job in jobs]))


def _complaint(job: Job) -> str | None:
    try:
        render(job)
    except SoundUnusable as wrong:
        return str(wrong)
    except (RuntimeError, ValueError, OSError, MemoryError) as wrong:
        return f"{job.what}: {wrong}"
    return None


def render(job: Job) -> None:
    """Make the job's sound file. Raises SoundUnusable."""
    samples = read_recording(Path(job.recording)) if job.recording else _speak(job)
    if not active_rms(samples):
        raise SoundUnusable(f"{job.what}: there is nothing to hear in it.")
    _write(levelled(samples), Path(job.target))


def _speak(job: Job) -> Samples:
    raw: bytes = NanoTTS().speak(job.text, voice=job.voice, volume=SYNTHESISER_VOLUME)
    return resampled(array("h", raw), SYNTHESISER_RATE)


def _write(samples: Samples, target: Path) -> None:
    """Whole or not at all, on disk before it has its name: a cut-off file would be played for ever."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            _write_wav(samples, file.fileno())
        draft.chmod(READABLE)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _write_wav(samples: Samples, descriptor: int) -> None:
    with os.fdopen(os.dup(descriptor), "wb") as file:
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(samples.tobytes())
        file.flush()
        os.fsync(descriptor)


if __name__ == "__main__":
    os.nice(10)  # calls in progress go first
    main()
