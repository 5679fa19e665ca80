"""ARI as the router's telephony speaks it, answered by the simulated Asterisk: what it refuses, it refuses alike."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

from router.ari.errors import AriConnectionLost, AriTimeout, AriUnreachable, http_error
from router.ari.handles import Request
from router.ari.translate import PART_OF_EXTENSION, PUT_THROUGH
from router.core.ids import CallId, LegId, PlaybackId, RecordingId, call_of
from router.sim.faults.asterisk import Leg, SimulatedAsterisk
from router.sim.faults.loop import SimulatedLoop
from router.sim.faults.timeline import MS, S
from router.sim.faults.troubles import Fate, Troubles
from router.sim.faults.wire import ask

T = TypeVar("T")
LIMIT_US = 5 * S
MUSIC = "music"
WAV_HEADER, WAV_BYTES_A_MS = 44, 16


class Refused(Exception):
    """Asterisk says no, with an HTTP status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Asker(Protocol):
    """A life of the router, as its requests need it."""

    loop: SimulatedLoop
    connected: bool

    def come(self, place: str) -> None:
        """The router comes to a place at which it may die."""
        ...


class SimulatedClient:
    """Stands for `router.ari.client.Client`, as far as telephony uses it."""

    def __init__(self, life: Asker, asterisk: SimulatedAsterisk, troubles: Troubles) -> None:
        self.life = life
        self.asterisk = asterisk
        self.troubles = troubles
        self.channels = Channels(self)
        self.bridges = Bridges(self)
        self.playbacks = Playbacks(self)
        self.recordings = Recordings(self)
        self.applications = Applications(self)
        self.failed: set[tuple[str, str]] = set()
        self.waiting: dict[CallId, int] = {}  # requests that were hit by a fault, and are not answered yet
        self._unanswered: list[tuple[CallId, int, int]] = []  # these, since when, and when they are carried out

    @property
    def connected(self) -> bool:
        """Whether events flow."""
        return self.life.connected

    async def ask(self, what: str, name: str, act: Callable[[], T]) -> T:
        """One request about the object `name`."""
        life, asterisk = self.life, self.asterisk
        life.come("ask")
        if asterisk.down:
            raise AriUnreachable(what, name, "simulated: nobody there")
        fate = self._fate(what, name)
        call = call_of(name) or CallId(name)
        bad = bool(fate.error) or fate.out > 100 * MS or asterisk.stalled_until > asterisk.timeline.now

        def done() -> T:
            if asterisk.down:
                raise AriConnectionLost(what, name, "simulated: Asterisk died")
            asterisk.trace.tell("asterisk", f"{what} {name}")
            try:
                return act()
            except Refused as refused:
                asterisk.trace.tell("asterisk", f"refuses {what} {name}: {refused.status}")
                raise http_error(what, name, refused.status, str(refused)) from None

        def error(kind: str) -> Exception:
            if kind == "timeout":
                return AriTimeout(what, name, "simulated: no answer")
            return http_error(what, name, 500, "simulated") if kind == "500" else AriConnectionLost(what, name, "lost")

        begun = asterisk.timeline.now
        unanswered = call, begun, max(begun + fate.out, asterisk.stalled_until)
        if bad:
            self._unanswered.append(unanswered)
            self.waiting[call] = self.waiting.get(call, 0) + 1
        try:
            asking = ask(life.loop, done, fate, error=error, no_sooner=lambda: asterisk.stalled_until, limit=LIMIT_US)
            life.come("asked")
            answer = await asking
        finally:
            if bad and not life.loop.dead:
                self._unanswered.remove(unanswered)
                self.waiting[call] -= 1
                asterisk.unheard(call, begun)
        life.come("answered")
        return answer

    async def send_in_order(self, requests: Sequence[Request]) -> None:
        """To be told of a channel outside the application, which is always so here; and then to put it through."""
        *_, into = requests
        channel, (end, number, _, _, ring) = into.path[1], str(into.query["extension"]).split(PART_OF_EXTENSION)

        def act() -> None:
            self.asterisk.put_through(self.leg(channel), LegId(f"{channel}-{end}"), number, int(ring) * S)

        await self.ask(into.operation, channel, act)

    def _fate(self, what: str, name: str) -> Fate:
        """What becomes of a request. It fails for the moment: asked again, the same is done. (Whatever fails twice is
        mended at the next look at Asterisk, and not sooner. But for music, which is asked for until it plays.)"""
        fate = self.troubles.request(LIMIT_US)
        if not fate.error or what == MUSIC:
            self.failed.discard((what, name))
            return fate
        again = (what, name) in self.failed
        self.failed ^= {(what, name)}
        return Fate(out=fate.out) if again else fate

    def died(self) -> None:
        """With the router: what it waits for is not answered any more, and may be carried out all the same."""
        for call, begun, done in self._unanswered:
            self.waiting[call] -= 1
            self.asterisk.unheard(call, begun, done)
        self._unanswered.clear()

    # --- looking up ------------------------------------------------------------------------------------------------

    def leg(self, name: str, *, ours: bool = True) -> Leg:
        """One of our channels."""
        leg = self.asterisk.legs.get(name)
        if leg is None:
            raise Refused(404, "no such channel")
        if ours and not leg.ours:
            raise Refused(409, "not in Stasis")
        return leg

    def bridge(self, name: str) -> str:
        """One that there is."""
        if name not in self.asterisk.bridges:
            raise Refused(404, "no such bridge")
        return name


class _Resource:
    def __init__(self, client: SimulatedClient) -> None:
        self._client = client
        self._asterisk = client.asterisk
        self._send = client.ask


class Channels(_Resource):
    """`/channels`."""

    async def answer(self, *, channelId: str) -> None:
        await self._send("answer", channelId, lambda: self._asterisk.answer(self._client.leg(channelId)))

    async def ring(self, *, channelId: str) -> None:
        def act() -> None:
            leg = self._client.leg(channelId)
            leg.rings = not leg.up

        await self._send("ring", channelId, act)

    async def hangup(self, *, channelId: str, reason: Any = None) -> None:
        def act() -> None:
            self._asterisk.end(self._client.leg(channelId, ours=False).name)

        await self._send("hangup", channelId, act)

    async def get(self, *, channelId: str) -> Any:
        def act() -> Any:
            return SimpleNamespace(snapshot=_state(self._client.leg(channelId, ours=False)))

        return await self._send("get", channelId, act)

    async def list(self) -> Any:
        def act() -> Any:
            legs = self._asterisk.legs.values()
            return [SimpleNamespace(id=str(leg.name), snapshot=_state(leg)) for leg in legs]

        return await self._send("channels", "", act)

    async def continueInDialplan(
        self,
        *,
        channelId: str,
        context: str,
        extension: str,
        priority: int,
    ) -> None:
        def act() -> None:
            self._asterisk.to_fallback(self._client.leg(channelId).name)

        await self._send("continue", channelId, act)

    async def startMoh(self, *, channelId: str) -> None:
        await self._send("music", channelId, lambda: self._asterisk.moh(self._client.leg(channelId), on=True))

    async def stopMoh(self, *, channelId: str) -> None:
        await self._send("no music", channelId, lambda: self._asterisk.moh(self._client.leg(channelId), on=False))

    async def originateWithId(self, *, channelId: str, endpoint: str, originator: str | None = None, **_: Any) -> None:
        def act() -> None:
            if channelId in self._asterisk.legs:
                raise Refused(409, "channel exists")
            if originator is not None and originator not in self._asterisk.legs:
                raise Refused(400, "originator gone")
            call = call_of(channelId)
            assert call is not None, f"{channelId} is no name of ours"
            whose, kind = _called(endpoint, channelId)
            self._asterisk.originate(LegId(channelId), call, whose, kind)

        await self._send("originate", channelId, act)


def _called(endpoint: str, name: str) -> tuple[str, str]:
    whose = endpoint.removeprefix("PJSIP/").partition("@")[0]
    part = name.rpartition("-")[2].rstrip("0123456789")
    return whose, {"agent": "agent", "staff": "staff", "caller": "caller"}[part]


def _state(leg: Leg) -> Any:
    dialplan = SimpleNamespace(context="from-trunk", exten="s")
    if leg.through is not None:
        dialplan = SimpleNamespace(context=PUT_THROUGH, exten=leg.through.rpartition("-")[2])
    return SimpleNamespace(state="Up" if leg.up else "Ring", id=str(leg.name), dialplan=dialplan)


class Bridges(_Resource):
    """`/bridges`."""

    async def createWithId(self, *, bridgeId: str, type: str) -> None:
        def act() -> None:
            if bridgeId in self._asterisk.bridges:
                raise Refused(409, "bridge exists")
            self._asterisk.open(bridgeId, call_of(bridgeId) or CallId(bridgeId))

        await self._send("bridge", bridgeId, act)

    async def destroy(self, *, bridgeId: str) -> None:
        await self._send("unbridge", bridgeId, lambda: self._asterisk.close(self._client.bridge(bridgeId)))

    async def addChannel(self, *, bridgeId: str, channel: str | Sequence[str]) -> None:
        names = [LegId(channel)] if isinstance(channel, str) else [LegId(name) for name in channel]

        def act() -> None:
            bridge = self._client.bridge(bridgeId)
            for name in names:
                if name not in self._asterisk.legs:
                    raise Refused(400, "channel not found")
                if not self._asterisk.legs[name].ours:
                    raise Refused(422, "channel not in Stasis")
            self._asterisk.join(bridge, names)

        await self._send(f"join {','.join(names)} to", bridgeId, act)

    async def removeChannel(self, *, bridgeId: str, channel: str) -> None:
        def act() -> None:
            bridge, leg = self._client.bridge(bridgeId), self._asterisk.legs.get(channel)
            if leg is None:
                raise Refused(400, "channel not found")
            if leg.bridge != bridge:
                raise Refused(422, "channel not in this bridge")
            self._asterisk.leave(leg)

        await self._send(f"leave {channel} from", bridgeId, act)

    async def playWithId(self, *, bridgeId: str, playbackId: str, media: Sequence[str]) -> None:
        def act() -> None:
            self._asterisk.plays(self._client.bridge(bridgeId), PlaybackId(playbackId), _length(media))

        await self._send(f"play {playbackId} in", bridgeId, act)

    async def record(self, *, bridgeId: str, name: str, maxDurationSeconds: int, **_: Any) -> None:
        def act() -> None:
            if name in self._asterisk.recording_since or name in self._asterisk.recorded:
                raise Refused(409, "recording exists")
            length = min(maxDurationSeconds, 2 + len(self._asterisk.recorded) % 7) * S
            self._asterisk.record(self._client.bridge(bridgeId), RecordingId(name), length)

        await self._send(f"record {name} in", bridgeId, act)

    async def startMoh(self, *, bridgeId: str) -> None:
        await self._music(bridgeId, on=True)

    async def stopMoh(self, *, bridgeId: str) -> None:
        await self._music(bridgeId, on=False)

    async def _music(self, name: str, *, on: bool) -> None:
        def act() -> None:
            self._asterisk.bridges[self._client.bridge(name)].music = on

        await self._send(MUSIC if on else "no music", name, act)

    async def list(self) -> Any:
        def act() -> Any:
            return [
                SimpleNamespace(id=bridge.name, snapshot=SimpleNamespace(channels=[str(leg) for leg in bridge.legs]))
                for bridge in self._asterisk.bridges.values()
            ]

        return await self._send("bridges", "", act)


def _length(media: Sequence[str]) -> int:
    return sum(S + len(sound) * 30 * MS for sound in media)


class Playbacks(_Resource):
    """`/playbacks`."""

    async def get(self, *, playbackId: str) -> None:
        await self._send("playback", playbackId, lambda: self._there(playbackId))

    async def stop(self, *, playbackId: str) -> None:
        def act() -> None:
            self._there(playbackId)
            self._asterisk.played(PlaybackId(playbackId))

        await self._send("stop", playbackId, act)

    def _there(self, playback: str) -> None:
        if self._asterisk.playing(playback) is None:
            raise Refused(404, "no such playback")


class Recordings(_Resource):
    """`/recordings`."""

    async def getLive(self, *, recordingName: str) -> None:
        await self._send("recording", recordingName, lambda: self._live(recordingName))

    async def stop(self, *, recordingName: str) -> None:
        def act() -> None:
            self._live(recordingName)
            self._asterisk.recording_over(RecordingId(recordingName))

        await self._send("stop", recordingName, act)

    async def getStoredFile(self, *, recordingName: str) -> bytes:
        def act() -> bytes:
            length = self._asterisk.recorded.get(RecordingId(recordingName))
            if length is None:
                raise Refused(404, "no such recording")
            return bytes(WAV_HEADER + WAV_BYTES_A_MS * length)

        return await self._send("recorded", recordingName, act)

    def _live(self, recording: str) -> None:
        if recording not in self._asterisk.recording_since:
            raise Refused(404, "no such recording")


class Applications(_Resource):
    """`/applications`."""

    async def get(self, *, applicationName: str) -> Any:
        def act() -> Any:
            return SimpleNamespace(channel_ids=[leg.name for leg in self._asterisk.legs.values() if leg.ours])

        return await self._send("application", applicationName, act)
