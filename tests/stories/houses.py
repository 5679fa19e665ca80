"""The house in which the stories play: three clients, three agents, everything that a call can meet."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from router.core.hours import WEEKDAYS, Hours, Span
from router.core.house import (
    Agent,
    AllowEntry,
    BlockEntry,
    Client,
    ClientStatus,
    Greeting,
    GreetingMode,
    House,
    OfferBy,
    Staff,
    Tariff,
    Vip,
)
from router.core.ids import AgentId, ClientId, Skill, StaffId, TariffId
from router.core.queue import Queue, Say, Stage
from router.core.skills import Level, Needs, needs_of

NOON = 1_790_074_800_000  # a Tuesday, 2026-09-22 13:00 in Berlin
STANDARD = Tariff(id=TariffId("standard"), version=1)

PRAXIS, KANZLEI, BLUMEN = ClientId("praxis"), ClientId("kanzlei"), ClientId("blumen")
ANNA, BERND, CLARA = AgentId("anna"), AgentId("bernd"), AgentId("clara")
DEUTSCH, JURA = Skill("deutsch"), Skill("jura")
WEISS, ROT, NACHT = StaffId("weiss"), StaffId("rot"), StaffId("nacht")

PRAXIS_NUMBER, KANZLEI_NUMBER, BLUMEN_NUMBER = "+493055500", "+493055511", "+493055522"
SHARED_NUMBER = "+493055599"
PRAXIS_OWN, KANZLEI_OWN = "+49301110", "+49302220"

SOMEBODY, SOMEBODY_ELSE = "+4917011111", "+4917022222"
FRIEND, VIP_CALLER, VIP_STRAIGHT, PEST = "+4917033333", "+4917044444", "+4917055555", "+4917066666"
CALL_CENTRE, FRIEND_OF_PRAXIS = "+4932277777", "+4932288888"

ALWAYS_OPEN = (Span(start=0, end=1440),)
AT_NIGHT = Hours(name="night", week={day: (Span(start=0, end=360), Span(start=1320, end=1440)) for day in WEEKDAYS})
AT_DAY = Hours(name="day", week={day: (Span(start=360, end=1320),) for day in WEEKDAYS})

FRAU_WEISS = Staff(id=WEISS, name="Frau Weiß", numbers=("+4930777", "+4917077"), key="1", ring_ms=20_000)
HERR_ROT = Staff(id=ROT, name="Herr Rot", numbers=("+4930888",), key="2", transferable=False)
NIGHT_DOCTOR = Staff(id=NACHT, name="Nachtdienst", numbers=("+4930999",), key="3", hours=AT_NIGHT)

GREETED = (Greeting(mode=GreetingMode.PLAY, text="Praxis Doktor Müller, guten Tag."),)
BLOCKED_BY_PRAXIS = (BlockEntry(number=PEST, reason="rude"),)
BLOCKED_BY_HOUSE = (BlockEntry(prefix="+49322", reason="call centres"),)


def waiting_for(
    *, needs: Iterable[Skill], max_wait_ms: int = 600_000, overflow_text: str = "Leider ist niemand frei."
) -> Queue:
    """A queue for whoever has these skills, at any level."""
    stage = Stage(after_ms=0, needs=needs_of(dict.fromkeys(needs, 1)))
    return Queue(stages=(stage,), max_wait_ms=max_wait_ms, overflow=(Say(text=overflow_text),))


def praxis(**changes: Any) -> Client:
    """A doctor's surgery: no greeting of its own, staff, and every kind of list."""
    waiting: dict[str, Any] = {"needs": (DEUTSCH,), "max_wait_ms": 120_000}
    waiting |= {key: changes.pop(key) for key in ("needs", "max_wait_ms", "overflow_text") if key in changes}
    surgery = Client(
        id=PRAXIS,
        name="Praxis Dr. Müller",
        numbers=(PRAXIS_NUMBER,),
        forwarded_from=(PRAXIS_OWN,),
        tariff=STANDARD,
        queue=waiting_for(**waiting),
        staff={person.id: person for person in (FRAU_WEISS, HERR_ROT, NIGHT_DOCTOR)},
        allow=(AllowEntry(number=FRIEND, staff=WEISS), AllowEntry(number=FRIEND_OF_PRAXIS, staff=WEISS)),
        block=BLOCKED_BY_PRAXIS,
        vips=(Vip(number=VIP_CALLER, name="Herr Wichtig"), Vip(number=VIP_STRAIGHT, staff=ROT)),
        block_text="Dieser Anschluss nimmt keine Werbeanrufe an.",
        trunk="carrier",
        caller_id=PRAXIS_NUMBER,
    )
    return replace(surgery, **changes)


def kanzlei(**changes: Any) -> Client:
    """A law firm, whose calls need somebody who knows the law."""
    firm = Client(
        id=KANZLEI,
        name="Kanzlei Recht",
        numbers=(KANZLEI_NUMBER,),
        forwarded_from=(KANZLEI_OWN,),
        tariff=STANDARD,
        queue=waiting_for(needs=(DEUTSCH, JURA)),
    )
    return replace(firm, **changes)


def blumen(**changes: Any) -> Client:
    """A flower shop that does not pay."""
    shop = Client(
        id=BLUMEN,
        name="Blumen Bunt",
        numbers=(BLUMEN_NUMBER,),
        forwarded_from=(),
        tariff=STANDARD,
        status=ClientStatus.SUSPENDED,
    )
    return replace(shop, **changes)


def agent(name: str, *skills: Skill, offer_by: OfferBy = OfferBy.PHONE, **changes: Any) -> Agent:
    """An agent called by the id."""
    return Agent(id=AgentId(name), name=name.title(), skills=dict.fromkeys(skills, 1), offer_by=offer_by, **changes)


def skilled(name: str, levels: Mapping[Skill, Level], **changes: Any) -> Agent:
    """An agent called by the id, with a level for each skill."""
    return Agent(id=AgentId(name), name=name.title(), skills=levels, **changes)


def a_queue(*needs: tuple[float, Needs], text: str = "Leider ist niemand frei.", **changes: Any) -> Queue:
    """A queue in which, from each of these seconds on, so much is needed; nothing at all when nothing is given."""
    stages = tuple(Stage(after_ms=round(after * 1000), needs=needed) for after, needed in needs or ((0, Needs()),))
    return replace(Queue(stages=stages, overflow=(Say(text=text),)), **changes)


AGENTS = (agent("anna", DEUTSCH), agent("bernd", DEUTSCH), agent("clara", DEUTSCH, JURA, offer_by=OfferBy.DESK))


def a_house(
    *, clients: Iterable[Client] | None = None, agents: Iterable[Agent] = AGENTS, version: str = "1", **changes: Any
) -> House:
    """The whole house, with what this story changes."""
    every = tuple(clients) if clients is not None else (praxis(), kanzlei(), blumen())
    known: Mapping[ClientId, Client] = {client.id: client for client in every}
    house = House(version=version, clients=known, agents={one.id: one for one in agents}, block=BLOCKED_BY_HOUSE)
    return replace(house, **changes)


def with_praxis(**changes: Any) -> House:
    """The house with a changed surgery."""
    return a_house(clients=(praxis(**changes), kanzlei(), blumen()))
