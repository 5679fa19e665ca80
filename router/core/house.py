"""What the house knows: clients, agents, staff, lists, greetings, tariffs, trunks, as one immutable value.

Read from the operators' YAML and the clients' own edits, validated there, and handed to the core whole. A call keeps
the house that it began with. Numbers are E.164 with a leading plus, `+493012345678`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from router.core.hours import Hours
from router.core.ids import AgentId, ClientId, Millis, Skill, StaffId, TariffId

LONGEST_SPOKEN = 1000  # characters of a text that is spoken: about a minute
LONGEST_RECORDING_S = 100


class GreetingMode(StrEnum):
    """Who speaks the greeting: the machine before an agent is sought, or the agent after answering."""

    PLAY = "play"
    HAND_OFF = "hand_off"


class ClientStatus(StrEnum):
    """Whether a client's calls are answered, and whether they cost anything."""

    ACTIVE = "active"
    TRIAL = "trial"
    SUSPENDED = "suspended"


class OnBlock(StrEnum):
    """How a blocked caller is turned away."""

    REJECT = "reject"
    ANNOUNCE = "announce"


class OfferBy(StrEnum):
    """How an agent takes an offer: the phone rings at once, or only after a click, and then answers by itself."""

    PHONE = "phone"
    DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """A client's Meldetext: `text` to be spoken, or `recording`, the name of an uploaded sound file."""

    mode: GreetingMode
    text: str = ""
    recording: str | None = None
    hours: Hours | None = None  # None: at any time; one with hours goes before one without


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEntry:
    """A caller who never reaches an agent: one number, or every number that begins with `prefix`."""

    number: str | None = None
    prefix: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowEntry:
    """A caller who is put straight through to a staff member, without an agent."""

    number: str
    staff: StaffId
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vip:
    """A caller who is put straight through to `staff`, or is first in line for an agent when `staff` is None."""

    number: str
    name: str = ""
    staff: StaffId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One version of a price list; prices in integer cents, exact beyond the cent as `Fraction`.

    The default: 59 cents once a conversation lasted longer than 15 s, and 59 cents per 60 s of handling.
    """

    id: TariffId
    version: int
    acceptance_fee: Fraction = Fraction(59)
    acceptance_after_ms: Millis = 15_000
    handling_per_minute: Fraction = Fraction(59)
    wrap_up_cap_ms: Millis = 120_000
    handling_needs_acceptance: bool = False
    currency: str = "EUR"


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
    script: str = ""
    skills: frozenset[Skill] = frozenset()
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
    max_wait_ms: Millis = 600_000
    overflow_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Our employee who answers (Telefonagent): skills, and the SIP endpoint that rings."""

    id: AgentId
    name: str
    skills: frozenset[Skill] = frozenset()
    ring_ms: Millis = 15_000
    offer_by: OfferBy = OfferBy.PHONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What agents press or dial on any phone: a star and digits.

    The first three are pressed during a conversation (`transfer` is followed by the staff member's key), the others
    are dialled from the agent's own phone.
    """

    hold: str = "*1"
    transfer: str = "*2"
    advertising: str = "*7"
    available: str = "*41"
    pause: str = "*42"
    log_out: str = "*43"
    wrap_up_done: str = "*44"
    last_was_advertising: str = "*47"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """All of it at one moment. `version` is the hash of the files and edits it was made from."""

    version: str
    clients: Mapping[ClientId, Client]
    agents: Mapping[AgentId, Agent]
    block: tuple[BlockEntry, ...] = ()  # the house's own list, for every client
    default_client: ClientId | None = None  # takes calls whose client cannot be told
    wrap_up_limit_ms: Millis = 180_000
    codes: Codes = field(default_factory=Codes)
    country: str = "DE"  # whose national numbers the trunks send, ISO 3166
