"""Callers who never reach an agent, and those who always get through."""

import pytest

from router.core.commands import Announce, BlockCaller, BlockForAll, RingStaff
from router.core.events import BlockKept, BlockLifted
from router.core.house import AllowEntry, BlockEntry, ClientStatus, House, OnBlock
from router.core.ids import ClientId
from tests.stories.houses import (
    ANNA,
    BLUMEN_NUMBER,
    KANZLEI_NUMBER,
    NOON,
    PEST,
    PRAXIS,
    PRAXIS_NUMBER,
    SOMEBODY,
    WEISS,
    a_house,
    a_queue,
    agent,
    blumen,
    kanzlei,
    praxis,
)
from tests.stories.routing.telling import served, steps, talkers
from tests.stories.story import Story

STRANGER = "+4917600112233"
ANOTHER = "+4917699999999"


def surgery(**changes: object) -> House:
    return a_house(clients=(praxis(queue=a_queue(), allow=(), **changes),), agents=(agent("anna"),))


def blocking(**entry: object) -> House:
    return surgery(block=(BlockEntry(**entry),))  # type: ignore[arg-type]


def is_blocked(house: House, caller: str | None) -> bool:
    """Whether this caller is turned away unheard while an agent is free; the call comes to its record either way."""
    story = Story(house, on=(ANNA,))
    story.caller_arrives(caller=caller)
    if not story.is_settled():
        assert talkers(served(story)) == [ANNA]
        return False
    record = story.record()
    assert (record.ending.kind, record.parts, story.rung) == ("blocked", (), [])
    return True


def test_blocked_number_reaches_no_agent() -> None:
    assert is_blocked(blocking(number=STRANGER, reason="rude"), STRANGER)
    assert not is_blocked(blocking(number=STRANGER), ANOTHER)


def test_blocked_beginning_means_all_numbers_behind_it() -> None:
    house = blocking(prefix="+4917600")
    assert is_blocked(house, STRANGER)
    assert not is_blocked(house, "+4917601")


def test_blocked_range_means_every_number_in_it() -> None:
    house = blocking(between=("+4917600112200", "+4917600112299"))
    assert is_blocked(house, STRANGER)
    assert is_blocked(house, "+4917600112200")
    assert is_blocked(house, "+4917600112299")
    assert not is_blocked(house, "+4917600112300")
    assert not is_blocked(house, "+49176001122"), "a shorter number is another one"


@pytest.mark.parametrize(
    ("pattern", "caller", "blocked"),
    [
        ("+49176????2233", STRANGER, True),
        ("+4917600*", STRANGER, True),
        ("+4917600112233*", STRANGER, True),
        ("+49176????", STRANGER, False),
        ("+4917601*", STRANGER, False),
    ],
)
def test_blocked_pattern_means_the_numbers_that_match_it(pattern: str, caller: str, blocked: bool) -> None:
    assert is_blocked(blocking(pattern=pattern), caller) is blocked


def test_caller_who_hides_the_number_is_turned_away_if_the_client_wants() -> None:
    assert is_blocked(surgery(block=(), block_suppressed=True), None)
    assert not is_blocked(surgery(block=()), None)


def test_entry_counts_until_its_last_moment() -> None:
    story = Story(blocking(number=STRANGER, until=NOON + 60_000, author="Dr. Müller", reason="disturbs"), on=(ANNA,))
    story.caller_arrives(call="before", caller=STRANGER)
    assert story.ending("before") == ("blocked", "block_list")
    assert any("disturbs" in step for step in steps(story.record("before"), "screening"))
    story.after(60)
    story.caller_arrives(call="after", caller=STRANGER)
    assert talkers(served(story, call="after")) == [ANNA]


def test_blocked_caller_hears_a_word_if_the_client_wants() -> None:
    block = (BlockEntry(number=STRANGER),)
    story = Story(surgery(block=block, on_block=OnBlock.ANNOUNCE, block_text="Keine Werbung."), on=(ANNA,))
    story.caller_arrives(caller=STRANGER)
    assert story.asked(Announce)[0].text == "Keine Werbung."
    story.announcement_ends()
    assert story.ending() == ("blocked", "block_list")
    assert story.rung == []


def allowing(*, block: tuple[BlockEntry, ...] = (), house_block: tuple[BlockEntry, ...] = ()) -> Story:
    client = praxis(queue=a_queue(), block=block, allow=(AllowEntry(number=STRANGER, staff=WEISS),))
    story = Story(a_house(clients=(client,), agents=(agent("anna"),), block=house_block), on=(ANNA,))
    story.caller_arrives(caller=STRANGER)
    return story


def test_clients_allow_list_beats_the_houses_block_list() -> None:
    story = allowing(house_block=(BlockEntry(prefix="+49176"),))
    story.staff_answers()
    story.after(20)
    story.caller_hangs_up()
    assert story.parts() == [("through", WEISS, 20.0)]


def test_clients_block_list_beats_everything() -> None:
    story = allowing(block=(BlockEntry(prefix="+49176"),))
    assert story.asked(RingStaff) == []
    assert story.ending() == ("blocked", "block_list")


def test_houses_block_list_counts_for_every_client() -> None:
    story = Story(a_house(block=(BlockEntry(number=STRANGER),)), on=(ANNA,))
    for number in (PRAXIS_NUMBER, KANZLEI_NUMBER):
        story.caller_arrives(call=number, dialled=number, caller=STRANGER)
        assert story.record(number).ending.kind == "blocked"


def test_one_click_blocks_an_advertising_caller_for_this_client() -> None:
    story = Story(a_house(clients=(praxis(queue=a_queue()), kanzlei(queue=a_queue())), agents=(agent("anna"),)))
    story.agent_logs_in()
    story.caller_arrives(call="first", caller=STRANGER)
    story.agent_answers()
    story.agent_reports_advertising()
    assert [block.number for block in story.asked(BlockCaller)] == [STRANGER]
    story.caller_hangs_up("first")
    story.agent_finishes()
    story.caller_arrives(call="again", caller=STRANGER)
    assert story.record("again").ending.kind == "blocked"
    story.caller_arrives(call="other", caller=STRANGER, dialled=KANZLEI_NUMBER)
    assert talkers(served(story, call="other")) == [ANNA]


def reported_by(story: Story, *numbers: str) -> None:
    """Somebody advertises to these clients, one after the other, and each time the agent says so."""
    for number in numbers:
        story.caller_arrives(call=f"to {number}", dialled=number, caller=STRANGER)
        story.agent_answers()
        story.agent_reports_advertising()
        talked(story, f"to {number}")
        block = story.asked(BlockCaller)[-1]
        story.tell(BlockKept(call=block.call, client=block.client, number=block.number))


def talked(story: Story, call: str) -> None:
    story.after(20)
    story.caller_hangs_up(call)
    story.agent_finishes()
    assert story.record(call).ending.kind == "served"


def three_clients(*, reports: int) -> House:
    shop = blumen(status=ClientStatus.ACTIVE)
    clients = (praxis(queue=a_queue()), kanzlei(queue=a_queue()), shop)
    return a_house(clients=clients, agents=(agent("anna"),), advertising_reports=reports)


def test_number_that_agents_of_enough_clients_report_is_blocked_for_all() -> None:
    story = Story(three_clients(reports=2), on=(ANNA,))
    reported_by(story, PRAXIS_NUMBER)
    assert story.asked(BlockForAll) == []
    reported_by(story, KANZLEI_NUMBER)
    (block,) = story.asked(BlockForAll)
    assert (block.number, set(block.clients)) == (STRANGER, {PRAXIS, ClientId("kanzlei")})
    story.caller_arrives(call="third", dialled=BLUMEN_NUMBER, caller=STRANGER)
    assert story.record("third").ending.kind == "blocked"


def test_reports_of_one_client_alone_block_for_nobody_else() -> None:
    story = Story(three_clients(reports=2), on=(ANNA,))
    reported_by(story, PRAXIS_NUMBER)
    story.caller_arrives(call="law", dialled=KANZLEI_NUMBER, caller=STRANGER)
    assert talkers(served(story, call="law")) == [ANNA]


def test_number_blocked_for_all_is_free_again_after_its_time() -> None:
    story = Story(three_clients(reports=1), on=(ANNA,))
    reported_by(story, PRAXIS_NUMBER)
    story.caller_arrives(call="soon", dialled=KANZLEI_NUMBER, caller=STRANGER)
    assert story.record("soon").ending.kind == "blocked"
    story.after(91 * 86_400)
    story.caller_arrives(call="later", dialled=KANZLEI_NUMBER, caller=STRANGER)
    assert talkers(served(story, call="later")) == [ANNA]


def test_block_that_is_lifted_counts_no_more() -> None:
    story = Story(three_clients(reports=1), on=(ANNA,))
    reported_by(story, PRAXIS_NUMBER)
    story.tell(BlockLifted(client=None, number=STRANGER))
    story.caller_arrives(call="law", dialled=KANZLEI_NUMBER, caller=STRANGER)
    assert talkers(served(story, call="law")) == [ANNA]
    story.tell(BlockLifted(client=PRAXIS, number=STRANGER))
    story.caller_arrives(call="doctor", caller=STRANGER)
    assert talkers(served(story, call="doctor")) == [ANNA]


def test_who_is_on_no_list_is_served() -> None:
    assert not is_blocked(blocking(number=PEST), SOMEBODY)
