"""Whatever is broken is rejected with its place, and in time, however large."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shells.config.broken import GOOD, Broken, broken, measured, struck
from tests.shells.config.houses import checked, written
from tests.shells.config.huge import HUGE

BROKEN = broken()
LONGEST_S = 1.0  # of one processor


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The good files, in which each test breaks one."""
    return written(tmp_path_factory.mktemp("good"), GOOD)


@pytest.fixture
def directory(good: Path) -> Iterator[Path]:
    yield good
    (good / "zz.yaml").unlink(missing_ok=True)


def test_there_are_more_than_three_hundred_and_no_two_alike() -> None:
    assert len(BROKEN) > 300
    assert len({tuple(sorted((name, str(text)) for name, text in one.files.items())) for one in BROKEN}) > 300


def test_good_files_are_good(good: Path) -> None:
    assert checked(good).findings == ()


@pytest.mark.parametrize("one", BROKEN, ids=str)
def test_broken_configuration_is_rejected_at_its_place(one: Broken, directory: Path) -> None:
    found = checked(written(directory, {one.file: one.files[one.file]}))
    written(directory, {one.file: GOOD.get(one.file, "")})
    assert found.loaded is None
    assert any(struck(one, finding) for finding in found.findings), [str(finding) for finding in found.findings]


@pytest.mark.parametrize("name", HUGE)
def test_huge_broken_configuration_is_rejected_within_a_second(name: str, tmp_path: Path) -> None:
    written(tmp_path, HUGE[name]())
    findings, took = measured(tmp_path)
    assert findings
    if took >= LONGEST_S:  # this machine had something else to do: once more
        findings, took = measured(tmp_path)
    assert took < LONGEST_S


@pytest.mark.parametrize("name", GOOD)
def test_windows_line_ends_are_as_good(name: str, tmp_path: Path) -> None:
    assert checked(written(tmp_path, {**GOOD, name: GOOD[name].replace("\n", "\r\n")})).findings == ()


@pytest.mark.parametrize("name", GOOD)
def test_mistake_in_a_file_with_windows_line_ends_has_the_same_place(name: str, tmp_path: Path) -> None:
    for one in [one for one in BROKEN if one.file == name and isinstance(one.files[name], str)][:5]:
        text = str(one.files[name]).replace("\n", "\r\n")
        findings = checked(written(tmp_path, {**GOOD, name: text})).findings
        assert any(struck(one, finding) for finding in findings), one
