"""Callers whom the dialplan served while no router took them are settled afterwards, as SIPp saw it, and once."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from router.core.record import PartKind
from tests.asterisk.configs import quick, written
from tests.asterisk.stage import KRAUSE, LUMENTA, Stage, Talk, flow
from tests.lab import Answer, NeverAnswer, Reject, SippAgent, Steered
from tests.lab.running import running_house

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

OFFICE, BLOCKED = "+493023125120", "+493023125777"
SETTLED_WITHIN = 20.0
TOLERANCE_MS = 50


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The house of this module."""
    config = written(tmp_path_factory.mktemp("config") / "yaml", quick)
    async with running_house(config) as house:
        yield (stage := Stage(house))
        await stage.sound()


@pytest_asyncio.fixture(loop_scope="module")
async def anna(stage: Stage) -> SippAgent:
    """Anna, with a registered phone that does as the test says, and not logged in."""
    stage.answering(OFFICE, Reject(code=486))
    return await stage.agent("anna", Answer(ring=0.1), available=False)


async def conversation(stage: Stage, phone: SippAgent, *, dialled: str = LUMENTA, seconds: float = 2.5) -> Talk:
    """A caller and an agent whom the dialplan brought together, until the caller hangs up."""
    caller = stage.number()
    call = await stage.house.dial(dialled, number=caller)
    leg = await phone.call_from(caller)
    await flow(talk := Talk(caller, call, leg))
    await call.talk(seconds)
    await leg.ended()
    return talk


async def test_an_agent_of_the_fallback_is_billed_to_the_moment(stage: Stage, anna: SippAgent) -> None:
    await stage.house.kill_router()
    talk = await conversation(stage, anna)
    await stage.house.start_router()
    booked = await stage.billed(talk, within=SETTLED_WITHIN)
    assert booked.ending == ("served", "fallback_agent")
    assert [part.agent for part in booked.parts(PartKind.TALK)] == ["anna"]
    assert {line.charge.kind for line in booked.lines} == {"acceptance", "handling"}
    assert abs(booked.record.arrived - talk.call.record.invite_at) < TOLERANCE_MS
    assert booked.record.client == "lumenta"
    assert "fallback" in {step.rule for step in booked.record.trace}


async def test_nothing_is_billed_again_at_the_next_start(stage: Stage, anna: SippAgent) -> None:
    await stage.house.kill_router()
    talk = await conversation(stage, anna, seconds=0.5)
    await stage.house.start_router()
    await stage.billed(talk, within=SETTLED_WITHIN)
    for forgotten in ("cel-read.json", None):
        await stage.house.kill_router()
        if forgotten:
            (stage.house.state / forgotten).unlink(missing_ok=True)
        await stage.house.start_router()
    again = await conversation_in_the_fallback_of_a_frozen_router(stage, anna)
    await stage.billed(again, within=SETTLED_WITHIN)
    records = await stage.house.records(1)
    assert [record.caller for record in records].count(talk.caller) == 1


async def conversation_in_the_fallback_of_a_frozen_router(stage: Stage, phone: SippAgent) -> Talk:
    """The router is frozen for the time in which the call comes."""
    import asyncio

    caller = stage.number()
    freezing = asyncio.create_task(stage.house.freeze_router(2.5))
    call = await stage.house.dial(LUMENTA, number=caller)
    leg = await phone.call_from(caller)
    await flow(talk := Talk(caller, call, leg))
    await freezing
    await call.talk(0.5)
    await leg.ended()
    return talk


async def test_the_clients_own_number_costs_nothing(stage: Stage, anna: SippAgent) -> None:
    stage.answering(OFFICE, Answer(ring=0.1))
    await stage.house.kill_router()
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await stage.staff_leg()
    await flow(Talk(caller, call, leg))
    await call.hang_up()
    await stage.house.start_router()
    booked = await stage.booked(caller, within=SETTLED_WITHIN)
    assert (booked.ending, booked.lines) == (("through", "fallback_number"), [])
    (through,) = booked.parts(PartKind.THROUGH)
    assert abs(through.length - ((call.record.ended_at or 0) - (leg.record.answered_at or 0))) <= TOLERANCE_MS


async def test_a_caller_who_hears_the_announcement_pays_nothing(stage: Stage, anna: SippAgent) -> None:
    anna.plan = Reject(code=480)
    await stage.house.kill_router()
    await stage.house.asterisk.cli("queue pause member PJSIP/anna")
    caller = stage.number()
    call = await stage.house.dial(LUMENTA, number=caller)
    await call.ended(within=20)
    await stage.house.asterisk.cli("queue unpause member PJSIP/anna")
    await stage.house.start_router()
    booked = await stage.booked(caller, within=SETTLED_WITHIN)
    assert (booked.ending, booked.lines) == (("overflowed", "fallback_announcement"), [])


async def test_who_gives_up_waiting_in_the_fallback_has_abandoned(stage: Stage, anna: SippAgent) -> None:
    anna.plan = NeverAnswer()
    await stage.house.kill_router()
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    await (await anna.call_from(caller)).rings()
    await call.hang_up()
    await stage.house.start_router()
    booked = await stage.booked(caller, within=SETTLED_WITHIN)
    assert (booked.ending, booked.lines, booked.record.parts) == (("abandoned", "fallback_caller_hung_up"), [], ())


async def test_a_blocked_caller_who_got_through_is_not_billed(stage: Stage, anna: SippAgent) -> None:
    await stage.house.kill_router()
    call = await stage.house.dial(KRAUSE, number=BLOCKED)
    leg = await anna.call_from(BLOCKED)
    await flow(Talk(BLOCKED, call, leg))
    await call.talk(2.5)
    await stage.house.start_router()
    booked = await stage.booked(BLOCKED, within=SETTLED_WITHIN)
    assert (booked.ending, booked.lines) == (("blocked", "fallback_block_list"), [])
    assert booked.record.total(PartKind.TALK) > 2000


async def test_a_suppressed_number_stays_suppressed(stage: Stage, anna: SippAgent) -> None:
    await stage.house.kill_router()
    call = await stage.house.dial(KRAUSE, suppressed=True)
    leg = await anna.next_call()
    await leg.established()
    await call.talk(0.5)
    await stage.house.start_router()
    booked = await stage.booked(None, within=SETTLED_WITHIN)
    assert booked.ending == ("served", "fallback_agent")


async def test_a_router_that_lives_on_bills_what_it_missed(stage: Stage, anna: SippAgent) -> None:
    talk = await conversation_in_the_fallback_of_a_frozen_router(stage, anna)
    booked = await stage.billed(talk, within=SETTLED_WITHIN)
    assert booked.ending == ("served", "fallback_agent")


async def test_an_agent_in_the_fallback_gets_no_other_call_and_is_free_afterwards(
    stage: Stage, anna: SippAgent
) -> None:
    anna.plan = Steered()
    await stage.on_duty("anna")
    await stage.house.kill_router()
    caller = stage.number()
    call = await stage.house.dial(LUMENTA, number=caller)
    leg = await anna.call_from(caller)
    leg.ring()
    await leg.answer()
    await flow(talk := Talk(caller, call, leg))
    await stage.house.start_router()
    await stage.house.presence("anna", "paused")
    await flow(talk)
    await call.hang_up()
    await leg.ended()
    await stage.house.presence("anna", "available")
    await stage.billed(talk, within=SETTLED_WITHIN)
