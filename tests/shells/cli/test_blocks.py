"""`vorzimmer blocks`: who is blocked beside the YAML, and the way back."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from router.cli.blocks import callers, told
from router.core.house import BlockEntry
from router.core.ids import ClientId
from router.db.clients import SqlClients
from router.db.database import open_database
from router.ports import BlockChange
from tests.fakes.clock import FakeClock
from tests.fakes.records import ARRIVED
from tests.shells.cli.conftest import Vorzimmer

HOUSE = ("blocks", "--house")


def block_for_all(file: Path, number: str) -> None:
    async def work() -> None:
        async with open_database(f"sqlite:///{file}") as database:
            entry = BlockEntry(number=number, until=ARRIVED, reason="advertising caller", author="bakery, florist")
            clients = SqlClients(database, FakeClock(ARRIVED))
            await clients.block_for_all(entry=entry, reports=[ClientId("bakery"), ClientId("florist")])

    asyncio.run(work())


def changes(file: Path) -> Sequence[BlockChange]:
    async def work() -> Sequence[BlockChange]:
        async with open_database(f"sqlite:///{file}") as database:
            return await SqlClients(database, FakeClock(ARRIVED)).changes(0)

    return asyncio.run(work())


def test_what_agents_blocked_is_listed_whole_with_its_author(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("blocks")
    assert ran.status == 0
    assert ran.lines[0].split() == ["bakery", "+4930111111", "for", "good", "anna", "advertising"]


def test_what_is_blocked_for_all_is_listed_with_its_end_and_the_reports_behind_it(
    vorzimmer: Vorzimmer, database: Path
) -> None:
    block_for_all(database, "+4930222222")
    (line,) = vorzimmer(*HOUSE).lines
    assert line.startswith("(everybody)      +4930222222 ")
    assert "until 2026-09-21 16:13:20" in line
    assert line.endswith("advertising caller (reported by bakery, florist)")
    assert len(vorzimmer("blocks").lines) == 2


def test_the_list_can_be_had_as_json(vorzimmer: Vorzimmer, database: Path) -> None:
    block_for_all(database, "+4930222222")
    entries = json.loads(vorzimmer("blocks", "--json").out)
    assert [entry["client"] for entry in entries] == ["bakery", None]
    assert entries[1] == {
        "client": None,
        "callers": "+4930222222",
        "until": ARRIVED,
        "author": "bakery, florist",
        "reason": "advertising caller",
        "added": ARRIVED,
        "call": None,
        "reports": ["bakery", "florist"],
    }


def test_a_block_is_taken_back_once(vorzimmer: Vorzimmer, database: Path) -> None:
    arguments = ("blocks", "--client", "bakery", "--remove", "030 111111")
    assert vorzimmer(*arguments).out == "Taken off the list.\n"
    again = vorzimmer(*arguments)
    assert (again.status, again.out) == (1, "030 111111 is not on the list of bakery.\n")
    assert vorzimmer("blocks").out == ""
    assert list(changes(database)) == [BlockChange(number=1, client=ClientId("bakery"), lifted="+4930111111")]


def test_a_block_for_all_is_taken_back(vorzimmer: Vorzimmer, database: Path) -> None:
    block_for_all(database, "+4930222222")
    assert vorzimmer(*HOUSE, "--remove", "+4930222222").out == "Taken off the list.\n"
    assert vorzimmer(*HOUSE).out == ""
    assert list(changes(database)) == [BlockChange(number=1, client=None, lifted="+4930222222")]


def test_operators_add_entries_with_end_reason_and_author(vorzimmer: Vorzimmer, database: Path) -> None:
    words = ("--until", "2030-01-01T00:00", "--reason", "Werbeanrufe über Strom", "--author", "maria")
    assert vorzimmer(*HOUSE, "--add", "+4930555*", *words).out == "On the list.\n"
    again = vorzimmer(*HOUSE, "--add", "+4930555*", *words)
    assert (again.status, again.out) == (1, "+4930555* is on the list of the house already.\n")
    (line,) = vorzimmer(*HOUSE).lines
    assert line.split(maxsplit=6) == [
        "(everybody)", "+4930555*", "until", "2030-01-01", "00:00:00", "maria", "Werbeanrufe über Strom",
    ]  # fmt: skip
    assert list(changes(database)) == [BlockChange(number=1, client=None)]


def test_an_end_that_is_over_is_refused(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer(*HOUSE, "--add", "+4930555", "--until", "2020-01-01T00:00")
    assert ran.status == 2
    assert "--until is over already: 2020-01-01" in ran.err


def test_only_one_clients_list_is_shown_when_asked_for(vorzimmer: Vorzimmer, database: Path) -> None:
    assert vorzimmer("blocks", "--client", "florist").out == ""


@pytest.mark.parametrize("change", ["--add", "--remove"])
def test_a_change_is_made_to_somebodys_list_not_all(vorzimmer: Vorzimmer, database: Path, change: str) -> None:
    ran = vorzimmer("blocks", change, "+4930111111")
    assert ran.status == 2
    assert "say whose list: --client ID, or --house" in ran.err


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("030 123456", BlockEntry(number="+4930123456")),
        ("0049 30 123456", BlockEntry(number="+4930123456")),
        ("+4930123450-+4930123459", BlockEntry(between=("+4930123450", "+4930123459"))),
        ("+4930123*", BlockEntry(prefix="+4930123")),
        ("+493012345?", BlockEntry(pattern="+493012345?")),
        ("+4930?*", BlockEntry(pattern="+4930?*")),
    ],
)
def test_callers_can_be_meant_in_each_way(text: str, entry: BlockEntry) -> None:
    assert callers(text) == entry
    assert callers(told(entry)) == entry


@pytest.mark.parametrize("text", ["the bakery", "030*", "3?", "*", "+49x*"])
def test_what_means_no_callers_is_refused(vorzimmer: Vorzimmer, database: Path, text: str) -> None:
    ran = vorzimmer(*HOUSE, "--add", text)
    assert ran.status == 2
    assert f"{text!r} means no callers: write +493012345678" in ran.err


def test_old_presences_are_pruned_on_request(vorzimmer: Vorzimmer, database: Path) -> None:
    assert vorzimmer("db", "prune", "--keep", "90").out == "Forgotten: 0 presences, 0 configurations.\n"
    assert vorzimmer("db", "prune", "--keep", "0").status == 2
