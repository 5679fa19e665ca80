"""Commands over the HTTP pool."""

import asyncio
import traceback

import pytest

from router.ari import errors, models
from router.ari.client import Client, connect
from router.ari.handles import Request
from router.ari.options import Options
from tests.fakes.ari_server import PASSWORD, USER, FakeAri, channel
from tests.shells.ari.waiting import until


async def test_warming_opens_every_connection_of_the_pool(server: FakeAri, client: Client) -> None:
    await client.start("router")
    assert len({seen.connection for seen in server.requests("GET", "/asterisk/ping")}) == 16


async def test_commands_reuse_the_warmed_connections(server: FakeAri, client: Client) -> None:
    await client.start("router")
    warmed = {seen.connection for seen in server.seen}
    await asyncio.gather(*(client.channels.answer(channelId=f"c{number}") for number in range(60)))
    assert {seen.connection for seen in server.seen} == warmed


async def test_a_command_carries_asterisks_own_names(server: FakeAri, client: Client) -> None:
    server.answer("POST", "/channels/a%2Fb%20c", 200, channel("a/b c"))
    made = await client.channel("a/b c").originateWithId(
        endpoint="PJSIP/agent", app="router", appArgs="x,y", timeout=20, variables={"CALL": "1"}
    )
    [seen] = server.requests("POST", "/channels/a%2Fb%20c")
    assert seen.query == {"endpoint": "PJSIP/agent", "app": "router", "appArgs": "x,y", "timeout": "20"}
    assert seen.body == {"variables": {"CALL": "1"}}
    assert made == client.channel("a/b c")
    assert made.snapshot.caller.number == "+4930111"


async def test_lists_and_truth_values_are_written_as_asterisk_reads_them(server: FakeAri, client: Client) -> None:
    await client.bridge("b").addChannel(channel=["x", "y"], mute=True)
    assert server.seen[-1].query == {"channel": "x,y", "mute": "true"}


async def test_a_claim_is_a_command_of_the_events_resource(server: FakeAri, client: Client) -> None:
    await client.events.claimChannel(channelId="c", application="router")
    assert server.requests("POST", "/events/claim")[0].query == {"channelId": "c", "application": "router"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (401, errors.AriUnauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (412, errors.PreconditionFailed),
        (422, errors.Unprocessable),
        (418, errors.AriHttpError),
        (503, errors.ServerError),
    ],
)
async def test_each_status_has_its_error(
    server: FakeAri, client: Client, status: int, kind: type[errors.AriHttpError]
) -> None:
    server.answer("POST", "/channels/c/answer", status, {"message": "Channel not in Stasis application"})
    with pytest.raises(kind) as caught:
        await client.channel("c").answer()
    assert type(caught.value) is kind
    assert str(caught.value) == f"POST /channels/c/answer: {status} Channel not in Stasis application"


async def test_a_late_answer_is_an_unknown_outcome(server: FakeAri) -> None:
    server.hang("POST", "/channels/c/answer")
    async with connect(server.url, USER, PASSWORD, Options(timeout=0.05)) as client:
        with pytest.raises(errors.AriTimeout) as caught:
            await client.channel("c").answer()
    assert caught.value.outcome_unknown


async def test_a_post_on_a_broken_connection_is_sent_once(server: FakeAri, client: Client) -> None:
    server.break_once("POST", "/channels/c/answer", None)
    await client.asterisk.ping()
    with pytest.raises(errors.AriConnectionLost) as caught:
        await client.channel("c").answer()
    assert caught.value.outcome_unknown
    assert len(server.requests("POST", "/channels/c/answer")) == 1


async def test_a_get_on_a_dead_kept_connection_is_sent_again(server: FakeAri, client: Client) -> None:
    server.break_once("GET", "/channels/c", channel("c"))
    await client.asterisk.ping()
    assert (await client.channels.get(channelId="c")).id == "c"


async def test_an_unreachable_asterisk_was_asked_nothing() -> None:
    async with connect("http://127.0.0.1:1", USER, PASSWORD) as client:
        with pytest.raises(errors.AriUnreachable) as caught:
            await client.channel("c").answer()
    assert not caught.value.outcome_unknown


async def test_an_answer_that_is_no_json_is_malformed(server: FakeAri, client: Client) -> None:
    server.answer("GET", "/channels/c", 200, {"id": 7})
    with pytest.raises(errors.AriMalformed, match="GET /channels/c: field 'id': expected a non-empty text, got int"):
        await client.channels.get(channelId="c")


async def test_every_request_is_reported(server: FakeAri) -> None:
    told: list[tuple[str, str]] = []
    options = Options(on_request=lambda operation, _seconds, outcome: told.append((operation, outcome)))
    async with connect(server.url, USER, PASSWORD, options) as client:
        await client.channel("c").answer()
        server.answer("DELETE", "/channels/c", 404)
        with pytest.raises(errors.NotFound):
            await client.channel("c").hangup(reason="normal")
    assert told == [("channels.answer", "ok"), ("channels.hangup", "ari.not_found")]


async def test_more_commands_than_connections_wait_their_turn(server: FakeAri, client: Client) -> None:
    release = server.hang("POST", "/channels/slow/answer")
    slow = [asyncio.create_task(client.channel("slow").answer()) for _ in range(16)]
    await until(lambda: len(server.requests("POST", "/channels/slow/answer")) == 16)
    quick = asyncio.create_task(client.channel("quick").answer())
    release.set()
    await asyncio.gather(*slow, quick)


@pytest.mark.parametrize("failure", ["status", "timeout", "break", "malformed"])
async def test_no_error_shows_the_password(server: FakeAri, failure: str) -> None:
    server.hang("GET", "/channels/timeout")
    server.break_once("POST", "/channels/break", None)
    server.answer("GET", "/channels/malformed", 200, [])
    password = "another-secret" if failure == "status" else PASSWORD
    async with connect(server.url, USER, password, Options(timeout=0.05)) as client:
        request = Request("x", "POST" if failure == "break" else "GET", ("channels", failure))
        with pytest.raises(errors.AriError) as caught:
            await client.send(request, models.Channel.parse)
        told = (*traceback.format_exception(caught.value), repr(caught.value), repr(vars(caught.value)), repr(client))
        shown = "".join(told)
    assert caught.value.__context__ is None
    for secret in ("Basic ", PASSWORD, "another-secret"):
        assert secret not in shown
