"""`vorzimmer explain CALL`: a finished call decided again from what the running router had kept."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from router.core.house import House
from router.db.chronicle import SqlChronicle, prune
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from router.engine.codec import encode_value
from tests.shells.cli.conftest import Vorzimmer
from tests.stories.houses import ANNA, BERND
from tests.stories.retold import chronicle_of
from tests.stories.story import MAIN, Story

IDENTICAL = "Decided again from what was kept: the same, at its arrival and 1 moment."


@dataclass(frozen=True)
class Kept:
    """The database of a router that has served one call."""

    file: Path

    def change(self, statement: str) -> None:
        async def work() -> None:
            async with open_database(f"sqlite:///{self.file}") as database, database.writing() as connection:
                await connection.execute(text(statement))

        asyncio.run(work())

    def prune(self) -> None:
        async def work() -> None:
            async with open_database(f"sqlite:///{self.file}") as database:
                await SqlChronicle(database).keep_house(version="later", since=2_000_000_000_000, content="{}")
                await prune(database, before=2_100_000_000_000)

        asyncio.run(work())


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Anna takes a call in which Bernd is in a pause; written where the command looks for it."""
    file = tmp_path / "var/state/vorzimmer.db"
    file.parent.mkdir(parents=True)
    asyncio.run(_write(file))
    return Kept(file)


async def _write(file: Path) -> None:
    story = Story(on=(ANNA, BERND))
    story.agent_pauses(BERND)
    story.after(1)
    story.caller_arrives()
    story.agent_answers(ANNA)
    story.after(60)
    story.caller_hangs_up()
    story.agent_finishes(ANNA)
    async with open_database(f"sqlite:///{file}", create=True) as database:
        await upgrade(database)
        await _keep(database, story)


async def _keep(database: Database, story: Story) -> None:
    chronicle = chronicle_of(story.told)
    await SqlLedger(database).settle_all([chronicle.records[MAIN]])
    await SqlChronicle(database).keep_presences(chronicle.seats)
    for since, house in chronicle.houses:
        content = encode_value(House, house).decode()
        await SqlChronicle(database).keep_house(version=house.version, since=since, content=content)


def test_every_agents_reason_is_told_and_the_decision_is_the_same(vorzimmer: Vorzimmer, kept: Kept) -> None:
    ran = vorzimmer("explain", MAIN)
    assert (ran.status, ran.err) == (0, "")
    told = ran.lines[ran.lines.index(next(line for line in ran.lines if line.startswith("At "))) :]
    assert told == [
        "At 0.000 s, offer anna: needed deutsch",
        "  agent        anna                     offered the call",
        "  agent        bernd                    paused, coffee",
        "  agent        clara                    off",
        IDENTICAL,
    ]


def test_it_can_be_had_as_json(vorzimmer: Vorzimmer, kept: Kept) -> None:
    content = json.loads(vorzimmer("explain", MAIN, "--json").out)
    assert (content["kind"], content["call"], content["client"]) == ("finished", MAIN, "praxis")
    assert content["ending"] == {"class": "served", "reason": "caller_hung_up"}
    assert (content["again"]["same"], content["again"]["differences"]) == (True, [])
    (moment,) = content["again"]["moments"]
    assert (moment["rule"], moment["offered"], moment["stage"], moment["needs"]) == ("offer", "anna", 0, "deutsch")
    assert moment["agents"][1] == {"agent": "bernd", "why_not": "paused, coffee"}


def test_a_trace_that_somebody_changed_is_not_the_same(vorzimmer: Vorzimmer, kept: Kept) -> None:
    kept.change("UPDATE calls SET trace = replace(trace, 'dialled number', 'forwarded by')")
    ran = vorzimmer("explain", MAIN)
    assert ran.status == 1
    assert ran.lines[-1].startswith("Decided again it is NOT the same: identify: praxis (dialled number")


def test_a_presence_that_says_otherwise_is_not_the_same(vorzimmer: Vorzimmer, kept: Kept) -> None:
    kept.change("UPDATE presences SET intent = 'available' WHERE agent = 'bernd'")
    ran = vorzimmer("explain", MAIN)
    assert ran.status == 1
    assert "2 free) now, anna (" in ran.lines[-1]


def test_what_was_pruned_is_not_decided_again_and_that_is_said(vorzimmer: Vorzimmer, kept: Kept) -> None:
    kept.prune()
    ran = vorzimmer("explain", MAIN)
    assert ran.status == 0
    assert ran.lines[-1].startswith("Not decided again: ")
    assert json.loads(vorzimmer("explain", MAIN, "--json").out)["again"] is None
