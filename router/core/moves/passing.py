"""A caller passed on, to a colleague or into a queue, and back to the agent when nobody there takes the call."""

from dataclasses import replace
from itertools import chain

from router.core.errors import RequestRefused
from router.core.events import PassRequested
from router.core.house import Client, House
from router.core.ids import AgentId, Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentUnwanted
from router.core.moves.talk import alone, step_out
from router.core.moves.waiting import begin, seek, wait_at_most
from router.core.queue import Queue


def pledged(queue: Queue, client: Client | None) -> Queue:
    """The queue, whose agents have pledged secrecy where this client needs that."""
    if client is None or not client.needs_pledge:
        return queue
    stages = tuple(replace(stage, needs=replace(stage.needs, pledge=True)) for stage in queue.stages)
    return replace(queue, stages=stages)


def to_extension(call: LiveCall, agent: AgentId, digits: str) -> PassRequested:
    """What the agent wants who dialled this extension. Raises `RequestRefused` when nobody has it."""
    target = _at_extension(call.house, digits)
    if target is None:
        raise RequestRefused(f"Nobody has the extension {digits}.")
    if isinstance(target, Queue):
        return PassRequested(agent=agent, to_queue=target.id)
    return PassRequested(agent=agent, to_agent=target)


def _at_extension(house: House, digits: str) -> AgentId | Queue | None:
    agents = (agent.id for agent in house.agents.values() if agent.extension == digits)
    queues = (queue for queue in house.queues.values() if queue.extension == digits)
    return (next(agents, None) or next(queues, None)) if digits else None  # most have none


def longer_extension(house: House, digits: str) -> bool:
    """Whether more digits may still make an extension of these."""
    agents = (agent.extension for agent in house.agents.values())
    queues = (queue.extension for queue in house.queues.values())
    return any(one != digits and one.startswith(digits) for one in chain(agents, queues))


def pass_on(call: LiveCall, event: PassRequested, now: Millis) -> Out:
    """The agent leaves, and another one is sought. Raises `RequestRefused` when there is nobody of that name."""
    alone(call)
    if event.to_agent is not None:
        return _to_agent(call, event.to_agent, now)
    queue = call.house.queues.get(event.to_queue) if event.to_queue is not None else None
    if queue is None:
        raise RequestRefused(f"There is no queue {event.to_queue!r}.")
    return _to_queue(call, queue, now)


def _to_agent(call: LiveCall, agent: AgentId, now: Millis) -> Out:
    """To a colleague, and before all who wait to anybody who can help, should that one not answer."""
    if agent == call.agent:
        raise RequestRefused("You cannot pass a call to yourself.")
    out = [call.note(now, "pass", f"to {agent}", f"by {call.agent}"), *step_out(call, now)]
    begin(call, now)
    return [*out, *seek(call, now, only=agent)]


def _to_queue(call: LiveCall, queue: Queue, now: Millis) -> Out:
    """Into a queue, where the caller begins to wait."""
    out = [call.note(now, "pass", f"to queue {queue.id}", f"by {call.agent}"), *step_out(call, now)]
    call.queue = pledged(queue, call.client)
    begin(call, now)
    return [*out, *seek(call, now)]


def nobody_took(call: LiveCall, now: Millis) -> Out:
    """Nobody took the caller who was passed on or parked: back to the agent. The time waited counts on."""
    back_to, call.back_to = call.back_to, None
    call.queue = call.client.queue if call.client else call.queue
    wait_at_most(call, now, call.queue.max_wait_ms)
    rule = next((step.rule for step in reversed(call.steps) if step.rule in {"park", "pass"}), "pass")
    note = call.note(now, rule, "returned", f"to {back_to}")
    return [note, AgentUnwanted(call=call.id), *seek(call, now, back_to=back_to)]
