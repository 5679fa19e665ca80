"""From what was written and found sound to the values of the core."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from router.config.answering import blocked, client_of
from router.config.keys.limiting import RatesKeys
from router.config.keys.people import AgentKeys, TeamKeys
from router.config.keys.whole import Everything, SurchargeKeys, TariffKeys, TrunkKeys
from router.config.loaded import AgentSip, Loaded, TariffVersion, Trunk, valid_at
from router.config.numbers import prefixes_of
from router.config.paying import payers_of, seller_of
from router.config.queueing import queues_of
from router.config.timetable import Timetable, client_times, house_times
from router.core.house import Agent, Codes, House, Surcharge, Tariff, Team
from router.core.ids import AgentId, ClientId, Language, Millis, TariffId, TeamId
from router.core.limits import HouseLimits, Rates

DAY_MS = 86_400_000


def build(written: Everything, version: str, now: Millis) -> Loaded:
    """The configuration in use at `now`; `written` has passed every check."""
    tariffs = {TariffId(name): _tariffs(written, name, rows) for name, rows in written.tariffs.items()}
    return Loaded(
        version=version,
        house=_house(written, version, {name: valid_at(versions, now) for name, versions in tariffs.items()}, now),
        trunks={name: _trunk(name, keys) for name, keys in written.trunks.items()},
        numbers={number: keys.trunk for number, keys in written.numbers.items()},
        agents_sip={AgentId(name): _sip(name, keys) for name, keys in written.agents.items()},
        api_tokens={AgentId(name): hash_of(keys.api_token) for name, keys in written.agents.items()},
        tariffs=tariffs,
        seller=seller_of(written.house.billing),
        payers=payers_of(written),
    )


def hash_of(token: str) -> str:
    """The form in which API tokens are kept and compared: tokens are long and random, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _house(written: Everything, version: str, tariffs: Mapping[TariffId, Tariff], now: Millis) -> House:
    house, times = written.house, house_times(written, now)
    queues = queues_of(written.queues)
    teams = {name: _team(name, keys, times) for name, keys in written.teams.items()}
    return House(
        version=version,
        clients={
            ClientId(name): client_of(written, name, tariffs, queues, client_times(times, keys))
            for name, keys in written.clients.items()
        },
        agents={AgentId(name): _agent(name, keys, teams) for name, keys in written.agents.items()},
        block=blocked(house.block, times),
        default_client=ClientId(house.default_client) if house.default_client else None,
        queues=queues,
        wrap_up_limit_ms=house.wrap_up_limit,
        park_limit_ms=house.park_limit,
        limits=HouseLimits(**house.limits.model_dump()),
        rates=_rates(house.rates),
        own_numbers=frozenset(_own_numbers(written)),
        callable_prefixes=prefixes_of(house.callable_countries or [house.country]),
        advertising_reports=house.advertising_reports,
        advertising_block_ms=house.advertising_block_days * DAY_MS,
        codes=Codes(**house.codes.model_dump()),
        country=house.country,
        after_trial=house.trial.after,
        after_trial_text=house.trial.text or "",
    )


def _own_numbers(written: Everything) -> Iterator[str]:
    """All that lead to us: our own, and those that clients forward."""
    yield from written.numbers
    for client in written.clients.values():
        yield from client.forwarded_from


def _rates(keys: RatesKeys) -> Rates:
    prefixes = {prefix: float(price) for prefix, price in keys.by_prefix.items()}
    return Rates(by_prefix=prefixes, otherwise=float(keys.otherwise))


def _team(name: str, keys: TeamKeys, times: Timetable) -> Team:
    return Team(id=TeamId(name), name=keys.name, hours=times.hours(keys.hours))


def _agent(name: str, keys: AgentKeys, teams: Mapping[str, Team]) -> Agent:
    return Agent(
        id=AgentId(name),
        name=keys.name,
        skills=keys.skills,
        languages=frozenset(map(Language, keys.languages)),
        pledged=keys.pledge is not None,
        team=teams[keys.team] if keys.team else None,
        extension=keys.extension or "",
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
        surcharges=tuple(map(_surcharge, keys.surcharges)),
        forwarded_per_minute=keys.forwarded_per_minute,
        base_fee=keys.base_fee,
        included_minutes=keys.included_minutes,
        included_calls=keys.included_calls,
        minimum=keys.minimum,
        refunds=keys.refunds,
    )


def _surcharge(keys: SurchargeKeys) -> Surcharge:
    return Surcharge(
        name=keys.name,
        percent=keys.percent or Fraction(0),
        per_call=keys.per_call or Fraction(0),
        hours=keys.hours,
    )
