"""What agents do: hold, transfers, advertising callers, offers at the desk, codes on their phones."""

from collections.abc import Sequence

import pytest
import pytest_asyncio

from router.core.record import PartKind
from tests.asterisk.stage import KRAUSE, LUMENTA, TOLERANCE_MS, Stage, Talk, flow
from tests.lab import Answer, LabFailed, NeverAnswer, Reject, SippAgent, SippCall, wait_for

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

OFFICE, MOBILE, EMERGENCY = "+493023125120", "+491713920001", "+491713920002"


@pytest_asyncio.fixture(loop_scope="module")
async def anna(stage: Stage) -> SippAgent:
    """Anna, the only one there."""
    return await stage.agent("anna")


@pytest_asyncio.fixture(loop_scope="module")
async def talk(stage: Stage, anna: SippAgent) -> Talk:
    """A caller of Krause in conversation with Anna."""
    (talk,) = await stage.talks([stage.number()], anna)
    return talk


# --- hold ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["key", "request"])
async def test_a_caller_on_hold_hears_music_and_is_not_heard(
    stage: Stage, anna: SippAgent, talk: Talk, by: str
) -> None:
    await flow(talk)
    assert talk.call.sounds_heard == 0
    await (talk.leg.press("*1") if by == "key" else stage.house.ask("anna", "hold"))
    await wait_for(lambda: talk.call.sounds_heard > 15, 5, "music")
    music, heard = talk.call.sounds_heard, talk.leg.heard
    await wait_for(lambda: talk.call.sounds_heard > music + 30, 5, "more music")
    assert talk.leg.heard - heard <= 5
    await (talk.leg.press("*1") if by == "key" else stage.house.ask("anna", "resume"))
    await flow(talk)
    music = talk.call.sounds_heard
    await flow(talk)
    assert talk.call.sounds_heard <= music + 2
    await talk.call.hang_up()
    await talk.leg.ended()
    booked = await stage.billed(talk, await stage.wrapped_up(anna))
    assert len(booked.parts(PartKind.TALK)) == 1  # on hold is conversation


async def test_a_caller_on_hold_may_hang_up(stage: Stage, anna: SippAgent, talk: Talk) -> None:
    await stage.house.ask("anna", "hold")
    await wait_for(lambda: talk.call.sounds_heard > 5, 5, "music")
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))


# --- transfer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["keys", "request", "keys on hold"])
async def test_a_caller_is_put_through_and_the_agent_is_free(
    stage: Stage, anna: SippAgent, talk: Talk, by: str
) -> None:
    stage.answering(OFFICE, Answer(ring=0.3))
    if by == "keys on hold":
        await talk.leg.press("*1")
        await wait_for(lambda: talk.call.sounds_heard > 5, 5, "music")
    await (stage.house.ask("anna", "transfer", staff="krause") if by == "request" else talk.leg.press("*21"))
    await talk.leg.ended()
    staff = await stage.staff_leg()
    await staff.established()
    await flow(Talk(talk.caller, talk.call, staff))
    wrapped = await stage.wrapped_up(anna)
    await staff.hang_up()
    assert (await talk.call.ended()).ended_by == "them"
    booked = await stage.billed(talk, wrapped)
    assert booked.ending == ("served", "staff_hung_up")
    assert abs(booked.record.total(PartKind.THROUGH) - staff.record.talk_ms) <= 50


async def test_the_persons_second_number_is_tried(stage: Stage, anna: SippAgent, talk: Talk) -> None:
    stage.answering(OFFICE, NeverAnswer())
    stage.answering(MOBILE, Answer())
    await talk.leg.press("*21")
    first, second = await stage.staff_leg(1), await stage.staff_leg(2)
    await second.established()
    assert [leg.record.dialled for leg in (first, second)] == [OFFICE, MOBILE]
    assert (await first.ended()).cancelled
    await flow(Talk(talk.caller, talk.call, second))
    await talk.call.hang_up()
    await second.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))


@pytest.mark.parametrize("plan", [NeverAnswer(), Reject(code=486), Reject(code=603, ring=0.2), Reject(code=404)])
async def test_a_caller_whom_nobody_takes_comes_back_to_the_agent(
    stage: Stage, anna: SippAgent, talk: Talk, plan: Answer
) -> None:
    stage.answering(EMERGENCY, plan)
    await talk.leg.press("*22")
    await talk.leg.ended()
    if isinstance(plan, NeverAnswer):
        await wait_for(lambda: talk.call.sounds_heard > 20, 5, "music meanwhile")
    await wait_for(lambda: anna.calls[-1] is not talk.leg, 8, "the caller to come back")
    again = anna.calls[-1]
    await again.established()
    await flow(Talk(talk.caller, talk.call, again))
    await talk.call.hang_up()
    await again.ended()
    wrapped = await stage.wrapped_up(anna)
    booked = await stage.billed(talk, None, wrapped, again=[again])
    assert booked.reasons("transfer")[-1] == "returned: to anna"


async def test_a_caller_may_give_up_during_a_transfer(stage: Stage, anna: SippAgent, talk: Talk) -> None:
    stage.answering(EMERGENCY, NeverAnswer())
    await talk.leg.press("*22")
    await wait_for(lambda: talk.call.sounds_heard > 5, 5, "music")
    staff = await stage.staff_leg()
    await talk.call.hang_up()
    assert (await staff.ended()).cancelled
    booked = await stage.billed(talk, await stage.wrapped_up(anna))
    assert booked.ending == ("served", "caller_hung_up_transferring")


async def test_a_key_of_nobody_changes_nothing(stage: Stage, anna: SippAgent, talk: Talk) -> None:
    await talk.leg.press("*29")
    await flow(talk)
    assert talk.call.live
    assert talk.leg.live
    await talk.call.hang_up()
    await talk.leg.ended()
    booked = await stage.billed(talk, await stage.wrapped_up(anna))
    assert booked.reasons("code") == ["refused: Krause Heizung und Sanitär GmbH has nobody on key 9."]


async def test_what_the_caller_presses_is_nobodys_code(stage: Stage, anna: SippAgent, talk: Talk) -> None:
    await talk.call.press("*1*22*7")
    await flow(talk)
    assert talk.call.sounds_heard == 0
    await talk.call.hang_up()
    await talk.leg.ended()
    booked = await stage.billed(talk, await stage.wrapped_up(anna))
    assert not booked.reasons("hold") + booked.reasons("transfer") + booked.reasons("advertising")


# --- advertising callers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["keys", "request", "code afterwards"])
async def test_an_advertising_caller_is_blocked_from_then_on(
    stage: Stage, anna: SippAgent, talk: Talk, by: str
) -> None:
    if by == "keys":
        await talk.leg.press("*7")
    elif by == "request":
        await stage.house.ask("anna", "advertising")
    await talk.call.hang_up()
    await talk.leg.ended()
    if by == "code afterwards":
        await stage.house.presence("anna", "wrap_up")
        await audible(await anna.dial("*47"))
    await stage.wrapped_up(anna)
    assert (await stage.booked(talk.caller)).reasons("advertising") == ["blocked: reported by anna"]
    again = await stage.house.dial(KRAUSE, number=talk.caller)
    assert (await again.ended()).final_code == 403


# --- the desk and the phone's codes --------------------------------------------------------------------------------


async def test_an_offer_at_the_desk_rings_no_phone_until_it_is_accepted(stage: Stage) -> None:
    david, caller = await stage.agent("david", Answer()), stage.number()
    call = await stage.house.dial(LUMENTA, number=caller)
    await stage.house.presence("david", "offered")
    assert len(david.calls) == 0
    await stage.house.ask("david", "accept")
    leg = await stage.leg(david)
    await leg.established()
    assert "answer-after=0" in leg.invite.header("Call-Info")
    assert "info=alert-autoanswer" in leg.invite.header("Alert-Info")
    await flow(Talk(caller, call, leg))
    await call.hang_up()
    await leg.ended()
    await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(david))


async def test_an_offer_declined_at_the_desk_goes_to_the_next_agent(stage: Stage) -> None:
    await stage.agent("david", Answer())
    caller = stage.number()
    call = await stage.house.dial(LUMENTA, number=caller)
    await stage.house.presence("david", "offered")
    anna = await stage.agent("anna")
    await stage.house.ask("david", "decline")
    leg = await anna.call_from(caller)
    await leg.established()
    assert (await stage.house.agent("david"))["presence"] == "paused"
    await call.hang_up()


async def audible(code: SippCall) -> None:
    """The agent hears what became of the code."""
    await code.established()
    await wait_for(lambda: code.sounds_heard > 15, 5, "a confirmation")
    await code.hang_up()


async def test_the_phones_codes_are_confirmed_audibly(stage: Stage) -> None:
    anna = await stage.agent("anna", available=False)
    for code, presence in (("*41", "available"), ("*42", "paused"), ("*41", "available"), ("*43", "off")):
        await audible(await anna.dial(code))
        assert (await stage.house.agent("anna"))["presence"] == presence


async def test_after_the_confirmation_the_line_ends(stage: Stage) -> None:
    anna = await stage.agent("anna", available=False)
    assert (await (await anna.dial("*41")).ended()).ended_by == "them"


@pytest.mark.parametrize("code", ["*42", "*44", "*47", "*99"])
async def test_a_code_that_is_not_possible_now_is_refused_audibly(stage: Stage, code: str) -> None:
    anna = await stage.agent("anna", available=False)
    await audible(await anna.dial(code))
    assert (await stage.house.agent("anna"))["presence"] == "off"


async def test_an_agents_phone_reaches_no_outside_number(stage: Stage) -> None:
    anna = await stage.agent("anna", available=False)
    call = await anna.dial("+493023125010")
    assert (await call.ended()).final_code == 404


async def test_an_agent_may_pause_in_a_conversation_and_gets_no_next_call(
    stage: Stage, anna: SippAgent, talk: Talk
) -> None:
    await stage.house.ask("anna", "pause", reason="lunch")
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.house.presence("anna", "wrap_up")
    done = await anna.dial("*44")
    await stage.house.presence("anna", "paused")
    await done.hang_up()


async def test_what_is_not_possible_at_the_desk_is_refused_with_the_reason(stage: Stage, talk: Talk) -> None:
    with pytest.raises(LabFailed, match=r"409.*nobody called"):
        await stage.house.ask("anna", "transfer", staff="nobody")
    with pytest.raises(LabFailed, match=r"409.*not on hold"):
        await stage.house.ask("anna", "resume")
    await talk.call.hang_up()


# --- consulting ----------------------------------------------------------------------------------------------------


async def spoken_by(speaker: SippCall, *, heard_by: Sequence[SippCall], not_by: Sequence[SippCall] = ()) -> None:
    """One speaks, and these hear it; those do not hear anything."""
    before = {leg: leg.sounds_heard for leg in (*heard_by, *not_by)}
    await speaker.speak(0.5)
    await wait_for(lambda: all(leg.sounds_heard >= before[leg] + 15 for leg in heard_by), 5, "the voice to be heard")
    assert all(leg.sounds_heard <= before[leg] + 2 for leg in not_by), "heard by who should not"


async def consulted(stage: Stage, talk: Talk, *, by: str = "request") -> SippCall:
    """The staff member who answers the agent, while the caller hears music."""
    stage.answering(OFFICE, Answer(ring=0.5))
    await (stage.house.ask("anna", "consult", staff="krause") if by == "request" else talk.leg.press("*61"))
    staff = await stage.staff_leg()
    await wait_for(lambda: talk.call.sounds_heard > 5, 5, "music")
    await staff.established()
    await flow(Talk(talk.caller, staff, talk.leg))
    await wait_for_silence(talk.leg)
    return staff


async def wait_for_silence(leg: SippCall) -> None:
    """What was heard until now, music mostly, is over: ten packets in a row without any."""
    mark = [leg.heard, leg.sounds_heard]

    def silent() -> bool:
        if leg.sounds_heard != mark[1]:
            mark[:] = [leg.heard, leg.sounds_heard]
        return leg.heard >= mark[0] + 10

    await wait_for(silent, 10, "silence")


async def test_staff_are_consulted_without_the_caller_then_all_three_speak_and_the_agent_leaves_the_two(
    stage: Stage, anna: SippAgent, talk: Talk
) -> None:
    caller, agent = talk.call, talk.leg
    staff = await consulted(stage, talk)
    await spoken_by(agent, heard_by=[staff])
    await spoken_by(staff, heard_by=[agent])
    music = caller.sounds_heard
    await spoken_by(caller, heard_by=[], not_by=[agent, staff])
    await wait_for(lambda: caller.sounds_heard > music + 30, 5, "music for the caller")
    await stage.house.ask("anna", "three")
    await wait_for_silence(caller)
    for one, others in ((caller, (agent, staff)), (agent, (caller, staff)), (staff, (caller, agent))):
        await spoken_by(one, heard_by=others)
    await stage.house.ask("anna", "consult-complete")
    await agent.ended()
    await spoken_by(caller, heard_by=[staff])
    await spoken_by(staff, heard_by=[caller])
    wrapped = await stage.wrapped_up(anna)
    await staff.hang_up()
    assert (await caller.ended()).ended_by == "them"
    booked = await stage.billed(talk, wrapped)
    assert booked.ending == ("served", "staff_hung_up")
    left, over = agent.record.ended_at, staff.record.ended_at
    assert left is not None
    assert over is not None
    assert abs(booked.record.total(PartKind.THROUGH) - (over - left)) <= TOLERANCE_MS


async def test_an_agent_who_is_muted_hears_and_is_not_heard(stage: Stage, anna: SippAgent, talk: Talk) -> None:
    await stage.house.ask("anna", "mute")
    await spoken_by(talk.leg, heard_by=[], not_by=[talk.call])
    await spoken_by(talk.call, heard_by=[talk.leg])
    await stage.house.ask("anna", "unmute")
    await spoken_by(talk.leg, heard_by=[talk.call])
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))


async def test_an_agent_who_hangs_up_leaves_the_caller_to_the_staff_member_who_was_consulted(
    stage: Stage, anna: SippAgent, talk: Talk
) -> None:
    staff = await consulted(stage, talk, by="keys")
    await talk.leg.hang_up()
    await wait_for_silence(talk.call)
    await spoken_by(staff, heard_by=[talk.call])
    await spoken_by(talk.call, heard_by=[staff])
    await talk.call.hang_up()
    await staff.ended()
    booked = await stage.billed(talk, await stage.wrapped_up(anna))
    assert len(booked.parts(PartKind.THROUGH)) == 1


async def test_an_agent_hears_that_nobody_is_there_and_takes_the_caller_back(
    stage: Stage, anna: SippAgent, talk: Talk
) -> None:
    stage.answering(EMERGENCY, Reject(code=486))
    await talk.leg.press("*62")
    await stage.noted("consult", "over", talk.caller or "")
    rung = talk.leg.sounds_heard
    await wait_for(lambda: talk.leg.sounds_heard > rung + 30, 5, "a word of it")
    await wait_for_silence(talk.leg)
    await wait_for(lambda: talk.call.sounds_heard > 15, 5, "music")
    await talk.leg.press("*1")
    await wait_for_silence(talk.call)
    await spoken_by(talk.call, heard_by=[talk.leg])
    await talk.call.hang_up()
    await talk.leg.ended()
    booked = await stage.billed(talk, await stage.wrapped_up(anna))
    assert len(booked.parts(PartKind.TALK)) == 1
