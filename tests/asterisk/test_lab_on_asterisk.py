"""The laboratory against a real Asterisk, with a dialplan of its own: registered agents, key presses, direct media."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from asterisk import Asterisk, running_asterisk
from tests.lab import Answer, Lab, LabFailed, Reject, running_lab, wait_for

pytestmark = pytest.mark.asterisk

DIALPLAN = """
[lab]
exten => 100,1,Dial(PJSIP/anna,30)
exten => 200,1,Dial(PJSIP/+49891@trunk,30)
exten => _*X!,1,Stasis(lab,${CHANNEL(endpoint)},${EXTEN})
exten => 300,1,Stasis(lab)
exten => 400,1,Progress()
 same => n,Wait(30)
"""


class Ari:
    """As much of ARI as the laboratory's own tests take."""

    def __init__(self, asterisk: Asterisk, session: aiohttp.ClientSession) -> None:
        self._url = asterisk.ari_url
        self._session = session
        self.events: list[dict[str, object]] = []

    async def push(self, kind: str, name: str, **fields: str) -> None:
        body = {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}
        url = f"{self._url}/asterisk/config/dynamic/res_pjsip/{kind}/{name}"
        async with self._session.put(url, json=body) as reply:
            assert reply.status == 200, await reply.text()

    async def listen(self) -> None:
        async with self._session.ws_connect(f"{self._url}/events?app=lab") as socket:
            self.events.append({"type": "Connected"})
            async for message in socket:
                await self._take(message.json())

    async def _take(self, event: dict[str, object]) -> None:
        self.events.append(event)
        if event["type"] == "StasisStart":
            channel = event["channel"]
            assert isinstance(channel, dict)
            async with self._session.post(f"{self._url}/channels/{channel['id']}/answer") as reply:
                assert reply.status == 204

    @property
    def digits(self) -> str:
        return "".join(str(event["digit"]) for event in self.events if event["type"] == "ChannelDtmfReceived")

    @property
    def arguments(self) -> list[object]:
        return [event["args"] for event in self.events if event["type"] == "StasisStart"]


@pytest.fixture
async def asterisk() -> AsyncIterator[Asterisk]:
    async with running_asterisk() as instance:
        (instance.generated_dir / "clients.conf").write_text(DIALPLAN)
        await instance.cli("dialplan reload")
        yield instance


@pytest.fixture
async def ari(asterisk: Asterisk) -> AsyncIterator[Ari]:
    headers = {"Authorization": aiohttp.encode_basic_auth(asterisk.ari_user, asterisk.ari_password)}
    async with aiohttp.ClientSession(headers=headers) as session:
        ari = Ari(asterisk, session)
        listening = asyncio.create_task(ari.listen())
        await wait_for(lambda: ari.events, 5, "the event socket")
        yield ari
        listening.cancel()


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with running_lab() as lab:
        yield lab


async def push_endpoints(ari: Ari, *, staff_port: int = 5070, direct_media: str = "no") -> None:
    common = {"allow": "!all,alaw", "context": "lab", "direct_media": direct_media, "rtp_timeout": "5"}
    await ari.push("aor", "trunk", contact=f"sip:127.0.0.2:{staff_port}")
    await ari.push("endpoint", "trunk", aors="trunk", identify_by="ip", trust_id_inbound="yes", **common)
    await ari.push("identify", "trunk", endpoint="trunk", match="127.0.0.2")
    await ari.push("aor", "anna", max_contacts="1", remove_existing="yes")
    await ari.push("auth", "anna", auth_type="userpass", username="anna", password="secret")
    await ari.push("endpoint", "anna", aors="anna", auth="anna", identify_by="username", **common)


async def test_a_caller_reaches_a_registered_agent(asterisk: Asterisk, ari: Ari, lab: Lab) -> None:
    await push_endpoints(ari)
    anna = await lab.agent("anna", "secret", at=asterisk.sip_address, plan=Answer(ring=0.3))
    call = await lab.caller(at=asterisk.sip_address).call("100", number="+4915155501")
    await call.established()
    leg = await anna.next_call()
    await wait_for(lambda: call.heard > 10 and leg.heard > 10, 5, "sound through Asterisk")
    placed, received = await call.hang_up(), await leg.ended()
    assert placed.ring_ms >= 299
    assert (received.caller, received.ended_by) == ("+4915155501", "them")
    assert abs(placed.talk_ms - received.talk_ms) < 100


async def test_an_agents_phone_serves_call_after_call(asterisk: Asterisk, ari: Ari, lab: Lab) -> None:
    await push_endpoints(ari)
    anna = await lab.agent("anna", "secret", at=asterisk.sip_address, plan=Reject(code=486))
    caller = lab.caller(at=asterisk.sip_address)
    assert (await (await caller.call("100")).ended()).final_code == 486
    anna.plan = Answer(talk=0.2)
    assert (await (await caller.call("100")).ended()).ended_by == "them"
    assert len(anna.calls) == 2


async def test_keys_are_seen_by_asterisk_whoever_presses_them(asterisk: Asterisk, ari: Ari, lab: Lab) -> None:
    await push_endpoints(ari)
    call = await lab.caller(at=asterisk.sip_address).call("300")
    await call.press("*21#")
    await wait_for(lambda: ari.digits == "*21#", 5, lambda: f"*21#, not {ari.digits}")
    await call.press("0045")
    await wait_for(lambda: ari.digits == "*21#0045", 5, lambda: f"*21#0045, not {ari.digits}")


async def test_planned_keys_are_pressed_in_the_conversation(asterisk: Asterisk, ari: Ari, lab: Lab) -> None:
    staff = await lab.staff({"+49891": Answer(presses=[(0.1, "12"), (0.8, "3")], talk=1.5)})
    await push_endpoints(ari, staff_port=staff.address.port)
    call = await lab.caller(at=asterisk.sip_address).call("200")
    record = await call.ended()
    assert (call.keys_heard, record.ended_by) == ("123", "them")
    assert staff.calls[0].record.dialled == "+49891"


async def test_an_agent_dials_a_feature_code_with_its_password(asterisk: Asterisk, ari: Ari, lab: Lab) -> None:
    await push_endpoints(ari)
    anna = await lab.agent("anna", "secret", at=asterisk.sip_address)
    call = await anna.dial("*44")
    await call.established()
    assert ari.arguments == [["anna", "*44"]]
    assert (await call.hang_up()).final_code == 200


async def test_a_wrong_password_is_told_with_asterisks_answer(asterisk: Asterisk, ari: Ari, lab: Lab) -> None:
    await push_endpoints(ari)
    with pytest.raises(LabFailed, match=r"anna could not register at .*: SIP/2\.0 401"):
        await lab.agent("anna", "wrong", at=asterisk.sip_address)


async def test_a_call_survives_the_rtp_timeout_and_direct_media(asterisk: Asterisk, ari: Ari, lab: Lab) -> None:
    staff = await lab.staff({"+49891": Answer()})
    await push_endpoints(ari, staff_port=staff.address.port, direct_media="yes")
    call = await lab.caller(at=asterisk.sip_address).call("200")
    leg = await staff.next_call()
    await wait_for(lambda: call.live and leg.live, 5, "the conversation")
    await wait_for(lambda: call.reinvited and leg.reinvited, 5, "Asterisk's re-INVITEs for direct media")
    await wait_for(lambda: call.heard > 350 and leg.heard > 350, 20, "seven seconds of sound")
    assert (await call.hang_up()).ended_by == "us"
    await leg.ended()


async def test_a_caller_gives_up_an_unanswered_call(asterisk: Asterisk, ari: Ari, lab: Lab) -> None:
    await push_endpoints(ari)
    call = await lab.caller(at=asterisk.sip_address).call("400")
    assert (await call.cancel()).cancelled
    await wait_for(lambda: call.record.final_code == 487, 5, "the 487")
