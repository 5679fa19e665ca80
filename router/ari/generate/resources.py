"""Emits one file per resource: its operations as a `Resource`, and a `Handle` for the objects that have an id."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from router.ari.generate.fields import PLAIN, item_of
from router.ari.generate.swagger import Api, Operation, Parameter
from router.ari.generate.text import laid_out, module, quoted, safe


@dataclass(frozen=True, slots=True)
class HandleShape:
    """Which objects of a resource get a handle: below `path`, known by the fields `ids` of `model`."""

    model: str
    api: str
    path: str
    ids: tuple[str, ...]


SHAPES = (
    HandleShape("Bridge", "bridges", "/bridges/{bridgeId}", ("id",)),
    HandleShape("Channel", "channels", "/channels/{channelId}", ("id",)),
    HandleShape("Endpoint", "endpoints", "/endpoints/{tech}/{resource}", ("technology", "resource")),
    HandleShape("LiveRecording", "recordings", "/recordings/live/{recordingName}", ("name",)),
    HandleShape("Playback", "playbacks", "/playbacks/{playbackId}", ("id",)),
    HandleShape("StoredRecording", "recordings", "/recordings/stored/{recordingName}", ("name",)),
)
BY_MODEL = {shape.model: shape for shape in SHAPES}
BODIES = {"object": "Mapping[str, object]", "variables": "Mapping[str, object]"}


def file_name(api: str) -> str:
    """The Python module of a resource: deviceStates -> device_states; events.py is taken by the event types."""
    return "events_api" if api == "events" else re.sub(r"(?=[A-Z])", "_", api).lower()


def emit_resource(api: Api) -> str:
    """The text of one resource's file."""
    operations = [operation for operation in api.operations if not operation.websocket]
    shapes = [shape for shape in SHAPES if shape.api == api.name]
    handles = [_handle(api, shape, operations) for shape in shapes]
    parts = (_aliases(operations), _resource(api, operations), *handles)
    body = [line for part in parts for line in part]
    return module(f"ARI resource {api.name}.", _exemption(operations), _imports(api, "\n".join(body)), body)


def _exemption(operations: list[Operation]) -> Iterator[str]:
    methods = any(operation.name != operation.name.lower() for operation in operations)
    arguments = any(p.name != p.name.lower() for operation in operations for p in operation.parameters)
    timeouts = any(p.name == "timeout" for operation in operations for p in operation.parameters)
    wanted = (("N802", methods), ("N803", arguments), ("ASYNC109", timeouts))
    codes = [code for code, found in wanted if found]
    yield from [f"# ruff: noqa: {', '.join(codes)} - Asterisk's own names.", ""] if codes else []


def _imports(api: Api, body: str) -> Iterator[str]:
    yield from ["from __future__ import annotations", ""]
    abc = [name for name in ("Mapping", "Sequence") if f"{name}[" in body]
    yield from [f"from collections.abc import {', '.join(abc)}"] if abc else []
    yield from ["from typing import Literal"] if "Literal[" in body else []
    yield from [""] if abc or "Literal[" in body else []
    yield from ["from router.ari import wire"] if "wire." in body else []
    yield from ["from router.ari.generated import models"] if "models." in body else []
    for shape in sorted(SHAPES, key=lambda shape: shape.api):
        if shape.api != api.name and f"{shape.model}.of(" in body:
            yield f"from router.ari.generated.{file_name(shape.api)} import {shape.model}"
    names = ("Handle", "Request", "Resource", "Session", "wrapped")
    used = [name for name in names if any(f"{name}{mark}" in body for mark in "([,)")]
    yield f"from router.ari.handles import {', '.join(used)}"
    yield ""


def _cap(name: str) -> str:
    return name[0].upper() + name[1:]


def _alias(operation: Operation, parameter: Parameter) -> str:
    return _cap(operation.name) + _cap(parameter.name)


def _aliases(operations: list[Operation]) -> list[str]:
    lines = []
    for operation in operations:
        for parameter in operation.parameters:
            if parameter.values:
                opening = f"{_alias(operation, parameter)} = Literal["
                lines += laid_out(0, opening, quoted(parameter.values), "]")
    return [*lines, ""] if lines else []


def _annotation(operation: Operation, parameter: Parameter) -> str:
    if parameter.place == "body":
        return BODIES.get(parameter.type) or BODIES.get(parameter.name) or "Sequence[Mapping[str, object]]"
    plain = _alias(operation, parameter) if parameter.values else PLAIN[parameter.type][0]
    return f"{plain} | Sequence[{plain}]" if parameter.many else plain


def _declared(operation: Operation, parameters: list[Parameter]) -> list[str]:
    required = [f"{safe(p.name)}: {_annotation(operation, p)}" for p in parameters if p.required]
    optional = [f"{safe(p.name)}: {_annotation(operation, p)} | None = None" for p in parameters if not p.required]
    return ["self", *(["*"] if parameters else []), *required, *optional]


def _signature(operation: Operation, parameters: list[Parameter]) -> list[str]:
    returns = _returned(operation)
    return laid_out(4, f"async def {operation.name}(", _declared(operation, parameters), f") -> {returns}:")


def _returned(operation: Operation) -> str:
    item = item_of(operation.returns)
    if item is not None:
        return f"tuple[{_class(item)}, ...]"
    return {"void": "None", "binary": "bytes"}.get(operation.returns) or _class(operation.returns)


def _class(model: str) -> str:
    return model if model in BY_MODEL else f"models.{model}"


def _docstring(operation: Operation) -> str:
    errors = ", ".join(map(str, operation.errors))
    return f'        """{operation.method} {operation.path}{f"; errors {errors}" if errors else ""}."""'


def _resource(api: Api, operations: list[Operation]) -> Iterator[str]:
    yield from ["", f"class {_cap(api.name)}(Resource):", f'    """Operations of {api.name}."""', ""]
    for operation in operations:
        yield from _signature(operation, list(operation.parameters))
        yield _docstring(operation)
        yield from _query(operation)
        yield from laid_out(8, "request = Request(", _request_items(api, operation), ")")
        yield from _answer(operation)
        yield ""


def _query(operation: Operation) -> list[str]:
    items = [f'"{p.name}": {safe(p.name)}' for p in operation.parameters if p.place == "query"]
    return laid_out(8, "query = {", items, "}") if items else []


def _request_items(api: Api, operation: Operation) -> list[str]:
    parts = [f'"{part}"' if part[0] != "{" else part[1:-1] for part in operation.path.strip("/").split("/")]
    path = f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    items = [f'"{api.name}.{operation.name}"', f'"{operation.method}"', path]
    if any(p.place == "query" for p in operation.parameters):
        items.append("query")
    body = next((p for p in operation.parameters if p.place == "body"), None)
    if body is not None:
        whole = body.type == "object"
        items.append(f"body={safe(body.name)}" if whole else f'body=wrapped("{body.name}", {safe(body.name)})')
    return items


def _answer(operation: Operation) -> Iterator[str]:
    item = item_of(operation.returns)
    model = item or operation.returns
    if model in ("void", "binary"):
        yield f"        return await self._session.send(request, wire.{'nothing' if model == 'void' else 'binary'})"
        return
    parser = f"wire.many(models.{model}.parse)" if item else f"models.{model}.parse"
    if model not in BY_MODEL:
        yield f"        return await self._session.send(request, {parser})"
        return
    yield f"        {'found' if item else 'snapshot'} = await self._session.send(request, {parser})"
    made = f"{model}.of(self._session, snapshot)"
    yield f"        return tuple([{made} for snapshot in found])" if item else f"        return {made}"


def _handle(api: Api, shape: HandleShape, operations: list[Operation]) -> Iterator[str]:
    yield from ["", f"class {shape.model}(Handle[models.{shape.model}]):"]
    yield from [f'    """One {shape.model} and the operations on it."""', "", f'    kind = "{shape.model}"', ""]
    yield from _of(shape)
    own = [operation for operation in operations if operation.path.startswith(shape.path)]
    for operation in own:
        yield from _delegation(api, shape, operation)


def _of(shape: HandleShape) -> Iterator[str]:
    ident = "/".join(f"{{snapshot.{name}}}" for name in shape.ids)
    ident = f'f"{ident}"' if len(shape.ids) > 1 else f"snapshot.{shape.ids[0]}"
    yield "    @classmethod"
    yield f"    def of(cls, session: Session, snapshot: models.{shape.model}) -> {shape.model}:"
    yield '        """The handle of an object that Asterisk told of."""'
    yield f"        return cls(session, {ident}, snapshot)"
    yield ""


def _delegation(api: Api, shape: HandleShape, operation: Operation) -> Iterator[str]:
    keys = [part[1:-1] for part in shape.path.split("/") if part.startswith("{")]
    given = [p for p in operation.parameters if p.name not in keys]
    yield from _signature(operation, given)
    yield _docstring(operation)
    values = ["self.id"]
    if len(keys) > 1:
        yield f'        {", ".join(keys)} = self.id.split("/", {len(keys) - 1})'
        values = keys
    passed = [f"{key}={value}" for key, value in zip(keys, values, strict=True)]
    passed += [f"{safe(p.name)}={safe(p.name)}" for p in given]
    yield from laid_out(8, f"return await {_cap(api.name)}(self._session).{operation.name}(", passed, ")")
    yield ""
