"""One YAML file as plain values that remember their places; refuses what YAML would silently change.

Of YAML only this is read: mappings with text keys, lists, text, whole numbers (`12`), `true` and `false`. What YAML
turns into something else than what stands there (`+4930123`, `22:30`, `0.59`, `no`, dates) is a finding.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.nodes import MappingNode, Node, ScalarNode

from router.config.findings import Finding, Path, Place, finding
from router.config.sources import Source, decode
from router.config.syntax import UNCLOSED, syntax_finding

MOST_DEPTH = 16
MOST_NODES = 40_000
MOST_FILES = 4096  # whose trees are kept
TAG = "tag:yaml.org,2002:"
WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
MEANT = {"bool": "a truth value", "int": "a number", "float": "a number", "timestamp": "a date", "value": "a value"}

DEEPER: Mapping[type[Event], int] = {
    MappingStartEvent: 1,
    SequenceStartEvent: 1,
    MappingEndEvent: -1,
    SequenceEndEvent: -1,
}
OF_NODES = frozenset({MappingStartEvent, SequenceStartEvent, ScalarEvent, AliasEvent})

Plain = str | int | bool | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A file's values, the places of values and of keys by path, what is wrong, and what is missing because of it."""

    root: dict[str, Plain] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)  # names of what could not be read at all

    def at(self, path: Path) -> Plain:
        """The value at a path of mappings; an empty text when there is none."""
        value: Plain = self.root
        for key in path:
            value = value.get(str(key), "") if isinstance(value, dict) else ""
        return value

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """Of the value at `path`, or of its key; of the nearest thing around it when it was not written."""
        own, other = (self.keys, self.values) if at_key else (self.values, self.keys)
        place = own.get(path) or other.get(path)
        return place or (self.place(path[:-1], at_key=True) if path else Place(file=".", line=1, column=1))


@lru_cache(maxsize=MOST_FILES)
def grow(source: Source) -> Tree:
    """Read one file; whatever is in it, the answer is a tree, perhaps empty, and its findings.

    It is kept, and nobody's to change: of thousands of files that are looked at again, few are not as they were.
    """
    text = decode(source)
    if isinstance(text, Finding):
        return Tree(findings=[text], torn=[source.name])
    grower = _Grower(source.name, text)
    try:
        grower.grow()
    except yaml.MarkedYAMLError as error:
        grower.tree.findings.append(grower.syntax(error))
        grower.tree.torn.append(source.name)
    except _TooMuch as error:
        grower.tree.findings.append(error.finding)
        grower.tree.torn.append(source.name)
    return grower.tree


class _Mark(Protocol):
    """A place of PyYAML's or of its C parser's, counted from 0."""

    line: int
    column: int


class _TooMuch(Exception):
    """The file unfolds into more than any configuration needs."""

    def __init__(self, place: Place, message: str) -> None:
        self.finding = finding(place, message, "write the values out plainly")


class _Grower:
    """Walks one file's nodes and fills its tree."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text, self.tree, self.nodes = name, text, Tree(), 0
        self.around: set[int] = set()  # the nodes that hold the one being read

    def grow(self) -> None:
        """Fill the tree; raises what YAML raises for broken syntax, or `_TooMuch`."""
        self._measure()
        root = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        if root is None:
            self._find(self.place_of(None), "the file is empty", "write a section, or delete the file")
        elif not isinstance(root, MappingNode):
            hint = "begin with a section such as clients:"
            self._find(self.place_of(root.start_mark), "the file is not a mapping at its top", hint)
        else:
            self.tree.root.update(self._mapping(root, (), 1))

    def place_of(self, mark: _Mark | None) -> Place:
        """Where a mark of PyYAML is, or the file's start."""
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return Place(file=self.name, line=line + 1, column=column + 1)

    def syntax(self, error: yaml.MarkedYAMLError) -> Finding:
        """A syntax error, where its cause most likely is."""
        problem = error.problem or "it cannot be read"
        unclosed = any(words in problem for words in UNCLOSED)
        mark = error.context_mark if unclosed and error.context_mark else error.problem_mark
        return syntax_finding(self.place_of(mark), self.text, problem)

    def _measure(self) -> None:
        """Stop before PyYAML would build something deep or huge: its own recursion has no limit."""
        depth = nodes = 0
        for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
            depth += DEEPER.get(type(event), 0)
            if type(event) in OF_NODES:
                nodes += 1
                self._limit(depth, nodes, event.start_mark)

    def _limit(self, depth: int, nodes: int, mark: _Mark | None) -> None:
        if depth > MOST_DEPTH:
            raise _TooMuch(self.place_of(mark), f"more than {MOST_DEPTH} levels inside one another")
        if nodes > MOST_NODES:
            raise _TooMuch(self.place_of(mark), f"more than {MOST_NODES} values in one file")

    def _find(self, place: Place, message: str, hint: str) -> None:
        self.tree.findings.append(finding(place, message, hint))

    def _plain(self, node: Node, path: Path, depth: int) -> Plain:
        self.nodes += 1
        self._limit(depth, self.nodes, node.start_mark)
        self.tree.values[path] = self.place_of(node.start_mark)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if id(node) in self.around:
            raise _TooMuch(self.place_of(node.start_mark), "an anchor holds an alias of itself")
        self.around.add(id(node))
        plain = self._collection(node, path, depth)
        self.around.remove(id(node))
        return plain

    def _collection(self, node: Node, path: Path, depth: int) -> Plain:
        kind = "map" if isinstance(node, MappingNode) else "seq"
        if node.tag != TAG + kind:
            self._find(self.place_of(node.start_mark), f"the tag {node.tag} is not read", "remove the tag")
        if isinstance(node, MappingNode):
            return self._mapping(node, path, depth)
        return [self._plain(item, (*path, index), depth + 1) for index, item in enumerate(node.value)]

    def _mapping(self, node: MappingNode, path: Path, depth: int) -> dict[str, Plain]:
        plain: dict[str, Plain] = {}
        for key, place, value in self._entries(node):
            if key in plain:
                first = self.tree.keys[*path, key].line
                self._find(place, f'"{key}" stands here twice (first in line {first})', "keep one of the two")
                continue
            self.tree.keys[*path, key] = place
            plain[key] = self._plain(value, (*path, key), depth + 1)
        return plain

    def _entries(self, node: MappingNode) -> Iterator[tuple[str, Place, Node]]:
        for key, value in node.value:
            place = self.place_of(key.start_mark)
            if not isinstance(key, ScalarNode):
                self._find(place, "a key is a list or mapping", "write a word before the colon")
            elif key.tag == f"{TAG}merge":
                self._find(place, "merge keys (<<) are not read", "write the keys out")
            else:
                self._check_key(key, place)
                yield key.value, place, value

    def _check_key(self, key: ScalarNode, place: Place) -> None:
        if key.tag == f"{TAG}null":
            self._find(place, "a key is missing before the colon", "write it, or delete the line")
        elif key.tag != f"{TAG}str":
            self._find(place, f"the key {key.value} is no text in YAML", f'write "{key.value}" in quotes')

    def _scalar(self, node: ScalarNode) -> Plain:
        kind = node.tag.removeprefix(TAG)
        if kind == "str":
            return str(node.value)
        if kind == "int" and WHOLE.fullmatch(node.value):
            return int(node.value)
        if kind == "bool" and node.value in {"true", "false"}:
            return bool(node.value == "true")
        self._find(self.place_of(node.start_mark), *_changed(kind, node.value))
        return str(node.value)


def _changed(kind: str, value: str) -> tuple[str, str]:
    """What is wrong with a scalar that is not what it looks like, and what would be right."""
    if kind == "null":
        return "there is no value here", "write one, or remove the key"
    if kind == "bool":
        truth = "true" if value.lower() in {"yes", "on", "true"} else "false"
        return f"YAML reads {value} as {truth}", f'write {truth}, or "{value}" in quotes if the word is meant'
    if kind in MEANT:
        return f"YAML reads {value} as {MEANT[kind]}, not as it stands here", f'write "{value}" in quotes'
    return f"the tag {kind} is not read", "remove the tag"
