"""A caller put aside by one agent, for any agent to take up; or back to the first when nobody does in time."""

from router.core.ids import AgentId, Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentUnwanted, CallParked, DeadlinePassed
from router.core.moves.talk import alone, step_out
from router.core.moves.waiting import begin, head_start, seek, wait_at_most
from router.core.view import Phase


def park(call: LiveCall, agent: AgentId, now: Millis) -> Out:
    """The agent puts the caller aside and goes into wrap-up; the caller hears music."""
    alone(call)
    out = [call.note(now, "park", "parked", f"by {agent}"), *step_out(call, now)]
    until = now + call.house.park_limit_ms
    call.enter(Phase.PARKED, now, until)
    begin(call, now)
    wait_at_most(call, until, call.queue.max_wait_ms)  # in line, should the agent who takes the caller up not answer
    client = call.client.id if call.client else None
    parked = CallParked(
        call=call.id,
        queue=call.queue,
        arrived=call.arrived,
        head_start_ms=head_start(call),
        client=client,
        caller=call.caller,
    )
    return [*out, parked]


def untaken(call: LiveCall, event: DeadlinePassed, now: Millis) -> Out:
    """Nobody took the caller up in time: back to the agent who parked, or first into line."""
    back_to, call.back_to = call.back_to, None
    note = call.note(now, "park", "returned", f"nobody took the call; to {back_to}")
    return [note, AgentUnwanted(call=call.id), *seek(call, now, back_to=back_to)]
