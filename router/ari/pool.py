"""Commands over a pre-warmed pool of HTTP keep-alive connections.

Rules: a POST is sent once. GET, PUT and DELETE are sent again once by aiohttp when a kept connection turns out to be
dead; a DELETE may then answer 404 for what its first try removed. Errors are raised outside of aiohttp's own, whose
repr holds the Authorization header.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import aiohttp
import orjson
from yarl import URL

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


class _GentleConnector(aiohttp.TCPConnector):
    """Opens only a few connections at once."""

    def __init__(self, options: Options) -> None:
        super().__init__(limit=options.pool_size, keepalive_timeout=options.keepalive)
        self._gate = asyncio.Semaphore(options.connecting_at_once)

    async def _create_connection(self, *args: Any, **kwargs: Any) -> Any:
        async with self._gate:
            return await super()._create_connection(*args, **kwargs)


class Pool:
    """Sends requests; must be made and used in one event loop."""

    def __init__(self, target: Target, options: Options) -> None:
        self._target = target
        self._options = options
        self._base = str(target.url)
        self._http = aiohttp.ClientSession(
            connector=_GentleConnector(options),
            headers=target.headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=options.timeout),
        )

    async def close(self) -> None:
        """Drop all connections."""
        await self._http.close()

    async def warm(self) -> None:
        """Open all connections by a ping on each; raises the first AriRequestError."""
        pings = (self.send(PING, lambda _: None) for _ in range(self._options.pool_size))
        results = await asyncio.gather(*pings, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def send(self, request: Request, parse: Callable[[object], T]) -> T:
        """Send one request and parse its answer; raises AriRequestError or AriMalformed."""
        started = self._options.clock_ns()
        result = await self._outcome(request, parse)
        seconds = (self._options.clock_ns() - started) / 1e9
        if isinstance(result, AriError):
            self._options.on_request(request.operation, seconds, result.id)
            raise result
        self._options.on_request(request.operation, seconds, "ok")
        return result

    async def _outcome(self, request: Request, parse: Callable[[object], T]) -> T | AriError:
        try:
            return await self._exchange(request, parse)
        except AriError as error:
            return error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return self._failure(request, error)

    def _failure(self, request: Request, error: Exception) -> AriRequestError:
        where = (request.method, request.url_path)
        if isinstance(error, TimeoutError):
            return AriTimeout(*where, f"no answer within {self._options.timeout:g} s; look whether it was carried out")
        if isinstance(error, aiohttp.ClientConnectorError):
            return AriUnreachable(*where, f"cannot connect ({error.os_error.strerror or 'no reason given'})")
        return AriConnectionLost(*where, f"connection broke ({type(error).__name__}); look whether it was carried out")

    async def _exchange(self, request: Request, parse: Callable[[object], T]) -> T:
        url = URL(self._base + request.url_path, encoded=True)
        body = None if request.body is None else orjson.dumps(request.body)
        headers = None if body is None else {"Content-Type": "application/json"}
        query = _query(request.query)
        async with self._http.request(request.method, url, params=query, data=body, headers=headers) as response:
            content = await response.read()
            if response.status >= 400:
                raise http_error(request.method, request.url_path, response.status, _message(content))
            return _parsed(request, response.content_type, content, parse)


def _query(values: object) -> dict[str, str]:
    items = values.items() if isinstance(values, dict) else ()
    return {name: _text(value) for name, value in items if value is not None}


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


def _parsed(request: Request, content_type: str, content: bytes, parse: Callable[[object], T]) -> T:
    where = f"{request.method} {request.url_path}"
    try:
        decoded = orjson.loads(content) if content and content_type == "application/json" else content or None
        return parse(decoded)
    except orjson.JSONDecodeError:
        problem = f"{where}: {len(content)} bytes that are not JSON"
    except AriMalformed as error:
        problem = f"{where}: {error}"
    raise AriMalformed(problem)
