"""The way between a router and Asterisk's ARI, which can be pulled out, or go dead without a word.

async with cabled(house) as cable:
    cable.die()
    cable.heal()
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.lab.running import House


class Cable:
    """A TCP proxy. A dead cable takes what is sent and gives it to nobody, as a network that swallows packets does; who
    connects anew hears nothing either. One that is dead one way only carries requests whose answers are lost, or events
    and answers alone. When it heals, what it carried before is reset."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._plugged = True
        self._requests = asyncio.Event()  # set as long as they are carried
        self._answers = asyncio.Event()
        self.heal()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self._writers.add(writer)
        await self._requests.wait()
        if not self._plugged or writer.is_closing():
            return writer.transport.abort()
        with suppress(OSError):
            there, back = await asyncio.open_connection(*self._target)
            self._writers.add(back)
            await asyncio.gather(self._pump(reader, back, self._requests), self._pump(there, writer, self._answers))
            self._writers -= {writer, back}
        return None

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, carries: asyncio.Event) -> None:
        with suppress(OSError):
            while chunk := await source.read(65536):
                if carries.is_set():
                    sink.write(chunk)
                    await sink.drain()
        if carries.is_set():
            sink.close()

    def pull(self) -> None:
        """Cut all connections, and refuse new ones."""
        self._plugged = False
        self._abort()

    def plug(self) -> None:
        """Carry again."""
        self._plugged = True

    def die(self, *, requests: bool = True, answers: bool = True) -> None:
        """Carry this no more, and tell nobody; `answers` are events, too."""
        for dies, carries in ((requests, self._requests), (answers, self._answers)):
            if dies:
                carries.clear()

    def heal(self) -> None:
        """Carry again; what was open before is gone."""
        self._abort()
        self._requests.set()
        self._answers.set()

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


@asynccontextmanager
async def cabled(house: House) -> AsyncIterator[Cable]:
    """The router starts anew behind a cable; without one again afterwards."""
    direct = house.ari_url
    host, port = direct.split("/")[2].split(":")
    cable = Cable(host, int(port))
    server = await asyncio.start_server(cable.carry, "127.0.0.1", 0)
    await house.stop_router()
    house.ari_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ari"
    await house.start_router()
    try:
        yield cable
    finally:
        server.close()
        cable.pull()
        cable.heal()
        house.ari_url = direct
        await house.stop_router()
        await house.start_router()
