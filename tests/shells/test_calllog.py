"""The log of decisions."""

from collections.abc import MutableMapping
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from router.calllog import CallLog
from router.core.commands import Answer, Note
from router.core.events import ClockReached
from router.core.ids import CallId, LegId
from router.core.trace import Step

CALL = CallId("1790.12")


def noted(outcome: str) -> Note:
    return Note(call=CALL, step=Step(at=7, rule="screening", outcome=outcome, because="client's block list"))


@pytest.fixture
def logged() -> list[MutableMapping[str, Any]]:
    structlog.reset_defaults()
    with capture_logs() as lines:
        CallLog().observed(
            now=7,
            event=ClockReached(),
            commands=[noted("blocked"), Answer(call=CALL, leg=LegId(CALL)), noted("refused")],
        )
    return lines


def test_each_decision_is_one_line_with_the_calls_id(logged: list[MutableMapping[str, Any]]) -> None:
    assert [line for line in logged if line["log_level"] == "info"] == [
        {
            "event": "screening",
            "call": CALL,
            "outcome": outcome,
            "because": "client's block list",
            "log_level": "info",
        }
        for outcome in ("blocked", "refused")
    ]


def test_what_set_it_off_is_told_to_those_who_look_closer(logged: list[MutableMapping[str, Any]]) -> None:
    [turn] = [line for line in logged if line["log_level"] == "debug"]
    assert (turn["happened"], turn["commands"]) == ("ClockReached", ["Note", "Answer", "Note"])
