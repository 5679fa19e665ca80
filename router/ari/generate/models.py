"""Emits `models.py` (what Asterisk's objects look like) and `events.py` (what it tells)."""

from collections.abc import Iterable, Iterator

from router.ari.generate.fields import item_of, model_field
from router.ari.generate.swagger import Api, Model, Property
from router.ari.generate.text import laid_out, module

HEAD = ["from dataclasses import dataclass", "from datetime import datetime", "from typing import Self", ""]
HANDLED = ("Channel", "Bridge", "Playback", "Endpoint", "LiveRecording")
BASES = {"Message", "MissingParams", "Event"}


def event_models(apis: Iterable[Api]) -> dict[str, Model]:
    """The models of all event types, by name; they lie in the events resource as subtypes of Event."""
    models = {model.name: model for api in apis if api.name == "events" for model in api.models}
    return {name: models[name] for name in sorted(models["Event"].subtypes)}


def emit_models(apis: tuple[Api, ...]) -> str:
    """The text of models.py."""
    events = event_models(apis).keys() | BASES
    models = [model for api in apis for model in api.models if model.name not in events]
    imports = ["from router.ari import wire", ""]
    return module("Snapshots of Asterisk's objects.", HEAD, imports, *map(_model, _dependencies_first(models)))


def _dependencies_first(models: list[Model]) -> list[Model]:
    """Sorted by name, but each after the ones that it holds, so that annotations need no quotes."""
    by_name = {model.name: model for model in sorted(models, key=lambda model: model.name)}
    done: dict[str, Model] = {}

    def visit(model: Model) -> None:
        for prop in model.properties:
            inner = by_name.get(item_of(prop.type) or prop.type)
            if inner is not None and inner.name not in done:
                visit(inner)
        done.setdefault(model.name, model)

    for model in by_name.values():
        visit(model)
    return list(done.values())


def _model(model: Model) -> Iterator[str]:
    yield from ["", "@dataclass(frozen=True, slots=True, kw_only=True)", f"class {model.name}:"]
    yield f'    """ARI model {model.name}."""'
    yield ""
    fields = [model_field(prop) for prop in model.properties]
    yield from (f"    {field.declaration}" for field in fields)
    yield from [""] if fields else []
    yield from _parse(model.name, [field.reading for field in fields])


def _parse(name: str, readings: list[str]) -> Iterator[str]:
    yield "    @classmethod"
    yield "    def parse(cls, json: object) -> Self:"
    yield '        """Read JSON; raises AriMalformed."""'
    yield f'        {"raw = " if readings else ""}wire.fields(json, "{name}")'
    yield from laid_out(8, "return cls(", readings, ")")
    yield ""


def emit_events(apis: tuple[Api, ...]) -> str:
    """The text of events.py."""
    events = event_models(apis)
    by_name = {model.name: model for api in apis for model in api.models}
    common = (*by_name["Message"].properties, *by_name["Event"].properties)
    imports = ["from router.ari import wire", "from router.ari.generated import models", ""]
    parts = [_event(event, common) for event in events.values()]
    return module("What Asterisk tells.", HEAD, imports, _base(common), *parts, _tables(events))


def _base(common: tuple[Property, ...]) -> Iterator[str]:
    yield from ["", "@dataclass(frozen=True, slots=True, kw_only=True)", "class Event:"]
    yield '    """Base of all events; `timestamp` is Asterisk\'s wall clock."""'
    yield ""
    fields = [model_field(prop) for prop in common]
    yield from (f"    {field.declaration}" for field in fields)
    yield ""
    yield from _parse("Event", [field.reading for field in fields])


def _event(event: Model, common: tuple[Property, ...]) -> Iterator[str]:
    yield from ["", "@dataclass(frozen=True, slots=True, kw_only=True)", f"class {event.name}(Event):"]
    yield f'    """ARI event {event.name}."""'
    yield ""
    fields = [model_field(prop, "models.") for prop in event.properties]
    yield from (f"    {field.declaration}" for field in fields)
    yield from [""] if fields else []
    yield from _parse(event.name, [model_field(prop).reading for prop in common] + [field.reading for field in fields])


def _tables(events: dict[str, Model]) -> Iterator[str]:
    yield from ["", "EVENTS: dict[str, type[Event]] = {"]
    yield from (f'    "{name}": {name},' for name in events)
    yield from ["}", '"""Every event type by its name on the wire."""', ""]
    yield "REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {"
    for name, event in events.items():
        pairs = [f'("{prop.type}", "{prop.name}")' for prop in event.properties if prop.type in HANDLED]
        closing = ",)," if len(pairs) == 1 else "),"
        yield from laid_out(4, f'"{name}": (', pairs, closing) if pairs else []
    yield from ["}", '"""For each event type: the kinds of objects that it names, and in which field."""']
