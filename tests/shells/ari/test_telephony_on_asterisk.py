"""The core's commands on a real Asterisk 22: what it answers when things are not as they should be."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from asterisk import Asterisk, running_asterisk
from router.ari import Channel, Client, connect
from router.ari.cel import Times
from router.ari.generated.events import Event
from router.ari.received import Received
from router.ari.telephony import AriTelephony
from router.ari.translate import USED, translate
from router.core.commands import Answer, CloseBridge, Join, OpenBridge, StopRecording
from router.core.events import LegEnded, RecordingEnded
from router.core.ids import LegId
from tests.shells.ari.linked import CALL, CALLER, Voice
from tests.shells.ari.test_telephony import record, ring_agent, ring_staff
from tests.shells.ari.waiting import until

pytestmark = pytest.mark.asterisk
RECORDING = record.recording


@pytest.fixture
async def asterisk() -> AsyncIterator[Asterisk]:
    async with running_asterisk() as running:
        yield running


@pytest.fixture
async def client(asterisk: Asterisk) -> AsyncIterator[Client]:
    async with connect(asterisk.ari_url, asterisk.ari_user, asterisk.ari_password) as made:
        await made.start("router", USED)
        yield made


@pytest.fixture
def telephony(client: Client) -> AriTelephony:
    return AriTelephony(client, speech=Voice(), times=Times(None, int))


async def test_nobody_is_blamed_for_a_caller_who_is_gone_before_the_ring(telephony: AriTelephony) -> None:
    for ring in (ring_agent, ring_staff):
        assert await telephony.perform(ring) == [LegEnded(call=CALL, leg=CALLER)]


async def test_of_strays_an_agents_is_hung_up_and_a_callers_goes_to_the_fallback(
    client: Client, telephony: AriTelephony
) -> None:
    started: list[str] = []
    client.on_channel_event("CallBroadcast", partial(claim, client))
    client.on_channel_event("StasisStart", lambda channel, _event: started.append(channel.id))
    for extension, ident in (("+4930999@from-trunk", "9.1"), ("*41@from-agents", "9.2")):
        await client.channel(f"far{ident}").originateWithId(
            endpoint=f"Local/{extension}", app="router", otherChannelId=ident
        )
    await until(lambda: {"9.1", "9.2"} <= set(started))
    await telephony.tidy([LegId("9.1"), LegId("9.2")], [])
    async with asyncio.timeout(10):
        while await contexts(client, "9.1", "9.2") != ["fallback"]:  # noqa: ASYNC110  the fallback tells us nothing
            await asyncio.sleep(0.02)


async def test_a_callers_message_is_recorded_until_the_caller_presses_the_hash(
    asterisk: Asterisk, client: Client, telephony: AriTelephony
) -> None:
    recordings: list[RecordingEnded] = []
    client.on_any_event(lambda received: recordings.extend(ended(received)))
    await in_bridge(client, telephony)
    assert await telephony.perform(record) == ()
    await until(lambda: (asterisk.recordings_dir / "7-record1.wav").exists())  # the beep is over
    assert (await telephony.look(set(), set(), {RECORDING})).recording == {RECORDING}
    assert await telephony.perform(record) == ()
    await speak(client)
    await asyncio.sleep(1.2)  # so long is the message
    await client.channel("outside").sendDTMF(dtmf="#")
    await until(lambda: recordings)
    assert recordings == [RecordingEnded(call=CALL, recording=RECORDING, length_ms=1_000)]
    found = await telephony.look(set(), set(), {RECORDING})
    assert found.recording == set()
    assert 1_000 <= found.recorded[RECORDING] <= 2_000
    assert asterisk.recordings_dir.stat().st_mode & 0o777 == 0o700


async def test_a_message_is_over_when_it_is_stopped(
    asterisk: Asterisk, client: Client, telephony: AriTelephony
) -> None:
    recordings: list[RecordingEnded] = []
    client.on_any_event(lambda received: recordings.extend(ended(received)))
    await in_bridge(client, telephony)
    await telephony.perform(record)
    await until(lambda: (asterisk.recordings_dir / "7-record1.wav").exists())
    stop = StopRecording(call=CALL, recording=RECORDING)
    assert await telephony.perform(stop) == ()
    await until(lambda: recordings)
    assert recordings == [RecordingEnded(call=CALL, recording=RECORDING)]
    assert await telephony.perform(stop) == ()


async def test_a_message_does_not_outlive_its_bridge_but_that_is_only_found_by_a_look(
    asterisk: Asterisk, client: Client, telephony: AriTelephony
) -> None:
    await in_bridge(client, telephony)
    await telephony.perform(record)
    await until(lambda: (asterisk.recordings_dir / "7-record1.wav").exists())
    assert await telephony.perform(CloseBridge(call=CALL)) == ()
    async with asyncio.timeout(10):
        while (found := await telephony.look(set(), set(), {RECORDING})).recording:  # noqa: ASYNC110  nothing tells us
            await asyncio.sleep(0.02)
    assert RECORDING in found.recorded


async def in_bridge(client: Client, telephony: AriTelephony) -> None:
    """A caller, answered and in the call's bridge; the far end is the channel `outside`."""
    started: list[str] = []
    client.on_channel_event("CallBroadcast", partial(claim, client))
    client.on_channel_event("StasisStart", lambda channel, _event: started.append(channel.id))
    await client.channel("outside").originateWithId(
        endpoint="Local/+4930999@from-trunk", app="router", otherChannelId=CALLER
    )
    await until(lambda: CALLER in started)
    for command in (
        Answer(call=CALL, leg=CALLER), OpenBridge(call=CALL), Join(call=CALL, legs=(CALLER,)),
    ):  # fmt: skip
        assert await telephony.perform(command) == ()


async def speak(client: Client) -> None:
    """The far end makes a sound without end; not on its own channel, which could press no keys meanwhile."""
    far = await client.bridge("far").createWithId(type="mixing")
    await far.addChannel(channel="outside")
    await far.play(media="tone:1000")


def ended(received: Received) -> list[RecordingEnded]:
    told = translate(received.event, "DE")
    return [told] if isinstance(told, RecordingEnded) else []


async def claim(client: Client, channel: Channel, _event: Event) -> None:
    await client.events.claimChannel(channelId=channel.id, application="router")


async def contexts(client: Client, *idents: str) -> list[str]:
    """Where those of these channels that are still there are in the dialplan."""
    return [found.snapshot.dialplan.context for found in await client.channels.list() if found.id in idents]
