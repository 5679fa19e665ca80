"""What would happen with a call: the same decisions as for a real one, and for every agent why, or why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from router.core.events import CallerArrived
from router.core.hours import in_words
from router.core.house import Agent, BlockEntry, Client, GreetingMode, House
from router.core.ids import AgentId, CallId, ClientId, LegId, Millis
from router.core.line import needs_at
from router.core.patterns import covers
from router.core.queue import Overflow, Queue, Say, Stage, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.record import Arrival
from router.core.route import (
    Decision,
    Farewell,
    Ordinary,
    Refused,
    Straight,
    decide,
    greeting_at,
    identified,
    script_at,
)
from router.core.seats import why_not
from router.core.skills import told
from router.core.trace import Step
from router.core.view import Presence, SeatView


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One agent held against a call: for each stage of its needs why not, empty when the agent could be offered it."""

    agent: AgentId
    name: str
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The trace of a decision; for a call that gets to the agents the stages of its needs, and each agent judged."""

    decision: Decision
    steps: tuple[Step, ...]
    stages: tuple[Stage, ...] = ()
    agents: tuple[Judged, ...] = ()


def explain(
    house: House,
    arrived: CallerArrived,
    now: Millis,
    facts: Arrival,
    seats: Mapping[AgentId, SeatView] | None = None,
) -> Explanation:
    """Explain a call that may never have happened. `seats`: how the agents stand, who is missing there is off; without
    them every agent counts as free, so that skills, pledge and team hours alone decide."""
    decision = decide(house, arrived, now, facts)
    steps = (*decision.steps, *_way(decision, now))
    if decision.client is None or not isinstance(decision.way, Ordinary | Straight):
        return Explanation(decision=decision, steps=steps)
    stages = stages_of(decision.client.queue)
    agents = tuple(_judged(agent, _seat(agent, seats, now), stages, now) for agent in house.agents.values())
    return Explanation(decision=decision, steps=steps, stages=stages, agents=agents)


def stages_of(queue: Queue) -> tuple[Stage, ...]:
    """What is needed when, the pledge kept to the end."""
    return tuple(
        Stage(after_ms=stage.after_ms, needs=needs_at(queue, number)) for number, stage in enumerate(queue.stages)
    )


def facts_of(
    house: House,
    arrived: CallerArrived,
    added: Mapping[ClientId, Sequence[BlockEntry]],
    for_all: Sequence[BlockEntry] = (),
) -> Arrival:
    """What would be known of a call that never happened: the block entries made since the YAML was read."""
    client, _ = identified(house, arrived)
    mine = added.get(client.id, ()) if client else ()
    return Arrival(added=_covering(mine, arrived.caller), added_for_all=_covering(for_all, arrived.caller))


def arrival(*, dialled: str, caller: str | None, forwarded_by: Sequence[str] = ()) -> CallerArrived:
    """A call that never happened."""
    return CallerArrived(
        call=CallId("explain"), leg=LegId("explain"), dialled=dialled, caller=caller, forwarded_by=tuple(forwarded_by)
    )


def _covering(entries: Sequence[BlockEntry], caller: str | None) -> tuple[BlockEntry, ...]:
    return tuple(entry for entry in entries if caller is not None and covers(entry, caller))


def _seat(agent: Agent, seats: Mapping[AgentId, SeatView] | None, now: Millis) -> SeatView:
    if seats is None:
        return SeatView(agent=agent.id, at=now, intent=Presence.AVAILABLE)
    return seats.get(agent.id) or SeatView(agent=agent.id, at=now, intent=Presence.OFF)


def _judged(agent: Agent, seat: SeatView, stages: Sequence[Stage], now: Millis) -> Judged:
    """Each stage at its own time: a team's hours may begin or end while the caller waits."""
    reasons = tuple(why_not(seat, agent, stage.needs, now + stage.after_ms) for stage in stages)
    return Judged(agent=agent.id, name=agent.name, why_not=reasons)


# --- the way ----------------------------------------------------------------------------------------------------------


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
    if client is None:
        return []
    return [
        _greeting(client, now),
        *_script(client, now, vip=decision.vip),
        _queue(client.queue, now, vip=decision.vip),
        *(_relaxing(stage, now) for stage in stages_of(client.queue)[1:]),
        Step(at=now, rule="overflow", outcome=f"after {_seconds(client.queue.max_wait_ms)}", because=_then(client)),
    ]


def _greeting(client: Client, now: Millis) -> Step:
    greeting = greeting_at(client.greetings, now)
    if greeting is None:
        return Step(at=now, rule="greeting", outcome="hand_off", because="none")
    outcome = "play" if greeting.mode is GreetingMode.PLAY else "hand_off"
    words = greeting.recording or greeting.text
    return Step(at=now, rule="greeting", outcome=outcome, because=f"{in_words(greeting, now)}: {words}")


def _script(client: Client, now: Millis, *, vip: bool) -> Sequence[Step]:
    script = script_at(client.scripts, now, vip=vip)
    if script is None:
        return []
    return [Step(at=now, rule="script", outcome="vip" if script.vip else "for all", because=in_words(script, now))]


def _queue(queue: Queue, now: Millis, *, vip: bool) -> Step:
    ahead = queue.vip_head_start_ms if vip else queue.head_start_ms
    start = f", as if having waited {_seconds(ahead)} longer" if ahead else ""
    because = f"needs {told(stages_of(queue)[0].needs)}; {queue.choice}{start}"
    return Step(at=now, rule="queue", outcome=queue.id, because=because)


def _relaxing(stage: Stage, now: Millis) -> Step:
    because = f"needs {told(stage.needs)}"
    return Step(at=now + stage.after_ms, rule="relaxed", outcome=f"after {_seconds(stage.after_ms)}", because=because)


def _then(client: Client) -> str:
    return ", then ".join(map(_named, client.queue.overflow)) or _named(TurnAway())


def _named(step: Overflow) -> str:
    match step:
        case ToQueue(queue=queue, max_wait_ms=limit):
            return f"queue {queue} for {_seconds(limit)}"
        case ToStaff(staff=staff):
            return f"staff {staff}"
        case TakeMessage():
            return "a message, with the caller's consent"
        case Say(text=text) if text:
            return "a last word"
        case _:
            return "turned away"


def _seconds(millis: Millis) -> str:
    return f"{millis / 1000:g} s"
