"""Takes what the link queued, in order: runs the hooks, delivers the events.

Rules: after each connect the event filter is set, then the on_connect hooks run, and only then are the events of that
connection delivered. A connection whose filter or hooks fail is dropped with its events, and the link opens another.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from router.ari.errors import AriError
from router.ari.handlers import Handlers
from router.ari.link import Link
from router.ari.received import LinkDown, LinkUp, Received

log = logging.getLogger(__name__)
ConnectHook = Callable[[], Awaitable[None]]
DisconnectHook = Callable[[AriError], Awaitable[None]]
Sink = Callable[[Received], object]


class Hooks:
    """What the users of a client registered for its connection as a whole."""

    def __init__(self) -> None:
        self.connect: list[ConnectHook] = []
        self.disconnect: list[DisconnectHook] = []
        self.sinks: list[Sink] = []


class Dispatcher:
    """The one consumer of a link's queue."""

    def __init__(self, link: Link, hooks: Hooks, handlers: Handlers, prepare: ConnectHook) -> None:
        self._link = link
        self._hooks = hooks
        self._handlers = handlers
        self._prepare = prepare
        self._ever_accepted = False
        self.connected = False

    async def run(self, accepted: Callable[[], None]) -> None:
        """Until cancelled; calls `accepted` after each connection that proved good.

        An error in an on_connect hook that is no AriError is raised on the first connection, and afterwards logged.
        """
        while True:
            item = await self._link.items.get()
            if isinstance(item, Received):
                self._deliver(item)
            elif isinstance(item, LinkUp):
                await self._up(accepted)
            else:
                await self._down(item)
            self._link.items.task_done()

    def _deliver(self, received: Received) -> None:
        if not self.connected:
            return
        for sink in self._hooks.sinks:
            try:
                sink(received)
            except Exception:
                log.exception("an event sink failed")
        self._handlers.deliver(received.event)

    async def _up(self, accepted: Callable[[], None]) -> None:
        try:
            await self._welcome(self._hooks.connect)
        except Exception as error:
            if not isinstance(error, AriError) and not self._ever_accepted:
                raise
            log.warning("connection dropped, not taken up: %s", error, exc_info=not isinstance(error, AriError))
            await self._link.drop()
            return
        self.connected = self._ever_accepted = True
        self._link.accepted()
        accepted()

    async def _welcome(self, hooks: Sequence[ConnectHook]) -> None:
        await self._prepare()
        for hook in hooks:
            await hook()

    async def _down(self, item: LinkDown) -> None:
        log.info("event link down: %s", item.reason)
        was_connected, self.connected = self.connected, False
        for hook in self._hooks.disconnect if was_connected else ():
            try:
                await hook(item.reason)
            except Exception:
                log.exception("an on_disconnect hook failed")
