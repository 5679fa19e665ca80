"""The line: who waits where, and who is next.

A place's key never changes while its caller waits: the tier, the begin of waiting less the head start, the arrival, and
the order of asking, which makes it total. So the line needs no sorting again, and whoever is passed is passed by a
caller who came with a greater head start.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from router.core.ids import CallId, ClientId, Millis, QueueId, Skill
from router.core.queue import Queue
from router.core.skills import Needs, told

Key = tuple[int, Millis, Millis, int]  # tier, begin of waiting less head start, arrival, order of asking
Head = tuple[Key, "Group"]


@dataclass(slots=True, kw_only=True)
class Place:
    """A caller's place, kept while an agent rings, and the needs of the `stage` that the waiting has come to.

    `passed` are the callers before whom it was taken, until that has been told.
    """

    call: CallId
    queue: Queue
    tier: int
    queued: Millis
    head_start_ms: Millis
    arrived: Millis
    number: int
    client: ClientId | None
    caller: str | None
    stage: int = 0
    passed: int = 0
    key: Key = field(init=False, compare=False, repr=False)
    needs: Needs = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.key = (self.tier, self.since, self.arrived, self.number)
        self.needs = needs_at(self.queue, self.stage)

    def __lt__(self, other: "Place") -> bool:
        return self.key < other.key

    @property
    def since(self) -> Millis:
        """The begin of waiting, less the head start."""
        return self.queued - self.head_start_ms

    def advance(self, now: Millis) -> bool:
        """Come to the last stage whose time has come; whether that is another one."""
        before, stages = self.stage, self.queue.stages
        while self.stage + 1 < len(stages) and self.queued + stages[self.stage + 1].after_ms <= now:
            self.stage += 1
        if self.stage == before:
            return False
        self.needs = needs_at(self.queue, self.stage)
        return True

    def next_stage(self) -> Millis | None:
        """When less will be needed; None: never."""
        stages = self.queue.stages
        return self.queued + stages[self.stage + 1].after_ms if self.stage + 1 < len(stages) else None


def needs_at(queue: Queue, stage: int) -> Needs:
    """What is needed in a stage. The pledge never relaxes."""
    needs = queue.stages[stage].needs
    return replace(needs, pledge=True) if queue.needs_pledge and not needs.pledge else needs


class Group:
    """All who wait with the same needs, and the agents who fit them as a bit mask (see `roster.py`).

    `skill` is the needed one that fewest agents have: who lacks it need not look at the group at all.
    """

    __slots__ = ("fits", "keys", "needs", "ranked", "skill", "told")

    def __init__(self, needs: Needs, fits: int, skill: Skill | None) -> None:
        self.needs = needs
        self.told = told(needs)
        self.fits = fits
        self.skill = skill
        self.keys: list[Key] = []
        self.ranked: dict[object, list[tuple[float, int]]] = {}  # best fits first, by what is preferred


@dataclass(slots=True)
class QueueLine:
    """The keys of one queue's callers: those who wait, and those to whom an agent is being rung."""

    waiting: list[Key] = field(default_factory=list)
    ringing: list[Key] = field(default_factory=list)


class Line:
    """An index over the waiting places: by queue for the positions, by needs for who is next."""

    __slots__ = ("_heads", "_places", "_queues")

    def __init__(self) -> None:
        self._queues: dict[QueueId, QueueLine] = {}
        self._places: dict[Key, Place] = {}
        self._heads: dict[Skill | None, list[Head]] = {}  # the first of each group, in order, by the group's skill

    def add(self, place: Place, group: Group) -> None:
        """The caller waits."""
        insort(self.queue(place.queue.id).waiting, place.key)
        self.join(place, group)

    def remove(self, place: Place, group: Group) -> None:
        """The caller waits no more."""
        _drop(self.queue(place.queue.id).waiting, place.key)
        self.part(place, group)

    def join(self, place: Place, group: Group) -> None:
        """Wait among those with these needs."""
        keys = group.keys
        if not keys or place.key < keys[0]:
            if keys:
                self._drop_head(keys[0], group)
            self._add_head(place.key, group)
        insort(keys, place.key)
        self._places[place.key] = place

    def part(self, place: Place, group: Group) -> None:
        """Wait no more among those with these needs."""
        keys = group.keys
        first = keys[0] == place.key
        _drop(keys, place.key)
        del self._places[place.key]
        if first:
            self._drop_head(place.key, group)
            if keys:
                self._add_head(keys[0], group)

    def rings(self, place: Place, *, on: bool) -> None:
        """An agent is being rung for the caller, or no more."""
        ringing = self.queue(place.queue.id).ringing
        if on:
            insort(ringing, place.key)
        else:
            _drop(ringing, place.key)

    def queue(self, queue: QueueId) -> QueueLine:
        """Who waits in one queue."""
        line = self._queues.get(queue)
        if line is None:
            line = self._queues[queue] = QueueLine()
        return line

    def position(self, place: Place) -> int:
        """1 is next. A caller to whom an agent is being rung keeps the place, so nobody ever moves back for one."""
        line = self.queue(place.queue.id)
        return bisect_left(line.waiting, place.key) + bisect_left(line.ringing, place.key) + 1

    def behind(self, place: Place) -> int:
        """How many of the same queue, who wait or for whom an agent is being rung, come after this caller."""
        line = self.queue(place.queue.id)
        return sum(len(keys) - bisect_right(keys, place.key) for keys in (line.waiting, line.ringing))

    def groups_before(self, place: Place) -> Iterator[tuple[Group, int]]:
        """Whoever waits before this caller, in whatever queue: how many of each group."""
        for heads in self._heads.values():
            for _, group in heads[: bisect_left(heads, place.key, key=_key)]:
                yield group, bisect_left(group.keys, place.key)

    def first_for(self, agents: int, skills: Iterable[Skill] | None = None) -> tuple[Place, Group] | None:
        """The first in line whom any of these agents fits, a bit mask; `skills` are all that they have, if known."""
        best: Head | None = None
        for skill in self._heads if skills is None else (None, *skills):
            for head in self._heads.get(skill, ()):
                if best is not None and best[0] < head[0]:
                    break
                if head[1].fits & agents:
                    best = head
                    break
        return (self._places[best[0]], best[1]) if best else None

    def _add_head(self, key: Key, group: Group) -> None:
        insort(self._heads.setdefault(group.skill, []), (key, group), key=_key)

    def _drop_head(self, key: Key, group: Group) -> None:
        heads = self._heads[group.skill]
        del heads[bisect_left(heads, key, key=_key)]


def _key(head: Head) -> Key:
    return head[0]


def _drop(keys: list[Key], key: Key) -> None:
    del keys[bisect_left(keys, key)]
