"""From a finished call to what it costs, at the tariff version of its arrival.

- Talk is the sum of all talk parts, of every agent: a transfer that came back adds up.
- Wrap-up is the sum of all wrap-up parts, at most the tariff's cap; a call without talk has no wrap-up to bill.
- Acceptance is charged once, when the talk lasted longer than the tariff's threshold (exactly as long: no).
- Handling is talk plus counted wrap-up, added in milliseconds and truncated once to whole seconds.
- Forwarded is the caller's time with staff alone, truncated once to whole seconds; free unless the tariff prices it.
  The client's fallback number, which the dialplan calls while there is no router, is not staff, and always free.
- A surcharge by percent is taken on the cents of acceptance, handling and forwarded; one by call is due with the
  acceptance fee. Which ones apply was decided at the arrival (`tariff_at`) and is kept with the call's tariff.
- Each charge is computed exactly and rounded half-up to the cent once. A trial's charges show their price and charge 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from router.core.house import Client, Surcharge, Tariff
from router.core.ids import CallId, ClientId, Millis, TariffId
from router.core.money import Cents, decimal, round_half_up, written
from router.core.record import CallRecord, EndingClass, PartKind

SECONDS_A_MINUTE = 60
PERCENT = 100
TURNED_AWAY = {EndingClass.BLOCKED, EndingClass.REFUSED}


class ChargeKind(StrEnum):
    """What is charged for."""

    ACCEPTANCE = "acceptance"  # Anrufannahmegebühr
    HANDLING = "handling"  # Bearbeitungszeit
    FORWARDED = "forwarded"  # weitergeleitete Minuten
    SURCHARGE = "surcharge"  # Zuschlag


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One line: `units` at `price` cents per `per` units make `list_price` cents, of which `charged` are owed.

    Units are whole seconds of handling or forwarded, 1 acceptance or surcharge by call, or the cents on which a
    surcharge takes `price` percent; counted from `talk_ms` (when forwarded: with staff) and `wrap_up_ms`. A surcharge
    has a `name`.
    """

    kind: ChargeKind
    talk_ms: Millis
    wrap_up_ms: Millis
    units: int
    price: Fraction
    per: int
    list_price: Cents
    charged: Cents
    explain: str
    name: str = ""

    @property
    def exact(self) -> Fraction:
        """The list price in cents before it is rounded."""
        return self.units * self.price / self.per


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """All charges of one call. Without a client or a tariff (an unknown number) there are none."""

    call: CallId
    client: ClientId | None
    tariff: TariffId | None
    tariff_version: int | None
    currency: str | None
    trial: bool
    lines: tuple[Charge, ...] = ()

    @property
    def list_price(self) -> Cents:
        """The sum at full price, trial or not."""
        return sum(line.list_price for line in self.lines)

    @property
    def charged(self) -> Cents:
        """The sum that the client owes."""
        return sum(line.charged for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What of a call's time counts, in milliseconds: all talk, the wrap-up as it was and as far as it counts."""

    talk: Millis
    wrap_up: Millis
    wrap_up_counted: Millis
    before: Millis = 0  # talk that an earlier record of the same call was charged for
    forwarded: Millis = 0  # with staff, no agent in the call

    @property
    def handled(self) -> Millis:
        """Talk and counted wrap-up."""
        return self.talk + self.wrap_up_counted

    @property
    def seconds(self) -> int:
        """Whole seconds of handling, truncated once."""
        return self.handled // 1000


def tariff_at(client: Client, arrived: Millis) -> Tariff:
    """The client's tariff as it is kept with a call of this arrival: with the surcharges of that hour and no others."""
    tariff = client.tariff
    if not tariff.surcharges:
        return tariff
    due = tuple(surcharge for surcharge in tariff.surcharges if _is_due(surcharge, client, arrived))
    return replace(tariff, surcharges=due)


def _is_due(surcharge: Surcharge, client: Client, arrived: Millis) -> bool:
    return not surcharge.hours or client.surcharge_hours[surcharge.hours].open_at(arrived)


def rate(record: CallRecord) -> Charges:
    """What the call costs; a pure function of the record, which names its tariff version."""
    if record.client is None or record.tariff is None:
        return _charges(record, None, ())
    if record.ending.kind in TURNED_AWAY:
        return _charges(record, record.tariff, ())
    return _charges(record, record.tariff, tuple(_lines(count(record, record.tariff), record.tariff, record.trial)))


def _lines(counted: Counted, tariff: Tariff, trial: bool) -> Iterator[Charge]:
    acceptance = _acceptance(counted, tariff, trial)
    found = (acceptance, _handling(counted, tariff, trial), _forwarded(counted, tariff, trial))
    lines = [line for line in found if line]
    yield from lines
    base = sum(line.list_price for line in lines)
    for surcharge in tariff.surcharges:
        if surcharge.percent and base:
            yield _by_percent(surcharge, lines, tariff, trial)
        elif surcharge.per_call and acceptance:
            yield _by_call(surcharge, tariff, trial)


def _charges(record: CallRecord, tariff: Tariff | None, lines: tuple[Charge, ...]) -> Charges:
    return Charges(
        call=record.call,
        client=record.client,
        tariff=tariff.id if tariff else None,
        tariff_version=tariff.version if tariff else None,
        currency=tariff.currency if tariff else None,
        trial=record.trial,
        lines=lines,
    )


def count(record: CallRecord, tariff: Tariff) -> Counted:
    """What of a record's parts counts."""
    talk, wrap_up = record.total(PartKind.TALK), record.total(PartKind.WRAP_UP)
    return Counted(
        talk=talk,
        wrap_up=wrap_up,
        wrap_up_counted=min(wrap_up, tariff.wrap_up_cap_ms) if talk else 0,
        before=record.total(PartKind.SPOKEN_BEFORE),
        forwarded=sum(part.length for part in record.parts if part.kind is PartKind.THROUGH and part.staff is not None),
    )


def _accepted(counted: Counted, tariff: Tariff) -> bool:
    return counted.before + counted.talk > tariff.acceptance_after_ms


def _acceptance(counted: Counted, tariff: Tariff, trial: bool) -> Charge | None:
    if not _accepted(counted, tariff) or counted.before > tariff.acceptance_after_ms:
        return None
    list_price = round_half_up(tariff.acceptance_fee)
    before = f"{_seconds(counted.before)} before + " if counted.before else ""
    why = (
        f"Talk {before}{_seconds(counted.talk)} is longer than {_seconds(tariff.acceptance_after_ms)}: acceptance fee "
    )
    return Charge(
        kind=ChargeKind.ACCEPTANCE,
        talk_ms=counted.talk,
        wrap_up_ms=0,
        units=1,
        price=tariff.acceptance_fee,
        per=1,
        list_price=list_price,
        charged=0 if trial else list_price,
        explain=why + _sum_in_words(tariff.acceptance_fee, list_price, tariff.currency, trial),
    )


def _handling(counted: Counted, tariff: Tariff, trial: bool) -> Charge | None:
    free = tariff.handling_needs_acceptance and not _accepted(counted, tariff)
    if free or counted.seconds == 0:
        return None
    exact = counted.seconds * tariff.handling_per_minute / SECONDS_A_MINUTE
    list_price = round_half_up(exact)
    return Charge(
        kind=ChargeKind.HANDLING,
        talk_ms=counted.talk,
        wrap_up_ms=counted.wrap_up_counted,
        units=counted.seconds,
        price=tariff.handling_per_minute,
        per=SECONDS_A_MINUTE,
        list_price=list_price,
        charged=0 if trial else list_price,
        explain=_handling_in_words(counted, tariff) + _sum_in_words(exact, list_price, tariff.currency, trial),
    )


def _forwarded(counted: Counted, tariff: Tariff, trial: bool) -> Charge | None:
    seconds = counted.forwarded // 1000
    if not tariff.forwarded_per_minute or not seconds:
        return None
    exact = seconds * tariff.forwarded_per_minute / SECONDS_A_MINUTE
    price = decimal(tariff.forwarded_per_minute, places=3)
    why = f"Forwarded {_seconds(counted.forwarded)} = {seconds} s at {price} ct per {SECONDS_A_MINUTE} s = "
    return Charge(
        kind=ChargeKind.FORWARDED,
        talk_ms=counted.forwarded,
        wrap_up_ms=0,
        units=seconds,
        price=tariff.forwarded_per_minute,
        per=SECONDS_A_MINUTE,
        list_price=round_half_up(exact),
        charged=0 if trial else round_half_up(exact),
        explain=why + _sum_in_words(exact, round_half_up(exact), tariff.currency, trial),
    )


def _by_percent(surcharge: Surcharge, lines: list[Charge], tariff: Tariff, trial: bool) -> Charge:
    base = sum(line.list_price for line in lines)
    percent = decimal(surcharge.percent, places=3)
    why = f"Surcharge {surcharge.name}: {percent} % of {written(base, tariff.currency)} = "
    return _surcharge(surcharge.name, base, surcharge.percent, PERCENT, why, tariff.currency, trial)


def _by_call(surcharge: Surcharge, tariff: Tariff, trial: bool) -> Charge:
    why = f"Surcharge {surcharge.name}, with the acceptance fee: "
    return _surcharge(surcharge.name, 1, surcharge.per_call, 1, why, tariff.currency, trial)


def _surcharge(name: str, units: int, price: Fraction, per: int, why: str, currency: str, trial: bool) -> Charge:
    exact = units * price / per
    return Charge(
        kind=ChargeKind.SURCHARGE,
        talk_ms=0,
        wrap_up_ms=0,
        units=units,
        price=price,
        per=per,
        list_price=round_half_up(exact),
        charged=0 if trial else round_half_up(exact),
        explain=why + _sum_in_words(exact, round_half_up(exact), currency, trial),
        name=name,
    )


def _handling_in_words(counted: Counted, tariff: Tariff) -> str:
    capped = f" (of {_seconds(counted.wrap_up)})" if counted.wrap_up > counted.wrap_up_counted else ""
    price = decimal(tariff.handling_per_minute, places=3)
    return (
        f"Talk {_seconds(counted.talk)} + wrap-up {_seconds(counted.wrap_up_counted)}{capped} = {counted.seconds} s"
        f" at {price} ct per {SECONDS_A_MINUTE} s = "
    )


def _sum_in_words(exact: Fraction, rounded: Cents, currency: str, trial: bool) -> str:
    charged = ", not charged (trial)" if trial else ""
    return f"{decimal(exact, places=3)} ct, {written(rounded, currency)}{charged}."


def _seconds(millis: Millis) -> str:
    return f"{millis // 1000}.{millis % 1000:03} s"
