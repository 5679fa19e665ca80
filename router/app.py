"""The composition root: builds every room, ties them together, and runs them as one group of tasks.

Order of the start: database, journal (replayed), web, Asterisk; calls are taken up once core and Asterisk agree.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import structlog

from router.ari.cel import Times
from router.ari.client import Client, connect
from router.ari.errors import AriError, Conflict, NotFound
from router.ari.generated import events as ari_events
from router.ari.options import Options
from router.ari.plant import Plants
from router.ari.received import Received
from router.ari.stamps import Stamps
from router.ari.telephony import AriTelephony
from router.ari.translate import APP, USED, translate
from router.calllog import CallLog
from router.core.errors import LedgerUnavailable
from router.core.events import HouseChanged
from router.core.house import GreetingMode, House, Staff
from router.core.route import not_transferable
from router.core.view import CallView
from router.db.clients import SqlClients
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from router.engine.clock import AnchoredClock
from router.engine.journal import Journal
from router.engine.loop import Engine
from router.engine.recovery import reconcile, restore, take_over
from router.metrics.metrics import Metrics
from router.operators import Operators
from router.settings import Settings
from router.speech import Sounds
from router.web.app import build_app, serve

PHRASES = {  # played by the dialplan itself, under these names
    "fallback": "Zurzeit sind alle Leitungen belegt. Bitte rufen Sie in einigen Minuten noch einmal an.",
    "code-done": "Erledigt.",
    "code-refused": "Das ist jetzt nicht möglich.",
}

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Router:
    """All rooms, built, and what ties them together."""

    settings: Settings
    operators: Operators
    engine: Engine
    client: Client
    clock: AnchoredClock
    sounds: Sounds
    plants: Plants
    metrics: Metrics
    stamps: Stamps
    _claims: set[asyncio.Task[None]] = field(default_factory=set)

    def problems(self) -> tuple[str, ...]:
        """Implements `usecases.Readiness`."""
        link = "" if self.engine.linked else "Asterisk is not connected, or core and Asterisk do not agree yet."
        journal, database = self.engine.journal_trouble, self.engine.settlement.trouble
        return tuple(
            filter(
                None,
                (
                    link,
                    journal and f"The journal cannot be written: {journal}",
                    database and f"The database cannot be used: {database}",
                ),
            )
        )

    def transferable(self, call: CallView) -> Sequence[Staff]:
        """The client's people to whom this call may be put through now, by their keys."""
        client = self.engine.board.house.clients.get(call.client) if call.client else None
        people = client.staff.values() if client else ()
        able = [staff for staff in people if not not_transferable(staff, self.clock.now(), vip=call.vip)]
        return sorted(able, key=lambda staff: staff.key)

    # --- the link to Asterisk --------------------------------------------------------------------------------------

    def received(self, received: Received) -> None:
        """An event from Asterisk, on its way to the inbox. A call that is offered to all routers is claimed at once."""
        event, at = received.event, self.stamps.of(received)
        if isinstance(event, ari_events.CallBroadcast):
            claim = asyncio.create_task(self._claim(event.channel.id))
            self._claims.add(claim)
            claim.add_done_callback(self._claims.discard)
        elif (told := translate(event, self.engine.board.house.country)) is not None:
            self.engine.post(told, at)

    async def _claim(self, channel: str) -> None:
        if self.engine.journal_trouble:
            log.warning("call not claimed, the dialplan serves it", call=channel, error=self.engine.journal_trouble)
            return
        try:
            await self.client.events.claimChannel(channelId=channel, application=APP)
        except (Conflict, NotFound):
            log.info("call not ours", call=channel)
        except AriError as error:
            log.warning("call not claimed, the dialplan serves it", call=channel, error=str(error))

    async def connected(self) -> None:
        """Before the first event of a new connection: agree with Asterisk on every call."""
        await self.plants.bring(self.operators.plant)
        await reconcile(self.engine, self.clock)
        self.engine.link_restored()

    async def disconnected(self, reason: AriError) -> None:
        """After the last event of a lost one."""
        self.engine.link_lost()
        self.stamps.forget()
        log.warning("asterisk lost", error=str(reason))

    # --- the configuration -----------------------------------------------------------------------------------------

    async def changed(self) -> None:
        """The operators' files changed, and are good: new calls, phones and trunks follow them."""
        house = await self.operators.house()
        self.engine.post(HouseChanged(house=house))
        self.metrics.config_loaded(house.version)
        try:
            await self.plants.bring(self.operators.plant)
        except AriError as error:
            log.warning("asterisk not configured, tried again when it is back", error=str(error))
        await self.prepare(house)

    async def prepare(self, house: House) -> None:
        """Speak what will be played, before a caller waits for it."""
        for complaint in await self.sounds.prepare(*_sounds_of(house)):
            log.warning("sound missing", error=complaint)
        for name, text in PHRASES.items():
            await self.sounds.keep_as(name, text)

    async def run(self) -> None:
        """Until cancelled, or until another router takes our application's name."""
        self.client.on_any_event(self.received)
        self.client.on_connect(self.connected)
        self.client.on_disconnect(self.disconnected)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.engine.run(), name="engine")
            tasks.create_task(self.engine.settlement.run(), name="settlement")
            tasks.create_task(self.client.run(APP, USED), name="asterisk")
            tasks.create_task(self.prepare(self.engine.board.house), name="sounds")
            tasks.create_task(self.operators.watch(self.changed, self.metrics.config_failed), name="operators")


def _sounds_of(house: House) -> tuple[list[str], list[str]]:
    """All texts to be spoken and all recordings."""
    clients = house.clients.values()
    every = (greeting for client in clients for greeting in client.greetings)
    greetings = [greeting for greeting in every if greeting.mode is GreetingMode.PLAY]
    words = [text for client in clients for text in (client.block_text, client.overflow_text) if text]
    texts = [greeting.text for greeting in greetings if greeting.text and not greeting.recording]
    return texts + words, [greeting.recording for greeting in greetings if greeting.recording]


@asynccontextmanager
async def built(settings: Settings) -> AsyncIterator[Router]:
    """Build all rooms; the journal is replayed. Raises `VorzimmerError` with what is missing."""
    async with AsyncExitStack() as stack:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        database = await stack.enter_async_context(open_database(settings.database_url, create=True))
        await _upgraded(database)
        journal = await stack.enter_async_context(Journal.open(settings.state_dir / "journal"))
        restored = restore(journal)
        clock = AnchoredClock.resume(journal.anchor if restored.board.calls else None)
        journal.begin(clock.anchor)
        log.info("journal replayed", events=restored.events, calls=len(restored.board.calls))
        metrics = Metrics(
            clock=clock,
            view=lambda: engine.view(),
            journal=lambda: journal.lag,
            reconnects=lambda: client.reconnects,
        )
        client = await stack.enter_async_context(
            connect(
                settings.ari_url,
                settings.ari_user,
                settings.ari_password,
                Options(on_request=metrics.ari_request),
            )
        )
        sounds = Sounds(
            directory=settings.sounds_dir, uri=settings.sounds_uri, recordings=settings.config_dir / "recordings"
        )
        clients = SqlClients(database, clock)
        engine = Engine(
            board=restored.board,
            journal=journal,
            telephony=AriTelephony(client, speech=sounds, times=Times(settings.cel_file, clock.at_wall)),
            ledger=SqlLedger(database),
            clients=clients,
            clock=clock,
            observers=(CallLog(), metrics),
            last=restored.last,
        )
        stack.push_async_callback(engine.lanes.close)
        operators = Operators(settings.config_dir, clients=clients, clock=clock)
        await take_over(engine, house := await operators.house(), restored.blocks)
        metrics.config_loaded(house.version)
        yield Router(
            settings=settings,
            operators=operators,
            engine=engine,
            client=client,
            clock=clock,
            sounds=sounds,
            plants=Plants(client, settings.generated_dir),
            metrics=metrics,
            stamps=Stamps(read=clock.at, wall=clock.at_wall),
        )


async def _upgraded(database: Database) -> None:
    """Bring the tables up to date; without a database calls are served all the same, and settled when it is back."""
    try:
        await upgrade(database)
    except LedgerUnavailable as failure:
        log.warning("database unavailable, calls are served and settled later", error=str(failure))


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; calls in progress stay up in Asterisk and are taken over at the next start."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with built(settings) as router:
        app = build_app(
            desk=router.engine,
            readiness=router,
            tokens=lambda: router.operators.tokens,
            metrics=router.metrics.exposition,
            transferable=router.transferable,
        )
        async with serve(app, settings.http_host, settings.http_port) as port:
            log.info("serving", http=f"{settings.http_host}:{port}", asterisk=settings.ari_url)
            await _until(stop, router)
    log.info("stopped")


async def _until(stop: asyncio.Event, router: Router) -> None:
    serving, stopping = asyncio.create_task(router.run()), asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (stopping, serving):
        task.cancel()
    await asyncio.wait({serving, stopping})
    if not serving.cancelled():
        serving.result()
