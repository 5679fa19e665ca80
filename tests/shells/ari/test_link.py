"""The websocket's life: connecting, losing, reconnecting."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from router.ari.client import Client, connect
from router.ari.errors import AriApplicationReplaced, AriError, AriLinkLost, AriUnauthorized, AriUsage
from router.ari.options import Backoff, Options
from tests.fakes.ari_server import PASSWORD, USER, FakeAri, channel, event
from tests.shells.ari.conftest import QUICK
from tests.shells.ari.waiting import until


def following(client: Client) -> list[str]:
    """What the client lives through, in order."""
    told: list[str] = []

    async def up() -> None:
        told.append("up")

    async def down(reason: AriError) -> None:
        told.append(f"down {reason.id}")

    client.on_connect(up)
    client.on_disconnect(down)
    client.on_any_event(lambda received: told.append(received.event.type))
    return told


async def test_only_the_used_events_are_let_in_after_every_connect(server: FakeAri, client: Client) -> None:
    await client.start("router", events=["StasisStart", "StasisEnd"])
    await server.hang_up()
    await until(lambda: client.reconnects == 1 and client.connected)
    filters = server.requests("PUT", "/applications/router/eventFilter")
    allowed = {"allowed": [{"type": "ApplicationReplaced"}, {"type": "StasisEnd"}, {"type": "StasisStart"}]}
    assert [seen.body for seen in filters] == [allowed, allowed]


async def test_events_wait_until_the_reconcile_after_a_connect_is_done(server: FakeAri, client: Client) -> None:
    import orjson

    told = following(client)
    reconciled = asyncio.Event()

    async def reconcile() -> None:
        told.append("reconcile")
        await reconciled.wait()

    client.on_connect(reconcile)
    server.frames_on_connect = [orjson.dumps(event("StasisStart", args=[], channel=channel("c"))).decode()]
    starting = asyncio.create_task(client.start("router", events=["StasisStart"]))
    await until(lambda: client.backlog == 1 and "reconcile" in told)
    assert server.requests("PUT", "/applications/router/eventFilter")
    reconciled.set()
    await starting
    await until(lambda: not client.backlog)
    assert told == ["up", "reconcile", "StasisStart"]


async def test_the_order_of_a_loss_is_events_then_down_then_up(server: FakeAri, client: Client) -> None:
    told = following(client)
    await client.start("router")
    await server.tell("StasisEnd", channel=channel("c"))
    await server.hang_up()
    await until(lambda: told.count("up") == 2)
    await server.tell("StasisEnd", channel=channel("c"))
    await until(lambda: len(told) == 5)
    assert told == ["up", "StasisEnd", "down ari.link_lost", "up", "StasisEnd"]


async def test_silence_is_a_loss(server: FakeAri) -> None:
    server.silent = True
    async with connect(server.url, USER, PASSWORD, Options(**QUICK, heartbeat=0.05)) as client:
        told = following(client)
        await client.start("router")
        await until(lambda: "down ari.link_lost" in told)


def test_silence_is_noticed_within_three_seconds() -> None:
    assert Options().heartbeat * 1.5 < 3


async def test_asterisk_may_be_booting(server: FakeAri, client: Client) -> None:
    server.refusals = [404, 404, 503]
    await client.start("router")
    assert server.connects == 4


async def test_pauses_double_up_to_the_cap_and_start_again_after_a_success(server: FakeAri) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    server.refusals = [404] * 7
    options = Options(chance=lambda: 0.5, sleep=sleep, backoff_patience=0, backoff_soon=0.2, backoff_cap=2.0)
    async with connect(server.url, USER, PASSWORD, options) as client:
        await client.start("router")
        await server.hang_up()
        await until(lambda: client.reconnects == 1)
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 0.1]


def test_the_first_pauses_are_short_all_of_them() -> None:
    backoff = Backoff(Options(chance=lambda: 1.0))
    assert [backoff.next() for _ in range(15)] == [0.1, 0.2, 0.4, *[0.5] * 10, 1.0, 1.0]


@pytest.mark.parametrize("chance", [0.0, 0.999])
def test_every_pause_lies_between_nothing_and_its_limit(chance: float) -> None:
    backoff = Backoff(Options(chance=lambda: chance, backoff_patience=0, backoff_soon=1, backoff_cap=8))
    assert [backoff.next() for _ in range(5)] == [chance * limit for limit in (1, 2, 4, 8, 8)]
    for _ in range(5000):
        assert backoff.next() <= 8


async def test_a_wrong_password_is_a_clear_error(server: FakeAri, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with connect(server.url, USER, "a-wrong-one") as client:
        with pytest.raises(AriUnauthorized) as caught:
            await client.start("router")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text + repr(client)
    assert "GET /events: 401" in str(caught.value)
    assert "a-wrong-one" not in shown
    assert "Basic " not in shown
    assert server.connects == 1


async def test_a_password_refused_later_is_retried(server: FakeAri, client: Client) -> None:
    await client.start("router")
    server.refusals = [401, 401]
    await server.hang_up()
    await until(lambda: client.connected and client.reconnects == 1)


async def test_a_taken_name_ends_the_client_instead_of_fighting(server: FakeAri, client: Client) -> None:
    told = following(client)
    running = asyncio.create_task(client.run("router"))
    await until(lambda: client.connected)
    await server.tell("ApplicationReplaced")
    with pytest.raises(AriApplicationReplaced, match="application 'router' was taken over"):
        await running
    assert told == ["up", "ApplicationReplaced", "down ari.application_replaced"]
    assert server.connects == 1
    assert not client.connected


async def test_a_failed_reconcile_drops_the_connection_and_is_tried_again(server: FakeAri, client: Client) -> None:
    told = following(client)
    server.answer("GET", "/channels", 500)

    async def reconcile() -> None:
        await client.channels.list()

    async def repair() -> None:
        server.answer("GET", "/channels", 200, [])

    client.on_connect(repair)
    client.on_connect(reconcile)
    failing = client.on_connect(_raising(AriLinkLost("lost in the middle")))
    starting = asyncio.create_task(client.start("router"))
    await until(lambda: server.connects >= 3)
    failing.close()
    await starting
    assert set(told) == {"up"}


async def test_a_bug_in_the_first_reconcile_is_raised(server: FakeAri, client: Client) -> None:
    client.on_connect(_raising(RuntimeError("a bug")))
    with pytest.raises(RuntimeError, match="a bug"):
        await client.start("router")
    assert not client.connected


async def test_a_bug_in_a_later_reconcile_is_logged_and_tried_again(
    server: FakeAri, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await client.start("router")
    failing = client.on_connect(_raising(RuntimeError("a bug")))
    await server.hang_up()
    await until(lambda: "RuntimeError: a bug" in caplog.text)
    failing.close()
    await until(lambda: client.connected)


def _raising(error: Exception) -> Callable[[], Any]:
    async def hook() -> None:
        raise error

    return hook


async def test_a_client_can_be_stopped_and_started_again(server: FakeAri, client: Client) -> None:
    await client.start("router")
    with pytest.raises(AriUsage, match="already started"):
        await client.start("router")
    await client.stop()
    await client.channel("c").answer()
    await client.start("router")
    assert client.connected


async def test_a_cancelled_start_leaves_nothing_running(client: Client) -> None:
    before = asyncio.all_tasks()
    async with connect("http://127.0.0.1:1", USER, PASSWORD, Options(**QUICK)) as other:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(other.start("router"), 0.05)
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("url", ["ftp://x", "http://u:p@x", "x", "http://x/?api_key=u:p"])
def test_only_plain_urls_are_taken(url: str) -> None:
    with pytest.raises(AriUsage) as caught:
        connect(url, USER, PASSWORD)
    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://h:1", "http://h:1/", "http://h:1/ari", "http://h:1/ari/"])
def test_the_url_may_end_with_ari_or_not(url: str) -> None:
    assert repr(connect(url, USER, PASSWORD)) == "<ARI client of http://h:1/ari>"
