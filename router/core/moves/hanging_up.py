"""Somebody who was in the conversation hangs up."""

from router.core.commands import HangUp, SendToFallback
from router.core.events import CallerReturned, CommandFailed, LegEnded
from router.core.ids import Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentUnwanted, DeadlinePassed
from router.core.moves.apart import unspoken
from router.core.moves.ending import finish, how_left, served
from router.core.moves.staff import end_through
from router.core.moves.talk import end_talk
from router.core.record import Ending, EndingClass
from router.core.view import Phase


def by_caller(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The caller hung up: whoever spoke with the caller is let go."""
    if event.apart:
        unspoken(call, now)
    return [*_let_go(call, now), *served(call, how_left(event), now)]


def by_agent(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The agent hung up: so is the caller."""
    if event.apart:
        unspoken(call, now)
    call.agent_leg = None
    return [*_let_go(call, now), HangUp(call=call.id, leg=call.leg), *served(call, "agent_hung_up", now)]


def by_staff(call: LiveCall, event: LegEnded | CallerReturned, now: Millis) -> Out:
    """The client's staff member hung up: so is the caller, whom the dialplan ends too unless it gives that one back."""
    if isinstance(event, LegEnded) and event.apart:
        unspoken(call, now)
    call.staff_leg = None
    end_through(call, now)
    both_end = call.handed and isinstance(event, LegEnded)
    gone: Out = [] if both_end else [HangUp(call=call.id, leg=call.leg)]
    return [*gone, *served(call, "staff_hung_up", now)]


def broken(call: LiveCall, event: CommandFailed, now: Millis) -> Out:
    """A command without which this call cannot go on was not carried out: the dialplan serves the caller."""
    return _to_fallback(call, f"{event.command}_failed".lower(), now)


def not_given_back(call: LiveCall, message: DeadlinePassed, now: Millis) -> Out:
    """The dialplan has not given back the caller whom it was to put through: its fallback serves the call."""
    return _to_fallback(call, "not_given_back", now)


def _to_fallback(call: LiveCall, reason: str, now: Millis) -> Out:
    sent, ending = _sent(call), Ending(kind=EndingClass.FAULT, reason=reason)
    return [*sent, *_let_go(call, now), *finish(call, ending, now), AgentUnwanted(call=call.id)]


def _sent(call: LiveCall) -> Out:
    if call.leg not in call.legs():
        return []  # to be called back: there is nobody to serve
    gone = HangUp(call=call.id, leg=call.leg)
    return [gone if call.phase is Phase.CALLING_BACK else SendToFallback(call=call.id, leg=call.leg)]


def _let_go(call: LiveCall, now: Millis) -> Out:
    gone: Out = [HangUp(call=call.id, leg=call.agent_leg)] if call.agent_leg else []
    call.agent_leg = None
    end_through(call, now)
    return [*gone, *end_talk(call, now)]
