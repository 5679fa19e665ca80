"""`vorzimmer simulate` and `vorzimmer backtest` as a user has them."""

import asyncio
import json
import re
import shutil
from pathlib import Path

import pytest

from router.config.loading import load
from router.core.view import SeatView
from router.db.chronicle import SqlChronicle
from router.db.database import open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from router.sim.duty import everybody
from router.sim.profile import OFFICE_DAY, callers, profile_of
from router.sim.running import Plan, run
from router.sim.world import World
from tests.shells.cli.conftest import Vorzimmer, vorzimmer  # the command as a fixture
from tests.sim.houses import MONDAY

__all__ = ["vorzimmer"]

CONFIG = Path(__file__).parents[2] / "config"
KRAUSE, ADLER = "+493023125010", "+496990009020"
DAY = ("--config", str(CONFIG), "--day", "2026-11-23", "--calls-a-day", "120")


def recorded(folder: Path, count: int = 60) -> Path:
    """An hour of calls to the demo's clients."""
    calls = [
        {
            "call": f"c{number}",
            "at": f"2026-11-23T09:{number:02}:00",
            "dialled": ADLER if number % 3 else KRAUSE,
            "caller": f"+491713920{number:03}",
            "talk": 95,
            "wrap_up": 20,
        }
        for number in range(count)
    ]
    file = folder / "calls.jsonl"
    file.write_text("\n".join(json.dumps(call) for call in calls), encoding="utf-8")
    return file


def other_config(folder: Path, name: str, old: str, new: str) -> Path:
    """The demo's configuration with one change."""
    copy = folder / "new"
    shutil.copytree(CONFIG, copy)
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new), encoding="utf-8")
    return copy


async def keep_a_morning(file: Path) -> int:
    """A simulated morning, kept in a database as the engine keeps a real one; how many calls it had."""
    house, seats = load(CONFIG, environ={}, now=MONDAY).house, list[SeatView]()
    profile = profile_of({"calls": 60, "hours": [0] * 9 + [1] * 2 + [0] * 13}, Path("profile.yaml"))
    come = callers(profile, house, MONDAY, 1)
    world = World(seed=1, habits=profile.habits(), seats=seats.append)
    records = list(run(world, Plan(begins=MONDAY, house=house, duty=everybody(house, MONDAY)), come))
    async with open_database(f"sqlite:///{file}", create=True) as database:
        await upgrade(database)
        await SqlChronicle(database).keep_presences(seats)
        for record in records:
            await SqlLedger(database).settle_all([record])
    return len(records)


def test_calls_and_agents_are_had_again_out_of_the_database(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    kept = asyncio.run(keep_a_morning(tmp_path / "kept.db"))
    url = ("--database", f"sqlite:///{tmp_path / 'kept.db'}", "--agents", "recorded")
    ran = vorzimmer("simulate", "--config", str(CONFIG), "--recorded", *url, "--json")
    found = json.loads(ran.out)["results"]
    assert found["arrived"] == kept
    assert found["occupancy"] > 0
    ran = vorzimmer("backtest", str(CONFIG), str(CONFIG), *url)
    assert ran.lines == [f"{kept} calls: 0 end elsewhere, 0 end there otherwise", "No difference."]


def test_a_day_is_told_hour_by_hour_and_the_same_each_time(vorzimmer: Vorzimmer) -> None:
    ran = vorzimmer("simulate", *DAY)
    assert (ran.status, ran.err) == (0, "")
    assert "service level" in ran.lines[0]
    assert "2026-11-23 10:00" in ran.out
    for title in ("service level in % by queue", "occupancy in % by skill", "occupancy in % by team"):
        assert title in ran.lines
    assert vorzimmer("simulate", *DAY).out == ran.out
    assert vorzimmer("simulate", *DAY, "--seed", "2").out != ran.out


def test_json_has_all_that_the_text_has(vorzimmer: Vorzimmer) -> None:
    ran = vorzimmer("simulate", *DAY, "--json", "--runs", "2", "--staffing", "80/20")
    found = json.loads(ran.out)
    assert len(found["results"]["hours"]) == len(OFFICE_DAY)
    assert found["results"]["runs"] == 2
    assert 0 <= found["results"]["overall"]["level"] <= 1
    assert found["staffing"]["rows"][0]["agents"] >= 1


def test_the_page_and_the_charts_need_nothing_from_elsewhere(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    ran = vorzimmer("simulate", *DAY, "--html", "day.html", "--svg", "charts")
    assert ran.status == 0
    page = (tmp_path / "day.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert 'lang="de"' in page
    assert not [word for word in ("<script", "<link", "<img", "@import", 'src="http', 'href="http') if word in page]
    svgs = sorted(file.name for file in (tmp_path / "charts").iterdir())
    assert svgs == ["anrufe.svg", "auslastung.svg", "servicelevel.svg", "wartezeit.svg"]
    assert "Servicelevel" in (tmp_path / "charts/servicelevel.svg").read_text(encoding="utf-8")


def test_the_page_says_what_was_played(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    vorzimmer("simulate", *DAY, "--runs", "2", "--seed", "7", "--html", "day.html")
    page = (tmp_path / "day.html").read_text(encoding="utf-8")
    about = f"23.11.2026 · 2 Durchläufe (runs) · Startwert (seed) 7 · Konfiguration {CONFIG}"
    assert f"</h1><p>{about}</p>" in page
    assert re.search(r"<dt>Servicelevel in 20 s</dt><dd>[0-9,]+\s% ± [0-9,]+ ", page)


def test_the_page_of_a_period_names_both_its_days_and_one_run_has_no_interval(
    vorzimmer: Vorzimmer, tmp_path: Path
) -> None:
    file = recorded(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("2026-11-23T09:59", "2026-11-24T09:59"), encoding="utf-8")
    vorzimmer("simulate", "--config", str(CONFIG), "--calls", str(file), "--html", "week.html")
    page = (tmp_path / "week.html").read_text(encoding="utf-8")
    assert "<p>23.11.2026 bis 24.11.2026 · 1 Durchlauf (run) · " in page
    assert "±" not in page


def test_recorded_calls_are_simulated_with_everybody_at_work(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    ran = vorzimmer(
        "simulate", "--config", str(CONFIG), "--calls", str(recorded(tmp_path)), "--agents", "everybody", "--json"
    )
    assert json.loads(ran.out)["results"]["arrived"] == 60


def test_the_same_configuration_twice_has_no_difference(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    ran = vorzimmer("backtest", str(CONFIG), str(CONFIG), "--calls", str(recorded(tmp_path)), "--fail-on-change")
    assert ran.status == 0
    assert ran.lines == ["60 calls: 0 end elsewhere, 0 end there otherwise", "No difference."]


def test_a_changed_configuration_is_told_call_by_call(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    calls = str(recorded(tmp_path))
    new = other_config(tmp_path, "house.yaml", '"+493023125666"', '"+491713920000"')
    ran = vorzimmer("backtest", str(CONFIG), str(new), "--calls", calls)
    assert ran.status == 0
    assert "c0 krause: served (caller_hung_up) -> blocked (block_list)" in ran.out
    assert "because screening: " in ran.out
    assert "-1.72 EUR net" in ran.out  # 0.59, and 115 s of handling
    assert vorzimmer("backtest", str(CONFIG), str(new), "--calls", calls, "--fail-on-change").status == 1
    found = json.loads(vorzimmer("backtest", str(CONFIG), str(new), "--calls", calls, "--json").out)
    assert found["elsewhere"][0]["new_step"]["outcome"] == "blocked"
    assert {bill["client"] for bill in found["bills"]} == {"adler", "krause"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--day", "24.12.2026"), "'24.12.2026' is no day; write it as 2026-12-24"),
        (("--day", "monday"), "'monday' is no day; write it as 2026-11-23"),
        (("--staffing", "80"), "write it as 80/20"),
        (("--staffing", "120/20"), "write it as 80/20"),
        (("--runs", "0"), "no number of at least 1"),
        (("--within", "soon"), "no number of seconds"),
        (("--profile", "none.yaml"), "none.yaml: No such file or directory"),
        (("--agents", "recorded"), "--agents recorded needs --recorded"),
        (("--calls", "x.csv", "--agents", "recorded"), "No such file"),
        (("--html", "nowhere/day.html"), "nowhere is no folder"),
        (("--recorded", "--day", "2026-11-23"), "either a profile or real calls"),
        (("--calls", "none.jsonl"), "none.jsonl: No such file or directory"),
    ],
)
def test_what_cannot_be_simulated_is_said_in_one_sentence(
    vorzimmer: Vorzimmer, arguments: tuple[str, ...], says: str
) -> None:
    ran = vorzimmer("simulate", "--config", str(CONFIG), *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err


def test_a_profile_that_is_no_yaml_or_knows_other_keys_is_refused(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    for text, says in (
        ("a: [", "is no YAML"),
        ("calls: 9\npatiense: 3", "profile.yaml:2: unknown key"),
        ("talk:\n  spread: fixed\n  mean: a", "profile.yaml:3: talk.mean: "),
        ("talk:\n  spread: fixed", "profile.yaml:1: talk.mean: this key is missing"),
    ):
        (tmp_path / "profile.yaml").write_text(text, encoding="utf-8")
        ran = vorzimmer("simulate", "--config", str(CONFIG), "--profile", "profile.yaml")
        assert ran.status == 2
        assert says in ran.err


def test_mistakes_of_a_profile_are_told_in_the_order_of_its_lines(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_text('patiense: 3\ncalls: "95,5"\n', encoding="utf-8")
    ran = vorzimmer("simulate", "--config", str(CONFIG), "--profile", "profile.yaml")
    assert ran.err == (
        'vorzimmer: profile.yaml:1: unknown key "patiense"; did you mean patience?\n'
        'profile.yaml:2: calls: "95,5" is not a number; write 95.5\n'
        "docs/simulation.md shows a profile with every key\n"
    )


def test_an_empty_file_has_no_calls_to_play(vorzimmer: Vorzimmer, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("at,dialled\n", encoding="utf-8")
    ran = vorzimmer("backtest", str(CONFIG), str(CONFIG), "--calls", "calls.csv")
    assert (ran.status, ran.err) == (2, "vorzimmer: there are no calls in calls.csv to play\n")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("simulate", ["--profile", "--staffing 80/20", "--html", "--svg", "--runs", "docs/simulation.md", "--seed"]),
        ("backtest", ["OLD", "NEW", "--calls", "--since", "--fail-on-change", "--json", "docs/simulation.md"]),
    ],
)
def test_help_shows_examples(vorzimmer: Vorzimmer, command: str, words: list[str]) -> None:
    ran = vorzimmer(command, "--help")
    assert ran.status == 0
    assert "examples:" in ran.out
    assert [word for word in words if word not in ran.out] == []
