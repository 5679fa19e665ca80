"""What the engine needs of the outside, as protocols. Shells implement them; fakes in the tests do too."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from router.core.billing.entry import Entry, PostedEntry
from router.core.billing.period import Bounds, Period, Span
from router.core.commands import Command
from router.core.events import Event
from router.core.fallback_told import Told
from router.core.house import BlockEntry
from router.core.ids import AgentId, BridgeId, CallId, ClientId, LegId, Millis, PlaybackId, RecordingId
from router.core.ledger import Posting
from router.core.money import Cents
from router.core.record import CallRecord
from router.core.view import SeatView


class Clock(Protocol):
    """Time for the engine: never steps back, even when the machine's clock does."""

    def now(self) -> Millis:
        """Milliseconds since 1970 UTC, from a monotonic clock anchored once."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLeg:
    """A channel of ours in Asterisk, as found after a gap: answered or not, and the bridge it is in.

    A caller whom the dialplan puts through is `away` from the application, on the way back or in the fallback too; the
    staff member's end is found while it rings or speaks.
    """

    up: bool
    bridge: BridgeId | None = None
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Our channels, bridges, playbacks and recordings in Asterisk at one moment.

    `answered` and `ended` tell, from Asterisk's own record (CEL), when legs that were asked about answered or ended,
    `handed_on` which of them went to the dialplan's fallback: what they did there is none of a call's, and `outside`
    which of those that ended were in no bridge then. `recorded` tells how long each recording is that was asked about
    and is over.
    """

    legs: Mapping[LegId, FoundLeg]
    bridges: frozenset[BridgeId] = frozenset()
    playing: frozenset[PlaybackId] = frozenset()
    recording: frozenset[RecordingId] = frozenset()
    recorded: Mapping[RecordingId, Millis] = field(default_factory=dict)
    answered: Mapping[LegId, Millis] = field(default_factory=dict)
    ended: Mapping[LegId, Millis] = field(default_factory=dict)
    handed_on: frozenset[LegId] = frozenset()
    outside: frozenset[LegId] = frozenset()


class Telephony(Protocol):
    """Asterisk, or its fake."""

    async def perform(self, command: Command, wanted: Callable[[], bool] = lambda: True) -> Sequence[Event]:
        """Carry one command out; what came of it (a failure, an immediate end) is returned as events.

        `wanted` is asked before it is carried out a second time, because nobody knows of the first.

        Never raises for what the world does: an outcome that cannot be known is left to the next `look`.
        """
        ...

    async def look(
        self, legs: Collection[LegId], playbacks: Collection[PlaybackId], recordings: Collection[RecordingId] = ()
    ) -> Found:
        """How Asterisk stands now; given are the `legs`, `playbacks` and `recordings` that live calls know of."""
        ...

    async def tidy(self, legs: Sequence[LegId], bridges: Sequence[BridgeId]) -> None:
        """Remove what no live call owns, one after the other. A caller among them goes to the dialplan's fallback."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkLine:
    """A provider's line as Asterisk needs it: addresses it calls from, SIP URI it is called at, our login there."""

    id: str
    match: tuple[str, ...]
    contact: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPhone:
    """An agent's SIP endpoints; `contact` is the phone's fixed SIP URI, None for one that registers. Without a
    `softphone_password` there is no second one for the agent's browser."""

    agent: AgentId
    password: str = field(repr=False)
    contact: str | None = None
    softphone_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackRoute:
    """Where the dialplan sends calls for one of our numbers while there is no router."""

    dialled: str
    number: str
    trunk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Everything that Asterisk itself must know of the configuration, at one `version` of it."""

    version: str
    trunks: tuple[TrunkLine, ...]
    phones: tuple[AgentPhone, ...]
    fallbacks: tuple[FallbackRoute, ...]


class Ledger(Protocol):
    """Where finished calls and their postings are kept."""

    async def settle_all(self, records: Sequence[CallRecord]) -> Sequence[bool]:
        """Store records, traces and postings, each call's as if it were settled alone, in one transaction and in this
        order; for each whether it was new, False when it was settled before.

        Raises `LedgerUnavailable` while the database cannot be reached: to be tried again with all of them, whether
        they were stored or not. Raises `CallIdTaken` when another call was settled under one of these ids: trying
        again will not help. After this, and any other error, none of them was stored.
        """
        ...

    async def has(self, call: CallId) -> bool:
        """Whether a call was settled under this id. Raises `LedgerUnavailable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A transaction of the chain by its hash; `name` is the call's, or the entry's key."""

    number: int
    hash: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfClient:
    """A transaction of a client: what it posted, and the call that it is about."""

    client: ClientId
    currency: str
    call: CallId | None
    postings: tuple[Posting, ...]


class Books(Protocol):
    """The ledger as the monthly billing uses it. Every method raises `LedgerUnavailable`."""

    async def post(self, make: Callable[[int], Sequence[Entry]]) -> Sequence[bool]:
        """Post in one transaction what `make` makes of the number of the next invoice or credit note; for each entry
        whether it was new, False for one whose key was posted before. Raises `EntryRefused`: nothing was posted."""
        ...

    async def close(self, entry: Entry) -> bool:
        """Post a close with the digests of the months that it closes; whether it was new. Raises `EntryRefused`."""
        ...

    async def transaction(self, number: int) -> OfClient | None:
        """A client's transaction that can be reversed: no invoice, no close."""
        ...

    async def find(self, key: str) -> PostedEntry | None:
        """The entry of this key."""
        ...

    async def documents(self, *, since: date, until: date) -> Sequence[PostedEntry]:
        """Invoices and credit notes issued from `since` to `until`, by their numbers."""
        ...

    async def period(self, bounds: Bounds, span: Span | None = None) -> Period:
        """What belongs to a client's month now, or, with its `span`, what it was billed for."""
        ...

    async def unbilled(self, month: date) -> Sequence[ClientId]:
        """The clients that had calls in a month that is not billed to them."""
        ...

    async def links(self, month: date, client: ClientId | None = None) -> Sequence[Link]:
        """All that belongs to a month of the books, or what of it is a client's, in the chain's order."""
        ...

    async def balance(self, account: str) -> Cents:
        """The sum of what was posted to an account."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockChange:
    """A change of a client's block list, or (`client` None) the house's: `lifted` was taken off it; None: another."""

    number: int
    client: ClientId | None
    lifted: str | None = None


class Clients(Protocol):
    """The clients' own data: what they, or agents for them, changed since the operators' YAML.

    Each method raises `LedgerUnavailable` while the database cannot be reached.
    """

    async def block(self, *, client: ClientId, entry: BlockEntry, agent: AgentId, call: CallId) -> None:
        """Add a block entry; adding the same callers twice changes nothing."""
        ...

    async def block_for_all(self, *, entry: BlockEntry, reports: Sequence[ClientId]) -> None:
        """Add an entry to the house's own list; adding the same callers twice changes nothing."""
        ...

    async def blocked(self) -> Mapping[ClientId, Sequence[BlockEntry]]:
        """The clients' entries added so far, with their authors."""
        ...

    async def blocked_for_all(self) -> Sequence[BlockEntry]:
        """The house's own entries added so far."""
        ...

    async def changes(self, after: int) -> Sequence[BlockChange]:
        """What somebody else than the running router has changed since change number `after`, in order."""
        ...

    async def last_change(self) -> int:
        """The number of the last such change, 0 for none."""
        ...


class Chronicle(Protocol):
    """Where it is kept what decisions rest on besides the call, so that they can be made again."""

    async def keep_presences(self, seats: Sequence[SeatView]) -> None:
        """Store how seats stand from their `at` on, in this order, all or none. Raises `LedgerUnavailable`."""
        ...

    async def keep_house(self, *, version: str, since: Millis, content: str) -> None:
        """Store a configuration in force from `since` on, unless it is the newest one. Raises `LedgerUnavailable`."""
        ...

    async def house_at(self, at: Millis) -> str | None:
        """The content of the configuration in force at an instant, if it was kept. Raises `LedgerUnavailable`."""
        ...


class Unattended(Protocol):
    """Asterisk's own record of the calls that its dialplan served alone. What was read before a restart, but not yet
    said to be done with, is told again."""

    async def more(self, country: str) -> Sequence[Told]:
        """What was written since the last time of asking, in its order. Numbers without a country are those of
        `country`. Never raises for what the record holds, or is."""
        ...

    @property
    def behind(self) -> bool:
        """Whether that was much, and only a part of it."""
        ...

    def done(self, calls: Collection[CallId]) -> None:
        """These calls need not be told again."""
        ...

    async def keep(self) -> None:
        """Keep how far the record need not be read again."""
        ...


class Observer(Protocol):
    """Somebody who watches: metrics, logs, the desks' live streams. Never waits, never raises."""

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """One turn of the engine's loop."""
        ...


class Speech(Protocol):
    """Text to a sound that Asterisk can play."""

    async def media(self, *, text: str, recording: str | None) -> str:
        """The media URI of a spoken text or uploaded recording; made once, cached by content."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who leads, of two routers: `node` until `left_ms` from now on, unless it is renewed; not above 0: nobody does.

    `serving`: calls are taken up. `given_back`: the leader left in order. `rested_ms`: how long the database has been
    up; a leader that went on without it has had that long to say so.
    """

    node: str
    epoch: int
    left_ms: Millis
    serving: bool
    given_back: bool
    house_version: str
    rested_ms: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The lease is ours under `epoch`. Before, `node` led under `before`; `header` is of its journal, "" for none."""

    epoch: int
    node: str
    before: int
    header: str


class Leases(Protocol):
    """The one lease of a house. Every method raises `LedgerUnavailable` when the database cannot be reached."""

    async def look(self) -> Lease:
        """How it stands."""
        ...

    async def take(self, node: str, *, house_version: str) -> Taken | None:
        """Take it under a new epoch, if nobody else holds it."""
        ...

    async def renew(self, epoch: int, *, serving: bool, house_version: str, header: str) -> bool:
        """Hold it for another `LEASE_MS`; False when another one has taken it."""
        ...

    async def give_back(self, epoch: int) -> None:
        """Leave it to whoever wants it; does nothing when another one has it."""
        ...


LEASE_MS: Millis = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One line of the journal: an event, or (`snapshot`) the state before event `sequence`."""

    sequence: int
    snapshot: bool
    line: bytes


class SharedJournal(Protocol):
    """The journal as both routers can read it. Every method raises `LedgerUnavailable`."""

    async def append(self, epoch: int, rows: Sequence[JournalRow]) -> bool:
        """Commit all rows or none; False when `epoch` is over. Rows that are there already are left as they are."""
        ...

    async def read(self) -> Sequence[JournalRow]:
        """The newest snapshot and all events after it, in order."""
        ...
