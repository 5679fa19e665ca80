"""Draws the house as it stands: from the core's own state to the plain values that desks and metrics get."""

from dataclasses import replace

from router.core.house import Client, OfferBy
from router.core.ids import Millis
from router.core.line import Place
from router.core.live_call import LiveCall
from router.core.route import greeting_at, script_at
from router.core.seats import Seat
from router.core.switchboard import Switchboard
from router.core.view import AgentView, CallView, ConsultState, ConsultView, HouseView, Phase, WaitingView

_CONSULTS = {
    Phase.CONSULTING: ConsultState.RINGING,
    Phase.CONFERRING: ConsultState.SPEAKING,
    Phase.THREE: ConsultState.THREE,
}


def view_of(board: Switchboard) -> HouseView:
    """All live calls, agents and waiting callers."""
    return HouseView(
        calls=tuple(_call(call) for call in board.calls.values()),
        agents=tuple(_agent(seat) for seat in board.floor.seats.values()),
        waiting=tuple(_waiting(place, board.calls[place.call]) for place in board.floor.line),
        parked=tuple(_parked(place, board.calls[place.call]) for place in board.floor.parked.values()),
    )


def _agent(seat: Seat) -> AgentView:
    return AgentView(
        agent=seat.agent.id,
        name=seat.agent.name,
        presence=seat.presence,
        intent=seat.intent,
        since=seat.since,
        reason=seat.reason,
        call=seat.call,
        pledged=seat.agent.pledged,
        by_desk=seat.agent.offer_by is OfferBy.DESK,
    )


def _call(call: LiveCall) -> CallView:
    client = call.client
    return CallView(
        call=call.id,
        client=client.id if client else None,
        client_name=client.name if client else "",
        phase=call.phase,
        since=call.since,
        arrived=call.arrived,
        caller=call.caller,
        vip=call.vip,
        agent=call.agent,
        greeting=_greeting(client, call.arrived),
        script=_script(call),
        muted=call.muted,
        consult=_consult(call),
    )


def _greeting(client: Client | None, arrived: Millis) -> str:
    greeting = greeting_at(client.greetings, arrived) if client else None
    return greeting.text if greeting else ""


def _script(call: LiveCall) -> str:
    script = script_at(call.client.scripts, call.arrived, vip=call.vip) if call.client else None
    return script.text if script else ""


def _consult(call: LiveCall) -> ConsultView | None:
    if call.consults and call.staff is not None:
        return ConsultView(state=_CONSULTS[call.phase], staff=call.staff.id, name=call.staff.name)
    if (over := call.consulted) is not None and call.agent is not None:
        return ConsultView(state=ConsultState.OVER, staff=over.staff.id, name=over.staff.name, because=over.because)
    return None


def _waiting(place: Place, call: LiveCall) -> WaitingView:
    return WaitingView(
        call=place.call,
        skills=frozenset(skill for skill, _ in place.needs.skills),
        since=call.queued or call.arrived,
        queue=place.queue.id,
        client=call.client.id if call.client else None,
        client_name=call.client.name if call.client else "",
        pledge=place.needs.pledge,
    )


def _parked(place: Place, call: LiveCall) -> WaitingView:
    return replace(_waiting(place, call), since=call.since)
