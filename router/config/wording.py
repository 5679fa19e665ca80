"""Pydantic's errors in the operators' words."""

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from router.config.findings import Finding, Path, finding
from router.config.levels import TAGS
from router.config.merged import known
from router.config.reading import ReadBy, Refers
from router.config.tree import Tree

KINDS: Mapping[type, str] = {dict: "a mapping", list: "a list", bool: "a truth value", int: "a number", str: "a text"}
WANTED: Mapping[str, tuple[str, str]] = {
    "string_type": ("a text", 'write it in quotes: "…"'),
    "int_type": ("a whole number", "write it without quotes, such as 1"),
    "bool_type": ("a truth value", "write true or false, without quotes"),
    "list_type": ("a list", 'write it in brackets, such as ["…"]'),
    "dict_type": ("a mapping", "write its keys indented below, each with a colon"),
    "model_type": ("a mapping", "write its keys indented below, each with a colon"),
    "enum": ("a word", "write one of the words of docs/config.md"),
}

BOUNDS = {"greater_than_equal": "small", "less_than_equal": "large"}


def worded(tree: Tree, top: Path, annotation: object, error: ErrorDetails) -> Finding:
    """One error of validating the entry at `top`, whose type is `annotation`, as a finding."""
    loc = tuple(step for step in error["loc"] if step != "[key]" and step not in TAGS)
    path = (*top, *loc)
    if error["type"] == "missing":
        message = f'"{loc[-1]}" is missing in {_name(path[:-1])}'
        return finding(tree.place(path[:-1], at_key=True), message, _example(tree, top, annotation, loc))
    if error["type"] == "extra_forbidden":
        hint = known(str(loc[-1]), _fields(_at(annotation, loc[:-1])))
        return finding(tree.place(path, at_key=True), f'unknown key "{loc[-1]}"', hint)
    at_key = error["loc"][-1:] == ("[key]",)
    return finding(tree.place(path, at_key=at_key), *_wrong_value(error))


def _wrong_value(error: ErrorDetails) -> tuple[str, str]:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "vorzimmer":
        return str(context["message"]), str(context["hint"])
    if kind == "enum" and isinstance(value, str):
        return f'"{value}" is not known here', f"write {context['expected']}"
    if kind in WANTED:
        wanted, hint = WANTED[kind]
        return f"{wanted} is wanted here, not {KINDS.get(type(value), 'this')}", hint
    if kind in BOUNDS:
        bound = next(context[name] for name in ("ge", "le") if name in context)
        return f"{value} is too {BOUNDS[kind]}", f"write {bound} at {'least' if 'ge' in context else 'most'}"
    if kind == "too_long":
        return "the list is too long", f"write at most {context['max_length']} entries"
    if kind == "too_short":
        return "this is empty", "write at least one entry"
    return error["msg"], "see docs/config.md"


def _name(path: Path) -> str:
    return " ".join(str(step) for step in path if isinstance(step, str))


def _example(tree: Tree, top: Path, annotation: object, loc: Path) -> str:
    """What a missing key would look like: an id that there is, or the example of its type."""
    field = _fields(_at(annotation, loc[:-1])).get(str(loc[-1]))
    metadata = getattr(field, "metadata", ())
    if sections := [part.section for part in metadata if isinstance(part, Refers)]:
        return _existing(tree, top, str(loc[-1]), sections[0])
    examples = [part.example for part in metadata if isinstance(part, ReadBy)]
    return f'add it, such as {loc[-1]}: "{examples[0]}"' if examples else f"add {loc[-1]}:"


def _existing(tree: Tree, top: Path, key: str, section: str) -> str:
    """A key with the first id of the section to which it refers."""
    around = tree.at(top) if section == "staff" else tree.root
    entries = around.get(section) if isinstance(around, dict) else None
    names = sorted(entries) if isinstance(entries, dict) else []
    return f"add it, such as {key}: {names[0]}" if names else f"add {key}: with an id of {section}"


def _fields(model: object) -> Mapping[str, Any]:
    return model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}


def _at(annotation: object, steps: Iterable[str | int]) -> object:
    """The type of what lies at `steps` inside a value of type `annotation`; None where nothing can."""
    for step in steps:
        inner = _bare(annotation)
        if get_origin(inner) in {list, dict}:
            annotation = get_args(inner)[-1]
        else:
            field = _fields(inner).get(str(step))
            annotation = field.annotation if field else None
    return _bare(annotation)


def _bare(annotation: object) -> object:
    """Without `Annotated`'s metadata; of several types the first, which is never None here."""
    while hasattr(annotation, "__metadata__") or get_origin(annotation) in {Union, UnionType}:
        annotation = get_args(annotation)[0]
    return annotation
