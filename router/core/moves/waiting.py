"""Seeking an agent: waiting in line, and offers."""

from router.core.commands import HangUp, RingAgent
from router.core.events import CommandFailed, LegAnswered, LegEnded, OfferAccepted
from router.core.ids import AgentId, Millis, agent_leg
from router.core.live_call import LiveCall, Out
from router.core.messages import (
    AgentAsked,
    AgentAssigned,
    AgentWanted,
    DeadlinePassed,
    NeedsRelaxed,
    NobodyFree,
    OfferFailed,
    OfferRefused,
    OfferTaken,
)
from router.core.moves import hearing
from router.core.moves.advertising import asked_afterwards
from router.core.moves.bridge import comfort, connect, open_bridge, start_music
from router.core.view import Phase

TIER_RETURNED, TIER_ORDINARY = 0, 1
FORGIVEN_LOSSES = 2  # a leg may be lost to a gap; one that always is would be offered for ever
BUSY, NO_ANSWER = {17, 21}, {18, 19}  # Q.850 causes of a phone that works: busy or rejected; no answer
AUTO_ANSWER_MS = 10_000  # after the click on the desk, for a phone that answers by itself


def seek(
    call: LiveCall, now: Millis, *, back_to: AgentId | None = None, only: AgentId | None = None, again: bool = False
) -> Out:
    """Ask the floor for an agent; who comes back to one, or is passed to one, goes before all who are new."""
    call.first = call.first or back_to is not None or only is not None
    if call.queued is None:
        begin(call, now)
    _wait(call, now)
    queue = call.queue
    wanted = AgentWanted(
        call=call.id,
        queue=queue,
        tier=TIER_RETURNED if call.first else TIER_ORDINARY,
        arrived=call.arrived,
        queued=now if call.queued is None else call.queued,
        head_start_ms=head_start(call),
        client=call.client.id if call.client else None,
        caller=call.caller,
        back_to=back_to,
        only=only,
        again=again,
    )
    return [wanted]


def head_start(call: LiveCall) -> Millis:
    """How much longer the caller counts as having waited."""
    return call.queue.vip_head_start_ms if call.vip else call.queue.head_start_ms


def begin(call: LiveCall, now: Millis) -> None:
    """The waiting begins."""
    call.queued, call.retry_at = now, None
    wait_at_most(call, now, call.queue.max_wait_ms if call.client else 0)


def wait_at_most(call: LiveCall, now: Millis, limit: Millis) -> None:
    """So long from now on, however long the caller has waited; the first announcement has its time as well."""
    call.wait_until = now + limit
    hearing.begin(call, now)


def _wait(call: LiveCall, now: Millis) -> None:
    call.agent = call.agent_leg = None
    call.enter(Phase.WAITING if call.promised is None else Phase.PROMISED, now)
    call.await_next(now)  # an offer may have outlasted the limit


def lined_up(call: LiveCall, message: NobodyFree, now: Millis) -> Out:
    """Nobody is free: the caller waits, with music."""
    passed = f"; before {message.passed} other{'s' * (message.passed > 1)} who came earlier" if message.passed else ""
    note = call.note(now, "queue", f"position {message.position}", f"{message.because}{passed}")
    return [note] if call.promised is not None else [note, *open_bridge(call, now), *start_music(call)]


def relaxed(call: LiveCall, message: NeedsRelaxed, now: Millis) -> Out:
    """The call needs less of an agent from now on."""
    return [call.note(now, "relaxed", f"stage {message.stage}", message.because)]


def offer(call: LiveCall, message: AgentAssigned, now: Millis) -> Out:
    """An agent is reserved: ring the phone, or show the offer on the desk only."""
    call.agent = message.agent
    call.enter(Phase.OFFERED, now, now + message.ring_ms)
    note = call.note(now, "offer", message.agent, message.because)
    sound = [] if call.away else comfort(call)
    ring = [] if message.by_desk else _ring(call, message.agent, auto_answer=False)
    return [note, *ring, *sound]  # the phone first: each command waits for the one before


def _ring(call: LiveCall, agent: AgentId, *, auto_answer: bool) -> Out:
    call.attempts += 1
    call.agent_leg = agent_leg(call.id, call.attempts)
    name = call.client.name if call.client else ""
    return [
        RingAgent(
            call=call.id,
            leg=call.agent_leg,
            agent=agent,
            caller=call.caller,
            client_name=name,
            auto_answer=auto_answer,
            called_back=call.called_back,
        )
    ]


def accepted(call: LiveCall, message: AgentAsked, now: Millis) -> Out:
    """The agent took the offer on the desk: the phone is rung and answers by itself."""
    if not isinstance(message.event, OfferAccepted):
        return asked_afterwards(call, message, now)
    if call.agent_leg is not None:
        return []
    call.deadline = max(call.deadline or now, now + AUTO_ANSWER_MS)
    return _ring(call, message.agent, auto_answer=True)


def taken(call: LiveCall, event: LegAnswered, now: Millis) -> Out:
    """The agent answered: the conversation begins."""
    if call.agent is None:
        return []
    out = [call.note(now, "talk", call.agent, f"answered after {now - call.arrived} ms"), *hearing.judged(call, now)]
    talk(call, event, now)
    return [*out, OfferTaken(call=call.id, agent=call.agent), *connect(call, event.leg, now)]


def talk(call: LiveCall, event: LegAnswered, now: Millis) -> None:
    """Caller and agent speak, as soon as we can bring them together.

    Should the caller get into line again, that begins anew, with the client's own queue.
    """
    call.talk_since = now if event.heard is None else max(now, event.heard)
    call.back_to = call.promised = call.overflow_left = None
    call.away, call.first, call.overflowed = False, False, ""
    call.queue = call.client.queue if call.client else call.queue
    call.enter(Phase.TALKING, now)


def missed(call: LiveCall, message: DeadlinePassed, now: Millis) -> Out:
    """The agent did not answer in time."""
    return [*_drop_leg(call), *_back(call, "missed an offer", now)]


def refused(call: LiveCall, message: OfferRefused, now: Millis) -> Out:
    """The agent said no; the floor looks for another one by itself."""
    out = [*_drop_leg(call), call.note(now, "offer", "refused", f"{message.agent}: {message.reason}")]
    _wait(call, now)
    return out


def unanswered(call: LiveCall, event: LegEnded | CommandFailed, now: Millis) -> Out:
    """The agent's phone ended the offer. A leg lost for no known cause is not held against the agent, at first."""
    out = _drop_leg(call) if isinstance(event, CommandFailed) else []  # it may ring all the same
    return [*out, *_back(call, _blame(call, event), now)]


def _blame(call: LiveCall, event: LegEnded | CommandFailed) -> str:
    call.lost += isinstance(event, LegEnded) and event.cause == 0
    if isinstance(event, CommandFailed) or call.lost > FORGIVEN_LOSSES:
        return "phone cannot be reached"
    if event.cause in BUSY:
        return "declined on the phone"
    if event.cause in NO_ANSWER:
        return "missed an offer"
    return "phone cannot be reached" if event.cause else ""


def _back(call: LiveCall, reason: str, now: Millis) -> Out:
    agent = call.agent
    _wait(call, now)
    if agent is None:
        return []
    return [call.note(now, "offer", "failed", f"{agent}: {reason or 'leg lost'}"), _failed(call, agent, reason)]


def _failed(call: LiveCall, agent: AgentId, reason: str) -> OfferFailed:
    return OfferFailed(call=call.id, agent=agent, reason=reason)


def _drop_leg(call: LiveCall) -> Out:
    return [HangUp(call=call.id, leg=call.agent_leg)] if call.agent_leg else []
