"""Who is called for which event: by type, or by type and object.

Rules: plain callbacks run at once, in the order of events. What an async callback returns runs in its object's lane:
one after another for one object, side by side for different ones, so that a slow call holds up no other. Handlers of
an object go with its last event. For a channel that came in by the dialplan that is StasisEnd, because Asterisk ends
our subscription with it; for one that we originated ChannelDestroyed still follows. So after StasisEnd a channel's
handlers linger a little, unless it comes back.
"""

import asyncio
import inspect
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from router.ari.errors import AriUsage
from router.ari.generated.bridges import Bridge
from router.ari.generated.channels import Channel
from router.ari.generated.endpoints import Endpoint
from router.ari.generated.events import EVENTS, REFERENCES, Event
from router.ari.generated.playbacks import Playback
from router.ari.generated.recordings import LiveRecording
from router.ari.handles import Handle, Session, Subscription
from router.ari.received import UnknownEvent

log = logging.getLogger(__name__)
Callback = Callable[..., object]
LEFT = "StasisEnd"
KINDS: dict[str, Callable[[Session, Any], Handle[Any]]] = {
    "Bridge": Bridge.of,
    "Channel": Channel.of,
    "Endpoint": Endpoint.of,
    "LiveRecording": LiveRecording.of,
    "Playback": Playback.of,
}
LAST_EVENTS = {
    "Bridge": ("BridgeDestroyed",),
    "Channel": ("ChannelDestroyed", LEFT),
    "LiveRecording": ("RecordingFinished", "RecordingFailed"),
    "Playback": ("PlaybackFinished",),
    "Endpoint": (),
    "StoredRecording": (),
}


class Lanes:
    """Runs awaitables: serially within one key, side by side across keys."""

    def __init__(self) -> None:
        self._waiting: dict[object, deque[Awaitable[object]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, key: object, work: Awaitable[object]) -> None:
        """Queue work behind what its key already has."""
        if key in self._waiting:
            self._waiting[key].append(work)
            return
        self._waiting[key] = deque([work])
        task = asyncio.create_task(self._drain(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, key: object) -> None:
        lane = self._waiting[key]
        try:
            while lane:
                await _guarded(lane.popleft())
        finally:
            self._waiting.pop(key, None)
            _discard(lane)

    async def close(self, spared: "asyncio.Task[Any] | None") -> None:
        """Cancel everything except one task."""
        tasks = self._tasks - {spared}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for lane in self._waiting.values():
            _discard(lane)


def _discard(lane: Iterable[Awaitable[object]]) -> None:
    """Close coroutines that never ran, which would warn otherwise."""
    for work in lane:
        if inspect.iscoroutine(work):
            work.close()


async def _guarded(work: Awaitable[object]) -> None:
    try:
        await work
    except Exception:
        log.exception("an event handler failed")


class Handlers:
    """The registry of callbacks and the delivery of events to them."""

    def __init__(self, session: Session, linger: float) -> None:
        self._session = session
        self._linger = linger
        self._leaving: dict[Handle[Any], asyncio.TimerHandle] = {}
        self._by_type: dict[str, list[tuple[str, Callback]]] = defaultdict(list)
        self._by_object: dict[tuple[str, str], list[tuple[str, Callback]]] = {}
        self._lanes = Lanes()
        self.allowed: frozenset[str] | None = None

    def allow(self, allowed: frozenset[str] | None) -> None:
        """Set the event filter's types, None for all; raises AriUsage if a registered handler would hear nothing."""
        self.allowed = allowed
        for name in [name for name, entries in self._by_type.items() if entries]:
            self._checked(name, "")
        for (kind, _), entries in self._by_object.items():
            for name in (*(name for name, _ in entries), *LAST_EVENTS[kind]):
                self._checked(name, "")

    def on_type(self, event_type: str | type, kind: str, callback: Callback) -> Subscription:
        """Register for a type; with a kind the callback gets (handle, event), with "" the event only."""
        name = self._checked(event_type, kind)
        entry = (kind, callback)
        self._by_type[name].append(entry)
        return Subscription(lambda: _remove(self._by_type[name], entry))

    def on_object(self, handle: Handle[Any], event_type: str | type, callback: Callback) -> Subscription:
        """Register for one object's events of a type."""
        name = self._checked(event_type, handle.kind)
        for last in LAST_EVENTS[handle.kind]:
            self._checked(last, "")
        entry = (name, callback)
        self._by_object.setdefault((handle.kind, handle.id), []).append(entry)
        return Subscription(lambda: self._drop(handle, entry))

    def _drop(self, handle: Handle[Any], entry: tuple[str, Callback]) -> None:
        entries = self._by_object.get((handle.kind, handle.id), [])
        _remove(entries, entry)
        if not entries:
            self.forget(handle)

    def forget(self, handle: Handle[Any]) -> None:
        """Drop one object's handlers."""
        self._by_object.pop((handle.kind, handle.id), None)
        self._stay(handle)

    def _leave(self, handle: Handle[Any]) -> None:
        self._stay(handle)
        if (handle.kind, handle.id) in self._by_object:
            timer = asyncio.get_running_loop().call_later(self._linger, self.forget, handle)
            self._leaving[handle] = timer

    def _stay(self, handle: Handle[Any]) -> None:
        timer = self._leaving.pop(handle, None)
        if timer is not None:
            timer.cancel()

    @property
    def objects(self) -> int:
        """How many objects have handlers."""
        return len(self._by_object)

    async def close(self, spared: "asyncio.Task[Any] | None") -> None:
        """Cancel running handlers except the one in this task."""
        for handle in tuple(self._leaving):
            self.forget(handle)
        await self._lanes.close(spared)

    def _checked(self, event_type: str | type, kind: str) -> str:
        name = event_type if isinstance(event_type, str) else event_type.__name__
        if kind and kind not in {found for found, _ in REFERENCES.get(name, ())}:
            raise AriUsage(f"event {name} never names a {kind}")
        if self.allowed is not None and name in EVENTS and name not in self.allowed:
            raise AriUsage(f"event {name} is not let in by the event filter; add it to events=")
        return name

    def deliver(self, event: Event | UnknownEvent) -> None:
        """Call everyone who registered for it, then drop the handlers of what it ended."""
        by_type = self._by_type.get(event.type, ())
        if not by_type and not self._by_object:
            return
        handles = self._handles(event)
        for kind, callback in tuple(by_type):
            named = next((handle for handle in handles if handle.kind == kind), None)
            self._call(callback, (named, event) if kind else (event,), handles)
        for handle in dict.fromkeys(handles):
            self._deliver_to(handle, event)

    def _handles(self, event: Event | UnknownEvent) -> list[Handle[Any]]:
        if isinstance(event, UnknownEvent):
            return []
        named = ((kind, getattr(event, field)) for kind, field in REFERENCES.get(event.type, ()))
        return [KINDS[kind](self._session, snapshot) for kind, snapshot in named if snapshot is not None]

    def _deliver_to(self, handle: Handle[Any], event: Event | UnknownEvent) -> None:
        for name, callback in tuple(self._by_object.get((handle.kind, handle.id), ())):
            if name == event.type:
                self._call(callback, (handle, event), [handle])
        if event.type == LEFT:
            self._leave(handle)
        elif event.type == "StasisStart":
            self._stay(handle)
        elif event.type in LAST_EVENTS[handle.kind]:
            self.forget(handle)

    def _call(self, callback: Callback, arguments: tuple[object, ...], handles: list[Handle[Any]]) -> None:
        try:
            result = callback(*arguments)
        except Exception:
            log.exception("an event handler failed")
            return
        if inspect.isawaitable(result):
            self._lanes.add(handles[0] if handles else None, result)


def _remove(entries: list[tuple[str, Callback]], entry: tuple[str, Callback]) -> None:
    if entry in entries:
        entries.remove(entry)
