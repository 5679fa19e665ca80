"""A journal of another release is never misread: it is refused with what to do about it."""

from pathlib import Path

import pytest

from router.core.errors import JournalCorrupt, SetUpFailed
from router.engine.codec import encode_value
from router.engine.journal import Journal
from router.engine.journal_records import FORMAT, Header, Kind, SegmentName, read_entries, write_line
from tests.shells.journal.journals import ANCHOR, pressed

OLD_HOUSE = (
    b'{"is":"HouseChanged","house":{"version":"1","clients":{"praxis":{"id":"praxis","name":"Praxis","numbers":[],'
    b'"forwarded_from":[],"tariff":{"id":"t","version":1},"skills":["german"]}},"agents":{"anna":{"id":"anna",'
    b'"name":"Anna","skills":["german"]}}}}'
)


def written(directory: Path, release: int) -> Path:
    """A journal with one house, as release 0.1.0 wrote it, under a header of this format."""
    header = encode_value(Header, Header(format=release, anchor=ANCHOR))
    lines = [
        write_line(Kind.HEADER, sequence=1, now=0, payload=header),
        write_line(Kind.EVENT, sequence=1, now=10, payload=OLD_HOUSE),
    ]
    (directory / str(SegmentName(first=1))).write_bytes(b"".join(lines))
    return directory


def test_an_earlier_releases_journal_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetUpFailed, match="is of an earlier release") as refused:
        Journal.open(written(tmp_path, FORMAT - 1))
    assert str(tmp_path) in str(refused.value)
    assert "move the journal's folder away" in str(refused.value)


def test_it_can_be_opened_again_once_it_was_moved_away(tmp_path: Path) -> None:
    with pytest.raises(SetUpFailed, match="is of an earlier release"):
        Journal.open(written(tmp_path, FORMAT - 1))
    (tmp_path / str(SegmentName(first=1))).unlink()
    journal = Journal.open(tmp_path)
    journal.begin(ANCHOR)
    journal.append(10, pressed(1))
    assert len(list(read_entries(tmp_path))) == 1
    journal.close()


def test_a_later_releases_journal_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JournalCorrupt, match=f"format {FORMAT + 1} is of a later release"):
        Journal.open(written(tmp_path, FORMAT + 1))


def test_an_event_of_an_old_shape_is_no_event_of_this_release(tmp_path: Path) -> None:
    journal = Journal.open(written(tmp_path, FORMAT))
    with pytest.raises(JournalCorrupt, match="no event of this release"):
        list(journal.read())
    journal.close()
