"""`python -m tests.demo`: play the stories, check them against SIPp and the tariff, end with the summary's status."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence

from asterisk import AsteriskError, RootError
from asterisk.slots import NoFreeSlot
from tests.demo.show import show
from tests.demo.stopping import STOPPED, until_stopped
from tests.demo.stories import STORIES, Story
from tests.lab.failure import LabFailed

BEGAN = time.time()
DEFAULT_FACTOR = "5"


def main() -> int:
    """0: all good; 1: a check failed; 2: it could not be played; 130: stopped."""
    given = _parser().parse_args()
    if given.list:
        for story in STORIES:
            print(f"{story.number:2} {story.name:10} {story.title}")
        return 0
    try:
        status = asyncio.run(until_stopped(show(_chosen(given.only), given.factor, BEGAN)))
    except (RootError, AsteriskError, NoFreeSlot, LabFailed) as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 2
    if status == STOPPED:
        print("\nDemo: stopped; nothing is left behind.")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.demo",
        description="Place real calls through a real Asterisk and the real router, and check the ledger against SIPp.",
        epilog="Takes about two and a half minutes at the default factor."
        " Exit status: 0 all good, 1 a check failed, 2 could not be played, 130 stopped.",
    )
    parser.add_argument(
        "--factor",
        type=_factor,
        default=os.environ.get("FACTOR", DEFAULT_FACTOR),
        help="divide the scenario's durations by this; 1 plays them in full (default: FACTOR, else %(default)s)",
    )
    parser.add_argument(
        "--only", type=_story, action="append", metavar="STORY", help="only this story, by number or name (repeatable)"
    )
    parser.add_argument("--list", action="store_true", help="list the stories and end")
    return parser


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 1 <= factor <= 20:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 1 to 20")
    return factor


def _story(text: str) -> Story:
    for story in STORIES:
        if text in (str(story.number), story.name):
            return story
    raise argparse.ArgumentTypeError(f"there is no story {text!r}; --list shows them")


def _chosen(only: Sequence[Story] | None) -> Sequence[Story]:
    return STORIES if only is None else [story for story in STORIES if story in only]


if __name__ == "__main__":
    sys.exit(main())
