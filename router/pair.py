"""Two routers on one Asterisk: this one stands by, ready to serve at once, until it may lead.

What both ways of living need is made once: database, configuration, the link for calls that nobody else claims. What
only a leader has (the journal in use, the engine, the application `router`) is built when the lease is ours, and taken
down again when it is another's.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from router.ari.client import connect
from router.ari.options import Options
from router.core.errors import Deposed, LedgerUnavailable, SetUpFailed
from router.core.ids import Millis
from router.db.clients import SqlClients
from router.db.database import Database, open_database
from router.db.direct import Direct
from router.db.lease import SqlLease
from router.db.schema import upgrade
from router.db.shared import SqlSharedJournal
from router.engine.clock import AnchoredClock
from router.engine.inheritance import Inherited, epoch_of, header_of, inherit, led
from router.engine.journal import Journal
from router.engine.journal_folder import hold
from router.engine.lease import Candidate, Leadership
from router.engine.recovery import rehearse_restoring
from router.engine.replica import Replica
from router.metrics.leading import LeadingMetrics, Standing
from router.operators import Operators
from router.ports import Clock, JournalRow, Leases, SharedJournal, Taken
from router.settings import Settings
from router.standby import GRACE_S, Standby

STATEMENT_S = 1.0  # a lease is looked at, renewed, and a line appended, in less; else the database counts as away
READING_S = 20.0
RETRY_S = 0.5
LOOK_S = 1.0
FINISH_S = 2.0
SHARED_SEGMENT_BYTES = 1024 * 1024  # read back, and replayed, in a fraction of a second
STANDBY_CONNECTIONS = 4

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class CurrentClock:
    """The clock of whoever leads here, of this machine while nobody does."""

    clock: Clock = field(default_factory=AnchoredClock.start)

    def now(self) -> Millis:
        """See `ports.Clock.now`."""
        return self.clock.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a router has before it leads."""

    database: Database
    clients: SqlClients
    operators: Operators
    clock: CurrentClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What the leader is given: its lease, and the journal's copy, to be fed from now on."""

    ground: Ground
    leadership: Leadership
    replica: Replica
    inherited: Inherited
    metrics: LeadingMetrics
    renewing: asyncio.Task[None]

    def begin(self, journal: Journal, clock: AnchoredClock) -> None:
        """The journal is open, and goes on: from now on every line has its copy."""
        self.ground.clock.clock = clock
        for row in self.inherited.missing:
            self.replica.add(row)
        journal.copy = self.replica
        self.leadership.header = lambda: header_of(journal.anchor or clock.anchor)

    async def held(self) -> None:
        """Until the lease is another's: raises `Deposed`. The lease is renewed whether anybody waits here or not."""
        await asyncio.wait({self.renewing})
        self.renewing.result()


class Pair:
    """One of two routers; made by `paired`. Implements `usecases.Readiness` for the time in which it stands by."""

    def __init__(
        self,
        settings: Settings,
        ground: Ground,
        *,
        node: str,
        leases: Leases,
        shared: SharedJournal,
        looking: Leases,
        standby: Callable[["Pair"], Standby],
    ) -> None:
        self.metrics = LeadingMetrics(standing=self._standing)
        self._ground = ground
        self._journal: Path = settings.state_dir / "journal"
        self._node = node
        self._leases = leases
        self._shared = shared
        self._candidate = Candidate(
            leases=looking,
            node=node,
            house_version=self._house_version,
            led_last=lambda epoch: epoch == epoch_of(self._journal),
        )
        self._lead: Lead | None = None
        self.standby = standby(self)

    # --- who leads -------------------------------------------------------------------------------------------------

    async def rehearse(self) -> None:
        """Before standing by: do once, aside, what must go fast later.

        Raises `SetUpFailed` when another router has our name: before we take its application in Asterisk from it.
        """
        await self._candidate.alone()
        await asyncio.to_thread(rehearse_restoring, await self._ground.operators.house())

    async def lead(self) -> Lead:
        """Wait until this router may lead, and bring what it leads with."""
        self._ground.clock.clock = AnchoredClock.start()
        operators = self._ground.operators
        aside = [asyncio.create_task(work) for work in (operators.watch(_nothing, _nobody), self._tell_differences())]
        try:
            taken, asked_at = await self._candidate.lead()
        finally:
            for task in aside:
                task.cancel()
        log.info("lead taken", node=self._node, epoch=taken.epoch, before=taken.node)
        leadership = Leadership(
            self._leases,
            node=self._node,
            epoch=taken.epoch,
            asked_at=asked_at,
            house_version=self._house_version,
            header=taken.header,
        )
        renewing = asyncio.create_task(leadership.run(), name="lease")
        try:
            inherited = await self._inherited(taken)
        except BaseException:
            await self._let_go(leadership, renewing)
            raise
        replica = Replica(self._shared, epoch=taken.epoch, last=inherited.last, delayed=self.metrics.gate.observe)
        self._lead = Lead(
            ground=self._ground,
            leadership=leadership,
            replica=replica,
            inherited=inherited,
            metrics=self.metrics,
            renewing=renewing,
        )
        return self._lead

    async def _inherited(self, taken: Taken) -> Inherited:
        rows = await self._read()
        inherited = await asyncio.to_thread(inherit, self._journal, rows, taken=taken, node=self._node)
        await asyncio.to_thread(led, self._journal, taken.epoch)
        return inherited

    async def give_back(self, lead: Lead) -> None:
        """The leader's rooms are closed: the other one may go on at once, with all that this one knew."""
        with suppress(Deposed, TimeoutError):
            async with asyncio.timeout(FINISH_S):
                await lead.replica.finish()
        self._lead, self._candidate.lease = None, None
        await self._let_go(lead.leadership, lead.renewing, known=lead.replica.complete)

    async def _let_go(self, leadership: Leadership, renewing: "asyncio.Task[None]", *, known: bool = True) -> None:
        """Command nothing more, and give the lease back; but where only our own journal is complete, we may come back
        before it runs out."""
        renewing.cancel()
        with suppress(asyncio.CancelledError, Deposed):
            await renewing
        if known:
            with suppress(LedgerUnavailable):
                await self._leases.give_back(leadership.epoch)

    async def leads_still(self, lead: Lead) -> bool:
        """Whether nobody has taken the lease from us, as far as can be known. Raises `SetUpFailed`."""
        try:
            lease = await self._leases.look()
        except LedgerUnavailable:
            return False
        if lease.epoch != lead.leadership.epoch and lease.node == self._node:
            raise SetUpFailed(f"Another router calls itself {self._node!r}, too: give each its own VORZIMMER_NODE.")
        return lease.epoch == lead.leadership.epoch

    async def _read(self) -> Sequence[JournalRow]:
        while True:
            try:
                return await self._shared.read()
            except LedgerUnavailable as failure:
                log.warning("shared journal cannot be read yet", error=str(failure))
                await asyncio.sleep(RETRY_S)

    def _house_version(self) -> str:
        return self._ground.operators.plant.version

    # --- what others may know --------------------------------------------------------------------------------------

    @property
    def leading(self) -> bool:
        """Whether this router itself takes calls."""
        return self._lead is not None and self._lead.leadership.serving

    @property
    def served(self) -> bool:
        """Whether any router takes calls."""
        lease = self._candidate.lease
        return self.leading or (self._lead is None and lease is not None and lease.serving and lease.left_ms > 0)

    def problems(self) -> tuple[str, ...]:
        """Implements `usecases.Readiness`: a router that stands by is never ready."""
        lease, trouble = self._candidate.lease, self._candidate.trouble
        differs = "The leader has another configuration than this router." if self._differs() else ""
        if trouble:
            return (f"Standing by, and cannot take the lead: {trouble}",)
        if lease is None or lease.left_ms <= 0:
            return ("Standing by, nobody leads.",)
        return tuple(filter(None, (f"Standing by, {lease.node} leads.", differs)))

    async def _tell_differences(self) -> None:
        """Say once, and again after they were equal."""
        told = False
        while True:
            if (differs := self._differs()) and not told:
                log.warning("the leader has another configuration than this router")
            told = differs
            await asyncio.sleep(LOOK_S)

    def _differs(self) -> bool:
        lease = self._candidate.lease
        return bool(
            lease and self._lead is None and lease.house_version and lease.house_version != self._house_version()
        )

    def _standing(self) -> Standing:
        lead, lease = self._lead, self._candidate.lease
        epoch = lead.leadership.epoch if lead else lease.epoch if lease else 0
        return Standing(
            node=self._node,
            leads=lead is not None,
            epoch=epoch,
            shared=not (lead.replica.trouble if lead else self._candidate.trouble),
            held=len(self.standby.held),
            differs=self._differs(),
        )


@asynccontextmanager
async def paired(settings: Settings, *, grace_s: float = GRACE_S) -> AsyncIterator[Pair]:
    """A router that stands by, until the block ends. Raises `VorzimmerError` with what is missing."""
    node = settings.node or ""
    async with AsyncExitStack() as stack:
        stack.callback(os.close, hold(settings.state_dir))
        limits = (STATEMENT_S, STATEMENT_S, STATEMENT_S, READING_S)
        leases, looking, journal, reading = (Direct(settings.database_url, timeout_s=limit) for limit in limits)
        for connection in (leases, looking, journal, reading):
            stack.push_async_callback(connection.close)
        ground = await _ground(settings, stack)
        options = Options(pool_size=STANDBY_CONNECTIONS)
        client = await stack.enter_async_context(
            connect(settings.ari_url, settings.ari_user, settings.ari_password, options)
        )
        yield Pair(
            settings,
            ground,
            node=node,
            leases=SqlLease(leases),
            looking=SqlLease(looking),
            shared=SqlSharedJournal(journal, reading=reading),
            standby=lambda pair: Standby(
                client, node=node, leading=lambda: pair.leading, served=lambda: pair.served, grace_s=grace_s
            ),
        )


async def _ground(settings: Settings, stack: AsyncExitStack) -> Ground:
    database = await stack.enter_async_context(open_database(settings.database_url))
    clock = CurrentClock()
    clients = SqlClients(database, clock)
    operators = Operators(settings.config_dir, clients=clients, clock=clock)
    await _upgraded(database)
    return Ground(database=database, clients=clients, operators=operators, clock=clock)


async def _upgraded(database: Database) -> None:
    """Without its tables nobody can lead: wait for them."""
    while True:
        try:
            return await upgrade(database)
        except LedgerUnavailable as failure:
            log.warning("database unavailable, nobody can lead", error=str(failure))
            await asyncio.sleep(RETRY_S)


async def _nothing() -> None:
    """The configuration changed: it is taken when this router leads."""


def _nobody() -> None:
    """A configuration was refused: the log says so."""
