"""What one agent may see: the own presence, the one call that is offered to it or that it is handling, and of calls
that wait or are parked so much as is needed to take one: for whom, since when, where. Those that need a pledge of
secrecy are not even named to an agent who has made none.

Instants are RFC 3339 in UTC. An `OwnView` holds one agent and at most one call, so nothing of others can slip through.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

import orjson

from router.core.house import Staff
from router.core.ids import AgentId, CallId, Millis
from router.core.view import AgentView, CallView, ConsultView, HouseView, Phase, Presence, WaitingView

JsonObject = dict[str, object]
LISTED = 50  # calls that wait or are parked; nobody reads further down


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """One agent and its call, if it has one; what is parked, and the first who wait. That others wait is no change of
    an agent's own view: it would be one for everybody at every call."""

    agent: AgentView
    call: CallView | None
    parked: tuple[WaitingView, ...] = ()
    waiting: tuple[WaitingView, ...] = field(default=(), compare=False)


def own_views(house: HouseView) -> Mapping[AgentId, OwnView]:
    """Every agent's own view."""
    calls = {call.call: call for call in house.calls}
    parked = {pledged: _takeable(house.parked, pledged=pledged) for pledged in (False, True)}
    waiting = {pledged: _takeable(house.waiting, pledged=pledged) for pledged in (False, True)}
    return {
        agent.agent: OwnView(
            agent=agent,
            call=_own_call(agent, calls),
            parked=parked[agent.pledged],
            waiting=waiting[agent.pledged],
        )
        for agent in house.agents
    }


def _takeable(calls: Iterable[WaitingView], *, pledged: bool) -> tuple[WaitingView, ...]:
    """The first of those that an agent may take."""
    return tuple(islice((call for call in calls if pledged or not call.pledge), LISTED))


def _own_call(agent: AgentView, calls: Mapping[CallId, CallView]) -> CallView | None:
    call = calls.get(agent.call) if agent.call else None
    if call is None or agent.presence is Presence.WRAP_UP:
        return call and _as_left(call, agent)
    return call if call.agent == agent.agent else None  # else somebody else has it


def _as_left(call: CallView, agent: AgentView) -> CallView:
    """The call for the after-work: whoever talks with the caller by now is not this agent's to see."""
    return replace(call, agent=agent.agent, phase=Phase.WRAPPING, since=agent.since, muted=False, consult=None)


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
        "parked": [takeable_json(call) for call in own.parked],
    }


def dumped(content: object) -> str:
    """JSON with umlauts as they are."""
    return orjson.dumps(content).decode()


def takeable_json(call: WaitingView) -> JsonObject:
    """A call that the agent may take, without its caller."""
    return {
        "id": call.call,
        "client": {"id": call.client, "name": call.client_name},
        "queue": call.queue,
        "since": instant(call.since),
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
        "muted": call.muted,
        "consult": _consult_json(call.consult) if call.consult else None,
    }


def _consult_json(consult: ConsultView) -> JsonObject:
    named = {"id": consult.staff, "name": consult.name}
    return {"state": consult.state, "staff": named, "because": consult.because}


def _staff_json(staff: Staff) -> JsonObject:
    """Without the numbers: the agent puts through by id, and needs to know no more."""
    return {"id": staff.id, "name": staff.name, "responsibility": staff.responsibility, "key": staff.key}


def change_of(before: OwnView, after: OwnView) -> str:
    """What has changed, in one word: `offer`, `wrap_up`, `call`, `parked` or `presence`."""
    became = after.agent.presence if after.agent.presence is not before.agent.presence else None
    if became is Presence.OFFERED:
        return "offer"
    if became is Presence.WRAP_UP:
        return "wrap_up"
    if before.call != after.call:
        return "call"
    return "parked" if before.agent == after.agent else "presence"


def instant(millis: Millis) -> str:
    """Milliseconds since 1970 as `2026-11-23T09:30:00.125Z`."""
    return datetime.fromtimestamp(millis / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
