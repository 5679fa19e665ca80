"""From a written client to the core's: how its callers are greeted, screened, put through and kept waiting."""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from router.config.keys.callers import AllowKeys, BlockKeys, CallersKeys, ResponsibleKeys, VipKeys
from router.config.keys.clients import ClientKeys, GreetingKeys, HandlingKeys, StaffKeys
from router.config.keys.limiting import ArrivalKeys, OutboundKeys, RateKeys
from router.config.keys.whole import CallerIdPolicy, Everything
from router.config.queueing import queue_of
from router.config.timetable import Timetable
from router.config.trunk_of import trunk_of
from router.core.house import (
    AllowEntry,
    BlockEntry,
    Client,
    Greeting,
    Handling,
    Responsible,
    Script,
    Staff,
    Tariff,
    Vip,
)
from router.core.ids import ClientId, Millis, QueueId, StaffId, TariffId
from router.core.limits import ArrivalLimits, OutboundLimits, Rate
from router.core.queue import Queue

HOUR_MS = 3_600_000


class Callers(TypedDict):
    """What all lists' entries have."""

    number: str | None
    prefix: str | None
    between: tuple[str, str] | None
    pattern: str | None
    until: Millis | None
    author: str
    reason: str


def client_of(
    written: Everything,
    name: str,
    tariffs: Mapping[TariffId, Tariff],
    queues: Mapping[QueueId, Queue],
    times: Timetable,
) -> Client:
    """One client whole; `times` are the hours as they are for this client."""
    keys = written.clients[name]
    return Client(
        id=ClientId(name),
        name=keys.name,
        numbers=tuple(keys.numbers),
        forwarded_from=tuple(keys.forwarded_from),
        tariff=tariffs[TariffId(keys.tariff)],
        status=keys.status,
        greetings=tuple(_greeting(row, times) for row in keys.greetings),
        scripts=tuple(_scripts(keys, times)),
        handlings=tuple(_handling(row, times) for row in keys.handling),
        queue=queue_of(keys, queues, written.queues),
        secret=keys.secret,
        timezone=times.timezone,
        staff={StaffId(staff): _staff(staff, row, times) for staff, row in keys.staff.items()},
        allow=tuple(_allow(row, times) for row in keys.allow),
        block=blocked(keys.block, times),
        vips=tuple(_vip(row, times) for row in keys.vips),
        block_suppressed=keys.block_suppressed,
        on_block=keys.on_block,
        block_text=keys.block_text or "",
        fallback_number=keys.fallback_number,
        trunk=trunk_of(keys, written, written.trunks) or "",
        caller_id=keys.caller_id or next(iter(keys.numbers), ""),
        shows_caller=_shows_caller(keys, written),
        limits=_arrivals(keys.limits),
        outbound=_outbound(keys.outbound),
        trial_ends=_trial_ends(keys, written, times),
        surcharge_hours={hours: times.hours_of(hours) for hours in _surcharge_hours(written, keys.tariff)},
    )


def _trial_ends(keys: ClientKeys, written: Everything, times: Timetable) -> Millis | None:
    began = times.instant(keys.activated)
    return None if began is None else began + written.house.trial.hours * HOUR_MS


def _surcharge_hours(written: Everything, tariff: str) -> set[str]:
    """Of all versions: one may come into force while this configuration is."""
    return {surcharge.hours for version in written.tariffs[tariff] for surcharge in version.surcharges}


def blocked(rows: Iterable[BlockKeys], times: Timetable) -> tuple[BlockEntry, ...]:
    """A block list."""
    return tuple(BlockEntry(**_callers(row, times)) for row in rows)


def _callers(row: CallersKeys, times: Timetable) -> Callers:
    return Callers(
        number=row.number,
        prefix=row.prefix,
        between=(row.first, row.last) if row.first and row.last else None,
        pattern=row.pattern,
        until=times.instant(row.until),
        author=row.author or "",
        reason=row.reason or "",
    )


def _allow(row: AllowKeys, times: Timetable) -> AllowEntry:
    by_hours = _responsible(row.by_hours, times)
    return AllowEntry(staff=_person(row.staff), by_hours=by_hours, name=row.name or "", **_callers(row, times))


def _vip(row: VipKeys, times: Timetable) -> Vip:
    by_hours = _responsible(row.by_hours, times)
    return Vip(staff=_person(row.staff), by_hours=by_hours, name=row.name or "", **_callers(row, times))


def _responsible(rows: Iterable[ResponsibleKeys], times: Timetable) -> tuple[Responsible, ...]:
    return tuple(Responsible(staff=StaffId(row.staff), hours=times.hours_of(row.hours)) for row in rows)


def _person(name: str | None) -> StaffId | None:
    return StaffId(name) if name else None


def _shows_caller(keys: ClientKeys, written: Everything) -> bool:
    trunk = written.trunks.get(trunk_of(keys, written, written.trunks) or "")
    return trunk is not None and trunk.shows is CallerIdPolicy.CALLER


def _greeting(keys: GreetingKeys, times: Timetable) -> Greeting:
    return Greeting(mode=keys.mode, text=keys.text or "", recording=keys.recording, hours=times.hours(keys.hours))


def _scripts(keys: ClientKeys, times: Timetable) -> Iterable[Script]:
    yield from (Script(text=row.text, hours=times.hours(row.hours), vip=row.vip) for row in keys.scripts)
    if keys.script:
        yield Script(text=keys.script)


def _handling(keys: HandlingKeys, times: Timetable) -> Handling:
    return Handling(mode=keys.mode, staff=_person(keys.staff), hours=times.hours(keys.hours))


def _staff(name: str, keys: StaffKeys, times: Timetable) -> Staff:
    return Staff(
        id=StaffId(name),
        name=keys.name,
        numbers=tuple(keys.numbers),
        key=keys.key,
        responsibility=keys.responsibility or "",
        transferable=keys.transferable,
        transferable_for_vips=keys.transferable_for_vips,
        ring_ms=keys.ring,
        hours=times.hours(keys.hours),
        absent_until=times.instant(keys.absent_until),
        deputy=_person(keys.deputy),
    )


def _arrivals(keys: ArrivalKeys) -> ArrivalLimits:
    return ArrivalLimits(
        calls=keys.calls,
        rate=_rate(keys.rate),
        calls_per_caller=keys.calls_per_caller,
        caller_rate=_rate(keys.caller_rate),
    )


def _rate(keys: RateKeys | None) -> Rate | None:
    return Rate(burst=keys.burst, per_minute=keys.per_minute) if keys else None


def _outbound(keys: OutboundKeys) -> OutboundLimits:
    return OutboundLimits(
        legs=keys.legs,
        minutes_a_day=keys.minutes_a_day,
        cents_a_day=int(keys.cost_a_day),
        longest_ms=keys.longest,
    )
