"""Who fits, who is free and who is chosen, against asking every agent one by one."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.house import Agent, Team
from router.core.ids import AgentId, Language, Skill, TeamId
from router.core.queue import Choice
from router.core.roster import BLOCK, GROUPS, Rank, Roster, Standing
from router.core.seats import Seat
from router.core.skills import Needs, lacking, needs_of
from router.core.view import Presence
from tests.stories.houses import a_queue

NOW = 1_000_000
SKILLS = st.sampled_from([Skill(name) for name in "abc"])
LEVELLED = st.dictionaries(SKILLS, st.integers(1, 5), max_size=3)
LANGUAGES = st.sampled_from([Language(name) for name in ("de", "en")])
NEEDS = st.builds(needs_of, LEVELLED, language=st.none() | LANGUAGES, pledge=st.booleans())
TEAMS = st.sampled_from([None, Team(id=TeamId("day"), name="Day"), Team(id=TeamId("night"), name="Night")])
AGENTS = st.builds(
    Agent,
    id=st.just(AgentId("")),
    name=st.just(""),
    skills=LEVELLED,
    languages=st.frozensets(LANGUAGES),
    pledged=st.booleans(),
    team=TEAMS,
)
SEATS = st.builds(
    Seat,
    agent=AGENTS,
    intent=st.sampled_from([Presence.OFF, Presence.PAUSED, *[Presence.AVAILABLE] * 4]),
    doing=st.sampled_from([None, None, None, Presence.TALKING]),
    idle_since=st.integers(0, 5),
    offered_last=st.integers(0, 5),
)
CLOSED = {TeamId("night")}


def named(seats: list[Seat]) -> dict[AgentId, Seat]:
    for number, seat in enumerate(seats):
        object.__setattr__(seat.agent, "id", AgentId(f"agent{number}"))
    return {seat.agent.id: seat for seat in seats}


def on_duty(seat: Seat) -> bool:
    return seat.intent is Presence.AVAILABLE and (seat.agent.team is None or seat.agent.team.id not in CLOSED)


def score(seat: Seat, needs: Needs, prefers: dict[Skill, int]) -> int:
    levels = [seat.agent.skills[skill] for skill, _ in needs.skills]
    return sum(levels) + sum(weight * seat.agent.skills.get(skill, 0) for skill, weight in prefers.items())


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(SEATS, max_size=12), st.lists(SEATS, max_size=12), NEEDS, LEVELLED, st.sampled_from(Choice))
def test_chosen_agent_is_the_one_whom_the_rule_names(
    seats: list[Seat], later: list[Seat], needs: Needs, prefers: dict[Skill, int], choice: Choice
) -> None:
    by_name = named(seats)
    roster = Roster(by_name, CLOSED)
    for seat, then in zip(seats, later, strict=False):  # it is kept by every change as if made anew
        seat.intent, seat.doing, seat.idle_since = then.intent, then.doing, then.idle_since
        roster.note(seat, open_now=seat.agent.team is None or seat.agent.team.id not in CLOSED)
    free = [seat for seat in seats if on_duty(seat) and seat.doing is None and not lacking(seat.agent, needs)]
    keys: dict[Choice, Callable[[Seat], tuple[float, float, AgentId]]] = {
        Choice.LONGEST_IDLE: lambda seat: (seat.idle_since, 0, seat.agent.id),
        Choice.ROUND_ROBIN: lambda seat: (seat.offered_last, seat.idle_since, seat.agent.id),
        Choice.BEST_FIT: lambda seat: (-score(seat, needs, prefers), seat.idle_since, seat.agent.id),
    }
    group = roster.group(needs)
    chosen = roster.choose(group, a_queue(choice=choice, prefers=frozenset(prefers.items())), NOW)
    assert (chosen and chosen[0]) == min(free, key=keys[choice], default=None)
    assert chosen is None or chosen[1].endswith(f"{len(free)} free")
    fit = [seat for seat in seats if on_duty(seat) and not lacking(seat.agent, needs)]
    assert roster.on_duty_for(group) == len(fit)
    assert [seat for seat in seats if roster.open_to(seat)] == [
        seat for seat in seats if on_duty(seat) and seat.doing is None
    ]


RANKS = st.lists(st.integers(0, 5 * BLOCK), unique=True, min_size=3 * BLOCK, max_size=5 * BLOCK)


def rank(number: int) -> Rank:
    """In another order than that of their numbers."""
    return number * 7_919 % 613, 0, AgentId(""), number


@settings(derandomize=True, deadline=None, max_examples=25)
@given(RANKS, st.randoms(use_true_random=False))
def test_standing_is_a_sorted_list(numbers: list[int], chance: object) -> None:
    standing, present = Standing(), set[int]()
    for number in numbers:
        standing.add(rank(number))
        present.add(number)
    for gone in numbers[: 2 * BLOCK]:
        standing.remove(rank(gone))
        present.remove(gone)
        assert standing.first(sum(1 << one for one in present)) == min(present, key=rank)
    odd = {number for number in present if number % 2} or present
    assert standing.first(sum(1 << one for one in odd)) == min(odd, key=rank)


def test_groups_in_which_nobody_waits_are_dropped_when_there_are_too_many() -> None:
    roster = Roster({}, set())
    kept = roster.group(needs_of({Skill("kept"): 1}))
    kept.keys.append((1, 0, 0, 1))
    idle = roster.group(needs_of({Skill("idle"): 1}))
    for number in range(GROUPS):
        roster.group(needs_of({Skill(f"skill{number}"): 1}))
    assert roster.group(kept.needs) is kept
    assert roster.group(idle.needs) is not idle
