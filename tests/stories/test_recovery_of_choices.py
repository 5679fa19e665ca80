"""The router is killed at any command of a call that is called back, leaves a message, or is parked: all is kept."""

import asyncio
from pathlib import Path

import pytest

from router.core.events import AgentPaused, AgentResumed, ParkedTaken, ParkRequested, WrapUpFinished
from router.core.ids import LegId
from router.core.queue import TakeMessage
from tests.fakes.telephony import Death
from tests.stories.houses import ANNA, BERND, SOMEBODY, a_queue, with_praxis
from tests.stories.running import CALL, Running
from tests.stories.test_recovery import Tale, conversations

ASKS = TakeMessage(text="Nach der Eins nehmen wir auf.", max_ms=60_000)
HOUSE = with_praxis(queue=a_queue(max_wait_ms=30_000, overflow=(ASKS,), callback_key="1"))


async def with_anna_away(house: Running) -> None:
    await house.agents_log_in(ANNA)
    await house.agent_wishes(AgentPaused(agent=ANNA, reason="coffee"))
    await house.caller_arrives()


async def presses(house: Running, digit: str) -> None:
    await house.router_is_back()
    house.asterisk.presses(LegId(CALL), digit)
    await house.quiet()
    await house.router_is_back()


async def called_back(house: Running) -> None:
    """The caller is promised a call, and is called when an agent has answered."""
    await with_anna_away(house)
    await presses(house, "1")
    await house.announcement_ends()
    await house.after(60)
    await house.agent_wishes(AgentResumed(agent=ANNA))
    await house.rings(ANNA)
    await house.answers(ANNA)
    await house.rings(SOMEBODY)
    await house.answers(SOMEBODY)
    await house.after(20)
    await house.hangs_up(ANNA)
    await house.after(5)
    await house.agent_wishes(WrapUpFinished(agent=ANNA))


async def leaves_a_message(house: Running) -> None:
    """Nobody comes, and the caller speaks on tape."""
    await with_anna_away(house)
    await house.after(33)
    await presses(house, "1")
    await house.after(12)
    house.asterisk.falls_silent()
    await house.quiet()
    await house.announcement_ends()


async def parked(house: Running) -> None:
    """One agent puts the caller aside, another one takes the caller up."""
    await house.agents_log_in(ANNA, BERND)
    await house.caller_arrives()
    await house.answers(await house.rings(ANNA, BERND))
    await house.after(20)
    await house.agent_wishes(ParkRequested(agent=ANNA))
    await house.after(10)
    await house.agent_wishes(ParkedTaken(agent=BERND))
    await house.rings(BERND)
    await house.answers(BERND)
    await house.after(30)
    await house.caller_hangs_up()
    await house.agent_wishes(WrapUpFinished(agent=ANNA))
    await house.agent_wishes(WrapUpFinished(agent=BERND))


async def told(directory: Path, tale: Tale, death: Death | None = None) -> Running:
    async with Running(directory, HOUSE, death=death) as house:
        await tale(house)
        await house.settled()
        assert house.asterisk.legs == {}
        assert house.asterisk.bridges == {}
        assert house.asterisk.fallback == []
    return house


@pytest.mark.parametrize("after", [False, True], ids=["command not sent", "command sent"])
@pytest.mark.parametrize("tale", [called_back, leaves_a_message, parked])
async def test_router_killed_at_any_command(tmp_path: Path, tale: Tale, after: bool) -> None:
    undisturbed = await told(tmp_path / "undisturbed", tale)
    (expected,) = undisturbed.ledger.records.values()
    deaths = range(len(undisturbed.asterisk.performed))
    killed = [told(tmp_path / f"killed-{at}", tale, Death(at=at, after=after)) for at in deaths]
    for command, house in zip(undisturbed.asterisk.performed, await asyncio.gather(*killed), strict=True):
        (record,) = house.ledger.records.values()
        assert house.starts == 2, f"not killed at {command}"
        assert record.ending == expected.ending, f"killed at {command}"
        assert conversations(record) == conversations(expected), f"killed at {command}"
        assert len(record.messages) == len(expected.messages), f"killed at {command}"
