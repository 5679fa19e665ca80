"""Which of several free agents gets a call, and who is called back to: the rule, and the figures behind it."""

import pytest

from router.core.events import AgentLoggedIn, AgentPaused, WrapUpFinished
from router.core.floor import Floor
from router.core.house import Agent
from router.core.ids import ClientId, Skill
from router.core.last_agents import MOST, LastAgents
from router.core.line import Place
from router.core.messages import AgentAssigned, AgentUnwanted
from router.core.queue import Choice
from tests.core.floors import floor_with, given, needing, only, talks, wanted
from tests.stories.houses import ANNA, BERND, CLARA, a_queue

LAW, TAX = Skill("law"), Skill("tax")
REMEMBERS = a_queue(last_agent_ms=60_000)


def three(**levels: tuple[int, int, int]) -> Floor:
    """Anna, Bernd and Clara with these levels, who have logged in in this order."""
    names = (ANNA, BERND, CLARA)
    skilled = [{Skill(skill): has[n] for skill, has in levels.items() if has[n]} for n in range(3)]
    floor = floor_with([Agent(id=name, name=name, skills=skilled[n]) for n, name in enumerate(names)])
    for number, name in enumerate(names, 1):
        floor.feed(AgentLoggedIn(agent=name), 1_000 * number)
    return floor


def chosen(floor: Floor, choice: Choice, *, prefers: dict[Skill, int] | None = None) -> AgentAssigned:
    queue = a_queue((0, needing(LAW)), choice=choice, prefers=frozenset((prefers or {}).items()))
    return only(AgentAssigned, floor.feed(wanted("c", queue=queue, at=10_000), 10_000))


def test_longest_idle_is_told_with_the_idle_time() -> None:
    assigned = chosen(three(law=(1, 1, 5)), Choice.LONGEST_IDLE)
    assert (assigned.agent, assigned.because) == (ANNA, "longest idle with law: idle for 9 s, 3 free")


def test_best_fit_is_the_highest_level() -> None:
    assigned = chosen(three(law=(2, 5, 4)), Choice.BEST_FIT)
    assert assigned.agent == BERND
    assert assigned.because == "best fit 5, longest idle of 1 with law: idle for 8 s, 3 free"


def test_best_fit_adds_what_is_preferred_by_its_weight() -> None:
    assert chosen(three(law=(5, 4, 1), tax=(0, 1, 3)), Choice.BEST_FIT, prefers={TAX: 3}).agent == CLARA
    assert chosen(three(law=(5, 4, 1), tax=(0, 1, 3)), Choice.BEST_FIT, prefers={TAX: 2}).agent == CLARA
    assert chosen(three(law=(5, 4, 1), tax=(0, 2, 3)), Choice.BEST_FIT, prefers={TAX: 1}).agent == BERND


def test_best_fit_counts_a_skill_that_is_needed_and_preferred_twice() -> None:
    assert chosen(three(law=(2, 3, 1), tax=(3, 0, 4)), Choice.BEST_FIT, prefers={TAX: 1, LAW: 2}).agent == ANNA


def test_equally_fit_agents_are_taken_by_their_idle_time() -> None:
    assert chosen(three(law=(1, 3, 3)), Choice.BEST_FIT).agent == BERND


def test_preferred_skill_is_not_needed() -> None:
    assert chosen(three(law=(1, 0, 0)), Choice.BEST_FIT, prefers={TAX: 5}).agent == ANNA


def test_round_robin_takes_who_was_offered_a_call_longest_ago() -> None:
    floor = three(law=(1, 1, 1))
    queue = a_queue(choice=Choice.ROUND_ROBIN)
    for number, who in enumerate((ANNA, BERND, CLARA, ANNA)):
        now = 10_000 * (number + 1)
        said = floor.feed(wanted("c", queue=queue, at=now), now)
        assert given(said) == [("c", who)]
        floor.feed(AgentUnwanted(call=only(AgentAssigned, said).call), now + 1)
    assert only(AgentAssigned, said).because.startswith("round robin, last offered 30 s ago with any skills")


def spoke_with(floor: Floor, who: str) -> None:
    """Bernd has spoken with this caller, up to 20 s."""
    for name in (ANNA, CLARA):
        floor.feed(AgentPaused(agent=name, reason="lunch"), 10_000)
    floor.feed(wanted(who, queue=REMEMBERS, at=10_000), 10_000)
    talks(floor, who, BERND, since=11_000, until=20_000)
    floor.feed(WrapUpFinished(agent=BERND), 21_000)
    for name in (ANNA, CLARA):
        floor.feed(AgentLoggedIn(agent=name), 20_500)


def test_agent_who_spoke_last_with_the_caller_goes_first() -> None:
    floor = three()
    spoke_with(floor, "x")
    assigned = only(AgentAssigned, floor.feed(wanted("x", queue=REMEMBERS, at=30_000), 30_000))
    assert (assigned.agent, assigned.because) == (BERND, "spoke with this caller 10 s ago")


@pytest.mark.parametrize(
    ("again", "now"),
    [
        (wanted("x", queue=REMEMBERS, at=80_000), 80_000),  # too long ago
        (wanted("x", queue=a_queue(), at=30_000), 30_000),  # a queue that does not mind
        (wanted("y", queue=REMEMBERS, at=30_000), 30_000),  # another caller
        (wanted("x", queue=REMEMBERS, at=30_000, client=ClientId("d")), 30_000),  # of another client
        (wanted("x", queue=REMEMBERS, at=30_000, caller=None), 30_000),
    ],
)
def test_otherwise_the_rule_of_the_queue_counts(again: object, now: int) -> None:
    floor = three()
    spoke_with(floor, "x")
    assert given(floor.feed(again, now)) in ([("x", ANNA)], [("y", ANNA)])  # type: ignore[arg-type]


def test_last_agent_who_is_busy_or_does_not_fit_is_not_waited_for() -> None:
    floor = three(law=(1, 0, 1))
    spoke_with(floor, "x")
    lawyers = a_queue((0, needing(LAW)), last_agent_ms=60_000)
    assert given(floor.feed(wanted("x", queue=lawyers, at=30_000), 30_000)) == [("x", ANNA)]


def spoken(last: LastAgents, caller: str, now: int) -> Place:
    place = Place(
        call=wanted(caller).call,
        queue=REMEMBERS,
        tier=1,
        queued=now,
        head_start_ms=0,
        arrived=now,
        number=1,
        client=ClientId("c"),
        caller=caller,
    )
    last.remember(place, ANNA, now)
    return place


def test_what_no_longer_counts_is_forgotten() -> None:
    last = LastAgents()
    spoken(last, "early", 0)
    spoken(last, "late", 59_000)
    assert len(last.spoke) == 2
    spoken(last, "later", 60_000)
    assert list(last.spoke) == ["c late", "c later"]


def test_only_so_many_callers_are_remembered_and_the_oldest_go_first() -> None:
    last = LastAgents()
    places = [spoken(last, f"caller{number}", number // 1_000) for number in range(MOST + 1)]
    assert len(last.spoke) == MOST
    assert last.of(places[0], 51) is None
    assert last.of(places[1], 51)
