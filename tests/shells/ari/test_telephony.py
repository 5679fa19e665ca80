"""The core's commands as requests to Asterisk, and what comes of each answer."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web

from router.ari.cel import Times
from router.ari.client import Client, connect
from router.ari.options import Options
from router.ari.telephony import AriTelephony
from router.core.commands import (
    Announce,
    Answer,
    CloseBridge,
    Command,
    Confirm,
    HangUp,
    Hold,
    Join,
    Mute,
    OpenBridge,
    PutThrough,
    Record,
    Refuse,
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
    Unmute,
)
from router.core.events import AnnouncementEnded, CommandFailed, Event, Failure, LegEnded
from router.core.ids import AgentId, LegId, RecordingId
from router.core.refusal import Refusal
from tests.fakes.ari_server import PASSWORD, USER, FakeAri, playback
from tests.shells.ari.linked import (
    AGENT_LEG,
    CALL,
    CALLED_BACK,
    CALLER,
    FALLBACK,
    PLAYBACK,
    STAFF_LEG,
    Voice,
    hasty,
    sent,
    telephony,
    voice,
)
from tests.shells.ari.waiting import until

__all__ = ["hasty", "telephony", "voice"]


ring_agent = RingAgent(call=CALL, leg=AGENT_LEG, agent=AgentId("anna"), caller="+49151", client_name="Praxis")
ring_staff = RingStaff(call=CALL, leg=STAFF_LEG, number="+49301", trunk="carrier", caller_id="+49302")
put_through = PutThrough(call=CALL, leg=STAFF_LEG, number="+49301", trunk="carrier", caller_id="+49302", ring_ms=1_500)
PUT_INTO = {"context": "put-through", "extension": "staff1:+49301:carrier:+49302:2", "priority": "1"}
ring_caller = RingCaller(call=CALL, leg=CALLED_BACK, number="+49151", trunk="carrier", caller_id="+49302")
announce = Announce(call=CALL, playback=PLAYBACK, text="Guten Tag")
record = Record(call=CALL, recording=RecordingId("7-record1"), max_ms=180_000, silence_ms=8_000)
ALONE = {"app": "router", "appArgs": "placed", "timeout": "120"}
PLACED = ALONE | {"originator": CALL}
RECORDED = {
    "name": "7-record1", "format": "wav", "maxDurationSeconds": "180", "maxSilenceSeconds": "8", "beep": "true",
    "terminateOn": "#",
}  # fmt: skip


# --- each command's requests ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "requests"),
    [
        (Answer(call=CALL, leg=CALLER), [("POST", "/channels/7/answer", {})]),
        (Ring(call=CALL, leg=CALLER), [("POST", "/channels/7/ring", {})]),
        (HangUp(call=CALL, leg=AGENT_LEG), [("DELETE", "/channels/7-agent1", {})]),
        (OpenBridge(call=CALL), [("POST", "/bridges/7-bridge", {"type": "mixing,dtmf_events"})]),
        (CloseBridge(call=CALL), [("DELETE", "/bridges/7-bridge", {})]),
        (
            Join(call=CALL, legs=(CALLER, AGENT_LEG)),
            [("POST", "/bridges/7-bridge/addChannel", {"channel": "7,7-agent1"})],
        ),
        (announce, [("POST", "/bridges/7-bridge/play/7-play1", {"media": "sound:Guten Tag"})]),
        (
            Announce(call=CALL, playback=PLAYBACK, text="x", recording="welcome.wav"),
            [("POST", "/bridges/7-bridge/play/7-play1", {"media": "sound:welcome.wav"})],
        ),
        (
            replace(announce, text="Guten Tag. Bitte warten.", sentences=("Guten Tag.", "Bitte warten.")),
            [("POST", "/bridges/7-bridge/play/7-play1", {"media": "sound:Guten Tag.,sound:Bitte warten."})],
        ),
        (StopAnnouncement(call=CALL, playback=PLAYBACK), [("DELETE", "/playbacks/7-play1", {})]),
        (StartMusic(call=CALL), [("POST", "/bridges/7-bridge/moh", {})]),
        (StopMusic(call=CALL), [("DELETE", "/bridges/7-bridge/moh", {})]),
        (
            Hold(call=CALL, leg=CALLER),
            [("POST", "/bridges/7-bridge/removeChannel", {"channel": "7"}), ("POST", "/channels/7/moh", {})],
        ),
        (
            Unhold(call=CALL, leg=CALLER),
            [("DELETE", "/channels/7/moh", {}), ("POST", "/bridges/7-bridge/addChannel", {"channel": "7"})],
        ),
        (Mute(call=CALL, leg=CALLER), [("POST", "/channels/7/mute", {"direction": "in"})]),
        (Unmute(call=CALL, leg=CALLER), [("DELETE", "/channels/7/mute", {"direction": "in"})]),
        (
            ring_agent,
            [("POST", "/channels/7-agent1", {"endpoint": "PJSIP/anna", "callerId": '"Praxis" <+49151>', **PLACED})],
        ),
        (
            ring_staff,
            [("POST", "/channels/7-staff1", {"endpoint": "PJSIP/+49301@carrier", "callerId": "+49302", **PLACED})],
        ),
        (
            put_through,
            [
                ("POST", "/applications/router/subscription", {"eventSource": "channel:7"}),
                ("POST", "/channels/7/continue", PUT_INTO),
            ],
        ),
        (
            ring_caller,
            [("POST", "/channels/7-caller1", {"endpoint": "PJSIP/+49151@carrier", "callerId": "+49302", **ALONE})],
        ),
        (
            replace(ring_agent, called_back=True),
            [("POST", "/channels/7-agent1", {"endpoint": "PJSIP/anna", "callerId": '"Praxis" <+49151>', **ALONE})],
        ),
        (record, [("POST", "/bridges/7-bridge/record", RECORDED)]),
        (
            replace(record, max_ms=999, silence_ms=1_999),
            [("POST", "/bridges/7-bridge/record", RECORDED | {"maxDurationSeconds": "1", "maxSilenceSeconds": "1"})],
        ),
        (
            StopRecording(call=CALL, recording=record.recording),
            [("POST", "/recordings/live/7-record1/stop", {})],
        ),
        (SendToFallback(call=CALL, leg=CALLER), [("POST", "/channels/7/continue", FALLBACK)]),
        (
            Confirm(leg=LegId("9"), done=True),
            [("POST", "/channels/9/continue", {"context": "agent-confirm", "extension": "done", "priority": "1"})],
        ),
        (
            Confirm(leg=LegId("9"), done=False),
            [("POST", "/channels/9/continue", {"context": "agent-confirm", "extension": "refused", "priority": "1"})],
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Command) else "",
)
async def test_a_command_is_these_requests_and_no_others(
    server: FakeAri, telephony: AriTelephony, command: Command, requests: list[tuple[str, str, dict[str, str]]]
) -> None:
    assert await telephony.perform(command) == ()
    assert sent(server) == requests


async def test_a_caller_is_watched_and_put_through_over_one_connection_so_that_nothing_is_missed(
    server: FakeAri, telephony: AriTelephony
) -> None:
    await telephony.perform(put_through)
    assert len({seen.connection for seen in server.seen}) == 1


async def test_a_caller_who_was_put_through_before_is_not_a_second_time(
    server: FakeAri, telephony: AriTelephony
) -> None:
    server.answer("POST", "/channels/7/continue", 409, {"message": "Channel not in Stasis application"})
    assert await telephony.perform(put_through) == ()


async def test_a_caller_who_is_not_watched_yet_is_after_a_second_try(server: FakeAri, telephony: AriTelephony) -> None:
    async def refuse(_request: web.Request) -> web.StreamResponse:
        server.answer("POST", "/applications/router/subscription")
        server.answer("POST", "/channels/7/continue", 409, {"message": "Channel not in Stasis application"})
        return web.Response(status=500)

    server.responders["POST", "/applications/router/subscription"] = refuse
    assert await telephony.perform(put_through) == ()
    assert len(server.requests("POST", "/applications/router/subscription")) == 2


@pytest.mark.parametrize("number", ["anonymous", "1,9,g", ""])
async def test_a_number_to_be_shown_that_is_none_is_not_shown(
    server: FakeAri, telephony: AriTelephony, number: str
) -> None:
    await telephony.perform(replace(put_through, caller_id=number))
    assert server.seen[-1].query["extension"] == "staff1:+49301:carrier::2"


@pytest.mark.parametrize(
    "change", [{"number": "1&PJSIP/2"}, {"number": "1@x,9,g"}, {"number": ""}, {"trunk": "a,b"}, {"trunk": "a" * 60}]
)
async def test_what_is_more_than_a_number_is_never_dialled(
    server: FakeAri, telephony: AriTelephony, change: dict[str, str]
) -> None:
    (failed,) = await telephony.perform(replace(put_through, **change))  # type: ignore[arg-type]
    assert isinstance(failed, CommandFailed)
    assert failed.leg == STAFF_LEG
    assert server.seen == []


@pytest.mark.parametrize("refusal", Refusal)
async def test_a_caller_is_turned_away_with_the_reason_that_the_far_end_hears(
    server: FakeAri, telephony: AriTelephony, refusal: Refusal
) -> None:
    assert await telephony.perform(Reject(call=CALL, leg=CALLER, refusal=refusal)) == ()
    assert sent(server) == [("DELETE", "/channels/7", {"reason": refusal.value})]


async def test_an_agents_phone_is_asked_to_answer_by_itself_only_when_wanted(
    server: FakeAri, telephony: AriTelephony
) -> None:
    asked = RingAgent(
        call=CALL, leg=AGENT_LEG, agent=AgentId("anna"), caller=None, client_name="Praxis", auto_answer=True
    )
    await telephony.perform(ring_agent)
    await telephony.perform(asked)
    bodies = [seen.body for seen in server.seen]
    assert not bodies[0]
    assert set(bodies[1]["variables"]) == {"PJSIP_HEADER(add,Call-Info)", "PJSIP_HEADER(add,Alert-Info)"}


@pytest.mark.parametrize(
    ("caller", "name", "shown"),
    [
        (None, "Praxis", '"Praxis" <anonymous>'),
        ("+49151", 'A "B" <c>\\ \r\nX: y', '"A B c X: y" <+49151>'),
        ("+49151", "Müller, Söhne & Co.", '"Müller, Söhne & Co." <+49151>'),
    ],
)
async def test_the_agent_sees_client_and_caller_and_nothing_that_breaks_a_header(
    server: FakeAri, telephony: AriTelephony, caller: str | None, name: str, shown: str
) -> None:
    await telephony.perform(RingAgent(call=CALL, leg=AGENT_LEG, agent=AgentId("anna"), caller=caller, client_name=name))
    assert server.seen[-1].query["callerId"] == shown


# --- refusals ---------------------------------------------------------------------------------------------------------


def failed(command: str, leg: LegId | None, failure: Failure, status: int, request: str) -> list[Event]:
    return [CommandFailed(call=CALL, command=command, failure=failure, detail=f"{request}: {status} no", leg=leg)]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 422, 500, 503])
async def test_a_refused_command_is_told(server: FakeAri, telephony: AriTelephony, status: int) -> None:
    server.answer("POST", "/channels/7/answer", status, {"message": "no"})
    events = await telephony.perform(Answer(call=CALL, leg=CALLER))
    assert events == failed("Answer", CALLER, Failure.REFUSED, status, "POST /channels/7/answer")


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_a_leg_that_is_gone_is_the_news_instead(server: FakeAri, telephony: AriTelephony, status: int) -> None:
    server.answer("POST", "/channels/7/answer", status, {"message": "no"})
    server.answer("GET", "/channels/7", 404)
    assert await telephony.perform(Answer(call=CALL, leg=CALLER)) == [LegEnded(call=CALL, leg=CALLER)]


async def test_of_several_legs_those_that_are_gone_are_told(server: FakeAri, telephony: AriTelephony) -> None:
    server.answer("POST", "/bridges/7-bridge/addChannel", 400, {"message": "no"})
    server.answer("GET", "/channels/7-agent1", 404)
    events = await telephony.perform(Join(call=CALL, legs=(CALLER, AGENT_LEG)))
    assert events == [LegEnded(call=CALL, leg=AGENT_LEG)]


async def test_a_lost_bridge_is_a_failed_command(server: FakeAri, telephony: AriTelephony) -> None:
    server.answer("POST", "/bridges/7-bridge/addChannel", 404, {"message": "no"})
    events = await telephony.perform(Join(call=CALL, legs=(CALLER, AGENT_LEG)))
    assert events == failed("Join", None, Failure.REFUSED, 404, "POST /bridges/7-bridge/addChannel")


@pytest.mark.parametrize("status", [401, 500])
async def test_a_leg_that_cannot_be_looked_up_counts_as_there(
    server: FakeAri, telephony: AriTelephony, status: int
) -> None:
    server.answer("POST", "/channels/7/answer", 409, {"message": "no"})
    server.answer("GET", "/channels/7", status)
    events = await telephony.perform(Answer(call=CALL, leg=CALLER))
    assert events == failed("Answer", CALLER, Failure.REFUSED, 409, "POST /channels/7/answer")


@pytest.mark.parametrize("status", [404, 409])
@pytest.mark.parametrize(
    ("command", "method", "path"),
    [
        (HangUp(call=CALL, leg=CALLER), "DELETE", "/channels/7"),
        (Reject(call=CALL, leg=CALLER, refusal=Refusal.BUSY), "DELETE", "/channels/7"),
        (CloseBridge(call=CALL), "DELETE", "/bridges/7-bridge"),
        (StopMusic(call=CALL), "DELETE", "/bridges/7-bridge/moh"),
        (StopAnnouncement(call=CALL, playback=PLAYBACK), "DELETE", "/playbacks/7-play1"),
        (SendToFallback(call=CALL, leg=CALLER), "POST", "/channels/7/continue"),
        (Confirm(leg=CALLER, done=True), "POST", "/channels/7/continue"),
    ],
)
async def test_ending_what_has_ended_is_no_failure(
    server: FakeAri, telephony: AriTelephony, command: Command, method: str, path: str, status: int
) -> None:
    server.answer(method, path, status)
    assert await telephony.perform(command) == ()
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("command", "method", "path"),
    [
        (ring_agent, "POST", "/channels/7-agent1"),
        (ring_staff, "POST", "/channels/7-staff1"),
        (OpenBridge(call=CALL), "POST", "/bridges/7-bridge"),
    ],
    ids=["agent", "staff", "bridge"],
)
async def test_what_is_there_already_is_what_was_wanted(
    server: FakeAri, telephony: AriTelephony, command: Command, method: str, path: str
) -> None:
    server.answer(method, path, 409, {"message": "exists"})
    assert await telephony.perform(command) == ()


@pytest.mark.parametrize("status", [400, 404, 500, 503])
async def test_a_phone_that_cannot_be_called_is_unreachable(
    server: FakeAri, telephony: AriTelephony, status: int
) -> None:
    server.answer("POST", "/channels/7-agent1", status, {"message": "no"})
    events = await telephony.perform(ring_agent)
    assert events == failed("RingAgent", AGENT_LEG, Failure.UNREACHABLE, status, "POST /channels/7-agent1")


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("command", [ring_agent, ring_staff], ids=["agent", "staff"])
async def test_nobody_is_blamed_for_a_caller_who_is_gone_before_the_ring(
    server: FakeAri, telephony: AriTelephony, command: RingAgent | RingStaff, status: int
) -> None:
    server.answer("POST", f"/channels/{command.leg}", status, {"message": "Provided originator channel was not found"})
    server.answer("GET", "/channels/7", 404)
    assert await telephony.perform(command) == [LegEnded(call=CALL, leg=CALLER)]


@pytest.mark.parametrize("command", [ring_caller, replace(ring_agent, called_back=True)], ids=["caller", "agent"])
async def test_a_call_back_that_cannot_be_placed_is_no_end_of_the_callers_first_leg(
    server: FakeAri, telephony: AriTelephony, command: RingCaller | RingAgent
) -> None:
    server.answer("POST", f"/channels/{command.leg}", 400, {"message": "no"})
    server.answer("GET", "/channels/7", 404)
    path = f"POST /channels/{command.leg}"
    unreachable = failed(type(command).__name__, command.leg, Failure.UNREACHABLE, 400, path)
    assert await telephony.perform(command) == unreachable


async def test_a_message_that_is_being_recorded_or_was_is_not_recorded_over(
    server: FakeAri, telephony: AriTelephony
) -> None:
    server.answer("POST", "/bridges/7-bridge/record", 409, {"message": "Recording already exists"})
    assert await telephony.perform(record) == ()


@pytest.mark.parametrize("status", [404, 422, 500])
async def test_a_message_that_cannot_be_recorded_is_a_failure(
    server: FakeAri, telephony: AriTelephony, status: int
) -> None:
    server.answer("POST", "/bridges/7-bridge/record", status, {"message": "no"})
    path = "POST /bridges/7-bridge/record"
    assert await telephony.perform(record) == failed("Record", None, Failure.REFUSED, status, path)


async def test_a_recording_that_is_over_needs_no_end(server: FakeAri, telephony: AriTelephony) -> None:
    server.answer("POST", "/recordings/live/7-record1/stop", 404, {"message": "Recording not found"})
    assert await telephony.perform(StopRecording(call=CALL, recording=record.recording)) == ()


async def test_a_caller_taken_out_of_the_bridge_before_is_held_all_the_same(
    server: FakeAri, telephony: AriTelephony
) -> None:
    server.answer("POST", "/bridges/7-bridge/removeChannel", 422, {"message": "Channel not in this bridge"})
    assert await telephony.perform(Hold(call=CALL, leg=CALLER)) == ()
    assert server.requests("POST", "/channels/7/moh")


async def test_a_refused_confirmation_has_no_call_to_tell(server: FakeAri, telephony: AriTelephony) -> None:
    server.answer("POST", "/channels/9/continue", 500)
    assert await telephony.perform(Confirm(leg=LegId("9"), done=True)) == ()


async def test_a_command_that_is_not_asterisks_is_our_own_fault(telephony: AriTelephony) -> None:
    assert await telephony.perform(Refuse(agent=AgentId("anna"), reason="no")) == ()


# --- ends that must come ----------------------------------------------------------------------------------------------

ENDS = [HangUp(call=CALL, leg=CALLER), Reject(call=CALL, leg=CALLER, refusal=Refusal.BUSY)]


@pytest.fixture
def stubborn(client: Client, voice: Voice, telephony: AriTelephony) -> AriTelephony:
    """Linked as `telephony` is; tries three more times, at once."""
    return AriTelephony(client, speech=voice, times=Times(None, int), pauses=(0, 0, 0))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("at_last", [204, 404, 409])
async def test_a_leg_that_will_not_go_is_ended_again_until_it_is_gone(
    server: FakeAri, stubborn: AriTelephony, end: HangUp | Reject, at_last: int
) -> None:
    statuses = iter([500, 503, at_last])

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=next(statuses))

    server.responders["DELETE", "/channels/7"] = answer
    await stubborn.perform(end)
    await until(lambda: not stubborn.repeating)
    assert len(server.requests("DELETE", "/channels/7")) == 3


async def test_a_leg_that_never_goes_is_given_up_some_day(server: FakeAri, stubborn: AriTelephony) -> None:
    server.answer("DELETE", "/channels/7", 500)
    await stubborn.perform(HangUp(call=CALL, leg=CALLER))
    await until(lambda: not stubborn.repeating)
    assert len(server.requests("DELETE", "/channels/7")) == 4


async def test_with_the_link_lost_an_end_is_left_to_the_next_look(
    server: FakeAri, stubborn: AriTelephony, client: Client
) -> None:
    server.answer("DELETE", "/channels/7", 500)
    server.refusals = [500] * 100_000
    await server.hang_up()
    await until(lambda: not client.connected)
    await stubborn.perform(HangUp(call=CALL, leg=CALLER))
    await until(lambda: not stubborn.repeating)
    assert len(server.requests("DELETE", "/channels/7")) == 1


# --- sounds -----------------------------------------------------------------------------------------------------------


async def test_without_a_sound_the_announcement_is_over_at_once(
    server: FakeAri, telephony: AriTelephony, voice: Voice
) -> None:
    voice.error = OSError("disk full")
    assert await telephony.perform(announce) == [AnnouncementEnded(call=CALL, playback=PLAYBACK, played=False)]
    assert server.seen == []


async def test_a_sound_that_is_still_being_made_is_not_waited_for(
    server: FakeAri, client: Client, voice: Voice
) -> None:
    voice.busy = True
    telephony = AriTelephony(client, speech=voice, times=Times(None, int), sound_limit=0.01)
    assert await telephony.perform(announce) == [AnnouncementEnded(call=CALL, playback=PLAYBACK, played=False)]
    assert server.seen == []


async def test_a_bug_in_the_speech_is_a_broken_command(telephony: AriTelephony, voice: Voice) -> None:
    voice.error = ZeroDivisionError("x")
    [event] = await telephony.perform(announce)
    assert isinstance(event, CommandFailed)
    assert event.failure is Failure.BROKEN


# --- unknown outcomes -------------------------------------------------------------------------------------------------


async def test_a_command_whose_outcome_is_unknown_is_asked_once_more(server: FakeAri, telephony: AriTelephony) -> None:
    server.break_once("POST", "/channels/7/answer", None)
    assert await telephony.perform(Answer(call=CALL, leg=CALLER)) == ()
    assert len(server.requests("POST", "/channels/7/answer")) == 2


async def test_a_phone_that_rings_after_an_unknown_outcome_rings_once(server: FakeAri, hasty: AriTelephony) -> None:
    release = server.hang("POST", "/channels/7-agent1")
    ringing = asyncio.create_task(hasty.perform(ring_agent))
    await until(lambda: server.requests("POST", "/channels/7-agent1"))
    server.answer("POST", "/channels/7-agent1", 409, {"message": "exists"})
    assert await ringing == ()
    release.set()


async def test_a_phone_that_declined_after_an_unknown_outcome_does_not_ring_again(
    server: FakeAri, telephony: AriTelephony
) -> None:
    server.break_once("POST", "/channels/7-agent1", None)
    assert await telephony.perform(ring_agent, wanted=lambda: False) == ()
    assert len(server.requests("POST", "/channels/7-agent1")) == 1


async def test_an_announcement_that_plays_after_an_unknown_outcome_is_not_asked_for_again(
    server: FakeAri, telephony: AriTelephony
) -> None:
    server.break_once("POST", f"/bridges/7-bridge/play/{PLAYBACK}", playback(PLAYBACK))
    server.answer("GET", f"/playbacks/{PLAYBACK}", 200, playback(PLAYBACK, "playing"))
    assert await telephony.perform(announce) == ()
    assert len(server.requests("POST", f"/bridges/7-bridge/play/{PLAYBACK}")) == 1


async def test_an_announcement_that_does_not_play_is_asked_for_again(server: FakeAri, telephony: AriTelephony) -> None:
    server.break_once("POST", f"/bridges/7-bridge/play/{PLAYBACK}", playback(PLAYBACK))
    server.answer("GET", f"/playbacks/{PLAYBACK}", 404)
    assert await telephony.perform(announce) == ()
    assert len(server.requests("POST", f"/bridges/7-bridge/play/{PLAYBACK}")) == 2


async def test_a_command_that_is_never_answered_has_failed(server: FakeAri, hasty: AriTelephony) -> None:
    release = server.hang("POST", "/channels/7/answer")
    [event] = await hasty.perform(Answer(call=CALL, leg=CALLER))
    release.set()
    assert isinstance(event, CommandFailed)
    assert (event.failure, event.leg) == (Failure.REFUSED, CALLER)
    assert len(server.requests("POST", "/channels/7/answer")) == 2


async def test_without_a_link_an_unknown_outcome_is_left_to_the_next_look(server: FakeAri, voice: Voice) -> None:
    release = server.hang("POST", "/channels/7/answer")
    async with connect(server.url, USER, PASSWORD, Options(timeout=0.05)) as unlinked:
        telephony = AriTelephony(unlinked, speech=voice, times=Times(None, int))
        assert await telephony.perform(Answer(call=CALL, leg=CALLER)) == ()
    release.set()


async def test_an_asterisk_that_is_not_there_is_left_to_the_next_look(voice: Voice) -> None:
    async with connect("http://127.0.0.1:1", USER, PASSWORD) as nowhere:
        telephony = AriTelephony(nowhere, speech=voice, times=Times(None, int))
        assert await telephony.perform(ring_agent) == ()
