"""From what was written and found sound to the values of the core."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from router.config.loaded import AgentSip, Loaded, TariffVersion, Trunk, valid_at
from router.config.models import (
    AgentKeys,
    BlockKeys,
    CallerIdPolicy,
    ClientKeys,
    Everything,
    GreetingKeys,
    HoursKeys,
    StaffKeys,
    TariffKeys,
    TrunkKeys,
)
from router.config.trunk_of import trunk_of
from router.config.week import openings
from router.core.hours import WEEKDAYS, Hours
from router.core.house import (
    Agent,
    AllowEntry,
    BlockEntry,
    Client,
    Codes,
    Greeting,
    House,
    Script,
    Staff,
    Tariff,
    Vip,
)
from router.core.ids import AgentId, ClientId, Millis, Skill, StaffId, TariffId
from router.core.queue import Queue, Say, Stage
from router.core.skills import LOWEST, needs_of

Week = Mapping[str, Hours]  # all named hours


def build(written: Everything, version: str, now: Millis) -> Loaded:
    """The configuration in use at `now`; `written` has passed every check."""
    tariffs = {TariffId(name): _tariffs(written, name, rows) for name, rows in written.tariffs.items()}
    return Loaded(
        version=version,
        house=_house(written, version, {name: valid_at(versions, now) for name, versions in tariffs.items()}),
        trunks={name: _trunk(name, keys) for name, keys in written.trunks.items()},
        numbers={number: keys.trunk for number, keys in written.numbers.items()},
        agents_sip={AgentId(name): _sip(name, keys) for name, keys in written.agents.items()},
        api_tokens={AgentId(name): hash_of(keys.api_token) for name, keys in written.agents.items()},
        tariffs=tariffs,
    )


def hash_of(token: str) -> str:
    """The form in which API tokens are kept and compared: tokens are long and random, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _house(written: Everything, version: str, tariffs: Mapping[TariffId, Tariff]) -> House:
    house = written.house
    hours = {name: _hours(name, keys, house.timezone) for name, keys in written.hours.items()}
    return House(
        version=version,
        clients={ClientId(name): _client(written, name, tariffs, hours) for name in written.clients},
        agents={AgentId(name): _agent(name, keys) for name, keys in written.agents.items()},
        block=_block(house.block),
        default_client=ClientId(house.default_client) if house.default_client else None,
        wrap_up_limit_ms=house.wrap_up_limit,
        codes=Codes(**house.codes.model_dump()),
        country=house.country,
    )


def _client(written: Everything, name: str, tariffs: Mapping[TariffId, Tariff], hours: Week) -> Client:
    keys = written.clients[name]
    return Client(
        id=ClientId(name),
        name=keys.name,
        numbers=tuple(keys.numbers),
        forwarded_from=tuple(keys.forwarded_from),
        tariff=tariffs[TariffId(keys.tariff)],
        status=keys.status,
        greetings=tuple(_greeting(greeting, hours) for greeting in keys.greetings),
        scripts=(Script(text=keys.script),) if keys.script else (),
        queue=_queue(keys),
        staff={StaffId(staff): _staff(staff, row, hours) for staff, row in keys.staff.items()},
        allow=_allow(keys),
        block=_block(keys.block),
        vips=_vips(keys),
        block_suppressed=keys.block_suppressed,
        on_block=keys.on_block,
        block_text=keys.block_text or "",
        fallback_number=keys.fallback_number,
        trunk=trunk_of(keys, written, written.trunks) or "",
        caller_id=keys.caller_id or next(iter(keys.numbers), ""),
        shows_caller=_shows_caller(keys, written),
    )


def _queue(keys: ClientKeys) -> Queue:
    stage = Stage(after_ms=0, needs=needs_of({Skill(name): LOWEST for name in keys.skills}))
    return Queue(stages=(stage,), max_wait_ms=keys.max_wait, overflow=(Say(text=keys.overflow_text or ""),))


def _shows_caller(keys: ClientKeys, written: Everything) -> bool:
    trunk = written.trunks.get(trunk_of(keys, written, written.trunks) or "")
    return trunk is not None and trunk.shows is CallerIdPolicy.CALLER


def _greeting(keys: GreetingKeys, hours: Week) -> Greeting:
    when = hours[keys.hours] if keys.hours else None
    return Greeting(mode=keys.mode, text=keys.text or "", recording=keys.recording, hours=when)


def _staff(name: str, keys: StaffKeys, hours: Week) -> Staff:
    return Staff(
        id=StaffId(name),
        name=keys.name,
        numbers=tuple(keys.numbers),
        key=keys.key,
        responsibility=keys.responsibility or "",
        transferable=keys.transferable,
        transferable_for_vips=keys.transferable_for_vips,
        ring_ms=keys.ring,
        hours=hours[keys.hours] if keys.hours else None,
    )


def _allow(keys: ClientKeys) -> tuple[AllowEntry, ...]:
    return tuple(AllowEntry(number=row.number, staff=StaffId(row.staff), name=row.name or "") for row in keys.allow)


def _vips(keys: ClientKeys) -> tuple[Vip, ...]:
    return tuple(
        Vip(number=row.number, name=row.name or "", staff=StaffId(row.staff) if row.staff else None)
        for row in keys.vips
    )


def _block(rows: Iterable[BlockKeys]) -> tuple[BlockEntry, ...]:
    return tuple(BlockEntry(number=row.number, prefix=row.prefix, reason=row.reason or "") for row in rows)


def _agent(name: str, keys: AgentKeys) -> Agent:
    return Agent(
        id=AgentId(name),
        name=keys.name,
        skills={Skill(name): LOWEST for name in keys.skills},
        ring_ms=keys.ring,
        offer_by=keys.offer_by,
    )


def _sip(name: str, keys: AgentKeys) -> AgentSip:
    return AgentSip(username=name, password=keys.sip.password, contact=keys.sip.contact)


def _trunk(name: str, keys: TrunkKeys) -> Trunk:
    return Trunk(
        id=name,
        match=tuple(keys.match),
        contact=keys.contact,
        username=keys.username,
        password=keys.password,
        shows=keys.shows,
    )


def _hours(name: str, keys: HoursKeys, timezone: str) -> Hours:
    opened = list(openings(keys.week))
    week = {day: tuple(span for other, span, _ in opened if other == day) for day in WEEKDAYS}
    open_days = {day: tuple(sorted(spans, key=lambda span: span.start)) for day, spans in week.items() if spans}
    return Hours(name=name, timezone=keys.timezone or timezone, week=open_days)


def _tariffs(written: Everything, name: str, rows: Iterable[TariffKeys]) -> tuple[TariffVersion, ...]:
    zone = ZoneInfo(written.house.timezone)
    return tuple(TariffVersion(since=_midnight(row.valid_from, zone), tariff=_tariff(name, row)) for row in rows)


def _midnight(day: date | None, zone: ZoneInfo) -> Millis:
    return int(datetime.combine(day, time(), zone).timestamp() * 1000) if day else 0


def _tariff(name: str, keys: TariffKeys) -> Tariff:
    return Tariff(
        id=TariffId(name),
        version=keys.version,
        acceptance_fee=keys.acceptance_fee,
        acceptance_after_ms=keys.acceptance_after,
        handling_per_minute=keys.handling_per_minute,
        wrap_up_cap_ms=keys.wrap_up_cap,
        handling_needs_acceptance=keys.handling_needs_acceptance,
        currency=keys.currency,
    )
