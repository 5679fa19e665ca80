"""What calls to staff, and back to callers, may cost a client: legs at once, minutes and cents a day, length of one.

A day is the client's own, by the wall clock. What legs in conversation use counts as it is used, so several at once
reach the day's limit together, and at that instant.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from router.core.hours import day_of, midnight
from router.core.house import Client, House
from router.core.ids import CallId, ClientId, LegId, Millis
from router.core.limits import OutboundLimits, Rates
from router.core.patterns import never_called

MINUTE_MS: Millis = 60_000


@dataclass(slots=True, kw_only=True)
class Leg:
    """A leg that we placed for a client; `answered` None while it rings. `cents` a minute."""

    call: CallId
    leg: LegId
    cents: float
    limits: OutboundLimits
    timezone: str
    to_staff: bool
    answered: Millis | None = None


@dataclass(slots=True, kw_only=True)
class Spent:
    """What a client's legs that are over used on one day."""

    day: int
    ms: Millis = 0
    cents: float = 0.0


@dataclass(slots=True, kw_only=True)
class Outbound:
    """The legs that are there now, and what was used today."""

    legs: dict[ClientId, dict[LegId, Leg]] = field(default_factory=dict)
    callers: dict[CallId, ClientId] = field(default_factory=dict)  # calls that have such legs
    spent: dict[ClientId, Spent] = field(default_factory=dict)

    def refuses(self, house: House, client: Client, number: str, now: Millis) -> str:
        """Why this number may not be called for this client now; empty when it may."""
        if why := not_callable(house, number):
            return why
        limits, legs = client.outbound, self.legs.get(client.id, {})
        if limits.legs is not None and len(legs) >= limits.legs:
            return f"{client.name} has {len(legs)} calls to staff at once, the most it may have"
        return self._used_up(client, cents_a_minute(house.rates, number), now)

    def _used_up(self, client: Client, a_minute: float, now: Millis) -> str:
        """A call that could not last a minute is not begun."""
        ms, cents = self._used(client.id, client.timezone, now)
        limits = client.outbound
        if limits.minutes_a_day is not None and ms + MINUTE_MS > limits.minutes_a_day * MINUTE_MS:
            return f"{client.name} has used today's {limits.minutes_a_day} minutes of calls to staff"
        if limits.cents_a_day is not None and cents + a_minute > limits.cents_a_day:
            return f"{client.name} has used today's {limits.cents_a_day} cents of calls to staff"
        return ""

    def place(self, house: House, client: Client, call: CallId, leg: LegId, number: str, *, to_staff: bool) -> None:
        """A leg is placed."""
        self.callers[call] = client.id
        self.legs.setdefault(client.id, {})[leg] = Leg(
            call=call,
            leg=leg,
            cents=cents_a_minute(house.rates, number),
            limits=client.outbound,
            timezone=client.timezone,
            to_staff=to_staff,
        )

    def follow(self, call: CallId, *, held: frozenset[LegId], up: frozenset[LegId], now: Millis) -> ClientId | None:
        """A call that placed legs holds these now, and speaks on `up`; the client for whom that is news, else None."""
        client = self.callers.get(call)
        if client is None:
            return None
        mine = [leg for leg in self.legs[client].values() if leg.call == call]
        ended = [leg for leg in mine if leg.leg not in held]
        answered = [leg for leg in mine if leg.leg in held and leg.answered is None and leg.leg in up]
        for leg in ended:
            self._end(client, leg, now)
        for leg in answered:
            leg.answered = now
        if len(ended) == len(mine):
            del self.callers[call]
        return client if ended or answered else None

    def _end(self, client: ClientId, leg: Leg, now: Millis) -> None:
        today = day_of(leg.timezone, now)
        spent = self.spent.get(client)
        if spent is None or spent.day != today:
            spent = self.spent[client] = Spent(day=today)
        ms = _today(leg, now)
        spent.ms += ms
        spent.cents += ms * leg.cents / MINUTE_MS
        del self.legs[client][leg.leg]
        if not self.legs[client]:
            del self.legs[client]

    def _used(self, client: ClientId, timezone: str, now: Millis) -> tuple[Millis, float]:
        """Milliseconds and cents of today, those of the legs that still speak included."""
        spent = self.spent.get(client)
        known = (spent.ms, spent.cents) if spent is not None and spent.day == day_of(timezone, now) else (0, 0.0)
        up = self._up(client)
        begun = {zone: midnight(zone, day_of(zone, now)) for zone in {leg.timezone for leg in up}}  # hundreds may be up
        using = [(ms, ms * leg.cents / MINUTE_MS) for leg in up for ms in (_since(begun[leg.timezone], leg, now),)]
        return known[0] + sum(ms for ms, _ in using), known[1] + sum(cents for _, cents in using)

    def _up(self, client: ClientId) -> list[Leg]:
        return [leg for leg in self.legs.get(client, {}).values() if leg.answered is not None]

    # --- the end of what is allowed ----------------------------------------------------------------------------------

    def next_end(self, client: ClientId, now: Millis) -> Millis | None:
        """When legs of this client reach a limit next, or a new day begins for them; None while none speaks."""
        up = self._up(client)
        return max(now + 1, min(self._ends(client, up, now))) if any(leg.to_staff for leg in up) else None

    def _ends(self, client: ClientId, up: list[Leg], now: Millis) -> Iterator[Millis]:
        ms, cents = self._used(client, up[0].timezone, now)
        a_minute = sum(leg.cents for leg in up)
        for leg in (leg for leg in up if leg.to_staff):
            yield (leg.answered or 0) + leg.limits.longest_ms
            if leg.limits.minutes_a_day is not None:
                yield now + -(-(leg.limits.minutes_a_day * MINUTE_MS - ms) // len(up))
            if leg.limits.cents_a_day is not None and a_minute:
                yield now + int((leg.limits.cents_a_day - cents) * MINUTE_MS / a_minute) + 1
        yield midnight(up[0].timezone, day_of(up[0].timezone, now) + 1)

    def over(self, client: ClientId, now: Millis) -> list[CallId]:
        """The calls whose leg to staff has reached a limit."""
        up = self._up(client)
        ms, cents = self._used(client, up[0].timezone, now) if up else (0, 0.0)
        return [leg.call for leg in up if leg.to_staff and _over(leg, ms, cents, now)]


def _over(leg: Leg, ms: Millis, cents: float, now: Millis) -> bool:
    limits = leg.limits
    return (
        now - (leg.answered or 0) >= limits.longest_ms
        or (limits.minutes_a_day is not None and ms >= limits.minutes_a_day * MINUTE_MS)
        or (limits.cents_a_day is not None and cents >= limits.cents_a_day)
    )


def _today(leg: Leg, now: Millis) -> Millis:
    """How long the leg has spoken since midnight."""
    return _since(midnight(leg.timezone, day_of(leg.timezone, now)), leg, now)


def _since(begin: Millis, leg: Leg, now: Millis) -> Millis:
    """How long the leg has spoken since then."""
    return 0 if leg.answered is None else max(0, now - max(leg.answered, begin))


def not_callable(house: House, number: str) -> str:
    """Why this house never calls this number; empty for an ordinary one. A caller may show whatever number is dear."""
    if why := never_called(number):
        return why
    if number in house.own_numbers:
        return f"{number} leads back to us"
    return "" if number.startswith(house.callable_prefixes) else f"{number} is abroad"


def cents_a_minute(rates: Rates, number: str) -> float:
    """By the longest prefix that is listed."""
    heads = (number[:length] for length in range(len(number), 0, -1))
    return next((rates.by_prefix[head] for head in heads if head in rates.by_prefix), rates.otherwise)
