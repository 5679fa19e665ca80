"""The ARI client: ari-py's shape on asyncio.

async with connect("http://127.0.0.1:8088", "user", "password") as client:
    client.on_channel_event("StasisStart", answer)
    await client.run(apps="hello")
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from router.ari.dispatcher import ConnectHook, DisconnectHook, Dispatcher, Hooks, Sink
from router.ari.errors import AriUsage
from router.ari.generated.applications import Applications
from router.ari.generated.asterisk import Asterisk
from router.ari.generated.bridges import Bridge, Bridges
from router.ari.generated.channels import Channel, Channels
from router.ari.generated.device_states import DeviceStates
from router.ari.generated.endpoints import Endpoint, Endpoints
from router.ari.generated.events import EVENTS, Event
from router.ari.generated.events_api import Events
from router.ari.generated.mailboxes import Mailboxes
from router.ari.generated.playbacks import Playback, Playbacks
from router.ari.generated.recordings import LiveRecording, Recordings
from router.ari.generated.sounds import Sounds
from router.ari.handlers import Callback, Handlers
from router.ari.handles import Handle, Request, Subscription
from router.ari.link import Link
from router.ari.options import Options
from router.ari.pool import Pool
from router.ari.stream import Stream
from router.ari.target import Target

T = TypeVar("T")
EventType = str | type[Event]
ALWAYS_ALLOWED = frozenset({"ApplicationReplaced"})


def connect(url: str, user: str, password: str, options: Options | None = None) -> "Client":
    """A client for `http(s)://host:port[/ari]`; nothing is sent yet. Raises AriUsage for another kind of URL."""
    return Client(Target.of(url, user, password), options or Options())


class Client:
    """One Asterisk: its resources, its objects by id, its events."""

    def __init__(self, target: Target, options: Options) -> None:
        self.applications = Applications(self)
        self.asterisk = Asterisk(self)
        self.bridges = Bridges(self)
        self.channels = Channels(self)
        self.deviceStates = DeviceStates(self)
        self.endpoints = Endpoints(self)
        self.events = Events(self)
        self.mailboxes = Mailboxes(self)
        self.playbacks = Playbacks(self)
        self.recordings = Recordings(self)
        self.sounds = Sounds(self)
        self._target = target
        self._options = options
        self._hooks = Hooks()
        self._handlers = Handlers(self, options.linger)
        self._streams: list[Stream] = []
        self._apps: tuple[str, ...] = ()
        self._pool: Pool | None = None
        self._link: Link | None = None
        self._dispatcher: Dispatcher | None = None
        self._life: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    # Objects, before or after they exist in Asterisk

    def channel(self, ident: str) -> Channel:
        """The channel with this id; asks nothing."""
        return Channel(self, ident)

    def bridge(self, ident: str) -> Bridge:
        """The bridge with this id; asks nothing."""
        return Bridge(self, ident)

    def playback(self, ident: str) -> Playback:
        """The playback with this id; asks nothing."""
        return Playback(self, ident)

    def recording(self, name: str) -> LiveRecording:
        """The live recording of this name; asks nothing."""
        return LiveRecording(self, name)

    def endpoint(self, tech: str, resource: str) -> Endpoint:
        """The endpoint `tech/resource`; asks nothing."""
        return Endpoint(self, f"{tech}/{resource}")

    # Events

    def on_event(self, event_type: EventType, callback: Callback) -> Subscription:
        """Call `callback(event)`, plain or async, for every event of a type."""
        return self._handlers.on_type(event_type, "", callback)

    def on_channel_event(self, event_type: EventType, callback: Callback) -> Subscription:
        """Call `callback(channel, event)` with the channel named first; raises AriUsage if the type names none."""
        return self._handlers.on_type(event_type, Channel.kind, callback)

    def on_bridge_event(self, event_type: EventType, callback: Callback) -> Subscription:
        """Call `callback(bridge, event)`."""
        return self._handlers.on_type(event_type, Bridge.kind, callback)

    def on_playback_event(self, event_type: EventType, callback: Callback) -> Subscription:
        """Call `callback(playback, event)`."""
        return self._handlers.on_type(event_type, Playback.kind, callback)

    def on_endpoint_event(self, event_type: EventType, callback: Callback) -> Subscription:
        """Call `callback(endpoint, event)`."""
        return self._handlers.on_type(event_type, Endpoint.kind, callback)

    def on_any_event(self, sink: Sink) -> Subscription:
        """Call `sink(received)` for every event, before all handlers; it must be plain and quick."""
        self._hooks.sinks.append(sink)
        return Subscription(lambda: _remove(self._hooks.sinks, sink))

    def stream(self) -> Stream:
        """`async for received in client.stream()`: every event from now on; not ordered against the hooks."""
        stream = Stream(lambda closed: _remove(self._hooks.sinks, closed.put))
        self._hooks.sinks.append(stream.put)
        self._streams.append(stream)
        return stream

    def on_connect(self, hook: ConnectHook) -> Subscription:
        """Await `hook()` after each connect, when the event filter is set and before that connection's events."""
        self._hooks.connect.append(hook)
        return Subscription(lambda: _remove(self._hooks.connect, hook))

    def on_disconnect(self, hook: DisconnectHook) -> Subscription:
        """Await `hook(reason)` after the last event of a connection that was lost."""
        self._hooks.disconnect.append(hook)
        return Subscription(lambda: _remove(self._hooks.disconnect, hook))

    # State

    @property
    def connected(self) -> bool:
        """Whether events flow."""
        return self._dispatcher is not None and self._dispatcher.connected

    @property
    def reconnects(self) -> int:
        """Websockets opened after the first."""
        return max(0, self._link.connections - 1) if self._link else 0

    @property
    def backlog(self) -> int:
        """Events received and not yet delivered."""
        return self._link.items.qsize() if self._link else 0

    @property
    def malformed(self) -> int:
        """Frames dropped because they were no events at all."""
        return self._link.malformed if self._link else 0

    @property
    def watched(self) -> int:
        """Objects that have handlers of their own."""
        return self._handlers.objects

    def __repr__(self) -> str:
        return f"<ARI client of {self._target.url}>"

    # Life

    async def start(self, apps: str | Iterable[str], events: Iterable[EventType] | None = None) -> None:
        """Connect as these applications and return when events flow; the client then keeps itself connected.

        `events` names the types to receive, None means all. Waits as long as Asterisk is not there or booting.
        Raises AriUnauthorized for a wrong user or password, and what an on_connect hook raises on the first
        connection, unless that is an AriError.
        """
        if self._life is not None:
            raise AriUsage("this client is already started")
        self._apps = tuple(apps.split(",")) if isinstance(apps, str) else tuple(apps)
        self._handlers.allow(_filter(events))
        accepted = asyncio.Event()
        self._link = Link(self._target, self._apps, self._options)
        self._dispatcher = Dispatcher(self._link, self._hooks, self._handlers, self._prepare)
        self._life = asyncio.create_task(self._live(self._link, self._dispatcher, accepted))
        try:
            await _first(self._life, asyncio.create_task(accepted.wait()))
        except BaseException:
            await self.stop()
            raise

    async def wait(self) -> None:
        """Until the client is stopped; raises AriApplicationReplaced when another client took our name."""
        life = self._life
        if life is None:
            raise AriUsage("this client is not started")
        await asyncio.wait({life})
        if not life.cancelled():
            life.result()

    async def run(self, apps: str | Iterable[str], events: Iterable[EventType] | None = None) -> None:
        """`start` and `wait`."""
        await self.start(apps, events)
        try:
            await self.wait()
        finally:
            if self._life is not None:
                await self.stop()

    async def stop(self) -> None:
        """Leave the applications: no more events; commands still work. The client may be started again."""
        await self._stop(asyncio.current_task())

    async def _stop(self, caller: "asyncio.Task[Any] | None") -> None:
        """Handlers still running are cancelled, except the one that asked for this."""
        life, self._life = self._life, None
        if life is not None:
            life.cancel()
            await asyncio.wait({life})
        await self._handlers.close(caller)
        for stream in self._streams:
            stream.close()
        self._streams.clear()

    async def close(self) -> None:
        """Stop, and drop all connections; for good. Twice is harmless."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(asyncio.current_task()))
        await asyncio.shield(self._closing)

    async def _close(self, caller: "asyncio.Task[Any] | None") -> None:
        await self._stop(caller)
        if self._pool is not None:
            await self._pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _live(self, link: Link, dispatcher: Dispatcher, accepted: asyncio.Event) -> None:
        linking = asyncio.create_task(link.run())
        dispatching = asyncio.create_task(dispatcher.run(accepted.set))
        try:
            await asyncio.wait({linking, dispatching}, return_when=asyncio.FIRST_COMPLETED)
            if not dispatching.done():
                await _first(dispatching, asyncio.create_task(link.items.join()))
            await _first(dispatching, linking)
        finally:
            await _cancelled(linking, dispatching)

    async def _prepare(self) -> None:
        allowed = self._handlers.allowed
        if allowed is not None:
            types = [{"type": name} for name in sorted(allowed)]
            for app in self._apps:
                await self.applications.filter(applicationName=app, filter={"allowed": types})
        await self._open_pool().warm()

    # What resources and handles use

    def _open_pool(self) -> Pool:
        if self._closing is not None:
            raise AriUsage("this client is closed")
        if self._pool is None:
            self._pool = Pool(self._target, self._options)
        return self._pool

    async def send(self, request: Request, parse: Callable[[object], T]) -> T:
        """Send any request, also one that the generated methods do not know; raises AriRequestError, AriMalformed."""
        return await self._open_pool().send(request, parse)

    async def send_in_order(self, requests: Sequence[Request]) -> None:
        """Send requests at once that Asterisk carries out in this order, each whatever becomes of the others; what
        they answer is not read. Raises the first AriRequestError."""
        await self._open_pool().send_in_order(requests)

    def subscribe(self, handle: Handle[Any], event_type: str | type, callback: Callback) -> Subscription:
        """What `handle.on_event` does."""
        return self._handlers.on_object(handle, event_type, callback)

    def forget(self, handle: Handle[Any]) -> None:
        """What `handle.forget` does."""
        self._handlers.forget(handle)


def _filter(events: Iterable[EventType] | None) -> frozenset[str] | None:
    if events is None:
        return None
    names = frozenset(event if isinstance(event, str) else event.__name__ for event in events)
    if not names:
        raise AriUsage("events= names no type; leave it out to receive all")
    if unknown := sorted(names - EVENTS.keys()):
        raise AriUsage(f"events= names types that the API does not have: {', '.join(unknown)}")
    return names | ALWAYS_ALLOWED


async def _first(*tasks: "asyncio.Task[Any]") -> None:
    """Wait for one of the tasks, raise its error; the last one is cancelled if it was not the one."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await _cancelled(tasks[-1])


async def _cancelled(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _remove(entries: list[T], entry: T) -> None:
    if entry in entries:
        entries.remove(entry)
