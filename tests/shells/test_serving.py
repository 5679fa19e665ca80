"""What the composition root ties together: Asterisk's events, the operators' changes, the sounds."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from router.app import built
from router.ari.generated.events import EVENTS
from router.ari.received import Received
from router.core.events import HouseChanged
from router.core.house import BlockEntry
from router.core.ids import CallId, ClientId
from router.core.view import Phase
from router.db.clients import add_by_operator, unblock
from router.db.database import open_database
from router.engine.lists import Lists
from router.serving import PHRASES, Router
from router.settings import Settings
from router.speech import Sounds
from router.speech.job import Job
from router.watchdog.line import Watched
from tests.fakes.ari_server import PASSWORD, USER, FakeAri, channel, event, fake_ari
from tests.shells.ari.waiting import until
from tests.shells.config.houses import SMALL, edited, written

DIALPLAN = {"exten": "x", "priority": 1, "app_name": "Stasis", "app_data": "router"}
RENAMED = edited("clients.yaml", "text: Welcome", "text: Good morning")


class Renderer:
    """Makes empty files, when it is let; fails for texts with this word in them."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.fails_for = "\0"

    async def __call__(self, jobs: Sequence[Job]) -> Sequence[str | None]:
        await self.may_go_on.wait()
        self.made += [job.text for job in jobs]
        return [self._complaint(job) for job in jobs]

    def _complaint(self, job: Job) -> str | None:
        if self.fails_for in job.text:
            return "no"
        Path(job.target).touch()
        return None


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAri]:
    async with fake_ari() as server:
        yield server


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "config", SMALL)


@pytest.fixture
async def router(asterisk: FakeAri, renderer: Renderer, folder: Path, tmp_path: Path) -> AsyncIterator[Router]:
    """Built and taking events up, linked to a stand-in of Asterisk."""
    environ = {
        "VORZIMMER_ARI_URL": asterisk.url,
        "VORZIMMER_ARI_USER": USER,
        "VORZIMMER_ARI_PASSWORD": PASSWORD,
        "VORZIMMER_STATE_DIR": str(tmp_path / "state"),
        "VORZIMMER_SOUNDS_DIR": str(tmp_path / "sounds"),
        "VORZIMMER_GENERATED_DIR": str(tmp_path / "generated"),
    }
    sounds = Sounds(directory=tmp_path / "sounds", uri="sounds", recordings=folder / "recordings", render=renderer)
    async with built(Settings.read(folder, environ), Watched()) as made:
        router = replace(made, sounds=sounds)
        running = asyncio.create_task(router.engine.run())
        router.engine.link_restored()
        yield router
        running.cancel()
        await asyncio.wait({running})


def greeting(router: Router) -> str:
    """What the florist's callers hear now."""
    return router.engine.board.house.clients[ClientId("florist")].greetings[0].text


def change(router: Router, folder: Path) -> "asyncio.Task[None]":
    """Let the operators change a greeting."""
    written(folder, RENAMED)

    async def looked() -> None:
        for _ in range(2):  # the second time nobody writes on the file any more
            await router.operators.look(router.changed, lambda: None)

    return asyncio.create_task(looked())


async def test_a_changed_greeting_is_spoken_before_calls_follow_it(
    router: Router, renderer: Renderer, folder: Path
) -> None:
    renderer.may_go_on.clear()
    changing = change(router, folder)
    await until(lambda: router.operators.plant.version != router.engine.board.house.version)
    assert greeting(router) == "Welcome"
    renderer.may_go_on.set()
    await changing
    await until(lambda: greeting(router) == "Good morning")
    assert "Good morning" in renderer.made


async def test_a_greeting_that_takes_too_long_does_not_keep_the_rest_of_a_change(
    router: Router, renderer: Renderer, folder: Path
) -> None:
    renderer.may_go_on.clear()
    changing = change(replace(router, preparation_s=0.01), folder)
    await until(lambda: greeting(router) == "Good morning")
    await changing
    renderer.may_go_on.set()
    await until(lambda: "Good morning" in renderer.made)


async def test_a_phrase_that_cannot_be_spoken_keeps_no_greeting_from_being_made(
    router: Router, renderer: Renderer, tmp_path: Path
) -> None:
    renderer.fails_for = PHRASES["fallback"]
    await router.prepare(router.engine.board.house)
    assert {"Welcome", PHRASES["code-refused"]} <= set(renderer.made)
    assert not (tmp_path / "sounds/fallback.wav").exists()


@pytest.mark.parametrize(
    ("context", "request_"),
    [("from-trunk", ("POST", "/channels/9.1/continue")), ("from-agents", ("DELETE", "/channels/9.1"))],
)
@pytest.mark.parametrize("arguments", [[], ["inbound"], ["feature", "*41"], ["hello", "x"]])
async def test_whom_the_dialplan_hands_over_in_no_known_way_is_not_left_in_silence(
    router: Router, asterisk: FakeAri, context: str, request_: tuple[str, str], arguments: list[str]
) -> None:
    stray = channel("9.1") | {"dialplan": {**DIALPLAN, "context": context}}
    asterisk.answer("GET", "/channels/9.1", 200, stray)
    router.received(Received(EVENTS["StasisStart"].parse(event("StasisStart", args=arguments, channel=stray)), 0))
    await until(lambda: asterisk.requests(*request_))


def offered(ident: str, handed_over: str) -> Received:
    """A channel as it is offered to all routers."""
    place = {**DIALPLAN, "context": "from-trunk", "app_data": f"1000,^router,{handed_over}"}
    offer = event("CallBroadcast", channel=channel(ident) | {"dialplan": place})
    return Received(EVENTS["CallBroadcast"].parse(offer), 0)


async def test_more_new_calls_than_wanted_are_busy_and_agents_codes_and_returning_callers_never(
    router: Router, asterisk: FakeAri
) -> None:
    house = router.engine.board.house
    limited = replace(house, limits=replace(house.limits, new_calls_per_second=1))
    router.engine.post(HouseChanged(house=limited))
    await until(lambda: router.engine.board.house == limited)
    for ident in ("7", "8"):
        router.received(offered(ident, "inbound:%2B493055500:p=allowed"))
    router.received(offered("9", "feature:%2A41:anna"))
    router.received(offered("10", "returned:staff1:BUSY"))
    await until(lambda: asterisk.requests("DELETE", "/channels/8"))
    assert asterisk.requests("DELETE", "/channels/8")[0].query["reason"] == "busy"
    await until(lambda: len(asterisk.requests("POST", "/events/claim")) == 3)
    claimed = {one.query["channelId"] for one in asterisk.requests("POST", "/events/claim")}
    assert claimed == {"7", "9", "10"}
    assert router.pace.refused == 1


async def test_what_asterisk_refuses_is_a_problem_that_is_told(router: Router) -> None:
    assert router.problems() == ()
    router.plants.refused["endpoint", "carrier"] = "failed field value validation"
    assert router.problems() == ("Asterisk refuses endpoint carrier: failed field value validation",)


@pytest.mark.parametrize(
    ("phase", "written_down"), [(Phase.WAITING, True), (Phase.TALKING, False), (Phase.HELD, False)]
)
async def test_what_a_caller_presses_in_a_conversation_is_written_nowhere(
    router: Router, tmp_path: Path, phase: Phase, written_down: bool
) -> None:
    caller = channel("9.1") | {"dialplan": {**DIALPLAN, "context": "from-trunk"}}
    arriving = event("StasisStart", args=["inbound", "+4930123", "p=allowed"], channel=caller)
    router.received(Received(EVENTS["StasisStart"].parse(arriving), 0))
    await until(lambda: CallId("9.1") in router.engine.board.calls)
    router.engine.board.calls[CallId("9.1")].enter(phase, 0)
    for leg in (caller, channel("9.1-agent1")):
        pressed = event("ChannelDtmfReceived", digit="7", duration_ms=90, channel=leg)
        router.received(Received(EVENTS["ChannelDtmfReceived"].parse(pressed), 0))
    await until(lambda: pressed_on(tmp_path, "9.1-agent1"))
    assert pressed_on(tmp_path, "9.1") is written_down


def pressed_on(folder: Path, leg: str) -> bool:
    """Whether the journal knows of a digit on this leg."""
    lines = [line for file in (folder / "state").rglob("journal-*") for line in file.read_text().splitlines()]
    return any("DigitPressed" in line and f'"leg":"{leg}"' in line for line in lines)


async def test_what_operators_block_and_lift_counts_for_the_running_router(router: Router, tmp_path: Path) -> None:
    lists = Lists(router.clients, post=router.engine.post, changed=router.lists_changed)
    await lists.look()
    pest = BlockEntry(number="+4930111111", author="maria")
    async with open_database(f"sqlite:///{tmp_path / 'state/vorzimmer.db'}") as database:
        await add_by_operator(database, None, pest, now=1)
        await lists.look()
        await until(lambda: router.engine.board.house.block == (pest,))
        await unblock(database, None, pest, now=2)
        await lists.look()
        await until(lambda: router.engine.board.house.block == ())
