"""The whole house for real: Asterisk, the router as its own process, and the SIPp laboratory around them.

async with running_house() as house:
    anna = await house.phone("anna")
    call = await house.dial("+493023125010", number="+491713920001")
    await call.established()
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from asterisk import Asterisk, running_asterisk
from asterisk.root import cache_directory
from router.core.record import CallRecord
from router.db.database import open_database
from router.db.reading import LedgerLine, finished_calls, ledger_lines
from router.db.verify import Verification, verify
from tests.lab.call import SippCall
from tests.lab.failure import LabFailed
from tests.lab.faketime import WallClock
from tests.lab.lab import Lab, running_lab
from tests.lab.phones import SippAgent, SippCaller, SippStaff
from tests.lab.plan import Plan

SPOKEN = cache_directory() / "sounds"
DEMO = Path(__file__).parents[2] / "config"
TOKENS = {"ben": "demo-token-of-ben-x"}
START_LIMIT = 30.0
STOP_LIMIT = 20.0
SPEAKING_LIMIT = 120.0
STEP = 0.05


async def until(condition: Callable[[], Awaitable[bool]], within: float, what: str | Callable[[], str]) -> None:
    """Poll a condition that must ask somebody; after `within` seconds `LabFailed` says `what`."""
    deadline = asyncio.get_running_loop().time() + within
    while not await condition():
        if asyncio.get_running_loop().time() >= deadline:
            raise LabFailed(f"waited {within:g} s in vain for {what if isinstance(what, str) else what()}")
        await asyncio.sleep(STEP)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def settings_for(asterisk: Asterisk, state: Path, http_port: int) -> Mapping[str, str]:
    """The environment of a router at this Asterisk."""
    return {
        "VORZIMMER_ARI_URL": asterisk.ari_url,
        "VORZIMMER_ARI_USER": asterisk.ari_user,
        "VORZIMMER_ARI_PASSWORD": asterisk.ari_password,
        "VORZIMMER_SOUNDS_DIR": str(asterisk.sounds_dir),
        "VORZIMMER_SOUNDS_URI": asterisk.sounds_uri_prefix,
        "VORZIMMER_GENERATED_DIR": str(asterisk.generated_dir),
        "VORZIMMER_CEL_FILE": str(asterisk.cel_file),
        "VORZIMMER_STATE_DIR": str(state),
        "VORZIMMER_HTTP": f"127.0.0.1:{http_port}",
    }


class House:
    """One running house with a folder of its own; made by `running_house`."""

    def __init__(self, *, asterisk: Asterisk, lab: Lab, staff: SippStaff, folder: Path, config: Path) -> None:
        self.asterisk = asterisk
        self.lab = lab
        self.folder = folder
        self.config = config
        self.staff = staff
        self.http_port = _free_port()
        self.state = folder / "state"
        self.database = f"sqlite:///{self.state / 'vorzimmer.db'}"
        self.log_file = folder / "router.log"
        self.watched = False  # whether the router's next start is below a watchdog
        self._router: asyncio.subprocess.Process | None = None
        self._caller: SippCaller | None = None
        self.around: Mapping[str, str] = {}  # more of the router's environment
        self.ari_url = asterisk.ari_url  # where the router looks for Asterisk at its next start
        self._session = aiohttp.ClientSession(f"http://127.0.0.1:{self.http_port}")

    # --- the router ------------------------------------------------------------------------------------------------

    async def start_router(self) -> None:
        """Start it and wait until it is ready. Raises `LabFailed` with its last log lines."""
        with self.log_file.open("ab") as log:
            self._router = await asyncio.create_subprocess_exec(
                "setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "router",
                "watchdog" if self.watched else "run", "--config", str(self.config),
                env={**os.environ, **self.environment, **self.around}, stdout=log, stderr=log,
            )  # fmt: skip
        await until(self._ready, START_LIMIT, lambda: f"the router to be ready; it said:\n{self.log_tail()}")

    async def spoken(self) -> None:
        """Wait until all that is spoken beforehand is: on few cores that disturbs what others measure."""

        async def ready() -> bool:
            return '"sounds ready"' in self.log_file.read_text()

        await until(ready, SPEAKING_LIMIT, lambda: f"the sounds to be ready; the router said:\n{self.log_tail()}")

    async def ensure_router(self) -> None:
        """Start it if it does not run."""
        if self._router is None or self._router.returncode is not None:
            await self.start_router()

    async def _ready(self) -> bool:
        if self._router is None or self._router.returncode is not None:
            raise LabFailed(f"the router ended:\n{self.log_tail()}")
        with suppress(aiohttp.ClientError):
            async with self._session.get("/readyz") as answer:
                return answer.status == 200
        return False

    @property
    def environment(self) -> Mapping[str, str]:
        """The router's settings."""
        return {
            **settings_for(self.asterisk, self.state, self.http_port),
            "VORZIMMER_ARI_URL": self.ari_url,
            "VORZIMMER_TRUNK_CONTACT": f"sip:{self.staff.address}",
        }

    @property
    def router_pid(self) -> int:
        """The router's process id, also below a watchdog."""
        assert self._router is not None
        if not self.watched:
            return self._router.pid
        lines = (line for line in self.log_file.read_text().splitlines() if '"router started"' in line)
        pid: int = json.loads(list(lines)[-1])["pid"]
        return pid

    async def kill_router(self) -> None:
        """`kill -9`; its watchdog, if it has one, goes with it."""
        await self._end(signal.SIGKILL)

    async def freeze_router(self, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after so many seconds."""
        if self._router is not None:
            self._router.send_signal(signal.SIGSTOP)
            await asyncio.sleep(seconds)
            self._router.send_signal(signal.SIGCONT)

    async def router_ended(self, within: float) -> int:
        """Wait until it has ended by itself; its exit status."""
        assert self._router is not None
        return await asyncio.wait_for(self._router.wait(), within)

    async def stop_router(self) -> None:
        """SIGTERM, and wait for the orderly end."""
        await self._end(signal.SIGTERM)

    async def _end(self, by: signal.Signals) -> None:
        if self._router is not None and self._router.returncode is None:
            self._router.send_signal(by)
            try:
                await asyncio.wait_for(self._router.wait(), STOP_LIMIT)
            except TimeoutError:
                self._router.kill()
                raise LabFailed(f"the router did not end in {STOP_LIMIT:g} s; it said:\n{self.log_tail()}") from None

    def log_tail(self) -> str:
        """The last lines of the router's log."""
        return "\n".join(self.log_file.read_text().splitlines()[-25:]) if self.log_file.exists() else "(nothing)"

    # --- phones ----------------------------------------------------------------------------------------------------

    async def phone(self, agent: str, plan: Plan | None = None, *, available: bool = True) -> SippAgent:
        """Register an agent's phone and log the agent in by its feature code."""
        phone = await self.lab.agent(agent, f"demo-{agent}-on-the-phone", at=self.asterisk.sip_address, plan=plan)
        if available:
            await self.ask(agent, "login")
        return phone

    async def dial(self, dialled: str, **options: object) -> SippCall:
        """Call one of our numbers from the carrier."""
        if self._caller is None:
            self._caller = self.lab.caller(at=self.asterisk.sip_address)
        return await self._caller.call(dialled, **options)  # type: ignore[arg-type]

    async def command(self, *words: str) -> None:
        """Run a command of `vorzimmer` on this house's database."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "router", *words, "--database", self.database,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said = (await process.communicate())[0].decode()
        if process.returncode:
            raise LabFailed(f"vorzimmer {' '.join(words)} ended with {process.returncode}: {said}")

    # --- asking ----------------------------------------------------------------------------------------------------

    async def ask(self, agent: str, action: str, **body: str) -> None:
        """Let an agent do something by the API."""
        token = TOKENS.get(agent, f"demo-token-of-{agent}")
        headers = {"Authorization": f"Bearer {token}"}
        async with self._session.post(f"/api/v1/agents/{agent}/{action}", json=body, headers=headers) as answer:
            if answer.status >= 300:
                raise LabFailed(f"{agent} {action}: {answer.status} {await answer.text()}")

    async def agent(self, agent: str) -> dict[str, object]:
        """An agent's own view."""
        headers = {"Authorization": f"Bearer {TOKENS.get(agent, f'demo-token-of-{agent}')}"}
        async with self._session.get(f"/api/v1/agents/{agent}", headers=headers) as answer:
            view: dict[str, object] = json.loads(await answer.text())
            return view

    async def presence(self, agent: str, presence: str, within: float = 10.0) -> None:
        """Wait until the agent is seen as this."""

        async def seen() -> bool:
            return (await self.agent(agent))["presence"] == presence

        await until(seen, within, f"{agent} to be {presence}")

    async def metrics(self) -> str:
        """The exposition."""
        async with self._session.get("/metrics") as answer:
            return await answer.text()

    async def records(self, count: int, within: float = 15.0) -> list[CallRecord]:
        """Wait until so many calls are settled, and give them by arrival."""
        found: list[CallRecord] = []

        async def settled() -> bool:
            async with open_database(self.database) as database:
                found[:] = [record async for record in finished_calls(database)]
            return len(found) >= count

        await until(settled, within, lambda: f"{count} settled calls, there are {len(found)}\n{self.log_tail()}")
        return found

    async def ledger(self) -> list[LedgerLine]:
        """All charges."""
        async with open_database(self.database) as database:
            return [line async for line in ledger_lines(database)]

    async def verified(self) -> Verification:
        """What `vorzimmer ledger verify` finds."""
        async with open_database(self.database) as database:
            return await verify(database)

    async def ready(self) -> bool:
        """Whether the router calls itself ready."""
        async with self._session.get("/readyz") as answer:
            return answer.status == 200

    async def channels(self) -> int:
        """Channels in Asterisk."""
        return int((await self.asterisk.cli("core show channels count")).split()[0])

    async def bridges(self) -> int:
        """Bridges in Asterisk."""
        return max(0, len((await self.asterisk.cli("bridge show all")).strip().splitlines()) - 1)

    async def empty(self, within: float = 10.0) -> None:
        """Wait until no channel and no bridge is left."""

        async def gone() -> bool:
            return await self.channels() == 0 and await self.bridges() == 0

        await until(gone, within, "no channel and no bridge to be left")

    async def close(self) -> None:
        """End the router, then the rest."""
        try:
            await self.stop_router()
        finally:
            await self._session.close()


@asynccontextmanager
async def running_house(
    config: Path = DEMO,
    *,
    watched: bool = False,
    asterisks_clock: WallClock | None = None,
    routers_clock: WallClock | None = None,
) -> AsyncIterator[House]:
    """A house that serves calls inside the block and is gone after it; `watched`: its router has a watchdog. Asterisk
    and router may each go by a clock that can be set."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vorzimmer-house-")))
        around = asterisks_clock.followed_by_asterisk if asterisks_clock else lambda _: {}
        asterisk = await stack.enter_async_context(running_asterisk(around=around))
        lab = await stack.enter_async_context(running_lab())
        staff = await lab.staff({})
        house = House(asterisk=asterisk, lab=lab, staff=staff, folder=folder, config=config)
        house.watched = watched
        stack.push_async_callback(house.close)
        house.around = routers_clock.followed_in(folder) if routers_clock else {}
        _copy_new(SPOKEN, asterisk.sounds_dir)
        await house.start_router()
        await house.spoken()
        _copy_new(asterisk.sounds_dir, SPOKEN)
        yield house


def _copy_new(source: Path, target: Path) -> None:
    """Spoken texts are named by their content: what one house has said, the next one need not learn."""
    target.mkdir(parents=True, exist_ok=True)
    for sound in source.glob("say-*.wav"):
        if not (target / sound.name).exists():
            draft = target / f".{sound.name}.{os.getpid()}"
            shutil.copy2(sound, draft)
            draft.replace(target / sound.name)
