"""What would happen with a call: the same decisions as for a real one, and for every agent why, or why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from router.core.events import CallerArrived
from router.core.house import BlockEntry, GreetingMode, House
from router.core.ids import AgentId, CallId, ClientId, LegId, Millis
from router.core.patterns import covers
from router.core.record import Arrival
from router.core.route import Decision, Farewell, Ordinary, Refused, Straight, decide, greeting_at, identified
from router.core.skills import lacking, told
from router.core.trace import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The trace of a decision, and each agent's reason not to be offered the call (empty: would be)."""

    decision: Decision
    steps: tuple[Step, ...]
    agents: Mapping[AgentId, str]


def explain(
    house: House, arrived: CallerArrived, now: Millis, added: Mapping[ClientId, Sequence[BlockEntry]]
) -> Explanation:
    """Explain a call that may never have happened; agents are judged by their skills alone."""
    decision = decide(house, arrived, now, _facts(house, arrived, added))
    client = decision.client
    needed = client.queue.stages[0].needs if client and isinstance(decision.way, Ordinary | Straight) else None
    agents = {} if needed is None else {agent.id: lacking(agent, needed) for agent in house.agents.values()}
    return Explanation(decision=decision, steps=(*decision.steps, *_way(decision, now)), agents=agents)


def _facts(house: House, arrived: CallerArrived, added: Mapping[ClientId, Sequence[BlockEntry]]) -> Arrival:
    client, _ = identified(house, arrived)
    entries = added.get(client.id, ()) if client else ()
    return Arrival(added=tuple(entry for entry in entries if arrived.caller and covers(entry, arrived.caller)))


def arrival(*, dialled: str, caller: str | None, forwarded_by: Sequence[str] = ()) -> CallerArrived:
    """A call that never happened."""
    return CallerArrived(
        call=CallId("explain"), leg=LegId("explain"), dialled=dialled, caller=caller, forwarded_by=tuple(forwarded_by)
    )


def _way(decision: Decision, now: Millis) -> Sequence[Step]:
    match decision.way:
        case Refused(refusal=refusal, ending=ending):
            return [Step(at=now, rule="way", outcome=f"refused ({refusal})", because=ending.reason)]
        case Farewell(text=text, ending=ending):
            return [Step(at=now, rule="way", outcome="announcement", because=f"{ending.reason}: {text}")]
        case Straight(staff=staff):
            return [Step(at=now, rule="way", outcome="straight through", because=staff.name), *_ordinary(decision, now)]
        case Ordinary():
            return _ordinary(decision, now)


def _ordinary(decision: Decision, now: Millis) -> Sequence[Step]:
    client = decision.client
    greeting = greeting_at(client.greetings, now) if client else None
    skills = told(client.queue.stages[0].needs) if client else "any skills"
    played = greeting is not None and greeting.mode is GreetingMode.PLAY
    words = greeting.recording or greeting.text if greeting else "none"
    return [
        Step(at=now, rule="greeting", outcome="play" if played else "hand_off", because=words),
        Step(at=now, rule="queue", outcome="first in line" if decision.vip else "in line", because=f"needs {skills}"),
    ]
