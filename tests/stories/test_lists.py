"""What operators change on the block lists from outside reaches the running router."""

from pathlib import Path

from router.core.events import AdvertisingReported, BlockLifted, Event
from router.core.house import ADVERTISING, BlockEntry
from router.core.ids import AgentId, CallId, ClientId
from router.engine.lists import Lists
from tests.fakes.memory_ledger import MemoryClients
from tests.stories.houses import ANNA, PRAXIS, SOMEBODY, a_house
from tests.stories.running import Running

MUELLER = ClientId("mueller")


class Router:
    """As much of one as follows lists."""

    def __init__(self) -> None:
        self.clients = MemoryClients()
        self.told: list[Event] = []
        self.reread = 0
        self.lists = Lists(self.clients, post=self.told.append, changed=self.read_again)

    async def read_again(self) -> None:
        self.reread += 1

    async def blocks(self, number: str) -> None:
        await self.clients.block(
            client=MUELLER, entry=BlockEntry(number=number), agent=AgentId("anna"), call=CallId("call-1")
        )


async def test_lists_are_read_at_the_first_look_and_then_only_when_something_changed() -> None:
    router = Router()
    for _ in range(3):
        await router.lists.look()
    assert (router.reread, router.told) == (1, [])


async def test_what_was_lifted_is_told_to_the_core_and_the_lists_are_read_again() -> None:
    router = Router()
    await router.blocks("+4930111")
    await router.lists.look()
    router.clients.lift(MUELLER, "+4930111")
    router.clients.lift(None, "+4930222")
    for _ in range(2):
        await router.lists.look()
    assert router.told == [
        BlockLifted(client=MUELLER, number="+4930111"),
        BlockLifted(client=None, number="+4930222"),
    ]
    assert router.reread == 2


async def test_without_a_database_nothing_changes_and_nothing_is_missed() -> None:
    router = Router()
    router.clients.unavailable = True
    await router.lists.look()
    assert router.reread == 0
    router.clients.unavailable = False
    await router.lists.look()
    router.clients.unavailable = True
    router.clients.lift(None, "+4930222")
    await router.lists.look()
    router.clients.unavailable = False
    await router.lists.look()
    assert router.told == [BlockLifted(client=None, number="+4930222")]
    assert router.reread == 2


async def test_a_number_blocked_for_all_is_kept_once_the_database_is_back(tmp_path: Path) -> None:
    async with Running(tmp_path, a_house(advertising_reports=1)) as house:
        house.clients.unavailable = True
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.answers()
        await house.agent_wishes(AdvertisingReported(agent=ANNA))
        house.clients.unavailable = False
        await house.engine.settlement.written()
        (entry,) = await house.clients.blocked_for_all()
        assert (entry.number, entry.author, entry.reason) == (SOMEBODY, PRAXIS, ADVERTISING)
        assert entry.until == house.clock.now() + house.house.advertising_block_ms
        assert house.clients.reports == {entry: (PRAXIS,)}


async def test_a_number_blocked_for_all_outlasts_the_router_that_could_not_write_it(tmp_path: Path) -> None:
    async with Running(tmp_path, a_house(advertising_reports=1)) as house:
        house.clients.unavailable = True
        await house.agents_log_in(ANNA)
        await house.caller_arrives()
        await house.answers()
        await house.agent_wishes(AdvertisingReported(agent=ANNA))
        await house.router_is_killed()
        house.clients.unavailable = False
        await house.router_is_back()
        await house.engine.settlement.written()
        assert [entry.number for entry in await house.clients.blocked_for_all()] == [SOMEBODY]


async def test_lists_that_cannot_be_put_together_are_tried_again() -> None:
    router, tried = Router(), []

    async def failing() -> None:
        tried.append("once more")
        raise ValueError("a configuration that cannot be put together")

    lists = Lists(router.clients, post=router.told.append, changed=failing)
    await lists.look()
    await lists.look()
    assert tried == ["once more", "once more"]
