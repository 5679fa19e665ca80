"""A simulation's results, a staffing table and a backtest in words: tables for the terminal, plain values for JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from router.core.ids import Millis
from router.core.money import written
from router.core.trace import Step
from router.sim.backtest import Difference, Elsewhere
from router.sim.results import Figures, Results
from router.sim.staffing import Row, Staffing
from router.sim.wording import hour, local, percent, seconds

COLUMNS = (
    f"{'calls':>8} {'served':>8} {'level':>7} {'mean':>7} {'p50':>7} {'p90':>7} {'p99':>7} {'left':>6} {'overfl.':>7}"
)
MOST_SHOWN = 200  # calls that end elsewhere, in the text


def told(results: Results) -> Iterator[str]:
    """The whole simulation as lines of text."""
    level, spread = percent(results.overall.level), results.spread
    within = f" ± {spread * 100:.1f}" if spread is not None else ""
    runs = f"{results.runs} runs, " if results.runs > 1 else ""
    yield (
        f"{runs}{results.arrived} calls, {results.overall.calls} sought an agent: service level {level}{within}"
        f" within {results.within / 1000:g} s, occupancy {percent(results.occupancy)}"
    )
    yield ""
    yield f"{'':34} {COLUMNS}"
    yield f"{'all':34} {_figures(results.overall, results.runs)}"
    for line, figures in results.lines.items():
        yield f"{line[:34]:34} {_figures(figures, results.runs)}"
    yield ""
    yield f"{'hour':16} {'agents':>7} {COLUMNS} {'busy':>7}"
    for one in results.hours:
        row = _figures(one.figures, results.runs)
        yield f"{hour(one.begins):16} {one.on_duty:7.1f} {row} {percent(one.occupancy):>7}"
    yield from _grid(
        "service level in % by queue",
        [(one.begins, {line: of.level for line, of in one.lines.items()}) for one in results.hours],
    )
    yield from _grid("occupancy in % by skill", [(one.begins, one.skills) for one in results.hours], results.skills)
    yield from _grid("occupancy in % by team", [], results.teams)


def _figures(one: Figures, runs: int) -> str:
    waits = " ".join(f"{seconds(wait):>7}" for wait in (one.mean, one.p50, one.p90, one.p99))
    lost = f"{percent(one.abandonment):>6} {one.overflowed / runs:7.0f}"
    return f"{one.calls / runs:8.0f} {one.answered / runs:8.0f} {percent(one.level):>7} {waits} {lost}"


def _grid(
    title: str,
    rows: Sequence[tuple[Millis, Mapping[str, float | None]]],
    whole: Mapping[str, float | None] | None = None,
) -> Iterator[str]:
    """Shares by hour, a column for each name; `whole` are those of all hours together."""
    names = list(whole or dict.fromkeys(name for _, shares in rows for name in shares))
    if not names or (len(names) == 1 and rows):
        return
    yield ""
    yield title
    for number, name in enumerate(names, 1):
        yield f"  {number}: {name}"
    yield f"{'':16} {' '.join(f'{number:>6}' for number in range(1, len(names) + 1))}"
    for begins, shares in rows:
        yield f"{hour(begins):16} {' '.join(f'{_bare(shares.get(name)):>6}' for name in names)}"
    if whole:
        yield f"{'all':16} {' '.join(f'{_bare(whole[name]):>6}' for name in names)}"


def _bare(share: float | None) -> str:
    return percent(share).removesuffix("%")


def staffing_told(staffing: Staffing) -> Iterator[str]:
    """The staffing table: an hour a row, a group after the other, and the sum of agents in each hour."""
    target = staffing.target
    found = "" if staffing.met else " Some hours stay below it, however many agents there are."
    yield f"Least agents for {target.share:.0%} within {target.within / 1000:g} s.{found}"
    for group in dict.fromkeys(row.group for row in staffing.rows):
        rows = [row for row in staffing.rows if row.group == group]
        yield ""
        yield f"{group[:40]:40} {'calls':>8} {'agents':>7} {'level':>7} {'Erlang C':>9}"
        yield from map(_staffed, rows)
        yield f"{'agent hours':40} {sum(row.calls for row in rows):8.0f} {sum(row.agents for row in rows):7}"
    yield ""
    yield f"{sum(row.agents for row in staffing.rows)} agent hours in all"


def _staffed(row: Row) -> str:
    return f"{hour(row.begins):40} {row.calls:8.1f} {row.agents:7} {percent(row.level):>7} {row.erlang:9}"


def difference_told(difference: Difference) -> Iterator[str]:
    """The backtest as lines of text."""
    elsewhere = difference.elsewhere
    yield f"{difference.calls} calls: {len(elsewhere)} end elsewhere, {difference.otherwise} end there otherwise"
    if not difference.any:
        yield "No difference."
        return
    for call in elsewhere[:MOST_SHOWN]:
        yield from _moved(call)
    if len(elsewhere) > MOST_SHOWN:
        yield f"  and {len(elsewhere) - MOST_SHOWN} more: --json lists them all"
    yield ""
    yield f"{'':8} {COLUMNS}"
    yield f"{'old':8} {_figures(difference.old, 1)}"
    yield f"{'new':8} {_figures(difference.new, 1)}"
    yield ""
    for bill in difference.bills:
        old, new, change = (written(cents, bill.currency) for cents in (bill.old, bill.new, bill.new - bill.old))
        yield f"{bill.client:24} {old:>14} -> {new:>14}  {change:>14} net"


def _moved(call: Elsewhere) -> Iterator[str]:
    yield f"  {local(call.arrived):%Y-%m-%d %H:%M:%S} {call.call} {call.client or '-'}: {call.old} -> {call.new}"
    yield f"      because {_step(call.old_step)} -> {_step(call.new_step)}"


def _step(step: Step | None) -> str:
    if step is None:
        return "nothing more"
    because = f", {' '.join(step.because.split())}" if step.because else ""
    return f"{step.rule}: {step.outcome}{because}"


def plain(value: Any) -> Any:
    """Dataclasses, enumerations and tuples as what JSON knows; waits stay milliseconds, instants since 1970."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, str | Enum):
        return str(value)
    return [plain(each) for each in value] if isinstance(value, Sequence) else value
