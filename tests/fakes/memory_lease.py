"""The lease and the shared journal in memory, on a clock of the test's; both can be made unreachable."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from router.core.errors import LedgerUnavailable
from router.core.ids import Millis
from router.ports import LEASE_MS, JournalRow, Lease, Taken


@dataclass(slots=True, kw_only=True)
class MemoryShared:
    """Implements `ports.Leases` and `ports.SharedJournal`."""

    now: Millis = 1_000_000
    node: str = ""
    epoch: int = 0
    until: Millis = 0
    serving: bool = False
    house_version: str = ""
    header: str = ""
    up_since: Millis = 0
    away: bool = False
    rows: list[JournalRow] = field(default_factory=list)

    async def look(self) -> Lease:
        self._reach()
        return Lease(
            node=self.node,
            epoch=self.epoch,
            left_ms=self.until - self.now,
            serving=self.serving,
            given_back=self.until == 0,
            house_version=self.house_version,
            rested_ms=self.now - self.up_since,
        )

    async def take(self, node: str, *, house_version: str) -> Taken | None:
        self._reach()
        if self.until > self.now and self.node != node:
            return None
        taken = Taken(epoch=self.epoch + 1, node=self.node, before=self.epoch, header=self.header)
        self.node, self.epoch, self.until = node, self.epoch + 1, self.now + LEASE_MS
        self.serving, self.house_version = False, house_version
        return taken

    async def renew(self, epoch: int, *, serving: bool, house_version: str, header: str) -> bool:
        self._reach()
        if epoch != self.epoch:
            return False
        self.until, self.serving = self.now + LEASE_MS, serving
        self.house_version, self.header = house_version, header
        return True

    async def give_back(self, epoch: int) -> None:
        self._reach()
        if epoch == self.epoch:
            self.until, self.serving = 0, False

    async def append(self, epoch: int, rows: Sequence[JournalRow]) -> bool:
        self._reach()
        if epoch != self.epoch:
            return False
        known = {(row.sequence, row.snapshot) for row in self.rows}
        self.rows += [row for row in rows if (row.sequence, row.snapshot) not in known]
        first = max((row.sequence for row in self.rows if row.snapshot), default=0)
        kept = [row for row in self.rows if row.sequence >= first]
        self.rows = sorted(kept, key=lambda row: (row.sequence, not row.snapshot))
        return True

    async def read(self) -> Sequence[JournalRow]:
        self._reach()
        return list(self.rows)

    def _reach(self) -> None:
        if self.away:
            raise LedgerUnavailable("the database cannot be used now: the test says so")
