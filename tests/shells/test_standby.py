"""What a router that stands by does for callers while nobody leads: with a stand-in of Asterisk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson

from router.ari.client import connect
from router.ari.options import Options
from router.standby import Standby
from tests.fakes.ari_server import PASSWORD, USER, FakeAri, application, channel, event, fake_ari
from tests.lab.waiting import wait_for

INBOUND = ["inbound", "%2B4930111", "p=allowed"]
LONG = 60.0
FALLBACK = {"context": "router-fallback", "extension": "s", "priority": "1"}


class Scene:
    """One router that stands by, and an Asterisk that offers calls."""

    def __init__(self, asterisk: FakeAri) -> None:
        self.asterisk = asterisk
        self.leading = self.served = False

    async def offered(self, call: str) -> None:
        await self._tell("CallBroadcast", call, caller="+4930222", called="+4930111")

    async def claimed_by_the_leader(self, call: str) -> None:
        await self._tell("CallClaimed", call, winner_app="router")

    async def arrives(self, call: str, args: list[str]) -> None:
        await self._tell("StasisStart", call, args=args)

    async def leaves(self, call: str) -> None:
        await self._tell("StasisEnd", call)

    async def move_fails(self, call: str) -> None:
        await self._tell("ApplicationMoveFailed", call, destination="router", args=[])

    async def _tell(self, kind: str, call: str, **fields: object) -> None:
        await self.asterisk.tell(kind, **{"application": "router-b", "channel": channel(call), **fields})

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries of these requests, except questions."""
        return [one.query for one in self.asterisk.seen if one.path == path and one.method != "GET"]

    async def sees(self, path: str, count: int = 1) -> list[dict[str, str]]:
        await wait_for(lambda: len(self.asked(path)) >= count, 10, f"{path} to be asked")
        return self.asked(path)


@asynccontextmanager
async def standing_by(*, grace_s: float = 0.02, patience_s: float = LONG) -> AsyncIterator[tuple[Scene, Standby]]:
    async with fake_ari() as asterisk, connect(asterisk.url, USER, PASSWORD, Options(pool_size=4)) as client:
        scene = Scene(asterisk)
        asterisk.answer("PUT", "/applications/router-b/eventFilter", 200, application("router-b"))
        asterisk.answer("GET", "/applications/router-b", 200, application("router-b"))
        standby = Standby(
            client,
            node="b",
            leading=lambda: scene.leading,
            served=lambda: scene.served,
            grace_s=grace_s,
            patience_s=patience_s,
        )
        running = asyncio.create_task(standby.run())
        await wait_for(lambda: client.connected, 10, "the link")
        yield scene, standby
        running.cancel()
        await asyncio.wait({running})


async def test_a_call_that_nobody_claims_is_claimed_after_the_grace() -> None:
    async with standing_by() as (scene, _):
        await scene.offered("7")
        assert await scene.sees("/events/claim") == [{"channelId": "7", "application": "router-b"}]


async def test_a_call_that_the_leader_has_claimed_is_left_alone() -> None:
    async with standing_by(grace_s=0.2) as (scene, _):
        await scene.offered("7")
        await scene.claimed_by_the_leader("7")
        await scene.offered("8")
        assert [one["channelId"] for one in await scene.sees("/events/claim")] == ["8"]


async def test_who_leads_claims_as_the_leader_does() -> None:
    async with standing_by() as (scene, _):
        scene.leading = True
        await scene.offered("7")
        await scene.arrives("8", INBOUND)  # told after it
        await scene.sees("/channels/8/ring")
        scene.leading = False
        await scene.offered("9")
        assert [one["channelId"] for one in await scene.sees("/events/claim")] == ["9"]


async def test_a_held_caller_hears_ringing_and_is_handed_on_as_it_came_once_somebody_leads() -> None:
    async with standing_by() as (scene, standby):
        await scene.arrives("7", INBOUND)
        await scene.sees("/channels/7/ring")
        assert scene.asked("/channels/7/move") == []
        scene.served = True
        assert await scene.sees("/channels/7/move") == [{"app": "router", "appArgs": ",".join(INBOUND)}]
        await scene.leaves("7")
        await wait_for(lambda: not standby.held, 10, "it to be gone")


async def test_a_caller_whom_the_leader_does_not_get_is_moved_again() -> None:
    async with standing_by() as (scene, standby):
        scene.served = True
        await scene.arrives("7", INBOUND)
        await scene.sees("/channels/7/move")
        await scene.move_fails("7")
        await scene.sees("/channels/7/move", 2)
        await scene.leaves("7")
        await wait_for(lambda: not standby.held, 10, "it to be gone")


async def test_callers_get_the_fallback_when_nobody_leads_for_long_and_agents_codes_end() -> None:
    async with standing_by(patience_s=0.2) as (scene, _):
        await scene.arrives("7", INBOUND)
        await scene.arrives("8", ["returned", "staff1", "NOANSWER"])
        await scene.arrives("9", ["feature", "*1", "anna"])
        assert await scene.sees("/channels/7/continue") == [FALLBACK]
        assert await scene.sees("/channels/8/continue") == [FALLBACK]
        await scene.sees("/channels/9")
        assert scene.asked("/channels/9/continue") == []


async def test_a_caller_who_hangs_up_meanwhile_is_not_missed() -> None:
    async with standing_by(patience_s=0.3) as (scene, standby):
        await scene.arrives("7", INBOUND)
        await scene.sees("/channels/7/ring")
        await scene.leaves("7")
        await wait_for(lambda: not standby.held, 10, "it to be gone")
        await scene.arrives("8", INBOUND)
        await scene.sees("/channels/8/continue")
        assert scene.asked("/channels/7/continue") == []


async def test_who_was_held_before_a_restart_is_held_again_and_only_once() -> None:
    async with fake_ari() as asterisk, connect(asterisk.url, USER, PASSWORD, Options(pool_size=4)) as client:
        there = {**application("router-b"), "channel_ids": ["7"]}
        asterisk.answer("PUT", "/applications/router-b/eventFilter", 200, there)
        asterisk.answer("GET", "/applications/router-b", 200, there)
        place = {"context": "from-trunk", "exten": "1", "priority": 6, "app_name": "StasisBroadcast"}
        handed = {**place, "app_data": "1000,^router,inbound:%2B4930111:p=allowed"}
        asterisk.answer("GET", "/channels/7", 200, {**channel("7"), "dialplan": handed})
        start = event("StasisStart", application="router-b", args=INBOUND, channel=channel("7"))
        asterisk.frames_on_connect = [orjson.dumps(start).decode()]
        scene = Scene(asterisk)
        scene.served = True
        standby = Standby(client, node="b", leading=lambda: False, served=lambda: scene.served)
        running = asyncio.create_task(standby.run())
        assert await scene.sees("/channels/7/move") == [{"app": "router", "appArgs": ",".join(INBOUND)}]
        await scene.leaves("7")
        await wait_for(lambda: not standby.held, 10, "it to be gone")
        assert (len(scene.asked("/channels/7/ring")), len(scene.asked("/channels/7/move"))) == (1, 1)
        running.cancel()
        await asyncio.wait({running})


async def test_a_router_that_ends_gives_whom_it_holds_to_the_fallback() -> None:
    async with standing_by() as (scene, standby):
        await scene.arrives("7", INBOUND)
        await scene.sees("/channels/7/ring")
        await standby.let_go()
        assert scene.asked("/channels/7/continue") == [FALLBACK]
