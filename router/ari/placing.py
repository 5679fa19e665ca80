"""How legs of our own are placed, and how callers are given to the dialplan to be put through."""

import re
from collections.abc import Mapping
from contextlib import suppress

import structlog

from router.ari.client import Client
from router.ari.errors import Conflict, NotFound
from router.ari.handles import QueryValue, Request
from router.ari.plant import SAFE
from router.ari.translate import APP, PART_OF_EXTENSION, PLACED, PUT_THROUGH
from router.core.commands import PutThrough, RingAgent, RingCaller, RingStaff
from router.core.ids import AgentId, CallId, Millis, part_of
from router.softphones import Softphones, endpoint_of

RING_LIMIT_S = 120  # a guard only: the core ends a ring by its own deadline
ONLINE = "online"  # of an endpoint: registered
LONGEST_EXTENSION = 79  # signs, in Asterisk
DIALLED = re.compile(r"\+?[0-9]+")  # nothing that the dialplan would take for more than a number
AUTO_ANSWER = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:127.0.0.1>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<http://127.0.0.1>;info=alert-autoanswer;delay=0",
}

log = structlog.get_logger(__name__)


async def ring_agent(client: Client, command: RingAgent, softphones: Softphones | None) -> None:
    """Call an agent: in the browser once a softphone is registered there, else on the phone. Raises AriError.

    Only where a browser is connected at all is Asterisk asked: others' offers do not wait for that.
    """
    connected = softphones is not None and softphones.is_open(command.agent)
    device = await _device(client, command.agent) if connected else command.agent
    shown = f'"{_quotable(command.client_name)}" <{command.caller or "anonymous"}>'
    variables = AUTO_ANSWER if command.auto_answer else None
    await _originate(client, command, f"PJSIP/{device}", shown, variables)


async def _device(client: Client, agent: AgentId) -> str:
    softphone = endpoint_of(agent)
    with suppress(NotFound):
        if (await client.endpoints.get(tech="PJSIP", resource=softphone)).snapshot.state == ONLINE:
            return softphone
    return agent


async def ring_outside(client: Client, command: RingStaff | RingCaller) -> None:
    """Call a number outside. Raises AriError."""
    await _originate(client, command, f"PJSIP/{command.number}@{command.trunk}", command.caller_id, None)


async def put_through(client: Client, command: PutThrough) -> None:
    """The extension tells the dialplan all that it dials; see `put-through` in dialplan/extensions.conf.

    Together, because a caller waits; in this order, or what comes between the two would not be heard.
    """
    extension = _extension(command)
    with suppress(Conflict):  # it is there already
        await client.send_in_order((_follow(command.call), _into(command.call, extension)))


def _extension(command: PutThrough) -> str:
    if not (DIALLED.fullmatch(command.number) and SAFE.fullmatch(command.trunk)):
        raise ValueError(f"{command.number}@{command.trunk} cannot be dialled")
    shown = command.caller_id if DIALLED.fullmatch(command.caller_id) else ""
    parts = (part_of(command.leg), command.number, command.trunk, shown, _seconds_up(command.ring_ms))
    if len(extension := PART_OF_EXTENSION.join(parts)) > LONGEST_EXTENSION:
        raise ValueError(f"{extension} is more than Asterisk takes")
    return extension


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
    """To be told of a caller's channel outside the application, too."""
    source = {"eventSource": f"channel:{call}"}
    return Request("applications.subscribe", "POST", ("applications", APP, "subscription"), source)


def _into(call: CallId, extension: str) -> Request:
    there: dict[str, QueryValue] = {"context": PUT_THROUGH, "extension": extension, "priority": 1}
    return Request("channels.continueInDialplan", "POST", ("channels", call, "continue"), there)


def originator(command: RingAgent | RingStaff | RingCaller) -> CallId | None:
    """The caller for whom the leg is placed, if there is one in Asterisk."""
    return None if isinstance(command, RingCaller) or command.called_back else command.call


def _seconds_up(millis: Millis) -> str:
    """The dialplan counts whole ones."""
    return str(-(-millis // 1000))


def _quotable(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable() and sign not in '"<>\\')
