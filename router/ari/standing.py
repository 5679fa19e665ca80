"""How Asterisk stands: which of our legs, bridges, playbacks and recordings it holds, and how it holds them."""

from collections.abc import Awaitable, Collection, Sequence

from router.ari.cel import Times
from router.ari.client import Client
from router.ari.errors import NotFound
from router.ari.generated import models
from router.ari.translate import APP, staff_end
from router.core.ids import BridgeId, LegId, Millis, PlaybackId, RecordingId, call_of
from router.ports import Found, FoundLeg

WAV_HEADER, WAV_BYTES_A_MS = 44, 16  # as Asterisk writes it: 16-bit samples, 8,000 a second


async def found_in(
    client: Client,
    times: Times,
    legs: Collection[LegId],
    playbacks: Collection[PlaybackId],
    recordings: Collection[RecordingId],
) -> Found:
    """See `ports.Telephony.look`. Raises AriError."""
    app = await client.applications.get(applicationName=APP)
    bridges = {found.id: found.snapshot for found in await client.bridges.list()}
    inside = {leg: name for name, found in bridges.items() for leg in _members(found)}
    states = {found.id: found.snapshot for found in await client.channels.list()}
    ours = {name for name in states if name in legs or name in app.channel_ids or call_of(name)}
    away = {name for name in states if name not in app.channel_ids and call_of(name) is None}
    put_through = {end: FoundLeg(up=_up(one)) for one in states.values() if (end := staff_end(one)) is not None}
    under_way = frozenset(
        [name for name in recordings if await _is_there(client.recordings.getLive(recordingName=name))]
    )
    gone = {leg for leg in legs if leg not in states and leg not in put_through}
    told = await times.of(set(legs), gone=gone)
    return Found(
        legs={
            LegId(name): FoundLeg(up=_up(states[name]), bridge=_bridge(inside.get(name)), away=name in away)
            for name in ours
        }
        | put_through,
        bridges=frozenset(BridgeId(name) for name in bridges if call_of(name) is not None),
        playing=frozenset([playback for playback in playbacks if await plays(client, playback)]),
        recording=under_way,
        recorded={name: await _length(client, name) for name in recordings if name not in under_way},
        answered=told.answered,
        ended=told.ended,
        handed_on=told.handed_on,
        outside=told.outside,
    )


async def plays(client: Client, playback: PlaybackId) -> bool:
    """Whether it is under way. Raises AriError."""
    return await _is_there(client.playbacks.get(playbackId=playback))


async def _is_there(asked: Awaitable[object]) -> bool:
    try:
        await asked
    except NotFound:
        return False
    return True


async def _length(client: Client, recording: RecordingId) -> Millis:
    """Of a recording that is over; 0 when nothing was kept."""
    try:
        file = await client.recordings.getStoredFile(recordingName=recording)
    except NotFound:
        return 0
    return max(0, len(file) - WAV_HEADER) // WAV_BYTES_A_MS


def _up(channel: models.Channel | None) -> bool:
    return channel is not None and channel.state == "Up"


def _members(bridge: models.Bridge | None) -> Sequence[str]:
    return bridge.channels if bridge is not None else ()


def _bridge(name: str | None) -> BridgeId | None:
    return BridgeId(name) if name else None
