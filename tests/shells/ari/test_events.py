"""Events from the websocket to handlers, sinks and streams."""

import asyncio
import logging
from typing import Any

import pytest

from router.ari.client import Client, connect
from router.ari.errors import AriUsage
from router.ari.generated.channels import Channel
from router.ari.generated.events import ChannelDtmfReceived, Dial, StasisStart
from router.ari.options import Options
from router.ari.received import Received, UnknownEvent
from tests.fakes.ari_server import PASSWORD, USER, FakeAri, channel, playback
from tests.shells.ari.waiting import until


async def test_events_arrive_in_the_order_they_were_sent(server: FakeAri, client: Client) -> None:
    digits: list[str] = []
    received: list[Received] = []
    client.on_channel_event(ChannelDtmfReceived, lambda _channel, event: digits.append(event.digit))
    client.on_any_event(received.append)
    await client.start("router")
    for number in range(500):
        await server.tell("ChannelDtmfReceived", digit=str(number), duration_ms=90, channel=channel("c"))
    await until(lambda: len(digits) == 500)
    assert digits == [str(number) for number in range(500)]
    stamps = [item.received_ns for item in received]
    assert stamps == sorted(stamps)


async def test_a_channel_handler_gets_the_channel_and_the_typed_event(server: FakeAri, client: Client) -> None:
    told: list[tuple[Channel, StasisStart]] = []
    client.on_channel_event("StasisStart", lambda *arguments: told.append(arguments))
    await client.start("router")
    await server.tell("StasisStart", args=["inbound", "030"], channel=channel("c", "Ring"))
    await until(lambda: told)
    [(handle, event)] = told
    assert handle.id == "c"
    assert handle.snapshot.state == "Ring"
    assert event.args == ("inbound", "030")
    assert event.replace_channel is None
    assert event.timestamp.microsecond == 123_000


async def test_a_handler_may_be_there_before_its_object(server: FakeAri, client: Client) -> None:
    told: list[str] = []
    client.channel("ours").on_event(StasisStart, lambda handle, _event: told.append(handle.id))
    await client.start("router")
    await server.tell("StasisStart", args=[], channel=channel("another"))
    await server.tell("StasisStart", args=[], channel=channel("ours"))
    await until(lambda: told)
    assert told == ["ours"]


async def test_an_event_that_names_two_channels_reaches_the_handlers_of_both(server: FakeAri, client: Client) -> None:
    told: list[str] = []
    for ident in ("caller", "agent"):
        client.channel(ident).on_event(Dial, lambda handle, event: told.append(f"{handle.id} {event.dialstatus}"))
    await client.start("router")
    await server.tell("Dial", dialstatus="ANSWER", caller=channel("caller"), peer=channel("agent"))
    await until(lambda: len(told) == 2)
    assert sorted(told) == ["agent ANSWER", "caller ANSWER"]


async def test_handlers_go_with_their_objects(server: FakeAri, client: Client) -> None:
    told: list[str] = []
    client.channel("c").on_event("ChannelDestroyed", lambda _handle, event: told.append(event.cause_txt))
    client.playback("p").on_event("PlaybackFinished", lambda _handle, event: told.append(event.playback.state))
    await client.start("router")
    assert client.watched == 2
    for _ in range(2):
        await server.tell("ChannelDestroyed", cause=16, cause_txt="Normal Clearing", channel=channel("c"))
        await server.tell("PlaybackFinished", playback=playback("p"))
    seen = client.stream()
    await server.tell("StasisEnd", channel=channel("last"))
    async for received in seen:
        if received.event.type == "StasisEnd":
            break
    assert told == ["Normal Clearing", "done"]
    assert client.watched == 0


async def test_a_channel_that_left_keeps_its_handlers_for_a_moment_only(server: FakeAri) -> None:
    told: list[str] = []
    async with connect(server.url, USER, PASSWORD, Options(linger=0.05)) as client:
        for ident in ("gone", "back"):
            client.channel(ident).on_event("ChannelDestroyed", lambda handle, _event: told.append(handle.id))
        await client.start("router")
        for ident in ("gone", "back"):
            await server.tell("StasisEnd", channel=channel(ident))
        await server.tell("StasisStart", args=[], channel=channel("back"))
        await until(lambda: client.watched == 1)
        for ident in ("gone", "back"):
            await server.tell("ChannelDestroyed", cause=16, cause_txt="", channel=channel(ident))
        await until(lambda: client.watched == 0)
    assert told == ["back"]


async def test_destruction_after_leaving_is_still_told(server: FakeAri, client: Client) -> None:
    told: list[str] = []
    client.channel("c").on_event("ChannelDestroyed", lambda handle, _event: told.append(handle.id))
    await client.start("router")
    await server.tell("StasisEnd", channel=channel("c"))
    await server.tell("ChannelDestroyed", cause=16, cause_txt="", channel=channel("c"))
    await until(lambda: told == ["c"])
    assert client.watched == 0


async def test_a_closed_subscription_is_silent(server: FakeAri, client: Client) -> None:
    told: list[str] = []
    handle = client.channel("c")
    for subscription in (
        client.on_event("StasisEnd", lambda _event: told.append("type")),
        client.on_channel_event("StasisEnd", lambda *_: told.append("channel")),
        handle.on_event("StasisEnd", lambda *_: told.append("object")),
        client.on_any_event(lambda _: told.append("any")),
    ):
        subscription.close()
        subscription.close()
    assert client.watched == 0
    handle.on_event("StasisEnd", lambda *_: told.append("forgotten"))
    handle.forget()
    seen = client.stream()
    await client.start("router")
    await server.tell("StasisEnd", channel=channel("c"))
    await anext(seen)
    assert told == []


async def test_unknown_and_odd_events_pass_through(server: FakeAri, client: Client) -> None:
    seen = client.stream()
    await client.start("router")
    await server.tell("Invented", answer=42)
    await server.tell("StasisStart", args=[], channel={"name": "without id"})
    await server.tell("StasisEnd", channel=channel("c"), brand_new_field=1)
    events = [(await anext(seen)).event for _ in range(3)]
    assert isinstance(events[0], UnknownEvent)
    assert (events[0].type, events[0].raw["answer"], events[0].problem) == ("Invented", 42, "not in the API")
    assert isinstance(events[1], UnknownEvent)
    assert events[1].problem == "field 'id': expected a non-empty text, got NoneType"
    assert events[2].type == "StasisEnd"
    assert not isinstance(events[2], UnknownEvent)


async def test_malformed_frames_are_dropped_and_counted(
    server: FakeAri, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    seen = client.stream()
    await client.start("router")
    for frame in ("{not json", "[]", '{"no": "type"}'):
        await server.tell_raw(frame)
    await server.tell("StasisEnd", channel=channel("c"))
    assert (await anext(seen)).event.type == "StasisEnd"
    assert client.malformed == 3
    assert "not json" not in caplog.text


async def test_a_huge_event_is_read(server: FakeAri, client: Client) -> None:
    seen = client.stream()
    await client.start("router")
    await server.tell("ChannelUserevent", eventname="big", userevent={"text": "x" * 8_000_000}, channel=channel("c"))
    event: Any = (await anext(seen)).event
    assert len(event.userevent["text"]) == 8_000_000


async def test_a_slow_handler_holds_up_neither_the_reader_nor_other_objects(server: FakeAri, client: Client) -> None:
    never = asyncio.Event()
    told: list[str] = []

    async def handle(handle: Channel, _event: StasisStart) -> None:
        if handle.id == "slow":
            await never.wait()
        told.append(handle.id)

    client.on_channel_event("StasisStart", handle)
    await client.start("router")
    for ident in ("slow", "a", "b"):
        await server.tell("StasisStart", args=[], channel=channel(ident))
    await until(lambda: told == ["a", "b"])
    never.set()
    await until(lambda: told == ["a", "b", "slow"])


async def test_async_handlers_of_one_object_run_one_after_another(server: FakeAri, client: Client) -> None:
    told: list[str] = []
    release = asyncio.Event()

    async def press(_handle: Channel, event: ChannelDtmfReceived) -> None:
        told.append(f"{event.digit} begins")
        await release.wait()
        told.append(f"{event.digit} ends")

    delivered: list[Received] = []
    client.on_any_event(delivered.append)
    client.channel("c").on_event(ChannelDtmfReceived, press)
    await client.start("router")
    for digit in "12":
        await server.tell("ChannelDtmfReceived", digit=digit, duration_ms=1, channel=channel("c"))
    await until(lambda: len(delivered) == 2)
    release.set()
    await until(lambda: len(told) == 4)
    assert told == ["1 begins", "1 ends", "2 begins", "2 ends"]


async def test_a_failing_handler_is_logged_and_the_next_is_called(
    server: FakeAri, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    def fail(_argument: object) -> None:
        raise RuntimeError("a bug")

    async def fail_later(_event: object) -> None:
        raise RuntimeError("another bug")

    client.on_any_event(fail)
    client.on_event("StasisEnd", fail)
    client.on_event("StasisEnd", fail_later)
    client.on_event("StasisEnd", lambda event: told.append(event.channel.id))
    await client.start("router")
    await server.tell("StasisEnd", channel=channel("c"))
    await until(lambda: told and "another bug" in caplog.text)
    assert caplog.text.count("RuntimeError: a bug") == 2


async def test_a_backlog_is_noticed_once(server: FakeAri, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    hold = asyncio.Event()
    client.on_connect(lambda: _wait(hold))
    starting = asyncio.create_task(client.start("router"))
    await until(lambda: server.sockets)
    with caplog.at_level(logging.WARNING):
        for _ in range(1100):
            await server.tell("StasisEnd", channel=channel("c"))
        await until(lambda: client.backlog >= 1100)
    hold.set()
    await starting
    assert caplog.text.count("a handler is too slow") == 1


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def test_a_handler_may_close_the_client(server: FakeAri, client: Client) -> None:
    told: list[str] = []

    async def leave(_channel: Channel, _event: object) -> None:
        await client.close()
        told.append("closed")

    client.on_channel_event("StasisEnd", leave)
    running = asyncio.create_task(client.run("router"))
    await until(lambda: client.connected)
    await server.tell("StasisEnd", channel=channel("c"))
    async with asyncio.timeout(5):
        await running
    await until(lambda: told)


async def test_a_stream_ends_with_the_client(server: FakeAri, client: Client) -> None:
    seen = client.stream()
    delivered: list[Received] = []
    client.on_any_event(delivered.append)
    await client.start("router")
    await server.tell("StasisEnd", channel=channel("c"))
    await until(lambda: delivered)
    await client.stop()
    assert [received.event.type async for received in seen] == ["StasisEnd"]


async def test_a_handler_that_would_hear_nothing_is_refused(server: FakeAri, client: Client) -> None:
    with pytest.raises(AriUsage, match="event StasisStart never names a Bridge"):
        client.on_bridge_event("StasisStart", print)
    client.on_event("StasisEnd", print)
    with pytest.raises(AriUsage, match="event StasisEnd is not let in by the event filter"):
        await client.start("router", events=["StasisStart"])


@pytest.mark.parametrize(("names", "told"), [([], "names no type"), (["StasisStrt"], "does not have: StasisStrt")])
async def test_a_filter_that_cannot_work_is_refused(client: Client, names: list[str], told: str) -> None:
    with pytest.raises(AriUsage, match=told):
        await client.start("router", events=names)


async def test_an_object_handler_needs_the_event_that_ends_it(server: FakeAri, client: Client) -> None:
    await client.start("router", events=[StasisStart])
    with pytest.raises(AriUsage, match="ChannelDestroyed is not let in"):
        client.channel("c").on_event(StasisStart, print)


def test_a_local_handle_has_no_snapshot() -> None:
    handle = connect("http://127.0.0.1:1/ari/", "u", "p").channel("c")
    with pytest.raises(AriUsage, match="made locally"):
        _ = handle.snapshot
    with pytest.raises(AriUsage, match="needs an id"):
        connect("http://127.0.0.1:1", "u", "p").channel("")
