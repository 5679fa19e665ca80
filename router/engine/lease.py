"""Leading under a lease, of two routers: who may command, and who may begin to.

Rules:
- the leader renews its lease every `RENEW_S`. From the instant at which its last renewal was asked for it may command
  for `LEASE_MS`; then it waits until the next one is answered. So one that was frozen asks before it commands;
- while the database cannot be reached nobody can take the lease, and the leader goes on. An attempt that failed lets
  it command for as long as a renewal would;
- whoever stands by looks every `LOOK_S`, and takes a lease that ran out. A leader that went on without the database
  gets `PATIENCE_MS` to say so once it is back: what it did meanwhile is in its journal alone.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from router.core.errors import Deposed, LedgerUnavailable, SetUpFailed
from router.ports import LEASE_MS, Lease, Leases, Taken

RENEW_S = 0.5
LOOK_S = 0.1
PATIENCE_MS = 4_000
LEASE_S = LEASE_MS / 1000

Monotonic = Callable[[], float]

log = structlog.get_logger(__name__)


class Leadership:
    """The lease while it is ours. `asked_at`: the monotonic second at which it was asked for. `header`: what the lease
    said of the journal when we took it; without it nobody could go on by the clock of the calls there."""

    def __init__(
        self,
        leases: Leases,
        *,
        node: str,
        epoch: int,
        asked_at: float,
        house_version: Callable[[], str],
        header: str,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self.node = node
        self.epoch = epoch
        self.header: Callable[[], str] = lambda: header  # of the journal before ours, until ours is open
        self.trouble = ""  # why the lease cannot be renewed now; empty when all is well
        self._leases = leases
        self._house_version = house_version
        self._monotonic = monotonic
        self._until = asked_at + LEASE_S
        self._serving = self._over = False
        self._changed = asyncio.Event()
        self._due = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled. Raises `Deposed` when another router has taken the lease."""
        try:
            while True:
                self._due.clear()
                await self._renew()
                await self._pause()
        finally:
            self.end()

    def end(self) -> None:
        """Command nothing more."""
        self._over = True
        self._changed.set()

    def serve(self, *, serving: bool) -> None:
        """Say whether calls are taken up: then the other router hands over what it holds."""
        self._serving = serving
        self._due.set()

    @property
    def serving(self) -> bool:
        """Whether calls are taken up now."""
        return self._serving and not self._over

    async def permitted(self) -> bool:
        """Whether we may command now; waits for the next renewal when the lease may have run out."""
        while not self._over and self._monotonic() >= self._until:
            self._changed.clear()
            await self._changed.wait()
        return not self._over

    async def _renew(self) -> None:
        begun = self._monotonic()
        try:
            held = await self._leases.renew(
                self.epoch, serving=self._serving, house_version=self._house_version(), header=self.header()
            )
        except LedgerUnavailable as failure:
            if not self.trouble:
                log.warning("lease not renewed, the journal here goes on alone", error=str(failure))
            self.trouble, self._until = str(failure), self._monotonic() + LEASE_S
        else:
            if not held:
                raise Deposed("Another router leads now.")
            self.trouble, self._until = "", begun + LEASE_S
        self._changed.set()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(RENEW_S):
                await self._due.wait()
        except TimeoutError:
            return


@dataclass(slots=True, kw_only=True)
class Candidate:
    """A router that stands by. `lease` is how it was seen last, None as long as it could not be."""

    leases: Leases
    node: str
    house_version: Callable[[], str]
    led_last: Callable[[int], bool]  # whether it was this router that led under an epoch
    monotonic: Monotonic = time.monotonic
    lease: Lease | None = None
    trouble: str = ""
    _reached_since: float | None = field(default=None)
    _was_away: bool = False

    async def alone(self) -> None:
        """Before anything else: raises `SetUpFailed` when another router has our name. A lease under our name that our
        journal knows nothing of may also be one that we took just before we died: that one runs out."""
        until = self.monotonic() + LEASE_S + LOOK_S
        while True:
            try:
                return await self._look()
            except LedgerUnavailable:
                return None  # nobody can lead; `lead` looks again
            except SetUpFailed:
                if self.monotonic() >= until:
                    raise
            await asyncio.sleep(LOOK_S)

    async def lead(self) -> tuple[Taken, float]:
        """Wait until the lease is ours; with the instant at which it was asked for."""
        while True:
            try:
                await self._look()
                asked_at = self.monotonic()
                if self._may_take() and (taken := await self._take()):
                    return taken, asked_at
            except LedgerUnavailable as failure:
                if not self.trouble:
                    log.warning("nobody can take the lead now", error=str(failure))
                self.trouble, self._was_away, self._reached_since = str(failure), True, None
            await asyncio.sleep(LOOK_S)

    async def _take(self) -> Taken | None:
        return await self.leases.take(self.node, house_version=self.house_version())

    async def _look(self) -> None:
        self.lease = await self.leases.look()
        self.trouble = ""
        if self._reached_since is None:
            self._reached_since = self.monotonic()
        if self.lease.left_ms > 0 and self.lease.node == self.node and not self.led_last(self.lease.epoch):
            raise SetUpFailed(f"Another router calls itself {self.node!r}, too: give each its own VORZIMMER_NODE.")

    def _may_take(self) -> bool:
        lease = self.lease
        if lease is None or (lease.left_ms > 0 and lease.node != self.node):
            return False
        if lease.given_back or lease.node in ("", self.node):
            return True
        reached_ms = (self.monotonic() - (self._reached_since or 0)) * 1000
        return lease.rested_ms > PATIENCE_MS and (not self._was_away or reached_ms > PATIENCE_MS)
