"""A recorded journal as a test keeps it: one JSON line an event, with its time and the digest of its commands."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from router.core.commands import Command
from router.core.events import Event
from router.core.house import House
from router.core.ids import Millis
from router.core.switchboard import Switchboard
from router.engine.codec import decode_event, encode, encode_value
from tests.stories.story import Story

RECORDED = Path(__file__).parent / "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One event, and what it must lead to."""

    now: Millis
    event: Event
    commands: str  # names, for a reader; the digest covers every field
    digest: str


def an_empty_board() -> Switchboard:
    return Switchboard.open(House(version="", clients={}, agents={}))


def told(board: Switchboard, now: Millis, event: Event) -> Turn:
    """Let it happen, and see what it leads to."""
    commands = board.feed(event, now)
    names = " ".join(type(command).__name__ for command in commands)
    return Turn(now=now, event=event, commands=names, digest=digest(commands))


def digest(commands: Sequence[Command]) -> str:
    lines = b"\n".join(encode_value(Command, command) for command in commands)  # type: ignore[type-abstract, unused-ignore]
    return hashlib.sha256(lines).hexdigest()[:16]


def write(name: str, story: Story) -> None:
    board = an_empty_board()
    turns = (told(board, now, event) for now, event in story.told)
    (RECORDED / f"{name}.jsonl").write_bytes(b"".join(_line(turn) for turn in turns))


def read(name: str) -> Iterator[Turn]:
    for line in (RECORDED / f"{name}.jsonl").read_bytes().splitlines():
        fields = orjson.loads(line)
        event = decode_event(orjson.dumps(fields.pop("event")))
        yield Turn(event=event, **fields)


def _line(turn: Turn) -> bytes:
    fields = {"now": turn.now, "commands": turn.commands, "digest": turn.digest}
    return orjson.dumps(fields | {"event": orjson.Fragment(encode(turn.event))}) + b"\n"
