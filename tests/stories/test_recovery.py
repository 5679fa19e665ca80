"""The router is killed at any point of a call, or loses Asterisk: the call goes on and is settled once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from router.core.commands import Answer, Command, Join, OpenBridge, StopAnnouncement, StopMusic
from router.core.events import (
    AdvertisingReported,
    AgentPaused,
    HoldRequested,
    LegEnded,
    ResumeRequested,
    TransferRequested,
    WrapUpFinished,
)
from router.core.ids import CallId, LegId, agent_leg, bridge_of
from router.core.record import CallRecord, EndingClass, PartKind
from router.core.view import Phase, Presence
from router.engine.loop import BEAT_S, FROZEN_MS
from router.engine.recovery import reconcile
from tests.fakes.telephony import Death, Leg
from tests.stories.houses import ANNA, BERND, FRAU_WEISS, FRIEND, GREETED, PEST, WEISS, a_house, with_praxis
from tests.stories.running import CALL, Running

HOUSE = with_praxis(greetings=GREETED)
ORDINARY = a_house()
MOBILE = FRAU_WEISS.numbers[1]
CALLER = LegId(CALL)
Tale = Callable[[Running], Awaitable[None]]


async def served(house: Running) -> None:
    """Greeting, line, agent, hold, wrap-up."""
    await house.agents_log_in(ANNA)
    await house.caller_arrives()
    await house.announcement_ends()
    await house.after(5)
    await house.answers()
    await house.router_is_back()
    await house.after(20)
    await house.agent_wishes(HoldRequested(agent=ANNA))
    await house.router_is_back()
    assert house.asterisk.legs[CALLER].bridge is None
    await house.after(5)
    await house.agent_wishes(ResumeRequested(agent=ANNA))
    await house.router_is_back()
    assert not house.asterisk.legs[CALLER].music
    assert house.asterisk.legs[CALLER].bridge is not None
    await house.after(5)
    await house.caller_hangs_up()
    await house.after(10)
    await house.agent_wishes(WrapUpFinished(agent=ANNA))


async def transferred_and_back(house: Running) -> None:
    """Nobody answers the transfer, and the agent gets the caller back."""
    await house.agents_log_in(ANNA)
    await house.caller_arrives()
    await house.announcement_ends()
    await house.answers()
    await house.after(20)
    await house.agent_wishes(TransferRequested(agent=ANNA, staff=WEISS))
    await house.rings(ANNA)
    await house.answers()
    await house.after(5)
    await house.hangs_up()
    await house.after(10)
    await house.agent_wishes(WrapUpFinished(agent=ANNA))


async def straight_through(house: Running) -> None:
    """An allowed caller speaks with the client's staff, on whichever phone they are reached."""
    await house.agents_log_in(ANNA)
    await house.caller_arrives(caller=FRIEND)
    await house.answers(await house.rings(*FRAU_WEISS.numbers))
    await house.after(30)
    await house.caller_hangs_up()


async def told(directory: Path, tale: Tale, death: Death | None = None, *, gap: bool = False) -> Running:
    async with Running(directory, HOUSE, death=death) as house:
        house.gap = gap
        await tale(house)
        await house.settled()
        assert house.asterisk.legs == {}
        assert house.asterisk.bridges == {}
        assert house.asterisk.fallback == []
    return house


def conversations(record: CallRecord) -> list[tuple[PartKind, int]]:
    """Kind and milliseconds of what was spoken; wrap-ups of a transfer are as long as the staff are rung."""
    return [(part.kind, part.length) for part in record.parts if part.kind is not PartKind.WRAP_UP]


@pytest.mark.parametrize("gap", [False, True], ids=["back at once", "the world goes on first"])
@pytest.mark.parametrize("after", [False, True], ids=["command not sent", "command sent"])
@pytest.mark.parametrize("tale", [served, transferred_and_back, straight_through])
async def test_router_killed_at_any_command(tmp_path: Path, tale: Tale, after: bool, gap: bool) -> None:
    undisturbed = await told(tmp_path / "undisturbed", tale)
    (expected,) = undisturbed.ledger.records.values()
    deaths = range(len(undisturbed.asterisk.performed))
    killed = [told(tmp_path / f"killed-{at}", tale, Death(at=at, after=after), gap=gap) for at in deaths]
    apart = not_yet_together(undisturbed.asterisk.performed, joined=after) if gap else set()
    for at, house in enumerate(await asyncio.gather(*killed)):
        (record,) = house.ledger.records.values()
        command = undisturbed.asterisk.performed[at]
        assert house.starts == 2, f"not killed at {command}"
        assert record.ending == expected.ending, f"killed at {command}"
        if at in apart:
            assert record.total(PartKind.TALK) <= expected.total(PartKind.TALK), f"killed at {command}"
        else:
            assert conversations(record) == conversations(expected), f"killed at {command}"


def not_yet_together(performed: Sequence[Command], *, joined: bool) -> set[int]:
    """Commands at which an agent has answered, but is not in the bridge; `joined`: the last of them puts it there."""
    found: set[int] = set()
    for last, command in enumerate(performed):
        if not isinstance(command, Join) or not any("-agent" in leg for leg in command.legs):
            continue
        first = last
        while isinstance(performed[first - 1], Answer | OpenBridge | StopMusic | StopAnnouncement):
            first -= 1
        found |= set(range(first, last if joined else last + 1))
    return found


# --- what happened while nobody listened --------------------------------------------------------------------------


async def in_conversation(house: Running) -> None:
    await house.agents_log_in(ANNA)
    await house.caller_arrives()
    await house.after(5)
    await house.answers()
    await house.after(20)


async def test_hang_up_in_the_gap_counts_at_asterisks_own_time(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await in_conversation(house)
        await house.router_is_killed()
        await house.after(7)
        house.asterisk.hangs_up(CALLER)
        await house.after(13)
        await house.router_is_back()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.total(PartKind.WRAP_UP)) == (27_000, 13_000)


async def test_wrap_up_ends_at_its_limit_though_nobody_looked(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await in_conversation(house)
        await house.caller_hangs_up()
        await house.router_is_killed()
        await house.after(3600)
        await house.router_is_back()
        assert (await house.settled()).total(PartKind.WRAP_UP) == 180_000


async def test_conversation_after_an_answer_in_the_gap_begins_when_both_are_together(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.router_is_killed()
        await house.after(5)
        house.asterisk.picks_up(agent_leg(CALL, 1))
        await house.after(60)
        await house.router_is_back()
        await house.after(20)
        await house.caller_hangs_up()
        await house.after(180)
        assert (await house.settled()).total(PartKind.TALK) == 20_000


async def test_caller_on_hold_has_music_though_the_router_died_before_it_began(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await in_conversation(house)
        await house.agent_wishes(HoldRequested(agent=ANNA))
        await house.router_is_killed()
        house.asterisk.legs[CALLER].music = False  # out of the bridge, and no further
        await house.router_is_back()
        assert house.asterisk.legs[CALLER].music
        assert house.asterisk.legs[CALLER].bridge is None


async def test_answer_in_the_gap_is_not_lost_where_asterisk_keeps_no_record(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        house.asterisk.keeps_record = False
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.router_is_killed()
        await house.after(5)
        house.asterisk.picks_up(agent_leg(CALL, 1))
        await house.after(60)
        await house.router_is_back()
        assert house.engine.board.calls[CALL].phase is Phase.TALKING
        assert house.asterisk.dialled == [agent_leg(CALL, 1)]


async def test_agents_are_not_blamed_for_the_gap(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await house.agents_log_in(ANNA, BERND)
        await house.caller_arrives()
        await house.router_is_killed()
        await house.after(100)
        await house.router_is_back()
        seats = house.engine.board.floor.seats
        assert (seats[ANNA].presence, seats[BERND].presence) == (Presence.PAUSED, Presence.OFFERED)
        await house.answers(BERND)
        assert house.engine.board.calls[CALL].phase is Phase.TALKING


@pytest.mark.parametrize("who", ["caller", "agent"])
async def test_link_comes_back_after_somebody_hung_up(tmp_path: Path, who: str) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await in_conversation(house)
        house.link_is_lost()
        await house.after(5)
        house.asterisk.hangs_up(CALLER if who == "caller" else agent_leg(CALL, 1))
        await house.after(5)
        await house.link_is_back()
        assert house.asterisk.legs == {}
        assert house.asterisk.fallback == []
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert record.total(PartKind.TALK) == 25_000
        assert record.ending.reason == f"{who}_hung_up"


async def test_link_lost_and_back_in_a_conversation_changes_nothing(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await in_conversation(house)
        before = list(house.asterisk.performed)
        house.link_is_lost()
        await house.after(30)
        await house.link_is_back()
        assert [
            command for command in house.asterisk.performed[len(before) :] if not isinstance(command, StopMusic)
        ] == []
        await house.caller_hangs_up()
        await house.after(180)
        assert (await house.settled()).total(PartKind.TALK) == 50_000


async def test_link_that_is_found_lost_after_a_freeze_was_lost_since_its_beginning(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await in_conversation(house)
        house.asterisk.keeps_record = False
        await asyncio.sleep(2 * BEAT_S)  # the engine has looked at the clock since
        house.asterisk.listen(None)
        house.asterisk.hangs_up(CALLER)
        house.clock.advance(10_000)
        time.sleep(BEAT_S + 2 * FROZEN_MS / 1000)  # noqa: ASYNC251 - the freeze: nothing runs
        await asyncio.sleep(BEAT_S)
        house.link_is_lost()
        await house.link_is_back()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert record.total(PartKind.TALK) == 20_000, "nobody knows how long of the freeze they spoke"


async def test_ring_goes_on_while_the_link_is_lost(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        house.link_is_lost()
        await house.after(5)
        await house.link_is_back()
        assert house.asterisk.dialled == [agent_leg(CALL, 1)]
        await house.answers()
        assert house.engine.board.calls[CALL].phase is Phase.TALKING


async def test_what_happened_during_a_long_look_is_taken_up_in_the_order_of_its_times(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await in_conversation(house)
        house.link_is_lost()
        await reconcile(house.engine, house.clock)
        await house.after(3)
        hung_up = house.clock.now()
        house.asterisk.hangs_up(CALLER)
        await house.after(5)
        house.engine.post(HoldRequested(agent=ANNA), house.clock.now())
        await house.after(4)
        house.asterisk.listen(house.engine.post)
        house.engine.post(LegEnded(call=CALL, leg=CALLER), hung_up)
        house.engine.link_restored()
        await house.quiet()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        record = await house.settled()
        assert (record.total(PartKind.TALK), record.total(PartKind.WRAP_UP)) == (23_000, 9_000)


async def test_wishes_wait_for_the_link(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await house.agents_log_in(ANNA)
        house.link_is_lost()
        await house.agent_wishes(AgentPaused(agent=ANNA, reason="coffee"))
        assert house.engine.view().agents[0].presence is Presence.AVAILABLE
        await house.link_is_back()
        assert house.engine.view().agents[0].presence is Presence.PAUSED


# --- what is left over --------------------------------------------------------------------------------------------


async def test_stray_legs_and_bridges_are_tidied_and_a_stray_caller_is_served_by_the_dialplan(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await house.router_is_killed()
        stranger = CallId("stranger")
        house.asterisk.caller_dials(stranger)
        house.asterisk.legs[agent_leg(CallId("old"), 1)] = Leg(call=CallId("old"), whose=ANNA, up=True)
        house.asterisk.bridges[bridge_of(CallId("old"))] = True
        await house.router_is_back()
        assert (house.asterisk.legs, house.asterisk.bridges) == ({}, {})
        assert house.asterisk.fallback == [LegId(stranger)]


async def test_blocked_caller_whose_rejection_was_lost_is_hung_up_and_never_handed_on(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY, death=Death(at=0, after=False)) as house:
        house.ledger.unavailable = True  # else the call may be settled and forgotten first
        await house.agents_log_in(ANNA)
        await house.caller_arrives(caller=PEST)
        assert house.starts == 2
        assert (house.asterisk.legs, house.asterisk.fallback) == ({}, [])
        house.ledger.unavailable = False
        assert (await house.settled()).ending.kind is EndingClass.BLOCKED


async def test_call_that_was_not_settled_before_the_restart_is_settled_once(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        house.ledger.unavailable = True
        await house.caller_arrives(caller=PEST)
        for _ in range(3):
            await house.router_is_killed()
            await house.router_is_back()
        assert house.ledger.records == {}
        house.ledger.unavailable = False
        await house.settled()
        await house.router_is_killed()
        await house.router_is_back()
        assert len(house.ledger.transactions) == 1


async def test_reported_caller_stays_blocked_after_a_restart(tmp_path: Path) -> None:
    async with Running(tmp_path, ORDINARY) as house:
        await in_conversation(house)
        await house.agent_wishes(AdvertisingReported(agent=ANNA))
        await house.caller_hangs_up()
        await house.agent_wishes(WrapUpFinished(agent=ANNA))
        await house.settled()
        await house.router_is_killed()
        await house.router_is_back()
        house.ledger.records.clear()
        await house.caller_arrives()
        assert (await house.settled()).ending.kind is EndingClass.BLOCKED
