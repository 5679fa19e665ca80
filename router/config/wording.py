"""Pydantic's errors in the operators' words."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from router.config.findings import Finding, Path, finding
from router.config.levels import TAGS
from router.config.merged import known
from router.config.reading import ReadBy
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


def worded(tree: Tree, top: Path, annotation: object, error: ErrorDetails) -> Finding:
    """One error of validating the entry at `top`, whose type is `annotation`, as a finding."""
    loc = tuple(step for step in error["loc"] if step != "[key]" and step not in TAGS)
    path = (*top, *loc)
    if error["type"] == "missing":
        message = f'"{loc[-1]}" is missing in {_name(path[:-1])}'
        return finding(tree.place(path[:-1], at_key=True), message, _example(annotation, loc))
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
    if kind == "too_long":
        return "the list is too long", f"write at most {context['max_length']} entries"
    if kind == "too_short":
        return "this is empty", "write at least one entry"
    return error["msg"], "see docs/config.md"


def _name(path: Path) -> str:
    return " ".join(str(step) for step in path if isinstance(step, str))


def _example(annotation: object, loc: Path) -> str:
    """What a missing key would look like."""
    parent = _fields(_at(annotation, loc[:-1]))
    field = parent.get(str(loc[-1]))
    examples = [part.example for part in getattr(field, "metadata", ()) if isinstance(part, ReadBy)]
    return f'add it, such as {loc[-1]}: "{examples[0]}"' if examples else f"add {loc[-1]}:"


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
    """Without `Annotated`'s metadata."""
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
