"""The simulation finds what is planted, and nothing where nothing is planted."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.sim.faults.planted import BUGS, EditIsOutdated, Planted, copied, plant, simulate

SIDE_BY_SIDE = 2


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CompletedProcess[str]]:
    """Each bug's simulation by the bug's name, and that of the product as it is by none."""

    def run(bug: Planted | None) -> CompletedProcess[str]:
        root = copied(tmp_path_factory.mktemp("planted"))
        if bug is None:
            return simulate(root, seed=1, calls=150)
        plant(bug, root)
        return simulate(root, seed=bug.seed, calls=bug.calls)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return dict(zip(["", *(bug.name for bug in BUGS)], pool.map(run, [None, *BUGS]), strict=True))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Planted, runs: dict[str, CompletedProcess[str]]) -> None:
    told = runs[bug.name]
    assert told.returncode == 1, f"not found in {bug.calls} calls, though {bug.breaks}\n{told.stdout}{told.stderr}"
    assert "again: python -m router.sim.faults --seed" in told.stdout, told.stdout + told.stderr


def test_nothing_is_found_where_nothing_is_planted(runs: dict[str, CompletedProcess[str]]) -> None:
    assert runs[""].returncode == 0, runs[""].stdout + runs[""].stderr


def test_an_edit_that_fits_no_more_is_told_of_by_name(tmp_path: Path) -> None:
    gone = Planted(name="long gone", file="router/core/ids.py", old="no such text", new="", breaks="nothing", seed=1)
    (tmp_path / "router" / "core").mkdir(parents=True)
    (tmp_path / "router" / "core" / "ids.py").write_text("something else")
    with pytest.raises(EditIsOutdated, match="long gone: the old text occurs 0 times"):
        plant(gone, tmp_path)
