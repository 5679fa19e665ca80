"""`vorzimmer check`: is the configuration good, and does it mean what was meant?"""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_config, add_json, counted, say, say_json

if TYPE_CHECKING:
    from router.config.loading import Checked


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "check",
        description="Validate the operators' YAML as one whole. Mistakes are listed as file:line:col: what is wrong; "
        "what would be right. What is allowed and probably not meant follows as a warning: rules that never count, "
        "hours at which nobody can answer. Exit status 0: fine, 1: mistakes.",
    )
    add_config(command)
    command.add_argument("--strict", action="store_true", help="exit with 1 for warnings, too")
    add_json(command)
    command.set_defaults(command=validate)


async def validate(given: argparse.Namespace) -> int:
    """All findings and warnings, and what there is of what."""
    from router.config.loading import check

    checked = check(given.config)
    (_tell_programs if given.json else _tell)(checked)
    return int(bool(checked.findings or (given.strict and checked.doubts)))


def _tell(checked: "Checked") -> None:
    from router.config.loaded import summary

    for found in checked.findings:
        say(str(found))
    for doubt in checked.doubts:
        say(f"{doubt.place}: warning: {doubt.advice}")
    if checked.loaded is not None:
        warnings = f", {counted(len(checked.doubts), 'warning')}" if checked.doubts else ""
        say(f"{summary(checked.loaded)}{warnings}")


def _tell_programs(checked: "Checked") -> None:
    from router.config.loaded import summary

    loaded = checked.loaded
    say_json(
        {
            "fine": loaded is not None,
            "version": loaded.version if loaded else None,
            "counts": dict(summary(loaded).counts) if loaded else {},
            "mistakes": [asdict(found) for found in checked.findings],
            "warnings": [asdict(found) for found in checked.doubts],
        }
    )
