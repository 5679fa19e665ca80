"""What a waiting caller hears besides music, and whether it came true."""

from typing import Any

import pytest

from router.core.commands import Announce, StopAnnouncement
from router.core.events import AnnouncementEnded, CallFound
from router.core.ids import CallId, LegId
from router.core.queue import Hearing
from router.core.view import Phase, Presence
from tests.stories.houses import ANNA, SOMEBODY_ELSE, a_house, a_queue, agent, praxis
from tests.stories.story import MAIN, Story

SOON = Hearing(first_ms=10_000, every_ms=30_000)


def waiting(**queue: Any) -> Story:
    """A caller waits while Anna speaks with another one."""
    house = a_house(clients=(praxis(queue=a_queue(**{"hearing": SOON, **queue})),), agents=(agent("anna"),))
    story = Story(house, on=(ANNA,))
    story.caller_arrives(call="other", caller=SOMEBODY_ELSE)
    story.agent_answers()
    story.caller_arrives()
    return story


def anna_is_free(story: Story) -> None:
    story.caller_hangs_up("other")
    story.agent_finishes()


def test_music_pauses_for_the_place_in_line_and_goes_on() -> None:
    story = waiting()
    story.after(10)
    assert story.just_done == ["StopMusic", "Announce"]
    assert story.asked(Announce)[-1].text.startswith(
        "Sie sind an erster Stelle. Die Wartezeit beträgt voraussichtlich "
    )
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]
    story.after(30)
    assert story.just_done == ["StopMusic", "Announce"]


def test_place_alone_is_told_where_only_that_is_wanted() -> None:
    story = waiting(hearing=Hearing(first_ms=1_000, every_ms=60_000, expected_wait=False))
    story.after(1)
    assert story.asked(Announce)[-1].text == "Sie sind an erster Stelle."
    anna_is_free(story)
    story.agent_answers()
    assert story.why("expected_wait") == []


def test_keys_that_may_be_pressed_are_told() -> None:
    hearing = Hearing(first_ms=1_000, every_ms=60_000, expected_wait=False, position=False)
    story = waiting(hearing=hearing, callback_key="1", message_key="2")
    story.after(1)
    assert story.asked(Announce)[-1].text == (
        "Für einen Rückruf drücken Sie die Eins. Um eine Nachricht zu hinterlassen, drücken Sie die Zwei."
    )


def test_music_plays_on_where_there_is_nothing_to_tell() -> None:
    story = waiting(hearing=Hearing(first_ms=1_000, every_ms=5_000, expected_wait=False, position=False))
    story.after(60)
    assert story.asked(Announce) == []
    assert story.call().music


@pytest.mark.parametrize(("until", "outcome"), [(5, "hit"), (300, "hit"), (500, "late")])
def test_answer_shows_whether_what_was_told_came_true(until: float, outcome: str) -> None:
    story = waiting(hearing=Hearing(first_ms=10_000, every_ms=900_000), max_wait_ms=900_000)
    story.after(10)
    story.announcement_ends()
    assert "weniger als sechs Minuten" in story.asked(Announce)[-1].text
    story.after(until)
    anna_is_free(story)
    story.agent_answers()
    assert story.why("expected_wait") == [outcome]


def test_caller_who_gives_up_after_the_told_time_was_told_too_little() -> None:
    story = waiting(hearing=Hearing(first_ms=10_000, every_ms=900_000), max_wait_ms=900_000)
    story.after(400)
    story.caller_hangs_up()
    assert [step.outcome for step in story.record().trace if step.rule == "expected_wait"] == ["late"]


def test_caller_who_gives_up_before_the_told_time_says_nothing_about_it() -> None:
    story = waiting()
    story.after(20)
    story.caller_hangs_up()
    assert [step for step in story.record().trace if step.rule == "expected_wait"] == []


def test_announcement_goes_on_while_the_agent_is_rung_and_stops_at_the_answer() -> None:
    story = waiting()
    story.after(10)
    anna_is_free(story)
    assert story.just_asked(StopAnnouncement) == []
    story.agent_answers()
    assert story.just_done == ["StopAnnouncement", "Join"]


def test_music_follows_an_announcement_that_ends_while_the_agent_is_rung() -> None:
    story = waiting()
    story.after(10)
    anna_is_free(story)
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]
    story.agent_answers()
    assert story.just_done == ["StopMusic", "Join"]


def test_caller_back_in_line_hears_music_or_the_rest_of_the_announcement() -> None:
    story = waiting()
    story.after(10)
    anna_is_free(story)
    story.agent_declines()
    assert story.just_done == ["HangUp"]
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]


def test_announcement_that_cannot_be_played_is_followed_by_music() -> None:
    story = waiting()
    story.after(10)
    story.announcement_ends(played=False)
    assert story.just_done == ["StartMusic"]


def test_announcement_whose_end_nobody_told_is_given_up() -> None:
    story = waiting(max_wait_ms=900_000)
    story.after(10)
    first = story.asked(Announce)[-1]
    story.after(120)
    assert story.asked(StopAnnouncement) == [StopAnnouncement(call=CallId(MAIN), playback=first.playback)]
    assert story.call().music or story.call().playback != first.playback


def test_end_of_an_announcement_told_twice_or_late_changes_nothing() -> None:
    story = waiting()
    story.after(10)
    first = story.asked(Announce)[-1].playback
    story.announcement_ends()
    story.tell(AnnouncementEnded(call=CallId(MAIN), playback=first))
    assert story.just_done == []
    story.after(30)
    story.tell(AnnouncementEnded(call=CallId(MAIN), playback=first))
    assert story.just_done == []
    assert story.call().playback is not None


def test_longest_wait_ends_an_announcement() -> None:
    story = waiting(max_wait_ms=11_000)
    story.after(11)
    assert story.just_done == ["StopAnnouncement", "Announce"]
    assert story.phase() is Phase.ANNOUNCING


def test_gap_in_an_announcement_starts_no_music_over_it() -> None:
    story = waiting()
    story.after(10)
    both = frozenset({LegId(MAIN)})
    story.tell(CallFound(call=CallId(MAIN), up=both, bridged=both))
    assert story.just_done == ["StopMusic"]


def test_long_gap_does_not_pile_announcements_up() -> None:
    story = waiting(max_wait_ms=900_000)
    story.unnoticed(200)
    story.announcement_ends()
    assert len(story.asked(Announce)) - len(story.asked(StopAnnouncement)) <= 1


def test_end_of_what_is_told_while_an_agent_rings_leaves_the_ring_its_time() -> None:
    story = waiting()
    story.after(10)
    anna_is_free(story)
    story.after(2)
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]
    story.after(12.9)
    assert story.phase() is Phase.OFFERED
    story.after(0.1)
    assert (story.phase(), story.presence()) == (Phase.WAITING, Presence.PAUSED)
