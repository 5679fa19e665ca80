"""The router as operators run it: its configuration for the bench, and its process."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from asterisk import Asterisk
from bench.calls.addresses import CALLERS, DIALLED, HTTP_PORT, PHONES, STAFF, agent_name, contact
from bench.calls.paths import Kind
from bench.calls.paths import Path as Way
from tests.lab.failure import LabFailed
from tests.lab.running import settings_for

LISTED = 1000  # numbers in each of the client's lists
START_LIMIT = 60.0
LOGINS_AT_ONCE = 16


def configuration(way: Way) -> dict[str, Any]:
    """The operators' YAML: one client with long lists, agents who take every call and have no after-work."""
    straight = way.kind is Kind.STRAIGHT
    allowed = [{"prefix": "+49170", "staff": "chief"}] if straight else []
    return {
        "house": {"wrap_up_limit": "0s", "block": _numbers("+4930231256", 100)},
        "trunks": {
            "carrier": {"match": [CALLERS[0]], "contact": f"{PHONES[0]}:{PHONES[1]}", "shows": "caller"},
        },
        "numbers": {DIALLED: {"trunk": "carrier"}},
        "skills": {"general": "Allgemeines"},
        "queues": {"bench": {"name": "Bench", "skills": {"general": 1}, "max_wait": "10min"}},
        "tariffs": {
            "standard": [{"version": 1, "acceptance_fee": "0.59", "handling_per_minute": "0.59"}],
        },
        "clients": {
            "bench": {
                "name": "Auftraggeber",
                "numbers": [DIALLED],
                "tariff": "standard",
                "queue": "bench",
                "greetings": [{"mode": "hand_off", "text": "Guten Tag."}],
                "staff": {"chief": {"name": "Chefin", "key": "1", "numbers": [STAFF]}},
                "block": _numbers("+4930231257", LISTED),
                "allow": [{**entry, "staff": "chief"} for entry in _numbers("+4930231258", LISTED)] + allowed,
                "vips": _numbers("+4930231259", LISTED),
                "outbound": {"legs": "unlimited", "minutes_a_day": "unlimited", "cost_a_day": "999999"},
            }
        },
        "agents": {agent_name(nth): _agent(agent_name(nth)) for nth in range(way.agents)},
    }


def _agent(name: str) -> dict[str, Any]:
    return {
        "name": name.capitalize(),
        "skills": {"general": 3},
        "sip": {"password": f"{name}-on-the-phone", "contact": contact(name)},
        "api_token": f"{name}-has-this-token",
    }


def _numbers(prefix: str, count: int) -> list[dict[str, str]]:
    return [{"number": f"{prefix}{nth:04}"} for nth in range(count)]


class Router:
    """One running router; made by `running_router`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self._session = aiohttp.ClientSession(f"http://127.0.0.1:{HTTP_PORT}")

    @property
    def pid(self) -> int:
        """Its process id. Raises `LabFailed` when it has ended."""
        if self._process.returncode is not None:
            raise LabFailed(f"the router ended: {self.log_tail()}")
        return self._process.pid

    def log_tail(self) -> str:
        """The last lines of its log."""
        return "\n".join(self._log.read_text().splitlines()[-15:])

    async def ready(self) -> None:
        """Wait until it calls itself ready and has spoken what is spoken beforehand."""
        try:
            async with asyncio.timeout(START_LIMIT):
                while not (await self._is_ready() and '"sounds ready"' in self._log.read_text()):
                    _ = self.pid
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise LabFailed(f"the router is not ready: {self.log_tail()}") from None

    async def _is_ready(self) -> bool:
        with suppress(aiohttp.ClientError):
            async with self._session.get("/readyz") as answer:
                return answer.status == 200
        return False

    async def log_in(self, agents: int) -> None:
        """Bring so many agents on duty."""
        gate = asyncio.Semaphore(LOGINS_AT_ONCE)

        async def one(name: str) -> None:
            headers = {"Authorization": f"Bearer {name}-has-this-token"}
            async with gate, self._session.post(f"/api/v1/agents/{name}/login", json={}, headers=headers) as answer:
                if answer.status >= 300:
                    raise LabFailed(f"{name} cannot log in: {answer.status} {await answer.text()}")

        await asyncio.gather(*(one(agent_name(nth)) for nth in range(agents)))

    async def stop(self) -> None:
        """End it in order."""
        await self._session.close()
        if self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 20)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()


@asynccontextmanager
async def running_router(way: Way, asterisk: Asterisk, folder: Path) -> AsyncIterator[Router]:
    """A router that serves inside the block, nobody logged in."""
    config = folder / "config"
    config.mkdir()
    (config / "bench.yaml").write_text(yaml.safe_dump(configuration(way), allow_unicode=True))
    log = folder / "router.log"
    environment = settings_for(asterisk, folder / "state", HTTP_PORT)
    with log.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "router", "run", "--config", str(config)),
            env=os.environ | environment, stdout=said, stderr=said,
        )  # fmt: skip
    router = Router(process, log)
    try:
        await router.ready()
        yield router
    finally:
        await router.stop()
