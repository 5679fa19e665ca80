"""A telephony that is linked to a stand-in of Asterisk: for tests that import its fixtures."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from router.ari.cel import Times
from router.ari.client import Client, connect
from router.ari.options import Options
from router.ari.telephony import AriTelephony
from router.core.ids import CallId, LegId, PlaybackId
from tests.fakes.ari_server import PASSWORD, USER, FakeAri, channel, playback, recording

CALL, CALLER = CallId("7"), LegId("7")
AGENT_LEG, STAFF_LEG, CALLED_BACK = LegId("7-agent1"), LegId("7-staff1"), LegId("7-caller1")
PLAYBACK = PlaybackId("7-play1")
FALLBACK = {"context": "router-fallback", "extension": "s", "priority": "1"}


class Voice:
    """The speech port; fails as it is told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.busy = False

    async def media(self, *, text: str, recording: str | None) -> str:
        if self.busy:
            await asyncio.get_running_loop().create_future()
        if self.error is not None:
            raise self.error
        return f"sound:{recording or text}"


def bridge(ident: str, *members: str) -> dict[str, Any]:
    kinds = {"technology": "simple_bridge", "bridge_type": "mixing", "bridge_class": "stasis", "creator": "Stasis"}
    times = {"creationtime": "2026-11-23T12:00:00.123+0000"}
    return {"id": ident, "name": "", "channels": list(members), **kinds, **times}


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
async def telephony(server: FakeAri, client: Client, voice: Voice) -> AriTelephony:
    """Linked to an Asterisk that has our bridge and every leg."""
    await client.start("router")
    for ident in (CALLER, AGENT_LEG, STAFF_LEG, CALLED_BACK):
        server.answer("GET", f"/channels/{ident}", 200, channel(ident))
        server.answer("POST", f"/channels/{ident}", 200, channel(ident, "Down"))
    server.answer("POST", "/bridges/7-bridge", 200, bridge("7-bridge"))
    server.answer("POST", f"/bridges/7-bridge/play/{PLAYBACK}", 201, playback(PLAYBACK, "queued"))
    server.answer("POST", "/bridges/7-bridge/record", 201, recording("7-record1", "queued"))
    server.seen.clear()
    return AriTelephony(client, speech=voice, times=Times(None, int))


@pytest.fixture
async def hasty(server: FakeAri, voice: Voice) -> AsyncIterator[AriTelephony]:
    """One that waits only briefly for answers."""
    async with connect(server.url, USER, PASSWORD, Options(timeout=0.2, pool_size=2)) as client:
        await client.start("router")
        server.seen.clear()
        yield AriTelephony(client, speech=voice, times=Times(None, int))


def sent(server: FakeAri) -> list[tuple[str, str, dict[str, str]]]:
    return [(seen.method, seen.path, seen.query) for seen in server.seen]
