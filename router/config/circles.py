"""Who leads back to itself, in time that grows with the number of names only."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


def circle_of(onward: Mapping[str, Iterable[str]]) -> Mapping[str, int]:
    """For each name from which one comes back to it, the number of its circle: names of one number reach each other."""
    walk = _Walk(onward={name: tuple(onward[name]) for name in onward})
    for name in onward:
        walk.start(name)
    sizes: dict[int, int] = {}
    for number in walk.circle.values():
        sizes[number] = sizes.get(number, 0) + 1
    return {name: it for name, it in walk.circle.items() if sizes[it] > 1 or name in walk.onward.get(name, ())}


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Tarjan's algorithm without recursion."""

    onward: Mapping[str, tuple[str, ...]]
    seen: dict[str, int] = field(default_factory=dict)  # each name's number in the order of the walk
    low: dict[str, int] = field(default_factory=dict)  # the earliest name that is reached from there
    circle: dict[str, int] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)  # seen, and of no circle yet

    def start(self, name: str) -> None:
        """See everything that is reached from `name`."""
        path: list[tuple[str, Iterator[str]]] = self._enter(name) if name not in self.seen else []
        while path:
            here, rest = path[-1]
            there = next(rest, None)
            if there is None:
                path.pop()
                self._leave(here, path[-1][0] if path else None)
            elif there not in self.seen:
                path += self._enter(there)
            elif there not in self.circle:
                self.low[here] = min(self.low[here], self.seen[there])

    def _enter(self, name: str) -> list[tuple[str, Iterator[str]]]:
        self.seen[name] = self.low[name] = len(self.seen)
        self.held.append(name)
        return [(name, iter(self.onward.get(name, ())))]

    def _leave(self, name: str, before: str | None) -> None:
        if self.low[name] == self.seen[name]:
            while name not in self.circle:
                self.circle[self.held.pop()] = self.seen[name]
        if before is not None:
            self.low[before] = min(self.low[before], self.low[name])
