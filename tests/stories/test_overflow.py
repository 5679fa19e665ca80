"""What follows when nobody is found in time, where it does not go as planned."""

from router.core.commands import Announce, Reject, RingStaff
from router.core.events import CallFound, LegAnswered
from router.core.house import House
from router.core.ids import CallId, LegId, QueueId
from router.core.queue import Hearing, Overflow, Say, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.refusal import Refusal
from router.core.skills import Needs, needs_of
from router.core.view import Phase
from tests.stories.houses import ANNA, JURA, NACHT, WEISS, a_house, a_queue, agent, praxis
from tests.stories.story import MAIN, Story

OTHERS = QueueId("others")
LAW = (0, needs_of({JURA: 1}))


def house(*steps: Overflow, room: int | None = None, secret: bool = False) -> House:
    """The surgery needs somebody who knows the law; the others take anything."""
    own = a_queue(LAW, max_wait_ms=30_000, max_waiting=room, overflow=steps)
    others = a_queue((0, Needs()), id=OTHERS, max_waiting=1)
    people = (agent("anna"), agent("bernd", JURA, pledged=True))
    return a_house(clients=(praxis(queue=own, secret=secret),), agents=people, queues={OTHERS: others})


def overflowed(story: Story) -> None:
    story.caller_arrives()
    story.after(30)


def test_steps_are_traced_in_their_order() -> None:
    story = Story(house(ToQueue(queue=OTHERS, max_wait_ms=10_000), ToStaff(staff=WEISS), TurnAway()))
    overflowed(story)
    story.after(10)
    story.after(40)
    assert [step.outcome for step in story.record().trace if step.rule == "overflow"] == [
        "longest_wait_reached",
        "to queue others",
        "longest_wait_reached",
        "to staff weiss",
        "turned away",
    ]
    assert story.ending() == ("overflowed", "longest_wait_reached")


def test_music_follows_an_announcement_that_still_plays_while_staff_are_rung() -> None:
    told = Hearing(first_ms=29_000, every_ms=60_000)
    steps = (ToStaff(staff=WEISS), TurnAway())
    own = a_queue(max_wait_ms=30_000, overflow=steps, hearing=told)
    story = Story(a_house(clients=(praxis(queue=own),), agents=(agent("anna"),)))
    overflowed(story)
    assert story.phase() is Phase.OVERFLOWING
    assert not story.call().music
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]


def test_agent_of_the_other_group_takes_the_caller_at_once() -> None:
    story = Story(house(ToQueue(queue=OTHERS, max_wait_ms=10_000)), on=(ANNA,))
    overflowed(story)
    assert story.just_done == ["RingAgent"]
    story.agent_declines()
    assert story.phase() is Phase.WAITING
    story.agent_resumes()
    story.agent_answers()
    assert story.phase() is Phase.TALKING


def test_full_other_group_is_passed_over() -> None:
    story = Story(house(ToQueue(queue=OTHERS, max_wait_ms=10_000), Say(text="Leider nein.")))
    story.caller_arrives(call="first")
    story.after(1)
    story.caller_arrives()
    story.after(30)
    assert story.line == ["first"]
    assert story.asked(Announce)[-1].text == "Leider nein."
    story.announcement_ends()
    assert story.ending() == ("overflowed", "queue_full")


def test_other_group_that_is_not_there_is_passed_over() -> None:
    story = Story(house(ToQueue(queue=QueueId("gone"), max_wait_ms=10_000), Say(text="Leider nein.")))
    overflowed(story)
    assert story.just_done == ["StopMusic", "Announce"]


def test_caller_gives_up_in_the_other_group() -> None:
    story = Story(house(ToQueue(queue=OTHERS, max_wait_ms=10_000)))
    overflowed(story)
    story.caller_hangs_up()
    assert story.ending() == ("abandoned", "caller_hung_up_waiting")
    assert story.line == []


def test_steps_that_are_used_up_end_the_call() -> None:
    story = Story(house(ToStaff(staff=NACHT)))
    overflowed(story)
    assert story.just_done == ["HangUp", "CloseBridge", "Settle"]
    assert story.ending() == ("overflowed", "longest_wait_reached")


def test_caller_gives_up_while_staff_are_rung() -> None:
    story = Story(house(ToStaff(staff=WEISS)))
    overflowed(story)
    assert story.phase() is Phase.OVERFLOWING
    story.caller_hangs_up()
    assert story.just_done == ["HangUp", "CloseBridge", "Settle"]
    assert story.ending() == ("abandoned", "caller_hung_up_overflowing")


def test_staff_who_answer_late_are_heard_by_nobody() -> None:
    story = Story(house(ToStaff(staff=WEISS), Say(text="Leider nein.")))
    overflowed(story)
    first = story.asked(RingStaff)[-1].leg
    story.after(20)
    assert story.asked(RingStaff)[-1].leg != first
    story.tell(LegAnswered(call=CallId(MAIN), leg=first))
    assert story.just_done == ["HangUp"]
    assert story.phase() is Phase.OVERFLOWING
    story.staff_answers()
    assert story.phase() is Phase.THROUGH


def test_staff_phone_that_cannot_be_rung_leads_on() -> None:
    story = Story(house(ToStaff(staff=WEISS), Say(text="Leider nein.")))
    overflowed(story)
    story.command_fails(RingStaff, leg=story.asked(RingStaff)[-1].leg)
    assert story.just_done == ["HangUp", "RingStaff"]
    story.command_fails(RingStaff, leg=story.asked(RingStaff)[-1].leg)
    assert story.phase() is Phase.ANNOUNCING


def test_agent_who_comes_while_staff_are_rung_is_left_alone() -> None:
    story = Story(house(ToStaff(staff=WEISS)))
    overflowed(story)
    story.agent_logs_in(ANNA)
    assert story.rung == []


def test_gap_while_staff_are_rung_is_bridged() -> None:
    story = Story(house(ToStaff(staff=WEISS)))
    overflowed(story)
    story.tell(CallFound(call=CallId(MAIN), up=frozenset({LegId(MAIN)}), bridged=frozenset()))
    assert story.just_done == ["OpenBridge", "Join", "Unhold", "StartMusic"]
    story.staff_answers()
    assert story.phase() is Phase.THROUGH


def test_caller_whom_a_full_queue_turns_away_is_never_answered() -> None:
    story = Story(house(TurnAway(refusal=Refusal.CONGESTION), room=0))
    story.caller_arrives()
    assert story.asked(Reject)[-1].refusal is Refusal.CONGESTION
    assert story.ending() == ("overflowed", "queue_full")
    assert story.record().answered is None


def test_pledge_is_asked_for_in_the_other_group_as_well() -> None:
    story = Story(house(ToQueue(queue=OTHERS, max_wait_ms=10_000), TakeMessage(text=""), secret=True), on=(ANNA,))
    overflowed(story)
    assert (story.rung, story.phase()) == ([], Phase.WAITING)
    story.after(10)
    assert story.phase() is Phase.ASKING
