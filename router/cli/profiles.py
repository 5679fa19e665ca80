"""The file of `--profile`, with the line of each of its keys."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from router.core.errors import SetUpFailed
from router.sim.profile import Place, Profile, profile_of


def read_profile(file: Path) -> Profile:
    """What the file says. Raises `SetUpFailed` with every mistake and its line, `OSError` when there is no file."""
    try:
        text = file.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = dict(_lines(root, ())) if root else {}
        written = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as wrong:
        raise SetUpFailed(f"{file} is no YAML: {' '.join(str(wrong).split())}") from None
    return profile_of(written, file, lines)


def _lines(node: yaml.Node, path: Place) -> Iterator[tuple[Place, int]]:
    """On which line each key, or each entry of a list, stands."""
    for step, mark, value in _parts(node):
        yield (*path, step), mark.line + 1
        yield from _lines(value, (*path, step))


def _parts(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Mark, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), key.start_mark, value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from ((index, item.start_mark, item) for index, item in enumerate(node.value))
