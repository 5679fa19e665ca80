"""The generator on a small API of its own, and the committed files as Python."""

import ast
import json
from pathlib import Path

import pytest

from router.ari.generate import __main__ as generate
from router.ari.generate.__main__ import TARGET, differences, emit, main, write
from router.ari.generate.swagger import load

EVENTS = {
    "apis": [
        {
            "path": "/events",
            "operations": [
                {"nickname": "eventWebsocket", "httpMethod": "GET", "responseClass": "Message", "upgrade": "websocket"}
            ],
        }
    ],
    "models": {
        "Message": {"subTypes": ["Event"], "properties": {"type": {"type": "string", "required": True}}},
        "Event": {"subTypes": ["Rang"], "properties": {"application": {"type": "string", "required": True}}},
        "Rang": {"properties": {"bells": {"type": "List[Bell]", "required": True}, "loud": {"type": "boolean"}}},
    },
}
BELLS = {
    "apis": [
        {
            "path": "/bells/{bellId}/ring",
            "operations": [
                {
                    "nickname": "ringNow",
                    "httpMethod": "POST",
                    "responseClass": "List[Bell]",
                    "description": "A sentence that is not ours.",
                    "parameters": [
                        {"name": "bellId", "paramType": "path", "dataType": "string", "required": True},
                        {"name": "from", "paramType": "query", "dataType": "int", "required": True},
                        {
                            "name": "how",
                            "paramType": "query",
                            "dataType": "string",
                            "allowMultiple": True,
                            "allowableValues": {"valueType": "LIST", "values": ["loud", "long"]},
                        },
                        {"name": "variables", "paramType": "body", "dataType": "containers"},
                    ],
                    "errorResponses": [{"code": 409}, {"code": "404"}],
                }
            ],
        }
    ],
    "models": {"Bell": {"description": "Not ours.", "properties": {"id": {"type": "string", "required": True}}}},
}


@pytest.fixture
def rest_api(tmp_path: Path) -> Path:
    for name, content in {"events": EVENTS, "bells": BELLS, "resources": {}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def test_an_operation_becomes_a_typed_method(rest_api: Path) -> None:
    text = emit(load(rest_api))["bells.py"]
    assert 'RingNowHow = Literal["loud", "long"]' in text
    assert "from_: int,\n        how: RingNowHow | Sequence[RingNowHow] | None = None," in text
    assert "-> tuple[models.Bell, ...]:" in text
    assert '"""POST /bells/{bellId}/ring; errors 404, 409."""' in text
    assert 'query = {"from": from_, "how": how}' in text
    assert 'body=wrapped("variables", variables)' in text
    assert "not ours" not in text.lower()


def test_an_event_becomes_a_frozen_dataclass(rest_api: Path) -> None:
    files = emit(load(rest_api))
    assert "bells: tuple[models.Bell, ...]\n    loud: bool | None\n" in files["events.py"]
    assert 'id=wire.key(raw, "id")' in files["models.py"]
    for text in files.values():
        ast.parse(text)


def test_check_tells_changed_missing_and_surplus_files(
    rest_api: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "generated"
    monkeypatch.setattr(generate, "TARGET", target)
    assert main([str(rest_api)]) == 0
    assert main([str(rest_api), "--check"]) == 0
    (target / "bells.py").write_text("changed")
    (target / "models.py").unlink()
    (target / "surplus.py").touch()
    assert main([str(rest_api), "--check"]) == 1
    told = capsys.readouterr().out
    assert [name for name in ("bells", "events", "models", "surplus") if f"{name}.py" in told] == [
        "bells", "models", "surplus",
    ]  # fmt: skip
    files = emit(load(rest_api))
    write(files, target)
    assert differences(files, target) == []


def test_a_folder_without_an_api_is_a_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([str(tmp_path)])
    assert caught.value.code == 2
    assert "no swagger files here" in capsys.readouterr().err


def test_the_committed_files_hold_no_sentences_of_asterisk() -> None:
    for path in TARGET.glob("*.py"):
        docstrings = [
            ast.get_docstring(node) or ""
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ClassDef | ast.AsyncFunctionDef | ast.FunctionDef)
        ]
        assert all(len(docstring) < 100 for docstring in docstrings), path
