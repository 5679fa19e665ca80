"""Who is free, and who of them is chosen: sets of agents as bit masks, so that ten thousand cost as little as ten.

Each agent is one bit. Whoever has a skill at a level, speaks a language or has pledged is a mask; those who fit some
needs are a few masks ANDed, in microseconds, whatever the number of different needs. The free agents stand in order of
their idle time, in blocks that each know their mask too, so that the longest idle one who fits is found without asking
those who do not.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from router.core.ids import AgentId, Millis, Skill, TeamId
from router.core.line import Group
from router.core.queue import Choice, Queue
from router.core.seats import Seat
from router.core.skills import Level, Needs
from router.core.view import Presence

GROUPS = 4096  # more than this, and those in which nobody waits are dropped
BLOCK = 128  # a block of free agents is split beyond twice as many
T = TypeVar("T")
Rank = tuple[Millis, Millis, AgentId, int]  # what decides, then idle since, name, number of the bit


class Standing:
    """The free agents in some order."""

    __slots__ = ("_blocks", "_masks")

    def __init__(self) -> None:
        self._blocks: list[list[Rank]] = []
        self._masks: list[int] = []

    def add(self, rank: Rank) -> None:
        """Stand in line."""
        if not self._blocks:
            self._blocks, self._masks = [[rank]], [1 << rank[3]]
            return
        at = self._block_of(rank)
        insort(self._blocks[at], rank)
        self._masks[at] |= 1 << rank[3]
        if len(self._blocks[at]) > 2 * BLOCK:
            self._split(at)

    def remove(self, rank: Rank) -> None:
        """Stand there no more."""
        at = self._block_of(rank)
        block = self._blocks[at]
        del block[bisect_left(block, rank)]
        self._masks[at] ^= 1 << rank[3]
        if not block:
            del self._blocks[at], self._masks[at]

    def first(self, among: int) -> int:
        """The number of the first of those in the mask, of whom there is one at least."""
        at, fit = next((at, fit) for at, mask in enumerate(self._masks) if (fit := mask & among))
        return next(rank[3] for rank in self._blocks[at] if fit >> rank[3] & 1)

    def _block_of(self, rank: Rank) -> int:
        return max(0, bisect_right(self._blocks, rank, key=_first) - 1)

    def _split(self, at: int) -> None:
        block = self._blocks[at]
        halves = block[:BLOCK], block[BLOCK:]
        self._blocks[at : at + 1] = halves
        self._masks[at : at + 1] = [_mask(rank[3] for rank in half) for half in halves]


class Roster:
    """All agents by what they have, and those among them who are on duty and free. Made anew for each configuration."""

    def __init__(self, seats: Mapping[AgentId, Seat], closed: Collection[TeamId]) -> None:
        self.on_duty = 0  # who wants calls, and whose team works now, busy or not
        self.free = 0
        self._seats = list(seats.values())
        self._numbers = {agent: number for number, agent in enumerate(seats)}
        self._standing: dict[int, tuple[Rank, Rank]] = {}
        self._idle, self._rested = Standing(), Standing()  # by idle time; by the time since the last offer
        self._groups: dict[Needs, Group] = {}
        self._most_groups = GROUPS
        self._read()
        for seat in self._seats:
            self.note(seat, open_now=seat.agent.team is None or seat.agent.team.id not in closed)

    def _read(self) -> None:
        agents = [seat.agent for seat in self._seats]
        self._everybody = (1 << len(agents)) - 1
        self._pledged = _mask(number for number, agent in enumerate(agents) if agent.pledged)
        skilled = (((skill, level), n) for n, agent in enumerate(agents) for skill, level in agent.skills.items())
        self._levels: dict[Skill, dict[Level, int]] = {}
        for (skill, level), mask in _masks(skilled).items():
            self._levels.setdefault(skill, {})[level] = mask
        spoken = ((language, number) for number, agent in enumerate(agents) for language in agent.languages)
        self._languages = _masks(spoken)

    # --- who is there ----------------------------------------------------------------------------------------------

    def bit(self, seat: Seat) -> int:
        """The agent as a mask."""
        return 1 << self._numbers[seat.agent.id]

    def note(self, seat: Seat, *, open_now: bool) -> None:
        """The seat is as it is now; `open_now`: the team's hours."""
        number = self._numbers[seat.agent.id]
        bit = 1 << number
        on_duty = open_now and seat.intent is Presence.AVAILABLE
        if bool(self.on_duty & bit) is not on_duty:
            self.on_duty ^= bit
        self._stand(seat, number, free=on_duty and seat.doing is None)

    def _stand(self, seat: Seat, number: int, *, free: bool) -> None:
        stood = self._standing.pop(number, None)
        if stood is not None:
            self._idle.remove(stood[0])
            self._rested.remove(stood[1])
        if free is (stood is None):
            self.free ^= 1 << number
        if free:
            name = seat.agent.id
            stands = (seat.idle_since, 0, name, number), (seat.offered_last, seat.idle_since, name, number)
            self._standing[number] = stands
            self._idle.add(stands[0])
            self._rested.add(stands[1])

    def open_to(self, seat: Seat) -> bool:
        """Whether the agent is free in these hours."""
        return self._numbers[seat.agent.id] in self._standing

    def on_duty_for(self, group: Group) -> int:
        """How many agents there are who will serve such calls."""
        return (group.fits & self.on_duty).bit_count()

    def taken_by(self, others: Group, group: Group) -> float:
        """Which share of the others' calls goes to agents on duty who fit this group as well."""
        theirs = others.fits & self.on_duty
        return (theirs & group.fits).bit_count() / theirs.bit_count() if theirs else 0.0

    # --- who fits --------------------------------------------------------------------------------------------------

    def group(self, needs: Needs) -> Group:
        """Those who wait with these needs, and who fits them."""
        group = self._groups.get(needs)
        if group is None:
            if len(self._groups) >= self._most_groups:
                self._groups = {needed: group for needed, group in self._groups.items() if group.keys}
                self._most_groups = max(GROUPS, 2 * len(self._groups))
            group = self._groups[needs] = self._read_group(needs)
        return group

    def _read_group(self, needs: Needs) -> Group:
        fits = self._pledged if needs.pledge else self._everybody
        if needs.language is not None:
            fits &= self._languages.get(needs.language, 0)
        able = {skill: self._able(skill, least) for skill, least in needs.skills}
        for mask in able.values():
            fits &= mask
        rarest = min(able, key=lambda skill: (able[skill].bit_count(), skill), default=None)
        return Group(needs, fits, rarest)

    def _able(self, skill: Skill, least: Level) -> int:
        able = 0
        for level, mask in self._levels.get(skill, {}).items():
            able |= mask if level >= least else 0
        return able

    # --- who is chosen ---------------------------------------------------------------------------------------------

    def choose(self, group: Group, queue: Queue, now: Millis) -> tuple[Seat, str] | None:
        """The agent for a call of this queue, and why; None when nobody who fits is free."""
        free = group.fits & self.free
        if not free:
            return None
        if queue.choice is Choice.ROUND_ROBIN:
            seat = self._seats[self._rested.first(free)]
            rule = f"round robin, last offered {_ago(now, seat.offered_last)}" if seat.offered_last else "round robin"
        elif queue.choice is Choice.BEST_FIT:
            score, best = self._best(group, queue, free)
            seat = self._seats[self._idle.first(best)]
            rule = f"best fit {score:g}, longest idle of {best.bit_count()}"
        else:
            seat = self._seats[self._idle.first(free)]
            rule = "longest idle"
        idle = (now - seat.idle_since) // 1000
        return seat, f"{rule} with {group.told}: idle for {idle} s, {free.bit_count()} free"

    def _best(self, group: Group, queue: Queue, free: int) -> tuple[float, int]:
        ranked = group.ranked.get(queue.prefers)
        if ranked is None:
            ranked = group.ranked[queue.prefers] = self._ranked(group, queue.prefers)
        return next((score, mask & free) for score, mask in ranked if mask & free)

    def _ranked(self, group: Group, prefers: Iterable[tuple[Skill, Level]]) -> list[tuple[float, int]]:
        """All who fit, by the sum of their levels: a needed skill's once, a preferred one's times its weight."""
        weights: dict[Skill, float] = dict.fromkeys((skill for skill, _ in group.needs.skills), 1)
        for skill, weight in prefers:
            weights[skill] = weights.get(skill, 0) + weight
        scores: dict[float, int] = {0.0: group.fits}
        for skill, times in weights.items():
            scores = self._with_skill(scores, skill, times)
        return sorted(scores.items(), reverse=True)

    def _with_skill(self, scores: Mapping[float, int], skill: Skill, weight: float) -> dict[float, int]:
        out: dict[float, int] = {}
        for score, mask in scores.items():
            rest = mask
            for level, able in self._levels.get(skill, {}).items():
                if has := mask & able:
                    rest ^= has
                    out[score + weight * level] = out.get(score + weight * level, 0) | has
            if rest:
                out[score] = out.get(score, 0) | rest
        return out


def _first(block: list[Rank]) -> Rank:
    return block[0]


def _ago(now: Millis, then: Millis) -> str:
    return f"{(now - then) // 1000} s ago"


def _masks(numbered: Iterable[tuple[T, int]]) -> dict[T, int]:
    by_kind: dict[T, list[int]] = {}
    for kind, number in numbered:
        by_kind.setdefault(kind, []).append(number)
    return {kind: _mask(numbers) for kind, numbers in by_kind.items()}


def _mask(numbers: Iterable[int]) -> int:
    """Written into bytes first: an integer of ten thousand bits is slow to grow bit by bit."""
    listed = list(numbers)
    bits = bytearray(max(listed, default=0) // 8 + 1)
    for number in listed:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")
