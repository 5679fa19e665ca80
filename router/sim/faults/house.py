"""The house that is simulated: a greeting, a queue with every way out of it, staff, a desk agent, and short limits."""

from random import Random

from router.core.house import (
    Agent,
    Client,
    Greeting,
    GreetingMode,
    House,
    OfferBy,
    Staff,
    Tariff,
    Vip,
)
from router.core.ids import AgentId, ClientId, QueueId, Skill, StaffId, TariffId
from router.core.limits import ArrivalLimits
from router.core.queue import Hearing, Queue, Say, Stage, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.skills import needs_of

NOON = 1_790_074_800_000  # a Tuesday, 2026-09-22 13:00 in Berlin
TARIFF = Tariff(id=TariffId("standard"), version=1)
WEISS, ROT = StaffId("weiss"), StaffId("rot")
ANYBODY = QueueId("anybody")
LAW = Skill("law")
PRAXIS, KANZLEI, SHOP = ClientId("praxis"), ClientId("kanzlei"), ClientId("shop")
NUMBERS = ("+493051", "+493052", "+493053")
UNKNOWN, VIP = "+493099", "+4917055555"
PEOPLE = {
    WEISS: Staff(id=WEISS, name="Frau Weiß", numbers=("+4930777", "+4917077"), key="1", ring_ms=10_000),
    ROT: Staff(id=ROT, name="Herr Rot", numbers=("+4930888",), key="2", ring_ms=8_000),
}
UNLIMITED = ArrivalLimits(calls_per_caller=None, caller_rate=None)


def a_house(chance: Random) -> House:
    """Three clients and a few agents."""
    clients = (_praxis(), _kanzlei(), _shop())
    return House(
        version="1",
        clients={client.id: client for client in clients},
        agents={agent.id: agent for agent in _agents(chance.randint(2, 4))},
        queues={ANYBODY: Queue(id=ANYBODY, name="Anybody", extension="90")},
        wrap_up_limit_ms=20_000,
        park_limit_ms=15_000,
        own_numbers=frozenset((*NUMBERS, UNKNOWN)),
        advertising_reports=2,
        advertising_block_ms=120_000,
    )


def _praxis() -> Client:
    queue = Queue(
        max_wait_ms=40_000,
        overflow=(
            ToQueue(queue=ANYBODY, max_wait_ms=15_000),
            ToStaff(staff=WEISS),
            TakeMessage(text="May we record?", key="1", max_ms=20_000),
        ),
        hearing=Hearing(first_ms=4_000, every_ms=9_000),
        callback_key="8",
        message_key="9",
    )
    greeting = Greeting(mode=GreetingMode.PLAY, text="Praxis Doktor Müller, guten Tag.")
    return _client(PRAXIS, NUMBERS[0], queue, greetings=(greeting,), vips=(Vip(number=VIP, staff=ROT),))


def _kanzlei() -> Client:
    stages = (Stage(after_ms=0, needs=needs_of({LAW: 1})), Stage(after_ms=12_000, needs=needs_of({})))
    return _client(KANZLEI, NUMBERS[1], Queue(stages=stages, max_wait_ms=50_000, overflow=(Say(text="Sorry."),)))


def _shop() -> Client:
    return _client(SHOP, NUMBERS[2], Queue(max_wait_ms=25_000, max_waiting=2, overflow=(TurnAway(),)))


def _client(name: ClientId, number: str, queue: Queue, **more: object) -> Client:
    return Client(
        id=name,
        name=name.title(),
        numbers=(number,),
        forwarded_from=(),
        tariff=TARIFF,
        queue=queue,
        staff=PEOPLE,
        trunk="carrier",
        caller_id=number,
        limits=UNLIMITED,
        **more,  # type: ignore[arg-type]
    )


def _agents(count: int) -> list[Agent]:
    return [
        Agent(
            id=AgentId(name),
            name=name.title(),
            skills={LAW: 1} if place % 2 == 0 else {},
            extension=str(10 + place),
            ring_ms=10_000,
            offer_by=OfferBy.DESK if name == "clara" else OfferBy.PHONE,
        )
        for place, name in enumerate(("anna", "bernd", "clara", "dora")[:count])
    ]
