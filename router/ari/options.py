"""What can be set on a client: durations, limits, and its sources of time and chance."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


def _no_report(_operation: str, _seconds: float, _outcome: str) -> None:
    """Nobody measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All durations in seconds."""

    pool_size: int = 16
    """HTTP connections for commands."""
    connecting_at_once: int = 8
    """New connections under way side by side; Asterisk's listen backlog is 10, and beyond it a SYN waits 1 s."""
    keepalive: float = 10.0
    """Idle HTTP connections are dropped after this; must be below Asterisk's session_keep_alive of 15 s."""
    timeout: float = 5.0
    """One request, waiting for a connection included; also one attempt to open the websocket."""
    heartbeat: float = 1.8
    """Silence before a ping; the answer has half of it again, so loss shows within 1.5 times this."""
    backoff_first: float = 0.1
    """Upper end of the first pause before reconnecting; it doubles with every failure."""
    backoff_soon: float = 0.5
    """Upper end of the pauses at first: a link that was cut is mostly there again at once."""
    backoff_patience: int = 12
    """So many failures in a row are "at first": some three seconds."""
    backoff_cap: float = 1.0
    """Upper end of every pause: one router more a second is nothing to Asterisk, and calls wait for it."""
    backlog_warning: int = 1000
    """Undelivered events at which a warning is logged."""
    linger: float = 10.0
    """How long handlers of a channel that left our application are kept, for its ChannelDestroyed or its return."""
    largest_event: int = 64 * 1024 * 1024
    """Bytes of one event; a larger one ends the connection."""
    chance: Callable[[], float] = random.random
    """Uniform in [0, 1)."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits for so many seconds."""
    clock_ns: Callable[[], int] = time.monotonic_ns
    """Monotonic nanoseconds, for receive times and request durations."""
    allowed: Callable[[], Awaitable[bool]] | None = None
    """Asked at the last moment before each request that changes something; it is not sent when the answer is False."""
    on_request: Callable[[str, float, str], None] = _no_report
    """Told (operation, seconds, outcome) after every request; the outcome is "ok" or an error's id."""


class Backoff:
    """Exponential pauses with full jitter: uniform between zero and a limit that doubles up to the cap."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait before the next attempt."""
        options, late = self._options, self._failures - self._options.backoff_patience
        limit = min(options.backoff_soon, options.backoff_first * 2.0 ** min(self._failures, 30))
        if late >= 0:
            limit = min(options.backoff_cap, options.backoff_soon * 2.0 ** min(late, 30))
        self._failures += 1
        return self._options.chance() * limit

    def reset(self) -> None:
        """After a success."""
        self._failures = 0
