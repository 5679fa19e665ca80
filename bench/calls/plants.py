"""What stands while one way is measured: an Asterisk of the project with room for many calls, perhaps the router."""

import asyncio
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from asterisk import Asterisk, ensure_root
from asterisk.directories import make_directory
from asterisk.names import write_names
from asterisk.slots import Slot
from bench.calls import dialplan
from bench.calls.addresses import ARI_PORT, DIALLED, RTP_PORTS, SIP_PORT, SOUND, agent_name
from bench.calls.machine import put_ahead
from bench.calls.paths import Kind
from bench.calls.paths import Path as Way
from bench.calls.routing import Router, running_router

HOST = "127.0.0.1"
EMPTY_LIMIT = 30.0
POLL = 0.2


class Room(Slot):
    """Ports of the bench's own: a call a second is two legs, and a slot of the tests has room for 250 calls."""

    sip_port = SIP_PORT
    ari_port = ARI_PORT
    rtp_ports = RTP_PORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A way that is ready for calls."""

    way: Way
    asterisk: Asterisk
    router: Router | None
    folder: Path

    @property
    def at(self) -> tuple[str, int]:
        """Where calls go."""
        return self.asterisk.sip_address

    @property
    def dialled(self) -> list[str]:
        """What callers dial, one after the other."""
        return [agent_name(nth) for nth in range(self.way.agents)] if self.way.kind is Kind.DIAL else [DIALLED]

    async def channels(self) -> int:
        """Channels in Asterisk."""
        return int((await self.asterisk.cli("core show channels count")).split()[0])

    async def bridges(self) -> int:
        """Bridges in Asterisk."""
        return max(0, len((await self.asterisk.cli("bridge show all")).strip().splitlines()) - 1)

    async def empty(self, within: float = EMPTY_LIMIT) -> bool:
        """Wait until no channel is left; whether that came about."""
        for _ in range(round(within / POLL)):
            if not await self.channels():
                return True
            await asyncio.sleep(POLL)
        return False


@asynccontextmanager
async def standing(way: Way, *, on_duty: int | None = None) -> AsyncIterator[Standing]:
    """A fresh Asterisk, and a fresh router where the way has one. `on_duty`: agents who can be called (None: all)."""
    duty = way.agents if on_duty is None else on_duty
    async with AsyncExitStack() as stack:
        stack.enter_context(_sound_thrown_away())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vorzimmer-bench-")))
        asterisk = await stack.enter_async_context(_asterisk(way, reachable=duty > 0))
        for ours in (os.getpid(), asterisk.pid):
            put_ahead(ours)
        router = None
        if way.routed:
            router = await stack.enter_async_context(running_router(way, asterisk, folder))
            if way.kind is Kind.ROUTER:
                await router.log_in(duty)
        yield Standing(way=way, asterisk=asterisk, router=router, folder=folder)


@contextmanager
def _sound_thrown_away() -> Iterator[None]:
    """Sockets that nobody reads: else the kernel would tell Asterisk, for each packet, that nobody is there."""
    sinks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in SOUND]
    for sink, address in zip(sinks, SOUND, strict=True):
        sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        sink.bind(address)
    try:
        yield
    finally:
        for sink in sinks:
            sink.close()


@asynccontextmanager
async def _asterisk(way: Way, *, reachable: bool) -> AsyncIterator[Asterisk]:
    root = await asyncio.to_thread(ensure_root)
    write_names(root)
    directory = make_directory(root)
    room = Room(number=0, claim=socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    asterisk = Asterisk(root, directory, room, HOST)
    try:
        dialplan.add_to(directory.outside / "project", way, reachable=reachable)
        await asterisk.restart()
        yield asterisk
    finally:
        await asterisk.stop()
