"""Ordinary calls through a real Asterisk: greeting, waiting, offers, and what a conversation costs."""

import pytest

from router.core.record import PartKind
from tests.asterisk.stage import ADLER, BRIEF, KRAUSE, LUMENTA, TOLERANCE_MS, Stage, Talk
from tests.lab import Answer, NeverAnswer, Reject, Steered, wait_for

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


async def test_the_caller_hears_ringing_until_the_agent_answers(stage: Stage) -> None:
    anna = await stage.agent("anna", Steered())
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await stage.leg(anna)
    await call.rings()
    assert call.record.answered_at is None
    leg.ring()
    await leg.answer()
    await call.established()
    await wait_for(lambda: call.heard > 20 and leg.heard > 20, 5, "sound both ways")
    await call.talk(1.2)
    await leg.ended()
    booked = await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))
    assert booked.ending == ("served", "caller_hung_up")
    assert abs(booked.record.total(PartKind.TALK) - call.record.talk_ms) <= TOLERANCE_MS


async def test_the_agent_sees_the_clients_name_and_the_callers_number(stage: Stage) -> None:
    anna = await stage.agent("anna")
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await anna.call_from(caller)
    await call.established()
    assert '"Krause Heizung und Sanitär GmbH"' in leg.invite.header("From")
    await call.hang_up()


async def test_the_caller_hears_the_greeting_before_an_agent_is_rung(stage: Stage) -> None:
    ben = await stage.agent("ben")
    caller = stage.number()
    call = await stage.house.dial(ADLER, number=caller)
    await call.established()
    assert not [leg for leg in ben.calls if leg.record.caller == caller]
    await wait_for(lambda: call.sounds_heard > 30, 5, "the greeting")
    leg = await ben.call_from(caller)
    await wait_for(lambda: leg.live and leg.heard > 10, 5, "the conversation")
    await call.hang_up()
    await leg.ended()
    booked = await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(ben))
    assert booked.record.answered is not None
    assert booked.parts(PartKind.TALK)[0].start - booked.record.answered > 500  # the greeting costs nothing


async def test_a_talk_beyond_the_limit_costs_the_acceptance_fee_too(stage: Stage) -> None:
    anna = await stage.agent("anna")
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await anna.call_from(caller)
    await call.talk(2.2)
    await leg.ended()
    booked = await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))
    assert [str(line.charge.kind) for line in booked.lines] == ["acceptance", "handling"]


async def test_the_caller_hears_music_until_an_agent_is_free(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    await call.established()
    await wait_for(lambda: call.sounds_heard > 50, 5, "music")
    anna = await stage.agent("anna")
    leg = await anna.call_from(caller)
    await wait_for(lambda: leg.live and leg.heard > 5, 5, "the conversation")
    before = call.heard
    await wait_for(lambda: call.heard > before + 20, 5, "the agent's sound")
    await call.hang_up()
    await leg.ended()
    booked = await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))
    assert booked.reasons("queue") == ["position 1: nobody free with technical"]


async def test_the_music_ends_when_the_agent_answers(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    await wait_for(lambda: call.sounds_heard > 20, 5, "music")
    anna = await stage.agent("anna")
    leg = await anna.call_from(caller)
    await wait_for(lambda: leg.live and leg.heard > 20, 5, "the conversation")
    music, heard = call.sounds_heard, call.heard
    await wait_for(lambda: call.heard > heard + 25, 5, "the agent's sound")
    assert call.sounds_heard <= music + 2
    await call.hang_up()


async def test_an_agent_who_does_not_answer_is_paused_and_the_next_one_rung(stage: Stage) -> None:
    clara = await stage.agent("clara", NeverAnswer())
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    missed = await clara.call_from(caller)
    anna = await stage.agent("anna")
    leg = await anna.call_from(caller)
    await leg.established()
    assert (await missed.ended()).cancelled
    assert 1400 <= missed.record.ring_ms <= 1700
    clara_now = await stage.house.agent("clara")
    assert (clara_now["presence"], clara_now["reason"]) == ("paused", "missed an offer")
    await call.hang_up()
    await leg.ended()
    await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))


async def test_an_agent_who_rejects_is_paused_and_the_next_one_rung(stage: Stage) -> None:
    anna = await stage.agent("anna", Reject(code=486, ring=0.2))
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    refused = await anna.call_from(caller)
    await refused.ended()
    clara = await stage.agent("clara")
    leg = await clara.call_from(caller)
    await leg.established()
    await stage.house.presence("anna", "paused")
    assert (await stage.house.agent("anna"))["reason"] == "declined on the phone"
    await call.hang_up()
    await leg.ended()
    await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(clara))


async def test_an_agent_whose_phone_is_not_there_is_passed_over(stage: Stage) -> None:
    await stage.house.ask("clara", "login")
    clara = await stage.agent("clara", Reject(code=480))
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    await (await clara.call_from(caller)).ended()
    await stage.house.presence("clara", "paused")
    anna = await stage.agent("anna")
    leg = await anna.call_from(caller)
    await leg.established()
    await call.hang_up()
    assert (await stage.booked(caller)).ending == ("served", "caller_hung_up")


async def test_a_caller_who_gives_up_while_it_rings_costs_nothing(stage: Stage) -> None:
    anna = await stage.agent("anna", NeverAnswer())
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await anna.call_from(caller)
    await call.rings()
    await call.cancel()
    assert (await leg.ended()).cancelled
    booked = await stage.booked(caller)
    assert not booked.lines
    assert booked.ending == ("abandoned", "caller_hung_up_offered")
    await stage.house.presence("anna", "available")


async def test_a_caller_who_gives_up_waiting_costs_nothing(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    await wait_for(lambda: call.sounds_heard > 10, 5, "music")
    await call.hang_up()
    booked = await stage.booked(caller)
    assert not booked.lines
    assert booked.ending == ("abandoned", "caller_hung_up_waiting")


async def test_a_caller_who_hangs_up_in_the_greeting_costs_nothing(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial(LUMENTA, number=caller)
    await wait_for(lambda: call.sounds_heard > 5, 5, "the greeting")
    await call.hang_up()
    booked = await stage.booked(caller)
    assert not booked.lines
    assert booked.ending == ("abandoned", "caller_hung_up_greeting"), stage.house.log_tail()


async def test_after_the_longest_wait_the_caller_hears_a_last_word(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial(BRIEF, number=caller)
    record = await call.ended()
    assert (record.ended_by, call.sounds_heard > 60) == ("them", True)
    booked = await stage.booked(caller)
    assert booked.ending == ("overflowed", "longest_wait_reached")


async def test_the_wrap_up_ends_at_its_limit_and_the_next_caller_is_served(stage: Stage) -> None:
    anna = await stage.agent("anna")
    first, second = stage.number(), stage.number()
    call = await stage.house.dial(KRAUSE, number=first)
    leg = await anna.call_from(first)
    await call.talk(0.5)
    await leg.ended()
    waiting = await stage.house.dial(KRAUSE, number=second)
    next_leg = await anna.call_from(second)
    booked = await stage.billed(Talk(first, call, leg))
    assert booked.record.total(PartKind.WRAP_UP) == 4000
    assert next_leg.record.invite_at - (leg.record.ended_at or 0) >= 3950
    await next_leg.established()
    await waiting.hang_up()
    await next_leg.ended()
    await stage.billed(Talk(second, waiting, next_leg), await stage.wrapped_up(anna))


async def test_when_the_agent_hangs_up_first_the_caller_is_let_go(stage: Stage) -> None:
    anna = await stage.agent("anna", Answer(talk=1.1))
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await anna.call_from(caller)
    assert (await call.ended()).ended_by == "them"
    booked = await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))
    assert booked.ending == ("served", "agent_hung_up")


async def test_two_callers_at_once_get_two_agents(stage: Stage) -> None:
    anna, clara = await stage.agent("anna"), await stage.agent("clara")
    callers = [stage.number(), stage.number()]
    calls = [await stage.house.dial(KRAUSE, number=caller) for caller in callers]
    for call in calls:
        await call.established()
    legs = [leg for phone in (anna, clara) for leg in phone.calls if leg.record.caller in callers]
    assert sorted(leg.record.caller for leg in legs) == callers
    for call in calls:
        await call.hang_up()
