"""The ways a call can take, and what each is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Who decides where a call goes."""

    DIAL = "dial"
    QUEUE = "queue"
    ROUTER = "router"
    STRAIGHT = "straight"  # the router, for callers who are put through without an agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way: `agents` phones are there for it; the search for the highest rate begins at `guess` calls a second."""

    name: str
    kind: Kind
    agents: int
    guess: int

    @property
    def routed(self) -> bool:
        """Whether the router runs."""
        return self.kind in (Kind.ROUTER, Kind.STRAIGHT)

    @property
    def has_line(self) -> bool:
        """Whether callers wait for agents."""
        return self.kind in (Kind.QUEUE, Kind.ROUTER)

    @property
    def bounded_by_asterisk(self) -> bool:
        """Whether there are more agents than calls that Asterisk can carry: else they are what limits the rate."""
        return self.agents >= 500 or not self.has_line


PATHS: Mapping[str, Path] = {
    path.name: path
    for path in (
        Path(name="dial", kind=Kind.DIAL, agents=500, guess=300),
        Path(name="queue50", kind=Kind.QUEUE, agents=50, guess=40),
        Path(name="queue500", kind=Kind.QUEUE, agents=500, guess=180),
        Path(name="queue2000", kind=Kind.QUEUE, agents=2000, guess=120),
        Path(name="router50", kind=Kind.ROUTER, agents=50, guess=40),
        Path(name="router", kind=Kind.ROUTER, agents=500, guess=100),
        Path(name="router2000", kind=Kind.ROUTER, agents=2000, guess=60),
        Path(name="straight", kind=Kind.STRAIGHT, agents=50, guess=100),
    )
}
