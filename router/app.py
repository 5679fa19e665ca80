"""The composition root: builds every room, ties them together, and runs them as one group of tasks.

Order of the start: database, journal (replayed), web, Asterisk; calls are taken up once core and Asterisk agree.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from router.ari.cel import Times
from router.ari.client import Client, connect
from router.ari.errors import AriApplicationReplaced
from router.ari.options import Options
from router.ari.plant import Plants
from router.ari.stamps import Stamps, millis_of
from router.ari.telephony import AriTelephony
from router.ari.unattended import Record
from router.ari.wall import Wall
from router.awake import Awake
from router.calllog import CallLog
from router.core.desk.account import Terms
from router.core.errors import Deposed, JournalBroken, LedgerUnavailable, SetUpFailed
from router.core.ids import Millis
from router.db.accounts import SqlAccounts
from router.db.chronicle import SqlChronicle
from router.db.clients import SqlClients
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from router.desk.inviting import Invitations
from router.desk.passwords import Passwords
from router.desk.sealing import Seal
from router.desk.sessions import Sessions
from router.desk.signing_in import SigningIn
from router.engine.clock import AnchoredClock
from router.engine.fallback import FallbackCalls
from router.engine.journal import SEGMENT_BYTES, Journal
from router.engine.loop import Engine
from router.engine.recovery import Restored, restore, take_over
from router.engine.replica import Replica
from router.metrics.metrics import Metrics
from router.operators import Operators
from router.pair import SHARED_SEGMENT_BYTES, Lead, Pair, paired
from router.secret import derived, house_secret
from router.serving import Router
from router.settings import CEL_PLACE, Settings
from router.softphones import Softphones
from router.speech import Sounds
from router.standby import GRACE_S
from router.watchdog.line import Watched
from router.web.app import build_app, serve
from router.web.people import People
from router.web.softphone import SipWay
from router.web.standby import build_standby_app

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What outlives a restart, opened: the database, and the journal with the state it gave back."""

    database: Database
    journal: Journal
    restored: Restored
    clock: AnchoredClock


async def _kept(settings: Settings, stack: AsyncExitStack, watched: Watched, lead: Lead | None) -> _Kept:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    # The journal first: its lock keeps a second router from touching the database of a running one.
    segment_bytes = SHARED_SEGMENT_BYTES if lead else SEGMENT_BYTES
    opened = Journal.open(settings.state_dir / "journal", segment_bytes=segment_bytes)
    journal = await stack.enter_async_context(opened)
    database = lead.ground.database if lead else await _database(settings, stack)
    restored = restore(journal, watched.progress)
    # While calls live, their clock goes on; without any, the machine's clock is believed anew, wherever it was before.
    clock = AnchoredClock.resume(journal.anchor, not_before=restored.last) if restored.last else AnchoredClock.start()
    journal.begin(clock.anchor)
    if lead:
        lead.begin(journal, clock)
    log.info("journal replayed", events=restored.events, calls=len(restored.board.calls))
    return _Kept(database=database, journal=journal, restored=restored, clock=clock)


async def _database(settings: Settings, stack: AsyncExitStack) -> Database:
    database = await stack.enter_async_context(open_database(settings.database_url, create=True))
    await _upgraded(database)
    return database


@asynccontextmanager
async def built(settings: Settings, watched: Watched, lead: Lead | None = None) -> AsyncIterator[Router]:
    """Build all rooms; the journal is replayed. `lead`: what the leader of two routers begins with.

    Raises `VorzimmerError` with what is missing.
    """
    async with AsyncExitStack() as stack:
        kept = await _kept(settings, stack, watched, lead)
        clock = kept.clock
        clients = lead.ground.clients if lead else SqlClients(kept.database, clock)
        metrics = Metrics(
            clock=clock,
            view=lambda: engine.view(),
            journal=lambda: kept.journal.lag,
            reconnects=lambda: client.reconnects,
            replaced=watched.replaced,
        )
        if lead:
            metrics.show(lead.metrics)
        awake = Awake(lead.leadership.permitted if lead else None)
        client = await stack.enter_async_context(_asterisk(settings, metrics, awake.permitted))
        sounds = _sounds(settings)
        wall = _wall(kept)
        times = Times(settings.cel_file, lambda stamp: wall.at(millis_of(stamp)))
        softphones = _softphones(settings)
        telephony = AriTelephony(client, speech=sounds, times=times, softphones=softphones)
        engine = _engine(kept, telephony, clients, metrics, lead.replica if lead else None)
        stack.push_async_callback(engine.lanes.close)
        operators = lead.ground.operators if lead else Operators(settings.config_dir, clients=clients, clock=clock)
        await take_over(engine, house := await operators.house(), kept.restored.blocks)
        engine.begin_chronicle()
        metrics.config_loaded(house.version)
        yield Router(
            settings=settings,
            operators=operators,
            clients=clients,
            database=kept.database,
            engine=engine,
            client=client,
            clock=clock,
            sounds=sounds,
            plants=Plants(client, settings.generated_dir),
            softphones=softphones,
            metrics=metrics,
            fallback=_fallback(settings, kept, engine, wall),
            stamps=Stamps(read=clock.at, wall=wall),
            lead=lead,
            awake=awake,
        )


def _fallback(settings: Settings, kept: _Kept, engine: Engine, wall: Wall) -> FallbackCalls:
    place = settings.state_dir / CEL_PLACE
    record = Record(settings.cel_file, place, lambda stamp: wall.at(millis_of(stamp)))
    database = kept.database
    return FallbackCalls(engine=engine, record=record, chronicle=SqlChronicle(database), ledger=SqlLedger(database))


def _wall(kept: _Kept) -> Wall:
    """Asterisk's clock goes on from the run before: what it wrote down meanwhile has stamps of then."""
    clock, journal, last = kept.clock, kept.journal, kept.restored.last

    def learned(ahead_ms: Millis) -> None:
        try:
            journal.begin(replace(journal.anchor or clock.anchor, ahead_ms=ahead_ms))
        except JournalBroken as failure:
            log.warning("clock's step not kept", error=str(failure))

    ahead = (clock.before or clock.anchor).ahead_ms if last else None
    booted = clock.booted if last and clock.before else None
    return Wall(ahead=clock.ahead, now=clock.now, kept=ahead, last=last, learned=learned, booted=booted)


def _asterisk(settings: Settings, metrics: Metrics, permitted: Callable[[], Awaitable[bool]]) -> Client:
    options = Options(on_request=metrics.ari_request, allowed=permitted)
    return connect(settings.ari_url, settings.ari_user, settings.ari_password, options)


def _sounds(settings: Settings) -> Sounds:
    recordings = settings.config_dir / "recordings"
    return Sounds(directory=settings.sounds_dir, uri=settings.sounds_uri, recordings=recordings)


def _engine(
    kept: _Kept, telephony: AriTelephony, clients: SqlClients, metrics: Metrics, gate: Replica | None
) -> Engine:
    return Engine(
        board=kept.restored.board,
        journal=kept.journal,
        telephony=telephony,
        ledger=SqlLedger(kept.database),
        clients=clients,
        chronicle=SqlChronicle(kept.database),
        clock=kept.clock,
        observers=(CallLog(), metrics),
        last=kept.restored.last,
        gate=gate,
    )


async def _upgraded(database: Database) -> None:
    """Bring the tables up to date; without a database calls are served all the same: when it is back it gets its
    tables, and what waits is settled."""
    try:
        await database.begin_with(upgrade)
    except LedgerUnavailable as failure:
        log.warning("database unavailable, calls are served and settled later", error=str(failure))


async def run(settings: Settings, watched: Watched, *, grace_s: float = GRACE_S) -> None:
    """Serve until SIGTERM or SIGINT; calls in progress stay up in Asterisk and are taken over at the next start.

    `grace_s`: of two routers, how long the one that stands by lets the other one claim a call.
    """
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with watched.beating():
        if settings.node is None:
            async with built(settings, watched) as router:
                await _serve(router, watched, stop)
        else:
            await _serve_in_turn(settings, watched, stop, grace_s)
    log.info("stopped")


async def _serve(router: Router, watched: Watched, stop: asyncio.Event) -> None:
    settings = router.settings
    watched.ready = lambda: not router.problems()
    app = build_app(
        desk=router.engine,
        readiness=router,
        tokens=lambda: router.operators.tokens,
        metrics=router.metrics.exposition,
        transferable=router.transferable,
        passable=router.passable,
        people=_people(router),
        sip_way=_sip_way(router),
    )
    async with serve(app, settings.http_host, settings.http_port) as port:
        log.info("serving", http=f"{settings.http_host}:{port}", asterisk=settings.ari_url)
        await _until(stop, router)


def _sip_way(router: Router) -> SipWay | None:
    """Asterisk's websocket for SIP is beside ARI on the same server."""
    asterisk = router.settings.ari_url.removesuffix("/").removesuffix("/ari") + "/ws"
    return SipWay(softphones=router.softphones, asterisk=asterisk) if router.softphones else None


def _softphones(settings: Settings) -> Softphones | None:
    """Without the house's secret browsers are no telephones; why is told where nobody can sign in either."""
    try:
        return Softphones(derived(house_secret(settings.state_dir), "softphones"))
    except (SetUpFailed, OSError):
        return None


def _people(router: Router) -> People | None:
    """Without the house's secret nobody signs in, and calls are served all the same."""
    try:
        secret = house_secret(router.settings.state_dir)
    except (SetUpFailed, OSError) as failure:
        log.warning("nobody can sign in at the desk", error=str(failure))
        return None
    accounts = SqlAccounts(router.database)
    passwords, seal = Passwords(), Seal(derived(secret, "second factors"))
    sessions = Sessions(accounts, _wall_clock)
    door = SigningIn(
        accounts=accounts, sessions=sessions, terms=Terms, passwords=passwords, seal=seal, wall=_wall_clock
    )
    invitations = Invitations(
        accounts=accounts,
        terms=Terms,
        passwords=passwords,
        seal=seal,
        secret=derived(secret, "invitations"),
        wall=_wall_clock,
    )
    return People(door=door, sessions=sessions, invitations=invitations)


def _wall_clock() -> Millis:
    """One-time codes are about the time of day, which the calls' clock is not."""
    return time.time_ns() // 1_000_000


async def _serve_in_turn(settings: Settings, watched: Watched, stop: asyncio.Event, grace_s: float) -> None:
    """Of two routers: stand by, lead, and stand by again when the other one has taken the lead."""
    async with paired(settings, grace_s=grace_s) as pair, asyncio.TaskGroup() as tasks:
        await pair.rehearse()
        standing_by = tasks.create_task(pair.standby.run(), name="standby")
        while not stop.is_set():
            await _stand_by_and_lead(settings, watched, stop, pair)
        await pair.standby.let_go()
        standing_by.cancel()


async def _stand_by_and_lead(settings: Settings, watched: Watched, stop: asyncio.Event, pair: Pair) -> None:
    async with AsyncExitStack() as stack:
        watched.ready = lambda: True
        app = build_standby_app(readiness=pair, metrics=pair.metrics.exposition)
        web = await stack.enter_async_context(AsyncExitStack())
        port = await web.enter_async_context(serve(app, settings.http_host, settings.http_port))
        log.info("standing by", http=f"{settings.http_host}:{port}", node=settings.node)
        lead = await _unless(stop, pair.lead())
        if lead is None:
            return
        stack.push_async_callback(pair.give_back, lead)
        try:
            async with built(settings, watched, lead) as router:
                await web.aclose()
                await _serve(router, watched, stop)
        except* (Deposed, AriApplicationReplaced) as ended:
            if await pair.leads_still(lead):
                raise
            log.warning("another router leads", error=str(ended.exceptions[0]))


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, T]) -> T | None:
    """The outcome of something long; None when it is time to stop."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (stopping, working):
        task.cancel()
    await asyncio.wait({working, stopping})
    return None if working.cancelled() else working.result()


async def _until(stop: asyncio.Event, router: Router) -> None:
    serving, stopping = asyncio.create_task(router.run()), asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (stopping, serving):
        task.cancel()
    await asyncio.wait({serving, stopping})
    if not serving.cancelled():
        serving.result()
