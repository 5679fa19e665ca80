"""The laboratory itself: its folder, ports, tasks and SIPp processes, all gone when it closes."""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.lab.media import SoundClock, SoundPort
from tests.lab.phones import Line, SippAgent, SippCaller, SippStaff
from tests.lab.plan import Answer, Plan
from tests.lab.ports import ReservedPort, on_loopback
from tests.lab.scenario import Account

TRUNK = "127.0.0.2"  # the carrier's address, by which Asterisk identifies the trunk
AGENTS = "127.0.0.3"


class Lab:
    """Makes callers, agents and staff; use `running_lab`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._lines: list[Line] = []
        self._ports: list[ReservedPort] = []
        self._agents: list[SippAgent] = []
        self._clock = SoundClock()
        self._following: list[asyncio.Task[None]] = []
        self._sound = asyncio.create_task(self._clock.run())

    def caller(self, *, at: tuple[str, int], host: str = TRUNK) -> SippCaller:
        """Someone who calls `at` from the trunk address `host`."""
        return SippCaller(self, host=host, at=on_loopback(at))

    async def agent(
        self, user: str, password: str, *, at: tuple[str, int], host: str = AGENTS, plan: Plan | None = None
    ) -> SippAgent:
        """Register an agent's phone and let it listen; without a plan it answers at once and stays until the BYE."""
        account = Account(user=user, password=password)
        agent = SippAgent(self, account=account, host=host, at=on_loopback(at), plan=plan or Answer())
        await agent.register()
        self._agents.append(agent)
        await agent.listen()
        return agent

    async def staff(self, plans: Mapping[str, Plan], *, host: str = TRUNK, port: int = 0) -> SippStaff:
        """Let the carrier's side listen (port 0: a free one), with a plan for each number it knows."""
        staff = SippStaff(self, host=host, port=port, plans=plans)
        await staff.listen()
        return staff

    def reserve(self, host: str, port: int = 0) -> ReservedPort:
        """A SIP port that is ours until the laboratory closes."""
        self._ports.append(ReservedPort(host, port))
        return self._ports[-1]

    def sound_port(self, host: str) -> SoundPort:
        """A new RTP port, driven by the laboratory's clock."""
        self._clock.ports.append(SoundPort(host))
        return self._clock.ports[-1]

    def folder_for(self, name: str) -> Path:
        """A fresh folder for one SIPp's scenario and error files."""
        return self._folder / f"{next(self._numbers):03}-{name}"

    def adopt(self, line: Line) -> None:
        """End this line with the laboratory."""
        self._lines.append(line)

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Follow one call's plan; what fails in it is raised when the laboratory closes."""
        self._following.append(asyncio.create_task(work))

    def mute(self) -> None:
        """Send and take no more sound, for good: what two cores can signal they cannot always voice."""
        self._sound.cancel()

    async def close(self) -> None:
        """End all calls, registrations and processes; raise what failed meanwhile in following a plan."""
        unfinished = [task for task in self._following if task.cancel()]
        outcomes = await asyncio.gather(*self._following, return_exceptions=True)
        await asyncio.gather(*(line.close() for line in self._lines))
        self._sound.cancel()
        await asyncio.gather(*(agent.unregister() for agent in self._agents), return_exceptions=True)
        for port in self._ports:
            port.release()
        for task, outcome in zip(self._following, outcomes, strict=True):
            if isinstance(outcome, Exception) and task not in unfinished:
                raise outcome


@asynccontextmanager
async def running_lab() -> AsyncIterator[Lab]:
    """An empty laboratory; several may run at once."""
    with tempfile.TemporaryDirectory(prefix="vorzimmer-lab-") as folder:
        lab = Lab(Path(folder))
        try:
            yield lab
        finally:
            await lab.close()
