"""Nobody came in time, or too many wait already: what follows, step by step."""

from router.core.commands import Announce, Record, RingStaff
from router.core.house import House
from router.core.ids import QueueId, Skill
from router.core.queue import Overflow, Say, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.skills import Needs, needs_of
from router.core.view import Phase
from tests.stories.houses import ANNA, NACHT, SOMEBODY_ELSE, WEISS, a_house, a_queue, agent, praxis
from tests.stories.routing.telling import finished, given_up, served, talkers
from tests.stories.story import Story

LAW, FIRST_AID = Skill("law"), Skill("first-aid")
HELPERS = QueueId("helpers")
OTHERS = a_queue((0, needs_of({FIRST_AID: 1})), id=HELPERS)
HELPER = agent("helper", FIRST_AID)


def overflowing(*steps: Overflow, wait_s: int = 30, needs: Needs | None = None, room: int | None = None) -> House:
    """A client whose callers wait so long for somebody with the law, then these steps."""
    queue = a_queue(
        (0, needs or needs_of({LAW: 1})), max_wait_ms=wait_s * 1000, overflow=tuple(steps), max_waiting=room
    )
    return a_house(clients=(praxis(queue=queue),), agents=(agent("anna", LAW), HELPER), queues={HELPERS: OTHERS})


def test_caller_waits_on_for_another_group() -> None:
    story = Story(overflowing(ToQueue(queue=HELPERS, max_wait_ms=60_000)), on=(HELPER.id,))
    story.caller_arrives()
    story.after(29.999)
    assert story.rung == []
    story.after(0.001)
    assert story.rung == [HELPER.id]
    assert talkers(served(story, HELPER.id)) == [HELPER.id]


def test_wait_in_the_other_group_is_limited_too() -> None:
    story = Story(overflowing(ToQueue(queue=HELPERS, max_wait_ms=60_000), Say(text="Leider nein.")))
    story.caller_arrives()
    story.after(89.999)
    assert story.phase() is Phase.WAITING
    story.after(0.001)
    assert story.asked(Announce)[-1].text == "Leider nein."
    story.announcement_ends()
    assert story.ending() == ("overflowed", "longest_wait_reached")


def test_caller_is_put_through_to_staff() -> None:
    story = Story(overflowing(ToStaff(staff=WEISS)))
    story.caller_arrives()
    story.after(30)
    assert story.just_asked(RingStaff)[0].number == "+4930777"
    story.staff_answers()
    story.after(40)
    story.caller_hangs_up()
    assert story.parts() == [("through", WEISS, 40.0)]
    assert story.record().ending.kind == "through"


def test_next_step_follows_when_staff_do_not_answer() -> None:
    story = Story(overflowing(ToStaff(staff=WEISS), Say(text="Leider nein.")))
    story.caller_arrives()
    story.after(30)
    story.staff_phone_ends(cause=17)
    story.staff_phone_ends(cause=19)
    assert story.just_asked(Announce)[0].text == "Leider nein."
    story.announcement_ends()
    assert story.record().ending.kind == "overflowed"


def test_step_whose_staff_cannot_be_called_now_is_passed_over() -> None:
    story = Story(overflowing(ToStaff(staff=NACHT), Say(text="Leider nein.")))
    story.caller_arrives()
    story.after(30)
    assert story.asked(RingStaff) == []
    story.announcement_ends()
    assert story.record().ending.kind == "overflowed"


def test_full_queue_takes_nobody_more() -> None:
    story = Story(overflowing(Say(text="Alle Plätze sind besetzt."), room=1))
    story.caller_arrives(call="first")
    story.caller_arrives(call="second", caller=SOMEBODY_ELSE)
    assert story.line == ["first"]
    assert story.asked(Announce)[-1].text == "Alle Plätze sind besetzt."
    story.announcement_ends("second")
    assert story.record("second").ending.kind == "overflowed"
    given_up(story, call="first")


def test_full_queue_has_room_again_when_somebody_is_served() -> None:
    story = Story(overflowing(TurnAway(), room=1, wait_s=300), on=(ANNA,))
    story.caller_arrives(call="talking")
    story.agent_answers()
    story.caller_arrives(call="first", caller=SOMEBODY_ELSE)
    finished(story, call="talking")
    story.agent_answers()
    story.caller_arrives(call="second", caller=SOMEBODY_ELSE)
    assert story.line == ["second"]
    finished(story, call="first")
    served(story, call="second")


def test_full_queue_lets_in_whom_a_free_agent_takes_at_once() -> None:
    story = Story(overflowing(TurnAway(), room=0), on=(ANNA,))
    story.caller_arrives()
    assert talkers(served(story)) == [ANNA]


def test_caller_whom_a_full_queue_turns_away_is_refused_unanswered() -> None:
    story = Story(overflowing(TurnAway(), room=0))
    story.caller_arrives()
    assert story.just_done == ["Reject", "Settle"]
    assert story.record().answered is None
    assert story.record().ending.kind == "overflowed"


def test_steps_follow_one_another_until_the_message() -> None:
    story = Story(overflowing(ToQueue(queue=HELPERS, max_wait_ms=30_000), ToStaff(staff=WEISS), TakeMessage(text="?")))
    story.caller_arrives()
    story.after(60)
    story.staff_phone_ends()
    story.staff_phone_ends()
    assert story.asked(Announce)[-1].text == "?"
    story.announcement_ends()
    story.caller_presses("1")
    assert len(story.asked(Record)) == 1
    story.message_ends(12)
    story.announcement_ends()
    assert story.record().ending.kind == "message"
    assert [message.length for message in story.record().messages] == [12_000]


def test_overflow_begins_when_a_missed_offer_has_outlasted_the_limit() -> None:
    story = Story(overflowing(Say(text="Leider nein.")), on=())
    story.caller_arrives()
    story.after(20)
    story.agent_logs_in()
    story.after(10)
    assert story.phase() is Phase.OFFERED, "an offer under way is not cut off"
    story.after(5)
    assert story.phase() is Phase.ANNOUNCING
    story.announcement_ends()
    assert story.record().ending.kind == "overflowed"
