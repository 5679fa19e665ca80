"""An asyncio event loop on simulated time: one for each life of the router, so that a dead router does nothing more.

Nothing waits: a timer is an entry of the timeline, work for a thread is done at once and is over a moment later. A
frozen loop runs nothing; what was due meanwhile runs, in its order, when it thaws.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

from router.sim.faults.timeline import S, Timeline


class Killed(BaseException):
    """The router was killed here: nothing that follows in its code is done."""


class SimulatedLoop(asyncio.AbstractEventLoop):
    """`delay` tells how many microseconds a thread's work takes, `failed` is told what nobody caught."""

    def __init__(
        self, timeline: Timeline, *, delay: Callable[[], int], failed: Callable[[dict[str, Any]], None]
    ) -> None:
        self.timeline = timeline
        self.frozen = False
        self.dead = False
        self._delay = delay
        self._failed = failed
        self._ready: deque[asyncio.Handle] = deque()

    def drain(self) -> None:
        """Run whatever can run now."""
        if self.frozen or not self._ready:
            return
        outer = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            while self._ready and not self.dead and not self.frozen:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            asyncio._set_running_loop(outer)

    def kill(self) -> None:
        """Nothing runs here any more."""
        self.dead = True
        self._ready.clear()

    # --- what asyncio asks of a loop -------------------------------------------------------------------------------

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """See asyncio."""
        handle = asyncio.Handle(callback, args, self, context)
        if not self.dead:
            self._ready.append(handle)
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """See asyncio."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """See asyncio."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        if not self.dead:
            self.timeline.at(round(when * S), self._due, handle)
        return handle

    def _due(self, handle: asyncio.TimerHandle) -> None:
        if not self.dead and not handle.cancelled():
            self._ready.append(handle)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It stays on the timeline, and does nothing there."""

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """See asyncio."""
        done = self.create_future()
        try:
            result = func(*args)
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is the caller's
            self.timeline.after(self._delay(), self._answer, done.set_exception, failure, done)
        else:
            self.timeline.after(self._delay(), self._answer, done.set_result, result, done)
        return done

    def _answer(self, answer: Callable[[Any], None], outcome: Any, done: "asyncio.Future[Any]") -> None:
        if not self.dead and not done.done():
            answer(outcome)

    def create_future(self) -> "asyncio.Future[Any]":
        """See asyncio."""
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> "asyncio.Task[Any]":
        """See asyncio."""
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def time(self) -> float:
        """Seconds since the world began."""
        return self.timeline.now / S

    def get_debug(self) -> bool:
        """Never."""
        return False

    def is_running(self) -> bool:
        """As long as the router lives."""
        return not self.dead

    def is_closed(self) -> bool:
        """Once the router is dead."""
        return self.dead

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Something failed that nobody waited for."""
        if not self.dead:
            self._failed(context)
