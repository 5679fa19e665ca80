"""The HTTP between router and Asterisk, byte by byte: what an answer may look like, and what ends a connection."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from router.ari.errors import AriConnectionLost, AriTimeout, AriUnreachable, NotFound
from router.ari.handles import Request
from router.ari.options import Options
from router.ari.pool import Pool
from router.ari.target import Target
from tests.lab.waiting import wait_for

GET = Request("a.question", "GET", ("channels",))
POST = Request("an.order", "POST", ("channels", "1", "ring"))
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n"
HANG_UP = b"hang up"


class Script:
    """A server that says the next piece at each request; `requests` are the first lines, by connection."""

    def __init__(self, *answers: bytes | Sequence[bytes]) -> None:
        self._answers = list(answers)
        self.requests: list[list[str]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told: list[str] = []
        self.requests.append(told)
        try:
            while self._answers:
                head = await reader.readuntil(b"\r\n\r\n")
                told.append(head.decode().splitlines()[0])
                await self._say(writer, self._answers.pop(0))
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, answer: bytes | Sequence[bytes]) -> None:
        for piece in [answer] if isinstance(answer, bytes) else answer:
            if piece == HANG_UP:
                raise ConnectionResetError
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)  # one piece of the stream each


@asynccontextmanager
async def pool_to(script: Script, host: str = "127.0.0.1", **options: object) -> AsyncIterator[Pool]:
    server = await asyncio.start_server(script.serve, host, 0)
    port = server.sockets[0].getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    pool = Pool(Target.of(f"http://{shown}:{port}", "user", "secret"), Options(pool_size=1, **options))  # type: ignore[arg-type]
    yield pool
    await pool.close()
    server.close()


async def ask(pool: Pool, request: Request = GET) -> object:
    return await pool.send(request, lambda value: value)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([bytes([byte]) for byte in OK + b"[1]"], id="byte by byte"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"1\r\n[\r\n2\r\n1]\r\n0\r\n\r\n",
            id="chunked",
        ),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"[1]", id="after 100 Continue"),
        pytest.param(OK.replace(b"json\r", b"json; charset=utf-8\r") + b"[1]", id="with a charset"),
    ],
)
async def test_an_answer_may_come_in_any_form(answer: bytes | Sequence[bytes]) -> None:
    script = Script(answer, OK + b"[2]")
    async with pool_to(script) as pool:
        assert [await ask(pool), await ask(pool)] == [[1], [2]]
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "unasked",
    [
        pytest.param(OK + b"[9]", id="a whole one"),
        pytest.param(OK[:30], id="the beginning of one"),
        pytest.param(b"what?", id="no HTTP"),
    ],
)
async def test_what_nobody_asked_for_is_nobodys_answer(unasked: bytes) -> None:
    script = Script(OK + b"[1]" + unasked, OK + b"[2]")
    async with pool_to(script) as pool:
        assert await ask(pool) == [1]
        assert await ask(pool, POST) == [2]
    assert [len(requests) for requests in script.requests] == [1, 1]


async def test_a_connection_that_asterisk_closes_is_not_used_again() -> None:
    script = Script(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + b"[1]", OK + b"[2]")
    async with pool_to(script) as pool:
        assert [await ask(pool, POST), await ask(pool, POST)] == [[1], [2]]
    assert len(script.requests) == 2


async def test_an_answer_that_ends_half_way_is_an_unknown_outcome() -> None:
    script = Script([OK + b"[", HANG_UP], OK + b"[2]")
    async with pool_to(script) as pool:
        with pytest.raises(AriConnectionLost) as lost:
            await ask(pool, POST)
        assert lost.value.outcome_unknown
        assert await ask(pool) == [2]


async def test_who_stops_waiting_leaves_no_answer_behind() -> None:
    script = Script([OK], OK + b"[2]")
    async with pool_to(script) as pool:
        asking = asyncio.create_task(ask(pool))
        await wait_for(lambda: any(script.requests), 10, "the request")
        asking.cancel()
        await asyncio.wait({asking})
        assert await ask(pool) == [2]
    assert len(script.requests) == 2


async def test_a_late_answer_is_not_the_next_ones() -> None:
    script = Script([OK], OK + b"[2]")
    async with pool_to(script, timeout=0.3) as pool:
        with pytest.raises(AriTimeout):
            await ask(pool)
        assert await ask(pool) == [2]


async def test_a_command_whose_connection_ends_while_it_waits_for_leave_goes_over_another() -> None:
    script = Script(OK + b"[1]", OK + b"[2]")
    leave = asyncio.Event()
    leave.set()

    async def allowed() -> bool:
        await leave.wait()
        return True

    async with pool_to(script, allowed=allowed) as pool:
        assert await ask(pool, POST) == [1]
        leave.clear()
        asking = asyncio.create_task(ask(pool, POST))
        await wait_for(lambda: bool(pool._busy), 10, "the command to wait for leave")
        pool._busy.pop().close()
        leave.set()
        assert await asking == [2]
    assert [len(requests) for requests in script.requests] == [1, 1]


async def test_requests_that_belong_together_go_out_at_once_and_each_has_its_answer() -> None:
    refused = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    script = Script(OK + b"[1]", refused, OK + b"[2]")
    async with pool_to(script) as pool:
        with pytest.raises(NotFound):
            await pool.send_in_order([POST, POST])
        assert await ask(pool) == [2]
    assert len(script.requests) == 1


async def test_of_requests_that_belong_together_one_without_an_answer_is_an_unknown_outcome() -> None:
    script = Script(OK + b"[1]", [HANG_UP], OK + b"[2]")
    async with pool_to(script) as pool:
        with pytest.raises(AriConnectionLost) as lost:
            await pool.send_in_order([POST, POST])
        assert lost.value.outcome_unknown
        assert await ask(pool) == [2]


async def test_asterisk_may_have_an_address_of_ipv6() -> None:
    script = Script(OK + b"[1]")
    try:
        async with pool_to(script, "::1") as pool:
            assert await ask(pool) == [1]
    except OSError:
        pytest.skip("no IPv6 here")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_whether_anything_may_be_changed_is_asked_before_each_sending(method: str) -> None:
    answers = iter([True, False, True])

    async def allowed() -> bool:
        return next(answers)

    script, order = Script(OK + b"[1]", OK + b"[2]", OK + b"[3]"), Request("an.order", method, ("channels", "1"))
    async with pool_to(script, allowed=allowed) as pool:
        assert await ask(pool, order) == [1]
        with pytest.raises(AriUnreachable, match="not sent, another router has our place"):
            await ask(pool, order)
        assert await ask(pool, order) == [2]
    assert sum(len(told) for told in script.requests) == 2


async def test_a_request_that_goes_over_another_connection_is_asked_about_again() -> None:
    answers = iter([True, False])

    async def allowed() -> bool:
        return next(answers)

    script = Script(OK + b"[1]", HANG_UP, OK + b"[2]")
    async with pool_to(script, allowed=allowed) as pool:
        assert await ask(pool) == [1]
        with pytest.raises(AriUnreachable, match="another router"):
            await ask(pool, Request("an.order", "DELETE", ("channels", "1")))
    assert [len(told) for told in script.requests if told] == [2]


async def test_who_may_change_nothing_may_still_look() -> None:
    async def allowed() -> bool:
        return False

    async with pool_to(Script(OK + b"[1]"), allowed=allowed) as pool:
        assert await ask(pool) == [1]
