"""Our own calls that come back to us: a call to staff which the person's phone forwards to the client's number.

An arriving call is our own leg when it comes soon after that leg was placed, and was forwarded by the number that we
called, to whichever of our clients; or is for the same client and shows the same caller (the number that we showed, or
the original caller's).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from router.core.events import CallerArrived
from router.core.ids import CallId, ClientId, LegId, Millis

LOOP_MS: Millis = 15_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A leg that we placed, by the command of this name; what comes back until `until` is this leg."""

    call: CallId
    leg: LegId
    command: str
    number: str
    until: Millis


@dataclass(slots=True, kw_only=True)
class Loops:
    """The legs placed in the last seconds, by what would come back of them; the oldest come first."""

    placed: dict[str, Placed] = field(default_factory=dict)

    def place(self, client: ClientId, leg: Placed, *, shown: str, caller: str | None, rings_until: Millis) -> None:
        """Remember a leg: it showed `shown` for a call of `caller`, and rings until `rings_until` at most."""
        self._put(_forwarded(leg.number), replace(leg, until=max(leg.until, rings_until)))
        for number in (shown, caller):
            if number:
                self._put(_calling(client, number), leg)

    def _put(self, key: str, leg: Placed) -> None:
        self.placed.pop(key, None)
        self.placed[key] = leg

    def returned(
        self, client: ClientId, arrived: CallerArrived, now: Millis, lives: Callable[[CallId], bool]
    ) -> Placed | None:
        """The leg of ours that this arriving call is; None for a call from outside.

        A caller who gave up and calls again is no leg of ours: the same number counts only while that call `lives`.
        """
        self._forget(now)
        for number in arrived.forwarded_by:
            if (leg := self._known(_forwarded(number), now)) is not None:
                return leg
        leg = self._known(_calling(client, arrived.caller), now) if arrived.caller else None
        return leg if leg is not None and lives(leg.call) else None

    def _known(self, key: str, now: Millis) -> Placed | None:
        leg = self.placed.get(key)
        return leg if leg is not None and leg.until >= now else None

    def _forget(self, now: Millis) -> None:
        while self.placed:
            oldest = next(iter(self.placed))
            if self.placed[oldest].until >= now:
                return
            del self.placed[oldest]


def _forwarded(number: str) -> str:
    return f"by {number}"


def _calling(client: ClientId, number: str) -> str:
    return f"{client} from {number}"
