"""How many new calls are let in: what comes beyond what can be served is told so at once, by a busy line.

Rules:
- a call that is offered is claimed as long as the door is open, else refused;
- the door closes when the router or Asterisk falls behind: claims without an answer that are too many or too old, too
  much in the queues, a loop that runs late;
- it opens again when all of that is far below (hysteresis), the later the sooner it had to close again;
- while it is closed Asterisk refuses by itself, for two seconds at most without being told again: a router that dies
  leaves no closed door behind.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import structlog

CLOSED_FOR_S = 2.0  # Asterisk's side of the door, unless it is told again; its clock counts whole seconds
SHORTEST_S, LONGEST_S = 0.5, 3.0  # from closing to opening
CALM_S = 3.0  # open for so long, the next closing is a short one again
LOOK_S = 0.05
SOME = 8  # claims: a few may wait for long at any time, and their callers are served all the same
STALLS = 4  # looks in a row that came late: a single one is no overload

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How far behind router and Asterisk are: claims without an answer, seconds that the oldest of them waits, events
    that wait, seconds the loop is late."""

    claims: int = 0
    waits: float = 0.0
    backlog: int = 0
    late: float = 0.0

    def beyond(self, most: "Load") -> bool:
        """Whether any of it is more than there."""
        slow = (self.claims >= SOME and self.waits > most.waits) or self.late > most.late
        return slow or self.claims > most.claims or self.backlog > most.backlog


HIGH = Load(claims=64, waits=0.2, backlog=400, late=0.15)
LOW = Load(claims=4, waits=0.05, backlog=50, late=0.05)


@dataclass(slots=True, kw_only=True)
class Door:
    """The decision alone; times are seconds of any steady clock."""

    closed_since: float | None = None
    _pause: float = SHORTEST_S
    _opened: float = 0.0

    @property
    def closed(self) -> bool:
        """Whether calls are refused now."""
        return self.closed_since is not None

    def admits(self, now: float, load: Load) -> bool:
        """Whether a call that is offered now may be claimed."""
        if not self.closed and load.beyond(HIGH):
            self._close(now)
        return not self.closed

    def look(self, now: float, load: Load) -> None:
        """Close or open without a call."""
        if self.closed_since is None:
            if load.beyond(HIGH):
                self._close(now)
        elif now - self.closed_since >= self._pause and not load.beyond(LOW):
            self.closed_since, self._opened = None, now

    def _close(self, now: float) -> None:
        self._pause = SHORTEST_S if now - self._opened > CALM_S else min(LONGEST_S, self._pause * 2)
        self.closed_since = now


@dataclass(slots=True, kw_only=True)
class Admission:
    """The door as the running router has it. `shut` has Asterisk refuse by itself until this moment of Asterisk's own
    clock, in seconds since 1970; 0 for no more."""

    load: Callable[[], Load]
    shut: Callable[[int], Awaitable[None]]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    refused: int = 0  # calls that were offered and refused; those that Asterisk refused by itself are not told to us
    closings: int = 0
    door: Door = field(default_factory=Door)
    _ahead: float = 0.0  # Asterisk's wall clock before ours
    _told: float | None = None  # when Asterisk was told to refuse
    _lates: deque[float] = field(default_factory=lambda: deque(maxlen=STALLS))

    def admits(self, asterisks_time: float) -> bool:
        """Whether a call that is offered may be claimed; `asterisks_time` is its stamp, in seconds since 1970."""
        now = self.clock()
        self._ahead = asterisks_time - now
        before = self.door.closed
        admitted = self.door.admits(now, self.load())
        self.refused += not admitted
        self.closings += self.door.closed and not before
        return admitted

    async def run(self) -> None:
        """Look again and again, and tell Asterisk, until cancelled."""
        while True:
            before = self.clock()
            await self.sleep(LOOK_S)
            now = self.clock()
            self._lates.append(now - before - LOOK_S)
            load, closed = self.load(), self.door.closed
            self.door.look(now, replace(load, late=min(self._lates)))
            self.closings += self.door.closed and not closed
            await self._tell(now)

    async def _tell(self, now: float) -> None:
        if self.door.closed and (self._told is None or now - self._told > CLOSED_FOR_S / 4):
            if self._told is None:
                log.warning("overloaded, new calls are refused", refused=self.refused)
            self._told = now
            await self.shut(round(now + self._ahead + CLOSED_FOR_S))
        elif not self.door.closed and self._told is not None:
            self._told = None
            log.info("new calls are let in again", refused=self.refused)
            await self.shut(0)
