"""Callers and phones: one SIPp each, with light scenarios, and what they counted and saw."""

import asyncio
import csv
import itertools
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.calls.addresses import CALLERS, PHONES, caller_number
from tests.lab.failure import LabFailed
from tests.lab.trace import SipMessage, TraceReader

SCENARIOS = Path(__file__).parent / "scenarios"
BUFFER = 4 * 1024 * 1024  # bytes, where the kernel allows that
ANSWER_LIMIT_MS = 2_000  # a call that is not answered by then has failed
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What callers do: `count` of them, `rate` a second, at most `at_once`; `talk_ms` None: the agent hangs up."""

    count: int
    rate: float
    dialled: Sequence[str]
    talk_ms: int | None = 1000
    at_once: int = 20_000
    answer_limit_ms: int = ANSWER_LIMIT_MS
    traced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What SIPp counted; `answer_ms` are the times from INVITE to 200 of each call, in order of their ends."""

    begun: int
    served: int
    failed: int
    retransmitted: int
    seconds: float
    answer_ms: Sequence[float]


class Sipp:
    """One SIPp in a folder of its own."""

    _numbers = itertools.count(1)

    def __init__(self, folder: Path, scenario: str, options: Sequence[str], *, traced: bool) -> None:
        self.folder = folder / f"sipp-{next(self._numbers):03}"
        self.folder.mkdir(parents=True)
        (self.folder / "scenario.xml").write_text(scenario)
        trace = ["-trace_msg", "-message_file", "messages"] if traced else []
        self._options = [*options, *trace]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, local: tuple[str, int], remote: tuple[str, int]) -> None:
        """Run it; it ends with us, however we end."""
        with (self.folder / "stdout").open("wb") as said:
            self._process = await asyncio.create_subprocess_exec(
                *("setpriv", "--pdeathsig", "KILL", "sipp", f"{remote[0]}:{remote[1]}", "-sf", "scenario.xml"),
                *("-i", local[0], "-p", str(local[1]), "-bind_local", "-mi", local[0], "-nostdin"),
                *("-trace_err", "-error_file", "errors", "-timer_resol", "1", "-buff_size", str(BUFFER)),
                *self._options,
                cwd=self.folder, env={**os.environ, "TZ": "UTC0"},
                stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    async def ended(self, within: float) -> None:
        """Wait until it has placed its calls, or end it."""
        assert self._process is not None
        try:
            await asyncio.wait_for(self._process.wait(), within)
        except TimeoutError:
            await self.stop()

    async def stop(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def messages(self) -> list[SipMessage]:
        """Everything it sent and received, in order."""
        reader = TraceReader()
        found: list[SipMessage] = []
        with (self.folder / "messages").open("rb") as trace:
            while chunk := trace.read(CHUNK):
                found += reader.feed(chunk)
        return found

    def complaints(self) -> str:
        """The end of what it said about errors."""
        errors = self.folder / "errors"
        return "\n".join(errors.read_text(errors="replace").splitlines()[:12]) if errors.exists() else ""

    def counted(self) -> Counted:
        """Its statistics. Raises `LabFailed` when it has none."""
        statistics = self.folder / "counts"
        if not statistics.exists():
            raise LabFailed(f"SIPp placed no call: {(self.folder / 'stdout').read_text()[-800:]}")
        with statistics.open() as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        times = [row for file in self.folder.glob("*_rtt.csv") for row in csv.DictReader(file.open(), delimiter=";")]
        return Counted(
            begun=int(last["OutgoingCall(C)"]),
            served=int(last["SuccessfulCall(C)"]),
            failed=int(last["FailedCall(C)"]) + int(last["CurrentCall"]),
            retransmitted=int(last["Retransmissions(C)"]),
            seconds=_seconds(last["ElapsedTime(C)"]),
            answer_ms=[float(row["response_time_ms"]) for row in times],
        )


def _seconds(text: str) -> float:
    hours, minutes, seconds = text.split(":")[:3]
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


_callers = itertools.count(0)


async def placing(folder: Path, calls: Calls, at: tuple[str, int], *, port: int = CALLERS[1]) -> Sipp:
    """Callers who begin now; who come while others are still there need a port of their own."""
    ending = "taking-bye" if calls.talk_ms is None else "caller-bye"
    options = [
        *("-m", str(calls.count), "-r", f"{calls.rate:g}", "-l", str(calls.at_once), "-inf", "calls.csv"),
        *("-recv_timeout", str(calls.answer_limit_ms), "-trace_stat", "-stf", "counts", "-fd", "1"),
        *("-trace_rtt", "-rtt_freq", "200"),
    ]
    sipp = Sipp(folder, _scenario("caller", ending, calls.talk_ms), options, traced=calls.traced)
    numbers = itertools.cycle(calls.dialled)
    rows = (f"{caller_number(next(_callers))};{next(numbers)}\n" for _ in range(calls.count))
    (sipp.folder / "calls.csv").write_text("SEQUENTIAL\n" + "".join(rows))
    await sipp.start((CALLERS[0], port), at)
    return sipp


@asynccontextmanager
async def phones(
    folder: Path, at: tuple[str, int], *, talk_ms: int | None = None, traced: bool = False
) -> AsyncIterator[Sipp]:
    """All phones, which ring and answer at once; `talk_ms`: and hang up after so long."""
    ending = "taking-bye" if talk_ms is None else "agent-bye"
    sipp = Sipp(folder, _scenario("agent", ending, talk_ms), ["-l", "20000"], traced=traced)
    await sipp.start(PHONES, at)
    try:
        yield sipp
    finally:
        await sipp.stop()


def _scenario(name: str, ending: str, talk_ms: int | None) -> str:
    text = (SCENARIOS / f"{name}.xml").read_text().replace("@ENDING@", (SCENARIOS / f"{ending}.xml").read_text())
    return text.replace("@TALK@", str(talk_ms))
