"""`vorzimmer calls`, `ledger` and `db`."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.shells.cli.conftest import Vorzimmer

READING = ["calls", "ledger list", "ledger export", "explain call-1"]


def test_calls_are_listed_by_arrival_with_masked_numbers(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("calls")
    assert (ran.status, ran.err) == (0, "")
    assert [line.split()[2] for line in ran.lines[:-1]] == ["call-1", "call-2", "call-3"]
    assert ran.lines[0].split()[3:6] == ["mueller", "from", "+4915112345xxx"]
    assert "from suppressed" in ran.lines[2]
    assert ran.lines[-1] == "3 calls"
    assert "5678" not in ran.out


def test_whole_numbers_are_shown_when_asked_for(vorzimmer: Vorzimmer, database: Path) -> None:
    assert "from +4915112345678" in vorzimmer("calls", "--numbers").lines[0]


def test_every_line_of_a_table_has_the_same_columns(vorzimmer: Vorzimmer, database: Path) -> None:
    calls, charges = vorzimmer("calls").lines[:-1], vorzimmer("ledger", "list").lines[:-1]
    assert len({line.index("talk") for line in calls}) == 1
    assert len({line.index(" EUR") for line in charges}) == 1


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("--client schmidt", ["call-2"]),
        ("--call call-3", ["call-3"]),
        ("--since 2026-09-21T17:00", ["call-2", "call-3"]),
        ("--until 2026-09-21T15:00Z", ["call-1"]),
        ("--since 2026-09-21T17:00 --until 2026-09-21T18:00+02:00", ["call-2"]),
        ("--client nobody", []),
    ],
)
def test_calls_and_charges_are_chosen_alike(
    vorzimmer: Vorzimmer, database: Path, options: str, found: list[str]
) -> None:
    calls, charges = vorzimmer("calls", *options.split()), vorzimmer("ledger", "list", *options.split())
    assert [line.split()[2] for line in calls.lines[:-1]] == found
    assert list(dict.fromkeys(line.split()[3] for line in charges.lines[:-1])) == found
    assert calls.lines[-1] == ("1 call" if len(found) == 1 else f"{len(found)} calls")


def test_the_ledger_shows_each_charge_its_arithmetic_and_the_sum(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("ledger", "list")
    assert ran.lines[0].split()[3:8] == ["call-1", "mueller", "acceptance", "0.59", "EUR"]
    assert "Talk 16.000 s + wrap-up 0.000 s = 16 s at 59 ct per 60 s = 15.733 ct, 0.16 EUR." in ran.lines[1]
    assert "0.00 EUR (trial, list price 0.59 EUR)" in ran.lines[2]
    assert ran.lines[-1] == "5 charges, 0.85 EUR net"


def test_nothing_is_nothing(vorzimmer: Vorzimmer, database: Path) -> None:
    assert vorzimmer("ledger", "list", "--client", "nobody").out == "0 charges, nothing net\n"


def test_both_exports_hold_every_charge(vorzimmer: Vorzimmer, database: Path) -> None:
    table = list(csv.DictReader(io.StringIO(vorzimmer("ledger", "export").out, newline="")))
    objects = [json.loads(line) for line in vorzimmer("ledger", "export", "--format", "jsonl").lines]
    assert [int(row["charged"]) for row in table] == [one["charged"] for one in objects] == [59, 16, 0, 0, 10]


def test_an_export_can_be_narrowed(vorzimmer: Vorzimmer, database: Path) -> None:
    assert len(vorzimmer("ledger", "export", "--call", "call-3").lines) == 2


def test_a_sound_ledger_is_sound(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("ledger", "verify")
    assert ran.status == 0
    assert ran.out.startswith("The ledger is sound: 3 transactions, head 3 ")


def test_a_changed_bit_is_found(vorzimmer: Vorzimmer, database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[content.index(b"15.733 ct")] ^= 1
    database.write_bytes(content)
    ran = vorzimmer("ledger", "verify")
    assert (ran.status, ran.err) == (1, "")
    assert "call-1" in ran.lines[0]
    assert ran.lines[-1].startswith("The ledger is NOT sound: ")


# --- what can be wrong with a database --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [*READING[:3], "explain x", "ledger verify"])
def test_a_missing_database_is_one_sentence_and_is_not_made(vorzimmer: Vorzimmer, tmp_path: Path, command: str) -> None:
    ran = vorzimmer(*command.split())
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert "there is no" in ran.err
    assert "VORZIMMER_STATE_DIR" in ran.err
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("command", READING)
def test_a_file_that_is_no_database_is_one_sentence(vorzimmer: Vorzimmer, database: Path, command: str) -> None:
    database.write_bytes(b"Dear diary, " * 1000)
    ran = vorzimmer(*command.split())
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert "not a database" in ran.err


@pytest.mark.parametrize("revision", ["'9999'", None])
@pytest.mark.parametrize("command", READING)
def test_tables_of_another_release_are_one_sentence(
    vorzimmer: Vorzimmer, database: Path, command: str, revision: str | None
) -> None:
    change = f"UPDATE alembic_version SET version_num = {revision}" if revision else "DELETE FROM alembic_version"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(change)
    ran = vorzimmer(*command.split())
    assert (ran.status, ran.out) == (2, "")
    assert "run `vorzimmer db upgrade`" in ran.err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://x/y", "must begin with sqlite:/// or postgresql://"),
        ("nonsense", "must begin with sqlite:/// or postgresql://"),
        ("sqlite://", "must name a file"),
        ("postgresql://nobody:a-secret@127.0.0.1:1/none", "cannot be reached"),
    ],
)
@pytest.mark.parametrize("command", ["calls", "db upgrade", "ledger verify"])
def test_a_database_that_cannot_be_is_one_sentence(vorzimmer: Vorzimmer, command: str, url: str, words: str) -> None:
    ran = vorzimmer(*command.split(), "--database", url)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert "a-secret" not in ran.err


def test_an_upgrade_makes_the_database_and_can_be_repeated(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    first, second = vorzimmer("db", "upgrade"), vorzimmer("db", "upgrade")
    assert (first.status, second.status) == (0, 0)
    assert first.out == second.out == "The database is at revision 0005.\n"
    assert (tmp_path / "var/state/vorzimmer.db").exists()
    assert vorzimmer("calls").out == "0 calls\n"


def test_an_upgrade_that_cannot_write_is_one_sentence(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    ran = vorzimmer("db", "upgrade")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "vorzimmer: var/state: Not a directory\n"


def test_finished_calls_can_be_had_as_json_lines(vorzimmer: Vorzimmer, database: Path) -> None:
    first, _, third = map(json.loads, vorzimmer("calls", "--json").lines)
    assert (first["call"], first["talk_ms"], first["ending"]["class"]) == ("call-1", 16_000, "served")
    assert first["from"].startswith("+49151")
    assert first["from"] != "+4915112345678"
    assert third["from"] is None
    assert json.loads(vorzimmer("calls", "--json", "--numbers").lines[0])["from"] == "+4915112345678"
