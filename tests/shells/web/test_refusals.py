"""Agents are refused in their language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.web.refusals import GERMAN
from tests.shells.web.desk import ANNA, NOT_NOW, FakeDesk, bearer, running

SOURCES = [*Path("router/core").rglob("*.py"), *Path("router/engine").rglob("*.py")]


def refused() -> Iterator[str]:
    """Every whole sentence with which the core or the engine refuses."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RequestRefused":
                for part in ast.walk(node):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.endswith("."):
                        yield part.value


def test_every_whole_sentence_is_known_in_german() -> None:
    sentences = {sentence for sentence in refused() if sentence[:1].isupper() and len(sentence) > 10}
    assert len(sentences) > 15
    begun = {"There is no queue ", "Nobody has the extension "}  # these name what was asked for
    assert sentences - GERMAN.keys() - begun == set()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "No call is offered to you now."),
        ({"Accept-Language": "en-GB"}, "No call is offered to you now."),
        ({"Accept-Language": "de-AT,en;q=0.5"}, "Ihnen wird gerade kein Anruf angeboten."),
    ],
)
async def test_a_browser_is_refused_in_its_language_a_program_in_english(asked: dict[str, str], told: str) -> None:
    path = "/api/v1/agents/anna/accept"
    async with (
        running(FakeDesk(refusal=NOT_NOW)) as at,
        at.http.post(path, headers={**bearer(ANNA), **asked}) as answer,
    ):
        assert (answer.status, (await answer.json())["error"]["message"]) == (409, told)
