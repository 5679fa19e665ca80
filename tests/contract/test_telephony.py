"""The telephony port, over the fake in memory and over our ARI client on a stand-in of Asterisk's HTTP server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Protocol

import pytest
from aiohttp import web

from router.ari.cel import Times
from router.ari.client import connect
from router.ari.options import Options
from router.ari.telephony import AriTelephony
from router.core.commands import (
    Announce,
    Answer,
    CloseBridge,
    Command,
    HangUp,
    Hold,
    Join,
    OpenBridge,
    Record,
    Reject,
    Ring,
    RingAgent,
    RingCaller,
    RingStaff,
    SendToFallback,
    StartMusic,
    StopAnnouncement,
    StopMusic,
    StopRecording,
    Unhold,
)
from router.core.events import AnnouncementEnded, LegEnded
from router.core.ids import AgentId, CallId, LegId, Millis, PlaybackId, RecordingId, bridge_of
from router.core.refusal import Refusal
from router.ports import Found, FoundLeg, Telephony
from tests.fakes.ari_server import PASSWORD, STAMP, USER, FakeAri, application, channel, fake_ari, playback, recording
from tests.fakes.clock import FakeClock
from tests.fakes.speech import FakeSpeech
from tests.fakes.telephony import FakeAsterisk

CALL, CALLER, AGENT_LEG = CallId("7"), LegId("7"), LegId("7-agent1")
STAFF_LEG, CALLED_BACK = LegId("7-staff1"), LegId("7-caller1")
BRIDGE, PLAYBACK, RECORDING = bridge_of(CALL), PlaybackId("7-play1"), RecordingId("7-record1")
LEGS, PLAYBACKS, RECORDINGS = {CALLER, AGENT_LEG}, {PLAYBACK}, {RECORDING}

ring = RingAgent(call=CALL, leg=AGENT_LEG, agent=AgentId("anna"), caller=None, client_name="Praxis")
ring_staff = RingStaff(call=CALL, leg=STAFF_LEG, number="+49301", trunk="carrier", caller_id="+49302")
ring_caller = RingCaller(call=CALL, leg=CALLED_BACK, number="+49303", trunk="carrier", caller_id="+49302")
announce = Announce(call=CALL, playback=PLAYBACK, text="Guten Tag")
record = Record(call=CALL, recording=RECORDING, max_ms=180_000)
stop = StopRecording(call=CALL, recording=RECORDING)


class House(Protocol):
    """An Asterisk, and how its world moves."""

    telephony: Telephony
    speech: FakeSpeech

    def caller_dials(self) -> None: ...

    def agent_picks_up(self) -> None: ...

    def time_passes(self, millis: Millis) -> None: ...

    def fallen_back(self) -> list[LegId]: ...


class InMemory:
    """The fake of the engine's tests."""

    def __init__(self) -> None:
        self.speech = FakeSpeech()
        self._clock = FakeClock(1_790_000_000_000)
        self._asterisk = FakeAsterisk(self._clock, self.speech)
        self._asterisk.keeps_record = False
        self.telephony: Telephony = self._asterisk

    def caller_dials(self) -> None:
        self._asterisk.caller_dials(CALL)

    def agent_picks_up(self) -> None:
        self._asterisk.picks_up(AGENT_LEG)

    def time_passes(self, millis: Millis) -> None:
        self._clock.advance(millis)

    def fallen_back(self) -> list[LegId]:
        return self._asterisk.fallback


class OverAri:
    """Our client, and behind real HTTP just enough of Asterisk to hold channels, bridges, playbacks and a recording."""

    def __init__(self, server: FakeAri) -> None:
        self.speech = FakeSpeech()
        self.telephony: Telephony
        self._states: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._playing: set[str] = set()
        self._recording: Millis | None = None  # how long so far
        self._recorded: Millis | None = None
        self._fallback: list[LegId] = []
        for ident in (CALLER, AGENT_LEG, STAFF_LEG, CALLED_BACK):
            for method, path in (("GET", ""), ("POST", ""), ("DELETE", ""), ("POST", "/answer"), ("POST", "/ring")):
                server.responders[method, f"/channels/{ident}{path}"] = self._channel
            server.responders["POST", f"/channels/{ident}/continue"] = self._continue
            server.responders["POST", f"/channels/{ident}/moh"] = self._channel
            server.responders["DELETE", f"/channels/{ident}/moh"] = self._channel
        for method, path in (("POST", ""), ("DELETE", ""), ("POST", "/moh"), ("DELETE", "/moh")):
            server.responders[method, f"/bridges/{BRIDGE}{path}"] = self._bridge
        server.responders["POST", f"/bridges/{BRIDGE}/addChannel"] = self._move
        server.responders["POST", f"/bridges/{BRIDGE}/removeChannel"] = self._move
        server.responders["POST", f"/bridges/{BRIDGE}/play/{PLAYBACK}"] = self._play
        server.responders["GET", f"/playbacks/{PLAYBACK}"] = self._playback
        server.responders["DELETE", f"/playbacks/{PLAYBACK}"] = self._playback
        server.responders["POST", f"/bridges/{BRIDGE}/record"] = self._record
        server.responders["POST", f"/recordings/live/{RECORDING}/stop"] = self._stop
        server.responders["GET", f"/recordings/live/{RECORDING}"] = self._live
        server.responders["GET", f"/recordings/stored/{RECORDING}/file"] = self._stored
        server.responders["GET", "/applications/router"] = self._application
        server.responders["GET", "/channels"] = self._channels
        server.responders["GET", "/bridges"] = self._bridges

    def caller_dials(self) -> None:
        self._states[CALLER] = "Ring"

    def agent_picks_up(self) -> None:
        self._states[AGENT_LEG] = "Up"

    def time_passes(self, millis: Millis) -> None:
        if self._recording is not None:
            self._recording += millis

    def fallen_back(self) -> list[LegId]:
        return self._fallback

    async def _channel(self, request: web.Request) -> web.Response:
        _, ident, *rest = request.path.removeprefix("/ari/").split("/")
        if request.method == "POST" and not rest:
            if ident in self._states:
                return web.json_response({"message": "exists"}, status=409)
            if (originator := request.query.get("originator")) and originator not in self._states:
                return web.json_response({"message": "Provided originator channel was not found"}, status=400)
            self._states[ident] = "Ringing"
        elif ident not in self._states:
            return web.json_response({"message": "Channel not found"}, status=404)
        elif rest == ["answer"]:
            self._states[ident] = "Up"
        elif request.method == "DELETE" and not rest:
            self._leave(ident)
            return web.Response(status=204)
        return web.json_response(channel(ident, self._states[ident]))

    async def _continue(self, request: web.Request) -> web.Response:
        ident = request.path.split("/")[-2]
        if ident not in self._states:
            return web.json_response({"message": "Channel not found"}, status=404)
        self._leave(ident)
        self._fallback.append(LegId(ident))
        return web.Response(status=204)

    def _leave(self, ident: str) -> None:
        del self._states[ident]
        for members in self._members.values():
            members.discard(ident)

    async def _bridge(self, request: web.Request) -> web.Response:
        music = request.path.endswith("/moh")
        if request.method == "POST" and not music:
            self._members.setdefault(BRIDGE, set())
            return web.json_response(self._shown(BRIDGE))
        if BRIDGE not in self._members:
            return web.json_response({"message": "Bridge not found"}, status=404)
        if request.method == "DELETE" and not music:
            del self._members[BRIDGE]
        return web.Response(status=204)

    async def _move(self, request: web.Request) -> web.Response:
        wanted = request.query["channel"].split(",")
        if not self._states.keys() >= set(wanted):
            return web.json_response({"message": "Channel not found"}, status=400)
        if request.path.endswith("addChannel"):
            self._members[BRIDGE].update(wanted)
        elif not self._members[BRIDGE] >= set(wanted):
            return web.json_response({"message": "Channel not in this bridge"}, status=422)
        else:
            self._members[BRIDGE].difference_update(wanted)
        return web.Response(status=204)

    async def _play(self, _request: web.Request) -> web.Response:
        self._playing.add(PLAYBACK)
        return web.json_response(playback(PLAYBACK, "queued"), status=201)

    async def _playback(self, request: web.Request) -> web.Response:
        if request.method == "DELETE" and PLAYBACK in self._playing:
            self._playing.remove(PLAYBACK)
            return web.Response(status=204)
        return web.json_response(playback(PLAYBACK, "playing"), status=200 if PLAYBACK in self._playing else 404)

    async def _record(self, _request: web.Request) -> web.Response:
        if BRIDGE not in self._members:
            return web.json_response({"message": "Bridge not found"}, status=404)
        if self._recording is not None or self._recorded is not None:
            return web.json_response({"message": "Recording already exists"}, status=409)
        self._recording = 0
        return web.json_response(recording(RECORDING, "queued"), status=201)

    async def _stop(self, _request: web.Request) -> web.Response:
        if self._recording is None:
            return web.json_response({"message": "Recording not found"}, status=404)
        self._recorded, self._recording = self._recording, None
        return web.Response(status=204)

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response(recording(RECORDING), status=404 if self._recording is None else 200)

    async def _stored(self, _request: web.Request) -> web.Response:
        if self._recorded is None:
            return web.json_response({"message": "Recording not found"}, status=404)
        return web.Response(body=bytes(44 + 16 * self._recorded), content_type="audio/wav")

    async def _application(self, _request: web.Request) -> web.Response:
        return web.json_response(application() | {"channel_ids": list(self._states)})

    async def _channels(self, _request: web.Request) -> web.Response:
        return web.json_response([channel(ident, state) for ident, state in self._states.items()])

    async def _bridges(self, _request: web.Request) -> web.Response:
        return web.json_response([self._shown(ident) for ident in self._members])

    def _shown(self, ident: str) -> dict[str, Any]:
        kinds = {"technology": "simple_bridge", "bridge_type": "mixing", "bridge_class": "stasis", "creator": "Stasis"}
        return {"id": ident, "name": "", "channels": sorted(self._members[ident]), "creationtime": STAMP, **kinds}


@pytest.fixture(params=["memory", "ari"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    if request.param == "memory":
        yield InMemory()
        return
    async with fake_ari() as server, connect(server.url, USER, PASSWORD, Options(pool_size=2)) as client:
        over = OverAri(server)
        over.telephony = AriTelephony(client, speech=over.speech, times=Times(None, int))
        await client.start("router")
        yield over


async def done(house: House, *commands: Command) -> None:
    """Carried out, without any news."""
    for command in commands:
        assert list(await house.telephony.perform(command)) == []


@pytest.fixture
async def talking(house: House) -> House:
    """Caller and agent in conversation, after a greeting."""
    house.caller_dials()
    await done(house, Ring(call=CALL, leg=CALLER), Answer(call=CALL, leg=CALLER), OpenBridge(call=CALL))
    await done(house, Join(call=CALL, legs=(CALLER,)), announce, StartMusic(call=CALL), ring)
    house.agent_picks_up()
    await done(house, StopMusic(call=CALL), Join(call=CALL, legs=(CALLER, AGENT_LEG)))
    return house


async def look(house: House) -> Found:
    return await house.telephony.look(LEGS, PLAYBACKS, RECORDINGS)


async def test_an_empty_asterisk_has_nothing_of_ours(house: House) -> None:
    assert await look(house) == Found(legs={}, recorded={RECORDING: 0})


async def test_a_ringing_phone_is_found_not_yet_up(house: House) -> None:
    house.caller_dials()
    await done(house, ring)
    assert (await look(house)).legs[AGENT_LEG] == FoundLeg(up=False)


@pytest.mark.parametrize("command", [ring, ring_staff], ids=["agent", "staff"])
async def test_nobody_is_rung_for_a_caller_who_is_gone(house: House, command: RingAgent | RingStaff) -> None:
    assert list(await house.telephony.perform(command)) == [LegEnded(call=CALL, leg=CALLER)]
    assert (await look(house)).legs == {}


async def test_for_a_caller_to_be_called_back_agent_and_caller_are_rung(house: House) -> None:
    await done(house, replace(ring, called_back=True), ring_caller, replace(ring_staff, called_back=True))
    assert (await look(house)).legs == {leg: FoundLeg(up=False) for leg in (AGENT_LEG, CALLED_BACK, STAFF_LEG)}


async def test_a_message_is_under_way_until_it_is_stopped_and_then_has_its_length(talking: House) -> None:
    await done(talking, record)
    talking.time_passes(7_250)
    found = await look(talking)
    assert found.recording == RECORDINGS
    assert found.recorded == {}
    await done(talking, stop, stop)
    found = await look(talking)
    assert found.recording == set()
    assert found.recorded == {RECORDING: 7_250}


async def test_a_message_is_recorded_once_however_often_it_is_asked_for(talking: House) -> None:
    await done(talking, record, record)
    talking.time_passes(3_000)
    await done(talking, stop, record)
    found = await look(talking)
    assert found.recording == set()
    assert found.recorded == {RECORDING: 3_000}


async def test_a_conversation_is_found_as_it_stands(talking: House) -> None:
    assert await look(talking) == Found(
        legs={leg: FoundLeg(up=True, bridge=BRIDGE) for leg in LEGS},
        bridges=frozenset({BRIDGE}),
        playing=frozenset({PLAYBACK}),
        recorded={RECORDING: 0},
    )


async def test_a_held_caller_leaves_the_bridge_and_comes_back(talking: House) -> None:
    await done(talking, Hold(call=CALL, leg=CALLER))
    assert (await look(talking)).legs[CALLER] == FoundLeg(up=True)
    await done(talking, Unhold(call=CALL, leg=CALLER))
    assert (await look(talking)).legs[CALLER] == FoundLeg(up=True, bridge=BRIDGE)


@pytest.mark.parametrize(
    "again",
    [
        Answer(call=CALL, leg=CALLER),
        OpenBridge(call=CALL),
        Join(call=CALL, legs=(CALLER, AGENT_LEG)),
        StopMusic(call=CALL),
        Unhold(call=CALL, leg=CALLER),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_a_command_repeated_changes_nothing(talking: House, again: Command) -> None:
    before = await look(talking)
    await done(talking, again, again)
    assert await look(talking) == before


async def test_holding_twice_holds(talking: House) -> None:
    hold = Hold(call=CALL, leg=CALLER)
    await done(talking, hold, hold)
    assert (await look(talking)).legs[CALLER] == FoundLeg(up=True)


@pytest.mark.parametrize(
    "command",
    [
        Answer(call=CALL, leg=CALLER),
        Ring(call=CALL, leg=CALLER),
        Hold(call=CALL, leg=CALLER),
        Unhold(call=CALL, leg=CALLER),
        Join(call=CALL, legs=(CALLER, AGENT_LEG)),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_a_command_for_a_leg_that_is_gone_brings_its_end(talking: House, command: Command) -> None:
    await done(talking, HangUp(call=CALL, leg=CALLER))
    assert list(await talking.telephony.perform(command)) == [LegEnded(call=CALL, leg=CALLER)]


async def test_ending_twice_is_no_failure(talking: House) -> None:
    for last in (HangUp(call=CALL, leg=AGENT_LEG), SendToFallback(call=CALL, leg=CALLER), CloseBridge(call=CALL)):
        await done(talking, last, last)
    found = await look(talking)
    assert (dict(found.legs), found.bridges) == ({}, frozenset())
    assert talking.fallen_back() == [CALLER]


async def test_a_rejected_caller_is_gone(house: House) -> None:
    house.caller_dials()
    await done(house, Reject(call=CALL, leg=CALLER, refusal=Refusal.BUSY))
    assert (await look(house)).legs == {}


async def test_staff_are_rung_beside_the_caller(talking: House) -> None:
    await done(talking, ring_staff)
    assert (await look(talking)).legs[STAFF_LEG] == FoundLeg(up=False)


async def test_what_cannot_be_spoken_is_over_at_once(talking: House) -> None:
    talking.speech.mute = True
    over = AnnouncementEnded(call=CALL, playback=PLAYBACK, played=False)
    assert list(await talking.telephony.perform(announce)) == [over]


async def test_what_plays_is_stopped_and_stopping_it_twice_is_no_failure(talking: House) -> None:
    silence = StopAnnouncement(call=CALL, playback=PLAYBACK)
    await done(talking, silence, silence)
    assert (await look(talking)).playing == frozenset()


async def test_tidying_hangs_our_legs_up_and_sends_callers_to_the_fallback(talking: House) -> None:
    await talking.telephony.tidy([CALLER, AGENT_LEG], [BRIDGE])
    found = await look(talking)
    assert (dict(found.legs), found.bridges) == ({}, frozenset())
    assert talking.fallen_back() == [CALLER]
