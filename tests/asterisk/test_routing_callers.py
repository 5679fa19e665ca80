"""Who gets through, and to whom: lists, reports, VIPs and their staff, deputies, own legs, caps."""

from pathlib import Path

import pytest

from router.core.record import PartKind
from tests.asterisk.configs import written
from tests.asterisk.routing_house import (
    ABSENT,
    ADV1,
    ADV2,
    ADV3,
    CAPPED,
    CHIEF,
    CHIEF_AT_HOME,
    DEPUTY,
    LISTS,
    STRAIGHT,
    VIP,
    VIP_OF_ABSENT,
    routing,
)
from tests.asterisk.stage import Stage, Talk
from tests.lab import Answer, NeverAnswer, Reject, wait_for
from tests.lab.running import until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The routing tests' own house."""
    return written(tmp_path_factory.mktemp("config"), routing)


@pytest.mark.parametrize(
    "caller", ["+493023125400", "+493023125477", "+493023125499", "+493023125517", "+4930231255978"]
)
async def test_ranges_and_patterns_are_blocked(stage: Stage, caller: str) -> None:
    anna = await stage.agent("anna")
    assert (await (await stage.house.dial(LISTS, number=caller)).ended()).final_code == 403
    booked = await stage.booked(caller)
    assert (booked.ending, booked.lines, anna.calls) == (("blocked", "block_list"), [], [])


@pytest.mark.parametrize("caller", ["+493023125399", "+4930231254000", "+493023125518", "+493023125601"])
async def test_whoever_is_beside_a_range_or_on_an_entry_that_has_ended_gets_through(stage: Stage, caller: str) -> None:
    anna = await stage.agent("anna")
    call = await stage.house.dial(LISTS, number=caller)
    await (await anna.call_from(caller)).established()
    await call.hang_up()
    await stage.wrapped_up(anna)


async def test_who_is_reported_for_two_clients_reaches_no_third_until_it_is_lifted(stage: Stage) -> None:
    anna, caller = await stage.agent("anna"), stage.number()
    for nth, dialled in enumerate((ADV1, ADV2), 1):
        call = await stage.house.dial(dialled, number=caller)
        leg = await stage.leg(anna, nth)
        await leg.press("*7")
        await call.hang_up()
        await leg.ended()
        await stage.wrapped_up(anna)
        await stage.booked(caller)
    assert (await (await stage.house.dial(ADV3, number=caller)).ended()).final_code == 403
    assert "house's block list" in (await stage.booked(caller)).reasons("screening")[0]
    await stage.house.command("blocks", "--house", "--remove", caller)

    async def gets_through() -> bool:
        call = await stage.house.dial(ADV3, number=caller)
        await wait_for(lambda: call.over or call.live, 5, "an answer")
        through = call.live
        await call.close()
        return through

    await until(gets_through, 10, "the caller to get through")


async def test_a_vip_whose_first_number_is_silent_reaches_the_second(stage: Stage) -> None:
    stage.answering(CHIEF, NeverAnswer())
    stage.answering(CHIEF_AT_HOME, Answer(talk=0.3))
    call = await stage.house.dial(STRAIGHT, number=VIP)
    assert (await call.ended()).ended_by == "them"
    booked = await stage.booked(VIP)
    assert booked.ending == ("through", "staff_hung_up")
    assert ((await stage.staff_leg(1)).record.dialled, (await stage.staff_leg(2)).record.dialled) == (
        CHIEF,
        CHIEF_AT_HOME,
    )


async def test_a_vip_whom_no_number_answers_gets_an_agent(stage: Stage) -> None:
    stage.answering(CHIEF, NeverAnswer())
    stage.answering(CHIEF_AT_HOME, Reject(code=486))
    anna = await stage.agent("anna")
    call = await stage.house.dial(STRAIGHT, number=VIP)
    leg = await anna.call_from(VIP)
    assert [await stage.staff_leg(1), await stage.staff_leg(2)]
    await leg.established()
    await call.hang_up()
    await leg.ended()
    await stage.billed(Talk(VIP, call, leg), await stage.wrapped_up(anna))


async def test_the_deputy_is_called_for_who_is_absent(stage: Stage) -> None:
    stage.answering(ABSENT, Answer())
    stage.answering(DEPUTY, Answer(talk=0.3))
    await (await stage.house.dial(STRAIGHT, number=VIP_OF_ABSENT)).ended()
    booked = await stage.booked(VIP_OF_ABSENT)
    assert [part.staff for part in booked.parts(PartKind.THROUGH)] == ["deputy"]
    assert (await stage.staff_leg()).record.dialled == DEPUTY


@pytest.mark.parametrize(
    ("caller", "forwarded_by"), [(STRAIGHT, []), ("+493023125999", [DEPUTY]), (STRAIGHT, [DEPUTY])]
)
async def test_our_own_call_to_staff_that_comes_back_is_refused(
    stage: Stage, caller: str, forwarded_by: list[str]
) -> None:
    stage.answering(DEPUTY, NeverAnswer())
    anna, number = await stage.agent("anna"), stage.number()
    (talk,) = await stage.talks([number], anna, dialled=STRAIGHT)
    await talk.leg.press("*23")
    ringing = await stage.staff_leg()
    assert ringing.record.caller == STRAIGHT
    back = await stage.house.dial(STRAIGHT, number=caller, diversions=forwarded_by)
    assert (await back.ended()).final_code == 486
    assert (await stage.booked(caller)).ending == ("refused", "own_transfer_returned")
    await talk.call.hang_up()
    assert (await ringing.ended()).cancelled


async def test_a_forged_callers_number_is_refused(stage: Stage) -> None:
    call = await stage.house.dial(LISTS, number="110")
    assert (await call.ended()).final_code == 403
    call = await stage.house.dial(LISTS, number="+49900123456")
    assert (await call.ended()).final_code == 403
    assert (await stage.booked("+49900123456")).ending == ("refused", "forged_caller")


async def test_a_client_has_no_more_calls_at_once_than_agreed(stage: Stage) -> None:
    first, second = stage.number(), stage.number()
    call = await stage.house.dial(CAPPED, number=first)
    await call.established()
    assert (await (await stage.house.dial(CAPPED, number=second)).ended()).final_code == 486
    assert (await stage.booked(second)).ending == ("refused", "client_calls")
    await call.hang_up()
    await stage.booked(first)
    again = await stage.house.dial(CAPPED, number=second)
    await again.established()
    await again.hang_up()
    await wait_for(lambda: again.over, 5, "the end")
