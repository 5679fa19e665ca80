"""Who is served first: head starts that age, then arrival; and nobody is overtaken without a reason that is told."""

from router.core.commands import Settle
from router.core.house import House
from router.core.skills import Needs
from router.core.view import Phase
from tests.stories.houses import (
    ANNA,
    KANZLEI_NUMBER,
    SOMEBODY_ELSE,
    VIP_CALLER,
    WEISS,
    a_house,
    a_queue,
    agent,
    kanzlei,
    praxis,
)
from tests.stories.routing.telling import given_up, served, steps
from tests.stories.story import Story


def two_clients(*, better_by: int = 0, vip_better_by: int = 60_000) -> House:
    """A surgery, and a law firm whose callers have a head start of `better_by` milliseconds."""
    surgery = praxis(queue=a_queue(vip_head_start_ms=vip_better_by))
    firm = kanzlei(queue=a_queue(head_start_ms=better_by))
    return a_house(clients=(surgery, firm), agents=(agent("anna"), agent("bernd")))


def test_who_came_first_is_served_first() -> None:
    story = Story(two_clients())
    for name in ("first", "second", "third"):
        story.caller_arrives(call=name)
        story.after(1)
    story.agent_logs_in()
    for name in ("first", "second", "third"):
        served(story, call=name)
    assert [settle.call for settle in story.asked(Settle)] == ["first", "second", "third"]


def test_callers_of_one_instant_are_served_in_the_order_they_were_told() -> None:
    story = Story(two_clients())
    story.caller_arrives(call="b")
    story.caller_arrives(call="a", caller=SOMEBODY_ELSE)
    assert story.line == ["b", "a"]
    story.agent_logs_in()
    served(story, call="b")
    served(story, call="a")


def test_vip_goes_before_who_waits_a_shorter_time_than_the_head_start() -> None:
    story = Story(two_clients())
    story.caller_arrives(call="ordinary")
    story.after(59)
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    assert story.line == ["vip", "ordinary"]
    story.agent_logs_in()
    served(story, call="vip")
    served(story, call="ordinary")


def test_who_has_waited_longer_than_the_head_start_goes_before_the_vip() -> None:
    story = Story(two_clients())
    story.caller_arrives(call="ordinary")
    story.after(61)
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    assert story.line == ["ordinary", "vip"]
    story.agent_logs_in()
    served(story, call="ordinary")
    served(story, call="vip")


def test_order_of_two_who_wait_never_turns_round() -> None:
    story = Story(two_clients())
    story.caller_arrives(call="ordinary")
    story.after(30)
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    for _ in range(15):
        story.after(29)
        assert story.line == ["vip", "ordinary"]
    given_up(story, call="vip")
    given_up(story, call="ordinary")


def test_client_with_a_head_start_goes_before_another() -> None:
    story = Story(two_clients(better_by=20_000))
    story.caller_arrives(call="doctor")
    story.after(19)
    story.caller_arrives(call="law", dialled=KANZLEI_NUMBER)
    assert story.line == ["law", "doctor"]
    story.agent_logs_in()
    served(story, call="law")
    served(story, call="doctor")


def test_trace_tells_how_many_a_caller_has_passed() -> None:
    story = Story(two_clients())
    story.caller_arrives(call="one")
    story.caller_arrives(call="two")
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    assert story.why("queue", "vip") == ["position 1"]
    record = given_up(story, call="vip")
    assert any("2" in step for step in steps(record, "queue")), "that it went before two others"


def test_caller_who_comes_back_from_a_transfer_goes_first() -> None:
    story = Story(two_clients(), on=(ANNA,))
    story.caller_arrives(call="moved")
    story.agent_answers()
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.agent_transfers(to=WEISS)
    story.agent_pauses()
    story.after(40)  # neither of the two numbers answers, the agent has a break
    assert story.line == ["moved", "vip"]
    story.agent_finishes()
    story.agent_resumes()
    served(story, call="moved")
    served(story, call="vip")


def test_caller_keeps_the_place_when_an_agent_does_not_answer() -> None:
    story = Story(two_clients(), on=(ANNA,))
    story.caller_arrives(call="first")
    story.after(5)
    story.caller_arrives(call="second")
    story.after(10)
    assert story.line == ["first", "second"]
    story.agent_resumes()
    served(story, call="first")
    served(story, call="second")


def test_only_who_cannot_be_served_by_the_free_agent_is_passed_over() -> None:
    hard = kanzlei(queue=a_queue((0, Needs(pledge=True))), secret=True)
    story = Story(a_house(clients=(praxis(queue=a_queue()), hard), agents=(agent("anna"),)))
    story.caller_arrives(call="secret", dialled=KANZLEI_NUMBER)
    story.after(10)
    story.caller_arrives(call="plain")
    story.agent_logs_in()
    record = served(story, call="plain")
    assert story.call("secret").phase is Phase.WAITING
    assert steps(record, "offer") != []
    given_up(story, call="secret")
