"""Write the figures that `make chaos` kept into docs/reliability.md, between its two marks."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.chaos import SCENARIOS
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def main(arguments: Sequence[str]) -> int:
    kept = json.loads(Path(arguments[0] if arguments else "var/chaos.json").read_text())
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(before + BEGIN + "\n".join(table(kept)) + "\n" + END + after, encoding="utf-8")
    return 0


def table(kept: Mapping[str, Any]) -> Iterator[str]:
    """The rows of whole runs, scenario by scenario."""
    yield "| promise | command | seen | bar |"
    yield "|---|---|---|---|"
    for name in SCENARIOS:
        told = kept.get(name, {"short": True})
        for figure in () if told["short"] else told["figures"]:
            seen = figure["seen"] if figure["held"] else f"**{figure['seen']}, not held**"
            yield f"| {figure['promise']} | `make chaos SCENARIO={name}` | {seen} | {figure['bar']} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
