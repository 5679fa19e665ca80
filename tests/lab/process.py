"""One running SIPp: bounded, tied to this process's life, and told what to do by control requests.

A control request is a datagram with the Call-ID of the call it means and a method that only our scenarios know
(LABANSWER, LABBYE …). It repeats the headers of the call's INVITE, so that SIPp's [last_…] keywords still speak of it.
"""

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.failure import LabFailed
from tests.lab.ports import Address, udp_socket
from tests.lab.trace import SipMessage, TraceReader
from tests.lab.waiting import wait_for

LIFETIME = 3600  # seconds after which a forgotten SIPp ends by itself
BIND_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SippJob:
    """What one SIPp is to run; `remote` is only a default target for a process that waits for calls."""

    name: str
    scenario: str
    local: Address
    remote: Address
    options: Sequence[str] = ()


class SippProcess:
    """A SIPp started by `start`, to be ended by `stop`."""

    def __init__(
        self,
        job: SippJob,
        folder: Path,
        heard: Callable[[SipMessage], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self.job = job
        self._folder = folder
        self._heard = heard
        self._ended = ended
        self._reader = TraceReader()
        self._process: Process | None = None
        self._trace = -1
        self._drained = asyncio.Event()
        self._control = udp_socket(job.local.host)

    async def start(self, calls: str = "") -> None:
        """Run SIPp with its trace in a pipe; `heard` gets each message as soon as SIPp has written it.

        `calls` are the rows of the scenario's injection file, for a process that places calls.
        """
        self._folder.mkdir(parents=True)
        (self._folder / "calls.csv").write_text(calls)
        (self._folder / "scenario.xml").write_text(self.job.scenario)
        if not shutil.which("sipp"):
            raise LabFailed("sipp is not installed: Debian has it in the package sip-tester")
        self._trace, write_end = os.pipe()
        os.set_blocking(self._trace, False)
        try:
            self._process = await self._spawn(write_end)
        finally:
            os.close(write_end)
        asyncio.get_running_loop().add_reader(self._trace, self._read)

    async def _spawn(self, trace: int) -> Process:
        with (self._folder / "stderr").open("wb") as stderr:
            return await asyncio.create_subprocess_exec(
                *self._command(trace),
                cwd=self._folder,
                env={**os.environ, "TZ": "UTC0"},
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=stderr,
                pass_fds=(trace,),
            )

    def _command(self, trace: int) -> list[str]:
        job, local = self.job, self.job.local
        # -mi: SIPp binds media ports it never uses here; an address per process keeps them apart
        media = f"127.{100 + os.getpid() % 100}.{local.port >> 8}.{local.port & 255}"
        return [
            *("setpriv", "--pdeathsig", "KILL", "sipp", str(job.remote), "-sf", "scenario.xml"),
            *("-i", local.host, "-p", str(local.port), "-bind_local", "-ci", local.host, "-mi", media),
            *("-nostdin", "-default_behaviors", "none", "-timeout", f"{LIFETIME}s", "-timer_resol", "1"),
            *("-trace_err", "-error_file", "errors", "-trace_msg", "-message_file", f"/dev/fd/{trace}"),
            *job.options,
        ]

    def _read(self) -> bool:
        """Take what is in the pipe; False when there is nothing, or nothing any more."""
        try:
            written = os.read(self._trace, 1 << 16)
        except BlockingIOError:
            return False
        for message in self._reader.feed(written):
            self._heard(message)
        if not written:
            self._close_trace()
        return bool(written)

    def _close_trace(self) -> None:
        if self._trace >= 0:
            asyncio.get_running_loop().remove_reader(self._trace)
            os.close(self._trace)
            self._trace = -1
        self._control.close()
        self._ended()
        self._drained.set()

    async def finished(self, within: float) -> int:
        """Wait for SIPp to end by itself, its trace read; gives its exit code (0: all went as in the scenario)."""
        try:
            async with asyncio.timeout(within):
                await self._drained.wait()
                return await self._running.wait()
        except TimeoutError:
            raise LabFailed(f"SIPp {self.job.name} did not end within {within:g} s{self.complaints()}") from None

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise LabFailed(f"SIPp {self.job.name} was never started")
        return self._process

    @property
    def pid(self) -> int:
        """SIPp's process id."""
        return self._running.pid

    def steer(self, invite: SipMessage, request: str) -> None:
        """Send one control request about the call of this INVITE."""
        if self._trace < 0:
            raise LabFailed(f"SIPp {self.job.name} has ended and cannot do {request}{self.complaints()}")
        headers = [(name, value) for name, value in invite.headers if not name.lower().startswith("content-")]
        lines = (f"{name}: {value}" for name, value in (*headers, ("Content-Length", "0")))
        text = "\r\n".join((f"LAB{request} sip:lab@{self.job.local} SIP/2.0", *lines, "", ""))
        self._control.sendto(text.encode(), self.job.local)

    def complaints(self) -> str:
        """The end of what SIPp wrote about errors, for a message to the reader; empty when it is content."""
        texts = (self._folder / name for name in ("stderr", "errors"))
        lines = [line for text in texts if text.exists() for line in text.read_text(errors="replace").splitlines()]
        return "; SIPp said:\n  " + "\n  ".join(lines[-12:]) if lines else ""

    def check(self) -> None:
        """Raise `LabFailed` with SIPp's own words when it has ended though it should serve."""
        if self._running.returncode is not None:
            raise LabFailed(f"SIPp {self.job.name} ended with {self._running.returncode}{self.complaints()}")

    async def bound(self, is_bound: Callable[[Address], bool]) -> None:
        """Wait until SIPp listens on its port."""

        def ready() -> bool:
            self.check()
            return is_bound(self.job.local)

        await wait_for(ready, BIND_TIMEOUT, f"SIPp {self.job.name} to listen on {self.job.local}")

    async def stop(self) -> None:
        """End SIPp, by its id, whatever it is doing."""
        process = self._process
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        while self._trace >= 0 and self._read():
            pass  # what SIPp wrote last
        self._close_trace()
