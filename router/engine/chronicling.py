"""Keeps what decisions rest on: agents' presences and configurations, in order and in batches, aside from the calls.

Nothing waits for it. While the database cannot be reached it remembers the newest `MOST` rows. What was not written
when the router is killed is lost (usually less than `BATCH_S`); at the next start all seats and the configuration are
kept anew.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

import structlog

from router.core.errors import LedgerUnavailable
from router.core.house import House
from router.core.ids import Millis
from router.core.view import SeatView
from router.engine.codec import encode_value
from router.ports import Chronicle

BATCH_S = 0.5
AT_ONCE = 1_000  # rows in one transaction
MOST = 200_000  # rows: a busy day of some hundred agents
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Since:
    """A configuration, in force from `at` on."""

    house: House
    at: Millis


Row = SeatView | _Since


class Chronicling:
    """A queue of rows, written by `run`."""

    def __init__(self, chronicle: Chronicle) -> None:
        self._chronicle = chronicle
        self._rows: deque[Row] = deque(maxlen=MOST)
        self._added = asyncio.Event()
        self._failing = False
        self.in_force: Millis = 0  # since when the present configuration is

    def seat(self, seat: SeatView) -> None:
        """Keep how a seat stands from now on."""
        self._add(seat)

    def house(self, house: House, at: Millis) -> None:
        """Keep a configuration that is in force from `at` on."""
        self.in_force = at
        self._add(_Since(house=house, at=at))

    async def run(self) -> None:
        """Until cancelled."""
        pause = FIRST_PAUSE_S
        while True:
            await self._added.wait()
            await asyncio.sleep(BATCH_S if not self._failing else pause)
            await self.flush()
            pause = min(2 * pause, LONGEST_PAUSE_S) if self._failing else FIRST_PAUSE_S

    async def flush(self) -> None:
        """Write what there is; what the database does not take now stays, in its order."""
        self._failing = False
        while self._rows and not self._failing:
            batch = self._take()
            if not await self._written(batch):
                self._put_back(batch)
        if not self._rows:
            self._added.clear()

    @property
    def backlog(self) -> int:
        """Rows that wait."""
        return len(self._rows)

    def _add(self, row: Row) -> None:
        self._rows.append(row)
        self._added.set()

    def _take(self) -> list[Row]:
        """A configuration, or the presences up to the next one."""
        batch = [self._rows.popleft()]
        while isinstance(batch[0], SeatView) and len(batch) < AT_ONCE and self._next_is_seat():
            batch.append(self._rows.popleft())
        return batch

    def _next_is_seat(self) -> bool:
        return bool(self._rows) and isinstance(self._rows[0], SeatView)

    def _put_back(self, batch: list[Row]) -> None:
        """Before what came meanwhile; the oldest rows are forgotten where there are too many."""
        room = MOST - len(self._rows)
        self._rows.extendleft(reversed(batch[-room:] if room else []))

    async def _written(self, batch: list[Row]) -> bool:
        """Whether the batch is done with: stored, or given up as nothing that trying again would mend."""
        try:
            await self._write(batch)
        except LedgerUnavailable as failure:
            log.warning("database unavailable, presences wait", waiting=len(batch) + self.backlog, error=str(failure))
            self._failing = True
            return False
        except Exception:
            log.exception("presences not kept", lost=len(batch))
        return True

    async def _write(self, batch: list[Row]) -> None:
        seats = [row for row in batch if isinstance(row, SeatView)]
        if seats:
            await self._chronicle.keep_presences(seats)
        for row in batch:
            if isinstance(row, _Since):
                content = await asyncio.to_thread(encode_value, House, row.house)
                await self._chronicle.keep_house(version=row.house.version, since=row.at, content=content.decode())
