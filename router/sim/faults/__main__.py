"""`python -m router.sim.faults`: live through many worlds in which everything fails, or through one again.

With `--one` and a seed that failed, the very same happens again: the trace hash is the same.
"""

import sys
from argparse import ArgumentParser, Namespace
from time import monotonic

from router.sim.faults.log import silenced
from router.sim.faults.running import Summary, run
from router.sim.faults.troubles import Kind, Mix
from router.sim.faults.world import CALLS, Outcome, lived


def main() -> int:
    """1 when something did not hold."""
    options = _options()
    if options.one:
        return _one(options)
    begun = last = monotonic()

    def told(summary: Summary) -> None:
        nonlocal last
        if monotonic() - last >= options.every:
            last = monotonic()
            _say(f"{summary.calls} calls in {summary.worlds} worlds after {last - begun:.0f} s")

    summary = run(
        calls=options.calls,
        seed=options.seed,
        workers=options.workers,
        minutes=options.minutes,
        told=told,
        each=options.each,
        mix=_mix(options),
    )
    _summed_up(summary, monotonic() - begun)
    for outcome in summary.failed:
        _failed(outcome, options)
    return 1 if summary.failed else 0


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m router.sim.faults", description=__doc__)
    parser.add_argument("--calls", type=int, default=3_000, help="calls to make, in worlds of --each")
    parser.add_argument("--each", type=int, default=CALLS, help="calls in one world")
    parser.add_argument("--seed", type=int, help="of the first world; the others count on from it")
    parser.add_argument("--workers", type=int, default=1, help="processes side by side")
    parser.add_argument("--minutes", type=float, default=60.0, help="the longest time it may take")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two lines of progress")
    parser.add_argument("--one", action="store_true", help="live through the one world with this seed, and tell of it")
    parser.add_argument("--fault", type=Kind, action="append", default=[], help=f"only these: {', '.join(Kind)}")
    parser.add_argument("--times", type=int, default=1, help="how many times as often as usual a fault strikes")
    parser.add_argument("--last", type=int, default=60, help="steps of the trace to show")
    options = parser.parse_args()
    if options.one and options.seed is None:
        parser.error("--one needs a --seed")
    return options


def _mix(options: Namespace) -> Mix:
    return Mix(kinds=tuple(options.fault), times=options.times)


def _one(options: Namespace) -> int:
    silenced()
    outcome = lived(options.seed, calls=options.each, last=options.last, mix=_mix(options))
    if outcome.violation:
        _failed(outcome, options)
        return 1
    _say(f"seed {outcome.seed}: all holds; {outcome.calls} calls, {outcome.seconds:.0f} s simulated")
    _say(f"trace {outcome.digest}")
    return 0


def _summed_up(summary: Summary, seconds: float) -> None:
    per_call = 1000 * summary.cpu / max(1, summary.calls)
    _say(
        f"{summary.calls} calls in {summary.worlds} worlds, {summary.seconds / 3600:.1f} h simulated "
        f"in {seconds:.0f} s; {per_call:.2f} ms of CPU a call"
    )
    for kind, times in sorted(summary.counted.items()):
        _say(f"  {times:8} x {kind}")


def _failed(outcome: Outcome, options: Namespace) -> None:
    for line in outcome.last:
        _say(f"    {line}")
    _say(f"seed {outcome.seed}: {outcome.violation}")
    _say(f"trace {outcome.digest}")
    size = "" if options.each == CALLS else f" --each {options.each}"
    faults = "".join(f' --fault "{kind}"' for kind in options.fault)
    times = "" if options.times == 1 else f" --times {options.times}"
    _say(f"again: python -m router.sim.faults --seed {outcome.seed}{size}{faults}{times} --one")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
