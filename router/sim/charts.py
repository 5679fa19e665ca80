"""Charts of a simulation as SVG, without any asset from elsewhere; German first.

matplotlib is large and only needed here: it is brought in when a chart is drawn.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from router.core.errors import SetUpFailed
from router.sim.results import Hour, Results
from router.sim.wording import local

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, CALLS, LOST, LINE, GRID = "#1f2933", "#7b9acc", "#c8553d", "#1b4965", "#d9dee5"
SIZE = (9.0, 3.2)  # inches
Drawing = Callable[["Axes", Results], None]


def charts(results: Results) -> dict[str, str]:
    """Each chart's name and its SVG; `require` tells whether they can be drawn."""
    return {name: _svg(title, draw, results) for name, (title, draw) in _CHARTS.items()}


def write_svg(results: Results, directory: Path) -> Sequence[Path]:
    """One file a chart, named after it."""
    directory.mkdir(parents=True, exist_ok=True)
    return [_written(directory / f"{name}.svg", svg) for name, svg in charts(results).items()]


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def require() -> None:
    """Raises `SetUpFailed` where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise SetUpFailed("charts need matplotlib: install vorzimmer[charts]")


def _svg(title: str, draw: Drawing, results: Results) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    text = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "vorzimmer", "font.family": "sans-serif"}):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.add_subplot()
        _frame(axes, title, results.hours)
        draw(axes, results)
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()[text.getvalue().index("<svg") :]


def _frame(axes: "Axes", title: str, hours: Sequence[Hour]) -> None:
    axes.set_title(title, loc="left", color=INK, fontsize=11)
    axes.set_xlabel("Uhrzeit (hour of the day)", color=INK)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    step = max(1, len(hours) // 24)
    places = range(0, len(hours), step)
    axes.set_xlim(-0.7, len(hours) - 0.3)
    axes.set_xticks(list(places), [_clock(hours[place]) for place in places], fontsize=8)


def _clock(hour: Hour) -> str:
    return local(hour.begins).strftime("%H")


def _calls(axes: "Axes", results: Results) -> None:
    places, runs = range(len(results.hours)), results.runs
    answered = [hour.figures.answered / runs for hour in results.hours]
    lost = [(hour.figures.calls - hour.figures.answered) / runs for hour in results.hours]
    axes.bar(places, answered, color=CALLS, label="angenommen (answered)")
    axes.bar(places, lost, bottom=answered, color=LOST, label="verloren (lost)")
    axes.set_ylabel("Anrufe (calls)", color=INK)
    _legend(axes)


def _waits(axes: "Axes", results: Results) -> None:
    for percent, colour in (("p50", CALLS), ("p90", LINE), ("p99", LOST)):
        waits = [_seconds(getattr(hour.figures, percent)) for hour in results.hours]
        axes.plot(range(len(waits)), waits, marker="o", markersize=3, color=colour, label=percent)
    axes.set_ylabel("Wartezeit in s (wait)", color=INK)
    axes.set_ylim(bottom=0)
    _legend(axes)


def _level(axes: "Axes", results: Results) -> None:
    levels = [_percent(hour.figures.level) for hour in results.hours]
    axes.plot(range(len(levels)), levels, marker="o", markersize=3, color=LINE, label="Servicelevel (service level)")
    lost = [_percent(hour.figures.abandonment) for hour in results.hours]
    axes.plot(range(len(lost)), lost, marker="o", markersize=3, color=LOST, label="aufgelegt (abandoned)")
    axes.set_ylabel("%", color=INK)
    axes.set_ylim(0, 103)
    _legend(axes)


def _occupancy(axes: "Axes", results: Results) -> None:
    busy = [_percent(hour.occupancy) for hour in results.hours]
    axes.bar(range(len(busy)), busy, color=CALLS, label="Auslastung in % (occupancy)")
    axes.set_ylim(0, 103)
    axes.set_ylabel("%", color=INK)
    agents = axes.twinx()
    agents.step(range(len(busy)), [hour.on_duty for hour in results.hours], where="mid", color=LINE)
    agents.set_ylim(0, 1.15 * max((hour.on_duty for hour in results.hours), default=1) or 1)
    agents.set_ylabel("Telefonisten im Dienst (agents)", color=LINE)
    _legend(axes)


def _legend(axes: "Axes") -> None:
    axes.legend(frameon=False, fontsize=8, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, borderaxespad=0.2)


def _seconds(millis: int | None) -> float:
    return float("nan") if millis is None else millis / 1000


def _percent(share: float | None) -> float:
    return float("nan") if share is None else share * 100


_CHARTS: Mapping[str, tuple[str, Drawing]] = {
    "anrufe": ("Anrufe je Stunde (calls an hour)", _calls),
    "wartezeit": ("Wartezeit der Angenommenen (wait of the answered)", _waits),
    "servicelevel": ("Servicelevel und Aufleger (service level, abandonment)", _level),
    "auslastung": ("Auslastung und Besetzung (occupancy, staffing)", _occupancy),
}
