"""Greetings that Asterisk can play."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from router.ports import Speech
from router.speech import Sounds, SoundUnusable
from router.speech.job import Job, cleaned
from router.speech.waveform import ACTIVE_RMS, CEILING
from tests.shells.speech.listening import Heard, listen, tone

GREETING = "Praxis Doktor Müller, guten Tag. Bitte haben Sie einen Augenblick Geduld."


class FakeRenderer:
    """Writes the job's words into its file, when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.asked, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.may_go_on.set()
        self.complaint: str | None = None

    async def __call__(self, jobs: Sequence[Job]) -> Sequence[str | None]:
        self.batches.append([job.text or Path(job.recording).name for job in jobs])
        self.asked.set()
        await self.may_go_on.wait()
        if self.complaint is None:
            self._write(jobs)
        return [self.complaint for _ in jobs]

    def _write(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            Path(job.target).write_text(job.text)


@pytest.fixture
def renderer() -> FakeRenderer:
    return FakeRenderer()


@pytest.fixture
def sounds(tmp_path: Path, renderer: FakeRenderer) -> Sounds:
    (tmp_path / "uploads").mkdir()
    return Sounds(directory=tmp_path / "made", uri="vorzimmer/", recordings=tmp_path / "uploads", render=renderer)


@pytest.fixture
def spoken(tmp_path: Path) -> Sounds:
    (tmp_path / "uploads").mkdir()
    return Sounds(directory=tmp_path / "made", uri=str(tmp_path / "made"), recordings=tmp_path / "uploads")


async def hear(speech: Speech, *, text: str = "", recording: str | None = None) -> Heard:
    media = await speech.media(text=text, recording=recording)
    return listen(Path(media.removeprefix("sound:")).with_suffix(".wav"))


async def test_a_greeting_is_spoken_at_the_telephones_rate_and_level(spoken: Sounds) -> None:
    heard = await hear(spoken, text=GREETING)
    assert (heard.rate, heard.channels, heard.width) == (8000, 1, 2)
    assert 3 < heard.seconds < 8
    assert heard.rms == pytest.approx(ACTIVE_RMS, rel=0.1)
    assert heard.peak <= CEILING


async def test_umlauts_are_spoken_not_spelled(spoken: Sounds) -> None:
    plain, umlaut, decomposed = [
        await hear(spoken, text=text) for text in ("Firma Muller.", "Firma Müller.", "Firma Mu\u0308ller.")
    ]
    assert umlaut.seconds == pytest.approx(plain.seconds, abs=0.15)
    assert decomposed == umlaut


async def test_an_uploaded_recording_is_played_instead_of_the_text(spoken: Sounds, tmp_path: Path) -> None:
    tone(tmp_path / "uploads" / "praxis.wav", 1000, rate=16000)
    heard = await hear(spoken, text=GREETING, recording="praxis.wav")
    assert heard.power_at(1000) > 0.95


async def test_a_bad_recording_is_named_by_the_process_that_met_it(spoken: Sounds, tmp_path: Path) -> None:
    (tmp_path / "uploads" / "praxis.wav").write_bytes(b"RIFF\0\0\0\0WAVE")
    with pytest.raises(SoundUnusable, match=r"praxis\.wav: the WAV is"):
        await spoken.media(text="", recording="praxis.wav")


async def test_media_names_the_file_as_asterisk_knows_it(sounds: Sounds, tmp_path: Path) -> None:
    media = await sounds.media(text=GREETING, recording=None)
    (made,) = (tmp_path / "made").iterdir()
    assert media == f"sound:vorzimmer/{made.stem}"
    assert made.suffix == ".wav"


async def test_a_text_is_made_once_and_a_changed_text_is_another_file(sounds: Sounds, renderer: FakeRenderer) -> None:
    first = await sounds.media(text="Guten Tag.", recording=None)
    again = await sounds.media(text=" Guten \n Tag. ", recording=None)
    changed = await sounds.media(text="Guten Abend.", recording=None)
    assert first == again != changed
    assert renderer.batches == [["Guten Tag."], ["Guten Abend."]]


async def test_calls_that_ask_together_wait_for_one_rendering(sounds: Sounds, renderer: FakeRenderer) -> None:
    renderer.may_go_on.clear()
    asked = [asyncio.create_task(sounds.media(text=GREETING, recording=None)) for _ in range(5)]
    await renderer.asked.wait()
    renderer.may_go_on.set()
    assert len(set(await asyncio.gather(*asked))) == 1
    assert len(renderer.batches) == 1


async def test_a_caller_who_hangs_up_does_not_take_the_sound_from_the_next(
    sounds: Sounds, renderer: FakeRenderer
) -> None:
    renderer.may_go_on.clear()
    first = asyncio.create_task(sounds.media(text=GREETING, recording=None))
    await renderer.asked.wait()
    first.cancel()
    renderer.may_go_on.set()
    assert await sounds.media(text=GREETING, recording=None)
    assert len(renderer.batches) == 1


async def test_a_changed_recording_of_the_same_name_is_another_file(sounds: Sounds, tmp_path: Path) -> None:
    upload = tmp_path / "uploads" / "praxis.wav"
    upload.write_bytes(b"one")
    first = await sounds.media(text="", recording="praxis.wav")
    upload.write_bytes(b"two")
    assert await sounds.media(text="", recording="praxis.wav") != first


async def test_what_failed_is_tried_again_by_the_next_call(sounds: Sounds, renderer: FakeRenderer) -> None:
    renderer.complaint = "text 'x': no"
    with pytest.raises(SoundUnusable, match="text 'x': no"):
        await sounds.media(text=GREETING, recording=None)
    renderer.complaint = None
    assert await sounds.media(text=GREETING, recording=None)


@pytest.mark.parametrize("recording", ["../secret.wav", "/etc/hostname", "nowhere.wav"])
async def test_only_what_was_uploaded_is_played(sounds: Sounds, recording: str) -> None:
    with pytest.raises(SoundUnusable, match=r"must lie below|correct its name"):
        await sounds.media(text="", recording=recording)


@pytest.mark.parametrize(
    ("text", "why"), [("", "nothing to say"), (" \x00… ", "nothing to say"), ("a" * 1001, "1001 characters")]
)
async def test_a_text_that_cannot_be_spoken_is_refused(sounds: Sounds, text: str, why: str) -> None:
    with pytest.raises(SoundUnusable, match=why):
        await sounds.media(text=text, recording=None)


async def test_prepared_texts_wait_for_no_call(sounds: Sounds, renderer: FakeRenderer, tmp_path: Path) -> None:
    (tmp_path / "uploads" / "praxis.wav").write_bytes(b"one")
    texts = [f"Text {number}" for number in range(10)]
    complaints = await sounds.prepare([*texts, "", "Text 1"], recordings=["praxis.wav", "nowhere.wav"])
    assert [len(batch) for batch in renderer.batches] == [8, 3]
    assert [complaint.split(":")[0].split("/")[-1] for complaint in complaints] == ["text ''", "nowhere.wav"]
    await sounds.media(text="Text 9", recording=None)
    assert await sounds.prepare(texts) == []
    assert len(renderer.batches) == 2


async def test_a_renderer_that_does_not_start_is_a_complaint(tmp_path: Path) -> None:
    async def no_processes_left(_jobs: Sequence[Job]) -> Sequence[str | None]:
        raise OSError("no processes left")

    sounds = Sounds(directory=tmp_path, uri="x", recordings=tmp_path, render=no_processes_left)
    with pytest.raises(SoundUnusable, match="cannot be started"):
        await sounds.media(text=GREETING, recording=None)


async def test_a_voice_that_is_not_there_is_a_complaint_of_the_rendering_process(tmp_path: Path) -> None:
    sounds = Sounds(directory=tmp_path / "made", uri="x", recordings=tmp_path, voice="xx-XX")
    with pytest.raises(SoundUnusable, match="text 'Guten Tag'"):
        await sounds.media(text="Guten Tag", recording=None)


async def test_a_directory_that_went_away_is_a_complaint(spoken: Sounds, tmp_path: Path) -> None:
    (tmp_path / "made").rmdir()
    assert ["No such file" in one for one in await spoken.prepare(["Guten Tag"])] == [True]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Guten\tTag\r\n", "Guten Tag"),
        ("Auf\u00adtrag", "Auftrag"),
        ('<play file="/etc/passwd"/>Hallo', 'play file="/etc/passwd"/ Hallo'),
        ("Mu\u0308ller", "Müller"),
        ("\x00Hallo\x1b", "Hallo"),
    ],
)
def test_texts_are_cleaned_of_what_is_not_speech(text: str, clean: str) -> None:
    assert cleaned(text) == clean
