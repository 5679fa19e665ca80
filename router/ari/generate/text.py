"""Python source as lines, laid out as `ruff format` would: on one line if it fits, else one item a line."""

import keyword
from collections.abc import Iterable, Sequence

WIDTH = 120
NOTICE = "# Written by `python -m router.ari.generate`; change the generator, not this file."


def safe(name: str) -> str:
    """A parameter's or field's name as a Python name."""
    return f"{name}_" if keyword.iskeyword(name) else name


def laid_out(indent: int, opening: str, items: Sequence[str], closing: str) -> list[str]:
    """`opening item, item closing` on one line, or exploded."""
    pad = " " * indent
    line = f"{pad}{opening}{', '.join(items)}{closing}"
    if len(line) <= WIDTH or not items:
        return [line]
    return [f"{pad}{opening}", *(f"{pad}    {item}," for item in items), f"{pad}{closing}"]


def quoted(values: Iterable[str]) -> list[str]:
    """Values as string literals."""
    return [f'"{value}"' for value in values]


def module(docstring: str, *parts: Iterable[str]) -> str:
    """A whole file."""
    lines = [NOTICE, f'"""{docstring}"""', ""]
    for part in parts:
        lines += part
    return "\n".join(lines).rstrip("\n") + "\n"
