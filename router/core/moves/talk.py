"""The agent's part in a conversation comes to its end, and the wrap-up begins."""

from router.core.commands import HangUp, Mute, Unhold, Unmute
from router.core.errors import RequestRefused
from router.core.events import CommandFailed
from router.core.ids import Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentFreed
from router.core.moves.bridge import start_music, stop_announcement
from router.core.record import Part, PartKind


def end_talk(call: LiveCall, now: Millis) -> Out:
    """The conversation with the agent is over; the agent's wrap-up begins."""
    if call.talk_since is None or call.agent is None:
        return []
    agent, since = call.agent, min(call.talk_since, now)  # one may hang up before the two were brought together
    call.parts.append(Part(kind=PartKind.TALK, start=since, end=now, agent=agent))
    call.wrapping.add(agent)
    call.talk_since = call.agent = call.agent_leg = None
    call.digits, call.muted = "", False
    return [AgentFreed(call=call.id, agent=agent, limit=call.house.wrap_up_limit_ms)]


def mute(call: LiveCall, now: Millis, *, on: bool) -> Out:
    """The agent is not heard, by whomever the agent hears; or again."""
    if call.muted is on:
        raise RequestRefused("You are muted already." if on else "You are not muted.")
    call.muted = on
    note = call.note(now, "mute", "on" if on else "off")
    return [note, *([(Mute if on else Unmute)(call=call.id, leg=call.agent_leg)] if call.agent_leg else [])]


def not_muted(call: LiveCall, event: CommandFailed, now: Millis) -> Out:
    """It stayed as it was, and the agent is to see that."""
    call.muted = event.command == "Unmute" and call.talk_since is not None
    return [call.note(now, "mute", "failed", event.detail)]


def alone(call: LiveCall) -> None:
    """Raises `RequestRefused` while the agent has a staff member in the call, or rung."""
    if call.consults:
        raise RequestRefused("End the consultation first.")


def step_out(call: LiveCall, now: Millis) -> Out:
    """The agent leaves, the caller stays and hears music; whoever may get the caller back is remembered."""
    held = [*stop_announcement(call), Unhold(call=call.id, leg=call.leg)] if call.on_hold else []
    call.back_to, agent_leg = call.agent, call.agent_leg
    freed = end_talk(call, now)
    gone = [HangUp(call=call.id, leg=agent_leg)] if agent_leg else []
    return [*freed, *gone, *held, *start_music(call)]
