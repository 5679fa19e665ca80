"""The release before serves calls while the database is upgraded; then this one takes its calls over.

The earlier release is taken out of git. Where its commit is not there (a shallow clone), this release stands in for it
on the tables as they are: its journal and its rows are then of this release.
"""

import asyncio
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from router.db.database import open_database
from router.db.schema import revision
from tests.chaos.books import books
from tests.chaos.figures import Figure, Given, exactly
from tests.chaos.traffic import Traffic, running_traffic
from tests.docs.pages import ROOT
from tests.lab.running import House

BEFORE = "fb9e54c"  # release 0.2.0
LIVE, SHORT_LIVE = 6, 3


async def run(given: Given) -> Sequence[Figure]:
    """Old release, upgrade of the tables, new release; conversations all the time."""
    with tempfile.TemporaryDirectory(prefix="vorzimmer-upgrade-") as name:
        folder = Path(name)
        release = await asyncio.to_thread(_taken_out, folder / "before")
        given.say(f"the earlier release is {release}")
        async with running_traffic(folder, given.chance, agents=10, watched=False) as traffic:
            house = traffic.house
            await house.stop_router()
            if release == BEFORE:
                for file in house.state.glob("vorzimmer.db*"):
                    file.unlink()
                for file in (house.state / "journal").iterdir():
                    file.unlink()
                house.around = {**house.around, "PYTHONSAFEPATH": "1", "PYTHONPATH": str(folder / "before")}
            await house.start_router()
            await traffic.on_duty()
            new = asyncio.Event()
            live = [asyncio.create_task(traffic.talk_until(new)) for _ in range(SHORT_LIVE if given.short else LIVE)]
            await traffic.talk(0.5)
            given.say(f"its tables are at revision {await _revision(house)}")
            await house.command("db", "upgrade")
            given.say(f"upgraded to revision {await _revision(house)} under it")
            await traffic.talk(0.5)
            house.around = {}
            await house.stop_router()
            await house.start_router()
            new.set()
            await asyncio.gather(*live)
            await traffic.on_duty()
            await traffic.talk(0.5)
            return await _books(traffic, release)


def _taken_out(folder: Path) -> str:
    """Write the earlier release's code to `folder`; the commit, or `this one` when git does not have it."""
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "archive", BEFORE, "router"],
        check=False, capture_output=True,
    )  # fmt: skip
    if archive.returncode:
        return "this one"
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return BEFORE


async def _revision(house: House) -> str | None:
    async with open_database(house.database) as database, database.reading() as connection:
        return await revision(connection)


async def _books(traffic: Traffic, release: str) -> Sequence[Figure]:
    return [
        exactly("Callers without an agent in an upgrade", len(traffic.visits) - len(traffic.spoken()), 0),
        *await books(
            traffic,
            drops=f"No conversation drops from release {release} to this one",
            as_seen="Conversations over an upgrade are billed as SIPp saw them",
        ),
    ]
