"""The agents' live events, over real websockets."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from router.core.view import HouseView, Presence
from router.web import build_app, serve
from router.web.feed import LONGEST_QUEUE, Feed
from router.web.own import own_views
from tests.shells.web.desk import (
    ANNA,
    BERND,
    CROWDED,
    IDLE,
    OFFERED,
    TALKING,
    TOKEN,
    FakeDesk,
    Running,
    agent_view,
    bearer,
    hashed,
    house,
    running,
)

EVENTS = "/api/v1/agents/anna/events"
WRAPPING = house(agent_view(ANNA, Presence.WRAP_UP, TALKING.calls[0].call), agent_view(BERND), calls=TALKING.calls)


@pytest.fixture
async def web() -> AsyncIterator[Running]:
    async with running() as served:
        yield served


async def heard(socket: ClientWebSocketResponse) -> tuple[str, str, bool]:
    """The next event: its type, the agent's presence, and whether a call is shown."""
    event: dict[str, Any] = await socket.receive_json(timeout=5)
    return event["type"], event["agent"]["presence"], event["agent"]["call"] is not None


async def test_a_socket_begins_with_a_snapshot_and_tells_each_change(web: Running) -> None:
    async with web.http.ws_connect(EVENTS, headers=bearer(ANNA)) as socket:
        assert await heard(socket) == ("snapshot", "available", False)
        for view in (OFFERED, TALKING, WRAPPING, IDLE):
            web.desk.show(view)
        assert await heard(socket) == ("offer", "offered", True)
        assert await heard(socket) == ("call", "talking", True)
        assert await heard(socket) == ("wrap_up", "wrap_up", True)
        assert await heard(socket) == ("call", "available", False)


async def test_the_offer_tells_client_greeting_and_script_before_the_answer(web: Running) -> None:
    async with web.http.ws_connect(EVENTS, headers=bearer(ANNA)) as socket:
        await heard(socket)
        web.desk.show(OFFERED)
        call = (await socket.receive_json(timeout=5))["agent"]["call"]
    assert call["client"]["name"] == "Praxis Dr. Müller"
    assert call["greeting"].startswith("Praxis Doktor Müller")
    assert call["script"].startswith("Nach dem Geburtsdatum")
    assert call["staff"][0]["id"] == "weiss"


async def test_what_is_parked_is_told_at_once_and_that_others_wait_is_not(web: Running) -> None:
    async with web.http.ws_connect(EVENTS, headers=bearer(ANNA)) as socket:
        await heard(socket)
        web.desk.show(replace(IDLE, waiting=CROWDED.waiting))
        web.desk.show(CROWDED)
        event = await socket.receive_json(timeout=5)
    assert event["type"] == "parked"
    assert [call["id"] for call in event["agent"]["parked"]] == ["call-4"]


async def test_two_sockets_of_one_agent_are_both_served(web: Running) -> None:
    async with (
        web.http.ws_connect(EVENTS, headers=bearer(ANNA)) as one,
        web.http.ws_connect(EVENTS, headers=bearer(ANNA)) as other,
    ):
        assert await heard(one) == await heard(other)
        web.desk.show(OFFERED)
        assert await heard(one) == await heard(other) == ("offer", "offered", True)


async def test_another_agents_socket_hears_nothing_of_it(web: Running) -> None:
    async with web.http.ws_connect("/api/v1/agents/bernd/events", headers=bearer(BERND)) as socket:
        await heard(socket)
        web.desk.show(OFFERED)
        web.desk.show(house(agent_view(ANNA), agent_view(BERND, Presence.PAUSED)))
        assert await heard(socket) == ("presence", "paused", False)


async def test_a_browser_sends_its_token_as_a_subprotocol(web: Running) -> None:
    protocols = ("vorzimmer.v1", f"bearer.{TOKEN[ANNA]}")
    async with web.http.ws_connect(EVENTS, protocols=protocols) as socket:
        assert socket.protocol == "vorzimmer.v1"
        assert (await heard(socket))[0] == "snapshot"


@pytest.mark.parametrize(("token", "status"), [("wrong", 401), (TOKEN[BERND], 403)])
async def test_a_socket_is_not_opened_for_others(web: Running, token: str, status: int) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await web.http.ws_connect(EVENTS, protocols=("vorzimmer.v1", f"bearer.{token}"))
    assert refused.value.status == status


async def test_a_withdrawn_token_ends_open_sockets_before_the_next_message(web: Running) -> None:
    async with web.http.ws_connect(EVENTS, headers=bearer(ANNA)) as socket:
        await heard(socket)
        web.tokens[ANNA] = "0" * 64
        web.desk.show(OFFERED)
        last = await socket.receive(timeout=5)
    assert (last.type, last.data) == (WSMsgType.CLOSE, 1008)


async def test_an_agent_taken_out_of_the_house_is_cut_off(web: Running) -> None:
    async with web.http.ws_connect(EVENTS, headers=bearer(ANNA)) as socket:
        await heard(socket)
        web.desk.show(house(agent_view(BERND)))
        assert (await socket.receive(timeout=5)).type in {WSMsgType.CLOSE, WSMsgType.CLOSED}


def test_a_slow_reader_is_cut_off_and_the_others_go_on() -> None:
    feed, cut = Feed(), list[str]()
    own = own_views(IDLE)[ANNA]
    with (
        feed.subscribed(own, lambda: cut.append("slow")),
        feed.subscribed(own, lambda: cut.append("fast")) as fast,
    ):
        for turn in range(LONGEST_QUEUE * 2):
            feed.changed(partial(_turn, turn))
            fast.changes.get_nowait()
    assert cut == ["slow"]


def _turn(turn: int) -> HouseView:
    return OFFERED if turn % 2 == 0 else IDLE


async def test_a_socket_that_has_fallen_behind_is_closed_without_waiting_for_it(web: Running) -> None:
    async with web.http.ws_connect(EVENTS, headers=bearer(ANNA)) as socket:
        await heard(socket)
        for turn in range(LONGEST_QUEUE * 2):
            web.desk.show(_turn(turn))
        kinds = {(await socket.receive(timeout=5)).type for _ in range(2)}
    assert kinds <= {WSMsgType.CLOSED, WSMsgType.ERROR}


async def test_a_router_that_goes_away_says_so_to_its_sockets() -> None:
    desk = FakeDesk()
    app = build_app(desk=desk, readiness=desk, tokens=hashed, metrics=bytes)
    async with ClientSession() as http:
        async with serve(app, "127.0.0.1", 0) as port:
            socket = await http.ws_connect(f"http://127.0.0.1:{port}{EVENTS}", headers=bearer(ANNA))
            await heard(socket)
            ending = asyncio.create_task(socket.receive(timeout=5))
        assert (await ending).data == 1001
    assert desk.watchers == []
