"""`vorzimmer blocks`: what agents blocked, and the way back."""

from pathlib import Path

from tests.shells.cli.conftest import Vorzimmer


def test_what_agents_blocked_is_listed_whole(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("blocks")
    assert ran.status == 0
    assert ran.lines[0].split() == ["bakery", "+4930111111", "advertising"]


def test_a_block_is_taken_back_once(vorzimmer: Vorzimmer, database: Path) -> None:
    arguments = ("blocks", "--client", "bakery", "--remove", "+4930111111")
    assert vorzimmer(*arguments).out == "Taken off the list.\n"
    assert vorzimmer(*arguments).status == 1
    assert vorzimmer("blocks").out == ""


def test_only_one_clients_list_is_shown_when_asked_for(vorzimmer: Vorzimmer, database: Path) -> None:
    assert vorzimmer("blocks", "--client", "florist").out == ""


def test_a_number_is_taken_off_somebodys_list_not_all(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("blocks", "--remove", "+4930111111")
    assert ran.status == 2
    assert "--client" in ran.err
