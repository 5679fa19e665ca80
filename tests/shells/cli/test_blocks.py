"""`vorzimmer blocks`: who is blocked beside the YAML, and the way back."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from router.cli.block_entry import entry_of, place_of
from router.cli.blocks import told
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
    assert vorzimmer(*arguments).out == "bakery: +4930111111, off the list.\n"
    again = vorzimmer(*arguments)
    assert (again.status, again.out) == (1, "+4930111111 is not on the list of bakery.\n")
    assert vorzimmer("blocks").out == ""
    assert list(changes(database)) == [BlockChange(number=1, client=ClientId("bakery"), lifted="+4930111111")]


def test_a_block_for_all_is_taken_back(vorzimmer: Vorzimmer, database: Path) -> None:
    block_for_all(database, "+4930222222")
    assert vorzimmer(*HOUSE, "--remove", "+4930222222").out == "the house: +4930222222, off the list.\n"
    assert vorzimmer(*HOUSE).out == ""
    assert list(changes(database)) == [BlockChange(number=1, client=None, lifted="+4930222222")]


def test_operators_add_entries_with_end_reason_and_author(vorzimmer: Vorzimmer, database: Path) -> None:
    words = ("--until", "2030-01-01T00:00", "--reason", "Werbeanrufe über Strom", "--author", "maria")
    assert vorzimmer(*HOUSE, "--add", "+4930555*", *words).out == (
        "the house: +4930555* until the end of 2029-12-31, on the list.\n"
    )
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


HERE = place_of(Path("nowhere"), None, known=True)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("030 123456", BlockEntry(number="+4930123456")),
        ("0049 30 123456", BlockEntry(number="+4930123456")),
        ("+4930123450-+4930123459", BlockEntry(between=("+4930123450", "+4930123459"))),
        ("030123450-030123459", BlockEntry(between=("+4930123450", "+4930123459"))),
        ("030 12 34 50 – 0049 30 12 34 59", BlockEntry(between=("+4930123450", "+4930123459"))),
        ("+4930123*", BlockEntry(prefix="+4930123")),
        ("0900*", BlockEntry(prefix="+49900")),
        ("+493012345?", BlockEntry(pattern="+493012345?")),
        ("030 9999 8???", BlockEntry(pattern="+493099998???")),
        ("+4930?*", BlockEntry(pattern="+4930?*")),
    ],
)
def test_callers_can_be_meant_in_each_way(text: str, entry: BlockEntry) -> None:
    assert entry_of(text, HERE) == entry
    assert entry_of(told(entry), HERE) == entry


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("the bakery", "is not a telephone number in E.164; write a plus, the country code and the number"),
        ("110", "is not a telephone number in E.164; write a plus"),
        ("3?", "is not a pattern of numbers; write ? for any one digit"),
        ("+4930ab?", "is not a pattern of numbers; write ? for any one digit"),
        ("*", "is not the beginning of a number; write it as it is dialled"),
        ("+49x*", "is not the beginning of a number; write it as it is dialled"),
        ("030123459-030123450", "+4930123450 comes before +4930123459; exchange first and last"),
        ("030123450-0301234590", "+49301234590 has not as many digits as +4930123450; write both ends in full"),
        ("030 9988-0", "a dash stands for a range, whose ends are both written whole"),
        ("04066969670-679", "a dash stands for a range, whose ends are both written whole"),
    ],
)
def test_what_means_no_callers_is_refused_with_what_to_write(
    vorzimmer: Vorzimmer, database: Path, text: str, advice: str
) -> None:
    ran = vorzimmer(*HOUSE, "--add", text)
    assert (ran.status, ran.out) == (2, "")
    assert f"{text!r} means no callers: " in ran.err
    assert advice in ran.err
    assert vorzimmer(*HOUSE).out == ""


@pytest.mark.parametrize(
    "text", ["+49*", "+4*", "+49?*", "030*", "+49??????????", "+4930*", "+493000000000-+493999999999"]
)
def test_a_whole_country_is_blocked_only_by_whoever_insists(vorzimmer: Vorzimmer, database: Path, text: str) -> None:
    ran = vorzimmer(*HOUSE, "--add", text)
    assert ran.status == 2
    assert f"{text!r} blocks a whole country or much of it; write more digits, or add --wide" in ran.err
    assert vorzimmer(*HOUSE, "--add", text, "--wide").status == 0


@pytest.mark.parametrize("text", ["0900*", "+1900*", "030 1*", "+49?0123456", "+493999999995-+494000000004"])
def test_less_than_that_is_blocked_at_once(vorzimmer: Vorzimmer, database: Path, text: str) -> None:
    assert vorzimmer(*HOUSE, "--add", text).status == 0


def test_the_answer_is_the_entry_as_understood(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("blocks", "--client", "bakery", "--add", "030123450-030123459")
    assert ran.out == "bakery: +4930123450-+4930123459 for good, on the list.\n"
    ran = vorzimmer(*HOUSE, "--add", "030 555", "--until", "2030-12-24 18:00")
    assert ran.out == "the house: +4930555 until 2030-12-24 18:00, on the list.\n"


def test_the_day_of_an_end_counts_whole(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer(*HOUSE, "--add", "030 555", "--until", "2030-12-24")
    assert ran.out == "the house: +4930555 until the end of 2030-12-24, on the list.\n"
    (line,) = vorzimmer(*HOUSE).lines
    assert "until 2030-12-25 00:00:00" in line


@pytest.mark.parametrize("until", ["tomorrow", "2030-02-30", "2030-12-24T18", "24.12.2030"])
def test_an_end_that_is_none_is_refused_with_what_to_write(vorzimmer: Vorzimmer, database: Path, until: str) -> None:
    ran = vorzimmer(*HOUSE, "--add", "030 555", "--until", until)
    assert ran.status == 2
    assert 'is not a day, nor a day and time; write the last day, such as "2026-01-31"' in ran.err


def test_a_client_must_be_one_of_the_configuration(vorzimmer: Vorzimmer, database: Path, config: Path) -> None:
    ran = vorzimmer("blocks", "--client", "nobody", "--add", "030 555")
    assert ran.status == 2
    assert "config has no client nobody; write one of bakery, florist" in ran.err
    assert vorzimmer("blocks", "--client", "florist", "--add", "030 555").status == 0


def test_a_client_who_has_left_can_still_be_cleared(vorzimmer: Vorzimmer, database: Path, config: Path) -> None:
    assert vorzimmer("blocks", "--client", "gone", "--add", "030 555", "--config", "none").status == 0
    assert vorzimmer("blocks", "--client", "gone", "--remove", "030 555").status == 0


def test_an_end_is_on_the_clients_clock(vorzimmer: Vorzimmer, database: Path, config: Path) -> None:
    clients = config / "clients.yaml"
    clients.write_text(clients.read_text().replace("name: Florist\n", "name: Florist\n    timezone: Europe/London\n"))
    ran = vorzimmer("blocks", "--client", "florist", "--add", "030 555", "--until", "2030-12-24")
    assert ran.out == "florist: +4930555 until the end of 2030-12-24, on the list.\n"
    (line,) = vorzimmer("blocks", "--client", "florist").lines
    assert "until 2030-12-25 01:00:00" in line


def test_national_numbers_are_of_the_houses_country(vorzimmer: Vorzimmer, database: Path, config: Path) -> None:
    house = config / "house.yaml"
    house.write_text(house.read_text().replace("house:\n", "house:\n  country: AT\n"))
    ran = vorzimmer(*HOUSE, "--add", "0900*")
    assert ran.out == "the house: +43900* for good, on the list.\n"


def test_what_the_list_shows_can_be_taken_off_though_it_could_not_be_added(
    vorzimmer: Vorzimmer, database: Path
) -> None:
    block_for_all(database, "110")
    assert vorzimmer(*HOUSE, "--remove", "110").out == "the house: 110, off the list.\n"


def test_old_presences_are_pruned_on_request(vorzimmer: Vorzimmer, database: Path) -> None:
    assert vorzimmer("db", "prune", "--keep", "90").out == "Forgotten: 0 presences, 0 configurations.\n"
    assert vorzimmer("db", "prune", "--keep", "0").status == 2
