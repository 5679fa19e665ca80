"""The expected wait, against the exact quantiles and against queues that are played through."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import exp
from random import Random

import pytest

from router.core.events import AgentLoggedIn, WrapUpFinished
from router.core.expected import PRIOR_MS, Pace, erlang_range, expected_wait
from router.core.floor import Floor
from router.core.ids import AgentId, CallId, Millis
from router.core.messages import AgentAssigned, AgentFreed, PlaceAsked, PlaceTold
from router.core.queue import Queue
from tests.core.floors import Said, floor_with, needing, only, talks, wanted
from tests.stories.houses import DEUTSCH, JURA, a_queue, agent

MEAN_MS = 100_000.0
KNOWN = Pace(mean_ms=MEAN_MS, calls=10**6)


def served_by(wait: float, turn: int, rate: float) -> float:
    """The exact share of callers whose `turn` has come after `wait`: the Erlang distribution."""
    term = total = exp(-rate * wait)
    for number in range(1, turn):
        term *= rate * wait / number
        total += term
    return 1 - total


@pytest.mark.parametrize("turn", [1, 2, 3, 5, 10, 30, 100])
@pytest.mark.parametrize("rate", [1 / MEAN_MS, 7 / MEAN_MS])
def test_range_is_that_of_the_exact_quantiles(turn: int, rate: float) -> None:
    low, high = erlang_range(turn, turn / rate)
    assert served_by(low, turn, rate) == pytest.approx(0.1, abs=0.007)
    assert served_by(high, turn, rate) == pytest.approx(0.9, abs=0.003)


def test_range_is_wider_while_the_mean_is_hardly_known() -> None:
    low, high = expected_wait(5, 1, KNOWN) or (0, 0)
    guessed = expected_wait(5, 1, Pace(mean_ms=MEAN_MS)) or (0, 0)
    assert 0 < guessed[0] < low < high < guessed[1]


def test_nothing_is_told_when_nobody_is_there() -> None:
    assert expected_wait(1, 0, KNOWN) is None


def test_more_agents_and_an_earlier_turn_shorten_the_wait() -> None:
    low, high = expected_wait(4, 2, KNOWN) or (0, 0)
    assert low < high
    for turn, agents in ((3.5, 2), (4, 3)):
        sooner = expected_wait(turn, agents, KNOWN) or (0, 0)
        assert (sooner[0] < low, sooner[1] < high) == (True, True)


def test_pace_begins_with_a_guess_and_follows_what_it_sees() -> None:
    pace = Pace()
    assert pace.mean_ms == PRIOR_MS
    pace.learn(30_000)
    assert 30_000 < pace.mean_ms < PRIOR_MS
    for _ in range(600):
        pace.learn(30_000)
    assert pace.mean_ms == pytest.approx(30_000, rel=0.02)


@dataclass
class Played:
    """A floor whose calls last an exponentially distributed time, and the promises that were made to callers."""

    floor: Floor
    chance: Random
    served: dict[str, Millis] = field(default_factory=dict)
    promised: list[tuple[str, Millis, PlaceTold]] = field(default_factory=list)
    ends: list[tuple[Millis, str, AgentId]] = field(default_factory=list)

    def take(self, said: Said, now: Millis) -> None:
        for offer in said:
            if isinstance(offer, AgentAssigned):
                self.served[offer.call] = now
                talks(self.floor, offer.call, offer.agent, since=now)
                heappush(self.ends, (now + round(self.chance.expovariate(1 / MEAN_MS)), offer.call, offer.agent))

    def until(self, now: Millis) -> None:
        while self.ends and self.ends[0][0] <= now:
            at, call, who = heappop(self.ends)
            self.floor.feed(AgentFreed(call=CallId(call), agent=who, limit=180_000), at)
            self.take(self.floor.feed(WrapUpFinished(agent=who), at), at)

    def ask(self, call: str, now: Millis) -> None:
        if call not in self.served:
            self.promised.append((call, now, only(PlaceTold, self.floor.feed(PlaceAsked(call=CallId(call)), now))))

    def hit_rate(self, since: Millis) -> float:
        kept = [_holds(told, self.served[call] - at) for call, at, told in self._known(since)]
        assert len(kept) > 500
        return sum(kept) / len(kept)

    def _known(self, since: Millis) -> list[tuple[str, Millis, PlaceTold]]:
        return [one for one in self.promised if one[1] >= since and one[0] in self.served]


def _holds(told: PlaceTold, wait: Millis) -> bool:
    return told.low_ms is not None and told.high_ms is not None and told.low_ms <= wait <= told.high_ms


def played(floor: Floor, queues: list[Queue], *, every_ms: float, calls: int = 3_000) -> Played:
    """Callers come at chance into any of the queues, and ask for the wait at once and a minute later."""
    play, now = Played(floor, Random(7)), 0
    asks: list[tuple[Millis, str]] = []
    for number in range(calls):
        now += round(play.chance.expovariate(1 / every_ms))
        while asks and asks[0][0] <= now:
            at, call = heappop(asks)
            play.until(at)
            play.ask(call, at)
        play.until(now)
        call = f"call{number}"
        play.take(floor.feed(wanted(call, queue=play.chance.choice(queues), at=now), now), now)
        play.ask(call, now)
        heappush(asks, (now + 60_000, call))
    play.until(now + 10_000_000)
    return play


def test_range_holds_for_about_eight_callers_of_ten_in_a_queue_of_ten_agents() -> None:
    floor = floor_with([agent(f"agent{number}") for number in range(10)])
    for who in floor.seats:
        floor.feed(AgentLoggedIn(agent=who), 0)
    play = played(floor, [a_queue()], every_ms=MEAN_MS / 9.7)
    assert 0.75 <= play.hit_rate(since=2_000_000) <= 0.86


def test_range_holds_where_two_queues_share_some_of_their_agents() -> None:
    skills = [(DEUTSCH,)] * 4 + [(DEUTSCH, JURA)] * 4 + [(JURA,)] * 4
    floor = floor_with([agent(f"agent{number}", *has) for number, has in enumerate(skills)])
    for who in floor.seats:
        floor.feed(AgentLoggedIn(agent=who), 0)
    play = played(floor, [a_queue((0, needing(DEUTSCH))), a_queue((0, needing(JURA)))], every_ms=MEAN_MS / 11.7)
    assert 0.7 <= play.hit_rate(since=2_000_000) <= 0.9


def test_expected_wait_changes_while_one_waits() -> None:
    floor = floor_with([agent("anna")])
    floor.feed(AgentLoggedIn(agent=AgentId("anna")), 0)
    for number, call in enumerate(("first", "second", "third")):
        floor.feed(wanted(call, at=number), number)
    before = only(PlaceTold, floor.feed(PlaceAsked(call=CallId("third")), 10))
    talks(floor, "first", AgentId("anna"), since=20, until=30_000)
    floor.feed(WrapUpFinished(agent=AgentId("anna")), 40_000)
    after = only(PlaceTold, floor.feed(PlaceAsked(call=CallId("third")), 40_001))
    assert (before.position, after.position) == (3, 2)
    assert None not in (before.high_ms, after.high_ms)
    assert (after.high_ms or 0) < (before.high_ms or 0)


def test_wait_of_a_call_that_waits_no_more_is_not_told() -> None:
    assert floor_with([]).feed(PlaceAsked(call=CallId("gone")), 1) == []
