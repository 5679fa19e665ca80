"""A stand-in for Asterisk's HTTP server: real HTTP and a real websocket on port 0, scripted by the test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
import orjson
from aiohttp import web

USER, PASSWORD = "user", "a-secret-password"
Responder = Callable[[web.Request], Awaitable[web.StreamResponse]]
STAMP = "2026-11-23T12:00:00.123+0000"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the server got it; `connection` is the client's port."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    connection: int


@dataclass
class FakeAri:
    """What tests set and look at."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    responders: dict[tuple[str, str], Responder] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    connects: int = 0
    refusals: list[int] = field(default_factory=list)
    """Statuses with which the next websocket attempts are refused."""
    silent: bool = False
    """Whether the websocket stops answering pings."""
    frames_on_connect: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, status: int = 200, body: object = None) -> None:
        """Answer this request so."""
        content = b"" if body is None else orjson.dumps(body)
        self._respond(method, path, status, content, "application/json")

    def serve(self, path: str, status: int, file: bytes) -> None:
        """Answer a request for a file so."""
        self._respond("GET", path, status, file, "audio/wav")

    def _respond(self, method: str, path: str, status: int, content: bytes, kind: str) -> None:
        async def respond(_request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=content, content_type=kind)

        self.responders[(method, path)] = respond

    def hang(self, method: str, path: str) -> asyncio.Event:
        """Answer this request only when the returned event is set."""
        release = asyncio.Event()

        async def respond(_request: web.Request) -> web.StreamResponse:
            await release.wait()
            return web.Response(status=204)

        self.responders[(method, path)] = respond
        return release

    def break_once(self, method: str, path: str, body: object) -> None:
        """Cut the connection on the first such request, answer the others."""

        async def respond(request: web.Request) -> web.StreamResponse:
            self.answer(method, path, 200, body)
            _cut(request)
            return web.Response()

        self.responders[(method, path)] = respond

    def requests(self, method: str, path: str) -> list[Seen]:
        """What came in for this."""
        return [seen for seen in self.seen if (seen.method, seen.path) == (method, path)]

    async def tell(self, kind: str, **fields: object) -> None:
        """Send one event to the newest websocket."""
        await self.tell_raw(orjson.dumps(event(kind, **fields)).decode())

    async def tell_raw(self, frame: str) -> None:
        """Send one frame."""
        await self.sockets[-1].send_str(frame)

    async def hang_up(self) -> None:
        """Close the newest websocket."""
        await self.sockets[-1].close()


def event(kind: str, **fields: object) -> dict[str, object]:
    """An event's JSON."""
    return {"type": kind, "application": "router", "timestamp": STAMP, "asterisk_id": "x", **fields}


def channel(ident: str, state: str = "Up") -> dict[str, object]:
    """A channel's JSON."""
    return {
        "id": ident,
        "name": f"PJSIP/{ident}",
        "protocol_id": "",
        "state": state,
        "caller": {"name": "", "number": "+4930111"},
        "connected": {"name": "", "number": ""},
        "accountcode": "",
        "dialplan": {"context": "c", "exten": "s", "priority": 1, "app_name": "Stasis", "app_data": "router"},
        "creationtime": STAMP,
        "language": "de",
    }


def playback(ident: str, state: str = "done") -> dict[str, object]:
    """A playback's JSON."""
    return {"id": ident, "media_uri": "sound:x", "target_uri": "bridge:b", "language": "de", "state": state}


def recording(name: str, state: str = "recording", duration: int | None = None) -> dict[str, object]:
    """A live recording's JSON; Asterisk tells `duration` in whole seconds, once it is over."""
    lasted = {} if duration is None else {"duration": duration, "talking_duration": duration, "silence_duration": 0}
    return {"name": name, "format": "wav", "target_uri": "bridge:b", "state": state, **lasted}


def application(name: str = "router") -> dict[str, object]:
    """An application's JSON."""
    lists = ("channel_ids", "bridge_ids", "endpoint_ids", "device_names", "events_allowed", "events_disallowed")
    return {"name": name, **{key: [] for key in lists}}


def _cut(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()


@asynccontextmanager
async def fake_ari() -> AsyncIterator[FakeAri]:
    """A server inside the block."""
    fake = FakeAri()
    fake.answer("GET", "/asterisk/ping", 200, {"asterisk_id": "x", "ping": "pong", "timestamp": STAMP})
    fake.answer("PUT", "/applications/router/eventFilter", 200, application())
    app = web.Application()
    app.router.add_get("/ari/events", partial(_websocket, fake))
    app.router.add_route("*", "/ari/{path:.*}", partial(_command, fake))
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()


def _authorized(request: web.Request) -> bool:
    return request.headers.get("Authorization") == aiohttp.encode_basic_auth(USER, PASSWORD)


async def _command(fake: FakeAri, request: web.Request) -> web.StreamResponse:
    content = await request.read()
    peer = request.transport.get_extra_info("peername") if request.transport else ("", 0)
    path = request.raw_path.partition("?")[0].removeprefix("/ari")
    body = orjson.loads(content) if content else None
    fake.seen.append(Seen(request.method, path, dict(request.query), body, peer[1]))
    if not _authorized(request):
        return web.json_response({"error": "Authentication required"}, status=401)
    responder = fake.responders.get((request.method, path))
    return await responder(request) if responder else web.Response(status=204)


async def _websocket(fake: FakeAri, request: web.Request) -> web.StreamResponse:
    fake.connects += 1
    status = fake.refusals.pop(0) if fake.refusals else 200 if _authorized(request) else 401
    if status != 200:
        return web.Response(status=status)
    socket = web.WebSocketResponse(autoping=False)
    await socket.prepare(request)
    fake.sockets.append(socket)
    for frame in fake.frames_on_connect:
        await socket.send_str(frame)
    async for message in socket:
        if message.type is aiohttp.WSMsgType.PING and not fake.silent:
            await socket.pong(message.data)
    return socket
