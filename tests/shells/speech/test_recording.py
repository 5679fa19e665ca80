"""Uploaded recordings, of every kind that clients upload."""

import shutil
import stat
import subprocess
import wave
from pathlib import Path

import pytest

from router.speech.job import SoundUnusable, recorded
from router.speech.recording import read_recording
from router.speech.render import render
from router.speech.waveform import ACTIVE_RMS, CEILING, RATE
from tests.shells.speech.listening import Heard, listen, tone


def rendered(recording: Path) -> Heard:
    job = recorded(recording.parent, recording, recording.read_bytes())
    render(job)
    return listen(Path(job.target))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_a_wav_of_any_rate_keeps_its_pitch_and_length(tmp_path: Path, rate: int) -> None:
    heard = rendered(tone(tmp_path / "a.wav", 1000, rate=rate))
    assert (heard.rate, heard.channels, heard.width) == (RATE, 1, 2)
    assert heard.seconds == pytest.approx(0.5, abs=0.001)
    assert heard.power_at(1000) > 0.95


@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 2), (3, 1), (4, 2)])
def test_a_wav_of_any_width_is_the_same_sound(tmp_path: Path, width: int, channels: int) -> None:
    heard = rendered(tone(tmp_path / "a.wav", 1000, rate=16000, width=width, channels=channels))
    assert heard.power_at(1000) > 0.95
    assert heard.rms == pytest.approx(ACTIVE_RMS, rel=0.05)


def test_what_the_telephone_cannot_carry_does_not_fold_back_into_the_sound(tmp_path: Path) -> None:
    heard = rendered(tone(tmp_path / "a.wav", 1000, 6000, rate=48000))  # 6 kHz would be heard as 2 kHz
    assert heard.power_at(1000) > 0.9
    assert heard.power_at(2000) < 0.0001


def test_loud_and_soft_recordings_come_out_alike_and_never_clipped(tmp_path: Path) -> None:
    loud = rendered(tone(tmp_path / "loud.wav", 700, rate=8000))
    soft = rendered(tone(tmp_path / "soft.wav", 700, 710, 720, 730, rate=8000))
    assert loud.rms == pytest.approx(soft.rms, rel=0.1)
    assert max(loud.peak, soft.peak) <= CEILING


def test_the_sound_file_can_be_read_by_asterisks_user(tmp_path: Path) -> None:
    recording = tone(tmp_path / "a.wav", 1000, rate=8000)
    job = recorded(tmp_path, recording, b"")
    render(job)
    assert stat.S_IMODE(Path(job.target).stat().st_mode) == 0o644
    assert {path.name for path in tmp_path.iterdir()} == {"a.wav", Path(job.target).name}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"RIFF\x00\x00\x00\x00WAVE", "damaged|cut off"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01", "damaged|cut off"),
        (b"not a sound at all", "no decoder"),
        (b"", "no decoder"),
    ],
)
def test_a_bad_recording_is_named_with_what_to_do(tmp_path: Path, content: bytes, why: str) -> None:
    bad = tmp_path / "greeting.mp3"
    bad.write_bytes(content)
    with pytest.raises(SoundUnusable, match=rf"greeting\.mp3: .*({why}).*libsox-fmt-mp3"):
        read_recording(bad)


def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(SoundUnusable, match=r"nowhere\.wav: there is no such file"):
        read_recording(tmp_path / "nowhere.wav")


def test_silence_is_no_announcement(tmp_path: Path) -> None:
    with pytest.raises(SoundUnusable, match="nothing to hear"):
        rendered(tone(tmp_path / "a.wav", 0, rate=8000))


def test_an_endless_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundUnusable, match="longer than 100 s"):
        read_recording(_quiet(tmp_path / "a.wav", seconds=102))


def _quiet(path: Path, *, seconds: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(bytes(2 * RATE * seconds))
    return path


def test_without_a_decoder_the_packages_to_install_are_named(tmp_path: Path) -> None:
    upload = tmp_path / "greeting.mp3"
    upload.write_bytes(b"\xff\xfb\x90\x00")
    with pytest.raises(SoundUnusable, match="no decoder is here; install Debian's packages sox and libsox-fmt-mp3"):
        read_recording(upload, decoders=[("no-such-decoder-anywhere", "{file}")])


def test_the_next_decoder_is_tried_when_one_does_not_understand(tmp_path: Path) -> None:
    upload = tmp_path / "greeting.mp3"
    upload.write_bytes(bytes(range(200)))
    samples = read_recording(upload, decoders=[("false",), ("cat", "{file}")])
    assert samples.tobytes() == upload.read_bytes()


def _sox_writes_mp3() -> bool:
    sox = shutil.which("sox")
    return bool(sox) and b" mp3" in subprocess.run(["sox", "-h"], capture_output=True, check=False).stdout


@pytest.mark.skipif(not _sox_writes_mp3(), reason="needs Debian's packages sox and libsox-fmt-mp3")
def test_an_mp3_keeps_its_pitch_and_length(tmp_path: Path) -> None:
    original = tone(tmp_path / "a.wav", 1000, rate=44100, seconds=1)
    subprocess.run(["sox", original, tmp_path / "a.mp3"], check=True)
    heard = rendered(tmp_path / "a.mp3")
    assert heard.seconds == pytest.approx(1, abs=0.1)
    assert heard.power_at(1000) > 0.9
