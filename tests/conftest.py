"""For all tests: a skip must say why, or it counts as a failure."""

import pytest

UNNAMED = ("Skipped: ", "Skipped: unconditional skip", "Skipped: no reason given", "")

_nameless: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember tests that were skipped without a reason."""
    if report.skipped and isinstance(report.longrepr, tuple) and report.longrepr[2] in UNNAMED:
        _nameless.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session that skipped without saying why."""
    if _nameless:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name them."""
    for nodeid in _nameless:
        terminalreporter.write_line(f"skipped without a reason, which counts as a failure: {nodeid}", red=True)
