"""`vorzimmer run`: serve calls."""

import argparse

from router.cli.options import Commands, add_config
from router.settings import VARIABLES, Settings


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "run",
        description="Serve calls until SIGTERM. Conversations stay up over a restart: the next start takes them over.",
        epilog="environment:\n" + "".join(f"  {name:24}  {what}\n" for name, what in VARIABLES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config(command)
    command.add_argument(
        "--log-level", default="info", choices=["debug", "info", "warning", "error"], help="default: info"
    )
    command.set_defaults(command=serve)


async def serve(given: argparse.Namespace) -> int:
    """Run the router."""
    from router.app import run
    from router.logs import configure_logging

    settings = Settings.read(given.config)
    configure_logging(level=given.log_level)
    await run(settings)
    return 0
