"""Keys of clients: who they are, how they are answered, their people and their lists."""

from typing import Annotated

from pydantic import Field

from router.config.keys.billing import ClientBillingKeys
from router.config.keys.callers import AllowKeys, BlockKeys, VipKeys
from router.config.keys.limiting import ArrivalKeys, OutboundKeys
from router.config.keys.section import Section
from router.config.keys.waiting import OverflowKeys
from router.config.levels import Needed
from router.config.outside import Sound
from router.config.scalars import (
    Beginning,
    Duration,
    Identity,
    Key,
    LanguageCode,
    Moment,
    Number,
    Region,
    Spoken,
    TariffId,
    Timezone,
    Words,
)
from router.core.house import ClientStatus, GreetingMode, HandlingMode, OnBlock

# Shared by all clients who write none: pydantic would copy a default, which takes time with thousands of clients.
NO_ARRIVALS_WRITTEN, NO_OUTBOUND_WRITTEN = ArrivalKeys(), OutboundKeys()


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


class ScriptKeys(Section):
    """What the agent says and asks (Gesprächsleitfaden)."""

    text: Words
    """What the agent reads."""
    hours: Identity | None = None
    """Counts only in these hours. Left out: counts whenever no other does."""
    vip: bool = False
    """For VIPs, for whom it goes first."""


class HandlingKeys(Section):
    """What is done with ordinary calls (Vorzimmerfunktion)."""

    mode: Annotated[HandlingMode, Field(strict=False)]
    """take: an agent takes the call. put_through: staff is called first, and an agent takes it when nobody answers."""
    staff: Identity | None = None
    """With put_through: who is called."""
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
    absent_until: Moment | None = None
    """The last day, or day and time, of an absence."""
    deputy: Identity | None = None
    """Who of the client's people is called while this person is absent. Left out: nobody."""


class ClientKeys(Section):
    """A business whose calls are answered (Auftraggeber)."""

    name: Words
    """The business's name."""
    numbers: list[Number] = []
    """Our numbers that are this client's alone; each stands in the section numbers, too."""
    forwarded_from: list[Number] = []
    """The client's own numbers that are forwarded to us."""
    tariff: TariffId
    """The price list."""
    status: Annotated[ClientStatus, Field(strict=False)] = ClientStatus.ACTIVE
    """active; trial: answered, rated, charged at zero; suspended: not answered; ended: no longer a client."""
    activated: Beginning | None = None
    """When the trial began, in the client's time zone. Left out: it has no end."""
    timezone: Timezone | None = None
    """Of hours that name none, and of days. Left out: the house's."""
    region: Region | None = None
    """The Land whose public holidays count. Left out: the house's."""
    greetings: list[GreetingKeys] = Field(min_length=1)
    """One without hours, and any number with hours, which go first."""
    script: Words | None = None
    """What the agent says and asks at any time; the short form of scripts."""
    scripts: list[ScriptKeys] = []
    """What the agent says and asks (Gesprächsleitfaden), by hour and for VIPs."""
    handling: list[HandlingKeys] = []
    """What is done with ordinary calls, by hour. Left out: agents take them."""
    queue: Identity | None = None
    """How callers wait. Left out: as in the queue default."""
    skills: Needed = {}
    """An agent needs all of these, at these levels at least; a plain list means 1. They never relax."""
    language: LanguageCode | None = None
    """What an agent must speak. It never relaxes."""
    secret: bool = False
    """Whether agents need the pledge of secrecy (StGB section 203)."""
    max_wait: Duration | None = None
    """How long a caller waits for an agent. Left out: as the queue says."""
    overflow: list[OverflowKeys] = []
    """What is done then, step after step. Left out: as the queue says."""
    overflow_text: Spoken | None = None
    """What a caller hears then; the short form of overflow."""
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
    limits: ArrivalKeys = Field(default_factory=lambda: NO_ARRIVALS_WRITTEN)
    """How many calls may arrive, and how fast."""
    outbound: OutboundKeys = Field(default_factory=lambda: NO_OUTBOUND_WRITTEN)
    """What calls to staff may cost."""
    billing: ClientBillingKeys | None = None
    """Who gets the invoices. Left out: the client is not billed."""
