"""What the handlers find in the application: typed keys, and the shapes of what the composition root gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakSet

from aiohttp import web

from router.core.house import Agent, Staff
from router.core.ids import AgentId
from router.core.queue import Queue
from router.core.view import CallView
from router.engine.usecases import Desk, Readiness
from router.web.feed import Feed

Tokens = Callable[[], Mapping[AgentId, str]]
"""The SHA-256, in hex, of each agent's bearer token. Asked at each request, so that a reload counts at once."""

Transferable = Callable[[CallView], Sequence[Staff]]
"""To whom this call may be put through now, in the order in which the agent shall see them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassTargets:
    """Colleagues and queues, in the order in which the agent shall see them."""

    agents: Sequence[Agent] = ()
    queues: Sequence[Queue] = ()


NOBODY = PassTargets()

Passable = Callable[[AgentId, CallView], PassTargets]
"""To whom this agent may pass this call now."""

DESK = web.AppKey("desk", Desk)
READINESS = web.AppKey("readiness", Readiness)
TOKENS: web.AppKey[Tokens] = web.AppKey("tokens")
METRICS: web.AppKey[Callable[[], bytes]] = web.AppKey("metrics")
TRANSFERABLE: web.AppKey[Transferable] = web.AppKey("transferable")
PASSABLE: web.AppKey[Passable] = web.AppKey("passable")
FEED = web.AppKey("feed", Feed)
SOCKETS: web.AppKey[WeakSet[web.WebSocketResponse]] = web.AppKey("sockets")
AGENT: web.RequestKey[AgentId] = web.RequestKey("agent")
