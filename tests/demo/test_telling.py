"""The demo tells things in the order in which they happened, and reads logs while they are written."""

import io
import json
from pathlib import Path

from tests.demo.narrator import RED, Narrator
from tests.demo.tracing import Decision, Tail, Trace


def test_lines_come_in_the_order_of_what_happened() -> None:
    out = io.StringIO()
    narrator = Narrator(100.0, out)
    narrator.story(1, "ordinary", "anna", "answers", at=103.0)
    narrator.story(1, "ordinary", "router", "offer", at=102.0)
    narrator.flush()
    first, second = out.getvalue().splitlines()
    assert (first.split()[0], first.split()[-1]) == ("2.0", "offer")
    assert (second.split()[0], second.split()[-1]) == ("3.0", "answers")


def test_there_is_no_colour_outside_a_terminal() -> None:
    out = io.StringIO()
    Narrator(0.0, out).plain("bad", style=RED)
    assert out.getvalue() == "bad\n"


def test_a_growing_file_is_read_by_whole_lines(tmp_path: Path) -> None:
    file = tmp_path / "log"
    tail = Tail(file)
    assert tail.lines() == ()
    file.write_text("one\ntw")
    assert tail.lines() == ["one"]
    with file.open("a") as more:
        more.write("o\nthree\n")
    assert tail.lines() == ["two", "three"]


def test_a_decision_waits_until_the_event_record_names_its_caller(tmp_path: Path) -> None:
    log, cel, heard = tmp_path / "router.log", tmp_path / "cel.csv", list[Decision]()
    trace = Trace(log, cel, heard.append)
    line = {"logger": "vorzimmer.call", "call": "7.0", "event": "offer", "outcome": "anna", "because": "longest idle"}
    log.write_text(json.dumps(line | {"timestamp": "2026-11-23T13:00:00Z"}) + '\n{"logger": "else"}\nnot JSON\n')
    trace.read()
    assert heard == []
    cel.write_text('"CHAN_START","1.5","7.0","7.0","PJSIP/carrier-1","+491713920061","x"\n')
    trace.read()
    assert [(one.caller, one.rule, one.outcome) for one in heard] == [("+491713920061", "offer", "anna")]
