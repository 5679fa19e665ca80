"""The walk-through is true: its journal, fed to the core, asks for what the page shows, and costs what it says."""

import pytest

from router.config.loading import load
from router.core.commands import Command, Join, KeepPresence, LegCommand, Note, RingAgent, Settle
from router.core.events import Event
from router.core.ids import CallId
from router.core.switchboard import Switchboard
from router.core.tariff import rate
from router.engine.codec import decode_event
from router.engine.journal_records import Line, read_line
from tests.docs.pages import ROOT, fences

PAGE = ROOT / "docs" / "walkthrough.md"
CALL = CallId("1795422600.7")


@pytest.fixture(scope="module")
def quoted() -> list[tuple[Line, str]]:
    """Each journal line of the page with what the page says the core made of it."""
    blocks = fences(PAGE, "journal", "core")
    assert [kind for kind, _ in blocks] == ["journal", "core"] * (len(blocks) // 2)
    return [(_line(blocks[at][1]), blocks[at + 1][1]) for at in range(0, len(blocks), 2)]


def _line(text: str) -> Line:
    line = read_line(text.encode(), 0)
    assert line is not None, f"damaged: {text}"
    return line


def test_journal_gives_what_the_page_shows(quoted: list[tuple[Line, str]]) -> None:
    told: list[Line] = []
    for line, shown in quoted:
        told = [earlier for earlier in told if earlier.sequence < line.sequence]
        board = _replayed(told)
        commands = board.feed(_event(line), line.now)
        assert _words(shown) == [_words(row)[0] for row in _written(commands, board)]
        told.append(line)


def test_call_costs_what_the_page_says(quoted: list[tuple[Line, str]]) -> None:
    board, commands = _replayed([]), list[Command]()
    for line, _ in quoted:
        commands += board.feed(_event(line), line.now)
    (settle,) = [command for command in commands if isinstance(command, Settle)]
    ((_, shown),) = fences(PAGE, "charges")
    assert shown.splitlines() == [charge.explain for charge in rate(settle.record).lines]


def _replayed(lines: list[Line]) -> Switchboard:
    board = Switchboard.open(load(ROOT / "config", now=1_795_422_600_000).house)
    for line in lines:
        board.feed(_event(line), line.now)
    return board


def _event(line: Line) -> Event:
    return decode_event(line.payload)


def _written(commands: list[Command], board: Switchboard) -> list[str]:
    rows = [_row(command) for command in commands]
    call = board.calls.get(CALL)
    return [*rows, f"call {call.phase}"] if call else rows or ["nothing"]


def _row(command: Command) -> str:
    match command:
        case Note(step=step):
            return f"note {step.rule} {step.outcome} {step.because}"
        case KeepPresence(seat=seat):
            return f"keep {seat.agent} {seat.doing or seat.intent}"
        case RingAgent(leg=leg, agent=agent):
            return f"do RingAgent {leg} {agent}"
        case LegCommand(leg=leg):
            return f"do {type(command).__name__} {leg}"
        case Join(legs=legs):
            return f"do Join {' '.join(legs)}"
        case _:
            return f"do {type(command).__name__}"


def _words(text: str) -> list[str]:
    """Each line with single blanks."""
    return [" ".join(row.split()) for row in text.splitlines()]
