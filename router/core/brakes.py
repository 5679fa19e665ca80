"""How many calls may come: at once and how fast, of one client and of one caller, with room kept for other clients.

A bucket is one instant: when it will be full again. A call moves it on by the time that one token takes to come back; a
bucket that is full is forgotten, so the state is as large as the traffic of the last minutes. A call that is refused
takes nothing from anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from router.core.house import Client
from router.core.ids import CallId, Millis
from router.core.limits import HouseLimits, Rate

FORGOTTEN_AT_ONCE = 4  # buckets looked at a call: more than a call can make


class Brake(StrEnum):
    """Why a call is one too many: the reason of its ending."""

    CALLER_CALLS = "caller_calls"
    CALLER_RATE = "caller_rate"
    CLIENT_CALLS = "client_calls"
    CLIENT_RATE = "client_rate"
    HOUSE_CALLS = "house_calls"
    HOUSE_KEPT_FREE = "house_kept_free"


def told(brake: str, client: Client | None) -> str:
    """A brake in words."""
    limits = client.limits if client else None
    words = {
        Brake.CALLER_CALLS: f"this caller has {limits.calls_per_caller} calls already" if limits else "",
        Brake.CALLER_RATE: "this caller calls too often",
        Brake.CLIENT_CALLS: f"the client has {limits.calls} calls already" if limits else "",
        Brake.CLIENT_RATE: "too many calls for this client in a short time",
        Brake.HOUSE_CALLS: "the house has as many calls as it may",
        Brake.HOUSE_KEPT_FREE: "the last lines are for clients who have no call now",
    }
    return words[Brake(brake)]


@dataclass(slots=True, kw_only=True)
class Brakes:
    """Who is here now, and how fast they came. Keys are a client's id, or that and the caller's number."""

    here: dict[CallId, tuple[str, ...]] = field(default_factory=dict)  # the keys of each caller who is here
    promised: dict[CallId, tuple[str, ...]] = field(default_factory=dict)  # and of each who is to be called back
    calls: dict[str, int] = field(default_factory=dict)  # at once, by key
    full_at: dict[str, Millis] = field(default_factory=dict)  # those touched longest ago come first

    def check(self, client: Client | None, caller: str | None, house: HouseLimits, now: Millis) -> Brake | None:
        """What a further call would be too many for; None when it may come."""
        self._forget(now)
        return self.too_many(client, caller, house, now)

    def too_many(self, client: Client | None, caller: str | None, house: HouseLimits, now: Millis) -> Brake | None:
        """The same for a call that is not here yet: nothing is touched."""
        own = self._of_client(client, caller, now) if client is not None else iter(())
        return next(own, None) or self._of_house(client, house)

    def come(self, call: CallId, client: Client | None, caller: str | None, now: Millis) -> None:
        """A call that may come is here."""
        bounds = [] if client is None else _bounds(client, caller)
        self.here[call] = tuple(key for key, _, _ in bounds)
        for key, _, rate in bounds:
            self.calls[key] = self.calls.get(key, 0) + 1
            if rate is not None:
                full = max(now, self.full_at.pop(key, now))
                self.full_at[key] = full + _token_ms(rate)

    def left(self, call: CallId) -> None:
        """The caller has gone; told twice it counts once."""
        self._free(self.here.pop(call, ()))
        self._free(self.promised.pop(call, ()))

    def hung_up(self, call: CallId) -> None:
        """The caller has gone, to be called back: takes no line any more, but counts as a caller.

        Else somebody could have us call one number as often as pleases.
        """
        if keys := self.here.pop(call, ()):
            self._free(keys[:1])
            self.promised[call] = keys[1:]

    def _free(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.calls[key] -= 1
            if not self.calls[key]:
                del self.calls[key]

    def _of_client(self, client: Client, caller: str | None, now: Millis) -> Iterator[Brake]:
        brakes = ((Brake.CLIENT_CALLS, Brake.CLIENT_RATE), (Brake.CALLER_CALLS, Brake.CALLER_RATE))
        for (key, most, rate), (many, fast) in [*zip(_bounds(client, caller), brakes, strict=False)][::-1]:
            if most is not None and self.calls.get(key, 0) >= most:
                yield many
            if rate is not None and self.full_at.get(key, now) - now > (rate.burst - 1) * _token_ms(rate):
                yield fast

    def _of_house(self, client: Client | None, house: HouseLimits) -> Brake | None:
        free = None if house.calls is None else house.calls - len(self.here)
        if free is None or free > house.kept_free:
            return None
        if free <= 0:
            return Brake.HOUSE_CALLS
        return Brake.HOUSE_KEPT_FREE if client is None or self.calls.get(client.id) else None

    def _forget(self, now: Millis) -> None:
        """Drop what is full again; a few at a time are enough, for a call makes no more."""
        for _ in range(FORGOTTEN_AT_ONCE):
            oldest = next(iter(self.full_at), None)
            if oldest is None or self.full_at[oldest] > now:
                return
            del self.full_at[oldest]


def _bounds(client: Client, caller: str | None) -> list[tuple[str, int | None, Rate | None]]:
    """The client's key and limits, and the caller's, if one is told.

    A private branch exchange may show the client's own number for whoever calls: that tells of no caller.
    """
    limits = client.limits
    bounds: list[tuple[str, int | None, Rate | None]] = [(client.id, limits.calls, limits.rate)]
    if caller is not None and caller not in client.forwarded_from and caller not in client.numbers:
        bounds.append((f"{client.id} {caller}", limits.calls_per_caller, limits.caller_rate))
    return bounds


def _token_ms(rate: Rate) -> Millis:
    return round(60_000 / rate.per_minute)
