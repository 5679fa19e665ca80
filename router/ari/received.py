"""What the websocket reader hands on, in order: events with their receive time, and the link's ups and downs."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from router.ari.errors import AriError, AriMalformed
from router.ari.generated.events import EVENTS, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent:
    """An event that the API does not describe, or not so; passed through whole."""

    type: str
    raw: Mapping[str, object]
    problem: str


@dataclass(frozen=True, slots=True)
class Received:
    """One event; `received_ns` is the monotonic clock when the reader got it."""

    event: Event | UnknownEvent
    received_ns: int


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The websocket is open; what follows came over it."""

    connection: int
    """Counts the connections of this client from 1."""


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The websocket is gone; events are lost until the next LinkUp."""

    reason: AriError


Item = Received | LinkUp | LinkDown


def parse_event(frame: str | bytes) -> Event | UnknownEvent:
    """Read one frame; raises AriMalformed only if it is no JSON object with a type."""
    try:
        raw = orjson.loads(frame)
    except orjson.JSONDecodeError:
        raise AriMalformed(f"an event of {len(frame)} characters is not JSON") from None
    kind = raw.get("type") if isinstance(raw, dict) else None
    if not isinstance(kind, str):
        raise AriMalformed("an event has no type")
    return _typed(kind, raw)


def _typed(kind: str, raw: dict[str, object]) -> Event | UnknownEvent:
    known = EVENTS.get(kind)
    if known is None:
        return UnknownEvent(type=kind, raw=raw, problem="not in the API")
    try:
        return known.parse(raw)
    except AriMalformed as error:
        return UnknownEvent(type=kind, raw=raw, problem=str(error))
