"""How many new calls a second the house lets in, and who goes first when more come.

Rules:
- each call that is let in takes a token; so many tokens a second come back, and a second's worth is kept;
- VIPs and allow-listed callers are let in without one, as long as their own limits let them;
- so are the calls of clients who have none, while room is kept free for such: one a client, and as many as `kept_free`,
  in any second;
- everybody else who finds no token hears at once that the line is busy.
"""

from collections import deque
from dataclasses import dataclass, field

from router.core.events import CallerArrived
from router.core.guard import Guard
from router.core.house import House
from router.core.ids import ClientId, Millis
from router.core.limits import HouseLimits
from router.core.route import NO_FACTS, identified
from router.core.screening import VerdictKind, screen

SECOND: Millis = 1000


@dataclass(slots=True, kw_only=True)
class Pace:
    """The tokens, and who came by the room that is kept free in the last second. Every `now` is a core instant."""

    refused: int = 0
    _tokens: float = 0.0
    _counted_at: Millis = -SECOND
    _reserved: deque[tuple[Millis, ClientId]] = field(default_factory=deque)

    def lets_in(self, house: House, guard: Guard, arrived: CallerArrived, now: Millis) -> bool:
        """Whether this call may come now; one that may has taken its token."""
        if (rate := house.limits.new_calls_per_second) is None:
            return True
        self._tokens = min(rate, self._tokens + max(0, now - self._counted_at) * rate / SECOND)
        self._counted_at = now
        if self._tokens < 1 and not self._goes_first(house, guard, arrived, now):
            self.refused += 1
            return False
        self._tokens = max(0.0, self._tokens - 1)
        return True

    def _goes_first(self, house: House, guard: Guard, arrived: CallerArrived, now: Millis) -> bool:
        client, _ = identified(house, arrived)
        if client is None or guard.brakes.too_many(client, arrived.caller, house.limits, now):
            return False
        facts = guard.blocks.facts(client.id, arrived.caller, NO_FACTS)
        if screen(client, house.block, arrived.caller, now, facts).kind in {VerdictKind.VIP, VerdictKind.ALLOWED}:
            return True
        return client.id not in guard.brakes.calls and self._reserves(client.id, house.limits, now)

    def _reserves(self, client: ClientId, limits: HouseLimits, now: Millis) -> bool:
        while self._reserved and self._reserved[0][0] <= now - SECOND:
            self._reserved.popleft()
        if len(self._reserved) >= limits.kept_free or any(known == client for _, known in self._reserved):
            return False
        self._reserved.append((now, client))
        return True
