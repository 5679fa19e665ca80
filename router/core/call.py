"""One call's life: its phases and legal moves, as one table.

What reaches a call is first named as a signal, seen from the call: its caller, its present agent, its present staff
member; what concerns a leg that it no longer holds is late. `MOVES[phase][signal]` is what is done, and where that may
lead. A signal without a move in a phase is noted and changes nothing. Only a move that leads elsewhere than its row
allows raises, for that is our own bug.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from router.core.commands import HangUp
from router.core.errors import IllegalMove
from router.core.events import (
    AnnouncementEnded,
    CallerReturned,
    CallEvent,
    CallFound,
    CommandFailed,
    DigitPressed,
    LegAnswered,
    LegEnded,
    LegEvent,
    LegRang,
    RecordingEnded,
)
from router.core.ids import Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import (
    AgentAsked,
    AgentAssigned,
    DeadlinePassed,
    MusicDue,
    NeedsRelaxed,
    NobodyFree,
    OfferRefused,
    PlaceTold,
    QueueFull,
    ToCall,
    WrapUpEnded,
)
from router.core.moves import (
    advertising,
    arriving,
    bridge,
    call_back,
    consult,
    conversation,
    ending,
    hanging_up,
    hearing,
    keys,
    message,
    overflow,
    parking,
    staff,
    talk,
    waiting,
)
from router.core.view import Phase


class Signal(StrEnum):
    """What can happen, seen from one call."""

    CALLER_GONE = "caller gone"
    AGENT_ANSWERED = "agent answered"
    AGENT_GONE = "agent gone"
    STAFF_ANSWERED = "staff answered"
    STAFF_GONE = "staff gone"
    RANG = "far end rings"
    ANNOUNCED = "announcement over"
    TIME_UP = "time up"
    ASSIGNED = "agent assigned"
    NOBODY_FREE = "nobody free"
    REFUSED = "offer refused"
    ASKED = "agent asked"
    DIGIT = "agent's digit"
    WRAPPED_UP = "wrap-up over"
    CALLER_ANSWERED = "caller answered"  # who is called back
    KEY = "caller's key"
    PLACE = "place told"
    RELAXED = "needs relaxed"
    FULL = "queue full"
    RECORDED = "recording over"
    NOT_HELD = "hold failed"
    NOT_MUTED = "mute failed"
    NO_MUSIC = "music failed"
    MUSIC_DUE = "music due"
    FOUND = "found after a gap"
    BROKEN = "command failed"
    LATE = "late"  # about a leg or playback that this call no longer has


@dataclass(frozen=True, slots=True)
class Move:
    """What is done, and the phases it may lead to besides the one it began in."""

    act: Callable[[LiveCall, Any, Millis], Out]
    to: tuple[Phase, ...] = ()


P, S = Phase, Signal
_ENDS = (P.WRAPPING, P.ENDED)
_BACK_IN_LINE = (P.WAITING, P.PROMISED)
_STEPS_OUT = (P.TRANSFERRING, P.PARKED, P.WAITING)  # where a caller may be whom the agent leaves
_OVERFLOW = (P.WAITING, P.OVERFLOWING, P.ASKING, P.ANNOUNCING, *_ENDS)
_ANY = {
    S.FOUND: Move(bridge.found),
    S.WRAPPED_UP: Move(ending.wrapped_up),
    S.BROKEN: Move(hanging_up.broken, _ENDS),
    S.NOT_MUTED: Move(talk.not_muted),
    S.NO_MUSIC: Move(bridge.music_failed),
    S.MUSIC_DUE: Move(bridge.music_due),
}

MOVES: Mapping[Phase, Mapping[Signal, Move]] = {
    P.GREETING: _ANY
    | {
        S.CALLER_GONE: Move(ending.abandoned, _ENDS),
        S.ANNOUNCED: Move(arriving.greeted, (P.WAITING,)),
        S.TIME_UP: Move(arriving.greeted, (P.WAITING,)),
    },
    P.DIRECT: _ANY
    | {
        S.CALLER_GONE: Move(ending.abandoned, _ENDS),
        S.STAFF_ANSWERED: Move(staff.through, (P.THROUGH,)),
        S.STAFF_GONE: Move(arriving.straight_silent, (P.GREETING, P.WAITING, P.ENDED)),
        S.TIME_UP: Move(hanging_up.not_given_back, _ENDS),
    },
    P.WAITING: _ANY
    | {
        S.CALLER_GONE: Move(ending.abandoned, _ENDS),
        S.ASSIGNED: Move(waiting.offer, (P.OFFERED,)),
        S.NOBODY_FREE: Move(waiting.lined_up),
        S.FULL: Move(overflow.full, _OVERFLOW),
        S.RELAXED: Move(waiting.relaxed),
        S.PLACE: Move(hearing.tell),
        S.ANNOUNCED: Move(hearing.over),
        S.KEY: Move(keys.pressed, (P.ASKING, P.PROMISED)),
        S.ASKED: Move(advertising.asked_afterwards),
        S.TIME_UP: Move(overflow.time_up, _OVERFLOW),
    },
    P.OFFERED: _ANY
    | {
        S.CALLER_GONE: Move(call_back.hung_up_offered, _ENDS),
        S.AGENT_ANSWERED: Move(call_back.agent_answered, (P.TALKING, P.CALLING_BACK)),
        S.AGENT_GONE: Move(waiting.unanswered, _BACK_IN_LINE),
        S.TIME_UP: Move(waiting.missed, _BACK_IN_LINE),
        S.REFUSED: Move(waiting.refused, _BACK_IN_LINE),
        S.RELAXED: Move(waiting.relaxed),
        S.ANNOUNCED: Move(call_back.heard_offered),
        S.ASKED: Move(waiting.accepted),
    },
    P.PROMISED: _ANY
    | {
        S.CALLER_GONE: Move(call_back.hung_up),
        S.ANNOUNCED: Move(call_back.confirmed),
        S.ASSIGNED: Move(waiting.offer, (P.OFFERED,)),
        S.NOBODY_FREE: Move(waiting.lined_up),
        S.RELAXED: Move(waiting.relaxed),
        S.ASKED: Move(advertising.asked_afterwards),
        S.TIME_UP: Move(call_back.time_up, _ENDS),
    },
    P.CALLING_BACK: _ANY
    | {
        S.CALLER_ANSWERED: Move(call_back.caller_answered, (P.TALKING,)),
        S.CALLER_GONE: Move(call_back.unanswered, (P.PROMISED, *_ENDS)),
        S.AGENT_GONE: Move(call_back.agent_left, (P.PROMISED,)),
        S.TIME_UP: Move(call_back.unanswered, (P.PROMISED, *_ENDS)),
        S.ASKED: Move(call_back.asked),
    },
    P.OVERFLOWING: _ANY
    | {
        S.CALLER_GONE: Move(ending.abandoned, _ENDS),
        S.STAFF_ANSWERED: Move(staff.through, (P.THROUGH,)),
        S.STAFF_GONE: Move(overflow.staff_silent, _OVERFLOW),
        S.ANNOUNCED: Move(overflow.heard),
        S.TIME_UP: Move(overflow.staff_silent, _OVERFLOW),
        S.ASKED: Move(advertising.asked_afterwards),
    },
    P.ASKING: _ANY
    | {
        S.CALLER_GONE: Move(message.hung_up_asked, _ENDS),
        S.ANNOUNCED: Move(overflow.asked, _OVERFLOW),
        S.KEY: Move(message.pressed, (P.RECORDING,)),
        S.TIME_UP: Move(overflow.unconsented, _OVERFLOW),
        S.ASKED: Move(advertising.asked_afterwards),
    },
    P.RECORDING: _ANY
    | {
        S.CALLER_GONE: Move(message.hung_up_recording, _ENDS),
        S.RECORDED: Move(message.recorded, (P.WAITING, P.ANNOUNCING)),
        S.TIME_UP: Move(message.recorded, (P.ANNOUNCING,)),
        S.ASKED: Move(advertising.asked_afterwards),
    },
    P.TALKING: _ANY
    | {
        S.CALLER_GONE: Move(hanging_up.by_caller, _ENDS),
        S.AGENT_GONE: Move(hanging_up.by_agent, _ENDS),
        S.ASKED: Move(conversation.asked, (P.HELD, P.CONSULTING, *_STEPS_OUT)),
        S.DIGIT: Move(conversation.digit, (P.HELD, P.CONSULTING, *_STEPS_OUT)),
    },
    P.HELD: _ANY
    | {
        S.CALLER_GONE: Move(hanging_up.by_caller, _ENDS),
        S.AGENT_GONE: Move(hanging_up.by_agent, _ENDS),
        S.NOT_HELD: Move(conversation.not_held, (P.TALKING,)),
        S.ANNOUNCED: Move(conversation.told),
        S.ASKED: Move(conversation.asked, (P.TALKING, P.CONSULTING, *_STEPS_OUT)),
        S.DIGIT: Move(conversation.digit, (P.TALKING, P.CONSULTING, *_STEPS_OUT)),
    },
    P.CONSULTING: _ANY
    | {
        S.CALLER_GONE: Move(hanging_up.by_caller, _ENDS),
        S.AGENT_GONE: Move(hanging_up.by_agent, _ENDS),
        S.STAFF_ANSWERED: Move(consult.answered, (P.CONFERRING,)),
        S.STAFF_GONE: Move(consult.unanswered, (P.HELD,)),
        S.TIME_UP: Move(consult.unanswered, (P.HELD,)),
        S.NOT_HELD: Move(consult.not_held, (P.TALKING,)),
        S.ASKED: Move(conversation.asked, (P.TALKING,)),
        S.DIGIT: Move(conversation.digit, (P.TALKING,)),
    },
    P.CONFERRING: _ANY
    | {
        S.CALLER_GONE: Move(hanging_up.by_caller, _ENDS),
        S.AGENT_GONE: Move(consult.agent_gone, (P.THROUGH,)),
        S.STAFF_GONE: Move(consult.staff_gone, (P.HELD,)),
        S.TIME_UP: Move(consult.limit_reached, (P.HELD,)),
        S.NOT_HELD: Move(consult.not_held, (P.TALKING,)),
        S.ASKED: Move(conversation.asked, (P.TALKING, P.THREE, P.THROUGH)),
        S.DIGIT: Move(conversation.digit, (P.TALKING, P.THREE)),
    },
    P.THREE: _ANY
    | {
        S.CALLER_GONE: Move(hanging_up.by_caller, _ENDS),
        S.AGENT_GONE: Move(consult.agent_gone, (P.THROUGH,)),
        S.STAFF_GONE: Move(consult.staff_gone, (P.TALKING,)),
        S.TIME_UP: Move(consult.limit_reached, (P.TALKING,)),
        S.ASKED: Move(conversation.asked, (P.TALKING, P.THROUGH)),
        S.DIGIT: Move(conversation.digit, (P.TALKING,)),
    },
    P.PARKED: _ANY
    | {
        S.CALLER_GONE: Move(ending.abandoned, _ENDS),
        S.ASSIGNED: Move(waiting.offer, (P.OFFERED,)),
        S.TIME_UP: Move(parking.untaken, (P.WAITING,)),
        S.ASKED: Move(advertising.asked_afterwards),
    },
    P.TRANSFERRING: _ANY
    | {
        S.CALLER_GONE: Move(ending.abandoned, _ENDS),
        S.STAFF_ANSWERED: Move(staff.through, (P.THROUGH,)),
        S.STAFF_GONE: Move(conversation.transfer_silent, (P.WAITING,)),
        S.TIME_UP: Move(conversation.transfer_silent, (P.WAITING,)),
        S.ASKED: Move(advertising.asked_afterwards),
    },
    P.THROUGH: _ANY
    | {
        S.CALLER_GONE: Move(hanging_up.by_caller, _ENDS),
        S.STAFF_GONE: Move(hanging_up.by_staff, _ENDS),
        S.TIME_UP: Move(staff.limit_reached, _ENDS),
        S.ASKED: Move(advertising.asked_afterwards),
    },
    P.ANNOUNCING: _ANY
    | {
        S.CALLER_GONE: Move(ending.farewell_over, _ENDS),
        S.ANNOUNCED: Move(ending.farewell_over, _ENDS),
        S.TIME_UP: Move(ending.farewell_over, _ENDS),
        S.BROKEN: Move(ending.farewell_over, _ENDS),  # to no fallback: a blocked caller must not get through there
        S.ASKED: Move(advertising.asked_afterwards),
    },
    P.WRAPPING: {
        S.WRAPPED_UP: Move(ending.wrapped_up, (P.ENDED,)),
        S.ASKED: Move(advertising.asked_afterwards),
    },
    P.ENDED: {},
}

# Where the decision on arrival may lead (moves/arriving.py): the table begins there.
BEGINS = (P.GREETING, P.DIRECT, P.WAITING, P.ANNOUNCING, P.ENDED)

# A failed command that has a bodily counterpart is that; one that the call can do without is only noted.
_FAILED = {
    "RingAgent": S.AGENT_GONE,
    "RingStaff": S.STAFF_GONE,
    "PutThrough": S.STAFF_GONE,
    "RingCaller": S.CALLER_GONE,
    "Announce": S.ANNOUNCED,
    "Record": S.RECORDED,
    "Answer": S.BROKEN,
    "OpenBridge": S.BROKEN,
    "Join": S.BROKEN,
    "Hold": S.NOT_HELD,
    "Mute": S.NOT_MUTED,
    "Unmute": S.NOT_MUTED,
    "StartMusic": S.NO_MUSIC,
    "Unhold": S.BROKEN,  # the caller would hear nobody, and pay for it
    "core": S.BROKEN,  # our own code failed, see Switchboard._rescue
}
_RINGING = {  # later the leg is known to be there
    "RingAgent": {P.OFFERED},
    "RingStaff": {P.CONSULTING, P.TRANSFERRING, P.OVERFLOWING},
    "PutThrough": {P.DIRECT},
    "RingCaller": {P.CALLING_BACK},
}

_NAMED: Mapping[type, Signal] = {
    AgentAssigned: S.ASSIGNED,
    NobodyFree: S.NOBODY_FREE,
    OfferRefused: S.REFUSED,
    AgentAsked: S.ASKED,
    WrapUpEnded: S.WRAPPED_UP,
    DeadlinePassed: S.TIME_UP,
    MusicDue: S.MUSIC_DUE,
    CallFound: S.FOUND,
    PlaceTold: S.PLACE,
    NeedsRelaxed: S.RELAXED,
    QueueFull: S.FULL,
    LegRang: S.RANG,
}


_CALLERS: Mapping[type, Signal] = {LegEnded: S.CALLER_GONE, LegAnswered: S.CALLER_ANSWERED, DigitPressed: S.KEY}
_AGENTS: Mapping[type, Signal] = {LegEnded: S.AGENT_GONE, LegAnswered: S.AGENT_ANSWERED, DigitPressed: S.DIGIT}
_STAFFS: Mapping[type, Signal] = {
    LegEnded: S.STAFF_GONE,
    CallerReturned: S.STAFF_GONE,
    LegAnswered: S.STAFF_ANSWERED,
}


def feed(call: LiveCall, item: CallEvent | ToCall, now: Millis) -> Out:
    """Let something happen to the call; what it asks for comes back.

    Raises `RequestRefused` when an agent asks for what is not possible now; the call is as it was.
    """
    signal = signal_of(call, item)
    move = MOVES[call.phase].get(signal)
    return _ignored(call, signal, item, now) if move is None else made(call, move, signal, item, now)


def made(call: LiveCall, move: Move, signal: Signal, item: CallEvent | ToCall, now: Millis) -> Out:
    """Make a move. Raises `IllegalMove` when it leads elsewhere than its row allows, and what the move raises."""
    began = call.phase
    out = move.act(call, item, now)
    if call.phase is not began and call.phase not in move.to:
        raise IllegalMove(f"{call.id}: {signal} led from {began} to {call.phase}; see MOVES in core/call.py")
    return out


def signal_of(call: LiveCall, item: CallEvent | ToCall) -> Signal:
    """Name what happened as seen from this call."""
    if named := _NAMED.get(type(item)):
        return named
    if isinstance(item, AnnouncementEnded):
        return S.ANNOUNCED if item.playback == call.playback else S.LATE
    if isinstance(item, RecordingEnded):
        return S.RECORDED if item.recording == call.recording else S.LATE
    if isinstance(item, CommandFailed):
        return _failure(call, item)
    return _leg_signal(call, item) if isinstance(item, LegEvent) else S.LATE


def _leg_signal(call: LiveCall, event: LegEvent) -> Signal:
    if event.leg not in call.legs():
        return S.LATE
    if call.handed and isinstance(event, LegEnded) and event.left:
        return S.LATE  # into the dialplan, as it was to
    if event.leg == call.leg:
        return _CALLERS.get(type(event), S.LATE)
    return (_AGENTS if event.leg == call.agent_leg else _STAFFS).get(type(event), S.LATE)


def _failure(call: LiveCall, event: CommandFailed) -> Signal:
    gone = event.leg is not None and event.leg not in call.legs()
    if gone or call.phase not in _RINGING.get(event.command, P):
        return S.LATE
    return _FAILED.get(event.command, S.LATE)


def _ignored(call: LiveCall, signal: Signal, item: CallEvent | ToCall, now: Millis) -> Out:
    if isinstance(item, LegRang | LegAnswered) and item.leg not in call.legs():
        return [call.note(now, "ignored", type(item).__name__, "let go before"), HangUp(call=call.id, leg=item.leg)]
    if signal is S.RANG or isinstance(item, DigitPressed | LegEnded):
        return []  # a leg that we ended ourselves ends
    detail = f"{item.command}: {item.detail}" if isinstance(item, CommandFailed) else ""
    return [call.note(now, "ignored", type(item).__name__, f"{signal} while {call.phase}. {detail}".strip())]
