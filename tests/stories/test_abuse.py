"""Loops and dear calls in their details: what the first call hears of it, and that nothing is lost on the way."""

import pytest

from router.core.commands import HangUp, Reject, RingCaller, RingStaff
from router.core.house import AllowEntry, Handling, HandlingMode, House, Staff
from router.core.ids import CallId, LegId, StaffId
from router.core.limits import ArrivalLimits, OutboundLimits, Rates
from router.core.queue import Queue, Say, Stage, ToStaff
from router.core.skills import Needs
from router.core.view import Phase, Presence
from tests.stories.houses import (
    ANNA,
    BERND,
    FRIEND,
    KANZLEI,
    PRAXIS,
    PRAXIS_NUMBER,
    PRAXIS_OWN,
    ROT,
    SHARED_NUMBER,
    SOMEBODY,
    SOMEBODY_ELSE,
    WEISS,
    a_house,
    kanzlei,
    with_praxis,
)
from tests.stories.story import Story

FIRST, SECOND = "+4930777", "+4917077"  # Frau Weiß
OUT, BACK = CallId("out"), CallId("back")
PARTNER = StaffId("partner")


def dialled(story: Story) -> list[str]:
    return [ring.number for ring in story.asked(RingStaff)]


# --- our own leg comes back -------------------------------------------------------------------------------------------


def comes_back(story: Story, *, call: CallId = BACK, caller: str | None = None, by: str = FIRST) -> None:
    """Refused as busy, which the dialplan hears, too, if it placed that leg."""
    story.caller_arrives(call=call, caller=caller, forwarded_by=(PRAXIS_OWN, by) if by else ())
    if story.just_asked(Reject) and story.call(OUT).phase is Phase.DIRECT:
        story.staff_phone_ends(cause=17)


def test_returned_leg_fails_at_once_and_the_next_number_is_called() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(call=OUT, caller=FRIEND)
    comes_back(story)
    assert story.done == ["PutThrough", "Reject", "Settle", "PutThrough"]
    assert dialled(story) == [FIRST, SECOND]
    assert story.ending(BACK) == ("refused", "own_transfer_returned")
    assert story.asked(Reject)[0].refusal == "busy"
    story.staff_answers()
    assert story.call(OUT).phase is Phase.THROUGH


def test_returned_leg_is_in_both_records() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(call=OUT, caller=FRIEND)
    comes_back(story)
    record = story.record(BACK)
    assert record.arrival is not None
    assert record.arrival.returned == OUT
    assert (record.parts, record.answered) == ((), None)
    assert f"{FIRST} forwards to us: it came back as call back" in [step.because for step in story.call(OUT).steps]


def test_returned_transfer_brings_the_caller_back_to_the_agent() -> None:
    story = Story(
        with_praxis(staff={PARTNER: Staff(id=PARTNER, name="Partner", numbers=(FIRST,), key="1")}), on=(ANNA,)
    )
    story.caller_arrives(call=OUT)
    story.agent_answers()
    story.agent_transfers(to=PARTNER)
    story.after(2)
    comes_back(story, caller=PRAXIS_NUMBER, by="")
    assert story.call(OUT).agent == ANNA
    assert story.presence() is Presence.OFFERED
    assert story.ending(BACK) == ("refused", "own_transfer_returned")


def test_leg_that_comes_back_on_each_number_ends_with_an_agent() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(call=OUT, caller=FRIEND)
    comes_back(story)
    story.after(1)
    comes_back(story, call=CallId("back again"), by=SECOND)
    assert story.rung == [ANNA]
    assert story.ending("back again") == ("refused", "own_transfer_returned")


def test_leg_that_comes_back_to_a_shared_number_is_known_though_no_client_can_be_told() -> None:
    clients = (with_praxis().clients[PRAXIS], kanzlei())
    story = Story(a_house(clients=clients, default_client=KANZLEI), on=(ANNA,))
    story.caller_arrives(call=OUT, caller=FRIEND)
    story.caller_arrives(call=BACK, dialled=SHARED_NUMBER, caller=None, forwarded_by=(FIRST,))
    assert story.ending(BACK) == ("refused", "own_transfer_returned")
    story.staff_phone_ends(cause=17)
    assert dialled(story) == [FIRST, SECOND]


def test_leg_that_comes_back_after_it_was_answered_disturbs_nothing() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(call=OUT, caller=FRIEND)
    story.staff_answers()
    comes_back(story)
    assert story.ending(BACK) == ("refused", "own_transfer_returned")
    assert story.call(OUT).phase is Phase.THROUGH
    assert story.just_asked(HangUp) == []


def test_caller_who_hangs_up_and_calls_again_is_served() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(call=OUT, caller=FRIEND)
    story.after(3)
    story.caller_hangs_up(OUT)
    story.caller_arrives(call="again", caller=FRIEND)
    assert story.call("again").phase is Phase.DIRECT


def test_second_caller_of_the_forwarded_phone_is_told_apart_after_the_ring() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(call=OUT, caller=FRIEND)
    story.caller_hangs_up(OUT)
    story.after(30)
    comes_back(story, caller=SOMEBODY)
    assert story.rung == [ANNA]


def called_back(caller: str = SOMEBODY) -> Story:
    """An agent is there, and the caller's phone rings."""
    queue = Queue(stages=(Stage(after_ms=0, needs=Needs()),), callback_key="5")
    story = Story(with_praxis(queue=queue))
    story.caller_arrives(call=OUT, caller=caller)
    story.caller_presses("5", OUT)
    story.announcement_ends(OUT)
    story.agent_logs_in()
    story.agent_answers()
    assert [ring.number for ring in story.asked(RingCaller)] == [caller]
    return story


def test_impatient_caller_who_calls_while_being_called_back_gets_through() -> None:
    story = called_back()
    story.caller_arrives(call="again")
    assert story.line == ["again"]
    assert story.call(OUT).phase is Phase.CALLING_BACK


def test_nobody_has_us_call_one_number_again_and_again() -> None:
    queue = Queue(stages=(Stage(after_ms=0, needs=Needs()),), callback_key="5")
    story = Story(with_praxis(queue=queue))
    for call in ("one", "two", "three"):
        story.caller_arrives(call=call)
        story.caller_presses("5", call)
        story.caller_hangs_up(call)
        story.after(60)
    story.caller_arrives(call="four")
    assert story.ending("four") == ("refused", "caller_calls")
    story.caller_arrives(call="other", caller=SOMEBODY_ELSE)
    assert story.call("other").phase is Phase.WAITING


def test_who_is_to_be_called_back_takes_no_line_of_the_client() -> None:
    queue = Queue(stages=(Stage(after_ms=0, needs=Needs()),), callback_key="5")
    story = Story(with_praxis(queue=queue, limits=ArrivalLimits(calls=1)))
    story.caller_arrives(call="one")
    story.caller_presses("5", "one")
    story.caller_hangs_up("one")
    story.caller_arrives(call="other", caller=SOMEBODY_ELSE)
    assert story.call("other").phase is Phase.WAITING


def test_call_back_that_the_callers_phone_forwards_to_us_is_known() -> None:
    story = called_back()
    comes_back(story, by=SOMEBODY)
    assert story.ending(BACK) == ("refused", "own_transfer_returned")
    assert story.call(OUT).phase is Phase.PROMISED


# --- calls to the outside ---------------------------------------------------------------------------------------------


def test_forbidden_number_is_passed_over_and_the_next_is_called() -> None:
    people = {WEISS: Staff(id=WEISS, name="Frau Weiß", numbers=("112", FIRST), key="1")}
    story = Story(with_praxis(staff=people), on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    assert dialled(story) == [FIRST]
    assert story.just_asked(HangUp) == []
    assert "112 is an emergency or service code, or no number at all" in [step.because for step in story.call().steps]


def test_transfer_that_would_be_forbidden_leaves_the_agent_with_the_caller() -> None:
    story = Story(with_praxis(outbound=OutboundLimits(legs=0)), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_transfers(to=WEISS)
    assert story.refusals == ["Praxis Dr. Müller has 0 calls to staff at once, the most it may have"]
    assert story.phase() is Phase.TALKING


def test_forbidden_transfer_by_code_comes_back_to_the_agent() -> None:
    story = Story(with_praxis(outbound=OutboundLimits(legs=0)), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_presses("*21")
    assert dialled(story) == []
    assert story.call().agent == ANNA


def test_forbidden_overflow_to_staff_is_passed_over() -> None:
    queue = Queue(
        stages=(Stage(after_ms=0, needs=Needs()),),
        max_wait_ms=30_000,
        overflow=(ToStaff(staff=WEISS), Say(text="Leider ist niemand frei.")),
    )
    story = Story(with_praxis(queue=queue, outbound=OutboundLimits(minutes_a_day=0)))
    story.caller_arrives()
    story.after(30)
    assert dialled(story) == []
    assert story.phase() is Phase.ANNOUNCING


def test_forbidden_call_back_ends_without_a_call() -> None:
    queue = Queue(stages=(Stage(after_ms=0, needs=Needs()),), callback_key="5")
    story = Story(with_praxis(queue=queue, outbound=OutboundLimits(legs=0)))
    story.caller_arrives()
    story.caller_presses("5")
    story.announcement_ends()
    story.agent_logs_in()
    story.agent_answers()
    story.after(301)
    story.agent_answers()
    assert story.asked(RingCaller) == []
    assert story.ending() == ("overflowed", "call_back_refused")


def limited(outbound: OutboundLimits) -> House:
    handling = Handling(mode=HandlingMode.PUT_THROUGH, staff=WEISS)
    free = ArrivalLimits(calls_per_caller=None, caller_rate=None)
    return a_house(
        clients=(with_praxis(handlings=(handling,), outbound=outbound, limits=free).clients[PRAXIS],),
        rates=Rates(by_prefix={"+4930": 10.0}),
    )


def test_conversation_ends_at_the_longest_time_of_one() -> None:
    story = Story(limited(OutboundLimits(longest_ms=60_000)))
    story.caller_arrives()
    story.after(3)
    story.staff_answers()
    story.after(59.999)
    assert story.phase() is Phase.THROUGH
    story.after(0.001)
    assert story.just_done == ["HangUp", "Settle"]
    assert [command.leg for command in story.just_asked(HangUp)] == [LegId("call-1")]
    assert story.ending() == ("through", "transfer_limit_reached")
    assert story.parts() == [("through", WEISS, 60.0)]


def test_conversations_at_once_end_together_when_the_days_cents_are_used_up() -> None:
    story = Story(limited(OutboundLimits(cents_a_day=40)))
    for name, caller in (("one", SOMEBODY), ("two", SOMEBODY_ELSE)):
        story.caller_arrives(call=name, caller=caller)
        story.staff_answers()
        story.after(60)
    story.after(29)
    assert not story.is_settled("one")
    story.after(31.002)
    assert [story.ending(name)[1] for name in ("one", "two")] == ["transfer_limit_reached"] * 2
    assert [sum(part.length for part in story.record(name).parts) // 1000 for name in ("one", "two")] == [150, 90]


def test_limits_of_a_day_end_with_it() -> None:
    story = Story(limited(OutboundLimits(minutes_a_day=90)))
    story.after(10.5 * 3600)  # 23:30
    story.caller_arrives()
    story.staff_answers()
    story.after(119 * 60)
    assert story.phase() is Phase.THROUGH
    story.after(60)
    assert story.ending() == ("through", "transfer_limit_reached")


@pytest.mark.parametrize("ends", ["caller", "staff"])
def test_leg_that_is_gone_makes_room_for_another(ends: str) -> None:
    story = Story(limited(OutboundLimits(legs=1)), on=(ANNA, BERND))
    story.caller_arrives(call="one")
    story.staff_answers()
    story.caller_arrives(call="two", caller=SOMEBODY_ELSE)
    assert len(dialled(story)) == 1
    assert story.rung == [ANNA]
    story.caller_hangs_up("one") if ends == "caller" else story.staff_phone_ends()
    story.caller_arrives(call="three", caller=None)
    assert len(dialled(story)) == 2


def test_nobody_of_the_staff_is_called_at_a_number_that_leads_to_us() -> None:
    people = {ROT: Staff(id=ROT, name="Herr Rot", numbers=(PRAXIS_OWN,), key="2")}
    house = a_house(
        clients=(with_praxis(staff=people, allow=(AllowEntry(number=FRIEND, staff=ROT),), vips=()).clients[PRAXIS],),
        own_numbers=frozenset({PRAXIS_OWN}),
    )
    story = Story(house, on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    assert (dialled(story), story.rung) == ([], [ANNA])
