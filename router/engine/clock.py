"""The house's clock: UTC once, then only the machine's monotonic clock, across restarts of the router too.

A stepped wall clock therefore never changes a duration. The price: the clock is as right as the wall clock was when it
was anchored; `ahead` tells by how much the two differ now.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from router.core.ids import Millis

NS_PER_MS = 1_000_000
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One instant on both clocks: milliseconds since 1970 UTC, and monotonic nanoseconds of the boot `boot_id`.

    `ahead_ms`: by how much the house's clock was then ahead of the wall clock by which Asterisk stamps.
    """

    boot_id: str
    utc_ms: Millis
    monotonic_ns: int
    ahead_ms: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where time comes from: nanoseconds since boot, nanoseconds since 1970 UTC, and the name of this boot."""

    monotonic_ns: Callable[[], int] = time.monotonic_ns
    wall_ns: Callable[[], int] = time.time_ns
    boot_id: Callable[[], str] = lambda: BOOT_ID.read_text().strip()


class AnchoredClock:
    """Implements `router.ports.Clock`. `before` is the anchor of the run before, when that was of another boot."""

    def __init__(self, anchor: Anchor, sources: Sources, before: Anchor | None = None) -> None:
        self.anchor = anchor
        self.before = before
        self._sources = sources

    @classmethod
    def start(cls, sources: Sources | None = None, *, not_before: Millis = 0) -> Self:
        """A clock anchored to UTC now, or to `not_before` when the machine's clock is behind that."""
        sources = sources or Sources()
        wall_ms, monotonic_ns = sources.wall_ns() // NS_PER_MS, sources.monotonic_ns()
        utc_ms = max(wall_ms, not_before)
        anchor = Anchor(boot_id=sources.boot_id(), utc_ms=utc_ms, monotonic_ns=monotonic_ns, ahead_ms=utc_ms - wall_ms)
        return cls(anchor, sources)

    @classmethod
    def resume(cls, anchor: Anchor | None, sources: Sources | None = None, *, not_before: Millis = 0) -> Self:
        """The clock of an earlier run, when the machine was not booted since; else a clock anchored now.

        `not_before` is the last instant of the earlier run: what began then must not end earlier.
        """
        sources = sources or Sources()
        if anchor is None or anchor.boot_id != sources.boot_id() or anchor.monotonic_ns > sources.monotonic_ns():
            return cls(cls.start(sources, not_before=not_before).anchor, sources, anchor)
        return cls(anchor, sources)

    def now(self) -> Millis:
        """Milliseconds since 1970 UTC; never steps back."""
        return self.at(self._sources.monotonic_ns())

    def at(self, monotonic_ns: int) -> Millis:
        """The instant at which the monotonic clock showed `monotonic_ns`."""
        return self.anchor.utc_ms + (monotonic_ns - self.anchor.monotonic_ns) // NS_PER_MS

    @property
    def booted(self) -> Millis:
        """The instant at which the machine's monotonic clock began: nothing before it was stamped in this boot."""
        return self.at(0)

    def ahead(self) -> Millis:
        """By how many milliseconds this clock is ahead of the machine's wall clock now; negative when behind."""
        return self.now() - self._sources.wall_ns() // NS_PER_MS
