"""The simulation finds what is planted, and nothing in the same world where nothing is planted."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from router.sim.faults.world import CALLS
from tests.sim.faults.planted import BUGS, EditIsOutdated, Planted, copied, plant, simulate

SIDE_BY_SIDE = 2
FOUND = re.compile(r"^again: python -m router\.sim\.faults --seed (\d+)", re.MULTILINE)


@pytest.fixture(scope="module")
def unspoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("unspoilt"))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CompletedProcess[str]]:
    """Each bug's simulation by the bug's name."""

    def run(bug: Planted) -> CompletedProcess[str]:
        root = copied(tmp_path_factory.mktemp("planted"))
        plant(bug, root)
        return simulate(root, seed=bug.seed, calls=bug.calls, mix=bug.mix)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return dict(zip([bug.name for bug in BUGS], pool.map(run, BUGS), strict=True))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found_and_only_it(
    bug: Planted, runs: dict[str, CompletedProcess[str]], unspoilt: Path
) -> None:
    told = runs[bug.name]
    assert told.returncode == 1, f"not found in {bug.calls} calls, though {bug.breaks}\n{told.stdout}{told.stderr}"
    found = FOUND.search(told.stdout)
    assert found is not None, told.stdout + told.stderr
    without = simulate(unspoilt, seed=int(found[1]), calls=CALLS, mix=bug.mix)
    assert without.returncode == 0, f"found without it, too\n{without.stdout}{without.stderr}"


def test_nothing_is_found_where_nothing_is_planted(unspoilt: Path) -> None:
    told = simulate(unspoilt, seed=1, calls=150)
    assert told.returncode == 0, told.stdout + told.stderr


def test_an_edit_that_fits_no_more_is_told_of_by_name(tmp_path: Path) -> None:
    gone = Planted(name="long gone", file="router/core/ids.py", old="no such text", new="", breaks="nothing", seed=1)
    (tmp_path / "router" / "core").mkdir(parents=True)
    (tmp_path / "router" / "core" / "ids.py").write_text("something else")
    with pytest.raises(EditIsOutdated, match="long gone: the old text occurs 0 times"):
        plant(gone, tmp_path)
