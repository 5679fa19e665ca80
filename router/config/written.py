"""What the operators wrote, typed: every sound entry of every section, and the ids of all, sound or not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast, get_args

from pydantic import TypeAdapter, ValidationError

from router.config.findings import Finding, Path, finding
from router.config.keys.whole import Everything, HouseKeys
from router.config.numbers import is_country, is_e164
from router.config.reading import Surroundings
from router.config.tree import Plain, Tree
from router.config.wording import worded
from router.core.ids import Millis


class Every:
    """The step of a pattern that stands for every key and every list position."""


ANY = Every()
Step = str | Every


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a check found at a path; `at_key` when the key and not its value is meant."""

    path: Path
    message: str
    hint: str
    at_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """`sound` holds only entries without a finding, so that one mistake does not cause others; `tree` holds all."""

    sound: Everything
    tree: Tree
    now: Millis

    def names(self, section: str) -> frozenset[str]:
        """All ids of a section, also of entries with findings."""
        return self.keys(section)

    def keys(self, *steps: Step) -> frozenset[str]:
        """The keys of all mappings at a pattern."""
        return frozenset(key for _, entries in self.mappings(*steps) for key in entries)

    def mappings(self, *steps: Step) -> Iterator[tuple[Path, dict[str, Plain]]]:
        """All mappings at a pattern, with their paths."""
        return ((path, value) for path, value in _spots(self.tree.root, steps) if isinstance(value, dict))

    def texts(self, *steps: Step) -> Iterator[tuple[Path, str]]:
        """All texts at a pattern, with their paths, in entries sound or not."""
        return ((path, value) for path, value in _spots(self.tree.root, steps) if isinstance(value, str))

    def numbers(self, *steps: Step) -> Iterator[tuple[Path, str]]:
        """As `texts`, but only telephone numbers in E.164."""
        return ((path, text) for path, text in self.texts(*steps) if is_e164(text))

    def lacks(self, section: str, name: str) -> bool:
        """Whether an id is certainly not there: never said while a part of the files could not be read."""
        entries = self.tree.root.get(section, {})
        return not self.tree.torn and isinstance(entries, dict) and name not in entries

    def all_sound(self, section: str) -> bool:
        """Whether a section is wholly known: no entry has a finding, no part of the files is unread."""
        return not self.tree.torn and self.names(section) == frozenset(getattr(self.sound, section))

    def finding(self, problem: Problem) -> Finding:
        """With the place instead of the path."""
        return finding(self.tree.place(problem.path, at_key=problem.at_key), problem.message, problem.hint)


def _spots(root: Plain, steps: tuple[Step, ...]) -> list[tuple[Path, Plain]]:
    """All values at a pattern; step by step, as there may be thousands."""
    found: list[tuple[Path, Plain]] = [((), root)]
    for step in steps:
        if isinstance(step, str):
            found = [((*path, step), it[step]) for path, it in found if isinstance(it, dict) and step in it]
        else:
            found = [((*path, key), part) for path, it in found for key, part in _parts(it)]
    return found


def _parts(value: Plain) -> Iterable[tuple[str | int, Plain]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()


def country_of(tree: Tree) -> str:
    """The house's country, needed before the house is validated."""
    house = tree.root.get("house")
    country = house.get("country") if isinstance(house, dict) else None
    return country if isinstance(country, str) and is_country(country) else "DE"


def write(tree: Tree, around: Surroundings) -> tuple[Written, list[Finding]]:
    """Validate each entry by itself."""
    findings: list[Finding] = []
    marred = _marred(tree)
    sections: dict[str, Any] = {"house": _house(tree, around, findings)}
    for section in Everything.model_fields.keys() - {"house"}:
        entries = tree.root.get(section, {})
        found = _section(tree, section, entries if isinstance(entries, dict) else {}, around, findings)
        sections[section] = {name: entry for name, entry in found if (section, name) not in marred}
    return Written(sound=Everything.model_construct(**sections), tree=tree, now=around.now), findings


def _marred(tree: Tree) -> set[Path]:
    """The entries inside which the files' reader has found something."""
    places = {found.place for found in tree.findings}
    if not places:
        return set()
    return {path[:2] for spots in (tree.values, tree.keys) for path, place in spots.items() if place in places}


def _house(tree: Tree, around: Surroundings, findings: list[Finding]) -> HouseKeys:
    found = _valid(tree, ("house",), HouseKeys, tree.root.get("house", {}), around, findings)
    return found if isinstance(found, HouseKeys) else HouseKeys()


def _section(
    tree: Tree, section: str, entries: Mapping[str, Plain], around: Surroundings, findings: list[Finding]
) -> Iterator[tuple[str, object]]:
    key_type, entry_type = get_args(Everything.model_fields[section].annotation)
    for name, entry in entries.items():
        path = (section, name)
        key = _valid(tree, path, key_type, name, around, findings, at_key=True)
        value = _valid(tree, path, entry_type, entry, around, findings)
        if key is not None and value is not None:
            yield name, value


def _valid(
    tree: Tree,
    path: Path,
    wanted: object,
    value: object,
    around: Surroundings,
    findings: list[Finding],
    *,
    at_key: bool = False,
) -> object | None:
    """The value as `wanted`, or None and its findings."""
    try:
        return _adapter(wanted).validate_python(value, context=around)
    except ValidationError as error:
        for detail in error.errors():
            keyed = detail | {"loc": (*detail["loc"], "[key]")} if at_key else detail
            findings.append(worded(tree, path, wanted, keyed))
        return None


@cache
def _adapter(wanted: object) -> TypeAdapter[object]:
    return TypeAdapter(cast(type[object], wanted))
