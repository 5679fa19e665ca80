"""A message instead of an agent: late words, hang-ups, what is not recorded."""

from typing import Any

from router.core.commands import Announce, Record, StopRecording
from router.core.events import CallFound, Failure, RecordingEnded
from router.core.ids import CallId, LegId, RecordingId
from router.core.moves.message import FAILED, FAILED_WAIT_ON, THANKS
from router.core.queue import Overflow, Say, TakeMessage
from router.core.view import Phase
from tests.stories.houses import ANNA, a_house, a_queue, agent, praxis
from tests.stories.story import MAIN, Story

ASKS = TakeMessage(text="Nach der Vier nehmen wir auf.", key="4", max_ms=60_000)


def waiting(*steps: Overflow, **queue: Any) -> Story:
    own = a_queue(max_wait_ms=30_000, overflow=steps or (ASKS,), message_key="9", **queue)
    story = Story(a_house(clients=(praxis(queue=own),), agents=(agent("anna"),)))
    story.caller_arrives()
    return story


def asked(*steps: Overflow) -> Story:
    """The longest wait is over, the question is put."""
    story = waiting(*steps)
    story.after(30)
    assert story.phase() is Phase.ASKING
    return story


def recording() -> Story:
    story = asked()
    story.after(3)
    story.caller_presses("4")
    assert story.just_done == ["StopAnnouncement", "Record"]
    return story


def test_beep_follows_the_key_and_thanks_follow_the_message() -> None:
    story = recording()
    story.after(20)
    story.message_ends(20)
    assert story.just_asked(Announce)[0].text == THANKS
    story.announcement_ends()
    assert story.just_done == ["HangUp", "CloseBridge", "Settle"]
    assert story.ending() == ("message", "message_left")
    assert [step.outcome for step in story.record().trace if step.rule == "message"] == ["asked", "consented", "left"]


def test_key_pressed_after_the_question_is_consent_as_well() -> None:
    story = asked()
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]
    story.after(5)
    story.caller_presses("4")
    assert story.just_done == ["StopMusic", "Record"]


def test_other_keys_are_no_consent_and_traced() -> None:
    story = asked()
    story.caller_presses("1")
    assert story.just_done == []
    assert story.why("message")[-1] == "no consent"


def test_keys_pressed_a_thousand_times_are_traced_once() -> None:
    story = asked()
    story.caller_presses("1" * 1000)
    assert story.why("message") == ["asked", "no consent"]
    story.announcement_ends()
    story.caller_presses("4")
    assert story.phase() is Phase.RECORDING


def test_no_key_leads_to_the_next_step() -> None:
    story = asked(ASKS, Say(text="Leider nein."))
    story.announcement_ends()
    story.after(10)
    assert story.asked(Announce)[-1].text == "Leider nein."
    story.announcement_ends()
    assert story.ending() == ("overflowed", "longest_wait_reached")
    assert story.record().messages == ()


def test_to_a_question_that_cannot_be_spoken_nobody_consents() -> None:
    story = asked(ASKS, Say(text="Leider nein."))
    story.announcement_ends(played=False)
    assert (story.phase(), story.asked(Announce)[-1].text) == (Phase.ANNOUNCING, "Leider nein.")
    story.caller_presses("4")
    assert story.asked(Record) == []


def test_key_pressed_as_the_question_begins_is_no_consent() -> None:
    story = asked()
    story.after(2.9)
    story.caller_presses("4")
    assert story.just_done == []
    assert story.call().steps[-1].because == "4 was pressed before the question was heard"
    story.after(0.1)
    story.caller_presses("4")
    assert len(story.just_asked(Record)) == 1


def test_short_question_needs_no_longer_to_be_heard() -> None:
    story = asked()
    story.after(1)
    story.announcement_ends()
    story.caller_presses("4")
    assert story.phase() is Phase.RECORDING


def test_hang_up_after_the_question_overflowed() -> None:
    story = asked()
    story.caller_hangs_up()
    assert story.ending() == ("overflowed", "longest_wait_reached")


def test_hang_up_while_speaking_keeps_what_was_said() -> None:
    story = recording()
    story.after(7)
    story.caller_hangs_up()
    assert story.just_done == ["StopRecording", "CloseBridge", "Settle"]
    assert story.ending() == ("message", "message_left")
    assert [message.length for message in story.record().messages] == [7_000]


def test_recordings_end_told_after_the_hang_up_changes_nothing() -> None:
    story = recording()
    story.after(7)
    story.caller_hangs_up()
    story.message_ends(7)
    assert story.just_done == []


def test_hang_up_at_the_beep_leaves_no_message() -> None:
    story = recording()
    story.after(0.5)
    story.caller_hangs_up()
    assert story.asked(StopRecording) != []
    assert story.ending() == ("overflowed", "longest_wait_reached")
    assert story.record().messages == ()


def test_end_of_the_recording_told_twice_thanks_once() -> None:
    story = recording()
    story.message_ends(20)
    story.message_ends(20)
    assert story.just_done == []
    assert len(story.call().messages) == 1


def test_end_of_another_recording_means_nothing() -> None:
    story = recording()
    story.tell(RecordingEnded(call=CallId(MAIN), recording=RecordingId("call-1-record7"), length_ms=1))
    assert story.phase() is Phase.RECORDING


def test_recording_whose_end_nobody_told_is_ended_and_kept() -> None:
    story = recording()
    story.after(75)
    assert story.just_done == ["StopRecording", "Announce"]
    assert [message.length for message in story.call().messages] == [60_000]


def test_recording_that_failed_is_owned_up_to() -> None:
    story = recording()
    story.command_fails(Record)
    assert story.asked(Announce)[-1].text == FAILED
    story.announcement_ends()
    assert story.ending() == ("overflowed", "message_failed")
    assert story.record().messages == ()


def test_recording_of_which_nobody_knows_hears_nothing_of_what_follows() -> None:
    story = waiting()
    story.caller_presses("9")
    story.announcement_ends()
    story.caller_presses("4")
    story.agent_logs_in()
    story.command_fails(Record, failure=Failure.BROKEN)
    assert story.just_done == ["StopRecording", "Announce", "RingAgent"]


def test_message_after_one_that_failed_has_a_name_of_its_own() -> None:
    story = waiting()
    for _ in range(2):
        story.caller_presses("9")
        story.announcement_ends()
        story.caller_presses("4")
        story.message_ends(0, kept=False)
        story.announcement_ends()
    assert len({record.recording for record in story.asked(Record)}) == 2


def test_gap_while_recording_makes_sure_that_it_goes_on() -> None:
    story = recording()
    there = frozenset({LegId(MAIN)})
    story.tell(CallFound(call=CallId(MAIN), up=there, bridged=there))
    assert story.just_done == ["StopMusic", "Record"]
    assert len({record.recording for record in story.asked(Record)}) == 1
    story.message_ends(20)
    assert story.call().messages != []


def test_gap_in_the_question_changes_nothing() -> None:
    story = asked()
    there = frozenset({LegId(MAIN)})
    story.tell(CallFound(call=CallId(MAIN), up=there, bridged=there))
    story.after(3)
    story.caller_presses("4")
    assert story.phase() is Phase.RECORDING


# --- by the caller's key, while waiting ------------------------------------------------------------------------------


def test_caller_leaves_the_line_to_leave_a_message() -> None:
    story = waiting()
    story.caller_presses("9")
    assert (story.phase(), story.line) == (Phase.ASKING, [])
    assert story.asked(Announce)[-1].text == ASKS.text
    story.agent_logs_in()
    assert story.rung == []


def test_caller_who_does_not_consent_waits_on_in_the_same_place() -> None:
    story = waiting()
    story.after(1)
    second = story.caller_arrives(call="second")
    story.caller_presses("9")
    story.announcement_ends()
    story.after(10)
    assert story.line == [CallId(MAIN), second]
    story.after(18)
    assert story.phase() is Phase.WAITING
    story.after(1)
    assert story.phase() is Phase.ASKING, "the longest wait counts from the beginning"


def test_caller_who_hangs_up_in_the_question_gave_up() -> None:
    story = waiting()
    story.caller_presses("9")
    story.caller_hangs_up()
    assert story.ending() == ("abandoned", "caller_hung_up_asking")


def test_caller_whose_message_failed_waits_on() -> None:
    story = waiting()
    story.caller_presses("9")
    story.announcement_ends()
    story.caller_presses("4")
    story.message_ends(0, kept=False)
    assert (story.phase(), story.line) == (Phase.WAITING, [CallId(MAIN)])
    assert story.asked(Announce)[-1].text == FAILED_WAIT_ON
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]
    story.agent_logs_in()
    story.agent_answers(ANNA)
    assert story.phase() is Phase.TALKING


def test_free_agent_is_rung_at_once_after_a_message_that_failed() -> None:
    story = waiting()
    story.caller_presses("9")
    story.announcement_ends()
    story.caller_presses("4")
    story.agent_logs_in()
    story.message_ends(0, kept=False)
    assert story.just_done == ["Announce", "RingAgent"]
    story.agent_answers()
    assert story.just_done == ["StopAnnouncement", "Join"]


def test_key_is_no_key_where_the_queue_has_none() -> None:
    story = waiting()
    story.caller_presses("3*#0")
    assert story.phase() is Phase.WAITING


def test_caller_who_does_not_consent_is_not_turned_away_from_a_queue_that_has_filled() -> None:
    story = waiting(max_waiting=1)
    story.caller_presses("9")
    story.after(1)
    second = story.caller_arrives(call="second")
    story.announcement_ends()
    story.after(10)
    assert story.line == [CallId(MAIN), second]
