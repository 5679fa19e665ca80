"""What is written to the log, and what never is."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from router.core.events import CallerArrived
from router.core.ids import CallId, LegId
from router.logs import configure_logging, masked

CALLER = "+493012345678"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    configure_logging(stream=stream)
    return stream


@pytest.mark.parametrize(
    ("number", "shown"),
    [(CALLER, "+493012345xxx"), ("030 1234-56", "030 123x-xx"), ("110", "xxx"), ("12", "xx"), ("", "")],
)
def test_a_masked_number_has_lost_its_last_three_digits(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_a_line_is_json_with_time_level_event_and_the_calls_id(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(call="c1"):
        structlog.get_logger("router.engine").info("offered", agent="anna")
    (line,) = written(lines)
    assert line["timestamp"].endswith("Z")
    assert {**line, "timestamp": ""} == {
        "timestamp": "", "level": "info", "logger": "router.engine", "event": "offered", "call": "c1", "agent": "anna"
    }  # fmt: skip


def test_callers_are_shortened_wherever_they_appear(lines: io.StringIO) -> None:
    arrived = CallerArrived(call=CallId("c1"), leg=LegId("c1"), dialled="4930999", caller=CALLER)
    log = structlog.get_logger()
    log.info("arrived", caller=CALLER, number="03012345678", forwarded_by=(CALLER,), heard=arrived)
    log.warning(f"no agent for {CALLER}", parts=[{"caller": "03012345678"}, CALLER])
    logging.getLogger("aiohttp.server").error("cannot serve %s", CALLER)
    assert "345678" not in lines.getvalue()
    assert written(lines)[0]["forwarded_by"] == ["+493012345xxx"]
    assert written(lines)[2]["event"] == "cannot serve +493012345xxx"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("no answer from 03012345678", "no answer from 03012345xxx"),
        ("sip:4930123456@192.0.2.1:5060", "sip:4930123xxx@192.0.2.1:5060"),
        ("PJSIP/004930123456@carrier-00000012", "PJSIP/004930123xxx@carrier-00000012"),
        ("030123456-0", "030123xxx-0"),
        ("'1234567', 12025550123.", "'1234xxx', 12025550xxx."),
    ],
)
def test_a_number_without_a_plus_is_shortened_too(lines: io.StringIO, told: str, shown: str) -> None:
    structlog.get_logger().info(told)
    assert written(lines)[0]["event"] == shown


@pytest.mark.parametrize(
    "told",
    [
        "1795440632.3",
        "1795440632.1234567-agent12",
        "1795440632.3-bridge",
        "GET /ari/channels/1795440632.3-agent1: 404",
        "1795440632",
        "1795440632123",
        "1795440632123456",
        "PJSIP/carrier-00000012",
        "2026-11-23T12:00:00.123456Z",
        "3f1234567890",
        "12345678-90ab-cdef-1234-567890abcdef",
        "127.0.0.1:65535 in 123456 ms",
    ],
)
def test_what_is_no_telephone_number_stays_whole(lines: io.StringIO, told: str) -> None:
    structlog.get_logger().info(told, call=told)
    assert (written(lines)[0]["event"], written(lines)[0]["call"]) == (told, told)


def test_a_traceback_tells_no_caller_either(lines: io.StringIO) -> None:
    try:
        int(CALLER + "?")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = written(lines)
    assert "ValueError" in line["exception"]
    assert "+493012345xxx" in line["exception"]
    assert "345678" not in line["exception"]


def test_the_dialled_number_stays_whole_because_it_is_ours(lines: io.StringIO) -> None:
    structlog.get_logger().info("arrived", dialled="+4930999888", caller=None)
    assert written(lines)[0]["dialled"] == "+4930999888"


def test_debug_is_silent_unless_asked_for_and_then_shows_all() -> None:
    stream = io.StringIO()
    configure_logging(level="debug", stream=stream)
    structlog.get_logger().debug("arrived", caller=CALLER)
    assert written(stream)[0]["caller"] == CALLER
    configure_logging(stream=(quiet := io.StringIO()))
    structlog.get_logger().debug("arrived", caller=CALLER)
    assert quiet.getvalue() == ""


def test_our_own_lines_and_those_of_libraries_come_out_alike(lines: io.StringIO) -> None:
    structlog.get_logger("router.engine").warning("late")
    logging.getLogger("router.engine").warning("late")
    ours, theirs = ({**line, "timestamp": ""} for line in written(lines))
    assert ours == theirs == {"event": "late", "level": "warning", "logger": "router.engine", "timestamp": ""}


def test_a_line_that_cannot_be_written_stops_nothing() -> None:
    class FullDisk(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    configure_logging(stream=FullDisk())
    structlog.get_logger().error("arrived", caller=CALLER)


def test_a_terminal_gets_readable_lines() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    configure_logging(stream=(terminal := Terminal()))
    structlog.get_logger().info("arrived", caller=CALLER)
    assert "arrived" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    assert "345678" not in terminal.getvalue()
