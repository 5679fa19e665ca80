"""How Asterisk stands, as the client sees it, and how it is tidied."""

import asyncio
from pathlib import Path
from typing import Any

from router.ari.cel import Times
from router.ari.client import Client
from router.ari.telephony import AriTelephony
from router.core.ids import BridgeId, LegId, PlaybackId, RecordingId
from router.ports import Found, FoundLeg
from tests.fakes.ari_server import FakeAri, application, channel, playback, recording
from tests.shells.ari.linked import (
    AGENT_LEG,
    CALLER,
    FALLBACK,
    PLAYBACK,
    STAFF_LEG,
    Voice,
    bridge,
    hasty,
    sent,
    telephony,
    voice,
)
from tests.shells.ari.waiting import until

__all__ = ["hasty", "telephony", "voice"]


EPOCH_MS = 1_790_000_000_000


def standing(server: FakeAri, ours: list[str], channels: list[Any], bridges: list[Any]) -> None:
    server.answer("GET", "/applications/router", 200, application() | {"channel_ids": ours})
    server.answer("GET", "/channels", 200, channels)
    server.answer("GET", "/bridges", 200, bridges)


async def test_a_look_finds_our_legs_bridges_and_playbacks(server: FakeAri, telephony: AriTelephony) -> None:
    channels = [channel("7"), channel("7-agent1", "Ringing"), channel("8"), channel("9-staff1"), channel("elsewhere")]
    standing(server, ["8"], channels, [bridge("7-bridge", "7"), bridge("somebody's", "8")])
    server.answer("GET", "/playbacks/7-play1", 200, playback("7-play1", "playing"))
    server.answer("GET", "/playbacks/7-play2", 404)
    found = await telephony.look({CALLER, AGENT_LEG, STAFF_LEG}, {PLAYBACK, PlaybackId("7-play2")})
    assert found == Found(
        legs={
            CALLER: FoundLeg(up=True, bridge=BridgeId("7-bridge"), away=True),
            AGENT_LEG: FoundLeg(up=False),
            LegId("8"): FoundLeg(up=True, bridge=BridgeId("somebody's")),
            LegId("9-staff1"): FoundLeg(up=True),
        },
        bridges=frozenset({BridgeId("7-bridge")}),
        playing=frozenset({PLAYBACK}),
    )


async def test_a_look_finds_the_staff_members_end_of_a_caller_in_the_dialplan(
    server: FakeAri, telephony: AriTelephony
) -> None:
    dialplan = {"context": "put-through", "exten": "staff1", "priority": 2, "app_name": "Dial", "app_data": ""}
    standing(server, [], [channel("7") | {"dialplan": dialplan}], [])
    found = await telephony.look({CALLER, LegId("7-staff1")}, set())
    assert found.legs == {CALLER: FoundLeg(up=True, away=True), LegId("7-staff1"): FoundLeg(up=True)}


async def test_a_look_tells_what_asterisk_recorded_meanwhile(server: FakeAri, client: Client, tmp_path: Path) -> None:
    record = tmp_path / "cel.csv"
    record.write_text('"ANSWER","1790000001.5","7-agent1","7"\n"HANGUP","1790000002.25","7-agent1","7"\n')
    telephony = AriTelephony(client, speech=Voice(), times=Times(record, lambda at: int(float(at) * 1000)))
    standing(server, [], [], [])
    found = await telephony.look({AGENT_LEG}, set())
    assert (found.answered, found.ended) == ({AGENT_LEG: EPOCH_MS + 1500}, {AGENT_LEG: EPOCH_MS + 2250})


async def test_a_look_finds_recordings_under_way_and_how_long_finished_ones_are(
    server: FakeAri, telephony: AriTelephony
) -> None:
    standing(server, [], [], [])
    server.answer("GET", "/recordings/live/7-record1", 200, recording("7-record1"))
    for over, status, file in (("7-record2", 200, bytes(44 + 2 * 8_000 * 3)), ("7-record3", 404, b"")):
        server.answer("GET", f"/recordings/live/{over}", 404)
        server.serve(f"/recordings/stored/{over}/file", status, file)
    names = [RecordingId(f"7-record{number}") for number in (1, 2, 3)]
    found = await telephony.look(set(), set(), names)
    assert (found.recording, found.recorded) == (frozenset(names[:1]), {names[1]: 3_000, names[2]: 0})


async def test_strays_are_removed_one_after_the_other(server: FakeAri, telephony: AriTelephony) -> None:
    release = server.hang("DELETE", "/channels/7-agent1")
    bridges = [BridgeId("7-bridge"), BridgeId("8-bridge")]
    tidying = asyncio.create_task(telephony.tidy([AGENT_LEG, LegId("8")], bridges))
    await until(lambda: server.seen)
    assert sent(server) == [("DELETE", "/channels/7-agent1", {})]
    release.set()
    await tidying
    assert sent(server)[1:] == [
        ("GET", "/channels/8", {}),
        ("POST", "/channels/8/continue", FALLBACK),
        ("DELETE", "/bridges/7-bridge", {}),
        ("DELETE", "/bridges/8-bridge", {}),
    ]


async def test_an_agent_who_dialled_a_code_is_no_stray_caller(server: FakeAri, telephony: AriTelephony) -> None:
    dialplan = {"context": "from-agents", "exten": "*41", "priority": 1, "app_name": "Stasis", "app_data": "router"}
    server.answer("GET", "/channels/8", 200, channel("8") | {"dialplan": dialplan})
    await telephony.tidy([LegId("8")], [])
    assert sent(server)[1:] == [("DELETE", "/channels/8", {})]


async def test_a_stray_that_will_not_go_does_not_keep_the_others(server: FakeAri, telephony: AriTelephony) -> None:
    server.answer("DELETE", "/channels/7-agent1", 500)
    server.answer("POST", "/channels/8/continue", 404)
    await telephony.tidy([AGENT_LEG, LegId("8")], [BridgeId("7-bridge")])
    assert server.requests("DELETE", "/bridges/7-bridge")
