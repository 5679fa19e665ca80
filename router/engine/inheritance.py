"""What a router leads with: its own journal, when it led last itself, else the one that both share.

Its own may hold what the shared one lacks: it went on while the database was away. Where another router led since, that
part counts no more, and is put aside rather than thrown away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from router.core.errors import JournalCorrupt, SetUpFailed
from router.engine.clock import Anchor
from router.engine.codec import decode_value, encode_value
from router.engine.journal_records import (
    FIRST,
    FORMAT,
    Header,
    Kind,
    SegmentName,
    read_lines,
    segments,
    write_header,
    write_line,
)
from router.engine.journal_segment import Disk, Segment, sync_directory
from router.ports import JournalRow, Taken

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """`last`: the newest event that both have; `missing` is what the shared journal does not have yet."""

    last: int
    missing: Sequence[JournalRow] = ()


def inherit(directory: Path, shared: Sequence[JournalRow], *, taken: Taken, node: str) -> Inherited:
    """Make the journal in `directory` the one to lead with. Takes as long as it is large; nobody else may use it.

    Raises `SetUpFailed` when the shared journal is of another release, `OSError` when the disk does not take it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    last = max((row.sequence for row in shared if not row.snapshot), default=_before(shared))
    ours = _ours(directory)
    if _led_last(directory, taken, node) and _goes_on(ours, shared, last):
        return Inherited(last=last, missing=_missing(ours, last))
    _put_aside(directory, ours, shared, taken)
    _write(directory, shared, taken.header)
    return Inherited(last=last)


def led(directory: Path, epoch: int) -> None:
    """Remember that the journal in `directory` is that of `epoch`."""
    mark, draft = _mark(directory), _mark(directory).with_suffix(".new")
    draft.write_text(f"{epoch}\n")
    draft.replace(mark)


def epoch_of(directory: Path) -> int:
    """Under which the journal in `directory` was led; 0 for none."""
    mark = _mark(directory)
    return int(mark.read_text()) if mark.exists() else 0


def header_of(anchor: Anchor) -> str:
    """What the router that takes over needs of ours: the clock, and the journal's format."""
    return encode_value(Header, Header(format=FORMAT, anchor=anchor)).decode()


def _mark(directory: Path) -> Path:
    return directory / "epoch"


def _before(shared: Sequence[JournalRow]) -> int:
    return shared[0].sequence - 1 if shared else 0


def _ours(directory: Path) -> list[JournalRow]:
    """What stands in our own journal, as far as it can be read."""
    rows: list[JournalRow] = []
    try:
        for _, line in read_lines(directory) if segments(directory) else ():
            text = write_line(line.kind, sequence=line.sequence, now=line.now, payload=line.payload)
            rows.append(JournalRow(sequence=line.sequence, snapshot=line.kind is Kind.SNAPSHOT, line=text))
    except (JournalCorrupt, SetUpFailed) as damage:
        log.warning("own journal cannot be read", error=str(damage))
    return rows


def _led_last(directory: Path, taken: Taken, node: str) -> bool:
    """Whether nobody else can have led since our own journal was written."""
    if taken.before == 0:
        return True
    return taken.node == node and taken.before == epoch_of(directory)


def _goes_on(ours: Sequence[JournalRow], shared: Sequence[JournalRow], last: int) -> bool:
    """Whether our own journal holds all that the shared one does."""
    if not shared or not ours:
        return not shared
    newest = next(row for row in reversed(shared) if row.sequence == last or row.snapshot)
    return newest in ours or (ours[0].snapshot and ours[0].sequence > last and ours[-1].sequence > last)


def _missing(ours: Sequence[JournalRow], last: int) -> list[JournalRow]:
    return [row for row in ours if row.sequence > last and (not row.snapshot or row.sequence > last + 1)]


def _put_aside(directory: Path, ours: Sequence[JournalRow], shared: Sequence[JournalRow], taken: Taken) -> None:
    """Clear the folder; what nobody else has is kept beside it."""
    names, known = segments(directory), set(shared)
    beyond = [row for row in ours if not row.snapshot and row.sequence >= _before(shared) + 1 and row not in known]
    aside = directory.with_name(f"{directory.name}-before-{taken.epoch}")
    if beyond:
        aside.mkdir(exist_ok=True)
        log.warning("events of our own put aside, another router led since", events=len(beyond), folder=str(aside))
    for name in names:
        path = directory / str(name)
        if beyond:
            path.rename(aside / path.name)
        else:
            path.unlink()


def _write(directory: Path, shared: Sequence[JournalRow], header: str) -> None:
    first = shared[0].sequence if shared else FIRST
    lines = [*_header(header, first), *(row.line for row in shared)]
    path = directory / str(SegmentName(first=first))
    segment = Segment.draft(path, lines, disk=Disk())
    segment.publish(path)
    segment.close()
    sync_directory(directory)


def _header(text: str, first: int) -> list[bytes]:
    if not text:
        return []
    header = decode_value(Header, text.encode())
    if header.format != FORMAT:
        raise SetUpFailed(
            f"The shared journal has format {header.format}, this release writes {FORMAT}: stop both routers while no "
            "call is live, move their journals away, and empty the table shared_journal."
        )
    return [write_header(header.anchor, sequence=first)]
