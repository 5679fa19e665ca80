"""The page on reliability has a figure from every scenario, and names none that is not there."""

import re

import pytest

from tests.chaos import SCENARIOS
from tests.docs.pages import ROOT

ROW = re.compile(r"^\| [^|]+ \| `make chaos SCENARIO=(\w+)` \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_has_its_figures(scenario: str) -> None:
    assert scenario in ROW.findall(PAGE)


def test_only_scenarios_that_are_there_are_named() -> None:
    assert set(ROW.findall(PAGE)) <= SCENARIOS.keys()
