"""Lists while the house runs: callers reported for one client and for all, a new house, and the way back."""

from typing import Any

from router.core.commands import BlockForAll
from router.core.events import BlockForAllKept, BlockKept, BlockLifted
from router.core.house import ADVERTISING, AllowEntry, BlockEntry, ClientStatus, House, Vip
from router.core.ids import ClientId
from router.core.record import Arrival
from router.core.route import arrived_of, decide
from router.core.view import Phase
from tests.stories.houses import (
    ANNA,
    BLUMEN,
    BLUMEN_NUMBER,
    KANZLEI,
    KANZLEI_NUMBER,
    PRAXIS,
    PRAXIS_NUMBER,
    SOMEBODY,
    VIP_CALLER,
    WEISS,
    a_house,
    a_queue,
    agent,
    blumen,
    kanzlei,
    praxis,
)
from tests.stories.story import Story

PESTERER = "+493022222222"
NUMBERS = {PRAXIS: PRAXIS_NUMBER, KANZLEI: KANZLEI_NUMBER, BLUMEN: BLUMEN_NUMBER}


def three(*, listed: dict[ClientId, tuple[BlockEntry, ...]] | None = None, **changes: Any) -> House:
    """Three clients whose calls anybody may take; two reports block for all."""
    block = listed or {}
    clients = (
        praxis(queue=a_queue(), block=block.get(PRAXIS, ())),
        kanzlei(queue=a_queue(), block=block.get(KANZLEI, ())),
        blumen(queue=a_queue(), block=block.get(BLUMEN, ()), status=ClientStatus.ACTIVE),
    )
    return a_house(clients=clients, agents=(agent("anna"),), advertising_reports=2, **changes)


def pesters(story: Story, client: ClientId, *, call: str | None = None) -> bool:
    """Whether the pesterer gets through to an agent."""
    name = call or f"call {len(story.told)}"
    story.caller_arrives(call=name, dialled=NUMBERS[client], caller=PESTERER)
    return story.call(name).phase is not Phase.ENDED


def is_reported(story: Story, client: ClientId) -> None:
    """The pesterer gets through once more; the agent says what that was."""
    call = f"reported {client}"
    assert pesters(story, client, call=call)
    story.agent_answers()
    story.agent_reports_advertising()
    story.caller_hangs_up(call)
    story.agent_finishes()
    story.after(60)


def test_who_reported_a_number_is_in_the_trace_of_the_report_that_blocked_it_for_all() -> None:
    story = Story(three(), on=(ANNA,))
    is_reported(story, PRAXIS)
    is_reported(story, KANZLEI)
    (block,) = story.asked(BlockForAll)
    steps = [step for step in story.record("reported kanzlei").trace if step.outcome == "blocked for all"]
    assert [step.because for step in steps] == [f"{PESTERER} was reported for kanzlei, praxis"]
    assert block.until == story.now - 60_000 + 90 * 86_400_000


def test_caller_blocked_for_all_is_told_why_and_until_when() -> None:
    story = Story(three(), on=(ANNA,))
    is_reported(story, PRAXIS)
    is_reported(story, KANZLEI)
    assert not pesters(story, BLUMEN, call="shop")
    (step,) = [step for step in story.record("shop").trace if step.rule == "screening"]
    assert step.because == (
        f"house's block list, {PESTERER} (advertising caller), by kanzlei, praxis, until 2026-12-21 12:01"
    )


def test_blocked_for_all_survives_a_new_house_until_the_database_has_it() -> None:
    story = Story(three(), on=(ANNA,))
    is_reported(story, PRAXIS)
    is_reported(story, KANZLEI)
    story.house_becomes(three(version="2"))
    assert not pesters(story, BLUMEN)
    entry = BlockEntry(number=PESTERER, reason=ADVERTISING)
    story.tell(BlockForAllKept(number=PESTERER))
    story.house_becomes(three(version="3", block=(entry,)))
    assert not pesters(story, BLUMEN)
    story.house_becomes(three(version="4", block=()))
    assert pesters(story, BLUMEN)


def test_operators_free_a_number_for_all_at_once_though_the_house_still_has_it() -> None:
    entry = BlockEntry(number=PESTERER, reason=ADVERTISING)
    story = Story(three(block=(entry,)), on=(ANNA,))
    assert not pesters(story, BLUMEN, call="before")
    story.tell(BlockLifted(client=None, number=PESTERER))
    assert pesters(story, BLUMEN, call="after")


def test_lifting_one_clients_report_leaves_the_others() -> None:
    entry = BlockEntry(number=PESTERER, reason=ADVERTISING)
    story = Story(three(listed={PRAXIS: (entry,), KANZLEI: (entry,)}), on=(ANNA,))
    story.tell(BlockLifted(client=PRAXIS, number=PESTERER))
    assert pesters(story, PRAXIS)
    assert not pesters(story, KANZLEI)


def test_clients_own_entry_is_not_lifted_with_what_agents_reported() -> None:
    own = BlockEntry(number=PESTERER, reason="ex-Mitarbeiter", author="Frau Weiß")
    story = Story(three(listed={PRAXIS: (own,)}), on=(ANNA,))
    story.tell(BlockLifted(client=PRAXIS, number=PESTERER))
    assert not pesters(story, PRAXIS)


def test_reported_caller_whom_another_client_allows_still_gets_through_there() -> None:
    allowed = praxis(queue=a_queue(), allow=(AllowEntry(number=PESTERER, staff=WEISS),))
    house = a_house(clients=(allowed,), block=(BlockEntry(number=PESTERER, reason=ADVERTISING),))
    story = Story(house, on=(ANNA,))
    story.caller_arrives(caller=PESTERER)
    assert story.phase() is Phase.DIRECT


def test_entry_that_ended_says_so_and_the_caller_is_served() -> None:
    story = Story()
    ended = BlockEntry(between=("+493022222220", "+493022222229"), until=story.now + 1_000, reason="test")
    story.house_becomes(three(listed={PRAXIS: (ended,)}))
    story.agent_logs_in()
    assert not pesters(story, PRAXIS, call="before")
    story.after(1)
    assert pesters(story, PRAXIS, call="after")
    (step,) = [step for step in story.call("after").steps if step.rule == "screening"]
    assert "no longer on the block list (+493022222220 to +493022222229, until 2026-09-22 13:00)" in step.because


def test_vip_by_pattern_and_the_exception_by_number() -> None:
    vips = (Vip(pattern="+4917044*", name="Firma"), Vip(number=VIP_CALLER, name="Chefin", staff=WEISS))
    story = Story(a_house(clients=(praxis(vips=vips),)), on=(ANNA,))
    story.caller_arrives(call="boss", caller=VIP_CALLER)
    story.caller_arrives(call="firm", caller="+4917044000")
    assert [story.call(name).vip for name in ("boss", "firm")] == [True, True]
    assert story.call("boss").phase is Phase.DIRECT
    assert story.rung == [ANNA]


def test_blocks_made_meanwhile_are_kept_with_the_call_for_the_decision_to_be_made_again() -> None:
    house = three()
    story = Story(house, on=(ANNA,))
    is_reported(story, PRAXIS)
    story.tell(BlockKept(call=story.record("reported praxis").call, client=PRAXIS, number=PESTERER))
    assert not pesters(story, PRAXIS, call="again")
    record = story.record("again")
    assert record.arrival == Arrival(added=(BlockEntry(number=PESTERER, author=ANNA, reason=ADVERTISING),))
    again = decide(house, arrived_of(record), record.arrived, record.arrival)
    assert again.steps == record.trace[: len(again.steps)]


def test_block_is_of_the_number_that_was_reported() -> None:
    story = Story(three(), on=(ANNA,))
    is_reported(story, PRAXIS)
    story.caller_arrives(caller=SOMEBODY)
    assert story.rung == [ANNA, ANNA]
