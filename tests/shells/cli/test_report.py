"""`vorzimmer report`: three calls of 21 September 2026, two of mueller and one, on trial, of schmidt."""

import csv
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from router.sheets import BYTE_ORDER_MARK
from tests.shells.cli.conftest import Vorzimmer

THEN = ("--from", "2026-09-21", "--to", "2026-09-21")


@pytest.fixture(autouse=True)
def here(database: Path, config: Path) -> None:
    """Where the command looks for them."""


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_calls_are_told_by_their_ending(vorzimmer: Vorzimmer) -> None:
    ran = vorzimmer("report", "calls", *THEN)
    assert (ran.status, ran.err) == (0, "")
    assert [line.split() for line in ran.lines] == [
        ["ending", "reason", "calls", "talk", "wrap", "up", "through"],
        ["served", "caller_hung_up", "3", "2:01.0", "30.0", "0.0"],
    ]


def test_only_hours_with_calls_are_shown_to_people_and_all_to_programs(vorzimmer: Vorzimmer) -> None:
    shown = vorzimmer("report", "hours", *THEN).lines
    assert [line.split()[:3] for line in shown[1:]] == [
        ["monday", "16", "1"],
        ["monday", "17", "1"],
        ["monday", "18", "1"],
    ]
    assert len(json.loads(vorzimmer("report", "hours", *THEN, "--json").out)) == 168


def test_agents_and_service_level(vorzimmer: Vorzimmer) -> None:
    assert vorzimmer("report", "agents", *THEN).lines[1].split()[:3] == ["anna", "3", "2:01.0"]
    days = json.loads(vorzimmer("report", "service", *THEN, "--within", "3.9", "--json").out)
    assert [(day["day"], day["calls"], day["in_time"], day["level_permille"]) for day in days] == [
        ("2026-09-21", 3, 2, 666),  # the two that were moved to a later hour were answered before they came: at once
        ("", 3, 2, 666),
    ]
    assert "100.0 %" in vorzimmer("report", "service", *THEN, "--within", "4").lines[-1]


def test_costs_are_of_one_client_or_of_all(vorzimmer: Vorzimmer) -> None:
    # mueller: 0.59 + 0.16 and 0.10; schmidt, on trial: 95 s + 30 s = 1.23 and 0.59 at list price
    assert [line.split() for line in vorzimmer("report", "costs", *THEN).lines[1:]] == [
        ["EUR", "acceptance", "2", "1.18", "0.59"],
        ["EUR", "handling", "3", "1.49", "0.26"],
    ]
    assert rows(vorzimmer("report", "costs", *THEN, "--client", "schmidt", "--csv").out) == [
        ["currency", "kind", "count", "list_cents", "charged_cents"],
        ["EUR", "acceptance", "1", "59", "0"],
        ["EUR", "handling", "1", "123", "0"],
    ]


def test_nothing_is_a_header_alone(vorzimmer: Vorzimmer) -> None:
    ran = vorzimmer("report", "costs", "--from", "2026-01-01", "--to", "2026-01-31", "--csv", "--bom")
    assert ran.out == BYTE_ORDER_MARK + "currency,kind,count,list_cents,charged_cents\r\n"
    assert vorzimmer("report", "forecast", "--client", "nobody").lines == [
        "currency  month  days elapsed  days known  so far  to come  forecast"
    ]


def test_a_spreadsheet_is_written(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    ran = vorzimmer("report", "agents", *THEN, "--xlsx", "agents.xlsx")
    assert (ran.status, ran.out) == (0, "")
    with ZipFile(tmp_path / "agents.xlsx") as book:
        assert b"anna" in book.read("xl/worksheets/sheet1.xml")
        assert b'name="agents"' in book.read("xl/workbook.xml")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--from", "21.09.2026"), "2026-09-21"),
        (("--within", "-1"), "write seconds"),
        (("--within", "nan"), "write seconds"),
        (("--xlsx", "nowhere/service.xlsx"), "nowhere/service.xlsx: No such file or directory"),
        (("--csv", "--json"), "not allowed with"),
    ],
)
def test_what_cannot_be_is_said(vorzimmer: Vorzimmer, options: tuple[str, ...], complaint: str) -> None:
    ran = vorzimmer("report", "service", *options)
    assert ran.status == 2
    assert complaint in ran.err
