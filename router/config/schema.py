"""The JSON Schema of the files for editors: `python -m router.config.schema > config/schema.json`."""

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from router.config.keys.whole import Everything
from router.config.scalars import DURATION, PRICE


def schema() -> dict[str, Any]:
    """One schema for every file: each may hold any of the sections."""
    made = Everything.model_json_schema()
    _stricter(made)
    _written_defaults(made)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Vorzimmer's configuration"}


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _inside(part: object) -> Iterator[object]:
    yield from part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()


def _stricter(part: object) -> None:
    """A key that may be left out may not be written without a value, nor an id in another form."""
    if isinstance(part, dict) and {"type": "null"} in part.get("anyOf", ()):
        (value,) = (choice for choice in part.pop("anyOf") if choice != {"type": "null"})
        part.update(value)
    if isinstance(part, dict) and part.get("default", ...) is None:
        del part["default"]
    if isinstance(part, dict) and "patternProperties" in part:
        part["additionalProperties"] = False  # pydantic leaves ids of any other form free
    for inner in _inside(part):
        _stricter(inner)


def _written_defaults(part: object) -> None:
    """Show durations and prices as they are written, not as they are kept."""
    for inner in _inside(part):
        _written_defaults(inner)
    if not isinstance(part, dict) or "default" not in part:
        return
    if part.get("pattern") == f"^{DURATION}$":
        part["default"] = f"{part['default'] // 1000}s"
    elif part.get("pattern") == f"^{PRICE}$":
        part["default"] = f"{float(Fraction(part['default']) / 100):.2f}"
    elif isinstance(part["default"], dict):
        del part["default"]  # those of its own keys say it


if __name__ == "__main__":
    sys.stdout.write(text())
