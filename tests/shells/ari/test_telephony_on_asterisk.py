"""The core's commands on a real Asterisk 22: what it answers when things are not as they should be."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from asterisk import running_asterisk
from router.ari import Channel, Client, connect
from router.ari.cel import Times
from router.ari.generated.events import Event
from router.ari.telephony import AriTelephony
from router.ari.translate import USED
from router.core.events import LegEnded
from router.core.ids import LegId
from tests.shells.ari.linked import CALL, CALLER, Voice
from tests.shells.ari.test_telephony import ring_agent, ring_staff
from tests.shells.ari.waiting import until

pytestmark = pytest.mark.asterisk


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with (
        running_asterisk() as running,
        connect(running.ari_url, running.ari_user, running.ari_password) as made,
    ):
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


async def claim(client: Client, channel: Channel, _event: Event) -> None:
    await client.events.claimChannel(channelId=channel.id, application="router")


async def contexts(client: Client, *idents: str) -> list[str]:
    """Where those of these channels that are still there are in the dialplan."""
    return [found.snapshot.dialplan.context for found in await client.channels.list() if found.id in idents]
