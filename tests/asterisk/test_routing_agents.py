"""Whom a caller gets: levels that relax, last agents, best fit, the pledge, teams' hours; and who goes first."""

from pathlib import Path

import pytest

from router.core.record import PartKind
from tests.asterisk.configs import written
from tests.asterisk.routing_house import AGAIN, BEST, FIRST_VIP, IDLE, LEVELS, SECRET, TAX, routing
from tests.asterisk.stage import Stage, Talk
from tests.lab import NeverAnswer, SippAgent, SippCall, wait_for
from tests.lab.running import until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The routing tests' own house."""
    return written(tmp_path_factory.mktemp("config"), routing)


async def talked(stage: Stage, phone: SippAgent, call: SippCall, number: str, then: str = "available") -> None:
    """The caller gets this agent; they speak, and are done with each other: the agent has this presence then."""
    leg = await phone.call_from(number)
    await leg.established()
    await call.talk(0.3)
    await leg.ended()
    await stage.wrapped_up(phone, then)


async def in_line(stage: Stage, count: int) -> None:
    """So many callers wait."""

    async def waiting() -> bool:
        return (await stage.waiting()) == count

    await until(waiting, 8, f"{count} callers to wait")


async def test_a_lower_level_is_enough_once_the_caller_has_waited(stage: Stage) -> None:
    anna, caller = await stage.agent("anna"), stage.number()
    call = await stage.house.dial(LEVELS, number=caller)
    leg = await anna.call_from(caller)
    assert 1_950 <= leg.record.invite_at - call.record.invite_at <= 2_600
    await leg.established()
    await call.hang_up()
    booked = await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))
    assert len(booked.reasons("relaxed")) == 1


async def test_a_lower_level_is_enough_also_while_another_agents_phone_rings(stage: Stage) -> None:
    ben, anna, caller = await stage.agent("ben", NeverAnswer()), await stage.agent("anna"), stage.number()
    call = await stage.house.dial(LEVELS, number=caller)
    missed = await ben.call_from(caller)
    leg = await anna.call_from(caller)
    assert (await missed.ended()).cancelled
    assert leg.record.invite_at - (missed.record.ended_at or 0) < 200
    await leg.established()
    await call.hang_up()
    booked = await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))
    rules = [(step.rule, step.outcome) for step in booked.record.trace if step.rule in {"offer", "relaxed", "queue"}]
    assert rules == [("offer", "ben"), ("relaxed", "stage 1"), ("offer", "failed"), ("offer", "anna")]


async def test_a_vip_overtakes_and_it_is_told_how_many(stage: Stage) -> None:
    ordinary = stage.number()
    first = await stage.house.dial(LEVELS, number=ordinary)
    await in_line(stage, 1)
    vip = await stage.house.dial(LEVELS, number=FIRST_VIP)
    await in_line(stage, 2)
    ben = await stage.agent("ben")
    await talked(stage, ben, vip, FIRST_VIP, then="talking")
    await talked(stage, ben, first, ordinary)
    assert "before 1 other who came earlier" in (await stage.booked(FIRST_VIP)).reasons("queue")[0]
    assert "before" not in (await stage.booked(ordinary)).reasons("queue")[0]


async def test_who_spoke_with_the_caller_before_goes_before_who_is_idle_longer(stage: Stage) -> None:
    ben, regular, stranger = await stage.agent("ben"), stage.number(), stage.number()
    call = await stage.house.dial(AGAIN, number=regular)
    leg = await ben.call_from(regular)
    await leg.established()
    anna = await stage.agent("anna")
    await call.hang_up()
    await stage.wrapped_up(ben)
    await talked(stage, ben, await stage.house.dial(AGAIN, number=regular), regular)
    await talked(stage, anna, await stage.house.dial(AGAIN, number=stranger), stranger)


async def test_the_queue_says_whether_the_best_or_the_longest_idle_is_chosen(stage: Stage) -> None:
    anna = await stage.agent("anna")
    ben = await stage.agent("ben")
    for dialled, phone in ((BEST, ben), (IDLE, anna)):
        caller = stage.number()
        await talked(stage, phone, await stage.house.dial(dialled, number=caller), caller)


async def test_the_pledge_is_needed_however_long_the_caller_waits_and_wherever(stage: Stage) -> None:
    ben, caller = await stage.agent("ben"), stage.number()
    call = await stage.house.dial(SECRET, number=caller)
    await stage.noted("overflow", "to queue anybody", caller)
    assert await stage.waiting() == 1
    assert not [leg for leg in ben.calls if leg.record.caller == caller]
    anna = await stage.agent("anna")
    leg = await anna.call_from(caller)
    await leg.established()
    await call.hang_up()
    booked = await stage.billed(Talk(caller, call, leg), await stage.wrapped_up(anna))
    assert {part.agent for part in booked.parts(PartKind.TALK)} == {"anna"}


async def test_an_agent_whose_team_is_closed_gets_no_call(stage: Stage) -> None:
    clara, david = await stage.agent("clara"), await stage.agent("david")
    first, second = stage.number(), stage.number()
    call = await stage.house.dial(TAX, number=first)
    leg = await david.call_from(first)
    await leg.established()
    waiting = await stage.house.dial(TAX, number=second)
    await in_line(stage, 1)
    await call.talk(0.5)
    await stage.wrapped_up(david, then="talking")
    await talked(stage, david, waiting, second)
    assert not clara.calls
    await wait_for(lambda: waiting.over, 5, "the end")
