"""What a waiting caller hears, and what a waiting caller can choose instead."""

from router.core.commands import Announce, HangUp, Record, RingCaller, StopAnnouncement
from router.core.house import House
from router.core.queue import Hearing, Queue, TakeMessage
from router.core.view import Phase, Presence
from tests.stories.houses import ANNA, BERND, SOMEBODY, SOMEBODY_ELSE, a_house, a_queue, agent, praxis
from tests.stories.routing.telling import finished, given_up, served, steps, talkers
from tests.stories.story import Story

ASKS = TakeMessage(text="Nach der Eins nehmen wir Ihre Nachricht auf.", max_ms=60_000)


def house(**queue: object) -> House:
    waiting: Queue = a_queue(**queue)  # type: ignore[arg-type]
    return a_house(clients=(praxis(queue=waiting),), agents=(agent("anna"), agent("bernd")))


def busy(**queue: object) -> Story:
    """Anna speaks with another caller."""
    story = Story(house(**queue), on=(ANNA,))
    story.caller_arrives(call="talking", caller=SOMEBODY_ELSE)
    story.agent_answers()
    return story


def words(story: Story) -> list[str]:
    return [announce.text for announce in story.asked(Announce)]


# --- position and expected wait --------------------------------------------------------------------------------------


def test_waiting_caller_is_told_the_position_now_and_then() -> None:
    story = busy(hearing=Hearing(first_ms=20_000, every_ms=60_000))
    story.caller_arrives()
    story.after(19.999)
    assert words(story) == []
    story.after(0.001)
    assert len(words(story)) == 1
    story.announcement_ends()
    assert story.phase() is Phase.WAITING
    story.after(60)
    assert len(words(story)) == 2
    story.announcement_ends()
    finished(story, call="talking")
    assert talkers(served(story)) == [ANNA]


def test_caller_whose_queue_says_nothing_hears_only_music() -> None:
    story = busy()
    story.caller_arrives()
    story.after(200)
    assert words(story) == []
    finished(story, call="talking")
    served(story)


def test_announcement_stops_the_moment_an_agent_answers() -> None:
    story = busy(hearing=Hearing(first_ms=5_000, every_ms=60_000))
    story.caller_arrives()
    story.after(5)
    announce = story.asked(Announce)[-1]
    story.agent_logs_in(BERND)
    assert story.just_asked(StopAnnouncement) == [], "while the phone rings the caller may hear the rest"
    story.agent_answers(BERND)
    assert [stop.playback for stop in story.just_asked(StopAnnouncement)] == [announce.playback]
    finished(story, call="talking")
    assert talkers(finished(story, BERND)) == [BERND]


def test_expected_wait_is_told_anew_and_changes() -> None:
    story = busy(hearing=Hearing(first_ms=1_000, every_ms=20_000, position=False))
    finished(story, call="talking")
    for number in range(6):
        story.caller_arrives(call=f"before-{number}", caller=None)
        served(story, call=f"before-{number}", seconds=120)
    story.caller_arrives(call="talking again", caller=SOMEBODY_ELSE)
    story.agent_answers()
    for number in range(4):
        story.caller_arrives(call=f"ahead-{number}", caller=None)
    story.caller_arrives()
    story.after(1)
    many = words(story)[-1]
    story.announcement_ends()
    for number in range(4):
        given_up(story, call=f"ahead-{number}")
    story.after(20)
    assert words(story)[-1] != many
    story.announcement_ends()
    finished(story, call="talking again")
    served(story)


# --- call-back -------------------------------------------------------------------------------------------------------


def test_caller_who_wants_to_be_called_back_keeps_the_place() -> None:
    story = busy(callback_key="2")
    story.caller_arrives()
    story.after(30)
    story.caller_presses("2")
    assert words(story) != []
    story.announcement_ends()
    assert [hang_up.leg for hang_up in story.just_asked(HangUp)] == ["call-1"]
    story.caller_hangs_up()
    assert not story.is_settled()
    story.after(60)
    story.caller_arrives(call="later", caller=SOMEBODY_ELSE)
    finished(story, call="talking")
    assert (story.rung, story.asked(RingCaller)) == ([ANNA, ANNA], []), "the agent is rung first"
    story.agent_answers()
    (ring,) = story.just_asked(RingCaller)
    assert ring.number == SOMEBODY
    story.after(8)
    story.called_back_answers()
    story.after(60)
    story.called_back_phone_ends()
    story.after(5)
    story.agent_finishes()
    record = story.record()
    assert (record.ending.kind, talkers(record)) == ("served", [ANNA])
    assert [part.length for part in record.parts if part.kind == "talk"] == [60_000], "from the caller's answer on"
    served(story, call="later")


def test_caller_who_hangs_up_during_the_confirmation_is_called_back_all_the_same() -> None:
    story = busy(callback_key="2")
    story.caller_arrives()
    story.caller_presses("2")
    story.caller_hangs_up()
    finished(story, call="talking")
    story.agent_answers()
    story.called_back_answers()
    story.after(20)
    story.called_back_phone_ends()
    story.agent_finishes()
    assert story.record().ending.kind == "served"


def test_caller_who_hides_the_number_cannot_be_called_back_and_waits_on() -> None:
    story = busy(callback_key="2")
    story.caller_arrives(caller=None)
    story.caller_presses("2")
    assert story.phase() is Phase.WAITING
    assert story.asked(HangUp) == []
    assert "nicht zurückrufen" in words(story)[-1]
    story.announcement_ends()
    finished(story, call="talking")
    assert talkers(served(story)) == [ANNA]


def test_call_back_that_nobody_answers_is_tried_once_more_and_then_ends() -> None:
    story = busy(callback_key="2")
    story.caller_arrives()
    story.caller_presses("2")
    story.caller_hangs_up()
    finished(story, call="talking")
    story.agent_answers()
    story.called_back_phone_ends(cause=19)
    assert not story.is_settled(), "a second try follows"
    story.after(300)
    story.agent_answers()
    story.called_back_phone_ends(cause=19)
    assert story.ending() == ("abandoned", "call_back_unanswered")
    assert story.presence() is Presence.AVAILABLE, "the agent has spoken with nobody and has nothing to wrap up"


def test_key_that_means_nothing_changes_nothing() -> None:
    story = busy(callback_key="2", message_key="3")
    story.caller_arrives()
    story.caller_presses("1#*9")
    assert story.phase() is Phase.WAITING
    finished(story, call="talking")
    served(story)


# --- message ---------------------------------------------------------------------------------------------------------


def left_message(story: Story) -> None:
    story.message_ends(25)
    story.announcement_ends()


def test_caller_leaves_a_message_instead_of_waiting() -> None:
    story = busy(message_key="3", overflow=(ASKS,))
    story.caller_arrives()
    story.after(30)
    story.caller_presses("3")
    assert words(story)[-1] == ASKS.text
    assert story.line == []
    story.announcement_ends()
    story.caller_presses("1")
    (record,) = story.asked(Record)
    assert record.max_ms == 60_000
    consented = story.now
    story.after(25)
    left_message(story)
    assert story.record().ending.kind == "message"
    (message,) = story.record().messages
    assert (message.recording, message.consented, message.length) == (record.recording, consented, 25_000)
    finished(story, call="talking")


def test_nothing_is_recorded_without_the_key() -> None:
    story = Story(house(max_wait_ms=10_000, overflow=(ASKS,)))
    story.caller_arrives()
    story.after(10)
    story.caller_presses("29#")
    story.announcement_ends()
    story.after(300)
    assert story.asked(Record) == []
    assert story.record().messages == ()
    assert story.record().ending.kind == "overflowed"


def test_caller_who_hangs_up_before_consent_leaves_no_message() -> None:
    story = Story(house(max_wait_ms=10_000, overflow=(ASKS,)))
    story.caller_arrives()
    story.after(12)
    story.caller_hangs_up()
    assert story.asked(Record) == []
    assert story.record().messages == ()


def test_key_pressed_before_the_question_is_no_consent() -> None:
    story = Story(house(max_wait_ms=10_000, overflow=(ASKS,)))
    story.caller_arrives()
    story.caller_presses("1")
    story.after(10)
    assert story.asked(Record) == []
    story.caller_hangs_up()
    assert story.record().messages == ()


def test_caller_who_hangs_up_while_speaking_has_left_a_message() -> None:
    story = Story(house(max_wait_ms=10_000, overflow=(ASKS,)))
    story.caller_arrives()
    story.after(13)
    story.caller_presses("1")
    story.after(9)
    story.caller_hangs_up()
    assert story.record().ending.kind == "message"
    assert len(story.record().messages) == 1


def test_message_that_cannot_be_recorded_is_none() -> None:
    story = Story(house(max_wait_ms=10_000, overflow=(ASKS,)))
    story.caller_arrives()
    story.after(13)
    story.caller_presses("1")
    story.message_ends(0, kept=False)
    story.announcement_ends()
    assert story.record().messages == ()
    assert story.record().ending.kind != "message"


def test_trace_tells_of_consent() -> None:
    story = Story(house(max_wait_ms=10_000, overflow=(ASKS,)))
    story.caller_arrives()
    story.after(13)
    story.caller_presses("1")
    story.after(25)
    left_message(story)
    assert steps(story.record(), "message") != []
