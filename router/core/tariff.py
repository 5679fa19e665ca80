"""From a finished call to what it costs, at the tariff version of its arrival.

- Talk is the sum of all talk parts, of every agent: a transfer that came back adds up. Talk with staff alone is free.
- Wrap-up is the sum of all wrap-up parts, at most the tariff's cap; a call without talk has no wrap-up to bill.
- Acceptance is charged once, when the talk lasted longer than the tariff's threshold (exactly as long: no).
- Handling is talk plus counted wrap-up, added in milliseconds and truncated once to whole seconds.
- Each charge is computed exactly and rounded half-up to the cent once. A trial's charges show their price and charge 0.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from router.core.house import Tariff
from router.core.ids import CallId, ClientId, Millis, TariffId
from router.core.money import Cents, decimal, round_half_up, written
from router.core.record import CallRecord, EndingClass, PartKind

SECONDS_A_MINUTE = 60
TURNED_AWAY = {EndingClass.BLOCKED, EndingClass.REFUSED}


class ChargeKind(StrEnum):
    """What is charged for."""

    ACCEPTANCE = "acceptance"  # Anrufannahmegebühr
    HANDLING = "handling"  # Bearbeitungszeit


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One line: `units` at `price` cents per `per` units make `list_price` cents, of which `charged` are owed.

    Units are whole seconds of handling, or 1 acceptance, counted from `talk_ms` and `wrap_up_ms`.
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
class _Counted:
    """What of a call's time counts, in milliseconds: all talk, the wrap-up as it was and as far as it counts."""

    talk: Millis
    wrap_up: Millis
    wrap_up_counted: Millis
    before: Millis = 0  # talk that an earlier record of the same call was charged for

    @property
    def seconds(self) -> int:
        """Whole seconds of handling, truncated once."""
        return (self.talk + self.wrap_up_counted) // 1000


def rate(record: CallRecord) -> Charges:
    """What the call costs; a pure function of the record, which names its tariff version."""
    if record.client is None or record.tariff is None:
        return _charges(record, None, ())
    if record.ending.kind in TURNED_AWAY:
        return _charges(record, record.tariff, ())
    counted = _count(record, record.tariff)
    lines = (_acceptance(counted, record.tariff, record.trial), _handling(counted, record.tariff, record.trial))
    return _charges(record, record.tariff, tuple(line for line in lines if line))


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


def _count(record: CallRecord, tariff: Tariff) -> _Counted:
    talk, wrap_up = record.total(PartKind.TALK), record.total(PartKind.WRAP_UP)
    counted = min(wrap_up, tariff.wrap_up_cap_ms) if talk else 0
    before = record.total(PartKind.SPOKEN_BEFORE)
    return _Counted(talk=talk, wrap_up=wrap_up, wrap_up_counted=counted, before=before)


def _accepted(counted: _Counted, tariff: Tariff) -> bool:
    return counted.before + counted.talk > tariff.acceptance_after_ms


def _acceptance(counted: _Counted, tariff: Tariff, trial: bool) -> Charge | None:
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


def _handling(counted: _Counted, tariff: Tariff, trial: bool) -> Charge | None:
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


def _handling_in_words(counted: _Counted, tariff: Tariff) -> str:
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
