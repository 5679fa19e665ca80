"""Whatever happens to the files: what is read is a true beginning of what was written, or an error, never a lie."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from router.core.errors import JournalCorrupt
from router.engine.journal import Journal
from router.engine.journal_records import Kind, read_line, segments, write_line
from tests.shells.journal.journals import ANCHOR, events_in, pressed

WRITTEN = 12


def lines() -> list[bytes]:
    return [
        write_line(Kind.HEADER, sequence=1, now=0, payload=b"{}"),
        *(
            write_line(Kind.EVENT, sequence=number, now=number * 10, payload=payload(number))
            for number in range(1, WRITTEN + 1)
        ),
    ]


def payload(number: int) -> bytes:
    return b'{"call":"call","leg":"call","digit":"%d","is":"DigitPressed"}' % number


WHOLE = b"".join(lines())


def read_back(content: bytes) -> list[int]:
    """What a reader finds, and what the next start of the router finds, must be the same."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        segment = directory / "journal-0000000000000001-0000.log"
        segment.write_bytes(content)
        found = events_in(directory)
        journal = Journal.open(directory)
        journal.close()
        assert journal.position == len(found)
        assert events_in(directory) == found
    return found


def header_free(content: bytes) -> bytes:
    """Without the header line, whose payload is not of interest here."""
    return content[len(lines()[0]) :]


@given(st.integers(min_value=0, max_value=len(header_free(WHOLE))))
def test_a_journal_cut_off_anywhere_holds_the_events_before_the_cut(length: int) -> None:
    whole = header_free(WHOLE)
    assert read_back(whole[:length]) == list(range(1, whole[:length].count(b"\n") + 1))


@given(st.integers(min_value=0, max_value=len(header_free(WHOLE)) * 8 - 1))
def test_one_flipped_bit_never_makes_a_wrong_event(bit: int) -> None:
    content = bytearray(header_free(WHOLE))
    content[bit // 8] ^= 1 << bit % 8
    try:
        found = read_back(bytes(content))
    except JournalCorrupt:
        return
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= WRITTEN - 2


@given(st.binary(max_size=300))
def test_rubbish_at_the_end_is_cut_off(rubbish: bytes) -> None:
    assert read_back(header_free(WHOLE) + rubbish) == list(range(1, WRITTEN + 1))


@given(st.binary(max_size=100), st.integers(min_value=0, max_value=50))
def test_a_line_of_rubbish_is_no_line(text: bytes, start: int) -> None:
    line = read_line(text, start)
    assert line is None or write_line(line.kind, sequence=line.sequence, now=line.now, payload=line.payload) == text


@pytest.mark.parametrize("lost", range(1, WRITTEN))
def test_a_lost_line_is_an_error_that_names_its_place(lost: int) -> None:
    kept = lines()
    offset = sum(map(len, kept[1:lost]))
    with pytest.raises(JournalCorrupt, match=rf"-0000.log: byte {offset}: event {lost} is missing"):
        read_back(b"".join(kept[1:lost] + kept[lost + 1 :]))


def test_lines_in_the_wrong_order_are_an_error() -> None:
    kept = lines()[1:]
    kept[3], kept[4] = kept[4], kept[3]
    with pytest.raises(JournalCorrupt, match="event 4 is missing"):
        read_back(b"".join(kept))


def test_a_torn_tail_is_cut_off_and_noted(tmp_path: Path) -> None:
    segment = tmp_path / "journal-0000000000000001-0000.log"
    segment.write_bytes(header_free(WHOLE)[:-5])
    with capture_logs() as notes:
        Journal.open(tmp_path).close()
    assert [note["event"] for note in notes] == ["journal's torn tail cut off"]
    assert segment.read_bytes() == b"".join(lines()[1:-1])


def test_a_damaged_header_costs_no_event(tmp_path: Path) -> None:
    damaged = WHOLE.replace(b"{}", b"[]", 1)
    (tmp_path / "journal-0000000000000001-0000.log").write_bytes(damaged)
    assert events_in(tmp_path) == list(range(1, WRITTEN + 1))


def test_an_event_of_a_later_release_is_named(tmp_path: Path) -> None:
    strange = write_line(Kind.EVENT, sequence=1, now=0, payload=b'{"is":"TeleportRequested"}')
    (tmp_path / "journal-0000000000000001-0000.log").write_bytes(strange)
    with pytest.raises(JournalCorrupt, match=r"no event of this release.*TeleportRequested"):
        events_in(tmp_path)


async def test_damage_in_an_earlier_segment_matters_only_while_it_is_needed(tmp_path: Path) -> None:
    async with Journal.open(tmp_path) as journal:
        journal.begin(ANCHOR)
        for number in range(1, 5):
            journal.append(number * 10, pressed(number))
        rotation = journal.rotate(b"{}")
        await asyncio.wait({rotation})
    first, second = (tmp_path / str(name) for name in segments(tmp_path))
    first.write_bytes(first.read_bytes()[:-40])
    assert events_in(tmp_path) == []
    second.write_bytes(second.read_bytes().replace(b"S {}", b"S []", 1))
    with pytest.raises(JournalCorrupt, match=f"{first.name}.*event 4 is missing"):
        events_in(tmp_path)
