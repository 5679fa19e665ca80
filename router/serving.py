"""The running router: what comes from Asterisk goes to the engine, what operators change reaches everybody.

It holds all rooms as the composition root built them, and ties together what no two of them may know of each other.
"""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from router import heap
from router.admission import Admission, Load
from router.ari.client import Client
from router.ari.errors import AriError, Conflict, NotFound
from router.ari.generated import events as ari_events
from router.ari.generated import models
from router.ari.offered import offered
from router.ari.plant import Plants
from router.ari.received import Received
from router.ari.stamps import Stamps
from router.ari.translate import APP, USED, translate
from router.awake import Awake
from router.core.errors import VorzimmerError
from router.core.events import DigitPressed, Event, HouseChanged
from router.core.house import House, Staff
from router.core.ids import AgentId, LegId
from router.core.route import reach
from router.core.skills import Needs
from router.core.spoken import recordings_of, texts_of
from router.core.view import CallView, Phase
from router.db.database import Database
from router.engine.clock import AnchoredClock
from router.engine.fallback import FallbackCalls
from router.engine.lists import Lists
from router.engine.loop import Engine
from router.engine.recovery import reconcile
from router.metrics.metrics import Metrics
from router.metrics.overload import Overload
from router.operators import Operators
from router.pace import Pace
from router.pair import Lead
from router.ports import Clients, Plant
from router.settings import Settings
from router.softphones import Softphones
from router.speech import Sounds
from router.web.keys import PassTargets

PHRASES = {  # played by the dialplan itself, under these names
    "fallback": "Zurzeit sind alle Leitungen belegt. Bitte rufen Sie in einigen Minuten noch einmal an.",
    "code-done": "Erledigt.",
    "code-refused": "Das ist jetzt nicht möglich.",
}

LISTENING = {Phase.GREETING, Phase.WAITING, Phase.OFFERED, Phase.ASKING, Phase.RECORDING}  # to the caller's keys
PREPARATION_S = 30.0  # so long a changed house waits for its sounds

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Router:
    """All rooms, built, and what ties them together."""

    settings: Settings
    operators: Operators
    clients: Clients
    database: Database
    engine: Engine
    client: Client
    clock: AnchoredClock
    sounds: Sounds
    plants: Plants
    softphones: Softphones | None
    metrics: Metrics
    stamps: Stamps
    fallback: FallbackCalls
    lead: Lead | None = None  # of two routers
    awake: Awake = field(default_factory=Awake)
    preparation_s: float = PREPARATION_S
    _aside: set[asyncio.Task[None]] = field(default_factory=set)
    _claims: dict[str, float] = field(default_factory=dict)  # without an answer yet: since when, the oldest first
    pace: Pace = field(default_factory=Pace)
    admission: Admission = field(init=False)

    def __post_init__(self) -> None:
        """The door is this router's own."""
        self.admission = Admission(load=self._load, shut=self._shut, clock=time.monotonic, sleep=asyncio.sleep)
        self.metrics.show(
            Overload(
                refused=lambda: self.admission.refused,
                closed=lambda: self.admission.door.closed,
                paced=lambda: self.pace.refused,
            )
        )

    def problems(self) -> tuple[str, ...]:
        """Implements `usecases.Readiness`."""
        link = "" if self.engine.linked else "Asterisk is not connected, or core and Asterisk do not agree yet."
        journal, database = self.engine.takes_no_calls, self.engine.settlement.trouble or self.database.trouble
        kept = "" if self.engine.journal_trouble else " Calls that are up go on with the room kept in reserve."
        shared = self.lead.replica.trouble if self.lead else ""
        return tuple(
            filter(
                None,
                (
                    link,
                    journal and f"No new call is taken: {journal}{kept}",
                    database and f"The database cannot be used: {database}",
                    shared and f"No other router could take over: the journal is not shared ({shared}).",
                    *(f"Asterisk refuses {kind} {name}: {why}" for (kind, name), why in self.plants.refused.items()),
                ),
            )
        )

    @property
    def plant(self) -> Plant:
        """What Asterisk must know: what the operators say, and the softphones."""
        plant, softphones = self.operators.plant, self.softphones
        if softphones is None:
            return plant
        phones = (replace(one, softphone_password=softphones.password(one.agent)) for one in plant.phones)
        return replace(plant, phones=tuple(phones))

    def transferable(self, call: CallView) -> Sequence[Staff]:
        """The client's people to whom, or to whose deputy, this call may be put through now, by their keys."""
        client = self.engine.board.house.clients.get(call.client) if call.client else None
        if client is None:
            return []
        now = self.clock.now()
        able = [staff for staff in client.staff.values() if reach(client, staff.id, now, vip=call.vip)[0] is not None]
        return sorted(able, key=lambda staff: staff.key)

    def passable(self, agent: AgentId, call: CallView) -> PassTargets:
        """Colleagues who could take this call now, and the queues."""
        floor, house = self.engine.board.floor, self.engine.board.house
        client = house.clients.get(call.client) if call.client else None
        needs, now = Needs(pledge=client is not None and client.needs_pledge), self.clock.now()
        others = [one for one in house.agents.values() if one.id != agent and one.id in floor.seats]
        free = [one for one in others if not floor.why_not(one.id, needs, now)]
        return PassTargets(agents=free, queues=tuple(house.queues.values()))

    # --- the link to Asterisk --------------------------------------------------------------------------------------

    def received(self, received: Received) -> None:
        """An event from Asterisk, on its way to the inbox. A call that is offered to all routers is claimed at once."""
        event, at = received.event, self.stamps.of(received)
        if isinstance(event, ari_events.CallBroadcast):
            admitted = self._admits(event.channel, event.timestamp.timestamp())
            self._start(self._claim(event.channel.id) if admitted else self._refuse(event.channel.id))
        elif isinstance(event, ari_events.ApplicationReplaced):
            self.awake.replaced()
        elif (told := translate(event, self.engine.board.house.country)) is not None:
            if not self._may_be_a_secret(told):
                self.engine.post(told, at)
        elif isinstance(event, ari_events.StasisStart):
            log.warning("not what our dialplan hands over, not kept", channel=event.channel.id)
            self._start(self.engine.telephony.tidy([LegId(event.channel.id)], []))

    def _admits(self, channel: models.Channel, asterisks_time: float) -> bool:
        """Agents' codes and callers who come back from the dialplan are no new calls: they are claimed in any case."""
        board = self.engine.board
        arrived = offered(channel, board.house.country)
        if arrived is None:
            return True
        return self.admission.admits(asterisks_time) and self.pace.lets_in(
            board.house, board.guard, arrived, self.clock.now()
        )

    def _may_be_a_secret(self, event: Event) -> bool:
        """What a caller presses in a conversation may be a PIN: it is neither looked at nor written anywhere."""
        if not isinstance(event, DigitPressed):
            return False
        call = self.engine.board.calls.get(event.call)
        return call is not None and event.leg == call.leg and call.phase not in LISTENING

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Have something done aside, by a task that is held until its end."""
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)
        return task

    async def _claim(self, channel: str) -> None:
        if trouble := self.engine.takes_no_calls:
            log.warning("call not claimed, the dialplan serves it", call=channel, error=trouble)
            return
        self._claims[channel] = time.monotonic()
        try:
            await self.client.events.claimChannel(channelId=channel, application=APP)
        except (Conflict, NotFound):
            log.info("call not ours", call=channel)
        except AriError as error:
            log.warning("call not claimed, the dialplan serves it", call=channel, error=str(error))
        finally:
            self._claims.pop(channel, None)

    async def _refuse(self, channel: str) -> None:
        """One too many; were it left, the other one of two routers would claim it, or the fallback's queue."""
        with suppress(AriError):
            await self.client.channels.hangup(channelId=channel, reason="busy")

    async def _shut(self, until: int) -> None:
        try:
            await self.client.asterisk.setGlobalVar(variable="REFUSE_UNTIL", value=str(until))
        except AriError as error:
            log.info("Asterisk not told whether to refuse calls", error=str(error))

    def _load(self) -> Load:
        now = time.monotonic()
        waits = now - next(iter(self._claims.values()), now)
        return Load(claims=len(self._claims), waits=waits, backlog=self.client.backlog + self.engine.waiting)

    async def connected(self) -> None:
        """Before the first event of a new connection: agree with Asterisk on every call."""
        await self.plants.bring(self.plant)
        await self.stamps.sound(self.client.asterisk.ping, self.clock.now)
        await reconcile(self.engine, self.clock)
        heap.settle()
        self.engine.link_restored()
        if self.lead:
            self.lead.leadership.serve(serving=True)

    async def disconnected(self, reason: AriError) -> None:
        """After the last event of a lost one."""
        self.engine.link_lost()
        if self.lead:
            self.lead.leadership.serve(serving=False)
        self.stamps.forget()
        log.warning("asterisk lost", error=str(reason))

    # --- the configuration -----------------------------------------------------------------------------------------

    async def changed(self) -> None:
        """The operators' files changed, and are good: new calls, phones and trunks follow them.

        New sounds are made first, as long as that takes no longer than `preparation_s` seconds; the rest goes on aside.
        """
        begun = self.clock.now()
        house = await self.operators.house()
        await asyncio.wait({self._start(self.prepare(house))}, timeout=self.preparation_s)
        self.engine.post(HouseChanged(house=house))
        heap.settle()
        self.metrics.config_reloaded(house.version, (self.clock.now() - begun) / 1000)
        try:
            await self.plants.bring(self.plant)
        except AriError as error:
            log.warning("asterisk not configured, tried again when it is back", error=str(error))

    async def lists_changed(self) -> None:
        """The block lists in the database are others than at the last look."""
        house = await self.operators.house()
        if house != self.engine.board.house:
            self.engine.post(HouseChanged(house=house))

    async def prepare(self, house: House) -> None:
        """Speak what will be played, before a caller waits for it. What fails keeps nothing else from being made."""
        for name, text in PHRASES.items():
            try:
                await self.sounds.keep_as(name, text)
            except (VorzimmerError, OSError) as failure:
                log.warning("phrase missing, the dialplan goes on without it", phrase=name, error=str(failure))
        try:
            for complaint in await self.sounds.prepare(texts_of(house), recordings_of(house)):
                log.warning("sound missing", error=complaint)
            log.info("sounds ready", version=house.version[:12])
        except (VorzimmerError, OSError) as failure:
            log.warning("sounds missing, calls go on without them", error=str(failure))

    async def run(self) -> None:
        """Until cancelled, or until another router takes our application's name."""
        self.client.on_any_event(self.received)
        self.client.on_connect(self.connected)
        self.client.on_disconnect(self.disconnected)
        lists = Lists(self.clients, post=self.engine.post, changed=self.lists_changed)
        async with asyncio.TaskGroup() as tasks:
            if self.lead:
                tasks.create_task(self.lead.replica.run(), name="shared journal")
                tasks.create_task(self.lead.held(), name="lease")
            tasks.create_task(self.awake.run(), name="awake")
            tasks.create_task(self.admission.run(), name="admission")
            tasks.create_task(self.engine.run(), name="engine")
            tasks.create_task(self.engine.settlement.run(), name="settlement")
            tasks.create_task(self.engine.chronicling.run(), name="chronicle")
            tasks.create_task(lists.run(), name="block lists")
            tasks.create_task(self.fallback.run(), name="fallback")
            tasks.create_task(self.client.run(APP, USED), name="asterisk")
            tasks.create_task(self.prepare(self.engine.board.house), name="sounds")
            tasks.create_task(self.operators.watch(self.changed, self.metrics.config_failed), name="operators")
