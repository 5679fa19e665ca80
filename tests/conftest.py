"""For all tests: a skip must say why, or it counts as a failure; where CI is set, every skip counts as one."""

import os

import pytest
from hypothesis import settings

UNNAMED = ("Skipped: ", "Skipped: unconditional skip", "Skipped: no reason given", "")
NONE_ALLOWED = os.environ.get("CI", "") not in {"", "false"}

settings.register_profile("ci", derandomize=True, database=None)  # the same examples at each run
if NONE_ALLOWED:
    settings.load_profile("ci")

_wrong: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember skips that should not be."""
    if report.skipped and isinstance(report.longrepr, tuple) and (NONE_ALLOWED or report.longrepr[2] in UNNAMED):
        _wrong.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session that has such skips."""
    if _wrong:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name them."""
    for nodeid in _wrong:
        terminalreporter.write_line(f"skipped, which counts as a failure: {nodeid}", red=True)
