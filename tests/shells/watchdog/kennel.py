"""A watchdog as a real process, with small scripts for routers, each of which writes down what it is told."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.lab.waiting import wait_for

WITHIN = 20.0
KEEPER = """
import sys
from router.watchdog.keeper import Keeper
folder, script, patience, paired = sys.argv[1:]
command = (sys.executable, "-c", script, folder)
sys.exit(Keeper(command, patience_s=float(patience), paired=paired == "yes").run())
"""
BEGINNING = """
import os, signal, socket, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
(folder / f"loaded-{os.getpid()}").touch()
line = socket.socket(fileno=int(os.environ["VORZIMMER_WATCHDOG_LINE"].split(":")[0]))
word = line.recv(4096).decode() or sys.exit(0)
with (folder / "begun").open("a") as begun:
    begun.write(f"{os.getpid()} {word}\\n")
count = len((folder / "begun").read_text().splitlines())
"""
BEATING = """
while True:
    line.send(b"+")
    time.sleep(0.05)
"""


@dataclass
class Kennel:
    """One watchdog and what became of its routers."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    notes: list[str] = field(default_factory=list)

    @property
    def begun(self) -> list[tuple[int, dict[str, int]]]:
        """Every router so far: its process id, and what it was told of those before."""
        file = self.folder / "begun"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(int(line.split(" ", 1)[0]), json.loads(line.split(" ", 1)[1])) for line in lines]

    @property
    def log(self) -> list[dict[str, Any]]:
        """What the watchdog wrote."""
        lines = (self.folder / "log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def told(self, event: str) -> list[dict[str, Any]]:
        """Its lines of one kind."""
        return [line for line in self.log if line["event"] == event]

    async def eventually(self, condition: Callable[[], object], what: str) -> None:
        await wait_for(condition, WITHIN, lambda: f"{what}; log:\n{(self.folder / 'log').read_text()}")

    async def router(self, nth: int = 1) -> int:
        """The nth router's process id, once it is ready."""
        await self.eventually(lambda: len(self.told("router ready")) >= nth, f"router {nth} to be ready")
        return self.begun[nth - 1][0]

    async def spare(self) -> int:
        """The process id of a spare that has loaded."""

        def loaded() -> set[int]:
            begun = {pid for pid, _ in self.begun}
            return {int(file.name[7:]) for file in self.folder.glob("loaded-*")} - begun

        await self.eventually(loaded, "a spare")
        return max(loaded())

    async def ended(self) -> int:
        """Its exit status."""
        await self.eventually(lambda: self.process.poll() is not None, "the watchdog to end")
        assert self.process.returncode is not None
        return self.process.returncode


@contextmanager
def kennel(
    folder: Path, script: str, *, patience: float = 1.0, paired: bool = False, notify: socket.socket | None = None
) -> Iterator[Kennel]:
    """A watchdog over routers that run this script."""
    environ = dict(os.environ)
    if notify:
        environ |= {"NOTIFY_SOCKET": f"@{notify.getsockname()[1:].decode()}", "WATCHDOG_USEC": "1000000"}
    arguments = (str(folder), BEGINNING + script, str(patience), "yes" if paired else "no")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen((sys.executable, "-c", KEEPER, *arguments), stderr=log, env=environ)
    try:
        yield Kennel(folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(WITHIN)
        finally:
            process.kill()
            process.wait()


def alive(pid: int) -> bool:
    """Whether the process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
