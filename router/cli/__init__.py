"""The command `vorzimmer`: all commands on one screen, each in a file of its own that is loaded when it is asked for.

Exit status: 0 done, 1 the answer is no (findings, corruption), 2 the command could not be carried out, 3 another router
has taken this one's place.
"""

import argparse
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from importlib import import_module

from router.cli.options import FAILED, PLACE_TAKEN, show_help
from router.core.errors import VorzimmerError

INTERRUPTED = 130  # as shells say it: 128 and SIGINT

COMMANDS: Mapping[str, tuple[str, str]] = {  # each with its module and what it is for
    "run": ("running", "serve calls until stopped"),
    "watchdog": ("watching", "keep a router running: replace one that is frozen or has ended"),
    "health": ("health", "ask the router on this machine whether it is ready"),
    "check": ("check", "validate the operators' YAML"),
    "explain": ("explaining", "why a call goes where it goes, and why an agent gets it or not"),
    "ledger": ("ledger", "what calls cost: list, export, verify"),
    "bill": ("bill", "bill a month: run, show, credit, close, export"),
    "calls": ("calls", "list finished calls"),
    "report": ("report", "what calls add up to: endings, hours, agents, service level, costs"),
    "simulate": ("simulate", "play a day on the live core: service level, waits, occupancy, staffing"),
    "backtest": ("backtest", "play recorded calls under two configurations and tell every difference"),
    "blocks": ("blocks", "list, add or take back what is blocked beside the YAML"),
    "user": ("user", "people who sign in: add, list, invite, unlock, disable, enable, reset"),
    "db": ("db", "the database's tables: upgrade, prune"),
    "backup": ("backup", "database, journal and configuration as one file, while the router runs"),
    "restore": ("restore", "bring a backup back, settle what it lacks, and verify the ledger"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what the world did wrong becomes one sentence on stderr, only our own bugs a traceback."""
    given = parser(sys.argv[1:] if arguments is None else arguments).parse_args(arguments)
    try:
        status = _run(given)
    except* KeyboardInterrupt:
        status = INTERRUPTED
    except* _expected() as wrong:
        for sentence in dict.fromkeys(_sentences(wrong)):
            sys.stderr.write(f"vorzimmer: {sentence}\n")
        status = PLACE_TAKEN if wrong.subgroup(_place_taken) else FAILED
    return status


def _expected() -> tuple[type[Exception], ...]:
    """What the world may do wrong. Nothing in Asterisk's room can have failed while it is not loaded."""
    asterisk = sys.modules.get("router.ari.errors")
    return (VorzimmerError, OSError, *([asterisk.AriError] if asterisk else []))


def _place_taken(wrong: BaseException) -> bool:
    asterisk = sys.modules.get("router.ari.errors")
    return asterisk is not None and isinstance(wrong, asterisk.AriApplicationReplaced)


def _run(given: argparse.Namespace) -> int:
    command: Callable[[argparse.Namespace], Coroutine[None, None, int] | int] = given.command
    try:
        work = command(given)
        status = work if isinstance(work, int) else _awaited(work)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        return FAILED
    return status


def _awaited(work: Coroutine[None, None, int]) -> int:
    import asyncio  # megabytes that the watchdog does without

    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _sentences(wrong: BaseException) -> Iterator[str]:
    match wrong:
        case BaseExceptionGroup(exceptions=several):
            for one in several:
                yield from _sentences(one)
        case OSError(strerror=str(reason), filename=str(file)):
            yield f"{file}: {reason}"
        case _:
            yield str(wrong)


def parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """All commands with their help; of the one that is asked for, all options."""
    top = argparse.ArgumentParser(
        prog="vorzimmer",
        description="A telephone answering service on Asterisk 22: routes forwarded calls to agents and bills them.",
        epilog="`vorzimmer COMMAND --help` tells more; `vorzimmer run --help` lists the variables of the environment.",
    )
    show_help(top)
    commands = top.add_subparsers(metavar="COMMAND")
    asked = next((word for word in arguments if not word.startswith("-")), "")
    for name, (module, what) in COMMANDS.items():
        if name == asked:
            import_module(f"router.cli.{module}").add(commands)
        else:
            commands.add_parser(name, help=what)
    return top
