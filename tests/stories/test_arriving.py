"""What becomes of a call on arrival."""

import pytest

from router.core.commands import Announce, PutThrough, Reject, RingAgent, StopAnnouncement
from router.core.house import AllowEntry, BlockEntry, ClientStatus, Greeting, GreetingMode, OnBlock
from router.core.view import Phase
from tests.stories.houses import (
    ANNA,
    AT_DAY,
    AT_NIGHT,
    BERND,
    BLUMEN_NUMBER,
    CALL_CENTRE,
    CLARA,
    FRIEND,
    FRIEND_OF_PRAXIS,
    GREETED,
    KANZLEI,
    KANZLEI_NUMBER,
    KANZLEI_OWN,
    PEST,
    PRAXIS,
    PRAXIS_OWN,
    SHARED_NUMBER,
    SOMEBODY,
    VIP_CALLER,
    VIP_STRAIGHT,
    WEISS,
    a_house,
    with_praxis,
)
from tests.stories.story import Story


def test_free_agent_is_rung_while_caller_hears_ringing() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    assert story.just_done == ["RingAgent", "Ring"]
    story.after(4)
    story.agent_answers()
    assert story.just_done == ["Answer", "OpenBridge", "Join"]
    assert story.phase() is Phase.TALKING
    assert story.call().answered == story.now


def test_offer_shows_client_and_caller() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    (ring,) = story.asked(RingAgent)
    assert (ring.client_name, ring.caller, ring.auto_answer) == ("Praxis Dr. Müller", SOMEBODY, False)


def test_greeting_is_played_before_an_agent_is_sought() -> None:
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives()
    assert story.just_done == ["Answer", "OpenBridge", "Join", "Announce"]
    assert story.asked(Announce)[0].text == "Praxis Doktor Müller, guten Tag."
    story.after(3)
    story.announcement_ends()
    assert story.just_done == ["RingAgent", "StartMusic"]
    story.agent_answers()
    assert story.just_done == ["StopMusic", "Join"]


def test_uploaded_greeting_is_played_by_its_name() -> None:
    greeting = Greeting(mode=GreetingMode.PLAY, recording="praxis.wav")
    story = Story(with_praxis(greetings=(greeting,)), on=(ANNA,))
    story.caller_arrives()
    assert story.asked(Announce)[0].recording == "praxis.wav"


def test_greeting_that_cannot_be_played_is_passed_over() -> None:
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives()
    story.announcement_ends(played=False)
    assert story.rung == [ANNA]


def test_greeting_whose_end_is_lost_does_not_keep_the_caller() -> None:
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives()
    story.after(119)
    assert story.rung == []
    story.after(1)
    assert story.rung == [ANNA]


def test_greeting_in_its_hours_goes_before_the_general_one() -> None:
    night = Greeting(mode=GreetingMode.PLAY, text="nachts", hours=AT_NIGHT)
    day = Greeting(mode=GreetingMode.PLAY, text="tags", hours=AT_DAY)
    story = Story(with_praxis(greetings=(*GREETED, night, day)))
    story.caller_arrives()
    assert story.asked(Announce)[0].text == "tags"


def test_agent_speaks_a_handed_off_greeting() -> None:
    greeting = Greeting(mode=GreetingMode.HAND_OFF, text="Praxis Müller, Anna am Apparat.")
    story = Story(with_praxis(greetings=(greeting,)), on=(ANNA,))
    story.caller_arrives()
    assert story.asked(Announce) == []
    assert story.why("greeting") == ["hand_off"]


# --- who is called ---------------------------------------------------------------------------------------------------


def test_forwarding_tells_the_client_of_a_shared_number() -> None:
    story = Story(on=(CLARA,))
    story.caller_arrives(dialled=SHARED_NUMBER, forwarded_by=(KANZLEI_OWN,))
    assert story.why("identify") == [KANZLEI]


def test_several_forwardings_of_one_client_are_one_client() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(dialled=SHARED_NUMBER, forwarded_by=("+4989111", PRAXIS_OWN, PRAXIS_OWN))
    assert story.why("identify") == [PRAXIS]


def test_two_clients_in_the_forwarding_are_not_guessed() -> None:
    story = Story(a_house(default_client=PRAXIS), on=(ANNA,))
    story.caller_arrives(dialled=SHARED_NUMBER, forwarded_by=(KANZLEI_OWN, PRAXIS_OWN))
    (step,) = [step for step in story.call().steps if step.rule == "identify"]
    assert step.outcome == PRAXIS
    assert "several clients" in step.because


def test_dialled_number_goes_before_forwarding() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(forwarded_by=(KANZLEI_OWN,))
    assert story.why("identify") == [PRAXIS]


def test_unknown_number_goes_to_the_default_client() -> None:
    story = Story(a_house(default_client=PRAXIS), on=(ANNA,))
    story.caller_arrives(dialled=SHARED_NUMBER)
    assert story.rung == [ANNA]


def test_unknown_number_without_default_client_is_rejected() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(dialled=SHARED_NUMBER)
    assert story.just_done == ["Reject", "Settle"]
    assert story.asked(Reject)[0].refusal == "unallocated"
    assert story.ending() == ("refused", "unknown_number")
    assert story.record().client is None


def test_suspended_client_answers_nobody() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(dialled=BLUMEN_NUMBER)
    assert story.asked(Reject)[0].refusal == "congestion"
    assert story.ending() == ("refused", "client_suspended")


def test_trial_client_is_served_and_marked() -> None:
    story = Story(with_praxis(status=ClientStatus.TRIAL), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.after(20)
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.record().trial


# --- lists -----------------------------------------------------------------------------------------------------------


def test_blocked_caller_is_rejected_unanswered() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=PEST)
    assert story.just_done == ["Reject", "Settle"]
    assert story.ending() == ("blocked", "block_list")
    assert story.record().answered is None


def test_blocked_caller_hears_the_announcement_and_nothing_else() -> None:
    story = Story(with_praxis(on_block=OnBlock.ANNOUNCE), on=(ANNA,))
    story.caller_arrives(caller=PEST)
    assert story.just_done == ["Answer", "OpenBridge", "Join", "Announce"]
    assert story.asked(Announce)[0].text == "Dieser Anschluss nimmt keine Werbeanrufe an."
    story.announcement_ends()
    assert story.just_done == ["HangUp", "CloseBridge", "Settle"]
    assert story.ending() == ("blocked", "block_list")
    assert story.rung == []


@pytest.mark.parametrize("caller", ["+49322777", CALL_CENTRE])
def test_house_blocks_whole_ranges(caller: str) -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=caller)
    assert story.ending() == ("blocked", "block_list")


def test_clients_block_beats_the_clients_allow() -> None:
    story = Story(with_praxis(allow=(AllowEntry(number=PEST, staff=WEISS),)), on=(ANNA,))
    story.caller_arrives(caller=PEST)
    assert story.ending() == ("blocked", "block_list")


def test_clients_allow_beats_the_houses_block() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=FRIEND_OF_PRAXIS)
    assert story.phase() is Phase.DIRECT


def test_suppressed_number_is_blocked_where_the_client_wants_it() -> None:
    story = Story(with_praxis(block_suppressed=True), on=(ANNA,))
    story.caller_arrives(caller=None)
    assert story.ending() == ("blocked", "block_list")


def test_suppressed_number_is_served_otherwise() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=None)
    (ring,) = story.asked(RingAgent)
    assert ring.caller is None


def test_block_entry_of_one_client_does_not_bind_another() -> None:
    story = Story(on=(CLARA,))
    story.caller_arrives(dialled=KANZLEI_NUMBER, caller=PEST)
    assert story.phase() is Phase.OFFERED


def test_allowed_caller_goes_straight_through() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    assert story.just_done == ["PutThrough"]
    (ring,) = story.asked(PutThrough)
    assert (ring.number, ring.trunk) == ("+4930777", "carrier")
    story.after(5)
    story.staff_answers()
    assert story.just_done == []
    story.after(60)
    story.caller_hangs_up()
    assert story.ending() == ("through", "caller_hung_up")
    assert story.parts() == [("through", WEISS, 60.0)]
    assert story.rung == []


def test_second_number_is_tried_when_the_first_does_not_answer() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    story.after(20)
    assert story.just_done == ["PutThrough"]
    assert story.asked(PutThrough)[-1].number == "+4917077"
    story.staff_answers()
    assert story.phase() is Phase.THROUGH


def test_allowed_caller_whom_nobody_answers_is_greeted_as_any_other() -> None:
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    story.staff_phone_ends(cause=17)
    story.after(20)
    assert story.phase() is Phase.GREETING
    story.announcement_ends()
    assert story.rung == [ANNA]


def test_staff_who_hang_up_end_the_call() -> None:
    story = Story()
    story.caller_arrives(caller=FRIEND)
    story.staff_answers()
    story.after(10)
    story.staff_phone_ends()
    assert story.just_done == ["Settle"]
    assert story.ending() == ("through", "staff_hung_up")


def test_vip_is_first_in_line() -> None:
    story = Story()
    first, vip = story.caller_arrives(call="first"), story.caller_arrives(call="vip", caller=VIP_CALLER)
    assert story.line == [vip, first]
    story.agent_logs_in(BERND)
    assert story.call("vip").agent == BERND


def test_vip_with_a_staff_member_goes_straight_there_even_if_others_may_not() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=VIP_STRAIGHT)
    assert story.asked(PutThrough)[0].number == "+4930888"


def test_vip_whom_staff_do_not_answer_keeps_the_rank() -> None:
    story = Story()
    other = story.caller_arrives(call="other")
    vip = story.caller_arrives(call="vip", caller=VIP_STRAIGHT)
    story.after(20)
    assert story.line == [vip, other]


def test_allowed_caller_outside_the_persons_hours_is_an_ordinary_one() -> None:
    night_only = (AllowEntry(number=FRIEND, staff=with_praxis().clients[PRAXIS].staff["nacht"].id),)  # type: ignore[index]
    story = Story(with_praxis(allow=night_only), on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    assert story.rung == [ANNA]


def test_prefix_block_of_the_client_counts() -> None:
    story = Story(with_praxis(block=(BlockEntry(prefix="+49170"),)), on=(ANNA,))
    story.caller_arrives()
    assert story.ending() == ("blocked", "block_list")


def test_arrival_told_twice_is_one_call() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.caller_arrives()
    assert story.just_done == []
    assert len(story.asked(RingAgent)) == 1


def test_greeting_that_does_not_end_is_stopped_before_an_agent_is_sought() -> None:
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives()
    played = story.call().playback
    story.after(120)
    assert [one.playback for one in story.just_asked(StopAnnouncement)] == [played]
    assert story.phase() is Phase.OFFERED


def test_greeting_that_ended_need_not_be_stopped() -> None:
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives()
    story.announcement_ends()
    assert story.just_asked(StopAnnouncement) == []
