"""The conversation: hold, blind transfer, an agent's codes on any phone."""

from router.core.commands import HangUp, Hold, Unhold
from router.core.errors import RequestRefused
from router.core.events import (
    AdvertisingReported,
    CommandFailed,
    DigitPressed,
    HoldRequested,
    LegEnded,
    ResumeRequested,
    TransferRequested,
)
from router.core.ids import AgentId, Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentAsked, AgentFreed, DeadlinePassed
from router.core.moves.advertising import client_of, report
from router.core.moves.bridge import start_music
from router.core.moves.staff import silent, try_staff
from router.core.moves.waiting import seek
from router.core.record import Part, PartKind
from router.core.route import not_transferable
from router.core.view import Phase


def asked(call: LiveCall, message: AgentAsked, now: Millis) -> Out:
    """Do what the agent wants. Raises `RequestRefused` with the reason, before anything has changed."""
    match message.event:
        case HoldRequested():
            return hold(call, now)
        case ResumeRequested():
            return resume(call, now)
        case TransferRequested(staff=staff):
            return transfer(call, message.agent, staff, now)
        case AdvertisingReported():
            return report(call, message.agent, now)
        case _:
            raise RequestRefused("That is not possible in a conversation.")


def hold(call: LiveCall, now: Millis) -> Out:
    """The caller hears music and is not heard."""
    if call.phase is Phase.HELD:
        raise RequestRefused("The caller is on hold already.")
    call.enter(Phase.HELD, now)
    return [call.note(now, "hold", "on"), Hold(call=call.id, leg=call.leg)]


def resume(call: LiveCall, now: Millis) -> Out:
    """Caller and agent speak again."""
    if call.phase is not Phase.HELD:
        raise RequestRefused("The caller is not on hold.")
    call.enter(Phase.TALKING, now)
    return [call.note(now, "hold", "off"), Unhold(call=call.id, leg=call.leg)]


def not_held(call: LiveCall, event: CommandFailed, now: Millis) -> Out:
    """The caller may still hear the agent, or hear nothing at all: back into the conversation, where the agent notices.

    Better than a hold that is none: an agent who believes in it speaks of what is not for the caller.
    """
    call.enter(Phase.TALKING, now)
    return [call.note(now, "hold", "failed", event.detail), Unhold(call=call.id, leg=call.leg)]


def transfer(call: LiveCall, agent: AgentId, staff_id: str, now: Millis) -> Out:
    """Put the caller through, blind: the agent leaves at once, and gets the caller back when nobody answers."""
    client = client_of(call)
    staff = next((person for person in client.staff.values() if person.id == staff_id), None)
    if staff is None:
        raise RequestRefused(f"{client.name} has nobody called {staff_id!r}.")
    if why_not := not_transferable(staff, now, vip=call.vip):
        raise RequestRefused(why_not)
    held = [Unhold(call=call.id, leg=call.leg)] if call.phase is Phase.HELD else []
    agent_leg = call.agent_leg
    out = [call.note(now, "transfer", staff.id, f"blind, by {agent}"), *end_talk(call, now)]
    call.back_to = agent
    gone = [HangUp(call=call.id, leg=agent_leg)] if agent_leg else []
    return [*out, *gone, *held, *start_music(call), *try_staff(call, staff, Phase.TRANSFERRING, now)]


def transfer_silent(call: LiveCall, event: LegEnded | CommandFailed | DeadlinePassed, now: Millis) -> Out:
    """Nobody of the client's staff answered the transfer: back to the agent, never into silence."""
    return silent(call, event, now, _return)


def _return(call: LiveCall, now: Millis) -> Out:
    back_to, call.back_to = call.back_to, None
    return [call.note(now, "transfer", "returned", f"to {back_to}"), *seek(call, now, back_to=back_to)]


def end_talk(call: LiveCall, now: Millis) -> Out:
    """The conversation with the agent is over; the agent's wrap-up begins."""
    if call.talk_since is None or call.agent is None:
        return []
    agent = call.agent
    call.parts.append(Part(kind=PartKind.TALK, start=call.talk_since, end=now, agent=agent))
    call.wrapping.add(agent)
    call.talk_since = call.agent = call.agent_leg = None
    call.digits = ""
    return [AgentFreed(call=call.id, agent=agent, limit=call.terms.wrap_up_limit_ms)]


def digit(call: LiveCall, event: DigitPressed, now: Millis) -> Out:
    """Collect the agent's digits until they are a code; what is refused is only noted, the conversation goes on."""
    if event.leg != call.agent_leg or call.agent is None:
        return []
    call.digits = event.digit if event.digit == "*" else (call.digits + event.digit if call.digits else "")
    try:
        return _code(call, call.agent, now)
    except RequestRefused as refused:
        call.digits = ""
        return [call.note(now, "code", "refused", str(refused))]


def _code(call: LiveCall, agent: AgentId, now: Millis) -> Out:
    digits, codes = call.digits, call.terms.codes
    if digits == codes.hold:
        call.digits = ""
        return resume(call, now) if call.phase is Phase.HELD else hold(call, now)
    if digits == codes.advertising:
        call.digits = ""
        return report(call, agent, now)
    if len(digits) == len(codes.transfer) + 1 and digits.startswith(codes.transfer):
        return transfer(call, agent, _staff_with_key(call, digits[-1]), now)
    return []


def _staff_with_key(call: LiveCall, key: str) -> str:
    client = client_of(call)
    person = next((person for person in client.staff.values() if person.key == key), None)
    if person is None:
        raise RequestRefused(f"{client.name} has nobody on key {key}.")
    return person.id
