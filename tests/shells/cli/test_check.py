"""`vorzimmer check`: mistakes with exit status 1, warnings with 0, and both for programs."""

import json
from pathlib import Path

import pytest

from tests.shells.cli.conftest import Vorzimmer
from tests.shells.config.houses import edited, written

FINE = "2 clients, 1 staff member, 1 agent, 1 trunk, 2 numbers, 1 tariff: fine"
BROKEN = edited("clients.yaml", "tariff: standard\n    skills: [general]", "tariff: x1\n    skills: [x2]")
BLOCKED_TWICE = edited(
    "clients.yaml", "    vips:\n", '    block: [{prefix: "0900"}, {number: "0900 123456"}]\n    vips:\n'
)
WARNING = (
    "clients.yaml:16:31: warning: this entry never counts: clients.yaml:16:13 means all of its callers, and counts "
    "first; remove it, or narrow the other one"
)


def test_a_good_configuration_is_counted(vorzimmer: Vorzimmer, config: Path) -> None:
    ran = vorzimmer("check", "--config", str(config))
    assert (ran.status, ran.lines) == (0, [FINE])


def test_every_mistake_is_told_with_its_place(vorzimmer: Vorzimmer, config: Path) -> None:
    written(config, BROKEN)
    ran = vorzimmer("check")
    assert ran.status == 1
    assert [line.split(" ")[0] for line in ran.lines] == ["clients.yaml:6:13:", "clients.yaml:7:14:"]


@pytest.mark.parametrize(("options", "status"), [((), 0), (("--strict",), 1)])
def test_warnings_are_told_and_counted(
    options: tuple[str, ...], status: int, vorzimmer: Vorzimmer, config: Path
) -> None:
    written(config, BLOCKED_TWICE)
    ran = vorzimmer("check", *options)
    assert (ran.status, ran.lines) == (status, [WARNING, f"{FINE}, 1 warning"])


def test_strictness_minds_nothing_when_there_is_no_warning(vorzimmer: Vorzimmer, config: Path) -> None:
    assert vorzimmer("check", "--strict", "--config", str(config)).status == 0


def test_programs_read_warnings_as_json(vorzimmer: Vorzimmer, config: Path) -> None:
    written(config, BLOCKED_TWICE)
    told = json.loads(vorzimmer("check", "--json").out)
    assert (told["fine"], told["mistakes"], told["counts"]["client"]) == (True, [], 2)
    (warning,) = told["warnings"]
    assert (warning["file"], warning["line"], warning["column"]) == ("clients.yaml", 16, 31)


def test_programs_read_mistakes_as_json(vorzimmer: Vorzimmer, config: Path) -> None:
    written(config, BROKEN)
    ran = vorzimmer("check", "--json")
    told = json.loads(ran.out)
    assert (ran.status, told["fine"], told["version"], told["warnings"]) == (1, False, None, [])
    assert [(found["line"], found["column"]) for found in told["mistakes"]] == [(6, 13), (7, 14)]


def test_the_demo_is_fine_without_a_warning(vorzimmer: Vorzimmer) -> None:
    demo = Path(__file__).parents[3] / "config"
    ran = vorzimmer("check", "--strict", "--config", str(demo))
    assert (ran.status, len(ran.lines)) == (0, 1)


def test_a_folder_without_files_is_a_mistake(vorzimmer: Vorzimmer) -> None:
    ran = vorzimmer("check")
    assert ran.status == 1
    assert "there are no *.yaml files here" in ran.out
