"""`vorzimmer watchdog`: keep a router running."""

import argparse
import os
import sys

from router.cli.options import Commands, add_config
from router.cli.running import add_log_level
from router.watchdog.keeper import Keeper

PATIENCE_S = 2.0


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "watchdog",
        description="Keep `vorzimmer run` running: replace a router that is frozen or has ended, until SIGTERM.",
        epilog="The environment is the router's: `vorzimmer run --help` lists its variables.",
    )
    add_config(command)
    add_log_level(command)
    command.add_argument(
        "--patience",
        type=_seconds,
        default=PATIENCE_S,
        metavar="SECONDS",
        help=f"a router is replaced when its event loop was silent for so long (default: {PATIENCE_S:g})",
    )
    command.set_defaults(command=keep)


def keep(given: argparse.Namespace) -> int:
    """Keep the router."""
    command = (sys.executable, "-m", "router", "run", "--config", str(given.config), "--log-level", given.log_level)
    return Keeper(command, patience_s=given.patience, paired=bool(os.environ.get("VORZIMMER_NODE"))).run()


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:  # beats come four times a second, and a changed house may take half a second
        raise argparse.ArgumentTypeError(f"{text!r} is no such time; write seconds from 1 to 3600")
    return seconds
