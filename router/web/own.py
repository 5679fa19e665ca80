"""What one agent may see: the own presence, and the one call that is offered to it or that it is handling.

Instants are RFC 3339 in UTC. An `OwnView` holds one agent and at most one call, so nothing of others can slip through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from router.core.house import Staff
from router.core.ids import AgentId, CallId, Millis
from router.core.view import AgentView, CallView, HouseView, Phase, Presence

JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """One agent and its call, if it has one."""

    agent: AgentView
    call: CallView | None


def own_views(house: HouseView) -> Mapping[AgentId, OwnView]:
    """Every agent's own view."""
    calls = {call.call: call for call in house.calls}
    return {agent.agent: OwnView(agent=agent, call=_own_call(agent, calls)) for agent in house.agents}


def _own_call(agent: AgentView, calls: Mapping[CallId, CallView]) -> CallView | None:
    call = calls.get(agent.call) if agent.call else None
    if call is None or agent.presence is Presence.WRAP_UP:
        return call and _as_left(call, agent)
    return call if call.agent == agent.agent else None  # else somebody else has it


def _as_left(call: CallView, agent: AgentView) -> CallView:
    """The call for the after-work: whoever talks with the caller by now is not this agent's to see."""
    return replace(call, agent=agent.agent, phase=Phase.WRAPPING, since=agent.since)


def own_json(own: OwnView, staff: Sequence[Staff]) -> JsonObject:
    """The agent's view as the API shows it; `staff` are those to whom the call may be put through."""
    return {
        "agent": own.agent.agent,
        "name": own.agent.name,
        "presence": own.agent.presence,
        "intent": own.agent.intent,
        "since": instant(own.agent.since),
        "reason": own.agent.reason,
        "call": _call_json(own.call, staff) if own.call else None,
    }


def _call_json(call: CallView, staff: Sequence[Staff]) -> JsonObject:
    return {
        "id": call.call,
        "phase": call.phase,
        "since": instant(call.since),
        "arrived": instant(call.arrived),
        "client": {"id": call.client, "name": call.client_name},
        "caller": call.caller,
        "vip": call.vip,
        "greeting": call.greeting,
        "script": call.script,
        "staff": [_staff_json(one) for one in staff],
    }


def _staff_json(staff: Staff) -> JsonObject:
    """Without the numbers: the agent puts through by id, and needs to know no more."""
    return {"id": staff.id, "name": staff.name, "responsibility": staff.responsibility, "key": staff.key}


def change_of(before: OwnView, after: OwnView) -> str:
    """What has changed, in one word: `offer`, `wrap_up`, `call` or `presence`."""
    became = after.agent.presence if after.agent.presence is not before.agent.presence else None
    if became is Presence.OFFERED:
        return "offer"
    if became is Presence.WRAP_UP:
        return "wrap_up"
    return "presence" if before.call == after.call else "call"


def instant(millis: Millis) -> str:
    """Milliseconds since 1970 as `2026-11-23T09:30:00.125Z`."""
    return datetime.fromtimestamp(millis / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
