"""Two routers on one Asterisk: one is killed, frozen, stopped; the other one goes on with its calls."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import pytest_asyncio

from tests.asterisk.configs import crew, crew_names, quick, written
from tests.asterisk.stage import KRAUSE, Stage, flow
from tests.lab import Answer, running_lab, wait_for
from tests.lab.phones import SippStaff
from tests.lab.running import until
from tests.lab.two_routers import Node, Pair, running_pair

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres, pytest.mark.asyncio(loop_scope="module")]

CREW = crew_names(6)
TAKEN_OVER_S = 3.0
OVER_CALLS = ("/channels", "/bridges", "/playbacks", "/recordings")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones() -> AsyncIterator[SippStaff]:
    """The phones of all agents, behind one address."""
    async with running_lab() as lab:
        yield await lab.staff(dict.fromkeys(CREW, Answer()), host="127.0.0.3")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(phones: SippStaff, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    config = written(tmp_path_factory.mktemp("config") / "yaml", quick, crew(len(CREW), phones.address))
    async with running_pair(config) as both:
        yield both


@pytest.fixture(scope="module")
def shared(pair: Pair) -> Stage:
    return Stage(pair.a)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(pair: Pair, shared: Stage) -> AsyncIterator[Stage]:
    """The one who leads, with agents on duty and the other one standing by; nothing is left in Asterisk after it."""
    shared.house = leader = await pair.leader()
    await pair.other(leader).ensure_router()
    await shared.on_duty(*CREW)
    yield shared
    shared.house = await pair.leader()
    await shared.cleared()
    await shared.sound()


def router(stage: Stage) -> Node:
    """The one that leads."""
    assert isinstance(stage.house, Node)
    return stage.house


async def taken_over(pair: Pair, stage: Stage, *, since: float, within: float = TAKEN_OVER_S) -> Node:
    """The other one takes calls in time."""
    other = pair.other(router(stage))
    await until(other.leads, 15, lambda: f"{other.name} to lead\n{other.log_tail()}")
    assert time.monotonic() - since <= within
    stage.house = other
    return other


@asynccontextmanager
async def revived(pair: Pair, stage: Stage) -> AsyncIterator[None]:
    """The one that ended starts again meanwhile, and stands by."""
    ended = pair.other(router(stage))
    await ended.kill_router()  # its process is reaped
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ended.start_router())
        yield


async def test_a_killed_leaders_calls_and_agents_go_on_with_the_other(
    pair: Pair, stage: Stage, phones: SippStaff
) -> None:
    await stage.house.ask(CREW[0], "pause", reason="coffee")
    await flow(*(talks := await stage.talks([stage.number() for _ in CREW[:4]], phones)), packets=5)
    leader = router(stage)
    leader.kill()
    killed = time.monotonic()
    await talks[0].leg.hang_up()
    late = asyncio.create_task(stage.talks([stage.number(), stage.number()], phones))
    await taken_over(pair, stage, since=killed)
    async with revived(pair, stage):
        await wait_for(lambda: talks[0].call.over, 10, "the caller to be hung up after the agent")
        await flow(*talks[1:], *(gap := await late))
        for talk in [*talks[1:], *gap]:
            await talk.call.hang_up()
        for talk in [*talks, *gap]:
            booked = await stage.billed(talk)
            assert booked.record.ending.kind != "fallback"
        assert len(await stage.house.records(6)) == 6
        assert (await stage.house.agent(CREW[0]))["presence"] == "paused"
        await stage.house.ask(CREW[0], "available")


async def test_a_woken_leader_commands_nothing_and_leads_again_when_the_other_is_stopped(
    pair: Pair, stage: Stage, phones: SippStaff
) -> None:
    await flow(*(talks := await stage.talks([stage.number() for _ in CREW[:3]], phones)), packets=5)
    sleeper = router(stage)
    sleeper.stop_process()
    frozen = time.monotonic()
    await taken_over(pair, stage, since=frozen)
    await talks[0].leg.hang_up()
    await wait_for(lambda: talks[0].call.over, 10, "the caller to be hung up after the agent")
    sleeper.continue_process()
    woken = time.monotonic()
    await until(lambda: stands_by(sleeper), 15, lambda: f"{sleeper.name} to stand by\n{sleeper.log_tail()}")
    await flow(*talks[1:])
    assert [one for one in sleeper.relay.commands(since=woken) if one.path.startswith(OVER_CALLS)] == []
    router(stage).terminate()
    await taken_over(pair, stage, since=time.monotonic())
    async with revived(pair, stage):
        await flow(*talks[1:])
        for talk in talks[1:]:
            await talk.call.hang_up()
        for talk in talks:
            await stage.billed(talk)


async def stands_by(node: Node) -> bool:
    """Whether it says who leads instead."""
    async with aiohttp.ClientSession() as http:
        try:
            async with http.get(f"http://127.0.0.1:{node.http_port}/readyz") as answer:
                said = await answer.text()
        except aiohttp.ClientError:
            return False
    return answer.status == 503 and "Standing by" in said and "leads" in said


async def test_calls_are_served_while_postgresql_is_away_and_the_other_takes_over_all_of_it(
    pair: Pair, stage: Stage, phones: SippStaff
) -> None:
    leader = router(stage)
    with pair.postgres.stopped():
        talks = await stage.talks([stage.number(), stage.number()], phones, dialled=KRAUSE)
        await flow(*talks, packets=5)
        await talks[0].call.hang_up()
        await talks[0].call.ended()
    await until(leader.leads, 20, lambda: f"{leader.name} to share its journal again\n{leader.log_tail()}")
    leader.kill()
    await taken_over(pair, stage, since=time.monotonic(), within=10)
    await flow(*talks[1:])
    await talks[1].call.hang_up()
    for talk in talks:
        await stage.billed(talk)
