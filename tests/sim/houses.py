"""Small houses in which simulations play."""

from collections.abc import Iterable
from typing import Any

from router.core.house import Agent, Client, Greeting, GreetingMode, House, OfferBy, Tariff, Team
from router.core.ids import AgentId, CallId, ClientId, Millis, Skill, TariffId
from router.core.queue import Overflow, Queue, Say, Stage
from router.core.skills import needs_of
from router.sim.draws import Always, Exponential
from router.sim.people import Caller, Habits

MONDAY: Millis = 1_795_388_400_000  # 2026-11-23 00:00 in Berlin
SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
TALK: Millis = 180_000
PLAYED = (Greeting(mode=GreetingMode.PLAY, text="Guten Tag, einen Augenblick bitte."),)

# As Erlang supposes: nobody hesitates, nothing comes after, nobody gives up.
MEMORYLESS = Habits(talk=Exponential(mean=TALK), wrap_up=Always(mean=0), answer=Always(mean=0), patience=None)
# Everything takes as long as it says.
STEADY = Habits(
    talk=Always(mean=60_000), wrap_up=Always(mean=10_000), answer=Always(mean=3_000), patience=Always(mean=90_000)
)


def client(
    name: str = "alpha", *skills: str, number: int = 1, overflow: Iterable[Overflow] = (), **changes: Any
) -> Client:
    """A client at number +49301000`number`, whose callers need these skills; `changes` are of the queue."""
    waiting: dict[str, Any] = {"max_wait_ms": DAY, "overflow": tuple(overflow) or (Say(text="Niemand ist frei."),)}
    stage = Stage(after_ms=0, needs=needs_of({Skill(skill): 1 for skill in skills}))
    own = {key: changes.pop(key) for key in ("greetings", "staff", "tariff", "block") if key in changes}
    settings: dict[str, Any] = {"tariff": Tariff(id=TariffId("standard"), version=1)} | own
    return Client(
        id=ClientId(name),
        name=name.title(),
        numbers=(f"+49301000{number}",),
        forwarded_from=(),
        queue=Queue(**({"stages": (stage,)} | waiting | changes)),
        trunk="carrier",
        caller_id=f"+49301000{number}",
        **settings,
    )


def agents(count: int, *skills: str, offer_by: OfferBy = OfferBy.PHONE, team: Team | None = None) -> tuple[Agent, ...]:
    """So many agents who are all alike, named after their first skill."""
    name = skills[0] if skills else "agent"
    known = {Skill(skill): 1 for skill in skills}
    return tuple(
        Agent(id=AgentId(f"{name}{number}"), name=f"{name} {number}", skills=known, offer_by=offer_by, team=team)
        for number in range(count)
    )


def house(clients: Iterable[Client], people: Iterable[Agent], **changes: Any) -> House:
    """The whole of it."""
    return House(
        version="1",
        clients={one.id: one for one in clients},
        agents={one.id: one for one in people},
        **changes,
    )


def caller(number: int, at: Millis, *, to: int = 1, **known: Any) -> Caller:
    """Somebody who calls the client at number `to`, so long after midnight."""
    return Caller(
        call=CallId(f"call{number}"),
        at=MONDAY + at,
        dialled=f"+49301000{to}",
        caller=f"+4917{number:08}",
        **known,
    )
