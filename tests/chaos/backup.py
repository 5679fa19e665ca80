"""A running house is backed up, loses its disk and its router, and is brought back while conversations are still up.

Asterisk lives on, as on a machine whose other disk is gone: calls that it still holds are taken up again; those that
ended meanwhile end when CEL says so; those that came after the backup and are over are lost with the disk, and only
they.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.books import books
from tests.chaos.figures import Figure, Given, at_most
from tests.chaos.traffic import Traffic, running_traffic
from tests.lab import LabFailed, wait_for
from tests.lab.running import House

BEFORE, SHORT_BEFORE = 20, 3  # callers who are gone before the backup
LIVE = 3  # callers who talk during all of it
COMMAND_S = 20.0


async def run(given: Given) -> Sequence[Figure]:
    """Back up under load, lose all, restore, go on."""
    with tempfile.TemporaryDirectory(prefix="vorzimmer-backup-") as name:
        folder = Path(name)
        async with running_traffic(folder, given.chance, agents=10, watched=False) as traffic:
            count = SHORT_BEFORE if given.short else BEFORE
            calling = [asyncio.create_task(_callers(traffic, count // SHORT_BEFORE)) for _ in range(SHORT_BEFORE)]
            back = asyncio.Event()
            live = [asyncio.create_task(traffic.talk_until(back)) for _ in range(LIVE)]
            await asyncio.gather(*calling)
            before = len(traffic.visits)
            ending = asyncio.create_task(traffic.talk(2.5))  # is up at the backup, and ends before the restore
            await wait_for(lambda: len(traffic.visits) > before, 10, "one more caller")
            await traffic.partner(traffic.visits[-1])
            backup_s = await _backed_up(traffic.house, folder / "house.tar.gz", given)
            await ending
            await traffic.house.kill_router()
            shutil.rmtree(traffic.house.state)
            restore_s = await _restored(traffic.house, folder / "house.tar.gz", given)
            await traffic.house.start_router()
            back.set()
            await asyncio.gather(*live)
            await traffic.on_duty()
            await traffic.talk(1.0)
            return [
                at_most("A backup of the running house", round(backup_s, 1), COMMAND_S, "s"),
                at_most("Its restore, the ledger verified", round(restore_s, 1), COMMAND_S, "s"),
                *await _books(traffic),
            ]


async def _callers(traffic: Traffic, count: int) -> None:
    for _ in range(count):
        await traffic.talk(traffic.chance.uniform(0.3, 1.0))


async def _backed_up(house: House, file: Path, given: Given) -> float:
    begun = time.monotonic()
    said = await _command(house, "backup", str(file), "--config", str(house.config))
    given.say(f"backed up: {said.splitlines()[-2]}")
    return time.monotonic() - begun


async def _restored(house: House, file: Path, given: Given) -> float:
    begun = time.monotonic()
    said = await _command(house, "restore", str(file), "--config", str(file.with_name("restored")))
    given.say(f"restored: {said.splitlines()[-1]}")
    house.config = file.with_name("restored")
    return time.monotonic() - begun


async def _command(house: House, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "router", *words, env={**house.environment, "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await process.communicate())[0].decode()
    if process.returncode:
        raise LabFailed(f"vorzimmer {' '.join(words)} ended with {process.returncode}: {said}")
    return said


async def _books(traffic: Traffic) -> Sequence[Figure]:
    told = f"{len(traffic.visits)} callers, {LIVE} of them in conversation all the time"
    return await books(
        traffic,
        drops=f"No conversation drops from backup to restore ({told})",
        unbilled="Conversations that began before the backup, or after the restore, and are not billed",
        as_seen="Conversations over a restore are billed as SIPp saw them",
    )
