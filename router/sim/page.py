"""The results of a simulation as one HTML page that needs nothing else: figures, charts, tables. German first."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from router.sim.charts import charts
from router.sim.results import Figures, Results
from router.sim.staffing import Staffing
from router.sim.wording import hour, percent, seconds

STYLE = """
:root { color-scheme: light; font-family: system-ui, sans-serif; color: #1f2933; background: #fff }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.4 }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem }
dt { font-size: .85rem; color: #52606d } dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums }
svg { width: 100%; height: auto } figure { margin: 1rem 0 } .wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem }
th, td { padding: .25rem .7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid #d9dee5 }
th:first-child, td:first-child { text-align: left }
"""
HEADINGS = (
    "Anrufe",
    "angenommen",
    "Servicelevel",
    "Wartezeit Ø",
    "p50",
    "p90",
    "p99",
    "aufgelegt",
    "Überlauf",
)


def page(results: Results, title: str, staffing: Staffing | None = None, *, about: Sequence[str] = ()) -> str:
    """The whole page; `about` tells under the title what was played."""
    drawings = "\n".join(
        f'<figure role="img" aria-label="{name}">{svg}</figure>' for name, svg in charts(results).items()
    )
    parts = (
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(' · '.join(about))}</p>" if about else "",
        _summary(results),
        f"<h2>Tagesverlauf (over the day)</h2>{drawings}",
        _table("Warteschlangen (queues)", "Warteschlange", results.lines.items(), results.runs),
        _table("Stunden (hours)", "Stunde", ((hour(one.begins), one.figures) for one in results.hours), results.runs),
        _occupancies(results),
        _staffing(staffing) if staffing else "",
    )
    phone = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    head = f'<meta charset="utf-8">{phone}<title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="de"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _summary(results: Results) -> str:
    one = results.overall
    within = f"{results.within / 1000:g} s"
    facts = {
        "Anrufe (calls)": f"{results.arrived / results.runs:.0f}",
        f"Servicelevel in {within}": _german(percent(one.level)) + _spread(results),
        "Wartezeit Ø (mean wait)": f"{_german(seconds(one.mean))} s",
        "Aufgelegt (abandoned)": _german(percent(one.abandonment)),
        "Auslastung (occupancy)": _german(percent(results.occupancy)),
    }
    return f"<dl>{''.join(f'<div><dt>{escape(name)}</dt><dd>{value}</dd></div>' for name, value in facts.items())}</dl>"


def _spread(results: Results) -> str:
    """Half the 95 % interval, in points, where there is more than one run."""
    return "" if results.spread is None else f" ± {_german(f'{results.spread * 100:.1f}')} (95-%-Intervall)"


def _table(title: str, first: str, rows: Iterable[tuple[str, Figures]], runs: int) -> str:
    cells = ((name, *_cells(figures, runs)) for name, figures in rows)
    return f"<h2>{escape(title)}</h2>{_grid((first, *HEADINGS), cells)}"


def _cells(one: Figures, runs: int) -> Iterator[str]:
    yield f"{one.calls / runs:.0f}"
    yield f"{one.answered / runs:.0f}"
    yield _german(percent(one.level))
    for wait in (one.mean, one.p50, one.p90, one.p99):
        yield f"{_german(seconds(wait))} s" if wait is not None else "-"
    yield _german(percent(one.abandonment))
    yield f"{one.overflowed / runs:.0f}"


def _german(figure: str) -> str:
    """With a decimal comma and a blank before the sign: `52,9 %`."""
    return figure.replace(".", ",").replace("%", "\N{NO-BREAK SPACE}%")


def _occupancies(results: Results) -> str:
    names = list(results.skills)
    rows = [(hour(one.begins), *(_german(percent(one.skills[name])) for name in names)) for one in results.hours]
    rows.append(("alle (all)", *(_german(percent(results.skills[name])) for name in names)))
    skills = f"<h2>Auslastung je Fähigkeit (occupancy by skill)</h2>{_grid(('Stunde', *names), rows)}" if names else ""
    teams = _grid(("Team", "Auslastung"), [(name, _german(percent(share))) for name, share in results.teams.items()])
    return skills + (f"<h2>Auslastung je Team (occupancy by team)</h2>{teams}" if results.teams else "")


def _staffing(staffing: Staffing) -> str:
    target = f"{staffing.target.share:.0%} in {staffing.target.within / 1000:g} s"
    rows = (
        (
            row.group,
            hour(row.begins),
            _german(f"{row.calls:.1f}"),
            str(row.agents),
            _german(percent(row.level)),
            str(row.erlang),
        )
        for row in staffing.rows
    )
    headings = ("Gruppe", "Stunde", "Anrufe", "Telefonisten", "Servicelevel", "Erlang C")
    return f"<h2>Personalbedarf für {escape(target)} (staffing)</h2>{_grid(headings, rows)}"


def _grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
