"""Called back instead of waiting: the caller hangs up and keeps the place in line.

When its turn comes an agent is rung as for any call, and only when the agent has answered the caller is: nobody is
called back into a queue. The conversation begins when the caller answers. Who does not is tried once more.
"""

from router.core.commands import HangUp, Join, OpenBridge, RingCaller
from router.core.errors import RequestRefused
from router.core.events import AdvertisingReported, AnnouncementEnded, CommandFailed, LegAnswered, LegEnded
from router.core.ids import Millis, caller_leg
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentAsked, AgentUnwanted, DeadlinePassed, OfferTaken
from router.core.moves import hearing, waiting
from router.core.moves.advertising import report
from router.core.moves.bridge import announcement_over, close_bridge, connect, play, start_music
from router.core.moves.ending import abandoned, ending_of, finish
from router.core.moves.staff import may_ring
from router.core.record import EndingClass
from router.core.view import Phase

CONFIRMED = "Wir rufen Sie zurück, sobald Sie an der Reihe sind. Sie können jetzt auflegen. Auf Wiederhören."
NOT_CALLED = "Unter Ihrer Rufnummer können wir Sie leider nicht zurückrufen. Bitte bleiben Sie in der Leitung."
PROMISE_MS = 4 * 3_600_000  # after that nobody expects the call any more
RING_MS = 30_000
RETRY_MS = 300_000
TRIES = 2


def promise(call: LiveCall, now: Millis) -> Out:
    """The caller would rather be called back: the place in line stays as it is."""
    if why_not := hearing.not_called_back(call):
        if call.playback is not None and call.noted_last("call_back", "refused"):
            return []  # being told
        out = play(call, now, text=NOT_CALLED)
        call.await_next(now)
        return [call.note(now, "call_back", "refused", why_not), *out]
    call.promised, call.wait_until, call.tell_at = now, now + PROMISE_MS, None
    call.enter(Phase.PROMISED, now)
    out = play(call, now, text=CONFIRMED)
    call.await_next(now)
    return [call.note(now, "call_back", "promised", call.caller or ""), *out]


def confirmed(call: LiveCall, event: AnnouncementEnded | CommandFailed | DeadlinePassed, now: Millis) -> Out:
    """The caller knows: hang up."""
    return [HangUp(call=call.id, leg=call.leg), *_alone(call, now)]


def hung_up(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The caller has hung up, as was to be expected."""
    return _alone(call, now)


def _alone(call: LiveCall, now: Millis) -> Out:
    call.away = True
    out = close_bridge(call)
    if call.phase is Phase.PROMISED:
        call.await_next(now)
    return out


def heard_offered(call: LiveCall, event: AnnouncementEnded | CommandFailed, now: Millis) -> Out:
    """What the caller was told is over while an agent is rung: music, or the end for who is to be called back."""
    return confirmed(call, event, now) if call.promised is not None else announcement_over(call)


def hung_up_offered(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The caller hung up while an agent is rung: to be called back, or for good."""
    return hung_up(call, event, now) if call.promised is not None else abandoned(call, event, now)


def agent_answered(call: LiveCall, event: LegAnswered, now: Millis) -> Out:
    """The agent answered: the conversation begins, or the caller is called back, while the agent hears music."""
    if not call.away or call.agent is None:
        return waiting.taken(call, event, now)
    out = [OfferTaken(call=call.id, agent=call.agent), *hearing.judged(call, now)]
    call.bridge_open = True
    out += [OpenBridge(call=call.id), Join(call=call.id, legs=(event.leg,)), *start_music(call)]
    return [*out, *_dial(call, now)]


def _dial(call: LiveCall, now: Millis) -> Out:
    call.call_backs += 1
    call.leg = caller_leg(call.id, call.call_backs)
    call.enter(Phase.CALLING_BACK, now, now + RING_MS)
    client, number = call.client, call.caller or ""
    shown, trunk = (client.caller_id, client.trunk) if client else ("", "")
    ring = RingCaller(call=call.id, leg=call.leg, number=number, trunk=trunk, caller_id=shown)
    return [call.note(now, "call_back", "rings", number), ring]


def caller_answered(call: LiveCall, event: LegAnswered, now: Millis) -> Out:
    """The caller answered: the conversation begins."""
    note = call.note(now, "talk", call.agent or "", f"called back after {now - (call.promised or now)} ms")
    waiting.talk(call, event, now)
    return [note, *connect(call, event.leg, now)]


def unanswered(call: LiveCall, event: LegEnded | CommandFailed | DeadlinePassed, now: Millis) -> Out:
    """The caller did not answer: the agent is free again, and after a while the caller is tried once more.

    A leg lost for no known cause, as in a gap, is no answer of the caller's, at first: dialled again at once.
    """
    if isinstance(event, LegEnded) and event.cause == 0 and call.lost < waiting.FORGIVEN_LOSSES:
        call.lost += 1
        return _dial(call, now)
    drop = [HangUp(call=call.id, leg=call.leg)] if may_ring(event) else []
    call.unanswered += 1
    refused = isinstance(event, CommandFailed)
    because = event.detail if isinstance(event, CommandFailed) else ""
    outcome = "refused" if refused else "no answer"
    note = call.note(now, "call_back", outcome, because or f"try {call.unanswered} of {TRIES}")
    if call.unanswered < TRIES:
        return [note, *drop, *_later(call, now)]
    kind = EndingClass.OVERFLOWED if refused else EndingClass.ABANDONED
    ending = ending_of(call, kind, "call_back_refused" if refused else "call_back_unanswered")
    return [note, *drop, *finish(call, ending, now), AgentUnwanted(call=call.id)]


def agent_left(call: LiveCall, event: LegEnded, now: Millis) -> Out:
    """The agent hung up before the caller answered: that is no try of the caller's."""
    call.agent_leg = None
    note = call.note(now, "call_back", "broken off", f"{call.agent} hung up")
    return [note, HangUp(call=call.id, leg=call.leg), *_later(call, now)]


def _later(call: LiveCall, now: Millis) -> Out:
    """Out of line for a while; then into it again, in the same place."""
    gone = [HangUp(call=call.id, leg=call.agent_leg)] if call.agent_leg else []
    call.agent = call.agent_leg = None
    call.retry_at = now + RETRY_MS
    call.enter(Phase.PROMISED, now)
    return [*gone, *_alone(call, now), AgentUnwanted(call=call.id)]


def time_up(call: LiveCall, event: DeadlinePassed, now: Millis) -> Out:
    """Into line again for another try, unless it is too late for any; or the confirmation has not ended."""
    if call.playback is not None:
        return confirmed(call, event, now)
    if call.retry_at is None or (call.wait_until is not None and now >= call.wait_until):
        return _expired(call, now)
    call.retry_at = None
    return waiting.seek(call, now, again=True)


def _expired(call: LiveCall, now: Millis) -> Out:
    note = call.note(now, "call_back", "expired", f"after {PROMISE_MS // 60_000} minutes")
    ending = ending_of(call, EndingClass.OVERFLOWED, "call_back_expired")
    return [note, AgentUnwanted(call=call.id), *finish(call, ending, now)]


def asked(call: LiveCall, message: AgentAsked, now: Millis) -> Out:
    """While the caller is rung an agent can report an advertising caller, and nothing else."""
    if not isinstance(message.event, AdvertisingReported):
        raise RequestRefused("The caller has not answered yet.")
    return report(call, message.agent, now)
