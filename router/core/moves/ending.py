"""How a call ends: the caller's end at once, the record when nobody works on it any more."""

from router.core.commands import HangUp, Settle
from router.core.events import NETWORK_OUT_OF_ORDER, AnnouncementEnded, CommandFailed, LegEnded
from router.core.house import ClientStatus
from router.core.ids import Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentUnwanted, DeadlinePassed, WrapUpEnded
from router.core.moves import hearing
from router.core.moves.bridge import close_bridge
from router.core.record import CallRecord, Ending, EndingClass, Part, PartKind
from router.core.tariff import tariff_at
from router.core.view import Phase


def finish(call: LiveCall, ending: Ending, now: Millis) -> Out:
    """The caller is gone: legs and bridge go too, and the call is settled once no agent wraps it up any more."""
    others = [] if call.handed else sorted(call.legs() - {call.leg})
    out = [*hearing.missed(call, now), call.note(now, "ending", ending.kind, ending.reason)]
    out += [HangUp(call=call.id, leg=leg) for leg in others]
    out += close_bridge(call)
    call.ending, call.ended = ending, now
    call.agent = call.agent_leg = call.staff_leg = None
    call.enter(Phase.WRAPPING if call.wrapping else Phase.ENDED, now)
    return [*out, *_settle(call)]


def _settle(call: LiveCall) -> Out:
    return [Settle(call=call.id, record=record_of(call))] if call.phase is Phase.ENDED else []


def wrapped_up(call: LiveCall, message: WrapUpEnded, now: Millis) -> Out:
    """An agent's after-work is over. While the caller is still with staff, or with another agent, the call goes on."""
    part = Part(kind=PartKind.WRAP_UP, start=message.start, end=message.end, agent=message.agent)
    if message.counted:
        call.parts.append(part)
    call.wrapping.discard(message.agent)
    why = f"{part.length} ms" if message.counted else f"{part.length} ms, not counted: the caller came back"
    note = call.note(now, "wrap_up", message.agent, why)
    if call.phase is not Phase.WRAPPING or call.wrapping:
        return [note]
    call.enter(Phase.ENDED, now)
    return [note, *_settle(call)]


def abandoned(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The caller gave up."""
    out = finish(call, ending_of(call, EndingClass.ABANDONED, f"{how_left(event)}_{call.phase}"), now)
    return [*out, AgentUnwanted(call=call.id)]  # the agent's phone is free before the next call


def how_left(event: LegEnded) -> str:
    """In a word: a caller who was cut off with Asterisk did not hang up."""
    return "connection_lost" if event.cause == NETWORK_OUT_OF_ORDER else "caller_hung_up"


def served(call: LiveCall, reason: str, now: Millis) -> Out:
    """A conversation came to its end."""
    return finish(call, ending_of(call, EndingClass.THROUGH, reason), now)


def ending_of(call: LiveCall, otherwise: EndingClass, reason: str) -> Ending:
    """One who has spoken with an agent was served, whatever came later."""
    spoke = any(part.kind is PartKind.TALK for part in call.parts)
    return Ending(kind=EndingClass.SERVED if spoke else otherwise, reason=reason)


def farewell_over(
    call: LiveCall, event: AnnouncementEnded | CommandFailed | DeadlinePassed | LegEnded, now: Millis
) -> Out:
    """The last word was spoken or could not be, or the caller did not wait for its end."""
    gone = isinstance(event, LegEnded)
    ending = call.ending or Ending(kind=EndingClass.FAULT, reason="no_ending")
    return [*([] if gone else [HangUp(call=call.id, leg=call.leg)]), *finish(call, ending, now)]


def record_of(call: LiveCall) -> CallRecord:
    """The call as it is kept."""
    client = call.client
    return CallRecord(
        call=call.id,
        client=client.id if client else None,
        dialled=call.dialled,
        caller=call.caller,
        arrived=call.arrived,
        answered=call.answered,
        ended=call.since if call.ended is None else call.ended,
        ending=call.ending or Ending(kind=EndingClass.FAULT, reason="no_ending"),
        parts=tuple(call.parts),
        tariff=tariff_at(client, call.arrived) if client else None,
        trial=client is not None and client.status is ClientStatus.TRIAL,
        trace=tuple(call.steps),
        messages=tuple(call.messages),
        arrival=call.arrival,
        house_version=call.house.version,
    )
