"""The core's commands on a real Asterisk 22: what it answers when things are not as they should be."""

from collections.abc import AsyncIterator

import pytest

from asterisk import running_asterisk
from router.ari.cel import Times
from router.ari.client import Client, connect
from router.ari.telephony import AriTelephony
from router.ari.translate import USED
from router.core.events import LegEnded
from tests.shells.ari.linked import CALL, CALLER, Voice
from tests.shells.ari.test_telephony import ring_agent, ring_staff

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
