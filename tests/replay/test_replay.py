"""A recorded journal gives the same commands, now and from any snapshot on."""

import pytest
from hypothesis import Phase, settings

from router.core import view
from router.core.commands import Command
from router.core.events import Event
from router.core.house import House
from router.core.switchboard import Switchboard
from router.engine.codec import decode_value, encode_value
from tests.core.any_world import World
from tests.core.test_house_machine import AnyHouse
from tests.replay.recording import RECORDED, an_empty_board, read, told
from tests.replay.tales import TALES


def read_back(board: Switchboard) -> Switchboard:
    return decode_value(Switchboard, encode_value(Switchboard, board))


def test_every_tale_is_recorded() -> None:
    assert {path.stem for path in RECORDED.glob("*.jsonl")} == set(TALES)


@pytest.mark.parametrize("name", TALES)
def test_recorded_journal_gives_the_same_commands(name: str) -> None:
    board = an_empty_board()
    for turn in read(name):
        assert told(board, turn.now, turn.event) == turn, "if this is meant: python -m tests.replay.record"


@pytest.mark.parametrize("name", TALES)
def test_tale_is_still_told_as_it_was_recorded(name: str) -> None:
    assert [(turn.now, turn.event) for turn in read(name)] == TALES[name]().told


def test_tales_go_through_every_phase() -> None:
    seen = set()
    for name in TALES:
        board = an_empty_board()
        for turn in read(name):
            board.feed(turn.event, turn.now)
            seen |= {call.phase for call in board.calls.values()}
    assert seen == set(view.Phase)


@pytest.mark.parametrize("name", TALES)
def test_snapshot_and_the_rest_are_the_whole_at_every_cut(name: str) -> None:
    board = an_empty_board()
    for turn in read(name):
        board = read_back(board)
        assert told(board, turn.now, turn.event) == turn
    whole = an_empty_board()
    for turn in read(name):
        whole.feed(turn.event, turn.now)
    assert whole == board


class WrittenDown(World):
    """Beside the house that is written down and read back now and then runs one that is not: nobody can tell."""

    def __init__(self, house: House | None = None) -> None:
        self.other = an_empty_board()
        super().__init__(house)

    def tell(self, event: Event) -> list[Command]:
        commands = super().tell(event)
        assert self.other.feed(event, self.now) == commands
        assert self.other == self.board
        return commands


class AnyHouseWrittenDown(AnyHouse):
    """As `AnyHouse`."""

    world_of = WrittenDown


TestAnyHouseWrittenDown = AnyHouseWrittenDown.TestCase
TestAnyHouseWrittenDown.settings = settings(
    derandomize=True, deadline=None, max_examples=15, stateful_step_count=20, phases=(Phase.generate,)
)
