"""Whatever stands in the files: no traceback, always a place, and an answer in time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.config.findings import Finding
from router.config.numbers import corrected, is_e164
from router.config.sources import MOST_BYTES
from router.config.week import minutes_of, openings
from tests.shells.config.houses import DEMO, SMALL, checked, lines, written

FILES = {path.relative_to(DEMO).as_posix(): path.read_text() for path in sorted(DEMO.rglob("*.yaml"))}
Span = tuple[int, int]


def keys(node: yaml.Node) -> Iterator[tuple[Span, Span]]:
    """The spans of every key, and of the key with its value."""
    for inner in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from keys(inner)
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        start, end = key.start_mark.index, key.end_mark.index
        yield (start, end), (start, value.end_mark.index)
        yield from keys(value)


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """The text with each key deleted, doubled, renamed, and each quoted text unquoted; and what was done."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    for (start, end), (_, last) in keys(root):
        entry, column = text[start:last].rstrip(), start - text.rfind("\n", 0, start) - 1
        flow = text[:start].rstrip(" ")[-1:] in {"{", ","}
        double = f"{entry}, " if flow else f"{entry}\n{' ' * column}"
        yield f"without {text[start:end]}", text[:start] + text[last:]
        yield f"{text[start:end]} twice", text[:start] + double + text[start:]
        yield f"{text[start:end]} renamed", text[:start] + "renamed" + text[end:]
    for index, part in enumerate(text.split('"')[1::2]):
        pieces = text.split('"')
        pieces[2 * index : 2 * index + 3] = ["".join(pieces[2 * index : 2 * index + 3])]
        yield f"{part} unquoted", '"'.join(pieces)


def assert_placed(findings: tuple[Finding, ...], files: dict[str, str]) -> None:
    for found in findings:
        rows = [*files[found.file].split("\n"), ""]
        assert 1 <= found.line <= len(rows), found
        assert 1 <= found.column <= len(rows[found.line - 1]) + 1, found
        assert found.message, found
        assert found.hint, found


@pytest.mark.parametrize("name", FILES)
def test_each_small_change_of_the_demo_is_taken_or_told_with_a_place(name: str, tmp_path: Path) -> None:
    written(tmp_path, FILES)
    for done, mutant in mutants(FILES[name]):
        found = checked(written(tmp_path, {name: mutant}))
        assert (found.loaded is None) == bool(found.findings), done
        assert_placed(found.findings, {**FILES, name: mutant})
        if done.endswith(" twice"):
            assert found.findings, done


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=80) | st.text(alphabet="abc:-[]{}&*!|>'\"#\n\t ,?%@`1.0é", max_size=60).map(str.encode)
)
def test_any_bytes_are_answered_with_findings(content: bytes, tmp_path: Path) -> None:
    findings = checked(written(tmp_path, {**SMALL, "any.yaml": content})).findings
    assert findings or yaml.safe_load(content) == {}  # nothing is in it, and nothing is wrong with it


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.recursive(
        st.text(max_size=8) | st.integers() | st.booleans() | st.none() | st.floats() | st.dates(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    section=st.sampled_from(["house", "trunks", "numbers", "skills", "hours", "tariffs", "clients", "agents", "other"]),
)
def test_any_values_are_answered(value: object, section: str, tmp_path: Path) -> None:
    text = yaml.safe_dump({section: value}, allow_unicode=True)
    found = checked(written(tmp_path, {**SMALL, "any.yaml": text}))
    assert (found.loaded is None) == bool(found.findings)


BOMB = "skills:\n  aa: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 9)
)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (BOMB, "more than 40000 values in one file"),
        ("[" * 100_000, "more than 16 levels inside one another"),
        ("- " * 100_000, "more than 16 levels inside one another"),
        ("skills: [" + "x," * 60_000 + "]", "more than 40000 values in one file"),
        ("#" * (MOST_BYTES + 1), "the file is larger than 256 KiB"),
        ("", "the file is empty"),
        ("# only a remark\n", "the file is empty"),
        ("just a text", "the file is not a mapping at its top"),
        ("- a\n- list", "the file is not a mapping at its top"),
        ("? [a, b]\n: c", "a key is a list or mapping"),
        ("? \n: c", "a key is missing before the colon"),
    ],
    ids=["bomb", "brackets", "dashes", "many", "huge", "empty", "remark", "text", "list", "list as key", "no key"],
)
def test_file_that_is_no_configuration_is_told_at_once(content: str, told: str, tmp_path: Path) -> None:
    (found,) = checked(written(tmp_path, {**SMALL, "odd.yaml": content})).findings
    assert (found.file, found.message) == ("odd.yaml", told)


def test_all_files_together_may_not_be_huge(tmp_path: Path) -> None:
    files = {f"clients/{letter}.yaml": "#" * 200_000 for letter in "abcdefghijklmnopqrstuvw"}
    (found,) = lines(checked(written(tmp_path, {**SMALL, **files})).findings)
    assert "all files together are larger than 4 MiB" in found


@given(text=st.text(alphabet="+0123456789 /-()ab", max_size=20))
def test_corrected_number_is_right_and_stays_as_it_is(text: str) -> None:
    form = corrected(text, "DE")
    assert form is None or (is_e164(form) and corrected(form, "DE") == form)


@pytest.mark.parametrize("written_as", ["030 23125-120", "(030) 23125120", "0049 30 23125120", "+49 (0)30 23125120"])
def test_number_as_people_write_it_is_understood_for_the_hint(written_as: str) -> None:
    assert corrected(written_as, "DE") == "+493023125120"


@given(start=st.integers(0, 1439), end=st.integers(0, 1440))
def test_times_keep_their_length_also_over_midnight(start: int, end: int) -> None:
    text = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    spans = [span for _, span, _ in openings({"su": [text]})]
    length = (end - start) % 1440 if end != start + 1440 else 1440
    assert sum(span.end - span.start for span in spans) == (0 if minutes_of(text) is None else length)
