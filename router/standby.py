"""What a router does for callers while another one leads: nobody falls into the dialplan's fallback meanwhile.

A call that is offered to all routers and that nobody has claimed after `GRACE_S` is claimed for an application of our
own, hears ringing, and is moved to the leader's application as soon as that one takes calls, with the arguments it
came with. Whoever leads then, this router or the other, sees an ordinary arrival.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

import structlog

from router.ari.client import Client
from router.ari.errors import AriError, Conflict, NotFound
from router.ari.generated import events
from router.ari.offered import handed_over
from router.ari.received import Received
from router.ari.translate import APP

GRACE_S = 0.3  # the leader claims within milliseconds
LOOK_S = 0.05
MOVED_S = 2.0  # so long an outcome may take
PATIENCE_S = 8.0  # then the dialplan's fallback serves the caller
USED = (
    events.CallBroadcast,
    events.CallClaimed,
    events.StasisStart,
    events.StasisEnd,
    events.ChannelDestroyed,
    events.ApplicationMoveFailed,
)

log = structlog.get_logger(__name__)


def app_of(node: str) -> str:
    """The application of a router that stands by; the dialplan offers calls to every `router…`."""
    return f"{APP}-{node}"


@dataclass(slots=True, kw_only=True, eq=False)
class Held:
    """A channel in our own application."""

    channel: str
    args: tuple[str, ...]
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    refused: asyncio.Event = field(default_factory=asyncio.Event)


class Standby:
    """`leading` tells whether this router itself takes calls, `served` whether any router does."""

    def __init__(
        self,
        client: Client,
        *,
        node: str,
        leading: Callable[[], bool],
        served: Callable[[], bool],
        grace_s: float = GRACE_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.app = app_of(node)
        self.held: dict[str, Held] = {}
        self._client = client
        self._leading = leading
        self._served = served
        self._grace_s = grace_s
        self._patience_s = patience_s
        self._claims: dict[str, asyncio.Task[None]] = {}
        self._aside: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled, or until another router takes our own application's name."""
        self._client.on_any_event(self.received)
        self._client.on_connect(self.connected)
        try:
            await self._client.run(self.app, USED)
        finally:
            for task in self._aside:
                task.cancel()

    def received(self, received: Received) -> None:
        """An event from Asterisk."""
        match received.event:
            case events.CallBroadcast(channel=channel) if not self._leading():
                self._claims[channel.id] = self._start(self._claim(channel.id))
            case events.CallClaimed(channel=channel):
                self._forget_claim(channel.id)
            case events.StasisStart(channel=channel, args=args):
                self._hold(Held(channel=channel.id, args=args))
            case events.StasisEnd(channel=channel) | events.ChannelDestroyed(channel=channel):
                self._forget_claim(channel.id)
                if held := self.held.pop(channel.id, None):
                    held.gone.set()
            case events.ApplicationMoveFailed(channel=channel) if channel.id in self.held:
                self.held[channel.id].refused.set()

    async def connected(self) -> None:
        """Before the first event of a new connection: who left meanwhile, and who is held since before our start."""
        there = set((await self._client.applications.get(applicationName=self.app)).channel_ids)
        for channel in self.held.keys() - there:
            self.held.pop(channel).gone.set()
        for channel in there - self.held.keys():
            if args := await self._args_of(channel):
                self._hold(Held(channel=channel, args=args))

    async def _args_of(self, channel: str) -> tuple[str, ...]:
        """What the dialplan handed over."""
        try:
            snapshot = (await self._client.channels.get(channelId=channel)).snapshot
        except NotFound:
            return ()
        return handed_over(snapshot)

    async def let_go(self) -> None:
        """At the end: whom nobody serves gets the dialplan's fallback."""
        await asyncio.gather(*map(self._to_fallback, list(self.held.values())))

    # --- claiming --------------------------------------------------------------------------------------------------

    async def _claim(self, channel: str) -> None:
        await asyncio.sleep(self._grace_s)
        self._claims.pop(channel, None)
        try:
            await self._client.events.claimChannel(channelId=channel, application=self.app)
        except (Conflict, NotFound):
            log.debug("call claimed by the other router", call=channel)
        except AriError as error:
            log.warning("call not claimed", call=channel, error=str(error))

    def _forget_claim(self, channel: str) -> None:
        if task := self._claims.pop(channel, None):
            task.cancel()

    # --- holding ---------------------------------------------------------------------------------------------------

    def _hold(self, held: Held) -> None:
        """Once: who is found after a connect may be told of by its first events, too."""
        if held.channel in self.held:
            return
        self.held[held.channel] = held
        log.info("call held until a router leads", call=held.channel)
        self._start(self._hand_on(held))

    async def _hand_on(self, held: Held) -> None:
        await self._tried(self._client.channels.ring(channelId=held.channel))
        until = asyncio.get_running_loop().time() + self._patience_s
        while not held.gone.is_set():
            if self._served() and await self._moved(held):
                log.info("call handed on", call=held.channel)
                return
            if asyncio.get_running_loop().time() >= until:
                log.warning("nobody leads, the dialplan serves the call", call=held.channel)
                await self._to_fallback(held)
                return
            await asyncio.sleep(LOOK_S)
        log.info("caller left before a router led", call=held.channel)

    async def _moved(self, held: Held) -> bool:
        """Whether the channel is the leader's now, or gone. It is never moved twice: that would be a second arrival."""
        held.refused.clear()
        try:
            await self._client.channels.move(channelId=held.channel, app=APP, appArgs=",".join(held.args))
        except NotFound:
            return True
        except AriError as error:
            log.info("call not handed on yet", call=held.channel, error=str(error))
            if not error.outcome_unknown:
                return False
        return await self._left(held)

    async def _left(self, held: Held) -> bool:
        ends = [asyncio.create_task(one.wait()) for one in (held.gone, held.refused)]
        await asyncio.wait(ends, timeout=MOVED_S, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        return held.gone.is_set() or not (held.refused.is_set() or await self._is_ours(held.channel))

    async def _is_ours(self, channel: str) -> bool:
        try:
            return channel in (await self._client.applications.get(applicationName=self.app)).channel_ids
        except AriError:
            return True

    async def _to_fallback(self, held: Held) -> None:
        """An agent who dialled a code gets no announcement for callers."""
        if held.args[:1] == ("feature",):
            await self._tried(self._client.channels.hangup(channelId=held.channel))
            return
        move = self._client.channels.continueInDialplan(
            channelId=held.channel, context="router-fallback", extension="s", priority=1
        )
        if not await self._tried(move):
            await self._tried(self._client.channels.hangup(channelId=held.channel))

    async def _tried(self, request: Coroutine[None, None, None]) -> bool:
        try:
            await request
        except AriError as error:
            log.info("held call not served", error=str(error))
            return False
        return True

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)
        return task
