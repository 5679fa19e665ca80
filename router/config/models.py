"""What may stand in the files: the sections and their keys, with types, defaults and meaning.

The texts below the keys are shown by editors (through the JSON Schema) and must agree with docs/config.md.
"""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from router.config.outside import Address, Network, OptionalAddress, Password, Sound, Token, UserName
from router.config.scalars import (
    Code,
    Country,
    Currency,
    Day,
    Days,
    Duration,
    DurationOrNone,
    Identity,
    Key,
    Number,
    Prefix,
    Price,
    Spoken,
    Times,
    Timezone,
    Words,
)
from router.core.house import ClientStatus, GreetingMode, OfferBy, OnBlock


class CallerIdPolicy(StrEnum):
    """Whose number staff see when they are called over a trunk."""

    CALLER = "caller"
    CLIENT = "client"


class Section(BaseModel):
    """Only what is named here may be written, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class GreetingKeys(Section):
    """A greeting (Meldetext)."""

    mode: Annotated[GreetingMode, Field(strict=False)]
    """play: the machine speaks it before an agent is sought. hand_off: the agent speaks it."""
    text: Spoken | None = None
    """What is said. Left out when there is a recording."""
    recording: Sound | None = None
    """A WAV or MP3 in recordings/, played instead of a text; only with mode: play."""
    hours: Identity | None = None
    """Counts only in these hours. Left out: counts whenever no other does."""


class StaffKeys(Section):
    """One of the client's people, to whom calls are put through."""

    name: Words
    """As agents say it."""
    numbers: list[Number] = Field(min_length=1)
    """Called one after the other."""
    key: Key
    """The digit an agent dials after the transfer code."""
    responsibility: Words | None = None
    """What this person is called for; the agent reads it."""
    transferable: bool = True
    """Whether ordinary callers are put through."""
    transferable_for_vips: bool = True
    """Whether VIPs are put through."""
    ring: Duration = 20_000
    """How long each number rings."""
    hours: Identity | None = None
    """When this person may be called. Left out: at any time."""


class BlockKeys(Section):
    """Callers who never reach an agent: one number, or all that begin alike."""

    number: Number | None = None
    """One number."""
    prefix: Prefix | None = None
    """The beginning of numbers."""
    reason: Words | None = None
    """Why, for whoever asks later."""


class AllowKeys(Section):
    """A caller who is put straight through, without an agent."""

    number: Number
    """The caller's number."""
    staff: Identity
    """To whom."""
    name: Words | None = None
    """Who the caller is."""


class VipKeys(Section):
    """A caller who goes first."""

    number: Number
    """The caller's number."""
    name: Words | None = None
    """Who the caller is."""
    staff: Identity | None = None
    """To whom the caller is put straight through. Left out: first in line for an agent."""


class ClientKeys(Section):
    """A business whose calls are answered (Auftraggeber)."""

    name: Words
    """The business's name."""
    numbers: list[Number] = []
    """Our numbers that are this client's alone; each stands in the section numbers, too."""
    forwarded_from: list[Number] = []
    """The client's own numbers that are forwarded to us."""
    tariff: Identity
    """The price list."""
    status: Annotated[ClientStatus, Field(strict=False)] = ClientStatus.ACTIVE
    """active; trial: answered, rated, charged at zero; suspended: not answered."""
    greetings: list[GreetingKeys] = Field(min_length=1)
    """One without hours, and any number with hours, which go first."""
    script: Words | None = None
    """What the agent says and asks (Gesprächsleitfaden)."""
    skills: list[Identity] = []
    """An agent needs all of these."""
    staff: dict[Identity, StaffKeys] = {}
    """The client's people."""
    allow: list[AllowKeys] = []
    """Callers who are put straight through."""
    block: list[BlockKeys] = []
    """Callers who never reach an agent."""
    vips: list[VipKeys] = []
    """Callers who go first."""
    block_suppressed: bool = False
    """Whether callers who hide their number are blocked."""
    on_block: Annotated[OnBlock, Field(strict=False)] = OnBlock.REJECT
    """reject: hang up unanswered. announce: say block_text first."""
    block_text: Spoken | None = None
    """What a blocked caller hears; needed with on_block: announce."""
    fallback_number: Number | None = None
    """Who is called when the router does not run."""
    trunk: Identity | None = None
    """Over which staff are called. Left out: that of the first number, or the only one."""
    caller_id: Number | None = None
    """One of our numbers, shown to staff when the caller's may not be. Left out: the client's first."""
    max_wait: Duration = 600_000
    """How long a caller waits for an agent."""
    overflow_text: Spoken | None = None
    """What a caller hears who waited that long."""


class SipKeys(Section):
    """An agent's telephone; its user name is the agent's id."""

    password: Password
    """At least 8 characters; literal, env:NAME or file:PATH."""
    contact: OptionalAddress = None
    """A fixed address. Left out: the phone registers. May be env:NAME=default."""


class AgentKeys(Section):
    """Our employee who answers (Telefonagent)."""

    name: Words
    """As colleagues and clients see it."""
    skills: list[Identity] = []
    """What this agent can do."""
    sip: SipKeys
    """The telephone."""
    ring: Duration = 15_000
    """How long an offered call rings before the caller goes back in line."""
    offer_by: Annotated[OfferBy, Field(strict=False)] = OfferBy.PHONE
    """phone: it rings at once. desk: the phone answers by itself after a click at the desk."""
    api_token: Token
    """At least 16 characters, for desk and API; literal, env:NAME or file:PATH."""


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

    trunk: Identity
    """The trunk on which its calls arrive."""


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


class HoursKeys(Section):
    """Named weekly hours."""

    timezone: Timezone | None = None
    """Left out: the house's."""
    week: dict[Days, list[Times]] = Field(min_length=1)
    """Days (mo, tu, we, th, fr, sa, su, or mo-fr) and their times; days left out are closed."""


class CodesKeys(Section):
    """What agents press or dial on their phones: a star and digits."""

    hold: Code = "*1"
    """During a conversation: hold the caller, and take back."""
    transfer: Code = "*2"
    """During a conversation, before a staff member's key: put the caller through."""
    advertising: Code = "*7"
    """During a conversation: block this caller from now on."""
    available: Code = "*41"
    """From the agent's phone: ready for calls."""
    pause: Code = "*42"
    """From the agent's phone: no calls for now."""
    log_out: Code = "*43"
    """From the agent's phone: no more calls."""
    wrap_up_done: Code = "*44"
    """From the agent's phone: the wrap-up is over."""
    last_was_advertising: Code = "*47"
    """From the agent's phone: block the caller of the last call."""


class HouseKeys(Section):
    """What is true for all."""

    country: Country = "DE"
    """Whose national numbers are understood in hints."""
    callable_countries: list[Country] = []
    """Whose numbers staff may have. Left out: the country's own."""
    timezone: Timezone = "Europe/Berlin"
    """Of hours and tariffs."""
    default_client: Identity | None = None
    """Takes calls whose client cannot be told. Left out: such calls are turned away."""
    wrap_up_limit: Duration = 180_000
    """After it, an agent is available again."""
    codes: CodesKeys = CodesKeys()
    """What agents dial during a call."""
    block: list[BlockKeys] = []
    """Callers who reach no client's agents."""


class Everything(Section):
    """All files together; each holds one or more of these sections."""

    house: HouseKeys = HouseKeys()
    trunks: dict[Identity, TrunkKeys] = {}
    numbers: dict[Number, NumberKeys] = {}
    skills: dict[Identity, Words] = {}
    hours: dict[Identity, HoursKeys] = {}
    tariffs: dict[Identity, Annotated[list[TariffKeys], Field(min_length=1)]] = {}
    clients: dict[Identity, ClientKeys] = {}
    agents: dict[Identity, AgentKeys] = {}
