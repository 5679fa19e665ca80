"""What the house knows: clients, agents, staff, lists, greetings, tariffs, trunks, as one immutable value.

Read from the operators' YAML and the clients' own edits, validated there, and handed to the core whole. A call keeps
the house that it began with. Numbers are E.164 with a leading plus, `+493012345678`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from router.core.hours import Hours
from router.core.ids import AgentId, ClientId, Language, Millis, QueueId, Skill, StaffId, TariffId, TeamId
from router.core.limits import ArrivalLimits, HouseLimits, OutboundLimits, Rates
from router.core.queue import Queue
from router.core.skills import Level

LONGEST_SPOKEN = 1000  # characters of a text that is spoken: about a minute
LONGEST_RECORDING_S = 100
ADVERTISING = "advertising caller"  # the reason of block entries that come from agents' reports


class GreetingMode(StrEnum):
    """Who speaks the greeting: the machine before an agent is sought, or the agent after answering."""

    PLAY = "play"
    HAND_OFF = "hand_off"


class ClientStatus(StrEnum):
    """Whether a client's calls are answered, and whether they cost anything."""

    ACTIVE = "active"
    TRIAL = "trial"  # answered until it is over, and free
    SUSPENDED = "suspended"  # not answered for a while
    ENDED = "ended"  # no longer a client; the numbers are still ours


AWAY = frozenset({ClientStatus.SUSPENDED, ClientStatus.ENDED})  # nobody answers for them


class AfterTrial(StrEnum):
    """What becomes of the calls of a client whose trial is over."""

    REFUSE = "refuse"
    ANNOUNCE = "announce"
    FORWARD = "forward"  # to the client's fallback number; refused when there is none


class OnBlock(StrEnum):
    """How a blocked caller is turned away."""

    REJECT = "reject"
    ANNOUNCE = "announce"


class OfferBy(StrEnum):
    """How an agent takes an offer: the phone rings at once, or only after a click, and then answers by itself."""

    PHONE = "phone"
    DESK = "desk"


class HandlingMode(StrEnum):
    """What becomes of an ordinary call (Vorzimmerfunktion)."""

    TAKE = "take"
    PUT_THROUGH = "put_through"  # first to staff, taken when nobody answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """A client's Meldetext: `text` to be spoken, or `recording`, the name of an uploaded sound file."""

    mode: GreetingMode
    text: str = ""
    recording: str | None = None
    hours: Hours | None = None  # None: whenever no more specific one is open, see `hours.most_specific`


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A Gesprächsleitfaden: what the agent says and asks; `vip` ones are for VIPs and go first there."""

    text: str
    hours: Hours | None = None
    vip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What is done with ordinary calls in these hours; `staff` is who is called with `PUT_THROUGH`."""

    mode: HandlingMode
    staff: StaffId | None = None
    hours: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One of the client's own people, to whom calls are put through. Numbers are tried in order."""

    id: StaffId
    name: str
    numbers: tuple[str, ...]
    key: str  # the digit an agent dials after the transfer code
    responsibility: str = ""
    transferable: bool = True
    transferable_for_vips: bool = True
    ring_ms: Millis = 20_000
    hours: Hours | None = None
    absent_until: Millis | None = None
    deputy: StaffId | None = None  # is called instead while this person is absent


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """Which callers an entry means, in exactly one of four ways, and until when it counts.

    `pattern` is E.164 with `?` for any one digit and, at its end only, `*` for any more digits.
    """

    number: str | None = None
    prefix: str | None = None
    between: tuple[str, str] | None = None  # first and last number, of one length
    pattern: str | None = None
    until: Millis | None = None
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEntry(ListEntry):
    """Callers who never reach an agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """Who is called in these hours."""

    staff: StaffId
    hours: Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowEntry(ListEntry):
    """Callers who are put straight through, without an agent: by hour, at any other time to `staff`."""

    staff: StaffId | None
    by_hours: tuple[Responsible, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vip(ListEntry):
    """Callers who are put straight through, by hour, else to `staff`; with nobody given now, they go first in line."""

    name: str = ""
    staff: StaffId | None = None
    by_hours: tuple[Responsible, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """What calls that arrive in certain hours cost more (Zuschlag): `percent` of their other charges, or `per_call`
    cents with the acceptance fee. `hours` names the hours; empty: at any time."""

    name: str
    percent: Fraction = Fraction(0)
    per_call: Fraction = Fraction(0)
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One version of a price list; prices in integer cents, exact beyond the cent as `Fraction`.

    The default: 59 cents once a conversation lasted longer than 15 s, and 59 cents per 60 s of handling. The tariff
    that is kept with a call holds only the surcharges of its arrival. What counts by the month is no part of a call.
    """

    id: TariffId
    version: int
    acceptance_fee: Fraction = Fraction(59)
    acceptance_after_ms: Millis = 15_000
    handling_per_minute: Fraction = Fraction(59)
    wrap_up_cap_ms: Millis = 120_000
    handling_needs_acceptance: bool = False
    currency: str = "EUR"
    surcharges: tuple[Surcharge, ...] = ()
    forwarded_per_minute: Fraction = Fraction(0)  # while the caller is with staff alone
    base_fee: Fraction = Fraction(0)  # a month
    included_minutes: int = 0  # of handling a month
    included_calls: int = 0  # acceptance fees a month
    minimum: Fraction = Fraction(0)  # a month's turnover at least
    refunds: int = 20  # calls of advertising a month whose price is given back


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The business whose calls we answer (Auftraggeber)."""

    id: ClientId
    name: str
    numbers: tuple[str, ...]  # our numbers given to this client alone (DIDs)
    forwarded_from: tuple[str, ...]  # the client's own numbers, as they appear in Diversion and History-Info
    tariff: Tariff
    status: ClientStatus = ClientStatus.ACTIVE
    greetings: tuple[Greeting, ...] = ()
    scripts: tuple[Script, ...] = ()
    handlings: tuple[Handling, ...] = ()
    queue: Queue = field(default_factory=Queue)  # with this client's own needs in every stage
    secret: bool = False  # bound by StGB section 203: agents need the pledge
    timezone: str = "Europe/Berlin"
    staff: Mapping[StaffId, Staff] = field(default_factory=dict)
    allow: tuple[AllowEntry, ...] = ()
    block: tuple[BlockEntry, ...] = ()
    vips: tuple[Vip, ...] = ()
    block_suppressed: bool = False
    on_block: OnBlock = OnBlock.REJECT
    block_text: str = ""
    fallback_number: str | None = None
    trunk: str = ""  # the trunk on which this client's staff are called
    caller_id: str = ""  # the number shown to staff who are called
    shows_caller: bool = False  # staff see the caller's number instead, where the caller shows one
    limits: ArrivalLimits = field(default_factory=ArrivalLimits)
    outbound: OutboundLimits = field(default_factory=OutboundLimits)
    trial_ends: Millis | None = None  # of a trial; None: nobody said when it began, so it has no end
    surcharge_hours: Mapping[str, Hours] = field(default_factory=dict)  # those that surcharges of its tariff name

    @property
    def needs_pledge(self) -> bool:
        """Whether its callers may only reach agents who have pledged secrecy, in whichever queue they are."""
        return self.secret or self.queue.needs_pledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Agents who work the same hours. Outside them they are offered no calls; None: at any time."""

    id: TeamId
    name: str
    hours: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Our employee who answers (Telefonagent): skills, and the SIP endpoint that rings."""

    id: AgentId
    name: str
    skills: Mapping[Skill, Level] = field(default_factory=dict)
    languages: frozenset[Language] = frozenset({Language("de")})
    pledged: bool = False  # to secrecy, in writing
    team: Team | None = None
    extension: str = ""  # digits by which colleagues pass calls to this agent
    ring_ms: Millis = 15_000
    offer_by: OfferBy = OfferBy.PHONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What agents press or dial on any phone: a star and digits.

    Those of the first block are pressed during a conversation (`transfer` and `consult` are followed by the staff
    member's key, `hand_on` by an agent's or a queue's extension), the others are dialled from the agent's own phone.
    """

    hold: str = "*1"
    transfer: str = "*2"
    park: str = "*3"
    hand_on: str = "*5"
    consult: str = "*6"
    advertising: str = "*7"
    three: str = "*8"

    available: str = "*41"
    pause: str = "*42"
    log_out: str = "*43"
    wrap_up_done: str = "*44"
    take_parked: str = "*45"
    take_next: str = "*46"
    last_was_advertising: str = "*47"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """All of it at one moment. `version` is the hash of the files and edits it was made from."""

    version: str
    clients: Mapping[ClientId, Client]
    agents: Mapping[AgentId, Agent]
    block: tuple[BlockEntry, ...] = ()  # the house's own list, for every client
    default_client: ClientId | None = None  # takes calls whose client cannot be told
    queues: Mapping[QueueId, Queue] = field(default_factory=dict)
    wrap_up_limit_ms: Millis = 180_000
    park_limit_ms: Millis = 120_000  # then the caller goes back to the agent who parked, or into line
    limits: HouseLimits = field(default_factory=HouseLimits)
    rates: Rates = field(default_factory=Rates)  # of calls to staff
    own_numbers: frozenset[str] = frozenset()  # all numbers that lead to us: never called
    callable_prefixes: tuple[str, ...] = ("+49",)  # of the countries whose numbers may be called
    advertising_reports: int = 3  # clients whose agents must report a number before it is blocked for all; 0: never
    advertising_block_ms: Millis = 90 * 86_400_000  # for how long it is then
    codes: Codes = field(default_factory=Codes)
    after_trial: AfterTrial = AfterTrial.REFUSE
    after_trial_text: str = ""
    country: str = "DE"  # whose national numbers the trunks send, ISO 3166
