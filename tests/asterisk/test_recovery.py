"""The router is killed, stopped and started again amidst calls: conversations go on, and each is billed once."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from router.core.record import PartKind
from tests.asterisk.configs import Config, crew, crew_names, edit, quick, written
from tests.asterisk.stage import KRAUSE, LUMENTA, Stage, Talk, flow
from tests.lab import Answer, NeverAnswer, Reject, SippAgent, SippStaff, Steered, running_lab, wait_for
from tests.lab.running import running_house

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

CREW = crew_names(20)
OFFICE, MOBILE, EMERGENCY = "+493023125120", "+491713920001", "+491713920002"


def patient(config: Config) -> None:
    """One person whose phone rings longer than the router is away."""
    config["clients"]["krause"]["staff"]["emergency"]["ring"] = "15s"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones() -> AsyncIterator[SippStaff]:
    """The phones of twenty more agents, all behind one address."""
    async with running_lab() as lab:
        yield await lab.staff(dict.fromkeys(CREW, Answer()), host="127.0.0.3")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(phones: SippStaff, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The house of this module."""
    config = written(tmp_path_factory.mktemp("config") / "yaml", quick, patient, crew(len(CREW), phones.address))
    async with running_house(config) as house:
        yield (stage := Stage(house))
        await stage.sound()


@pytest_asyncio.fixture(loop_scope="module")
async def anna(stage: Stage) -> SippAgent:
    """Anna, with a phone that does as the test says."""
    return await stage.agent("anna", Steered())


async def test_twenty_conversations_survive_a_kill_and_are_billed_once(stage: Stage, phones: SippStaff) -> None:
    await stage.on_duty(*CREW)
    await flow(*(talks := await stage.talks([stage.number() for _ in CREW], phones)), packets=5)
    await stage.house.kill_router()
    await flow(*talks, packets=50)
    await stage.house.start_router()
    await flow(*talks)
    for leg in [*(talk.call for talk in talks[:10]), *(talk.leg for talk in talks[10:])]:
        await leg.hang_up()
    for talk in talks:
        await stage.billed(talk)


async def test_who_hangs_up_while_no_router_runs_is_billed_to_the_moment(stage: Stage, phones: SippStaff) -> None:
    await stage.on_duty(*CREW)
    await flow(*(talks := await stage.talks([stage.number() for _ in CREW], phones)), packets=5)
    gone, staying = talks[:12], talks[12:]
    await stage.house.kill_router()
    await flow(*talks)
    for leg in [*(talk.call for talk in gone[:6]), *(talk.leg for talk in gone[6:])]:
        await leg.hang_up()
    await flow(*staying, packets=75)
    await stage.house.start_router()
    await flow(*staying)
    await asyncio.gather(*(talk.call.ended() for talk in gone), *(talk.leg.ended() for talk in gone))
    for talk in staying:
        await talk.call.hang_up()
    for talk in talks:
        await stage.billed(talk)


async def test_who_answers_while_no_router_runs_is_rung_again_and_not_blamed(stage: Stage, anna: SippAgent) -> None:
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await stage.leg(anna)
    leg.ring()
    await call.rings()
    await stage.house.kill_router()
    await leg.answer()
    assert (await leg.ended()).ended_by == "them"  # Asterisk lets go of a leg that no router takes
    anna.plan = Answer()
    await stage.house.start_router()
    again = await stage.leg(anna, 2)
    await call.established()
    await flow(talk := Talk(caller, call, again))
    await call.hang_up()
    await again.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))


async def test_a_ring_that_went_on_while_no_router_ran_is_answered_afterwards(stage: Stage, anna: SippAgent) -> None:
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await stage.leg(anna)
    leg.ring()
    await call.rings()
    await stage.house.kill_router()
    await stage.house.start_router()
    await leg.answer()
    await flow(talk := Talk(caller, call, leg))
    await call.hang_up()
    await leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))


def _age(instant: float) -> float:
    """Milliseconds since an instant of SIPp's."""
    return time.time() * 1000 - instant


async def test_a_caller_who_gives_up_while_no_router_runs_is_found_gone(stage: Stage, anna: SippAgent) -> None:
    caller = stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await stage.leg(anna)
    leg.ring()
    await call.rings()
    await stage.house.kill_router()
    await call.cancel()
    await stage.house.start_router()
    assert (await leg.ended()).cancelled
    booked = await stage.booked(caller)
    assert (booked.ending, booked.lines) == (("abandoned", "caller_hung_up_offered"), [])


async def test_a_caller_killed_in_the_greeting_goes_on(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial(LUMENTA, number=caller)
    await wait_for(lambda: call.sounds_heard > 5, 5, "the greeting")
    await stage.house.kill_router()
    await stage.house.start_router()
    anna = await stage.agent("anna")
    leg = await anna.call_from(caller)
    await leg.established()
    await flow(talk := Talk(caller, call, leg))
    await call.hang_up()
    await leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))


async def test_waiting_callers_hear_music_all_along_and_keep_their_order(stage: Stage) -> None:
    callers = [stage.number(), stage.number()]
    calls = []
    for caller in callers:
        calls.append(await stage.house.dial(KRAUSE, number=caller))
        await wait_for(lambda call=calls[-1]: call.sounds_heard > 5, 5, "music")  # type: ignore[misc]
    await stage.house.kill_router()
    heard = [call.sounds_heard for call in calls]
    await wait_for(lambda: all(c.sounds_heard > n + 30 for c, n in zip(calls, heard, strict=True)), 5, "more music")
    await stage.house.start_router()
    anna = await stage.agent("anna", Answer(talk=0.5))
    assert (await stage.leg(anna)).record.caller == callers[0]
    await stage.wrapped_up(anna)
    await anna.call_from(callers[1])
    await calls[1].ended()


async def test_a_wrap_up_goes_on_and_ends_when_the_agent_says(stage: Stage) -> None:
    anna = await stage.agent("anna")
    (talk,) = await stage.talks([stage.number()], anna)
    await talk.call.talk(0.5)
    await talk.leg.ended()
    await stage.house.presence("anna", "wrap_up")
    await stage.house.kill_router()
    await stage.house.start_router()
    await stage.billed(talk, await stage.wrapped_up(anna))


async def test_a_wrap_up_that_reached_its_limit_meanwhile_is_no_longer(stage: Stage) -> None:
    anna = await stage.agent("anna")
    (talk,) = await stage.talks([stage.number()], anna)
    await talk.call.hang_up()
    left = await talk.leg.ended()
    await stage.house.presence("anna", "wrap_up")
    await stage.house.kill_router()
    await wait_for(lambda: _age(left.ended_at or 0) > 4300, 8, "the limit to pass")
    await stage.house.start_router()
    booked = await stage.billed(talk)
    assert booked.record.total(PartKind.WRAP_UP) == 4000
    await stage.house.presence("anna", "available")


@pytest.mark.parametrize("when", ["answered afterwards", "answered meanwhile", "never"])
async def test_a_transfer_goes_on(stage: Stage, when: str) -> None:
    for number in (OFFICE, MOBILE, EMERGENCY):
        stage.answering(number, NeverAnswer() if when == "never" else Steered())
    anna = await stage.agent("anna")
    (talk,) = await stage.talks([stage.number()], anna)
    await talk.leg.press("*21" if when == "never" else "*22")
    staff = await stage.staff_leg()
    if when != "never":
        staff.ring()
    await stage.house.kill_router()
    if when == "answered meanwhile":
        await staff.answer()
        await staff.ended()  # Asterisk lets go of a leg that no router takes
    await stage.house.start_router()
    if when == "answered afterwards":
        await staff.answer()
    partner = staff if when == "answered afterwards" else await stage.leg(anna, 2)  # else back to the agent
    await flow(Talk(talk.caller, talk.call, partner))
    await talk.call.hang_up()
    await partner.ended()
    if partner is staff:
        await stage.billed(talk)
    else:
        await stage.billed(talk, None, await stage.wrapped_up(anna), again=[partner])


async def test_new_calls_while_no_router_runs_are_served_by_the_dialplan(stage: Stage, phones: SippStaff) -> None:
    stage.answering(OFFICE, Answer(talk=0.5))
    await stage.agent("anna", Reject(code=480), available=False)
    await stage.house.kill_router()
    to_office = await stage.house.dial(KRAUSE, number=stage.number())
    assert (await stage.staff_leg()).record.dialled == OFFICE
    assert (await to_office.ended()).ended_by == "them"
    caller = stage.number()
    to_agents = await stage.house.dial(LUMENTA, number=caller)
    leg = await phones.call_from(caller)
    await leg.established()
    await stage.house.start_router()
    await flow(Talk(caller, to_agents, leg))
    await to_agents.hang_up()


async def test_a_caller_who_was_claimed_and_is_in_no_journal_gets_the_fallback(stage: Stage) -> None:
    """As when the router dies between the claim and the first word of the call in the journal."""
    stage.answering(OFFICE, Answer(talk=0.5))
    call = await stage.house.dial(KRAUSE, number=stage.number())
    await wait_for(lambda: call.sounds_heard > 5, 10, "music")
    await stage.house.kill_router()
    journal = stage.house.state / "journal"
    journal.rename(journal.with_name(f"journal-before-{stage.number()}"))
    await stage.house.start_router()
    assert (await stage.staff_leg()).record.dialled == OFFICE
    assert (await call.ended()).ended_by == "them"


async def test_a_stopped_router_leaves_conversations_up(stage: Stage, phones: SippStaff) -> None:
    await stage.on_duty(*CREW[:3])
    await flow(*(talks := await stage.talks([stage.number() for _ in range(3)], phones)), packets=5)
    await stage.house.stop_router()
    await flow(*talks)
    await talks[0].call.hang_up()
    await stage.house.start_router()
    await flow(*talks[1:])
    await asyncio.gather(*(talk.leg.hang_up() for talk in talks[1:]))
    for talk in talks:
        await stage.billed(talk)


async def test_a_changed_configuration_at_the_start_harms_no_call(stage: Stage, anna: SippAgent) -> None:
    caller, second = stage.number(), stage.number()
    call = await stage.house.dial(KRAUSE, number=caller)
    leg = await stage.leg(anna)
    leg.ring()
    await leg.answer()
    await call.established()
    await flow(talk := Talk(caller, call, leg))
    await stage.house.kill_router()
    await flow(talk)
    await call.hang_up()
    edit(stage.house.config, lambda config: config["clients"]["krause"].update(name=f"Krause {second}"))
    await wait_for(lambda: _age(call.record.ended_at or 0) > 1000, 5, "a while")
    await stage.house.start_router()
    await stage.billed(talk)
