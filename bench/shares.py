"""Whose processor time it is: functions are watched, and each instant counts for the innermost of them alone.

Coroutines are watched step by step, so that what runs while they wait counts for others. What watching itself costs is
measured at first and taken off.
"""

import threading
import time
from collections.abc import Callable, Coroutine, Generator
from functools import wraps
from inspect import iscoroutinefunction
from types import ModuleType
from typing import Any

NS_PER_US = 1_000


class Shares:
    """Nanoseconds of the main thread's time by share, and how often each was entered."""

    def __init__(self) -> None:
        self.ns: dict[str, int] = {}
        self.times: dict[str, int] = {}
        self._within: list[str] = []
        self._since = 0
        self._cost = 0  # nanoseconds of an interval in which nothing was done
        self._calibrate()

    def watch(self, owner: type | ModuleType, name: str, share: str) -> Callable[[], None]:
        """Count the function's own time from now on; returns the way to stop it."""
        before = getattr(owner, name)
        watched = self._steps(before, share) if iscoroutinefunction(before) else self._calls(before, share)
        setattr(owner, name, watched)
        return lambda: setattr(owner, name, before)

    def clear(self) -> None:
        """Count from zero again."""
        self.ns.clear()
        self.times.clear()
        self._since = time.thread_time_ns()

    def _calibrate(self) -> None:
        nothing = self._calls(lambda: None, "nothing")
        self.clear()
        outer = self._calls(lambda: [nothing() for _ in range(10_000)], "outer")
        outer()
        self._cost = sum(self.ns.values()) // 20_000
        self.clear()

    def _calls(self, function: Callable[..., Any], share: str) -> Callable[..., Any]:
        @wraps(function)
        def watched(*args: Any, **named: Any) -> Any:
            self._enter(share)
            try:
                return function(*args, **named)
            finally:
                self._leave()

        return watched

    def _steps(self, function: Callable[..., Coroutine[Any, Any, Any]], share: str) -> Callable[..., Any]:
        @wraps(function)
        async def watched(*args: Any, **named: Any) -> Any:
            return await _Stepped(self, function(*args, **named), share)

        return watched

    def _enter(self, share: str) -> None:
        self._count()
        self._within.append(share)
        self.times[share] = self.times.get(share, 0) + 1

    def _leave(self) -> None:
        self._count()
        self._within.pop()

    def _count(self) -> None:
        now = time.thread_time_ns()
        if self._within:
            self.ns[self._within[-1]] = self.ns.get(self._within[-1], 0) + max(0, now - self._since - self._cost)
        self._since = now


class _Stepped:
    """A coroutine whose steps count."""

    def __init__(self, shares: Shares, work: Coroutine[Any, Any, Any], share: str) -> None:
        self._shares = shares
        self._work = work
        self._share = share

    def __await__(self) -> Generator[Any, Any, Any]:
        step, value = self._work.send, None
        while True:
            self._shares._enter(self._share)
            try:
                waits_for = step(value)
            except StopIteration as over:
                return over.value
            finally:
                self._shares._leave()
            try:
                step, value = self._work.send, (yield waits_for)
            except BaseException as failure:  # noqa: BLE001 - whatever comes goes in
                step, value = self._work.throw, failure


def threads_ns() -> dict[str, int]:
    """Processor time of the other living threads so far, by what they do."""
    out: dict[str, int] = {}
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and thread.ident is not None:
            name = "journal's threads" if thread.name.startswith("journal") else "database's threads"
            spent = time.clock_gettime_ns(time.pthread_getcpuclockid(thread.ident))
            out[name] = out.get(name, 0) + spent
    return out
