"""How legs of our own are placed, and how callers are given to the dialplan to be put through."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress

import structlog

from router.ari import wire
from router.ari.client import Client
from router.ari.errors import Conflict
from router.ari.handles import Request
from router.ari.plant import SAFE
from router.ari.translate import APP, PLACED, PUT_THROUGH
from router.core.commands import PutThrough, RingAgent, RingCaller, RingStaff
from router.core.ids import CallId, Millis, part_of

RING_LIMIT_S = 120  # a guard only: the core ends a ring by its own deadline
DIALLED = re.compile(r"\+?[0-9]+")  # nothing that the dialplan would take for more than a number
AUTO_ANSWER = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:127.0.0.1>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<http://127.0.0.1>;info=alert-autoanswer;delay=0",
}

log = structlog.get_logger(__name__)


async def ring_agent(client: Client, command: RingAgent) -> None:
    """Call an agent's phone. Raises AriError."""
    shown = f'"{_quotable(command.client_name)}" <{command.caller or "anonymous"}>'
    variables = AUTO_ANSWER if command.auto_answer else None
    await _originate(client, command, f"PJSIP/{command.agent}", shown, variables)


async def ring_outside(client: Client, command: RingStaff | RingCaller) -> None:
    """Call a number outside. Raises AriError."""
    await _originate(client, command, f"PJSIP/{command.number}@{command.trunk}", command.caller_id, None)


async def put_through(client: Client, command: PutThrough) -> None:
    """The dialplan dials what only these variables tell; see `put-through` in dialplan/extensions.conf."""
    if not (DIALLED.fullmatch(command.number) and SAFE.fullmatch(command.trunk)):
        raise ValueError(f"{command.number}@{command.trunk} cannot be dialled")
    shown = command.caller_id if DIALLED.fullmatch(command.caller_id) else ""
    variables = {
        "PUT_NUMBER": command.number,
        "PUT_TRUNK": command.trunk,
        "PUT_SHOWN": shown,
        "PUT_RING": _seconds_up(command.ring_ms),
    }
    channels = client.channels
    await asyncio.gather(
        client.send(_follow(command.call), wire.nothing),
        channels.setChannelVars(channelId=command.call, variables=variables),
    )
    with suppress(Conflict):  # it is there already
        await channels.continueInDialplan(
            channelId=command.call, context=PUT_THROUGH, extension=part_of(command.leg), priority=1
        )


async def _originate(
    client: Client,
    command: RingAgent | RingStaff | RingCaller,
    endpoint: str,
    caller: str,
    variables: Mapping[str, object] | None,
) -> None:
    try:
        await client.channels.originateWithId(
            channelId=command.leg,
            endpoint=endpoint,
            app=APP,
            appArgs=PLACED,
            callerId=caller,
            timeout=RING_LIMIT_S,
            originator=originator(command),
            variables=variables,
        )
    except Conflict:
        log.info("leg is there already", call=command.call, leg=command.leg)


def _follow(call: CallId) -> Request:
    """To be told of a caller's channel outside the application, too. The answer, all that the application holds, is
    not read."""
    source = {"eventSource": f"channel:{call}"}
    return Request("applications.subscribe", "POST", ("applications", APP, "subscription"), source)


def originator(command: RingAgent | RingStaff | RingCaller) -> CallId | None:
    """The caller for whom the leg is placed, if there is one in Asterisk."""
    return None if isinstance(command, RingCaller) or command.called_back else command.call


def _seconds_up(millis: Millis) -> str:
    """The dialplan counts whole ones."""
    return str(-(-millis // 1000))


def _quotable(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable() and sign not in '"<>\\')
