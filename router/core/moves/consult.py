"""A staff member consulted by the agent: rung and spoken with while the caller is on hold, then all three together.

Whatever becomes of the staff member, the agent still has the caller; and whatever becomes of the agent, caller and
staff member have each other once they could speak.
"""

from router.core.commands import HangUp, Hold, Unhold
from router.core.errors import RequestRefused
from router.core.events import (
    AgentEvent,
    CommandFailed,
    ConsultCompleted,
    ConsultEnded,
    ConsultRequested,
    LegAnswered,
    LegEnded,
    ThreeRequested,
)
from router.core.house import Staff
from router.core.ids import AgentId, Millis
from router.core.live_call import Consulted, LiveCall, Out
from router.core.messages import DeadlinePassed
from router.core.moves.advertising import client_of
from router.core.moves.apart import unspoken
from router.core.moves.bridge import connect, play, start_music, stop_announcement, stop_music
from router.core.moves.staff import outcome_of, silent, try_staff
from router.core.moves.talk import alone, end_talk
from router.core.route import reach
from router.core.view import Phase

NOT_REACHED = "Niemand erreicht. Der Anrufer wartet."  # for the agent alone
GONE = "Aufgelegt. Der Anrufer wartet."


def asked(call: LiveCall, event: AgentEvent, now: Millis) -> Out:
    """Do what the agent wants. Raises `RequestRefused` with the reason, before anything has changed."""
    match event:
        case ConsultRequested(agent=agent, staff=staff):
            return begin(call, agent, staff, now)
        case ThreeRequested():
            return three(call, now)
        case ConsultEnded():
            return end(call, now)
        case ConsultCompleted():
            return complete(call, now)
        case _:
            raise RequestRefused("That is not possible in a conversation.")


def begin(call: LiveCall, agent: AgentId, staff_id: str, now: Millis) -> Out:
    """The caller is put on hold, and the staff member rung; the agent hears music until the answer."""
    alone(call)
    staff, because = reach(client_of(call), staff_id, now, vip=call.vip)
    if staff is None:
        raise RequestRefused(because)
    held: Out = [] if call.on_hold else [Hold(call=call.id, leg=call.leg)]
    out = [call.note(now, "consult", staff.id, f"by {agent}"), *held, *stop_announcement(call), *start_music(call)]
    call.consulted = None
    return [*out, *try_staff(call, staff, Phase.CONSULTING, now)]


def answered(call: LiveCall, event: LegAnswered, now: Millis) -> Out:
    """The staff member answered: agent and staff speak, the caller does not hear them."""
    call.enter(Phase.CONFERRING, now)
    return [call.note(now, "consult", "answered"), *connect(call, event.leg, now)]


def unanswered(call: LiveCall, event: LegEnded | CommandFailed | DeadlinePassed, now: Millis) -> Out:
    """Nobody of the client's staff answered: the agent is told, and still has the caller on hold."""
    staff, because = call.staff, outcome_of(event)
    return silent(call, event, now, lambda call, now: _over(call, staff, because, NOT_REACHED, now))


def staff_gone(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The staff member hung up: the agent still has the caller, on hold or not, as it was."""
    if event.apart:
        unspoken(call, now)
    call.staff_leg = None
    return _over(call, call.staff, "hung up", GONE, now)


def limit_reached(call: LiveCall, message: DeadlinePassed, now: Millis) -> Out:
    """The staff member has been spoken with for as long as the client allows: the agent still has the caller."""
    return [*_drop_staff(call), *_over(call, call.staff, "limit reached", GONE, now)]


def _over(call: LiveCall, staff: Staff | None, because: str, told: str, now: Millis) -> Out:
    """It was not the agent who ended it, and a caller on hold stays so: the agent may be in the middle of a word."""
    call.consulted = Consulted(staff=staff, because=because) if staff else None
    call.staff, together = None, not call.on_hold
    call.enter(Phase.TALKING if together else Phase.HELD, now)
    note = call.note(now, "consult", "over", because)
    return [note] if together else [note, *play(call, now, text=told)]


def three(call: LiveCall, now: Millis) -> Out:
    """The caller is taken in."""
    if call.phase is not Phase.CONFERRING:
        raise RequestRefused(_not_speaking(call))
    call.enter(Phase.THREE, now)
    return [call.note(now, "consult", "three"), Unhold(call=call.id, leg=call.leg)]


def end(call: LiveCall, now: Millis) -> Out:
    """The agent lets the staff member go: back to the caller."""
    if not call.consults:
        raise RequestRefused("You are consulting nobody.")
    return [call.note(now, "consult", "ended"), *_back_to_caller(call, now)]


def not_held(call: LiveCall, event: CommandFailed, now: Millis) -> Out:
    """The caller may hear what is not for callers: the staff member is let go, the agent is back with the caller."""
    staff, because = call.staff, "the caller could not be put on hold"
    call.consulted = Consulted(staff=staff, because=because) if staff else None
    return [call.note(now, "hold", "failed", event.detail), *_back_to_caller(call, now)]


def _back_to_caller(call: LiveCall, now: Millis) -> Out:
    held: Out = [Unhold(call=call.id, leg=call.leg)] if call.on_hold else []
    call.enter(Phase.TALKING, now)
    out = [*_drop_staff(call), *stop_music(call), *held]
    call.staff, call.numbers_left = None, ()
    return out


def complete(call: LiveCall, now: Millis) -> Out:
    """The agent leaves caller and staff member to each other."""
    if call.phase not in {Phase.CONFERRING, Phase.THREE}:
        raise RequestRefused(_not_speaking(call))
    return _leave(call, now, "completed")


def agent_gone(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The agent hung up, or was lost: caller and staff member have each other."""
    if event.apart:
        unspoken(call, now)
    call.agent_leg = None
    return _leave(call, now, "agent hung up")


def _leave(call: LiveCall, now: Millis, outcome: str) -> Out:
    gone: Out = [HangUp(call=call.id, leg=call.agent_leg)] if call.agent_leg else []
    held: Out = [Unhold(call=call.id, leg=call.leg)] if call.on_hold else []
    note = call.note(now, "consult", outcome, f"by {call.agent}")
    freed = end_talk(call, now)
    call.through_since = now
    call.enter(Phase.THROUGH, now)
    return [note, *freed, *gone, *held]


def _drop_staff(call: LiveCall) -> Out:
    leg, call.staff_leg = call.staff_leg, None
    return [HangUp(call=call.id, leg=leg)] if leg else []


def _not_speaking(call: LiveCall) -> str:
    if call.phase is Phase.CONSULTING and call.staff is not None:
        return f"{call.staff.name} has not answered yet."
    return "You three speak already." if call.phase is Phase.THREE else "You are consulting nobody."
