"""When something is due: one deadline a key, the earliest first, ties by key so that a replay gives the same order."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from router.core.ids import Millis

MOST_STALE = 1_000  # entries, and as many as are armed, before the heap is made anew


class Due(NamedTuple):
    """The deadline `at` of the call or agent (`kind`) called `name`."""

    at: Millis
    kind: str
    name: str


@dataclass(slots=True, kw_only=True)
class Timers:
    """What is armed, by kind and name; and a heap over it, in which an entry counts only while it is still armed."""

    armed: dict[str, Millis] = field(default_factory=dict)
    heap: list[Due] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._heap_anew()

    def set(self, kind: str, name: str, at: Millis | None) -> None:
        """Arm, move or (None) drop the key's deadline."""
        key = f"{kind} {name}"
        if self.armed.get(key) == at:
            return
        if at is None:
            del self.armed[key]
            return
        self.armed[key] = at
        heappush(self.heap, Due(at, kind, name))
        if len(self.heap) > MOST_STALE + 2 * len(self.armed):
            self._heap_anew()

    def armed_at(self, kind: str, name: str) -> Millis | None:
        """The key's deadline."""
        return self.armed.get(f"{kind} {name}")

    def next(self) -> Millis | None:
        """The earliest deadline."""
        self._drop_stale()
        return self.heap[0].at if self.heap else None

    def due(self, now: Millis) -> Millis | None:
        """The earliest deadline, if it lies at or before `now`: asked at every event, mostly answered at a glance."""
        at = self.next() if self.heap and self.heap[0].at <= now else None
        return at if at is not None and at <= now else None

    def pop_due(self, now: Millis) -> Due | None:
        """The earliest deadline that lies at or before `now`, no longer armed; None when there is none."""
        return self._popped() if self.due(now) is not None else None

    def pop_next(self, kind: str, at: Millis) -> Due | None:
        """The earliest deadline, no longer armed, if it is one of this kind and instant."""
        self._drop_stale()
        return self._popped() if self.heap and self.heap[0][:2] == (at, kind) else None

    def _popped(self) -> Due:
        due = heappop(self.heap)
        del self.armed[f"{due.kind} {due.name}"]
        return due

    def _heap_anew(self) -> None:
        self.heap = sorted(Due(at, *key.split(" ", 1)) for key, at in self.armed.items())

    def _drop_stale(self) -> None:
        while self.heap and self.armed.get(f"{self.heap[0].kind} {self.heap[0].name}") != self.heap[0].at:
            heappop(self.heap)
