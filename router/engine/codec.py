"""Events and the core's state as one line of JSON each, and back.

Rules:
- an event carries its class name as `is`; every subclass of `Event` and `Command` is known without being listed;
- unknown fields are passed over and missing ones take their default, so that releases read each other's journals;
- sets are sorted, so that equal values give equal bytes; a `Fraction` is written as "59/1";
- in a state, each house, client, agent and queue is written once and stays one object when read.

Nearly all events hold nothing but texts, numbers and enumerations, which orjson writes by itself and in the same way:
those skip the converter.
"""

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from enum import StrEnum
from fractions import Fraction
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Any, NewType, TypeVar, get_args, get_origin, get_type_hints

import orjson
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.orjson import OrjsonConverter, make_converter
from cattrs.strategies import configure_tagged_union

from router.core.commands import Command
from router.core.events import Event
from router.core.house import Agent, Client, House, Tariff
from router.core.queue import Overflow, Queue

T = TypeVar("T")

TAG = "is"
FAMILIES = (Overflow, Event, Command)  # parts before the wholes that hold them: a whole's writer is made at once
SHARED = (House, Client, Agent, Queue)


def encode(event: Event) -> bytes:
    """One event as one line of JSON, without a newline."""
    kind: type = type(event)
    tail = _tail(kind)
    if tail is None:
        return orjson.dumps(_events().unstructure(event, unstructure_as=Event))
    return orjson.dumps(event)[:-1] + tail


@cache
def _tail(kind: type) -> bytes | None:
    """What follows the fields of an event that orjson writes by itself; None for one that it does not."""
    if not all(map(_writes_itself, get_type_hints(kind).values())):
        return None
    return b'%b"%b":"%b"}' % (b"," * bool(fields(kind)), TAG.encode(), kind.__name__.encode())


def _writes_itself(hint: Any) -> bool:
    """Whether every value of this type is JSON as it is. A float is not: a whole number must not become an integer."""
    if isinstance(hint, NewType):
        return _writes_itself(hint.__supertype__)
    if isinstance(hint, UnionType) or get_origin(hint) is tuple:
        return all(part is Ellipsis or _writes_itself(part) for part in get_args(hint))
    return hint in {str, int, bool, type(None)} or (isinstance(hint, type) and issubclass(hint, StrEnum))


def decode_event(text: bytes) -> Event:
    """The event that `encode` was given.

    Raises `KeyError`, `TypeError`, `ValueError` or `AttributeError` for what is no known event.
    """
    return _events().structure(orjson.loads(text), Event)  # type: ignore[type-abstract, unused-ignore]


def encode_value(kind: type[T], value: T) -> bytes:
    """Any value of the core, mutable state included, as one line of JSON; `kind` is its declared type."""
    with _sharing(_Shared()) as shared:
        whole = _values().unstructure(value, unstructure_as=kind)
    return orjson.dumps({"shared": shared.written, "value": whole})


def decode_value(kind: type[T], text: bytes) -> T:
    """What `encode_value` was given.

    Raises `KeyError`, `TypeError`, `ValueError` or `AttributeError` for what cannot be a `kind`.
    """
    whole = orjson.loads(text)
    kinds = {shared.__name__: shared for shared in SHARED}
    with _sharing(_Shared()) as shared:
        for name, fields in whole["shared"]:
            shared.read.append(_plain(kinds[name])[1](fields, kinds[name]))
        return _values().structure(whole["value"], kind)


class _Shared:
    """The values of one state that are written once: parts before the wholes that hold them."""

    def __init__(self) -> None:
        self.written: list[tuple[str, Any]] = []
        self.read: list[Any] = []
        self._places: dict[int, int] = {}

    def place(self, value: Any) -> int:
        place = self._places.get(id(value))
        if place is None:
            kind: type = type(value)
            fields = _plain(kind)[0](value)
            place = self._places[id(value)] = len(self.written)
            self.written.append((kind.__name__, fields))
        return place


_now_shared: ContextVar[_Shared] = ContextVar("shared values of the state at hand")


@contextmanager
def _sharing(shared: _Shared) -> Iterator[_Shared]:
    token = _now_shared.set(shared)
    try:
        yield shared
    finally:
        _now_shared.reset(token)


@cache
def _plain(kind: type) -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]:
    """How a shared kind itself is written and read."""
    return make_dict_unstructure_fn(kind, _values()), make_dict_structure_fn(kind, _values())


@cache
def _events() -> OrjsonConverter:
    return _with_families(_converter())


@cache
def _values() -> OrjsonConverter:
    converter = _converter()
    for kind in SHARED:
        converter.register_unstructure_hook(kind, lambda value: _now_shared.get().place(value))
        converter.register_structure_hook(kind, lambda place, _: _now_shared.get().read[place])
    return _with_families(converter)


def _converter() -> OrjsonConverter:
    converter = make_converter(detailed_validation=False, unstruct_collection_overrides={Set: sorted})
    converter.register_unstructure_hook(Fraction, lambda value: f"{value.numerator}/{value.denominator}")
    converter.register_structure_hook(Fraction, lambda text, _: Fraction(text))
    converter.register_unstructure_hook(float, float)  # a whole number given for it is read back as a float
    converter.register_unstructure_hook(Tariff, _tariff_writer(converter))
    return converter


def _tariff_writer(converter: OrjsonConverter) -> Callable[[Tariff], Any]:
    """Leaves out what a tariff does not have, as releases did that knew of no such thing."""
    if_any = override(omit_if_default=True)
    return make_dict_unstructure_fn(
        Tariff,
        converter,
        surcharges=if_any,
        forwarded_per_minute=if_any,
        base_fee=if_any,
        included_minutes=if_any,
        included_calls=if_any,
        minimum=if_any,
        refunds=if_any,
    )


def _with_families(converter: OrjsonConverter) -> OrjsonConverter:
    for family in FAMILIES:
        _tag_members(converter, family)
    return converter


def _tag_members(converter: OrjsonConverter, family: type[Any]) -> None:
    """Let what is declared as `family`, or as a branch of it, be written and read by its members' names."""
    members = _members(family)
    union = reduce(or_, members)
    configure_tagged_union(union, converter, tag_name=TAG)
    write, read = converter.get_unstructure_hook(union), converter.get_structure_hook(union)
    branches = {family} | {kind for kind in members if kind.__subclasses__()}
    converter.register_unstructure_hook_func(lambda kind: kind in branches, write)
    converter.register_structure_hook_func(lambda kind: kind in branches, read)


def _members(family: type[Any]) -> list[type[Any]]:
    """All below `family`. A slotted dataclass follows its unslotted first draft, which lingers; the later counts."""
    return list({kind.__name__: kind for kind in _descendants(family)}.values())


def _descendants(kind: type[Any]) -> Iterator[type[Any]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
