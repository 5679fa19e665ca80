"""What callers hear and may do while they wait, what follows when nobody is found, and how agents hand calls on."""

import wave
from array import array
from pathlib import Path

import pytest
import pytest_asyncio

from router.core.record import PartKind
from tests.asterisk.configs import written
from tests.asterisk.routing_house import ANNA, BACK, BEN, IDLE, SMALL, TAPE, TAXES, TOLD, routing
from tests.asterisk.stage import Stage, Talk, flow
from tests.lab import Answer, NeverAnswer, SippAgent, SippCall, wait_for

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The routing tests' own house."""
    return written(tmp_path_factory.mktemp("config"), routing)


# --- messages --------------------------------------------------------------------------------------------------------


async def asked(stage: Stage, caller: str) -> SippCall:
    """Nobody is free: the caller is asked for a message."""
    call = await stage.house.dial(TAPE, number=caller)
    await stage.noted("message", "asked", caller)
    return call


async def test_a_message_is_recorded_after_the_callers_key_and_has_what_was_said(stage: Stage) -> None:
    caller = stage.number()
    call = await asked(stage, caller)
    await call.speak(3)  # of the question the caller must have heard something
    await call.press("1")
    await stage.noted("message", "consented", caller)
    await wait_for(lambda: list(recordings(stage)), 5, "the recording to begin")
    await call.speak(3)
    await call.press("#")
    assert (await call.ended(15)).ended_by == "them"
    booked = await stage.booked(caller)
    (message,) = booked.record.messages
    with wave.open(str(stage.house.asterisk.recordings_dir / f"{message.recording}.wav")) as file:
        said = array("h", file.readframes(file.getnframes()))
    assert booked.ending == ("message", "message_left")
    assert booked.lines == []
    assert abs(len(said) / 8 - message.length) <= 1_000  # Asterisk tells whole seconds
    assert 2_900 <= sum(abs(sample) > 1_000 for sample in said) / 8 * 1.2 <= 4_500


async def test_nothing_is_recorded_of_a_caller_who_does_not_consent(stage: Stage) -> None:
    caller, before = stage.number(), set(recordings(stage))
    call = await asked(stage, caller)
    await call.press("2")
    await call.speak(2)
    await call.hang_up()
    booked = await stage.booked(caller)
    assert (booked.record.messages, booked.ending[0]) == ((), "overflowed")
    assert set(recordings(stage)) == before


def recordings(stage: Stage) -> list[Path]:
    return list(stage.house.asterisk.recordings_dir.glob("*.wav"))


# --- call-back -------------------------------------------------------------------------------------------------------


async def test_who_asked_to_be_called_back_keeps_the_place_and_pays_from_the_own_answer(stage: Stage) -> None:
    promised, behind = stage.number(), stage.number()
    stage.answering(promised, Answer(ring=1))
    call = await stage.house.dial(BACK, number=promised)
    await stage.noted("queue", "position 1", promised)
    second = await stage.house.dial(BACK, number=behind)
    await stage.noted("queue", "position 2", behind)
    await call.press("9")
    assert (await call.ended(15)).ended_by == "them"
    anna = await stage.agent("anna")
    leg = await stage.leg(anna)
    back = await stage.staff_leg()
    assert (leg.record.caller, back.record.dialled) == (promised, promised)
    await back.established()
    await flow(Talk(promised, back, leg))
    await back.hang_up()
    await leg.ended()
    booked = await stage.billed(Talk(promised, leg, back), await stage.wrapped_up(anna, then="talking"))
    assert booked.ending[0] == "served"
    await (await anna.call_from(behind)).established()
    await second.hang_up()
    await stage.wrapped_up(anna)


async def test_the_promise_of_a_call_back_outlives_the_router(stage: Stage) -> None:
    promised = stage.number()
    stage.answering(promised, Answer())
    call = await stage.house.dial(BACK, number=promised)
    await stage.noted("queue", "position 1", promised)
    await call.press("9")
    await call.ended(15)
    await stage.house.kill_router()
    await stage.house.start_router()
    anna = await stage.agent("anna")
    leg, back = await stage.leg(anna), await stage.staff_leg()
    await back.established()
    await flow(Talk(promised, back, leg))
    await back.hang_up()
    await leg.ended()
    await stage.billed(Talk(promised, leg, back), await stage.wrapped_up(anna))


# --- what is heard ---------------------------------------------------------------------------------------------------


async def test_an_announcement_stops_when_the_agent_answers(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial(TOLD, number=caller)
    await stage.noted("hearing", "position 1", caller)
    anna = await stage.agent("anna", Answer())
    leg = await anna.call_from(caller)
    await leg.established()
    await flow(Talk(caller, call, leg), packets=10)
    told = call.sounds_heard
    await flow(Talk(caller, call, leg), packets=50)
    assert call.sounds_heard == told
    await call.hang_up()
    await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))


async def test_where_as_many_wait_as_may_the_next_one_overflows_to_another_group(stage: Stage) -> None:
    first, second = stage.number(), stage.number()
    david = await stage.agent("david")
    waits = await stage.house.dial(SMALL, number=first)
    await stage.noted("queue", "position 1", first)
    call = await stage.house.dial(SMALL, number=second)
    leg = await david.call_from(second)
    await leg.established()
    await call.hang_up()
    booked = await stage.billed(Talk(second, call, leg), await stage.wrapped_up(david))
    assert [reason.partition(":")[0] for reason in booked.reasons("overflow")] == ["queue_full", "to queue tax"]
    await waits.hang_up()


# --- park, take, pass ------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture(loop_scope="module")
async def talk(stage: Stage) -> Talk:
    """A caller in conversation with anna."""
    anna = await stage.agent("anna")
    (talk,) = await stage.talks([stage.number()], anna, dialled=IDLE)
    return talk


async def taken_up(stage: Stage, talk: Talk, phone: SippAgent, keys: str) -> SippCall:
    """Who has the caller presses these keys, and another phone gets the caller, who stays in the call."""
    heard = talk.call.sounds_heard
    await talk.leg.press(keys)
    await talk.leg.ended()
    leg = await phone.call_from(talk.caller)
    await leg.established()
    await flow(Talk(talk.caller, talk.call, leg))
    assert talk.call.sounds_heard > heard
    return leg


async def test_a_parked_caller_hears_music_and_is_taken_up_by_a_colleague(stage: Stage, talk: Talk) -> None:
    ben = await stage.agent("ben")
    await talk.leg.press("*3")
    await talk.leg.ended()
    heard = talk.call.sounds_heard
    await wait_for(lambda: talk.call.sounds_heard > heard + 20, 5, "music")
    taking = await ben.dial("*45")
    leg = await ben.call_from(talk.caller)
    await leg.established()
    await flow(Talk(talk.caller, talk.call, leg))
    await taking.ended()
    await talk.call.hang_up()
    await leg.ended()
    booked = await stage.billed(talk, None, await stage.wrapped_up(ben), again=[leg])
    assert [part.agent for part in booked.parts(PartKind.TALK)] == ["anna", "ben"]


async def test_a_caller_is_passed_to_a_colleague(stage: Stage, talk: Talk) -> None:
    ben = await stage.agent("ben")
    leg = await taken_up(stage, talk, ben, f"*5{BEN}")
    await talk.call.hang_up()
    await leg.ended()
    await stage.billed(talk, None, await stage.wrapped_up(ben), again=[leg])


async def test_a_caller_is_passed_to_another_group(stage: Stage, talk: Talk) -> None:
    david = await stage.agent("david")
    leg = await taken_up(stage, talk, david, f"*5{TAXES}")
    await talk.call.hang_up()
    await leg.ended()
    await stage.billed(talk, None, await stage.wrapped_up(david), again=[leg])


async def test_a_caller_whom_the_colleague_does_not_take_goes_to_whoever_can_help(stage: Stage, talk: Talk) -> None:
    ben = await stage.agent("ben", NeverAnswer())
    await talk.leg.press(f"*5{BEN}")
    await talk.leg.ended()
    assert (await (await ben.call_from(talk.caller)).ended()).cancelled
    leg = await stage.leg(stage.phone("anna"), 2)
    await leg.established()
    await flow(Talk(talk.caller, talk.call, leg))
    await talk.call.hang_up()
    await leg.ended()
    await stage.booked(talk.caller)


async def test_nobody_passes_a_caller_to_the_own_phone(stage: Stage, talk: Talk) -> None:
    await talk.leg.press(f"*5{ANNA}")
    await flow(talk)
    await talk.call.hang_up()
    await talk.leg.ended()
