"""Two routers on one Asterisk and one PostgreSQL, each as its own process behind a relay that notes its requests.

async with running_pair() as pair:
    await pair.a.start_router()
    leader = await pair.leader()
"""

import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from asterisk import Asterisk, running_asterisk
from tests.fakes.postgres import PostgresServer, postgres_server
from tests.lab.lab import Lab, running_lab
from tests.lab.phones import SippStaff
from tests.lab.running import DEMO, SPOKEN, START_LIMIT, House, _copy_new, until

REQUEST = re.compile(rb"^(GET|POST|PUT|DELETE) /ari(/[^ ?]*)([^ ]*) HTTP/1\.1\r$", re.MULTILINE)
ANSWER = re.compile(rb"^HTTP/1\.1 (\d{3})", re.MULTILINE)
ARRIVAL = re.compile(rb'"type":"StasisStart".*?"channel":\{"id":"([^"]+)".*?"application":"([^"]+)"', re.DOTALL)
LONGEST_EVENT = 65_536


@dataclass(slots=True)
class Asked:
    """One request as it came out of a router, at a monotonic second; `status` is Asterisk's answer, 0 for not yet."""

    at: float
    method: str
    path: str
    query: str = ""
    status: int = 0


class Relay:
    """Carries bytes between a router and Asterisk, and notes each request; it changes nothing."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self.asked: list[Asked] = []
        self.arrivals: list[tuple[str, str]] = []  # channel and application of every StasisStart

    def commands(self, *, since: float = 0.0) -> list[Asked]:
        """Everything but questions."""
        return [one for one in self.asked if one.method != "GET" and one.at >= since]

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        open_requests: list[Asked] = []
        told = bytearray()

        def note(chunk: bytes) -> None:
            for method, path, query in REQUEST.findall(chunk):
                open_requests.append(Asked(time.monotonic(), method.decode(), path.decode(), query.decode()))
                self.asked.append(open_requests[-1])

        def answer(chunk: bytes) -> None:
            for status in ANSWER.findall(chunk):
                if open_requests:
                    open_requests.pop(0).status = int(status)
            told.extend(chunk)
            while found := ARRIVAL.search(told):
                self.arrivals.append((found[1].decode(), found[2].decode()))
                del told[: found.end()]
            del told[:-LONGEST_EVENT]

        await asyncio.gather(_pump(reader, back, note), _pump(there, writer, answer))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, note: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while chunk := await source.read(65536):
            note(chunk)
            sink.write(chunk)
            await sink.drain()
    sink.close()


class Node(House):
    """One of the two: up as soon as it answers at all."""

    def __init__(
        self, name: str, *, asterisk: Asterisk, lab: Lab, staff: SippStaff, folder: Path, config: Path, database: str
    ) -> None:
        folder.mkdir()
        super().__init__(asterisk=asterisk, lab=lab, staff=staff, folder=folder, config=config)
        self.name = name
        self.database = database
        self.around = {"VORZIMMER_NODE": name, "VORZIMMER_DATABASE_URL": database}
        host, port = asterisk.ari_url.split("/")[2].split(":")
        self.relay = Relay(host, int(port))
        self.module = "router"  # `tests.lab.eager`: one that does not wait for the leader's claim

    async def start_router(self) -> None:
        """Start it and wait until it answers."""
        with self.log_file.open("ab") as log:
            self._router = await asyncio.create_subprocess_exec(
                "setpriv", "--pdeathsig", "KILL", sys.executable, "-m", self.module,
                "run", "--config", str(self.config),
                env={**os.environ, **self.environment, **self.around}, stdout=log, stderr=log,
            )  # fmt: skip
        await until(self._ready, START_LIMIT, lambda: f"the router to answer; it said:\n{self.log_tail()}")

    async def _ready(self) -> bool:
        await self.alive()
        with suppress(aiohttp.ClientError):
            async with self._session.get("/healthz") as answer:
                return answer.status == 200
        return False

    async def alive(self) -> None:
        """Raises `LabFailed` when the process has ended."""
        if self._router is None or self._router.returncode is not None:
            raise AssertionError(f"router {self.name} ended:\n{self.log_tail()}")

    async def leads(self) -> bool:
        """Whether it takes calls."""
        with suppress(aiohttp.ClientError):
            return await self.ready()
        return False

    def stop_process(self) -> None:
        """SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def continue_process(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, without waiting."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        assert self._router is not None
        self._router.send_signal(number)


class Pair:
    """Both, and what they share."""

    def __init__(self, a: Node, b: Node, postgres: PostgresServer) -> None:
        self.a, self.b = a, b
        self.postgres = postgres

    @property
    def nodes(self) -> tuple[Node, Node]:
        """Both."""
        return self.a, self.b

    async def leader(self, within: float = 15.0) -> Node:
        """Wait until one of them takes calls."""
        found: list[Node] = []

        async def leads() -> bool:
            found[:] = [node for node in self.nodes if await node.leads()]
            return bool(found)

        await until(leads, within, lambda: f"a router to lead\n{self.a.log_tail()}\n---\n{self.b.log_tail()}")
        return found[0]

    def other(self, node: Node) -> Node:
        """The one beside it."""
        return self.b if node is self.a else self.a


@asynccontextmanager
async def running_pair(config: Path = DEMO, *, eager: bool = False) -> AsyncIterator[Pair]:
    """Two routers, one of which leads; all gone after the block. `eager`: both claim every call at once."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vorzimmer-pair-")))
        postgres = stack.enter_context(postgres_server())
        asterisk = await stack.enter_async_context(running_asterisk())
        lab = await stack.enter_async_context(running_lab())
        staff = await lab.staff({})
        database = postgres.create("house")
        nodes = []
        for name in ("a", "b"):
            node = Node(
                name, asterisk=asterisk, lab=lab, staff=staff, folder=folder / name, config=config, database=database
            )
            node.module = "tests.lab.eager" if eager else "router"
            stack.push_async_callback(node.close)
            server = await asyncio.start_server(node.relay.carry, "127.0.0.1", 0)
            stack.callback(server.close)
            node.ari_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ari"
            nodes.append(node)
        _copy_new(SPOKEN, asterisk.sounds_dir)
        pair = Pair(nodes[0], nodes[1], postgres)
        await pair.a.start_router()  # it leads before the other one has loaded
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(pair.b.start_router())
            await pair.leader()
            await pair.a.spoken()
        _copy_new(asterisk.sounds_dir, SPOKEN)
        yield pair
