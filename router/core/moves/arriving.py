"""The first moves: what the decision on arrival makes of a call, and the greeting."""

from router.core.commands import Reject, StopAnnouncement
from router.core.events import AnnouncementEnded, CallerArrived, CallerReturned, CommandFailed, LegEnded
from router.core.hours import in_words
from router.core.house import GreetingMode, House
from router.core.ids import Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import DeadlinePassed
from router.core.moves.bridge import announce
from router.core.moves.ending import finish
from router.core.moves.staff import silent, try_staff
from router.core.moves.waiting import seek
from router.core.queue import Queue
from router.core.record import Arrival, Ending, EndingClass
from router.core.refusal import Refusal
from router.core.route import Decision, Farewell, Refused, Straight, decide, greeting_at
from router.core.trial import TRIAL_OVER, is_over
from router.core.view import Phase


def arrive(house: House, event: CallerArrived, now: Millis, facts: Arrival) -> tuple[LiveCall, Out]:
    """A call begins."""
    decision = decide(house, event, now, facts)
    call = LiveCall(
        id=event.call,
        leg=event.leg,
        dialled=event.dialled,
        caller=event.caller,
        client=decision.client,
        house=house,
        queue=decision.client.queue if decision.client else Queue(),
        vip=decision.vip,
        arrived=now,
        phase=Phase.GREETING,
        since=now,
        arrival=facts,
    )
    notes: Out = [call.note(step.at, step.rule, step.outcome, step.because) for step in decision.steps]
    return call, [*notes, *_first_move(call, decision, now)]


def _first_move(call: LiveCall, decision: Decision, now: Millis) -> Out:
    way = decision.way
    if isinstance(way, Refused):
        return [Reject(call=call.id, leg=call.leg, refusal=way.refusal), *finish(call, way.ending, now)]
    if isinstance(way, Farewell):
        call.ending = way.ending
        return announce(call, Phase.ANNOUNCING, now, text=way.text)
    if isinstance(way, Straight):
        return try_staff(call, way.staff, Phase.DIRECT, now)
    return greet(call, now)


def greet(call: LiveCall, now: Millis) -> Out:
    """Speak the client's greeting, or leave it to the agent."""
    greeting = greeting_at(call.client.greetings, now) if call.client else None
    if greeting is None or greeting.mode is GreetingMode.HAND_OFF:
        because = f"{in_words(greeting, now)}: the agent speaks it" if greeting else "none"
        return [call.note(now, "greeting", "hand_off", because), *seek(call, now)]
    out = announce(call, Phase.GREETING, now, text=greeting.text, recording=greeting.recording)
    return [call.note(now, "greeting", "play", in_words(greeting, now)), *out]


def greeted(call: LiveCall, event: AnnouncementEnded | CommandFailed | DeadlinePassed, now: Millis) -> Out:
    """The greeting is over, by its end or for want of news of it; what may still play must not disturb what follows."""
    plays = call.playback if not isinstance(event, AnnouncementEnded) else None
    call.playback = None
    return [*([StopAnnouncement(call=call.id, playback=plays)] if plays else []), *seek(call, now)]


def straight_silent(call: LiveCall, event: LegEnded | CallerReturned | CommandFailed, now: Millis) -> Out:
    """Nobody of the client's staff answered a call put straight through: on as an ordinary call, or, when the client's
    trial is over, no further."""
    over = call.client is not None and is_over(call.client, call.arrived)
    return silent(call, event, now, _unanswered if over else greet)


def _unanswered(call: LiveCall, now: Millis) -> Out:
    ending = Ending(kind=EndingClass.REFUSED, reason=TRIAL_OVER)
    return [Reject(call=call.id, leg=call.leg, refusal=Refusal.CONGESTION), *finish(call, ending, now)]
