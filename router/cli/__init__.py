"""The command `vorzimmer`: one parser on one screen, each command in a file of its own.

Exit status: 0 done, 1 the answer is no (findings, corruption), 2 the command could not be carried out.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence

import uvloop

from router.ari.errors import AriError
from router.cli import blocks, calls, check, db, explaining, ledger, running
from router.cli.options import FAILED, show_help
from router.core.errors import VorzimmerError

INTERRUPTED = 130  # as shells say it: 128 and SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what the world did wrong becomes one sentence on stderr, only our own bugs a traceback."""
    given = parser().parse_args(arguments)
    try:
        status = _run(given)
    except* KeyboardInterrupt:
        status = INTERRUPTED
    except* (VorzimmerError, AriError, OSError) as wrong:
        for sentence in dict.fromkeys(_sentences(wrong)):
            sys.stderr.write(f"vorzimmer: {sentence}\n")
        status = FAILED
    return status


def _run(given: argparse.Namespace) -> int:
    command: Callable[[argparse.Namespace], Coroutine[None, None, int]] = given.command
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            status = runner.run(command(given))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        return FAILED
    return status


def _sentences(wrong: BaseException) -> Iterator[str]:
    match wrong:
        case BaseExceptionGroup(exceptions=several):
            for one in several:
                yield from _sentences(one)
        case OSError(strerror=str(reason), filename=str(file)):
            yield f"{file}: {reason}"
        case _:
            yield str(wrong)


def parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    top = argparse.ArgumentParser(
        prog="vorzimmer",
        description="A telephone answering service on Asterisk 22: routes forwarded calls to agents and bills them.",
        epilog="`vorzimmer COMMAND --help` tells more; `vorzimmer run --help` lists the variables of the environment.",
    )
    show_help(top)
    commands = top.add_subparsers(metavar="COMMAND")
    running.add(commands)
    check.add(commands)
    explaining.add(commands)
    ledger.add(commands)
    calls.add(commands)
    blocks.add(commands)
    db.add(commands)
    return top
