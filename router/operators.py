"""The operators' side of the configuration while the router runs: files watched, read whole, tried, swapped at once.

A changed set of files is read once nobody writes on it any more, validated, and tried with calls of every kind before
anything follows it; one that fails changes nothing and is reported, and the last good one stays in force. Block entries
that agents added live in the database and are laid over the files'.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from router.config.loaded import Loaded
from router.config.loading import load
from router.config.sources import stamp_of, version_of
from router.core.errors import ConfigInvalid, LedgerCorrupt, LedgerUnavailable
from router.core.house import BlockEntry, Client, House
from router.core.ids import AgentId, ClientId, Millis
from router.core.rehearsal import rehearse
from router.ports import AgentPhone, Clients, Clock, FallbackRoute, Plant, TrunkLine

POLL_S = 0.2  # a saved file is read at the second look

Rehearsal = Callable[[House, Millis, House], str]  # a new house, now, the house before: what goes wrong, or nothing
Blocked = Mapping[ClientId, Sequence[BlockEntry]]

log = structlog.get_logger(__name__)


class Operators:
    """The configuration in force."""

    def __init__(self, directory: Path, *, clients: Clients, clock: Clock, rehearsal: Rehearsal = rehearse) -> None:
        """Reads the files. Raises `ConfigInvalid` with every finding."""
        self._directory = directory
        self._clients = clients
        self._clock = clock
        self._rehearsal = rehearsal
        self._stamp = self._newest = stamp_of(directory)
        self._loaded = load(directory, now=clock.now())
        self._seen = self._loaded.version
        self._tariffs_until = self._loaded.next_tariff_change(clock.now())
        self._blocked: Blocked = {}
        self._blocked_for_all: Sequence[BlockEntry] = ()

    @property
    def tokens(self) -> Mapping[AgentId, str]:
        """The SHA-256 of each agent's API token."""
        return self._loaded.api_tokens

    async def house(self) -> House:
        """The house as of now, with the agents' block entries, the last known ones while there is no database."""
        try:
            self._blocked = await self._clients.blocked()
            self._blocked_for_all = await self._clients.blocked_for_all()
        except (LedgerUnavailable, LedgerCorrupt) as failure:
            log.warning("block entries not read again", error=str(failure))
        house = self._loaded.house_at(self._clock.now())
        clients = {name: _with_blocked(client, self._blocked) for name, client in house.clients.items()}
        return replace(house, clients=clients, block=(*house.block, *self._blocked_for_all))

    @property
    def plant(self) -> Plant:
        """What Asterisk must know."""
        loaded = self._loaded
        return Plant(
            version=loaded.version,
            trunks=tuple(_trunk(loaded, name) for name in loaded.trunks),
            phones=tuple(_phone(loaded, agent) for agent in loaded.agents_sip),
            fallbacks=tuple(_fallbacks(loaded.house)),
        )

    async def watch(self, changed: Callable[[], Awaitable[None]], refused: Callable[[], None]) -> None:
        """Until cancelled: call `changed` when new files are in force, `refused` when they are no good."""
        while True:
            await asyncio.sleep(POLL_S)
            await self.look(changed, refused)

    async def look(self, changed: Callable[[], Awaitable[None]], refused: Callable[[], None]) -> None:
        """One turn of `watch`. Raises nothing: whatever is wrong with a new configuration, calls go on with the old."""
        try:
            if await asyncio.to_thread(self._reread):
                await changed()
        except ConfigInvalid as invalid:
            log.warning("configuration refused, the last good one stays", findings=str(invalid).splitlines())
            refused()
        except Exception:
            log.exception("configuration not followed")
            refused()

    def _reread(self) -> bool:
        return self._files_changed() or self._tariffs_changed()

    def _files_changed(self) -> bool:
        """What was refused is tried again once anything was saved: a recording that it lacked may be there now."""
        if not self._saved():
            return False
        before, self._seen = self._seen, version_of(self._directory)
        if before == self._seen == self._loaded.version:
            return False
        now = self._clock.now()
        loaded = load(self._directory, now=now)
        if trouble := self._rehearsal(loaded.house, now, self._loaded.house):
            raise ConfigInvalid(f"tried, and not taken: {trouble}")
        self._loaded = loaded
        self._tariffs_until = loaded.next_tariff_change(now)
        log.info("configuration loaded", version=loaded.version[:12])
        return True

    def _saved(self) -> bool:
        """Whether files changed, and nobody wrote on them since the last look: half of a file may be right, too."""
        before, self._newest = self._newest, stamp_of(self._directory)
        if self._newest != before or self._newest == self._stamp:
            return False
        self._stamp = self._newest
        return True

    def _tariffs_changed(self) -> bool:
        now = self._clock.now()
        if self._tariffs_until is None or now < self._tariffs_until:
            return False
        self._tariffs_until = self._loaded.next_tariff_change(now)
        return True


def _with_blocked(client: Client, blocked: Blocked) -> Client:
    return replace(client, block=(*client.block, *blocked.get(client.id, ())))


def _trunk(loaded: Loaded, name: str) -> TrunkLine:
    trunk = loaded.trunks[name]
    return TrunkLine(
        id=name, match=trunk.match, contact=trunk.contact, username=trunk.username, password=trunk.password
    )


def _phone(loaded: Loaded, agent: AgentId) -> AgentPhone:
    sip = loaded.agents_sip[agent]
    return AgentPhone(agent=agent, password=sip.password, contact=sip.contact)


def _fallbacks(house: House) -> Sequence[FallbackRoute]:
    return [
        FallbackRoute(dialled=number, number=client.fallback_number, trunk=client.trunk)
        for client in house.clients.values()
        for number in client.numbers
        if client.fallback_number
    ]
