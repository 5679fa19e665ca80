"""The conversation: what an agent asks for, by desk or by codes on any phone."""

from router.core.commands import Hold, Unhold
from router.core.errors import RequestRefused
from router.core.events import (
    AdvertisingReported,
    AnnouncementEnded,
    CommandFailed,
    DigitPressed,
    HoldRequested,
    LegEnded,
    MuteRequested,
    ParkRequested,
    PassRequested,
    ResumeRequested,
    TransferRequested,
    UnmuteRequested,
)
from router.core.ids import AgentId, Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentAsked, DeadlinePassed
from router.core.moves import consult, passing
from router.core.moves.advertising import client_of, report
from router.core.moves.bridge import stop_announcement
from router.core.moves.parking import park
from router.core.moves.staff import silent, try_staff
from router.core.moves.talk import alone, mute, step_out
from router.core.moves.waiting import begin, seek
from router.core.route import reach
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
        case MuteRequested() | UnmuteRequested() as event:
            return mute(call, now, on=isinstance(event, MuteRequested))
        case AdvertisingReported():
            return report(call, message.agent, now)
        case ParkRequested():
            return park(call, message.agent, now)
        case PassRequested() as event:
            return passing.pass_on(call, event, now)
        case event:
            return consult.asked(call, event, now)


def hold(call: LiveCall, now: Millis) -> Out:
    """The caller hears music and is not heard."""
    if call.on_hold:
        raise RequestRefused("The caller is on hold already.")
    alone(call)
    call.enter(Phase.HELD, now)
    return [call.note(now, "hold", "on"), Hold(call=call.id, leg=call.leg)]


def resume(call: LiveCall, now: Millis) -> Out:
    """Caller and agent speak again; a staff member who is consulted meanwhile is let go."""
    if not call.on_hold:
        raise RequestRefused("The caller is not on hold.")
    if call.consults:
        return consult.end(call, now)
    call.consulted = None
    call.enter(Phase.TALKING, now)
    return [call.note(now, "hold", "off"), *stop_announcement(call), Unhold(call=call.id, leg=call.leg)]


def told(call: LiveCall, event: AnnouncementEnded | CommandFailed, now: Millis) -> Out:
    """What the agent was told, while the caller is on hold, is over."""
    call.playback = call.play_until = None
    return []


def not_held(call: LiveCall, event: CommandFailed, now: Millis) -> Out:
    """The caller may still hear the agent, or hear nothing at all: back into the conversation, where the agent notices.

    Better than a hold that is none: an agent who believes in it speaks of what is not for the caller.
    """
    call.enter(Phase.TALKING, now)
    out = [call.note(now, "hold", "failed", event.detail), *stop_announcement(call)]
    return [*out, Unhold(call=call.id, leg=call.leg)]


def transfer(call: LiveCall, agent: AgentId, staff_id: str, now: Millis) -> Out:
    """Put the caller through, blind: the agent leaves at once, and gets the caller back when nobody answers."""
    alone(call)
    staff, because = reach(client_of(call), staff_id, now, vip=call.vip)
    if staff is None:
        raise RequestRefused(because)
    out = [call.note(now, "transfer", staff.id, f"blind, by {agent}"), *step_out(call, now)]
    return [*out, *try_staff(call, staff, Phase.TRANSFERRING, now)]


def transfer_silent(call: LiveCall, event: LegEnded | CommandFailed | DeadlinePassed, now: Millis) -> Out:
    """Nobody of the client's staff answered the transfer: back to the agent, never into silence."""
    return silent(call, event, now, _return)


def _return(call: LiveCall, now: Millis) -> Out:
    back_to, call.back_to = call.back_to, None
    begin(call, now)
    return [call.note(now, "transfer", "returned", f"to {back_to}"), *seek(call, now, back_to=back_to)]


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
    digits, codes = call.digits, call.house.codes
    if digits in {codes.hold, codes.park, codes.advertising, codes.three}:
        call.digits = ""
        return _short_code(call, digits, agent, now)
    if len(digits) == len(codes.transfer) + 1 and digits.startswith(codes.transfer):
        return transfer(call, agent, _staff_with_key(call, digits[-1]), now)
    if len(digits) == len(codes.consult) + 1 and digits.startswith(codes.consult):
        return consult.begin(call, agent, _staff_with_key(call, digits[-1]), now)
    if len(digits) > len(codes.hand_on) and digits.startswith(codes.hand_on):
        return _hand_on(call, digits.removeprefix(codes.hand_on), agent)
    return []


def _short_code(call: LiveCall, code: str, agent: AgentId, now: Millis) -> Out:
    if code == call.house.codes.advertising:
        return report(call, agent, now)
    if code == call.house.codes.park:
        return park(call, agent, now)
    if code == call.house.codes.three:
        return consult.three(call, now)
    if call.consults:
        return consult.end(call, now)
    return resume(call, now) if call.on_hold else hold(call, now)


def _hand_on(call: LiveCall, extension: str, agent: AgentId) -> Out:
    """Done once no other extension can be meant, or `#` says that there is no more to come."""
    if not extension.endswith("#") and passing.longer_extension(call.house, extension):
        return []
    call.digits = ""
    return [passing.to_extension(call, agent, extension.removesuffix("#"))]


def _staff_with_key(call: LiveCall, key: str) -> str:
    client = client_of(call)
    person = next((person for person in client.staff.values() if person.key == key), None)
    if person is None:
        raise RequestRefused(f"{client.name} has nobody on key {key}.")
    return person.id
