"""What the journal holds in memory, what others see of it, and what it asks of a second place that keeps it."""

from dataclasses import dataclass
from typing import Protocol

from router.ports import JournalRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """What a power cut now would lose: bytes, and milliseconds since the oldest of it was written; and how many bytes
    of room there are should the disk be full."""

    bytes: int
    ms: int
    reserve: int


@dataclass(frozen=True, slots=True)
class Held:
    """A line that is kept in memory until it is synced."""

    sequence: int
    line: bytes
    written: float  # monotonic seconds


class Copy(Protocol):
    """A second place that keeps every line."""

    def add(self, row: JournalRow) -> None:
        """A line that the journal has just got."""
        ...

    async def holds(self, sequence: int) -> None:
        """Wait until event number `sequence`, and all before it, are there."""
        ...
