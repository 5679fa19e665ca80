"""Asterisk's swagger 1.1 files as types; only what the generator uses."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation; `place` is path, query or body."""

    name: str
    place: str
    type: str
    required: bool
    many: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    name: str
    method: str
    path: str
    returns: str
    websocket: bool
    parameters: tuple[Parameter, ...]
    errors: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One field of a model."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One JSON object of the API; `subtypes` are the names of the models that extend it."""

    name: str
    properties: tuple[Property, ...]
    subtypes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One file: a resource with its operations and models."""

    name: str
    operations: tuple[Operation, ...]
    models: tuple[Model, ...]


def load(folder: Path) -> tuple[Api, ...]:
    """All resources of a `rest-api` folder, by name; raises FileNotFoundError when there are none."""
    files = sorted(path for path in folder.glob("*.json") if path.name != "resources.json")
    if not files:
        raise FileNotFoundError(
            f"{folder}: no swagger files here; give the rest-api folder of an Asterisk installation"
        )
    return tuple(_api(path.stem, json.loads(path.read_text("utf-8"))) for path in files)


def _api(name: str, raw: Json) -> Api:
    operations = [_operation(entry["path"], item) for entry in raw["apis"] for item in entry["operations"]]
    models = [_model(key, item) for key, item in raw.get("models", {}).items()]
    return Api(name=name, operations=tuple(operations), models=tuple(models))


def _operation(path: str, raw: Json) -> Operation:
    return Operation(
        name=raw["nickname"],
        method=raw["httpMethod"],
        path=path,
        returns=raw["responseClass"],
        websocket=raw.get("upgrade") == "websocket",
        parameters=tuple(_parameter(item) for item in raw.get("parameters", ())),
        errors=tuple(sorted(int(item["code"]) for item in raw.get("errorResponses", ()))),
    )


def _parameter(raw: Json) -> Parameter:
    allowed = raw.get("allowableValues") or {}
    return Parameter(
        name=raw["name"],
        place=raw["paramType"],
        type=raw["dataType"],
        required=bool(raw.get("required")) or raw["paramType"] == "path",
        many=bool(raw.get("allowMultiple")),
        values=tuple(allowed.get("values", ())) if allowed.get("valueType") == "LIST" else (),
    )


def _model(name: str, raw: Json) -> Model:
    properties = [
        Property(name=key, type=item["type"], required=bool(item.get("required")))
        for key, item in raw["properties"].items()
    ]
    return Model(name=name, properties=tuple(properties), subtypes=tuple(raw.get("subTypes", ())))
