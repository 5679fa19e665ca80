"""The agent's telephone in the browser: what it registers with, and its way to Asterisk.

The browser speaks SIP over a websocket of this same origin, which is handed on to Asterisk's own. Asterisk's HTTP
server, where ARI is, stays closed to everybody else. Sound goes straight between browser and Asterisk.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSCloseCode, WSMsgType, web

from router.core.desk.access import denial
from router.softphones import Softphones, endpoint_of
from router.web.access import Access, Route
from router.web.agents import own_view_of
from router.web.auth import asking
from router.web.keys import AGENT, SOCKETS
from router.web.own import dumped
from router.web.people import REREAD_MS

SIP = "sip"  # the subprotocol, of RFC 7118
LONGEST_MESSAGE = 32 * 1024  # bytes; an INVITE with every candidate and codec is a tenth of it
HEARTBEAT_S = 20.0
LOOK_S = 10.0
CONNECTING_S = 5.0
CLOSING_S = 2.0

Socket = web.WebSocketResponse | ClientWebSocketResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class SipWay:
    """How browsers reach Asterisk: `asterisk` is the address of its websocket."""

    softphones: Softphones
    asterisk: str


SIP_WAY = web.AppKey("sip_way", SipWay)


async def show(request: web.Request) -> web.Response:
    """With what the agent's browser registers."""
    agent = own_view_of(request).agent.agent
    name, password = endpoint_of(agent), request.app[SIP_WAY].softphones.password(agent)
    return web.json_response({"user": name, "password": password, "sip": f"/api/v1/agents/{agent}/sip"}, dumps=dumped)


async def connect(request: web.Request) -> web.WebSocketResponse:
    """One browser's SIP, until either side ends it, or the agent is signed out."""
    agent, way = own_view_of(request).agent.agent, request.app[SIP_WAY]
    browser = web.WebSocketResponse(
        protocols=(SIP,), heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_MESSAGE, timeout=CLOSING_S
    )
    await browser.prepare(request)
    request.app[SOCKETS].add(browser)
    code: int = WSCloseCode.TRY_AGAIN_LATER
    with suppress(ClientError, TimeoutError):
        async with ClientSession() as http, asyncio.timeout(CONNECTING_S) as limit:
            asterisk = await http.ws_connect(way.asterisk, protocols=(SIP,), max_msg_size=LONGEST_MESSAGE)
            limit.reschedule(None)
            async with asterisk:
                with way.softphones.opened(agent):
                    code = await _both_ways(request, browser, asterisk)
    await browser.close(code=code)
    return browser


async def _both_ways(request: web.Request, browser: web.WebSocketResponse, asterisk: ClientWebSocketResponse) -> int:
    """Hand on until one ends; gives with which code the browser is told."""
    tasks = {
        asyncio.create_task(_hand_on(browser, asterisk)): WSCloseCode.OK,
        asyncio.create_task(_hand_on(asterisk, browser)): WSCloseCode.TRY_AGAIN_LATER,
        asyncio.create_task(_signed_out(request)): WSCloseCode.POLICY_VIOLATION,
    }
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return max(tasks[task] for task in ended)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _hand_on(here: Socket, there: Socket) -> None:
    with suppress(ConnectionError):  # the other direction sees the same end
        async for message in here:
            if message.type is WSMsgType.TEXT:
                await there.send_str(message.data)
            elif message.type is WSMsgType.BINARY:
                await there.send_bytes(message.data)


async def _signed_out(request: web.Request) -> None:
    """Ends when the agent may no longer be here. Nothing tells of that, so it is looked up now and then."""
    denied = None
    while denied is None:
        await asyncio.sleep(LOOK_S)
        denied = denial(Access.OWN_AGENT, await asking(request, within_ms=REREAD_MS), request[AGENT])


ROUTES = (
    Route("GET", "/api/v1/agents/{agent}/softphone", show, Access.OWN_AGENT),
    Route("GET", "/api/v1/agents/{agent}/sip", connect, Access.OWN_AGENT),
)
