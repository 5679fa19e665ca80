"""The operators' files while the router runs."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from router.core.errors import ConfigInvalid, LedgerCorrupt, LedgerUnavailable
from router.core.house import BlockEntry, House
from router.core.ids import AgentId, CallId, ClientId, Millis
from router.operators import Operators
from router.ports import AgentPhone, FallbackRoute, TrunkLine
from tests.fakes.clock import FakeClock
from tests.fakes.memory_ledger import MemoryClients
from tests.shells.config.houses import NOW, SMALL, edited, written

BAKERY, FLORIST = ClientId("bakery"), ClientId("florist")
NEXT_YEAR = int(datetime(2027, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")).timestamp() * 1000)
TWO_TARIFFS = edited(
    "house.yaml",
    '      acceptance_fee: "0.59"\n',
    '      acceptance_fee: "0.59"\n    - version: 2\n      valid_from: "2027-01-01"\n      acceptance_fee: "0.69"\n',
)
BROKEN = edited("clients.yaml", "tariff: standard\n    skills", "tariff: nonsense\n    skills")
RENAMED = edited("clients.yaml", "name: Bakery", "name: Konditorei")
NUMBER = BlockEntry(number="+4930111", author="anna")


class UnsteadyClients(MemoryClients):
    """A database that may be away or damaged."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: Exception | None = None

    async def blocked(self) -> Mapping[ClientId, Sequence[BlockEntry]]:
        if self.trouble is not None:
            raise self.trouble
        return await super().blocked()


class Router:
    """What the operators' side tells: `C` for changed, `R` for refused."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.clients = UnsteadyClients()
        self.clock = FakeClock(NOW)
        self.told = ""
        self.failure: Exception | None = None
        self.trouble = ""
        self.tried: list[tuple[str, str]] = []
        self.operators = Operators(directory, clients=self.clients, clock=self.clock, rehearsal=self.rehearsed)

    async def changed(self) -> None:
        self.told += "C"
        if self.failure is not None:
            raise self.failure

    def refused(self) -> None:
        self.told += "R"

    async def look(self, times: int = 2) -> None:
        """As often as it takes to see that a file has changed, and that nobody writes on it any more."""
        for _ in range(times):
            await self.operators.look(self.changed, self.refused)

    def rehearsed(self, house: House, now: Millis, before: House) -> str:
        self.tried.append((house.version, before.version))
        return self.trouble

    async def house(self) -> House:
        return await self.operators.house()

    async def name(self) -> str:
        return (await self.house()).clients[BAKERY].name


@pytest.fixture
def router(tmp_path: Path) -> Router:
    return Router(written(tmp_path, SMALL))


async def test_nothing_is_told_while_nothing_changes(router: Router) -> None:
    await router.look(3)
    assert router.told == ""


async def test_a_changed_file_is_in_force_at_the_next_look_and_told_once(router: Router) -> None:
    before = await router.house()
    written(router.directory, RENAMED)
    await router.look(3)
    assert router.told == "C"
    assert await router.name() == "Konditorei"
    assert (await router.house()).version != before.version


async def test_a_new_file_and_a_removed_one_are_changes(router: Router) -> None:
    written(router.directory, {"clients/more.yaml": "clients: {}\n"})
    await router.look()
    (router.directory / "clients/more.yaml").unlink()
    await router.look()
    assert router.told == "CC"


async def test_an_invalid_file_is_refused_once_and_the_last_good_one_stays(router: Router) -> None:
    before = await router.house()
    written(router.directory, BROKEN)
    await router.look(3)
    assert router.told == "R"
    assert await router.house() == before


async def test_what_lacked_a_recording_is_in_force_once_the_recording_is_there(router: Router) -> None:
    spoken = edited("clients.yaml", "text: Welcome", "recording: welcome.mp3")
    written(router.directory, spoken)
    await router.look(3)
    assert router.told == "R"
    (router.directory / "recordings").mkdir()
    (router.directory / "recordings/welcome.mp3").write_bytes(b"ID3 and so on")
    await router.look(3)
    assert router.told == "RC"


async def test_a_file_is_not_read_before_it_was_left_alone(router: Router) -> None:
    half = SMALL["clients.yaml"].replace("name: Bakery", "name: Backstube")
    written(router.directory, {"clients.yaml": half})
    await router.look(1)
    written(router.directory, RENAMED)
    await router.look(1)
    assert (router.told, await router.name()) == ("", "Bakery")
    await router.look(1)
    assert (router.told, await router.name()) == ("C", "Konditorei")


async def test_a_file_that_was_only_touched_changes_nothing(router: Router) -> None:
    written(router.directory, SMALL)
    await router.look(3)
    assert (router.told, router.tried) == ("", [])


async def test_a_new_house_is_tried_against_the_one_in_force(router: Router) -> None:
    before = await router.house()
    written(router.directory, RENAMED)
    await router.look()
    assert router.tried == [((await router.house()).version, before.version)]


async def test_a_house_that_fails_when_it_is_tried_changes_nothing(router: Router) -> None:
    before = await router.house()
    router.trouble = "a call cannot be served"
    written(router.directory, RENAMED)
    await router.look(4)
    assert router.told == "R"
    assert await router.house() == before


async def test_a_mended_file_is_in_force_again(router: Router) -> None:
    written(router.directory, BROKEN)
    await router.look()
    written(router.directory, RENAMED)
    await router.look()
    assert router.told == "RC"
    assert await router.name() == "Konditorei"


async def test_files_that_are_gone_change_nothing(router: Router) -> None:
    for name in SMALL:
        (router.directory / name).unlink()
    await router.look(2)
    assert router.told == "R"
    assert await router.name() == "Bakery"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"&a [*a]", b"[" * 5000, b"\0", b"house: !!python/object x"])
async def test_no_file_can_stop_the_router(router: Router, content: bytes) -> None:
    written(router.directory, {"house.yaml": content})
    await router.look()
    assert router.told == "R"
    assert await router.name() == "Bakery"


async def test_a_change_that_cannot_be_followed_does_not_stop_the_router(router: Router) -> None:
    router.failure = OSError("no space for a spoken greeting")
    written(router.directory, RENAMED)
    await router.look(2)
    assert router.told == "CR"
    assert await router.name() == "Konditorei"


async def test_the_files_are_watched_until_the_router_stops(router: Router) -> None:
    changed = asyncio.Event()

    async def follow() -> None:
        changed.set()

    watching = asyncio.create_task(router.operators.watch(follow, router.refused))
    written(router.directory, RENAMED)
    async with asyncio.timeout(10):
        await changed.wait()
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching


def test_a_router_does_not_start_with_invalid_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"clients\.yaml"):
        Router(written(tmp_path, BROKEN))


# --- tariffs ----------------------------------------------------------------------------------------------------------


async def test_a_new_tariff_counts_from_its_instant(tmp_path: Path) -> None:
    router = Router(written(tmp_path, TWO_TARIFFS))
    router.clock.advance(NEXT_YEAR - 1 - NOW)
    await router.look()
    assert (router.told, (await router.house()).clients[BAKERY].tariff.version) == ("", 1)
    router.clock.advance(1)
    await router.look(3)
    assert (router.told, (await router.house()).clients[BAKERY].tariff.version) == ("C", 2)


async def test_a_tariff_is_followed_although_the_files_are_broken_meanwhile(tmp_path: Path) -> None:
    router = Router(written(tmp_path, TWO_TARIFFS))
    written(tmp_path, BROKEN)
    await router.look()
    router.clock.advance(NEXT_YEAR - NOW)
    await router.look(2)
    assert (router.told, (await router.house()).clients[BAKERY].tariff.version) == ("RC", 2)


# --- block entries ----------------------------------------------------------------------------------------------------


async def test_what_is_blocked_for_all_comes_after_the_houses_own_list(tmp_path: Path) -> None:
    own = edited("house.yaml", "  codes:", '  block: [{prefix: "0900"}]\n  codes:')
    router = Router(written(tmp_path, own))
    await router.clients.block_for_all(entry=NUMBER, reports=(BAKERY, FLORIST))
    assert (await router.house()).block == (BlockEntry(prefix="+49900"), NUMBER)


async def block(router: Router, entry: BlockEntry) -> None:
    await router.clients.block(client=BAKERY, entry=entry, agent=AgentId("anna"), call=CallId("1"))


async def test_the_agents_block_entries_come_after_the_files(tmp_path: Path) -> None:
    own = edited("clients.yaml", "    vips:\n", '    block:\n      - number: "+4930999999"\n    vips:\n')
    router = Router(written(tmp_path, own))
    await block(router, NUMBER)
    house = await router.house()
    assert house.clients[BAKERY].block == (BlockEntry(number="+4930999999"), NUMBER)
    assert house.clients[FLORIST].block == ()


@pytest.mark.parametrize("trouble", [LedgerUnavailable("away"), LedgerCorrupt("damaged")])
async def test_without_the_database_the_last_known_entries_count(router: Router, trouble: Exception) -> None:
    await block(router, NUMBER)
    await router.house()
    router.clients.trouble = trouble
    assert (await router.house()).clients[BAKERY].block == (NUMBER,)


async def test_a_router_that_starts_without_the_database_has_the_files(router: Router) -> None:
    router.clients.trouble = LedgerUnavailable("away")
    assert (await router.house()).clients[BAKERY].block == ()


async def test_entries_of_a_client_who_has_gone_hurt_nobody(router: Router) -> None:
    await router.clients.block(client=ClientId("gone"), entry=NUMBER, agent=AgentId("anna"), call=CallId("1"))
    assert set((await router.house()).clients) == {BAKERY, FLORIST}


# --- what Asterisk must know ------------------------------------------------------------------------------------------


def test_the_plant_holds_trunks_phones_and_fallbacks(tmp_path: Path) -> None:
    routed = edited("clients.yaml", "    vips:\n", '    fallback_number: "+491713920002"\n    vips:\n')
    plant = Router(written(tmp_path, routed)).operators.plant
    assert plant.trunks == (TrunkLine(id="carrier", match=("192.0.2.1",), contact="sip:sip.example.net"),)
    assert plant.phones == (AgentPhone(agent=AgentId("anna"), password="password-of-anna"),)
    assert plant.fallbacks == (FallbackRoute(dialled="+493023125010", number="+491713920002", trunk="carrier"),)


async def test_the_plant_follows_the_files(router: Router) -> None:
    before = router.operators.plant
    written(router.directory, edited("agents.yaml", "password-of-anna", "another-password"))
    await router.look()
    assert router.operators.plant.phones[0].password == "another-password"
    assert router.operators.plant.version != before.version


def test_tokens_are_known_by_their_hash_alone(router: Router) -> None:
    [(agent, token)] = router.operators.tokens.items()
    assert (agent, len(token)) == ("anna", 64)
