"""Hold, transfer, hanging up."""

from router.core.commands import Mute, RingStaff
from router.core.events import CallFound
from router.core.view import Phase, Presence
from tests.stories.houses import (
    ANNA,
    BERND,
    FRAU_WEISS,
    HERR_ROT,
    NACHT,
    PRAXIS_NUMBER,
    ROT,
    VIP_CALLER,
    WEISS,
    with_praxis,
)
from tests.stories.story import Story


def talking(*on: str, caller: str = "+4917011111") -> Story:
    """Anna has talked with the caller for twenty seconds."""
    story = Story(on=(ANNA, BERND) if "bernd" in on else (ANNA,))
    story.caller_arrives(caller=caller)
    story.agent_answers(ANNA)
    story.after(20)
    return story


def test_caller_hangs_up() -> None:
    story = talking()
    story.caller_hangs_up()
    assert story.just_done == ["HangUp", "CloseBridge"]
    assert (story.phase(), story.presence()) == (Phase.WRAPPING, Presence.WRAP_UP)
    story.after(5)
    story.agent_finishes()
    assert story.ending() == ("served", "caller_hung_up")
    assert story.parts() == [("talk", ANNA, 20.0), ("wrap_up", ANNA, 5.0)]


def test_agent_hangs_up() -> None:
    story = talking()
    story.agent_phone_ends()
    assert story.just_done == ["HangUp", "CloseBridge"]
    story.agent_finishes()
    assert story.ending() == ("served", "agent_hung_up")


def test_agent_holds_and_takes_back() -> None:
    story = talking()
    story.agent_holds()
    assert (story.just_done, story.phase()) == (["Hold"], Phase.HELD)
    story.agent_holds()
    assert story.refusals == ["The caller is on hold already."]
    story.after(10)
    story.agent_takes_back()
    assert (story.just_done, story.phase()) == (["Unhold"], Phase.TALKING)
    story.agent_takes_back()
    assert story.refusals[-1] == "The caller is not on hold."
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.parts()[0] == ("talk", ANNA, 30.0)


def test_agent_holds_and_takes_back_by_phone() -> None:
    story = talking()
    story.agent_presses("*1")
    assert story.phase() is Phase.HELD
    story.agent_presses("*1")
    assert story.phase() is Phase.TALKING


def test_digits_without_a_star_and_half_codes_mean_nothing() -> None:
    story = talking()
    story.agent_presses("1234*#9*")
    assert story.phase() is Phase.TALKING
    story.agent_presses("1")
    assert story.phase() is Phase.HELD


def test_caller_hangs_up_on_hold() -> None:
    story = talking()
    story.agent_holds()
    story.after(30)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.parts()[0] == ("talk", ANNA, 50.0)


def test_agent_who_logs_out_while_talking_is_off_after_the_wrap_up() -> None:
    story = talking()
    story.agent_logs_out()
    assert (story.phase(), story.presence()) == (Phase.TALKING, Presence.TALKING)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.presence() is Presence.OFF


def test_agent_who_pauses_while_talking_is_paused_after_the_wrap_up() -> None:
    story = talking()
    story.agent_pauses()
    story.caller_hangs_up()
    story.caller_arrives(call="second")
    story.agent_finishes()
    assert story.presence() is Presence.PAUSED
    assert story.call("second").phase is Phase.WAITING


# --- mute ------------------------------------------------------------------------------------------------------------


def test_agent_is_not_heard_and_is_again() -> None:
    story = talking()
    story.agent_mutes()
    assert (story.just_asked(Mute)[0].leg, story.call().muted) == (story.agent_leg(ANNA), True)
    story.agent_mutes()
    assert story.refusals == ["You are muted already."]
    story.agent_unmutes()
    assert (story.just_done, story.call().muted) == (["Unmute"], False)
    story.agent_unmutes()
    assert story.refusals[-1] == "You are not muted."


def test_agent_stays_muted_after_a_gap_and_is_not_for_the_next_caller() -> None:
    story = talking()
    story.agent_mutes()
    legs = story.call().legs()
    story.tell(CallFound(call=story.call().id, up=legs, bridged=legs))
    assert "Mute" in story.just_done
    story.caller_hangs_up()
    assert not story.call().muted


def test_agent_sees_that_muting_failed() -> None:
    story = talking()
    story.agent_mutes()
    story.command_fails(Mute, leg=story.agent_leg(ANNA))
    assert (story.call().muted, story.why("mute")) == (False, ["on", "failed"])


# --- transfer --------------------------------------------------------------------------------------------------------


def test_transfer_is_answered() -> None:
    story = talking()
    story.agent_transfers(to=WEISS)
    assert story.just_done == ["HangUp", "StartMusic", "RingStaff"]
    assert (story.phase(), story.presence()) == (Phase.TRANSFERRING, Presence.WRAP_UP)
    assert story.asked(RingStaff)[0].caller_id == PRAXIS_NUMBER
    story.after(8)
    story.staff_answers()
    assert story.just_done == ["StopMusic", "Join"]
    story.agent_finishes()
    story.after(60)
    story.caller_hangs_up()
    assert story.ending() == ("served", "caller_hung_up")
    assert story.parts() == [("talk", ANNA, 20.0), ("wrap_up", ANNA, 8.0), ("through", WEISS, 60.0)]


def test_transfer_by_phone() -> None:
    story = talking()
    story.agent_presses("*21")
    assert story.phase() is Phase.TRANSFERRING
    assert story.asked(RingStaff)[0].number == FRAU_WEISS.numbers[0]


def test_transfer_by_phone_to_nobodys_key_goes_on_talking() -> None:
    story = talking()
    story.agent_presses("*29")
    assert story.phase() is Phase.TALKING
    assert "refused" in story.why("code")


def test_transfer_out_of_hold_takes_the_caller_back_first() -> None:
    story = talking()
    story.agent_holds()
    story.agent_transfers(to=WEISS)
    assert story.just_done == ["HangUp", "Unhold", "StartMusic", "RingStaff"]


def test_second_number_answers_the_transfer() -> None:
    story = talking()
    story.agent_transfers(to=WEISS)
    story.staff_phone_ends(cause=17)
    assert story.asked(RingStaff)[-1].number == FRAU_WEISS.numbers[1]
    story.staff_answers()
    assert story.phase() is Phase.THROUGH


def test_staff_phone_that_cannot_be_rung_is_given_up_with_its_leg() -> None:
    story = talking()
    story.agent_transfers(to=WEISS)
    story.command_fails(RingStaff, leg=story.asked(RingStaff)[-1].leg)
    assert story.just_done == ["HangUp", "RingStaff"]


def test_unanswered_transfer_comes_back_to_the_agent() -> None:
    story = talking()
    story.agent_transfers(to=WEISS)
    story.after(40)
    assert story.just_done == ["HangUp", "RingAgent"]
    assert story.call().agent == ANNA
    story.after(5)
    story.agent_answers()
    story.after(10)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.parts() == [
        ("talk", ANNA, 20.0),
        ("talk", ANNA, 10.0),
        ("wrap_up", ANNA, 0.0),
    ]


def test_agent_free_again_gets_the_caller_back() -> None:
    story = talking()
    story.agent_transfers(to=WEISS)
    story.agent_finishes()
    story.after(40)
    assert story.call().agent == ANNA


def test_returned_caller_goes_first_in_line_when_the_agent_paused_meanwhile() -> None:
    story = talking("bernd")
    story.agent_transfers(to=WEISS)
    story.agent_pauses()
    story.after(40)
    assert story.call().agent == BERND
    assert story.presence(ANNA) is Presence.WRAP_UP


def test_returned_caller_goes_before_everybody_who_waits() -> None:
    story = talking()
    story.agent_transfers(to=WEISS)
    story.agent_pauses()
    vip = story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.after(40)
    assert story.line == [story.call().id, vip]


def test_returned_caller_waits_anew_however_long_the_conversation_was() -> None:
    story = Story()
    story.caller_arrives()
    story.after(60)
    story.agent_logs_in()
    story.agent_answers()
    story.after(1200)
    story.agent_transfers(to=WEISS)
    story.agent_logs_out()
    story.after(40)
    assert story.phase() is Phase.WAITING
    story.after(119)
    assert story.phase() is Phase.WAITING
    story.after(1)
    assert story.phase() is Phase.ANNOUNCING


def test_caller_gives_up_during_the_transfer() -> None:
    story = talking()
    story.agent_transfers(to=WEISS)
    story.after(5)
    story.caller_hangs_up()
    assert story.just_done == ["HangUp", "CloseBridge"]
    story.agent_finishes()
    assert story.ending() == ("served", "caller_hung_up_transferring")


def test_caller_gives_up_while_the_agent_is_rung_again() -> None:
    story = talking()
    story.agent_transfers(to=WEISS)
    story.after(40)
    story.caller_hangs_up()
    assert story.ending() == ("served", "caller_hung_up_offered")
    assert story.presence() is Presence.AVAILABLE


def test_staff_who_take_no_transfers_get_none() -> None:
    story = talking()
    story.agent_transfers(to=ROT)
    assert story.refusals == ["Herr Rot takes no transferred calls of ordinary callers"]
    assert story.phase() is Phase.TALKING


def test_vip_may_be_put_through_where_others_may_not() -> None:
    story = talking(caller=VIP_CALLER)
    story.agent_transfers(to=ROT)
    assert story.asked(RingStaff)[-1].number == HERR_ROT.numbers[0]


def test_nobody_is_put_through_outside_the_hours() -> None:
    story = talking()
    story.agent_transfers(to=NACHT)
    assert story.refusals == ["Nachtdienst is not reachable at this hour (night)"]


def test_nobody_is_put_through_to_a_person_without_a_number() -> None:
    nameless = with_praxis(staff={WEISS: FRAU_WEISS.__class__(id=WEISS, name="Frau Weiß", numbers=(), key="1")})
    story = Story(nameless, on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_transfers(to=WEISS)
    assert story.refusals == ["Frau Weiß has no number"]
    assert story.phase() is Phase.TALKING


def test_nobody_is_put_through_without_a_conversation() -> None:
    story = Story(on=(ANNA,))
    story.agent_transfers(to=WEISS)
    assert story.refusals == ["You are in no conversation now."]
