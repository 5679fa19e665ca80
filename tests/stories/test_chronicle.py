"""What decisions rest on is kept aside: presences in order and in batches, and each configuration."""

import asyncio
from dataclasses import replace
from pathlib import Path

from router.core.events import AgentPaused, HouseChanged
from router.core.house import House
from router.core.view import Presence, SeatView
from router.engine.chronicling import AT_ONCE, Chronicling
from router.engine.codec import decode_value
from tests.fakes.memory_ledger import MemoryChronicle
from tests.lab.waiting import wait_for
from tests.stories.houses import ANNA, a_house
from tests.stories.running import Running


def seats(count: int, start: int = 0) -> list[SeatView]:
    return [SeatView(agent=ANNA, at=at, intent=Presence.AVAILABLE) for at in range(start, start + count)]


async def test_presences_are_written_in_order_and_few_batches() -> None:
    chronicle = MemoryChronicle()
    chronicling = Chronicling(chronicle)
    for seat in seats(2 * AT_ONCE + 1):
        chronicling.seat(seat)
    await chronicling.flush()
    assert chronicle.presences == seats(2 * AT_ONCE + 1)
    assert chronicle.batches == 3
    assert chronicling.backlog == 0


async def test_what_a_database_that_is_down_does_not_take_waits_in_its_order() -> None:
    chronicle = MemoryChronicle()
    chronicling = Chronicling(chronicle)
    chronicle.unavailable = True
    for seat in seats(3):
        chronicling.seat(seat)
    await chronicling.flush()
    for seat in seats(3, start=3):
        chronicling.seat(seat)
    await chronicling.flush()
    assert (chronicle.presences, chronicling.backlog) == ([], 6)
    chronicle.unavailable = False
    await chronicling.flush()
    assert chronicle.presences == seats(6)


async def test_a_configuration_can_be_read_back_as_it_was() -> None:
    chronicle = MemoryChronicle()
    chronicling = Chronicling(chronicle)
    chronicling.house(a_house(), 7)
    chronicling.house(a_house(), 8)
    await chronicling.flush()
    ((version, since, content),) = chronicle.houses
    assert (version, since) == (a_house().version, 7)
    assert decode_value(House, content.encode()) == a_house()


async def test_what_trying_again_would_not_mend_is_given_up() -> None:
    class Broken(MemoryChronicle):
        async def keep_house(self, *, version: str, since: int, content: str) -> None:
            raise ValueError("our own fault")

    chronicle = Broken()
    chronicling = Chronicling(chronicle)
    chronicling.house(a_house(), 7)
    chronicling.seat(seats(1)[0])
    await chronicling.flush()
    assert chronicle.presences == seats(1)


async def test_it_writes_by_itself_when_something_was_added() -> None:
    chronicle = MemoryChronicle()
    chronicling = Chronicling(chronicle)
    running = asyncio.create_task(chronicling.run())
    chronicling.seat(seats(1)[0])
    await wait_for(lambda: chronicle.presences, 10, "the seat to be kept")
    running.cancel()
    await asyncio.wait([running])
    assert chronicle.presences == seats(1)


async def test_the_engine_keeps_every_change_of_a_seat_and_every_house(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.agent_wishes(AgentPaused(agent=ANNA, reason="coffee"))
        house.engine.post(HouseChanged(house=replace(house.house, version="2")))
        await house.quiet()
        await house.engine.chronicling.flush()
        intents = [seat.intent for seat in house.chronicle.presences if seat.agent == ANNA]
        assert list(dict.fromkeys(intents)) == [Presence.OFF, Presence.AVAILABLE, Presence.PAUSED]
        assert [version for version, _, _ in house.chronicle.houses] == [house.house.version, "2"]


async def test_after_a_restart_every_seat_is_kept_anew(tmp_path: Path) -> None:
    async with Running(tmp_path) as house:
        await house.agents_log_in(ANNA)
        await house.router_is_killed()  # with what was not written
        await house.router_is_back()
        await house.engine.chronicling.flush()
        annas = [seat.intent for seat in house.chronicle.presences if seat.agent == ANNA]
        assert annas[-1] is Presence.AVAILABLE
