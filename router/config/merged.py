"""All files' trees as one: sections merge by id, and an id in two files is a finding that names both places."""

from collections.abc import Iterable
from difflib import get_close_matches

from router.config.findings import Path, finding
from router.config.keys.whole import Everything
from router.config.tree import Plain, Tree

MOST_COMPARED = 500  # names looked through for the one that was meant
MOST_LISTED = 30


def merge(trees: Iterable[Tree]) -> Tree:
    """One tree of known sections, each a mapping; everything else is among the findings."""
    whole = Tree()
    for tree in trees:
        whole.findings.extend(tree.findings)
        whole.torn.extend(tree.torn)
        taken = {path for section in tree.root for path in _take(whole, tree, section)}
        whole.values.update((path, place) for path, place in tree.values.items() if path[:2] in taken)
        whole.keys.update((path, place) for path, place in tree.keys.items() if path[:2] in taken)
    return whole


def _take(whole: Tree, tree: Tree, section: str) -> Iterable[Path]:
    """Take over one section's new entries; yields the paths taken."""
    entries = tree.root[section]
    if section not in Everything.model_fields:
        hint = known(section, Everything.model_fields)
        whole.torn.append(section)
        whole.findings.append(finding(tree.keys[section,], f'unknown section "{section}"', hint))
    elif not isinstance(entries, dict):
        place, hint = tree.values[section,], f"write its entries indented below {section}:"
        whole.torn.append(section)
        whole.findings.append(finding(place, f"{section} is no mapping", hint))
    else:
        yield (section,)
        yield from _take_entries(whole, tree, section, entries)


def _take_entries(whole: Tree, tree: Tree, section: str, entries: dict[str, Plain]) -> Iterable[Path]:
    held = whole.root.setdefault(section, {})
    if not isinstance(held, dict):
        raise TypeError("a section in the whole is always a mapping")
    for name, entry in entries.items():
        path = (section, name)
        if name in held:
            message = f'"{name}" stands in {section} twice (first in {whole.keys[path]})'
            whole.findings.append(finding(tree.keys[path], message, "keep one of the two"))
            continue
        held[name] = entry
        yield path


def known(name: str, names: Iterable[str]) -> str:
    """The hint for a word that is not among `names`."""
    choice = sorted(names)
    close = get_close_matches(name, choice[:MOST_COMPARED], n=1, cutoff=0.6)
    listed = ", ".join(choice[:MOST_LISTED]) + (", …" if len(choice) > MOST_LISTED else "")
    return f"did you mean {close[0]}?" if close else f"write one of {listed}"
