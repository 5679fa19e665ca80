"""`vorzimmer run`: serve calls."""

import argparse
import sys

from router.cli.options import Commands, add_config
from router.settings import VARIABLES, Settings

SWITCH_S = 0.0005  # a tenth of Python's own: calls do not wait so long for a thread that writes to the database


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "run",
        description="Serve calls until SIGTERM. Conversations stay up over a restart: the next start takes them over.",
        epilog="environment:\n" + "".join(f"  {name:24}  {what}\n" for name, what in VARIABLES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config(command)
    add_log_level(command)
    command.set_defaults(command=serve)


def add_log_level(command: argparse.ArgumentParser) -> None:
    """`--log-level`."""
    command.add_argument(
        "--log-level", default="info", choices=["debug", "info", "warning", "error"], help="default: info"
    )


async def serve(given: argparse.Namespace) -> int:
    """Run the router; below a watchdog, when that says so."""
    from router.app import run
    from router.logs import configure_logging
    from router.watchdog.line import Watched

    watched = Watched.inherited()
    settings = Settings.read(given.config)
    configure_logging(level=given.log_level)
    sys.setswitchinterval(SWITCH_S)
    await run(settings, watched)
    return 0
