"""A real Asterisk plays what was made, to its end and at its length."""

import time
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, encode_basic_auth

from asterisk import Asterisk, running_asterisk
from router.speech import Sounds
from tests.shells.speech.listening import listen, tone

pytestmark = pytest.mark.asterisk


async def test_asterisk_plays_spoken_texts_and_recordings_into_a_bridge(tmp_path: Path) -> None:
    tone(tmp_path / "praxis.wav", 1000, rate=44100, seconds=0.5)
    async with running_asterisk() as asterisk:
        sounds = Sounds(directory=asterisk.sounds_dir, uri=asterisk.sounds_uri_prefix, recordings=tmp_path)
        for text, recording in (("Praxis Doktor Müller, guten Tag.", None), ("", "praxis.wav")):
            media = await sounds.media(text=text, recording=recording)
            made = asterisk.sounds_dir / f"{media.rpartition('/')[2]}.wav"
            assert await seconds_played(asterisk, media) == pytest.approx(listen(made).seconds, abs=0.3)


async def seconds_played(asterisk: Asterisk, media: str) -> float:
    """How long a bridge was busy with it; fails when Asterisk could not play it."""
    login = {"Authorization": encode_basic_auth(asterisk.ari_user, asterisk.ari_password)}
    async with (
        ClientSession(headers=login) as http,
        http.ws_connect(f"{asterisk.ari_url}/events?app=listening") as events,
    ):
        bridge = await (await http.post(f"{asterisk.ari_url}/bridges")).json()
        await http.post(f"{asterisk.ari_url}/applications/listening/subscription?eventSource=bridge:{bridge['id']}")
        await http.post(f"{asterisk.ari_url}/bridges/{bridge['id']}/play", params={"media": media})
        await state_of(events, "PlaybackStarted")
        started = time.monotonic()
        assert await state_of(events, "PlaybackFinished") == "done"
        return time.monotonic() - started


async def state_of(events: ClientWebSocketResponse, kind: str) -> str:
    while True:
        event = await events.receive_json(timeout=10)
        if event["type"] == kind:
            return str(event["playback"]["state"])
