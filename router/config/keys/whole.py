"""All sections together, and those that are true for the whole house."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from router.config.keys.billing import HouseBillingKeys
from router.config.keys.callers import BlockKeys
from router.config.keys.clients import ClientKeys
from router.config.keys.limiting import HouseLimitKeys, RatesKeys
from router.config.keys.people import AgentKeys, TeamKeys
from router.config.keys.section import Section
from router.config.keys.waiting import QueueKeys
from router.config.outside import Address, Network, Password, UserName
from router.config.scalars import (
    Code,
    Country,
    Currency,
    Day,
    Days,
    Duration,
    DurationOrNone,
    HoursId,
    Identity,
    Number,
    Percent,
    Price,
    Region,
    Spoken,
    Times,
    Timezone,
    TrunkId,
    Words,
)
from router.core.house import AfterTrial


class CallerIdPolicy(StrEnum):
    """Whose number staff see when they are called over a trunk."""

    CALLER = "caller"
    CLIENT = "client"


class TrunkKeys(Section):
    """A line of a telephone provider."""

    match: list[Network] = Field(min_length=1, max_length=1000)
    """The addresses from which the provider's calls come."""
    contact: Address
    """Where calls to staff are sent: host:port or a SIP address. May be env:NAME=default."""
    username: UserName | None = None
    """For calls to staff, if the provider asks for it; with password."""
    password: Password | None = None
    """With username; literal, env:NAME or file:PATH."""
    shows: Annotated[CallerIdPolicy, Field(strict=False)] = CallerIdPolicy.CLIENT
    """client: staff see the client's caller_id. caller: they see the caller's number, if the provider allows that."""


class NumberKeys(Section):
    """One of our own numbers. One that no client has in numbers is shared: forwarding tells whose call it is."""

    trunk: TrunkId
    """The trunk on which its calls arrive."""


class SurchargeKeys(Section):
    """What calls cost more that arrive in certain hours (Zuschlag): a percentage, or a price for each call."""

    name: Words
    """Stands on the bill."""
    hours: HoursId
    """Which calls, in each client's time zone and with its public holidays."""
    percent: Percent | None = None
    """Of the call's other charges."""
    per_call: Price | None = None
    """Once a call, with the acceptance fee."""


class TariffKeys(Section):
    """One version of a price list; prices are net, in units of the currency."""

    version: int = Field(ge=1)
    """Counts up; stands on every charge."""
    valid_from: Day | None = None
    """The day from whose midnight (in the house's time zone) arriving calls are charged by it. Only the first version,
    which counts from the beginning, has none."""
    acceptance_fee: Price = Fraction(59)
    """Once, when the conversation lasted longer than acceptance_after."""
    acceptance_after: DurationOrNone = 15_000
    """See acceptance_fee."""
    handling_per_minute: Price = Fraction(59)
    """For conversation and wrap-up, charged by the second."""
    wrap_up_cap: DurationOrNone = 120_000
    """No more wrap-up than this is charged."""
    handling_needs_acceptance: bool = False
    """Whether a call without acceptance fee costs nothing at all."""
    currency: Currency = "EUR"
    """Of all prices."""
    surcharges: list[SurchargeKeys] = []
    """What calls cost more that arrive in certain hours."""
    forwarded_per_minute: Price = Fraction(0)
    """While a caller is with the client's staff and no agent, charged by the second."""
    base_fee: Price = Fraction(0)
    """Each month."""
    included_minutes: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """The first minutes of handling in each month cost nothing."""
    included_calls: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """The first acceptance fees in each month cost nothing."""
    minimum: Price = Fraction(0)
    """What a month costs at least."""
    refunds: Annotated[int, Field(ge=0, le=1_000_000)] = 20
    """So many advertising calls a month are given back."""


class HoursKeys(Section):
    """Named hours. A special day goes before a public holiday, a public holiday before the day of the week."""

    timezone: Timezone | None = None
    """Left out: that of the client, or the house's."""
    week: dict[Days, list[Times]] = {}
    """Days (mo, tu, we, th, fr, sa, su, or mo-fr) and their times; days left out are closed."""
    holidays: list[Times] | None = None
    """The times on public holidays; []: closed. Left out: as on any other day of the week."""
    days: dict[Day, list[Times]] = {}
    """Special days and their times; []: closed."""


class CodesKeys(Section):
    """What agents press or dial on their phones: a star and digits."""

    hold: Code = "*1"
    """During a conversation: hold the caller, and take back; who is consulted is let go."""
    transfer: Code = "*2"
    """During a conversation, before a staff member's key: put the caller through."""
    park: Code = "*3"
    """During a conversation: park the caller."""
    hand_on: Code = "*5"
    """During a conversation, before the extension of an agent or a queue: pass the caller on."""
    consult: Code = "*6"
    """During a conversation, before a staff member's key: speak with that one, while the caller is on hold."""
    advertising: Code = "*7"
    """During a conversation: block this caller from now on."""
    three: Code = "*8"
    """While a staff member is consulted: take the caller into the conversation."""
    available: Code = "*41"
    """From the agent's phone: ready for calls."""
    pause: Code = "*42"
    """From the agent's phone: no calls for now."""
    log_out: Code = "*43"
    """From the agent's phone: no more calls."""
    wrap_up_done: Code = "*44"
    """From the agent's phone: the wrap-up is over."""
    take_parked: Code = "*45"
    """From the agent's phone: take the caller who has been parked longest."""
    take_next: Code = "*46"
    """From the agent's phone: take the first waiting caller."""
    last_was_advertising: Code = "*47"
    """From the agent's phone: block the caller of the last call."""


class TrialKeys(Section):
    """Clients on trial: everything works and nothing is charged."""

    hours: Annotated[int, Field(ge=1, le=2400)] = 48
    """How long a trial lasts from the client's activated on."""
    after: Annotated[AfterTrial, Field(strict=False)] = AfterTrial.REFUSE
    """What becomes of calls then. refuse: hang up unanswered. announce: say text. forward: call fallback_number."""
    text: Spoken | None = None
    """What the caller hears then; needed with after: announce."""


class HouseKeys(Section):
    """What is true for all."""

    country: Country = "DE"
    """Whose national numbers are understood."""
    callable_countries: list[Country] = []
    """Whose numbers staff may have, and callers who are called back. Left out: the country's own."""
    timezone: Timezone = "Europe/Berlin"
    """Of hours and tariffs."""
    region: Region | None = None
    """The Land whose public holidays count for teams and for clients who name none."""
    default_client: Identity | None = None
    """Takes calls whose client cannot be told. Left out: such calls are turned away."""
    wrap_up_limit: DurationOrNone = 180_000
    """After it, an agent is available again. 0s: at once."""
    park_limit: Duration = 120_000
    """After it, a parked caller goes back to the agent, or in line."""
    codes: CodesKeys = CodesKeys()
    """What agents press and dial."""
    block: list[BlockKeys] = []
    """Callers who reach no client's agents."""
    advertising_reports: Annotated[int, Field(ge=0, le=1000)] = 3
    """So many clients' agents must report a number before it is blocked for all. 0: never."""
    advertising_block_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """For how long it is then."""
    trial: TrialKeys = TrialKeys()
    """How long clients may try us, and what comes after it."""
    limits: HouseLimitKeys = HouseLimitKeys()
    """How many calls there may be."""
    rates: RatesKeys = RatesKeys()
    """What calls to staff cost us."""
    billing: HouseBillingKeys | None = None
    """How invoices are written. Left out: none are."""


class Everything(Section):
    """All files together; each holds one or more of these sections."""

    house: HouseKeys = HouseKeys()
    trunks: dict[Identity, TrunkKeys] = {}
    numbers: dict[Number, NumberKeys] = {}
    skills: dict[Identity, Words] = {}
    hours: dict[Identity, HoursKeys] = {}
    teams: dict[Identity, TeamKeys] = {}
    queues: dict[Identity, QueueKeys] = {}
    tariffs: dict[Identity, Annotated[list[TariffKeys], Field(min_length=1)]] = {}
    clients: dict[Identity, ClientKeys] = {}
    agents: dict[Identity, AgentKeys] = {}
