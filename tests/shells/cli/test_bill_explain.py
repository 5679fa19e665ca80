"""`vorzimmer bill explain`."""

import json
from pathlib import Path

from tests.shells.cli.conftest import Vorzimmer


def test_a_call_is_reckoned_step_by_step(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("bill", "explain", "call-1")
    assert (ran.status, ran.err) == (0, "")
    assert "conversation with anna" in ran.out
    assert "  Acceptance fee: 16.000 s is longer than 15.000 s: 59 ct = 0.59 EUR." in ran.lines
    assert (
        "  Handling: 16.000 s + 0.000 s = 16.000 s, truncated to 16 s;"
        " 16 × 59 ct / 60 s = 15.733 ct, rounded half-up 0.16 EUR." in ran.lines
    )
    assert ran.lines[-1] == "Total: 0.75 EUR net."


def test_in_german_and_for_a_trial(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("bill", "explain", "call-2", "--lang", "de")
    assert "  Nachbearbeitung: 30,000 s; höchstens 120,000 s zählen: 30,000 s." in ran.lines
    assert "125 × 59 ct / 60 s = 122,917 ct, kaufmännisch gerundet 1,23 EUR." in ran.out
    assert ran.lines[-1] == "Summe: 1,82 EUR netto, nicht berechnet: Testphase."


def test_as_values_for_programs(vorzimmer: Vorzimmer, database: Path) -> None:
    told = json.loads(vorzimmer("bill", "explain", "call-2", "--json").out)
    assert [line["exact"] for line in told["charges"]] == ["59/1", "1475/12"]
    assert (told["list_price"], told["charged"], told["trial"]) == (182, 0, True)


def test_a_call_that_is_not_there_is_said_to_be(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("bill", "explain", "call-9")
    assert (ran.status, ran.lines) == (1, ["There is no finished call call-9; `vorzimmer calls` lists them."])
