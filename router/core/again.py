"""A finished call decided again: from what was known at its arrival, the configurations and the agents' presences.

The first decision is made again whole, and must give the same steps. At each later moment at which agents were held
against the call, everyone's why-not is told again; a choice among several free agents must fall on the same one for
the same reason, whoever was offered the call must have fitted, and nobody may have been free while the caller waited.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from router.core.house import Agent, Client, House
from router.core.ids import AgentId, Millis, QueueId
from router.core.line import needs_at
from router.core.moves.passing import pledged
from router.core.queue import Queue
from router.core.record import CallRecord
from router.core.roster import Roster
from router.core.route import NO_FACTS, arrived_of, decide
from router.core.seats import Seat, why_not
from router.core.skills import Needs, lacking
from router.core.trace import Step
from router.core.view import SeatView

CHOSEN_AMONG_THE_FREE = ("longest idle", "best fit", "round robin")  # how the reason of such an offer begins
BY_NAME = (
    "passed to",
    "back to",
    "spoke with",
    "taken out",
    "taken up",
)  # how it begins when more than the needs decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A moment at which agents were held against the call: with what needs, in which queue and stage of it."""

    step: Step
    queue: Queue
    stage: int

    @property
    def needs(self) -> Needs:
        """What an agent had to have then."""
        return needs_at(self.queue, self.stage)

    @property
    def offered(self) -> AgentId | None:
        """Who was chosen, if anybody."""
        return AgentId(self.step.outcome) if self.step.rule == "offer" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Such a moment decided again: each agent's reason not to get the call, and what is not as it was, if anything."""

    asked: Asked
    agents: Mapping[AgentId, str]
    unknown: tuple[AgentId, ...] = ()  # whose presence was not kept
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The whole call decided again; `difference` is that of the first decision, empty for none."""

    difference: str
    moments: tuple[Moment, ...]

    @property
    def differences(self) -> tuple[str, ...]:
        """All that is not as it was."""
        return tuple(filter(None, (self.difference, *(moment.wrong for moment in self.moments))))


def first_difference(record: CallRecord, house: House) -> str:
    """Where the first decision, made again, differs from the one in the trace; empty when it is the same."""
    again = decide(house, arrived_of(record), record.arrived, record.arrival or NO_FACTS).steps
    for made, kept in zip_longest(again, record.trace[: len(again)]):
        if made != kept:
            then = f"{kept.rule}: {_told(kept)}" if kept else "nothing"
            return f"{made.rule}: {_told(made)} now, {then} then"
    return ""


def moments(record: CallRecord, house: House) -> Iterator[Asked]:
    """All moments at which agents were held against the call; `house` is that of its arrival."""
    client = house.clients.get(record.client) if record.client else None
    if client is None:
        return
    queue, queued = client.queue, None
    for step in record.trace:
        if step.rule in {"talk", "pass", "park", "transfer"}:
            queue = client.queue
            queued = step.at if _waits_anew(step) else queued
        if step.outcome.startswith("to queue "):
            queue = _queue_named(house, step.outcome.removeprefix("to queue "), client, otherwise=queue)
        if _holds_agents_against(step):
            queued = step.at if queued is None else queued
            yield Asked(step=step, queue=queue, stage=_stage(queue, step.at - queued))


def judged(asked: Asked, house: House, seats: Mapping[AgentId, SeatView]) -> Moment:
    """One moment again; `house` and `seats` are those of that moment, before an agent was reserved in it."""
    reasons = {agent.id: _why_not(agent, seats.get(agent.id), asked) for agent in house.agents.values()}
    unknown = tuple(agent for agent in house.agents if agent not in seats)
    return Moment(asked=asked, agents=reasons, unknown=unknown, wrong=_wrong(asked, house, seats, reasons))


def _why_not(agent: Agent, seat: SeatView | None, asked: Asked) -> str:
    if seat is None:
        return lacking(agent, asked.needs) or "presence not kept"
    return why_not(seat, agent, asked.needs, asked.step.at)


def _holds_agents_against(step: Step) -> bool:
    """Not that an offer came to nothing, which is told by the same rule."""
    return step.rule == "queue" or (step.rule == "offer" and step.outcome not in {"refused", "failed"})


def _waits_anew(step: Step) -> bool:
    """Whether the time that needs relax by is counted from here: passed on or parked, or back from staff."""
    return step.rule != "talk" and (step.outcome == "returned") is (step.rule == "transfer")


def _stage(queue: Queue, waited: Millis) -> int:
    return sum(stage.after_ms <= waited for stage in queue.stages[1:])


def _queue_named(house: House, name: str, client: Client, *, otherwise: Queue) -> Queue:
    queue = house.queues.get(QueueId(name))
    return pledged(queue, client) if queue else otherwise


# --- was it right? ----------------------------------------------------------------------------------------------------


def _wrong(asked: Asked, house: House, seats: Mapping[AgentId, SeatView], reasons: Mapping[AgentId, str]) -> str:
    if asked.offered is None:
        # Whoever became free in that very millisecond may have done so after it.
        free = [agent for agent, reason in reasons.items() if not reason and seats[agent].at < asked.step.at]
        return f"nobody was offered the call, though free: {', '.join(free)}" if free else ""
    agent = house.agents.get(asked.offered)
    if agent is None:
        return f"offered to {asked.offered}, whom the configuration then in force does not have"
    because = asked.step.because
    if because.startswith(CHOSEN_AMONG_THE_FREE):
        return _wrongly_chosen(asked, house, seats)
    missing = "" if because.startswith(BY_NAME) else lacking(agent, asked.needs)
    if missing or (asked.needs.pledge and not agent.pledged):
        return f"offered to {agent.id}, who {missing or 'has not pledged secrecy'}"
    return ""


def _wrongly_chosen(asked: Asked, house: House, seats: Mapping[AgentId, SeatView]) -> str:
    """Only told when everybody's presence is known: else another agent may have been free."""
    if any(agent not in seats for agent in house.agents):
        return ""
    now = asked.step.at
    taken = {agent.id: _as_seat(agent, seats[agent.id]) for agent in house.agents.values()}
    roster = Roster(taken, {agent.team.id for agent in house.agents.values() if _is_closed(agent, now) and agent.team})
    chosen = roster.choose(roster.group(asked.needs), asked.queue, now)
    again = (chosen[0].agent.id, chosen[1]) if chosen else (None, "nobody free")
    if again == (asked.offered, asked.step.because):
        return ""
    return f"offer: {again[0]} ({again[1]}) now, {asked.offered} ({asked.step.because}) then"


def _as_seat(agent: Agent, view: SeatView) -> Seat:
    return Seat(
        agent=agent,
        intent=view.intent,
        doing=view.doing,
        idle_since=view.idle_since,
        offered_last=view.offered_last,
    )


def _is_closed(agent: Agent, now: Millis) -> bool:
    hours = agent.team.hours if agent.team else None
    return hours is not None and not hours.open_at(now)


def _told(step: Step) -> str:
    return f"{step.outcome} ({step.because})" if step.because else str(step.outcome)
