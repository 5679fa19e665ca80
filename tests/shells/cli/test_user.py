"""`vorzimmer user` adds people, lets them in, and keeps them out."""

import asyncio
from pathlib import Path

import pytest

from router.cli import main
from router.db.database import open_database
from router.db.schema import upgrade


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'v.db'}"

    async def made() -> None:
        async with open_database(url, create=True) as opened:
            await upgrade(opened)

    asyncio.run(made())
    return url


def test_who_is_added_gets_a_link_and_may_be_kept_out(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", "Anna", "--role", "agent", "--agent", "anna", "--database", database]) == 0
    assert capsys.readouterr().out.startswith("/invite/")
    for change in ("reset", "unlock", "disable"):
        assert main(["user", change, "anna", "--database", database]) == 0
    capsys.readouterr()
    assert main(["user", "list", "--database", database]) == 0
    assert capsys.readouterr().out == "anna  agent  anna  disabled\n"


def test_roles_are_changed_links_are_whole_and_all_of_it_is_on_record(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--database", database]
    assert (
        main(["user", "add", "anna", "--role", "agent", "--agent", "anna", "--at", "https://desk.example/", *at]) == 0
    )
    assert capsys.readouterr().out.startswith("https://desk.example/invite/")
    assert main(["user", "roles", "anna", "--role", "supervisor", "--role", "billing", *at]) == 0
    assert main(["user", "list", *at]) == 0
    assert capsys.readouterr().out == "anna  billing supervisor  -  invited\n"
    assert main(["user", "remove", "anna", *at]) == 0
    assert main(["user", "list", *at]) == 0
    assert capsys.readouterr().out == ""
    assert main(["user", "audit", "anna", "--limit", "3", *at]) == 0
    lines = [line.split("  ")[2] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["remove", "roles: billing supervisor", "invited"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["unlock", "nobody"], "Nobody is called nobody"),
        (["add", "bernd", "--role", "agent"], "go together"),
        (["roles", "nobody", "--role", "agent"], "go together"),
        (["roles", "nobody", "--role", "billing"], "Nobody is called nobody"),
        (["add", "a b", "--role", "billing"], "cannot be a login name"),
    ],
)
def test_mistakes_are_told(database: str, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", *words, "--database", database]) != 0
    assert told in capsys.readouterr().err
