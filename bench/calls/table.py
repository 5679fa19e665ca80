"""The figures as a table in Markdown, and the aims beside what was seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bench.calls.figures import Measured, Spread

NOT_KNOWN = "–"
AGAINST, OURS = "queue500", "router"
Known = Mapping[str, Measured]
Cell = Callable[[Measured], str | None]


def table(known: Known) -> Iterator[str]:
    """A row for each path."""
    yield "| path | " + " | ".join(COLUMNS) + " |"
    yield "|---" * (len(COLUMNS) + 1) + "|"
    for name, measured in known.items():
        yield f"| {name} | " + " | ".join(cell(measured) or NOT_KNOWN for cell in COLUMNS.values()) + " |"


def _spread(spread: Spread) -> str:
    return f"{spread.p50:.2f} / {spread.p95:.2f} / {spread.p99:.2f}"


def _rate(measured: Measured) -> str | None:
    rates = [str(rate.highest) for rate in (measured.rate, measured.fresh) if rate]
    return " / ".join(rates) or None


def _waiting(measured: Measured) -> str | None:
    levels = (f"{level.cost.asterisk + level.cost.router:.0f}" for level in measured.waiting)
    return " / ".join(levels) or None


COLUMNS: Mapping[str, Cell] = {
    "highest rate, used / fresh, calls/s": _rate,
    "post-dial p50 / p95 / p99, ms": lambda one: _spread(one.delay.post_dial) if one.delay else None,
    "Asterisk, CPU ms a call": lambda one: f"{one.delay.cost.asterisk:.2f}" if one.delay else None,
    "router, CPU ms a call": lambda one: (
        f"{one.delay.cost.router:.2f}" if one.delay and one.delay.cost.router else None
    ),
    "Asterisk, kB a live call": lambda one: f"{one.memory.asterisk:.0f}" if one.memory else None,
    "router, kB a live call": lambda one: f"{one.memory.router:.0f}" if one.memory and one.memory.router else None,
    "waiting caller, CPU us/s (100 / 500 / 1,000)": _waiting,
    "hang-up to next caller p50 / p95, ms": lambda one: (
        f"{one.saturated.next_call.p50:.1f} / {one.saturated.next_call.p95:.1f}" if one.saturated else None
    ),
    "hang-up to next caller longest, ms": lambda one: (
        f"{one.saturated.next_call.longest:.1f}" if one.saturated else None
    ),
    "served a second, saturated": lambda one: f"{one.saturated.served:.2f}" if one.saturated else None,
}


def aims(known: Known) -> Iterator[str]:
    """Each aim, met or missed, with its figure; those whose figures are not all there are left out."""
    ours, theirs = known.get(OURS, Measured()), known.get(AGAINST, Measured())
    yield from _no_failures(known)
    yield from _rates(known)
    if ours.delay and theirs.delay:
        mine, bar = ours.delay.post_dial, theirs.delay.post_dial
        yield _aim("post-dial delay p50 at most app_queue's (500 members)", mine.p50, bar.p50, "ms")
        yield _aim("post-dial delay p99 at most app_queue's (500 members)", mine.p99, bar.p99, "ms")
    if ours.saturated:
        yield _aim("agent's hang-up to the next caller, p95", ours.saturated.next_call.p95, 5, "ms")
    if ours.delay:
        yield _aim("router's CPU a call", ours.delay.cost.router, 1.5, "ms")
    for level in ours.waiting:
        cost = level.cost.asterisk + level.cost.router
        yield _aim(f"a waiting caller of {level.waiting:,}, music included", cost, 12, "us/s")


def _no_failures(known: Known) -> Iterator[str]:
    failed = sum(measured.delay.failed for name, measured in known.items() if measured.delay and name.startswith(OURS))
    if OURS in known:
        yield f"{'met' if not failed else 'MISSED'}: no failed call at 40 calls/s: {failed} failed"


def _rates(known: Known) -> Iterator[str]:
    for what, path, share, against in (
        ("1.5 times app_queue's rate (500 members)", OURS, 1.5, AGAINST),
        ("straight-through calls at 0.9 of Dial's rate", "straight", 0.9, "dial"),
    ):
        mine, bar = (known.get(name, Measured()).rate for name in (path, against))
        if mine and bar:
            wanted = share * bar.highest
            held = "met" if mine.highest >= wanted else "MISSED"
            yield f"{held}: {what}: {mine.highest} calls/s, at least {wanted:g}"


def _aim(what: str, seen: float, most: float, unit: str) -> str:
    return f"{'met' if seen <= most else 'MISSED'}: {what}: {seen:g} {unit}, at most {most:g}"


def told(known: Known) -> Sequence[str]:
    """Table and aims."""
    return [*table(known), "", *(f"- {aim}" for aim in aims(known))]
