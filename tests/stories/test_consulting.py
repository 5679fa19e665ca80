"""A staff member consulted while the caller is on hold; three together; the two left to each other."""

from router.core.commands import Announce, Hold, RingStaff, Unhold
from router.core.events import CallFound
from router.core.ids import LegId
from router.core.limits import OutboundLimits
from router.core.moves.consult import GONE, NOT_REACHED
from router.core.view import ConsultState, ConsultView, Phase, Presence
from router.core.viewing import view_of
from tests.stories.houses import (
    ANNA,
    FRAU_WEISS,
    NACHT,
    PRAXIS_NUMBER,
    ROT,
    VIP_CALLER,
    WEISS,
    a_queue,
    with_praxis,
)
from tests.stories.story import MAIN, Story


def talking(story: Story | None = None, *, caller: str = "+4917011111") -> Story:
    """Anna has talked with the caller for twenty seconds."""
    story = story or Story(on=(ANNA,))
    story.caller_arrives(caller=caller)
    story.agent_answers()
    story.after(20)
    return story


def ringing() -> Story:
    """Frau Weiß's phone rings for Anna."""
    story = talking()
    story.agent_consults(whom=WEISS)
    return story


def speaking(story: Story | None = None) -> Story:
    """Anna has spoken with Frau Weiß for ten seconds."""
    story = talking(story)
    story.agent_consults(whom=WEISS)
    story.after(5)
    story.staff_answers()
    story.after(10)
    return story


def shown(story: Story) -> ConsultView | None:
    """What Anna's desk shows of it."""
    (call,) = view_of(story.board).calls
    return call.consult


def weiss(state: ConsultState, because: str = "") -> ConsultView:
    return ConsultView(state=state, staff=WEISS, name=FRAU_WEISS.name, because=because)


def test_caller_hears_music_alone_while_staff_are_rung_for_the_agent() -> None:
    story = ringing()
    assert story.just_done == ["Hold", "StartMusic", "RingStaff"]
    assert (story.phase(), story.presence()) == (Phase.CONSULTING, Presence.TALKING)
    ring = story.asked(RingStaff)[0]
    assert (ring.number, ring.caller_id) == (FRAU_WEISS.numbers[0], PRAXIS_NUMBER)
    assert shown(story) == weiss(ConsultState.RINGING)


def test_agent_and_staff_speak_without_the_caller() -> None:
    story = speaking()
    assert story.phase() is Phase.CONFERRING
    assert story.done[-2:] == ["StopMusic", "Join"]
    assert not story.asked(Unhold)
    assert shown(story) == weiss(ConsultState.SPEAKING)


def test_caller_who_is_on_hold_already_stays_there() -> None:
    story = talking()
    story.agent_holds()
    story.agent_consults(whom=WEISS)
    assert (story.phase(), len(story.asked(Hold))) == (Phase.CONSULTING, 1)


def test_agent_takes_the_caller_in_and_all_three_speak() -> None:
    story = speaking()
    story.agent_takes_caller_in()
    assert (story.just_done, story.phase()) == (["Unhold"], Phase.THREE)
    assert shown(story) == weiss(ConsultState.THREE)


def test_agent_leaves_caller_and_staff_to_each_other() -> None:
    story = speaking()
    story.agent_leaves_both()
    assert story.just_done == ["HangUp", "Unhold"]
    assert (story.phase(), story.presence()) == (Phase.THROUGH, Presence.WRAP_UP)
    assert shown(story) is None
    story.after(4)
    story.agent_finishes()
    story.after(56)
    story.caller_hangs_up()
    assert story.ending() == ("served", "caller_hung_up")
    assert story.parts() == [("talk", ANNA, 35.0), ("wrap_up", ANNA, 4.0), ("through", WEISS, 60.0)]


def test_agent_leaves_the_other_two_out_of_three() -> None:
    story = speaking()
    story.agent_takes_caller_in()
    story.after(10)
    story.agent_leaves_both()
    assert (story.just_done, story.phase()) == (["HangUp"], Phase.THROUGH)
    story.after(60)
    story.staff_phone_ends()
    story.agent_finishes()
    assert story.parts() == [("talk", ANNA, 45.0), ("through", WEISS, 60.0), ("wrap_up", ANNA, 60.0)]


def test_agent_lets_staff_go_and_is_back_with_the_caller() -> None:
    story = speaking()
    story.agent_ends_consultation()
    assert (story.just_done, story.phase()) == (["HangUp", "Unhold"], Phase.TALKING)
    assert shown(story) is None
    story.after(5)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.parts()[0] == ("talk", ANNA, 40.0)


def test_agent_gives_up_while_staff_are_rung() -> None:
    story = ringing()
    story.agent_ends_consultation()
    assert (story.just_done, story.phase()) == (["HangUp", "StopMusic", "Unhold"], Phase.TALKING)
    story.staff_phone_ends()
    assert story.phase() is Phase.TALKING


def test_agent_lets_staff_go_out_of_three() -> None:
    story = speaking()
    story.agent_takes_caller_in()
    story.agent_ends_consultation()
    assert (story.just_done, story.phase()) == (["HangUp"], Phase.TALKING)


def test_taking_the_caller_back_ends_the_consultation() -> None:
    story = speaking()
    story.agent_takes_back()
    assert (story.just_done, story.phase()) == (["HangUp", "Unhold"], Phase.TALKING)


# --- what staff do ----------------------------------------------------------------------------------------------------


def test_second_number_is_tried() -> None:
    story = ringing()
    story.staff_phone_ends(cause=17)
    assert (story.phase(), story.asked(RingStaff)[-1].number) == (Phase.CONSULTING, FRAU_WEISS.numbers[1])
    story.staff_answers()
    assert story.phase() is Phase.CONFERRING


def test_agent_is_told_that_nobody_answers_and_the_caller_is_still_on_hold() -> None:
    story = ringing()
    story.after(40)
    assert story.just_done == ["HangUp", "StopMusic", "Announce"]
    assert story.asked(Announce)[-1].text == NOT_REACHED
    assert (story.phase(), shown(story)) == (Phase.HELD, weiss(ConsultState.OVER, "no answer"))
    story.announcement_ends()
    story.agent_takes_back()
    assert (story.just_done, shown(story)) == (["Unhold"], None)


def test_agent_who_is_told_takes_the_caller_back_at_once_who_hears_nothing_of_it() -> None:
    story = ringing()
    story.staff_phone_ends(cause=17)
    story.staff_phone_ends(cause=17)
    assert shown(story) == weiss(ConsultState.OVER, "busy")
    story.agent_takes_back()
    assert story.just_done == ["StopAnnouncement", "Unhold"]


def test_agent_who_is_told_puts_the_caller_through_all_the_same() -> None:
    story = ringing()
    story.after(40)
    story.agent_transfers(to=WEISS)
    assert story.just_done == ["HangUp", "StopAnnouncement", "Unhold", "StartMusic", "RingStaff"]


def test_agent_who_is_told_consults_once_more() -> None:
    story = ringing()
    story.after(40)
    story.agent_consults(whom=WEISS)
    assert story.just_done == ["StopAnnouncement", "StartMusic", "RingStaff"]
    assert shown(story) == weiss(ConsultState.RINGING)


def test_staff_hang_up_and_the_agent_still_has_the_caller() -> None:
    story = speaking()
    story.staff_phone_ends()
    assert story.just_done == ["Announce"]
    assert story.asked(Announce)[-1].text == GONE
    assert (story.phase(), shown(story)) == (Phase.HELD, weiss(ConsultState.OVER, "hung up"))


def test_staff_hang_up_out_of_three_and_the_others_speak_on() -> None:
    story = speaking()
    story.agent_takes_caller_in()
    story.staff_phone_ends()
    assert (story.just_done, story.phase()) == ([], Phase.TALKING)
    assert shown(story) == weiss(ConsultState.OVER, "hung up")


def test_consultation_lasts_no_longer_than_calls_to_staff_may() -> None:
    story = speaking(Story(with_praxis(outbound=OutboundLimits(longest_ms=60_000)), on=(ANNA,)))
    story.after(49)
    assert story.phase() is Phase.CONFERRING
    story.after(1)
    assert (story.just_done, story.phase()) == (["HangUp", "Announce"], Phase.HELD)
    assert shown(story) == weiss(ConsultState.OVER, "limit reached")


def test_what_was_consulted_counts_towards_the_limit_of_the_call_put_through() -> None:
    story = speaking(Story(with_praxis(outbound=OutboundLimits(longest_ms=60_000)), on=(ANNA,)))
    story.agent_leaves_both()
    story.after(50)
    story.agent_finishes()
    assert story.ending() == ("served", "transfer_limit_reached")


# --- what callers do, and what becomes of agents ----------------------------------------------------------------------


def test_caller_hangs_up_while_staff_are_rung() -> None:
    story = ringing()
    story.caller_hangs_up()
    assert story.just_done == ["HangUp", "HangUp", "CloseBridge"]
    story.agent_finishes()
    assert story.ending() == ("served", "caller_hung_up")


def test_caller_hangs_up_and_everybody_is_let_go() -> None:
    story = speaking()
    story.caller_hangs_up()
    assert story.just_done == ["HangUp", "HangUp", "CloseBridge"]
    story.agent_finishes()
    assert story.parts()[0] == ("talk", ANNA, 35.0)


def test_caller_hangs_up_out_of_three() -> None:
    story = speaking()
    story.agent_takes_caller_in()
    story.caller_hangs_up()
    assert story.just_done == ["HangUp", "HangUp", "CloseBridge"]


def test_agent_who_is_lost_while_staff_are_rung_ends_the_call_as_ever() -> None:
    story = ringing()
    story.agent_phone_ends()
    assert story.just_done == ["HangUp", "HangUp", "CloseBridge"]
    story.agent_finishes()
    assert story.ending() == ("served", "agent_hung_up")


def test_agent_who_hangs_up_leaves_caller_and_staff_to_each_other() -> None:
    story = speaking()
    story.agent_phone_ends()
    assert (story.just_done, story.phase()) == (["Unhold"], Phase.THROUGH)
    story.after(60)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.parts() == [("talk", ANNA, 35.0), ("through", WEISS, 60.0), ("wrap_up", ANNA, 60.0)]


def test_agent_who_hangs_up_on_three_leaves_the_other_two() -> None:
    story = speaking()
    story.agent_takes_caller_in()
    story.agent_phone_ends()
    assert (story.just_done, story.phase()) == ([], Phase.THROUGH)


# --- by phone ---------------------------------------------------------------------------------------------------------


def test_consultation_by_phone() -> None:
    story = talking()
    story.agent_presses("*61")
    assert (story.phase(), story.asked(RingStaff)[0].number) == (Phase.CONSULTING, FRAU_WEISS.numbers[0])
    story.staff_answers()
    story.agent_presses("*8")
    assert story.phase() is Phase.THREE
    story.agent_presses("*1")
    assert story.phase() is Phase.TALKING


def test_agent_takes_the_caller_back_by_phone() -> None:
    story = talking()
    story.agent_presses("*61")
    story.agent_presses("*1")
    assert story.phase() is Phase.TALKING


def test_other_codes_during_a_consultation_are_passed_over() -> None:
    story = speaking()
    story.agent_presses("*21*3*61")
    assert (story.phase(), story.why("code")) == (Phase.CONFERRING, ["refused"] * 3)


# --- what is not possible ---------------------------------------------------------------------------------------------


def test_nobody_is_consulted_whom_no_caller_may_be_put_through_to() -> None:
    story = talking()
    story.agent_consults(whom=ROT)
    story.agent_consults(whom=NACHT)
    assert story.refusals == [
        "Herr Rot takes no transferred calls of ordinary callers",
        "Nachtdienst is not reachable at this hour (night)",
    ]
    assert (story.phase(), story.asked(Hold)) == (Phase.TALKING, [])


def test_for_a_vip_more_of_the_staff_are_consulted() -> None:
    story = talking(caller=VIP_CALLER)
    story.agent_consults(whom=ROT)
    assert story.phase() is Phase.CONSULTING


def test_nobody_is_consulted_when_the_clients_minutes_are_used_up() -> None:
    story = talking(Story(with_praxis(outbound=OutboundLimits(minutes_a_day=0)), on=(ANNA,)))
    story.agent_consults(whom=WEISS)
    assert "minutes of calls to staff" in story.refusals[0]
    assert story.phase() is Phase.TALKING


def test_what_needs_a_consultation_is_refused_without_one() -> None:
    story = talking()
    story.agent_takes_caller_in()
    story.agent_ends_consultation()
    story.agent_leaves_both()
    assert story.refusals == ["You are consulting nobody."] * 3


def test_what_needs_somebody_who_speaks_is_refused_while_it_rings() -> None:
    story = ringing()
    story.agent_takes_caller_in()
    story.agent_leaves_both()
    assert story.refusals == ["Frau Weiß has not answered yet."] * 2


def test_caller_does_not_leave_the_agent_during_a_consultation() -> None:
    story = speaking()
    story.agent_transfers(to=WEISS)
    story.agent_parks()
    story.agent_consults(whom=WEISS)
    story.agent_holds()
    assert story.refusals == ["End the consultation first."] * 3 + ["The caller is on hold already."]
    story.agent_takes_caller_in()
    story.agent_holds()
    assert story.refusals[-1] == "End the consultation first."
    assert story.phase() is Phase.THREE


# --- what fails -------------------------------------------------------------------------------------------------------


def test_staff_phone_that_cannot_be_rung_leaves_the_agent_with_the_caller() -> None:
    story = ringing()
    for _ in FRAU_WEISS.numbers:
        story.command_fails(RingStaff, leg=story.asked(RingStaff)[-1].leg)
    assert (story.phase(), shown(story)) == (Phase.HELD, weiss(ConsultState.OVER, "no answer"))


def test_hold_that_fails_lets_staff_go_before_the_caller_hears_what_is_not_for_callers() -> None:
    story = ringing()
    story.command_fails(Hold, leg=LegId(MAIN))
    assert (story.just_done, story.phase()) == (["HangUp", "StopMusic", "Unhold"], Phase.TALKING)
    assert shown(story) == weiss(ConsultState.OVER, "the caller could not be put on hold")


def test_staff_who_answered_but_were_never_joined_are_after_a_gap() -> None:
    story = speaking()
    agent, staff = story.agent_leg(ANNA), story.asked(RingStaff)[-1].leg
    story.tell(CallFound(call=MAIN, up=frozenset({LegId(MAIN), agent, staff}), bridged=frozenset({agent})))
    assert story.just_done == ["OpenBridge", "Join", "Hold", "StopMusic"]
    story.after(10)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.parts()[:2] == [("talk", ANNA, 25.0), ("talk", ANNA, 10.0)], "nobody pays for the gap"


def test_caller_whom_a_gap_kept_out_of_three_is_taken_in_after_it() -> None:
    story = speaking()
    story.agent_takes_caller_in()
    agent, staff = story.agent_leg(ANNA), story.asked(RingStaff)[-1].leg
    story.tell(CallFound(call=MAIN, up=frozenset({LegId(MAIN), agent, staff}), bridged=frozenset({agent, staff})))
    assert story.just_done == ["OpenBridge", "Join", "Unhold", "StopMusic"]


def test_staff_member_is_consulted_for_a_caller_who_was_called_back() -> None:
    story = Story(with_praxis(queue=a_queue(callback_key="8")))
    story.caller_arrives()
    story.caller_presses("8")
    story.announcement_ends()
    story.agent_logs_in()
    story.agent_answers()
    story.called_back_answers()
    story.agent_consults(whom=WEISS)
    assert story.asked(RingStaff)[-1].called_back
    story.staff_answers()
    story.agent_leaves_both()
    assert story.phase() is Phase.THROUGH
