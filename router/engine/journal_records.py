"""What a journal looks like on disk, and how it is read.

A journal is a directory of segments, `journal-<first sequence>-<serial>.log`. A segment is lines:

    crc32 sequence now kind payload

- `crc32`: eight lower-case hex digits over all that follows the blank behind them, without the newline
- `sequence`: an event's number, contiguous from 1; before an event it is that event's number
- `now`: milliseconds since 1970 UTC at which the event happened; 0 for the other kinds
- `kind`: H, a start of the router (payload: `Header`); S, a snapshot of all before it; E, an event

A segment counts up to where the next one begins: what it holds beyond was written anew there. Damage that hides no
event (the sequence tells) is passed over; damage at the very end is a torn tail and left out; any other is an error.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from pathlib import Path

import structlog

from router.core.errors import JournalCorrupt, SetUpFailed
from router.core.events import Event
from router.core.ids import Millis
from router.engine.clock import Anchor
from router.engine.codec import decode_event, decode_value, encode_value

FORMAT = 2  # 1: release 0.1.0, whose clients had no queues and whose skills had no levels
FIRST = 1
NAME = re.compile(r"journal-(\d{16,})-(\d{4,})\.log")
LINE = re.compile(rb"(\d+) (\d+) ([HSE]) (.*)", re.DOTALL)

log = structlog.get_logger(__name__)


class Kind(Enum):
    """What a line is."""

    HEADER = b"H"
    SNAPSHOT = b"S"
    EVENT = b"E"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One start of the router, or of a segment."""

    format: int
    anchor: Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One valid line; `start` and `end` are byte offsets in its segment, the newline included."""

    sequence: int
    now: Millis
    kind: Kind
    payload: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The state after everything before event number `sequence`, as it was given to `Journal.rotate`."""

    sequence: int
    state: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event, its number and the time it happened."""

    sequence: int
    now: Millis
    event: Event


Entry = Snapshot | Recorded


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SegmentName:
    """Where a segment begins; of those that begin with the same event, the higher `serial` is the later one."""

    first: int
    serial: int = 0

    def __str__(self) -> str:
        return f"journal-{self.first:016d}-{self.serial:04d}.log"


def write_line(kind: Kind, *, sequence: int, now: Millis, payload: bytes) -> bytes:
    """One line with its checksum and newline."""
    body = b"%d %d %b %b" % (sequence, now, kind.value, payload)
    return b"%08x %b\n" % (zlib.crc32(body), body)


def write_header(anchor: Anchor, *, sequence: int) -> bytes:
    """The line that records a start of the router, before event `sequence`."""
    payload = encode_value(Header, Header(format=FORMAT, anchor=anchor))
    return write_line(Kind.HEADER, sequence=sequence, now=0, payload=payload)


def read_header(path: Path, line: Line) -> Header:
    """What `write_header` wrote. Raises `JournalCorrupt` for a format of a later release, `SetUpFailed` for an earlier
    one's: its calls are of another shape, and to guess at what is missing would bill and route by guesses."""
    header = decode_value(Header, line.payload)
    if header.format > FORMAT:
        raise _corrupt(path, line.start, f"format {header.format} is of a later release")
    if header.format < FORMAT:
        raise _outdated(path.parent)
    return header


def read_line(text: bytes, start: int) -> Line | None:
    """The line found at offset `start`; None when it is damaged or incomplete."""
    body = text[9:-1]
    fields = LINE.fullmatch(body)
    if fields is None or not text.endswith(b"\n") or text[:9] != b"%08x " % zlib.crc32(body):
        return None
    sequence, now, kind, payload = fields.groups()
    return Line(
        sequence=int(sequence), now=int(now), kind=Kind(kind), payload=payload, start=start, end=start + len(text)
    )


def segments(directory: Path) -> list[SegmentName]:
    """All segments of a journal, oldest first."""
    found = (NAME.fullmatch(path.name) for path in directory.iterdir())
    return sorted(SegmentName(first=int(name[1]), serial=int(name[2])) for name in found if name)


def read_segment(path: Path, *, first: int, until: int | None = None) -> Iterator[Line]:
    """The valid lines of one segment that begins with event `first`, up to event `until` (excluded).

    Raises `JournalCorrupt` where events are missing; without `until` a torn tail is left out.
    """
    expected, damage = first, None
    for line in _lines(path):
        if expected == until:
            return
        if isinstance(line, int):
            damage = line if damage is None else damage
            continue
        _check(path, line, expected, damage)
        expected, damage = expected + (line.kind is Kind.EVENT), None
        yield line
    if until is not None and expected < until:
        raise _corrupt(path, path.stat().st_size if damage is None else damage, f"event {expected} is missing")


def read_entries(directory: Path) -> Iterator[Entry]:
    """The newest valid snapshot, if there is one, and every event after it; one entry in memory at a time.

    Raises `JournalCorrupt`, naming file and byte offset, where events are missing or cannot be read.
    """
    for path, line in read_lines(directory):
        yield (
            Snapshot(sequence=line.sequence, state=line.payload)
            if line.kind is Kind.SNAPSHOT
            else _recorded(path, line)
        )


def read_lines(directory: Path) -> Iterator[tuple[Path, Line]]:
    """The same as lines, each with its file. Raises `JournalCorrupt` where events are missing."""
    names = segments(directory)
    begin, snapshot = _newest_snapshot(directory, names)
    if snapshot is not None:
        yield directory / str(names[begin]), snapshot
    elif names and names[0].first != FIRST:
        raise _corrupt(directory / str(names[0]), 0, "no snapshot, and earlier segments are missing")
    for name, following in zip_longest(names[begin:], names[begin + 1 :]):
        path = directory / str(name)
        for line in read_segment(path, first=name.first, until=following.first if following else None):
            if line.kind is Kind.EVENT:
                yield path, line


def _newest_snapshot(directory: Path, names: Sequence[SegmentName]) -> tuple[int, Line | None]:
    for index in reversed(range(len(names))):
        for line in _lines(directory / str(names[index])):
            if isinstance(line, int) or line.kind is Kind.HEADER:
                continue
            if line.kind is Kind.SNAPSHOT and line.sequence == names[index].first:
                return index, line
            break
    return 0, None


def _lines(path: Path) -> Iterator[Line | int]:
    """Each line, or the offset of a damaged one."""
    start = 0
    with path.open("rb") as segment:
        for text in segment:
            yield read_line(text, start) or start
            start += len(text)


def _check(path: Path, line: Line, expected: int, damage: int | None) -> None:
    if line.sequence != expected:
        raise _corrupt(path, line.start if damage is None else damage, f"event {expected} is missing or damaged")
    if damage is not None:
        log.warning("journal line damaged, no event lost", segment=path.name, offset=damage)


def _recorded(path: Path, line: Line) -> Recorded:
    try:
        return Recorded(sequence=line.sequence, now=line.now, event=decode_event(line.payload))
    except (AttributeError, KeyError, TypeError, ValueError) as unknown:
        raise _corrupt(path, line.start, f"undamaged, but no event of this release ({unknown!r})") from unknown


def _outdated(directory: Path) -> SetUpFailed:
    return SetUpFailed(
        f"The journal {directory} is of an earlier release, whose live calls this one cannot take over. Start that "
        "release once more until no call is live and vorzimmer_ledger_backlog_calls is 0, stop it, and move the "
        "journal's folder away; then start this one."
    )


def _corrupt(path: Path, offset: int, what: str) -> JournalCorrupt:
    return JournalCorrupt(
        f"{path}: byte {offset}: {what}. Keep a copy of the directory; restore the file from a backup, "
        "or move the journal away to start without the calls it holds."
    )
