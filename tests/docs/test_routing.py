"""The page on routing is true: every story it names is there, and every line of YAML is a configuration."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from router.config.loading import check
from tests.docs.pages import ROOT, fences, names_in

PAGE = ROOT / "docs" / "routing.md"
TESTS = ROOT / "tests"
STORIES = TESTS / "stories"
ENOUGH, ENOUGH_ON_ASTERISK = 60, 15
ROW = re.compile(
    r"^\| (?P<subject>[^|]+) \| (?P<rule>[^|]+) \| `(?P<yaml>[^`]+)` \| (?P<stories>[^|]+) \|$", re.MULTILINE
)
STORY = re.compile(r"`([\w/]+\.py)::(\w+)`")
NAME = re.compile(r"`(test_\w+)`")
NOW = 1_790_074_800_000  # in September 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table."""

    subject: str
    rule: str
    yaml: str
    stories: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.subject}: {self.rule}"


def rules() -> list[Rule]:
    rows = ROW.finditer(PAGE.read_text(encoding="utf-8"))
    return [
        Rule(subject=row["subject"], rule=row["rule"], yaml=row["yaml"], stories=tuple(STORY.findall(row["stories"])))
        for row in rows
    ]


def merged(whole: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """The whole with what the part says; lists are replaced."""
    both = {key: whole[key] for key in whole if key not in part}
    for key, value in part.items():
        known = whole.get(key)
        both[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return both


def findings(whole: Mapping[str, Any], directory: Path) -> list[str]:
    (directory / "all.yaml").write_text(yaml.safe_dump(dict(whole), allow_unicode=True), encoding="utf-8")
    return [str(finding) for finding in check(directory, environ={}, now=NOW).findings]


def example() -> dict[str, Any]:
    ((_, text),) = fences(PAGE, "yaml")
    whole: dict[str, Any] = yaml.safe_load(text)
    return whole


def test_example_is_a_configuration(tmp_path: Path) -> None:
    assert findings(example(), tmp_path) == []


@pytest.mark.parametrize("rule", rules(), ids=str)
def test_yaml_of_each_rule_is_part_of_a_configuration(rule: Rule, tmp_path: Path) -> None:
    part = yaml.safe_load(rule.yaml)
    assert findings(merged(example(), part), tmp_path) == []


@pytest.mark.parametrize("rule", rules(), ids=str)
def test_stories_of_each_rule_are_told(rule: Rule) -> None:
    assert rule.stories
    for file, name in rule.stories:
        folder = TESTS if file.startswith("asterisk/") else STORIES
        assert name in names_in(folder / file), f"there is no {file}::{name}"


def test_every_subject_has_its_section() -> None:
    sections = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    subjects = list(dict.fromkeys(rule.subject for rule in rules()))
    assert sections[: len(subjects)] == subjects


def test_enough_whole_calls_are_named() -> None:
    named = {story for rule in rules() for story in rule.stories}
    on_asterisk = {story for story in named if story[0].startswith("asterisk/")}
    assert len(named - on_asterisk) >= ENOUGH
    assert len(on_asterisk) >= ENOUGH_ON_ASTERISK


def test_stories_named_in_the_text_are_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    told = {name for path in STORIES.rglob("test_*.py") for name in names_in(path)}
    assert set(NAME.findall(text)) <= told


def test_every_story_of_routing_stands_in_the_table() -> None:
    named = {story for rule in rules() for story in rule.stories}
    assert sorted(set(_stories_of_routing()) - named) == []


def _stories_of_routing() -> Iterator[tuple[str, str]]:
    for path in sorted((STORIES / "routing").glob("test_*.py")):
        for name in names_in(path):
            if name.startswith("test_"):
                yield f"routing/{path.name}", name
