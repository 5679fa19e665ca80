"""Which faults a world has, how often they come and how long they last: all drawn from the seed.

Each world has only some kinds of fault, so that rare meetings of a few are lived through as often as a general ruin.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from router.sim.faults.timeline import MS, S


class Kind(StrEnum):
    """What can go wrong."""

    KILLED = "router killed"
    KILLED_AT = "router killed in the middle of something"
    FROZEN = "router frozen"
    LINK_CUT = "link cut"
    LINK_SILENT = "link silent"
    ASTERISK_KILLED = "Asterisk killed"
    ASTERISK_STALLED = "Asterisk stalled"
    POWER_CUT = "power cut"
    REQUESTS = "requests lost, answered late or refused"
    EVENTS = "events twice, late, out of order"
    CEL = "CEL late"
    DISK_FULL = "disk full"
    SYNC_FAILS = "disk cannot sync"
    DATABASE_AWAY = "database away"
    DATABASE_SLOW = "database slow, or its answer lost"
    CLOCK_STEPS = "wall clock steps"


INCIDENTS = {  # of each kind: how often in a world, at most
    Kind.KILLED: 3,
    Kind.KILLED_AT: 4,
    Kind.FROZEN: 2,
    Kind.LINK_CUT: 4,
    Kind.LINK_SILENT: 2,
    Kind.ASTERISK_KILLED: 1,
    Kind.ASTERISK_STALLED: 3,
    Kind.POWER_CUT: 1,
    Kind.DISK_FULL: 2,
    Kind.SYNC_FAILS: 2,
    Kind.DATABASE_AWAY: 2,
    Kind.CLOCK_STEPS: 2,
}
RATES = (0.01, 0.03, 0.1)
PLACES = ("write", "written", "ask", "asked", "answered", "settle", "settled", "sync", "look", "cut")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of one request: microseconds on its way, whether it is carried out, and until its answer.

    `error` is what the router gets instead of the answer; "" for the answer.
    """

    out: int
    carried_out: bool = True
    back: int = 500
    error: str = ""


@dataclass(slots=True)
class Doom:
    """The router dies when it comes to `place` for the `left`-th time."""

    place: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Which kinds of fault worlds have, by the seed if none is said, and how many times as often as usual."""

    kinds: tuple[Kind, ...] = ()
    times: int = 1


ANY = Mix()


@dataclass(slots=True)
class Troubles:
    """What this world's faults are; `over` once everything has been mended for good."""

    kinds: frozenset[Kind]
    chance: Random
    times: int = 1
    over: bool = False
    rate: float = 0.0
    counted: dict[str, int] = field(default_factory=dict)

    @classmethod
    def drawn(cls, chance: Random, mix: Mix = ANY) -> "Troubles":
        """One world in eight is without any fault, unless the mix says which there are."""
        if mix.kinds:
            return cls(frozenset(mix.kinds), chance, times=mix.times, rate=max(RATES))
        if chance.random() < 0.125:
            kinds: list[Kind] = []
        else:
            kinds = chance.sample(list(Kind), chance.choice((1, 1, 2, 2, 3, 4, 6)))
        return cls(frozenset(kinds), chance, times=mix.times, rate=chance.choice(RATES))

    def incidents(self, length: int) -> list[tuple[int, Kind]]:
        """When each kind strikes within so many microseconds, in order."""
        struck = [
            (self.chance.randrange(length), kind)
            for kind in sorted(self.kinds & INCIDENTS.keys())
            for _ in range(self.times * self.chance.randint(1, INCIDENTS[kind]))
        ]
        return sorted(struck)

    def now(self, kind: Kind, share: float | None = None) -> bool:
        """Whether it goes wrong this time."""
        struck = not self.over and kind in self.kinds and self.chance.random() < (self.rate if share is None else share)
        if struck:
            self.count(kind)
        return struck

    def count(self, kind: Kind) -> None:
        """It has struck."""
        self.counted[kind] = self.counted.get(kind, 0) + 1

    def way(self) -> int:
        """Microseconds that something takes to Asterisk or back when all is well."""
        return 300 + int(self.chance.random() * 2_000)

    def request(self, limit: int) -> Fate:
        """What becomes of a request to Asterisk that is given up after `limit` microseconds."""
        out = self.way()
        if not self.now(Kind.REQUESTS):
            return Fate(out=out)
        return self.chance.choice(
            (
                Fate(out=out, carried_out=False, back=limit - out, error="timeout"),
                Fate(out=out, back=limit - out, error="timeout"),
                Fate(out=out, back=out, error="lost"),
                Fate(out=out, carried_out=False, back=out, error="lost"),
                Fate(out=self.chance.randrange(100 * MS, 3 * S)),
                Fate(out=out, carried_out=False, back=out, error="500"),
            )
        )

    def event(self) -> tuple[int, bool, bool]:
        """Microseconds until an event is told, whether others may overtake it, and whether it is told again."""
        if not self.now(Kind.EVENTS):
            return self.way(), False, False
        late = self.chance.randrange(2 * S)
        return self.chance.choice(((late, True, False), (late, False, False), (self.way(), False, True)))

    def settling(self) -> Fate:
        """What becomes of one transaction."""
        out = 500 + int(self.chance.random() * 3_000)
        if not self.now(Kind.DATABASE_SLOW, 0.2):
            return Fate(out=out)
        return self.chance.choice(
            (
                Fate(out=self.chance.randrange(S, 8 * S)),
                Fate(out=out, back=2 * S, error="answer lost"),
                Fate(out=out, carried_out=False, back=out, error="lost"),
            )
        )

    def written(self) -> int:
        """Microseconds until an event is in Asterisk's record."""
        return self.chance.randrange(3 * S) if self.now(Kind.CEL, 0.3) else 5 * MS

    def lasts(self, shortest: float, longest: float) -> int:
        """Microseconds, most often nearer to the shortest of these seconds."""
        return int((shortest + (longest - shortest) * self.chance.random() ** 2) * S)

    def doom(self) -> Doom:
        """Where the router dies next."""
        return Doom(self.chance.choice(PLACES), self.chance.choice((1, 1, 2, 3, 5, 8, 13, 21)))
