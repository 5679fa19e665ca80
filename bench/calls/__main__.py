"""Measure calls through Dial, app_queue and the router; print the table, keep the figures as JSON."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.calls import delay, memory, rate, saturated, waiting
from bench.calls.kept import keep, load
from bench.calls.paths import PATHS
from bench.calls.paths import Path as Way
from bench.calls.table import told

MEASURES = ("delay", "rate", "saturated", "waiting", "memory", "fresh")
ORDINARY = ("dial", "queue500", "router", "straight")  # the paths, and the measures, of a run that is told no others
FIRST = MEASURES[:-1]
LONGEST = 150.0  # seconds that one measure of one path may take: none is begun later than that before the end


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.calls", description=__doc__)
    parser.add_argument("--path", action="append", choices=PATHS, help="only this one (can be repeated)")
    parser.add_argument("--measure", action="append", choices=MEASURES, help="only this one (can be repeated)")
    parser.add_argument("--minutes", type=float, default=15, help="begin nothing that would end later (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="shorter runs; rates are not confirmed over 30 s")
    parser.add_argument("--table", action="store_true", help="measure nothing, print what is kept")
    parser.add_argument("--json", type=Path, default=Path("bench/out/calls.json"), help="default: %(default)s")
    given = parser.parse_args(arguments)
    if not given.table:
        asyncio.run(measured(given))
    print("\n".join(told(load(given.json))))
    return 0


async def measured(given: argparse.Namespace) -> None:
    """What is asked for, as far as there is time: first one measure of every path, then the next; kept when known."""
    last = time.monotonic() + given.minutes * 60 - LONGEST
    for measure in given.measure or FIRST:
        for name in given.path or ORDINARY:
            if time.monotonic() > last:
                say(f"left out, {given.minutes:g} minutes are over: {name}, {measure}")
            else:
                await _one(given, name, measure)


async def _one(given: argparse.Namespace, name: str, measure: str) -> None:
    begun, known = time.monotonic(), load(given.json)
    say(f"{name}, {measure}")
    figure = await measure_of(PATHS[name], measure, known_rate(given.json, name), quick=given.quick)
    if figure is not None:
        say(f"  {figure}")
        keep(given.json, known, name, **{measure: figure})
    say(f"  in {time.monotonic() - begun:.0f} s")


def known_rate(file: Path, name: str) -> int:
    """The highest rate that is known of a path; else where its search would begin."""
    measured = load(file).get(name)
    return measured.rate.highest if measured and measured.rate else PATHS[name].guess


async def measure_of(way: Way, measure: str, highest: int, *, quick: bool) -> Any:
    """One measure of one path; None when it says nothing about it."""
    if measure == "delay":
        return await delay.measure(way, quick=quick)
    if measure == "memory":
        return await memory.measure(way)
    if measure == "rate" and way.bounded_by_asterisk:
        return await rate.used(way, lambda line: say(f"  {line}"), quick=quick)
    if measure == "fresh" and way.bounded_by_asterisk and not quick:
        return await rate.fresh(way, lambda line: say(f"  {line}"), highest)
    if measure == "waiting" and way.has_line:
        return await waiting.measure(way, quick=quick)
    if measure == "saturated" and way.has_line:
        return await saturated.measure(way, quick=quick)
    return None


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
