"""The router is killed, or loses Asterisk, while staff are consulted: nobody is lost, and nobody pays for the gap."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from router.core.events import (
    ConsultCompleted,
    ConsultEnded,
    ConsultRequested,
    ThreeRequested,
    WrapUpFinished,
)
from router.core.ids import LegId, agent_leg, staff_leg
from router.core.record import PartKind
from router.core.view import Phase
from tests.fakes.telephony import Death
from tests.stories.houses import ANNA, FRAU_WEISS, WEISS
from tests.stories.running import CALL, Running

Tale = Callable[[Running], Awaitable[None]]
CALLER, ANNAS_LEG, STAFFS_LEG = LegId(CALL), agent_leg(CALL, 1), staff_leg(CALL, 2)


async def ringing(house: Running) -> None:
    """Anna has talked for twenty seconds; Frau Weiß's phone rings for her."""
    await house.agents_log_in(ANNA)
    await house.caller_arrives()
    await house.answers()
    await house.router_is_back()
    await house.after(20)
    await house.agent_wishes(ConsultRequested(agent=ANNA, staff=WEISS))
    await house.router_is_back()


async def speaking(house: Running) -> None:
    """For ten seconds with Frau Weiß."""
    await ringing(house)
    await house.answers(await house.rings(*FRAU_WEISS.numbers))
    await house.router_is_back()
    await house.after(10)


async def left_together(house: Running) -> None:
    """All three speak for five seconds, then caller and Frau Weiß for thirty."""
    await speaking(house)
    await house.agent_wishes(ThreeRequested(agent=ANNA))
    await house.router_is_back()
    await house.after(5)
    await house.agent_wishes(ConsultCompleted(agent=ANNA))
    await house.router_is_back()
    await house.after(30)
    await house.caller_hangs_up()
    await house.agent_wishes(WrapUpFinished(agent=ANNA))


async def back_to_the_caller(house: Running) -> None:
    """Frau Weiß is let go, and the caller has Anna for five seconds more."""
    await speaking(house)
    await house.agent_wishes(ConsultEnded(agent=ANNA))
    await house.router_is_back()
    await house.after(5)
    await house.caller_hangs_up()
    await house.agent_wishes(WrapUpFinished(agent=ANNA))


async def told(directory: Path, tale: Tale, death: Death | None = None, *, gap: bool = False) -> Running:
    async with Running(directory, death=death) as house:
        house.gap = gap
        await tale(house)
        await house.settled()
        assert house.asterisk.legs == {}
        assert house.asterisk.bridges == {}
        assert house.asterisk.fallback == []
    return house


@pytest.mark.parametrize("gap", [False, True], ids=["back at once", "the world goes on first"])
@pytest.mark.parametrize("after", [False, True], ids=["command not sent", "command sent"])
@pytest.mark.parametrize("tale", [left_together, back_to_the_caller])
async def test_router_killed_at_any_command(tmp_path: Path, tale: Tale, after: bool, gap: bool) -> None:
    undisturbed = await told(tmp_path / "undisturbed", tale)
    (expected,) = undisturbed.ledger.records.values()
    deaths = range(len(undisturbed.asterisk.performed))
    killed = [told(tmp_path / f"killed-{at}", tale, Death(at=at, after=after), gap=gap) for at in deaths]
    for at, house in enumerate(await asyncio.gather(*killed)):
        (record,) = house.ledger.records.values()
        command = undisturbed.asterisk.performed[at]
        assert house.starts == 2, f"not killed at {command}"
        assert record.ending == expected.ending, f"killed at {command}"
        for kind in (PartKind.TALK, PartKind.THROUGH):
            total, right = record.total(kind), expected.total(kind)
            assert total <= right if gap else total == right, f"{kind} {total} of {right}, killed at {command}"


async def in_the_gap(house: Running, *legs: LegId) -> None:
    """These legs end one second after the other from the seventh on; the router is back at thirty."""
    await house.router_is_killed()
    await house.after(7)
    for leg in legs:
        house.asterisk.hangs_up(leg)
        await house.after(1)
    await house.after(23 - len(legs))
    await house.router_is_back()


async def test_staff_answer_in_the_gap_and_speak_with_the_agent_after_it(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await ringing(house)
        await house.router_is_killed()
        await house.after(3)
        house.asterisk.picks_up(STAFFS_LEG)
        await house.router_is_back()
        assert house.engine.board.calls[CALL].phase is Phase.CONFERRING
        legs = house.asterisk.legs
        assert legs[STAFFS_LEG].bridge == legs[ANNAS_LEG].bridge is not None
        assert (legs[CALLER].bridge, legs[CALLER].music) == (None, True)


async def test_staff_hang_up_in_the_gap_and_the_agent_has_the_caller_on_hold(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await speaking(house)
        await in_the_gap(house, STAFFS_LEG)
        assert house.engine.board.calls[CALL].phase is Phase.HELD
        assert house.asterisk.legs[CALLER].music


async def test_agent_lost_in_the_gap_leaves_caller_and_staff_to_each_other(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await speaking(house)
        await in_the_gap(house, ANNAS_LEG)
        legs = house.asterisk.legs
        assert house.engine.board.calls[CALL].phase is Phase.THROUGH
        assert legs[STAFFS_LEG].bridge == legs[CALLER].bridge is not None
        assert not legs[CALLER].music
        await house.after(10)
        await house.caller_hangs_up()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.total(PartKind.THROUGH)) == (37_000, 10_000)


async def test_caller_hangs_up_in_the_gap_and_everybody_is_let_go(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await speaking(house)
        await in_the_gap(house, CALLER)
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert record.total(PartKind.TALK) == 37_000
        assert house.asterisk.legs == {}
