"""The JSON Schema of the files for editors: `python -m router.config.schema > config/schema.json`."""

import json
import sys
from fractions import Fraction
from typing import Any

from router.config.models import Everything
from router.config.scalars import DURATION, PRICE


def schema() -> dict[str, Any]:
    """One schema for every file: each may hold any of the sections."""
    made = Everything.model_json_schema()
    _written_defaults(made)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Vorzimmer's configuration"}


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _written_defaults(part: object) -> None:
    """Show durations and prices as they are written, not as they are kept."""
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
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
