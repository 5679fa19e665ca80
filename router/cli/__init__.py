"""The command `vorzimmer`: one parser on one screen, each command in a file of its own.

Exit status: 0 done, 1 the answer is no (findings, corruption), 2 the command could not be carried out.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence

import uvloop

from router.cli import calls, check, db, explaining, ledger, running
from router.core.errors import VorzimmerError

FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors become one sentence on stderr."""
    given = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], Coroutine[None, None, int]] = given.command
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(command(given))
    except VorzimmerError as wrong:
        sys.stderr.write(f"vorzimmer: {wrong}\n")
        return FAILED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED


def parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    top = argparse.ArgumentParser(
        prog="vorzimmer",
        description="A telephone answering service on Asterisk 22: routes forwarded calls to agents and bills them.",
        epilog="Settings come from VORZIMMER_... variables; docs/operating.md lists them.",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    running.add(commands)
    check.add(commands)
    explaining.add(commands)
    ledger.add(commands)
    calls.add(commands)
    db.add(commands)
    return top
