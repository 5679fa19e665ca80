"""`vorzimmer check`: is the configuration good?"""

import argparse

from router.cli.options import Commands, add_config, say
from router.config.findings import report
from router.config.loaded import summary
from router.config.loading import check


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "check",
        help="validate the operators' YAML",
        description="Validate the operators' YAML as one whole. Mistakes are listed as file:line:col: what is wrong; "
        "what would be right. Exit status 0: fine, 1: mistakes.",
    )
    add_config(command)
    command.set_defaults(command=validate)


async def validate(given: argparse.Namespace) -> int:
    """All findings, or what there is of what."""
    checked = check(given.config)
    if checked.loaded is None:
        say(report(checked.findings))
        return 1
    say(str(summary(checked.loaded)))
    return 0
