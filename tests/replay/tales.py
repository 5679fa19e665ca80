"""The stories that are recorded: long enough to go through every phase."""

from collections.abc import Callable, Mapping

from router.core.commands import Join, RingAgent
from router.core.events import Failure
from router.core.house import OnBlock
from router.core.ids import AgentId, QueueId
from router.core.queue import Hearing, TakeMessage, ToStaff
from tests.stories.houses import (
    ANNA,
    BERND,
    CLARA,
    FRIEND,
    GREETED,
    KANZLEI_NUMBER,
    KANZLEI_OWN,
    PEST,
    PRAXIS_OWN,
    SHARED_NUMBER,
    VIP_CALLER,
    VIP_STRAIGHT,
    WEISS,
    a_house,
    a_queue,
    kanzlei,
    praxis,
    with_praxis,
)
from tests.stories.story import Story


def an_ordinary_day() -> Story:
    """Greeting, line, conversation, hold, wrap-up; a second caller waits meanwhile."""
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives(call="one")
    story.after(3)
    story.announcement_ends("one")
    story.after(4)
    story.agent_answers()
    story.caller_arrives(call="two", caller=VIP_CALLER)
    story.after(95)
    story.announcement_ends("two")
    story.agent_presses("*1")
    story.after(10)
    story.agent_presses("*1")
    story.caller_hangs_up("one")
    story.after(30)
    story.agent_finishes()
    story.after(15)
    story.agent_resumes()
    story.agent_answers()
    story.after(9.999)
    story.agent_phone_ends()
    story.unnoticed(1000)
    story.ledger_has_it("one")
    story.ledger_has_it("two")
    return story


def every_list() -> Story:
    """Blocked with and without a word, allowed, VIP, suppressed, unknown, forwarded."""
    clients = (praxis(on_block=OnBlock.ANNOUNCE, block_suppressed=True), kanzlei())
    story = Story(a_house(clients=clients), on=(CLARA,))
    story.caller_arrives(call="pest", caller=PEST)
    story.announcement_ends("pest")
    story.caller_arrives(call="hidden", caller=None)
    story.caller_hangs_up("hidden")
    story.caller_arrives(call="friend", caller=FRIEND)
    story.after(20)
    story.staff_answers()
    story.caller_arrives(call="vip", caller=VIP_STRAIGHT)
    story.after(25)
    story.staff_phone_ends()
    story.caller_arrives(call="unknown", dialled=SHARED_NUMBER)
    story.caller_arrives(call="forwarded", dialled=SHARED_NUMBER, forwarded_by=(PRAXIS_OWN, PRAXIS_OWN))
    story.caller_arrives(call="both", dialled=SHARED_NUMBER, forwarded_by=(PRAXIS_OWN, KANZLEI_OWN))
    story.agent_accepts(CLARA)
    story.agent_answers(CLARA)
    story.agent_reports_advertising(CLARA)
    story.caller_hangs_up("friend")
    story.after(200)
    return story


def transfers() -> Story:
    """Answered, unanswered and back, back to another; caller gives up."""
    story = Story(on=(ANNA, BERND))
    for name in ("answered", "back", "another"):
        story.caller_arrives(call=name)
        story.agent_answers(_has(story, name))
        story.after(20)
        story.agent_transfers(_has(story, name), to=WEISS)
        _then(story, name)
        story.caller_hangs_up(name)
        story.agent_finishes(ANNA)
        story.agent_finishes(BERND)
        story.ledger_has_it(name)
    return story


def _has(story: Story, call: str) -> AgentId:
    agent = story.call(call).agent
    assert agent is not None
    return agent


def _then(story: Story, name: str) -> None:
    if name == "answered":
        story.after(6)
        story.staff_answers()
    if name == "another":
        story.agent_pauses(ANNA)
        story.agent_pauses(BERND)
        story.agent_resumes(ANNA)
    story.after(41)


def trouble() -> Story:
    """Offers that fail, commands that fail, a new configuration, the longest wait."""
    story = Story(on=(ANNA, BERND))
    story.caller_arrives(call="one")
    story.command_fails(RingAgent, leg=story.agent_leg(ANNA), failure=Failure.UNREACHABLE, call="one")
    story.agent_phone_ends(BERND, cause=0)
    story.agent_declines(BERND)
    story.caller_arrives(call="two", dialled=KANZLEI_NUMBER)
    story.house_becomes(a_house(version="2", wrap_up_limit_ms=1_000))
    story.agent_dials("*41", BERND)
    story.agent_answers(BERND)
    story.after(5)
    story.command_fails(Join, call="one")
    story.after(700)
    story.announcement_ends("two")
    story.agent_dials("*99")
    return story


def instead_of_waiting() -> Story:
    """The place told, called back, a message, staff rung for want of an agent."""
    ways = (ToStaff(staff=WEISS), TakeMessage(text="Nach der Eins nehmen wir auf."))
    hearing = Hearing(first_ms=10_000, every_ms=30_000)
    queue = a_queue(max_wait_ms=60_000, overflow=ways, callback_key="1", message_key="2", hearing=hearing)
    story = Story(with_praxis(queue=queue))
    story.caller_arrives(call="back")
    story.after(10)
    story.announcement_ends("back")
    story.caller_presses("1", "back")
    story.announcement_ends("back")
    story.caller_hangs_up("back")
    story.caller_arrives(call="message")
    story.caller_presses("2", "message")
    story.announcement_ends("message")
    story.caller_presses("1", "message")
    story.after(20)
    story.message_ends(20)
    story.announcement_ends("message")
    story.agent_logs_in(ANNA)
    story.agent_answers(ANNA)
    story.caller_arrives(call="staff", caller=VIP_CALLER)
    story.called_back_answers()
    story.after(61)
    story.staff_answers()
    story.caller_hangs_up("staff")
    story.called_back_phone_ends()
    story.agent_finishes(ANNA)
    return story


def from_hand_to_hand() -> Story:
    """Parked and taken up, passed to a colleague and into a queue, nobody there, and back."""
    queues = {QueueId("others"): a_queue(id=QueueId("others"), extension="7", max_wait_ms=30_000)}
    story = Story(a_house(queues=queues), on=(ANNA, BERND))
    story.caller_arrives()
    story.agent_answers(ANNA)
    story.after(20)
    story.agent_parks(ANNA)
    story.after(10)
    story.agent_takes_parked(BERND)
    story.agent_answers(BERND)
    story.agent_finishes(ANNA)
    story.after(10)
    story.agent_passes(BERND, to=ANNA)
    story.agent_answers(ANNA)
    story.agent_presses("*57", ANNA)
    story.after(31)
    story.agent_answers(ANNA)
    story.caller_hangs_up()
    story.after(200)
    return story


def consultations() -> Story:
    """Nobody answers, hung up, three together, and the two left to each other."""
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.after(20)
    story.agent_consults(whom=WEISS)
    story.after(41)
    story.announcement_ends()
    story.agent_consults(whom=WEISS)
    story.staff_answers()
    story.after(5)
    story.staff_phone_ends()
    story.agent_takes_back()
    story.agent_presses("*61")
    story.staff_answers()
    story.after(5)
    story.agent_presses("*8")
    story.after(5)
    story.agent_leaves_both()
    story.after(30)
    story.caller_hangs_up()
    story.agent_finishes()
    return story


TALES: Mapping[str, Callable[[], Story]] = {
    tale.__name__: tale
    for tale in (an_ordinary_day, every_list, transfers, trouble, instead_of_waiting, from_hand_to_hand, consultations)
}
