"""A desk without an engine, and the house that it shows."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp import ClientSession, web

from router.core.errors import RequestRefused
from router.core.events import AgentEvent
from router.core.house import Agent, Staff
from router.core.ids import AgentId, CallId, ClientId, QueueId, StaffId
from router.core.queue import Queue
from router.core.view import AgentView, CallView, HouseView, Phase, Presence, WaitingView
from router.web import build_app, serve
from router.web.keys import PassTargets
from router.web.live import BEAT_S

ANNA, BERND = AgentId("anna"), AgentId("bernd")
TOKEN = {ANNA: "anna-token-1234", BERND: "bernd-token-5678"}
NOON = 1_795_000_000_125

CALL = CallView(
    call=CallId("call-1"),
    client=ClientId("praxis"),
    client_name="Praxis Dr. Müller",
    phase=Phase.OFFERED,
    since=NOON,
    arrived=NOON - 5000,
    caller="+493012345678",
    agent=ANNA,
    greeting="Praxis Doktor Müller, guten Tag.",
    script="Nach dem Geburtsdatum fragen.",
)
FRAU_WEISS = Staff(id=StaffId("weiss"), name="Frau Weiß", numbers=("+4930777",), key="1", responsibility="Termine")


def agent_view(agent: AgentId, presence: Presence = Presence.AVAILABLE, call: CallId | None = None) -> AgentView:
    return AgentView(
        agent=agent, name=agent.title(), presence=presence, intent=Presence.AVAILABLE, since=NOON, call=call
    )


def house(*agents: AgentView, calls: tuple[CallView, ...] = ()) -> HouseView:
    return HouseView(calls=calls, agents=agents, waiting=())


IDLE = house(agent_view(ANNA), agent_view(BERND))
OFFERED = house(agent_view(ANNA, Presence.OFFERED, CALL.call), agent_view(BERND), calls=(CALL,))
TALKING = house(
    agent_view(ANNA, Presence.TALKING, CALL.call), agent_view(BERND), calls=(replace(CALL, phase=Phase.TALKING),)
)


def takeable(call: str, client: str, name: str, *, pledge: bool = False) -> WaitingView:
    return WaitingView(
        call=CallId(call),
        skills=frozenset(),
        since=NOON,
        queue=QueueId("shops"),
        client=ClientId(client),
        client_name=name,
        pledge=pledge,
    )


BLUMEN, KANZLEI = ("blumen", "Blumen Bunt"), ("kanzlei", "Kanzlei Recht")
CROWDED = replace(  # two wait and two are parked, one each of a client who needs a pledge; Bernd has made one
    house(agent_view(ANNA), replace(agent_view(BERND), pledged=True)),
    waiting=(takeable("call-2", *BLUMEN), takeable("call-3", *KANZLEI, pledge=True)),
    parked=(takeable("call-4", *BLUMEN), takeable("call-5", *KANZLEI, pledge=True)),
)
COLLEAGUES = PassTargets(
    agents=(Agent(id=BERND, name="Bernd", extension="12"),),
    queues=(Queue(id=QueueId("legal"), name="Kanzleien", extension="72"),),
)


@dataclass
class FakeDesk:
    """Implements `Desk` and `Readiness`: keeps what was asked, shows what the test set."""

    shown: HouseView = IDLE
    asked: list[AgentEvent] = field(default_factory=list)
    refusal: Exception | None = None
    trouble: tuple[str, ...] = ()
    watchers: list[Callable[[], None]] = field(default_factory=list)

    async def request(self, event: AgentEvent) -> None:
        if self.refusal:
            raise self.refusal
        self.asked.append(event)

    def view(self) -> HouseView:
        return self.shown

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        self.watchers.append(changed)
        return lambda: self.watchers.remove(changed)

    def problems(self) -> tuple[str, ...]:
        return self.trouble

    def show(self, view: HouseView) -> None:
        """One turn of the loop, after which the house stands like this."""
        self.shown = view
        for changed in list(self.watchers):
            changed()


def hashed() -> dict[AgentId, str]:
    return {agent: hashlib.sha256(token.encode()).hexdigest() for agent, token in TOKEN.items()}


@dataclass
class Running:
    """A served application and its client."""

    desk: FakeDesk
    tokens: dict[AgentId, str]
    http: ClientSession


def built(desk: FakeDesk, tokens: dict[AgentId, str] | None = None, *, beat_s: float = BEAT_S) -> web.Application:
    """An application as the router serves it, on this desk."""
    known = hashed() if tokens is None else tokens
    return build_app(
        desk=desk,
        readiness=desk,
        tokens=lambda: known,
        metrics=lambda: b"vorzimmer_up 1\n",
        transferable=lambda _call: (FRAU_WEISS,),
        passable=lambda _agent, _call: COLLEAGUES,
        beat_s=beat_s,
    )


@asynccontextmanager
async def running(desk: FakeDesk | None = None, *, beat_s: float = BEAT_S) -> AsyncIterator[Running]:
    desk, tokens = desk or FakeDesk(), hashed()
    app = built(desk, tokens, beat_s=beat_s)
    async with serve(app, "127.0.0.1", 0) as port, ClientSession(f"http://127.0.0.1:{port}") as http:
        yield Running(desk=desk, tokens=tokens, http=http)


def bearer(agent: AgentId) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN[agent]}"}


NOT_NOW = RequestRefused("No call is offered to you now.")
