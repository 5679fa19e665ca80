"""Callers whom the dialplan served while no router took them are settled afterwards, as SIPp saw it, and once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from router.core.record import PartKind
from tests.asterisk.configs import quick, written
from tests.asterisk.stage import BRIEF, KRAUSE, LUMENTA, Booked, Stage, Talk, flow
from tests.lab import Answer, NeverAnswer, Reject, SippAgent, SippCall, Steered, wait_for
from tests.lab.running import running_house

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

OFFICE, BLOCKED = "+493023125120", "+493023125777"
WITHIN_S = 20.0
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
    return await stage.agent("anna", Answer(ring=0.1), available=False)


async def spoken(stage: Stage, phone: SippAgent, caller: str, *, dialled: str = LUMENTA, seconds: float = 0.3) -> Talk:
    """A caller and an agent whom the dialplan brings together, until the caller hangs up."""
    call = await stage.house.dial(dialled, number=caller)
    leg = await phone.call_from(caller)
    await flow(talk := Talk(caller, call, leg))
    await call.talk(seconds)
    await leg.ended()
    return talk


async def booked(stage: Stage, caller: str | None) -> Booked:
    return await stage.booked(caller, within=WITHIN_S)


def lasted(call: SippCall, leg: SippCall) -> float:
    """Milliseconds of a conversation that the caller ended."""
    assert call.record.ended_at is not None
    assert leg.record.answered_at is not None
    return call.record.ended_at - leg.record.answered_at


async def test_all_that_happened_while_no_router_ran_is_settled_when_it_is_back(stage: Stage, anna: SippAgent) -> None:
    await stage.house.kill_router()
    talk = await spoken(stage, anna, stage.number(), seconds=3.0)
    blocked = await spoken(stage, anna, BLOCKED, dialled=KRAUSE, seconds=2.0)

    stage.answering(OFFICE, Answer(ring=0.1))
    to_number = await stage.house.dial(KRAUSE, number=(by_number := stage.number()))
    office = await stage.staff_leg()
    await flow(Talk(by_number, to_number, office))
    await to_number.hang_up()

    stage.answering(OFFICE, Reject(code=486))
    anna.plan = NeverAnswer()
    waiting = await stage.house.dial(KRAUSE, number=(impatient := stage.number()))
    await anna.call_from(impatient)
    await waiting.hang_up()

    await stage.house.asterisk.cli("queue pause member PJSIP/anna")
    told = await stage.house.dial(BRIEF, number=(late := stage.number()))
    await told.ended(within=WITHIN_S)
    await stage.house.asterisk.cli("queue unpause member PJSIP/anna")
    await stage.house.start_router()

    served = await stage.billed(talk, within=WITHIN_S)
    assert (served.ending, served.record.client) == (("served", "fallback_agent"), "lumenta")
    assert [part.agent for part in served.parts(PartKind.TALK)] == ["anna"]
    assert {str(line.charge.kind) for line in served.lines} == {"acceptance", "handling"}
    assert abs(served.record.arrived - talk.call.record.invite_at) <= TOLERANCE_MS

    turned_away = await booked(stage, BLOCKED)
    assert (turned_away.ending, turned_away.lines) == (("blocked", "fallback_block_list"), [])
    assert abs(turned_away.record.total(PartKind.TALK) - lasted(blocked.call, blocked.leg)) <= TOLERANCE_MS

    through = await booked(stage, by_number)
    assert (through.ending, through.lines) == (("through", "fallback_number"), [])
    assert abs(through.record.total(PartKind.THROUGH) - lasted(to_number, office)) <= TOLERANCE_MS

    gave_up = await booked(stage, impatient)
    assert (gave_up.ending, gave_up.lines, gave_up.record.parts) == (("abandoned", "fallback_caller_hung_up"), [], ())
    announced = await booked(stage, late)
    assert (announced.ending, announced.lines) == (("overflowed", "fallback_announcement"), [])


async def test_a_record_that_is_read_again_bills_nothing_again(stage: Stage, anna: SippAgent) -> None:
    place = stage.house.state / "cel-read.json"
    await wait_for(place.exists, WITHIN_S, "the place to be kept")
    before = await stage.house.records(1)
    await stage.house.kill_router()
    place.unlink()
    rotated = stage.house.asterisk.cel_file.with_name("cel.csv.1")
    stage.house.asterisk.cel_file.rename(rotated)
    await stage.house.start_router()
    talk = await missed_by_a_frozen_router(stage, anna)
    await stage.billed(talk, within=WITHIN_S)
    after = await stage.house.records(1)
    assert len({record.call for record in after}) == len(after)
    assert {record.call for record in before} <= {record.call for record in after}
    assert len(after) == len(before) + 1
    await wait_for(place.exists, WITHIN_S, "the place to be kept again")


async def missed_by_a_frozen_router(stage: Stage, phone: SippAgent) -> Talk:
    """The call comes while the router is frozen, and outlasts that."""
    stage.answering(OFFICE, Reject(code=486))
    taken = len(phone.calls)
    freezing = asyncio.create_task(stage.house.freeze_router(2.5))
    call = await stage.house.dial(KRAUSE, suppressed=True)
    await wait_for(lambda: len(phone.calls) > taken, WITHIN_S, "the agent's phone to ring")
    leg = phone.calls[taken]
    await flow(talk := Talk(None, call, leg))
    await freezing
    await call.talk(0.3)
    await leg.ended()
    return talk


async def test_an_agent_in_the_fallback_gets_no_other_call_and_is_free_afterwards(
    stage: Stage, anna: SippAgent
) -> None:
    stage.answering(OFFICE, Reject(code=486))
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
    await stage.billed(talk, within=WITHIN_S)
