"""The journal's copy in PostgreSQL, and the gate before all commands: they leave once their event is committed there.

Rules:
- lines go in their order, as many at once as wait, under the epoch of our lease; another epoch there means that
  another router leads, and nothing that waits here is ever commanded;
- while the database cannot be reached the gate is open: the journal here is all there is, and nobody else can lead.
  The lines wait, and the gate closes again when they all are there;
- a snapshot takes the place of the lines before it: so never more waits than a segment of the journal holds.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from router.core.errors import Deposed, LedgerUnavailable
from router.ports import JournalRow, SharedJournal

RETRY_S = 0.25
MOST_ROWS = 500  # in one statement

log = structlog.get_logger(__name__)


def _no_report(_seconds: float) -> None:
    """Nobody measures."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What waits before the gate for event `sequence`, since the monotonic second `since`."""

    sequence: int
    act: Callable[[], None]
    since: float


class Replica:
    """Of one journal, under one epoch. `last`: the newest event that is there already."""

    def __init__(
        self,
        shared: SharedJournal,
        *,
        epoch: int,
        last: int,
        delayed: Callable[[float], None] = _no_report,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.trouble = ""  # why the journal is not shared now; empty when all is well
        self._shared = shared
        self._epoch = epoch
        self._last = last
        self._delayed = delayed
        self._monotonic = monotonic
        self._rows: deque[JournalRow] = deque()
        self._gate: deque[_Held] = deque()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._added = asyncio.Event()
        self._passed = asyncio.Event()
        self._passed.set()

    # --- the journal's side ----------------------------------------------------------------------------------------

    def add(self, row: JournalRow) -> None:
        """A line that the journal has just got."""
        if row.snapshot:
            self._rows = deque(one for one in self._rows if one.sequence >= row.sequence)
            self._rows.appendleft(row)
        else:
            self._rows.append(row)
        self._added.set()

    @property
    def complete(self) -> bool:
        """Whether all is there."""
        return not self._rows

    async def holds(self, sequence: int) -> None:
        """Wait until event number `sequence`, and all before it, are there."""
        if sequence > self._last:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append((sequence, waiter))
            await waiter

    # --- the gate --------------------------------------------------------------------------------------------------

    def after(self, sequence: int, act: Callable[[], None]) -> None:
        """Do this once event number `sequence` is committed; at once while the database cannot be reached."""
        if sequence <= self._last or self.trouble:
            act()
            return
        self._gate.append(_Held(sequence, act, self._monotonic()))
        self._passed.clear()

    async def passed(self) -> None:
        """Until nothing waits before the gate."""
        await self._passed.wait()

    # --- the database's side ---------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. Raises `Deposed`."""
        while True:
            await self._added.wait()
            await self._send()

    async def finish(self) -> None:
        """At the end, when `run` does not run any more: nothing leaves the gate, and what can be sent is sent."""
        self._gate.clear()
        while self._rows and not self.trouble:
            await self._send()

    async def _send(self) -> None:
        rows = [self._rows[index] for index in range(min(len(self._rows), MOST_ROWS))]
        try:
            held = await self._shared.append(self._epoch, rows)
        except LedgerUnavailable as failure:
            self._open(str(failure))
            await asyncio.sleep(RETRY_S)
            return
        if not held:
            raise Deposed("Another router leads now.")
        self._committed(rows)

    def _committed(self, rows: list[JournalRow]) -> None:
        done = set(map(id, rows))
        self._rows = deque(row for row in self._rows if id(row) not in done)
        self._last = max(self._last, *(row.sequence if not row.snapshot else row.sequence - 1 for row in rows))
        if not self._rows:
            self._added.clear()
            if self.trouble:
                log.info("journal shared again", last=self._last)
            self.trouble = ""
        self._let_pass(self._last)
        self._tell()

    def _open(self, trouble: str) -> None:
        if not self.trouble:
            log.warning("journal not shared, the one here goes on alone", error=trouble)
        self.trouble = trouble
        self._let_pass(None)

    def _let_pass(self, upto: int | None) -> None:
        now = self._monotonic()
        while self._gate and (upto is None or self._gate[0].sequence <= upto):
            held = self._gate.popleft()
            self._delayed(now - held.since)
            held.act()
        if not self._gate:
            self._passed.set()

    def _tell(self) -> None:
        due = [waiter for sequence, waiter in self._waiting if sequence <= self._last and not waiter.done()]
        self._waiting = [(sequence, waiter) for sequence, waiter in self._waiting if sequence > self._last]
        for waiter in due:
            waiter.set_result(None)
