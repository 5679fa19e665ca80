"""The call's table as a whole: complete, without dead ends, and what the documentation shows."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from router.core import call as calls
from router.core.call import BEGINS, MOVES, Signal
from router.core.commands import HangUp, Note
from router.core.diagram import page
from router.core.errors import IllegalMove
from router.core.events import (
    AdvertisingReported,
    AnnouncementEnded,
    CallerArrived,
    CallEvent,
    CallFound,
    CommandFailed,
    DigitPressed,
    Failure,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingEnded,
)
from router.core.house import OnBlock
from router.core.ids import AgentId, CallId, LegId, PlaybackId, agent_leg, playback_of, recording_of, staff_leg
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
from router.core.moves.arriving import arrive
from router.core.record import Arrival
from router.core.view import Phase
from tests.core.invariants import TALK
from tests.stories.houses import (
    FRAU_WEISS,
    FRIEND,
    GREETED,
    NOON,
    PEST,
    PRAXIS_NUMBER,
    SOMEBODY,
    a_house,
    praxis,
    with_praxis,
)

CALL, ANNA = CallId("call-1"), AgentId("anna")
CALLER, AGENT, STAFF, PLAY = LegId("call-1"), agent_leg(CALL, 1), staff_leg(CALL, 2), playback_of(CALL, 1)
TAPE = recording_of(CALL, 1)

SIGNALS: Mapping[Signal, CallEvent | ToCall] = {
    Signal.CALLER_GONE: LegEnded(call=CALL, leg=CALLER),
    Signal.AGENT_ANSWERED: LegAnswered(call=CALL, leg=AGENT),
    Signal.AGENT_GONE: LegEnded(call=CALL, leg=AGENT),
    Signal.STAFF_ANSWERED: LegAnswered(call=CALL, leg=STAFF),
    Signal.STAFF_GONE: LegEnded(call=CALL, leg=STAFF),
    Signal.RANG: LegRang(call=CALL, leg=AGENT),
    Signal.ANNOUNCED: AnnouncementEnded(call=CALL, playback=PLAY),
    Signal.TIME_UP: DeadlinePassed(call=CALL),
    Signal.ASSIGNED: AgentAssigned(call=CALL, agent=ANNA, ring_ms=15_000, by_desk=False, because="free"),
    Signal.NOBODY_FREE: NobodyFree(call=CALL, position=1, because="nobody"),
    Signal.REFUSED: OfferRefused(call=CALL, agent=ANNA, reason="coffee"),
    Signal.ASKED: AgentAsked(call=CALL, agent=ANNA, event=AdvertisingReported(agent=ANNA)),
    Signal.DIGIT: DigitPressed(call=CALL, leg=AGENT, digit="9"),
    Signal.WRAPPED_UP: WrapUpEnded(call=CALL, agent=ANNA, start=NOON, end=NOON),
    Signal.CALLER_ANSWERED: LegAnswered(call=CALL, leg=CALLER),
    Signal.KEY: DigitPressed(call=CALL, leg=CALLER, digit="9"),
    Signal.PLACE: PlaceTold(call=CALL, position=1, low_ms=60_000, high_ms=120_000),
    Signal.RELAXED: NeedsRelaxed(call=CALL, stage=1, because="waited"),
    Signal.FULL: QueueFull(call=CALL, because="2 wait, no more may"),
    Signal.RECORDED: RecordingEnded(call=CALL, recording=TAPE),
    Signal.NOT_HELD: CommandFailed(call=CALL, command="Hold", failure=Failure.REFUSED),
    Signal.NOT_MUTED: CommandFailed(call=CALL, command="Mute", failure=Failure.REFUSED),
    Signal.NO_MUSIC: CommandFailed(call=CALL, command="StartMusic", failure=Failure.REFUSED),
    Signal.MUSIC_DUE: MusicDue(call=CALL),
    Signal.FOUND: CallFound(call=CALL, up=frozenset(), bridged=frozenset()),
    Signal.BROKEN: CommandFailed(call=CALL, command="Join", failure=Failure.BROKEN),
    Signal.LATE: AnnouncementEnded(call=CALL, playback=PlaybackId("of long ago")),
}
OVER = {Phase.WRAPPING, Phase.ENDED}
PAIRS = [(phase, signal) for phase in Phase for signal in Signal]
GONE = {Signal.CALLER_GONE, Signal.AGENT_GONE, Signal.STAFF_GONE}
ANSWERED = {Signal.AGENT_ANSWERED, Signal.STAFF_ANSWERED, Signal.CALLER_ANSWERED}
OF_NO_NOTE = {Signal.RANG, Signal.DIGIT, Signal.KEY, *GONE}  # too common to be told: a leg that we ended ourselves ends
LET_GO = {(phase, signal) for phase in OVER for signal in (Signal.RANG, *ANSWERED)}  # legs that no call holds any more


def a_call(phase: Phase) -> LiveCall:
    """A call that holds every leg it may have, so that each signal can be told."""
    over = phase in OVER
    return LiveCall(
        id=CALL,
        leg=CALLER,
        dialled="+4930",
        caller="+4917011111",
        client=praxis(),
        house=a_house(),
        queue=praxis().queue,
        vip=False,
        arrived=NOON,
        phase=phase,
        since=NOON,
        answered=NOON,
        bridge_open=True,
        playback=PLAY,
        recording=TAPE,
        agent=ANNA,
        agent_leg=AGENT,
        staff=FRAU_WEISS,
        staff_leg=STAFF,
        talk_since=NOON if phase in TALK else None,
        wrapping={ANNA},
        ended=NOON if over else None,
    )


def test_every_signal_is_told_by_its_example() -> None:
    assert set(SIGNALS) == set(Signal)
    named = {signal: calls.signal_of(a_call(Phase.OFFERED), item) for signal, item in SIGNALS.items()}
    assert named == {signal: signal for signal in Signal}


@pytest.mark.parametrize(("phase", "signal"), [pair for pair in PAIRS if pair[1] in MOVES[pair[0]]])
def test_move_leads_only_where_its_row_says(phase: Phase, signal: Signal) -> None:
    call = a_call(phase)
    calls.feed(call, SIGNALS[signal], NOON + 1000)
    assert call.phase in {phase, *MOVES[phase][signal].to}


@pytest.mark.parametrize(
    ("phase", "signal"), [pair for pair in PAIRS if pair[1] not in MOVES[pair[0]] and pair not in LET_GO]
)
def test_signal_without_a_move_is_noted_and_changes_nothing(phase: Phase, signal: Signal) -> None:
    call, before = a_call(phase), a_call(phase)
    out = calls.feed(call, SIGNALS[signal], NOON + 1000)
    if signal in OF_NO_NOTE:
        assert out == []
    else:
        (note,) = out
        assert isinstance(note, Note)
        assert note.step.rule == "ignored"
    call.steps.clear()
    assert call == before


@pytest.mark.parametrize(("phase", "signal"), sorted(LET_GO))
def test_leg_that_rings_or_is_answered_when_no_call_holds_it_is_hung_up(phase: Phase, signal: Signal) -> None:
    call, before, item = a_call(phase), a_call(phase), SIGNALS[signal]
    assert isinstance(item, LegRang | LegAnswered)
    note, end = calls.feed(call, item, NOON + 1000)
    assert isinstance(note, Note)
    assert end == HangUp(call=CALL, leg=item.leg)
    call.steps.clear()
    assert call == before


def test_move_against_the_table_is_our_own_bug() -> None:
    def astray(call: LiveCall, item: object, now: int) -> Out:
        call.enter(Phase.THROUGH, now)
        return []

    move = calls.Move(astray, (Phase.WAITING,))
    call = a_call(Phase.GREETING)
    with pytest.raises(IllegalMove, match="call-1: announcement over led from greeting to through"):
        calls.made(call, move, Signal.ANNOUNCED, SIGNALS[Signal.ANNOUNCED], NOON)


def led_to(phase: Phase) -> set[Phase]:
    """All phases that can be reached from this one."""
    reached, to_do = {phase}, [phase]
    while to_do:
        following = {target for move in MOVES[to_do.pop()].values() for target in move.to} - reached
        reached |= following
        to_do += sorted(following)
    return reached


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_leads_to_the_end(phase: Phase) -> None:
    assert Phase.ENDED in led_to(phase)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in {*OVER, Phase.PROMISED}])
def test_caller_who_hangs_up_ends_every_phase_at_once(phase: Phase) -> None:
    assert Phase.ENDED in MOVES[phase][Signal.CALLER_GONE].to


def test_every_phase_is_reached() -> None:
    assert set().union(*(led_to(phase) for phase in BEGINS)) == set(Phase)


@pytest.mark.parametrize("phase", Phase)
def test_phase_that_has_a_time_limit_has_a_move_for_it(phase: Phase) -> None:
    unlimited = {Phase.TALKING, Phase.HELD, *OVER}
    assert (Signal.TIME_UP in MOVES[phase]) == (phase not in unlimited)


def test_documentation_shows_the_table_as_it_is() -> None:
    shown = Path(__file__).parents[2] / "docs" / "call-states.md"
    assert shown.read_text() == page(), "run: python -m router.core.diagram > docs/call-states.md"


def test_call_begins_where_the_table_says() -> None:
    houses = [a_house(), with_praxis(greetings=GREETED, on_block=OnBlock.ANNOUNCE)]
    callers = (FRIEND, PEST, SOMEBODY)
    events = [CallerArrived(call=CALL, leg=CALLER, dialled=PRAXIS_NUMBER, caller=caller) for caller in callers]
    begun = {arrive(house, event, NOON, Arrival())[0].phase for house in houses for event in events}
    assert begun == set(BEGINS)
