"""When something is due: one deadline a key, the earliest first, ties by key so that a replay gives the same order."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from router.core.ids import Millis


class Due(NamedTuple):
    """The deadline `at` of the call or agent (`kind`) called `name`."""

    at: Millis
    kind: str
    name: str


@dataclass(slots=True, kw_only=True)
class Timers:
    """A heap with lazy removal: an entry counts only while it is still the armed one of its key."""

    heap: list[Due] = field(default_factory=list)
    armed: dict[str, Millis] = field(default_factory=dict)

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

    def armed_at(self, kind: str, name: str) -> Millis | None:
        """The key's deadline."""
        return self.armed.get(f"{kind} {name}")

    def next(self) -> Millis | None:
        """The earliest deadline."""
        self._drop_stale()
        return self.heap[0].at if self.heap else None

    def pop_due(self, now: Millis) -> Due | None:
        """The earliest deadline that lies at or before `now`, no longer armed; None when there is none."""
        self._drop_stale()
        return self._popped() if self.heap and self.heap[0].at <= now else None

    def pop_next(self, kind: str, at: Millis) -> Due | None:
        """The earliest deadline, no longer armed, if it is one of this kind and instant."""
        self._drop_stale()
        return self._popped() if self.heap and self.heap[0][:2] == (at, kind) else None

    def _popped(self) -> Due:
        due = heappop(self.heap)
        del self.armed[f"{due.kind} {due.name}"]
        return due

    def _drop_stale(self) -> None:
        while self.heap and self.armed.get(f"{self.heap[0].kind} {self.heap[0].name}") != self.heap[0].at:
            heappop(self.heap)
