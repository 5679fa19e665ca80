"""What is wrong in a profile or in a file of calls, in the words in which the configuration's mistakes are told."""

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic_core import ErrorDetails

BOUNDS = {
    "greater_than": ("small", "more than", "gt"),
    "greater_than_equal": ("small", "at least", "ge"),
    "less_than_equal": ("large", "at most", "le"),
}
MAPPING = ("model_type", "model_attributes_type", "dict_type")


def unknown(key: object, among: Iterable[str]) -> str:
    """A key that is not read, and which one may be meant."""
    keys = sorted(among)
    near = get_close_matches(str(key), keys, n=1)
    return f'unknown key "{key}"; ' + (f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}")


def no_number(value: object, of: str = "") -> str:
    """A text where a number is wanted; Germans write a comma."""
    pointed = str(value).replace(",", ".")
    hint = f"write {pointed}" if _is_number(pointed) and pointed != value else "write digits, such as 95.5"
    return f'"{value}" is not a number{of}; {hint}'


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def worded(error: ErrorDetails, known: Iterable[str]) -> str:
    """One error of validating a profile: what is wrong, and what would be right."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown(error["loc"][-1], known)
    where = f"{'.'.join(map(str, error['loc']))}: " if error["loc"] else ""
    if kind == "missing":
        return f"{where}this key is missing; add it"
    if kind in BOUNDS:
        size, words, name = BOUNDS[kind]
        return f"{where}{value} is too {size}; write {words} {context[name]:g}"
    if kind in MAPPING:
        return f"{where}a mapping is wanted here; write its keys indented below, each with a colon"
    return where + _kind_wanted(error)


def _kind_wanted(error: ErrorDetails) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind in {"float_parsing", "float_type", "finite_number"}:
        return no_number(value)
    if kind == "literal_error":
        return f'"{value}" is not known here; write {context["expected"]}'
    if kind in {"too_short", "too_long"}:
        count = context.get("min_length", context.get("max_length"))
        return f"{context['actual_length'] or 'more'} entries are not {count}; write {count}"
    if kind in {"tuple_type", "list_type"}:
        return "a list is wanted here; write it in brackets, such as [1, 2]"
    return str(error["msg"])
