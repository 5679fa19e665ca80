"""The client on a real Asterisk 22."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from asterisk import Asterisk, running_asterisk
from router.ari import Channel, Client, connect, events
from router.ari.errors import AriApplicationReplaced, AriUnauthorized, Conflict, NotFound, ServerError
from router.ari.generate.__main__ import main
from tests.lab.running import until as asked_until
from tests.shells.ari.test_link import following
from tests.shells.ari.waiting import until

pytestmark = pytest.mark.asterisk
USED = (
    "CallBroadcast", "StasisStart", "StasisEnd", "ChannelDestroyed", "ChannelStateChange", "ChannelDtmfReceived",
    "PlaybackStarted", "PlaybackFinished", "BridgeDestroyed",
)  # fmt: skip


@pytest.fixture
async def asterisk() -> AsyncIterator[Asterisk]:
    async with running_asterisk() as running:
        yield running


@pytest.fixture
async def client(asterisk: Asterisk) -> AsyncIterator[Client]:
    async with connect(asterisk.ari_url, asterisk.ari_user, asterisk.ari_password) as made:
        yield made


async def call(client: Client) -> Channel:
    """A caller's channel in our application, as a trunk would bring it: broadcast, claimed, started."""
    started: list[events.StasisStart] = []

    claiming = client.on_channel_event("CallBroadcast", lambda channel, _event: claim(client, channel))
    caller = client.channel("caller")
    starting = caller.on_event("StasisStart", lambda _channel, event: started.append(event))
    await client.channel("outside").originateWithId(
        endpoint="Local/+4930999@from-trunk", app="router", otherChannelId="caller", callerId='"Jörg" <+49301234>'
    )
    await until(lambda: started)
    claiming.close()
    starting.close()
    assert started[0].args[0] == "inbound"
    assert started[0].channel.caller.number == "+49301234"
    assert started[0].channel.caller.name == "Jörg"
    return caller


async def no_bridge(client: Client) -> bool:
    return not await client.bridges.list()


async def test_a_call_is_claimed_answered_and_hears_a_tone_in_its_bridge(client: Client) -> None:
    told: list[str] = []
    await client.start("router", USED)
    with suppress(Conflict):
        await client.asterisk.loadModule(moduleName="chan_bridge_media.so")
    caller = await call(client)
    caller.on_event("ChannelStateChange", lambda _channel, event: told.append(event.channel.state))
    caller.on_event("ChannelDtmfReceived", lambda _channel, event: told.append(event.digit))
    caller.on_event("ChannelDestroyed", lambda _channel, event: told.append(f"cause {event.cause}"))
    playback = client.playback("greeting")
    playback.on_event("PlaybackStarted", lambda _playback, event: told.append(event.playback.state))
    playback.on_event("PlaybackFinished", lambda _playback, _event: told.append("finished"))

    await caller.answer()
    bridge = await client.bridge("room").createWithId(type="mixing", name="a name")
    assert bridge.snapshot.name == "a name"
    await bridge.addChannel(channel=caller.id)
    await bridge.playWithId(playbackId="greeting", media="tone:ring")
    await until(lambda: told == ["Up", "playing"])
    await playback.stop()
    await until(lambda: told[2:] == ["finished"])
    await client.channel("outside").sendDTMF(dtmf="5")
    await until(lambda: told[3:] == ["5"])
    await caller.hangup(reason="busy")
    await until(lambda: told[4:] == ["cause 17"])
    assert client.watched == 0
    await bridge.destroy()
    await asked_until(lambda: no_bridge(client), 5, "Asterisk's list to show that the bridge is gone")


@pytest.mark.parametrize("subscribed", [False, True])
async def test_a_channel_from_the_dialplan_is_seen_to_its_destruction_only_by_subscription(
    asterisk: Asterisk, client: Client, subscribed: bool
) -> None:
    told: list[str] = []
    await client.start("router", (*USED, "ChannelUserevent"))
    client.on_any_event(lambda received: told.append(received.event.type))
    client.on_channel_event("CallBroadcast", lambda channel, _event: claim(client, channel))
    async with connect(asterisk.ari_url, asterisk.ari_user, asterisk.ari_password) as another:
        await another.start("outside")
        ended: list[events.Event] = []
        another.on_event("ChannelDestroyed", ended.append)
        await another.channel("far").originateWithId(
            endpoint="Local/+4930@from-trunk", app="outside", otherChannelId="caller"
        )
        await until(lambda: "StasisStart" in told)
        if subscribed:
            await client.applications.subscribe(applicationName="router", eventSource="channel:caller")
        await client.channel("caller").hangup()
        await until(lambda: len(ended) == 2)
    await client.events.userEvent(eventName="last", application="router")
    await until(lambda: "ChannelUserevent" in told)
    assert "StasisEnd" in told
    assert ("ChannelDestroyed" in told) is subscribed


async def claim(client: Client, channel: Channel) -> None:
    await client.events.claimChannel(channelId=channel.id, application="router")


async def test_variables_survive_the_way_there_and_back(client: Client) -> None:
    await client.start("router", USED)
    caller = await call(client)
    values = {"CALL_ID": "a b+c&d=ä", "PHASE": "ringing"}
    await caller.setChannelVars(variables=values)
    assert (await caller.getChannelVars(variables=["CALL_ID", "PHASE"])).variables == values
    assert (await caller.getChannelVar(variable="CALL_ID")).value == values["CALL_ID"]
    await caller.setChannelVar(variable="CALL_ID", value=values["CALL_ID"])
    assert (await caller.getChannelVar(variable="CALL_ID")).value == values["CALL_ID"]


async def test_a_second_claim_and_what_is_not_there_are_told_apart(client: Client) -> None:
    await client.start("router", USED)
    caller = await call(client)
    with pytest.raises(Conflict, match="already been claimed"):
        await client.events.claimChannel(channelId=caller.id, application="router")
    with pytest.raises(NotFound, match="POST /channels/nobody/answer: 404 Channel not found"):
        await client.channel("nobody").answer()
    with pytest.raises(ServerError, match="500 Allocation failed"):
        await client.channels.originate(endpoint="PJSIP/nobody", app="router")


async def test_the_filter_lets_in_only_what_was_asked_for(client: Client) -> None:
    await client.start("router", USED)
    application = await client.applications.get(applicationName="router")
    allowed = {entry["type"] for entry in application.events_allowed}
    assert allowed == {*USED, "ApplicationReplaced"}


async def test_a_killed_asterisk_comes_back(asterisk: Asterisk, client: Client) -> None:
    told = following(client)
    await client.start("router", USED)
    await asterisk.kill()
    await until(lambda: told[-1] == "down ari.link_lost")
    await asterisk.restart()
    await until(lambda: client.connected)
    application = await client.applications.get(applicationName="router")
    assert application.events_allowed
    await call(client)


async def test_a_frozen_asterisk_is_noticed_and_its_calls_are_still_ours(asterisk: Asterisk, client: Client) -> None:
    told = following(client)
    await client.start("router", USED)
    caller = await call(client)
    os.kill(asterisk.pid, signal.SIGSTOP)
    try:
        await until(lambda: told[-1] == "down ari.link_lost")
    finally:
        os.kill(asterisk.pid, signal.SIGCONT)
    await until(lambda: told[-1] == "up")
    assert caller.id in (await client.applications.get(applicationName="router")).channel_ids
    await caller.hangup()
    await until(lambda: "ChannelDestroyed" in told)


async def test_the_second_of_two_clients_has_the_name(asterisk: Asterisk, client: Client) -> None:
    await client.start("router", USED)
    async with connect(asterisk.ari_url, asterisk.ari_user, asterisk.ari_password) as second:
        await second.start("router", USED)
        with pytest.raises(AriApplicationReplaced):
            await client.wait()
        assert second.connected


async def test_a_wrong_password_is_refused(asterisk: Asterisk) -> None:
    async with connect(asterisk.ari_url, asterisk.ari_user, "wrong") as client:
        with pytest.raises(AriUnauthorized):
            await client.start("router")


def test_the_generated_files_are_those_of_this_asterisk(capsys: pytest.CaptureFixture[str]) -> None:
    from asterisk import RootSpec, ensure_root

    folder = ensure_root(RootSpec()) / "usr/share/asterisk/rest-api"
    assert main([str(folder), "--check"]) == 0, capsys.readouterr().out
