"""Commands over a pre-warmed pool of HTTP keep-alive connections.

Rules: a POST is sent once; one whose connection was closed before it was sent goes over another. GET, PUT and DELETE
are sent again once when a kept connection turns out to be dead; a DELETE may then answer 404 for what its first try
removed. No error holds the Authorization header.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar
from urllib.parse import quote

import orjson

from router.ari.connection import Answer, Connection, Dropped
from router.ari.errors import (
    AriConnectionLost,
    AriError,
    AriMalformed,
    AriRequestError,
    AriTimeout,
    AriUnreachable,
    http_error,
)
from router.ari.handles import QueryValue, Request
from router.ari.options import Options
from router.ari.target import Target

T = TypeVar("T")
PING = Request("asterisk.ping", "GET", ("asterisk", "ping"))
REPEATABLE = {"GET", "PUT", "DELETE"}


class _NotConnected(Exception):
    """No connection could be made; nothing was sent."""


class Pool:
    """Sends requests; must be made and used in one event loop."""

    def __init__(self, target: Target, options: Options) -> None:
        self._options = options
        self._host = target.url.host or ""
        self._port = target.url.port or 0
        self._tls = ssl.create_default_context() if target.url.scheme == "https" else None
        self._base = target.url.raw_path
        head = "".join(f"{name}: {value}\r\n" for name, value in target.headers.items())
        self._head = f"HTTP/1.1\r\nHost: {target.url.authority}\r\n{head}"
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()
        self._room = asyncio.Semaphore(options.pool_size)
        self._gate = asyncio.Semaphore(options.connecting_at_once)

    async def close(self) -> None:
        """Drop all connections."""
        for connection in (*self._idle, *self._busy):
            connection.close()
        self._idle.clear()
        await asyncio.sleep(0)

    async def warm(self) -> None:
        """Open all connections by a ping on each; raises the first AriRequestError."""
        pings = (self.send(PING, lambda _: None) for _ in range(self._options.pool_size))
        results = await asyncio.gather(*pings, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def send(self, request: Request, parse: Callable[[object], T]) -> T:
        """Send one request and parse its answer; raises AriRequestError or AriMalformed."""
        (result,) = await self._results((request,), partial(_parsed, parse=parse))
        if isinstance(result, AriError):
            raise result
        return result

    async def send_in_order(self, requests: Sequence[Request]) -> None:
        """Send requests at once, which Asterisk carries out in this order; what they answer is not read.

        Each is carried out even if one before it is refused. Raises the first AriRequestError.
        """
        for result in await self._results(requests, _unread):
            if isinstance(result, AriError):
                raise result

    async def _results(
        self, requests: Sequence[Request], read: Callable[[Request, Answer], T]
    ) -> Sequence[AriError | T]:
        started = self._options.clock_ns()
        results = await self._outcomes(requests, read)
        seconds = (self._options.clock_ns() - started) / 1e9
        for request, result in zip(requests, results, strict=True):
            self._options.on_request(request.operation, seconds, result.id if isinstance(result, AriError) else "ok")
        return results

    async def _outcomes(
        self, requests: Sequence[Request], read: Callable[[Request, Answer], T]
    ) -> Sequence[AriError | T]:
        try:
            async with asyncio.timeout(self._options.timeout):
                answers = await self._asked(requests)
        except AriError as error:
            return [error for _ in requests]
        except (TimeoutError, OSError, _NotConnected) as error:
            return [self._failure(request, error) for request in requests]
        return [_outcome(request, answer, read) for request, answer in zip(requests, answers, strict=True)]

    def _failure(self, request: Request, error: Exception) -> AriRequestError:
        where = (request.method, request.url_path)
        if isinstance(error, _NotConnected):
            return AriUnreachable(*where, f"cannot connect ({error})")
        if isinstance(error, TimeoutError):
            return AriTimeout(*where, f"no answer within {self._options.timeout:g} s; look whether it was carried out")
        return AriConnectionLost(*where, f"connection broke ({error}); look whether it was carried out")

    async def _asked(self, requests: Sequence[Request]) -> Sequence[Answer]:
        texts = [self._written(request) for request in requests]
        try:
            return await self._exchange(requests, texts)
        except Dropped as failure:
            repeatable = all(request.method in REPEATABLE for request in requests)
            if not (failure.unsent or (failure.unread and repeatable)):
                raise
        return await self._exchange(requests, texts)

    async def _exchange(self, requests: Sequence[Request], texts: Sequence[bytes]) -> Sequence[Answer]:
        async with self._room:
            connection = self._kept() or await self._connected()
            self._busy.add(connection)
            try:
                await self._permitted(requests)
                answers = await connection.ask(texts)
            except BaseException:
                connection.close()  # its answer may still come, and would be taken for another's
                raise
            finally:
                self._busy.discard(connection)
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
            return answers

    async def _permitted(self, requests: Sequence[Request]) -> None:
        """Asked when nothing is waited for any more but the sending."""
        allowed, change = self._options.allowed, next((one for one in requests if one.method != "GET"), None)
        if allowed is not None and change is not None and not await allowed():
            raise AriUnreachable(change.method, change.url_path, "not sent, another router has our place")

    def _kept(self) -> Connection | None:
        """The connection used last, so that those which are not needed grow old."""
        oldest = asyncio.get_running_loop().time() - self._options.keepalive
        while self._idle:
            connection = self._idle.pop()
            if connection.alive and connection.idle_since >= oldest:
                return connection
            connection.close()
        return None

    async def _connected(self) -> Connection:
        loop = asyncio.get_running_loop()
        async with self._gate:
            try:
                _, connection = await loop.create_connection(Connection, self._host, self._port, ssl=self._tls)
            except OSError as error:
                raise _NotConnected(error.strerror or type(error).__name__) from None
        return connection

    def _written(self, request: Request) -> bytes:
        body = b"" if request.body is None else orjson.dumps(request.body)
        kind = "Content-Type: application/json\r\n" if body else ""
        path = f"{self._base}{request.url_path}{_query(request.query)}"
        return f"{request.method} {path} {self._head}{kind}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _query(values: object) -> str:
    items = values.items() if isinstance(values, dict) else ()
    pairs = [f"{name}={quote(_text(value), safe='')}" for name, value in items if value is not None]
    return "?" + "&".join(pairs) if pairs else ""


def _text(value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    return ",".join(value or ())


def _message(content: bytes) -> str:
    """Asterisk's sentence in an error's body."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    found = body.get("message") or body.get("error") if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""


def _outcome(request: Request, answer: Answer, read: Callable[[Request, Answer], T]) -> AriError | T:
    if answer.status >= 400:
        return http_error(request.method, request.url_path, answer.status, _message(answer.content))
    try:
        return read(request, answer)
    except AriMalformed as error:
        return error


def _unread(_request: Request, _answer: Answer) -> None:
    """For requests whose answer tells nothing new."""


def _parsed(request: Request, answer: Answer, parse: Callable[[object], T]) -> T:
    where = f"{request.method} {request.url_path}"
    content = answer.content
    try:
        return parse(orjson.loads(content) if content and answer.kind == "application/json" else content or None)
    except orjson.JSONDecodeError:
        problem = f"{where}: {len(content)} bytes that are not JSON"
    except AriMalformed as error:
        problem = f"{where}: {error}"
    raise AriMalformed(problem)
