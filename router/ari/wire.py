"""Reads Asterisk's JSON into typed fields; used by the generated models and events.

Rules: unknown fields are ignored. A missing or null plain field is its type's empty value, because Asterisk leaves
some out that its API calls required. A missing id, date or nested object, or a value of another type, is AriMalformed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from router.ari.errors import AriMalformed

Fields = dict[str, object]
T = TypeVar("T")


def fields(raw: object, what: str) -> Fields:
    """The JSON object of a model called `what`."""
    if isinstance(raw, dict):
        return raw
    raise AriMalformed(f"{what}: expected an object, got {type(raw).__name__}")


def _wrong(name: str, expected: str, value: object) -> AriMalformed:
    return AriMalformed(f"field {name!r}: expected {expected}, got {type(value).__name__}")


def key(raw: Fields, name: str) -> str:
    """A text that must be there: the id of an object."""
    value = raw.get(name)
    if isinstance(value, str) and value:
        return value
    raise _wrong(name, "a non-empty text", value)


def text(raw: Fields, name: str) -> str:
    """A text; empty when missing."""
    value = raw.get(name)
    return value if isinstance(value, str) else maybe_text(raw, name) or ""


def maybe_text(raw: Fields, name: str) -> str | None:
    """A text or None."""
    value = raw.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _wrong(name, "a text", value)


def integer(raw: Fields, name: str) -> int:
    """A whole number; 0 when missing."""
    return maybe_integer(raw, name) or 0


def maybe_integer(raw: Fields, name: str) -> int | None:
    """A whole number or None."""
    value = raw.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise _wrong(name, "a whole number", value)


def number(raw: Fields, name: str) -> float:
    """A number; 0.0 when missing."""
    return maybe_number(raw, name) or 0.0


def maybe_number(raw: Fields, name: str) -> float | None:
    """A number or None."""
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise _wrong(name, "a number", value)


def boolean(raw: Fields, name: str) -> bool:
    """True or False; False when missing."""
    return maybe_boolean(raw, name) or False


def maybe_boolean(raw: Fields, name: str) -> bool | None:
    """True, False or None."""
    value = raw.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise _wrong(name, "true or false", value)


def date(raw: Fields, name: str) -> datetime:
    """A time with its zone, in milliseconds, as Asterisk's clock had it."""
    value = raw.get(name)
    try:
        return datetime.fromisoformat(value)  # type: ignore[arg-type]  # checked by the call itself
    except (TypeError, ValueError):
        raise _wrong(name, "an ISO 8601 time", value) from None


def maybe_date(raw: Fields, name: str) -> datetime | None:
    """A time or None."""
    return None if raw.get(name) is None else date(raw, name)


def mapping(raw: Fields, name: str) -> dict[str, object]:
    """A free JSON object; empty when missing."""
    return maybe_mapping(raw, name) or {}


def maybe_mapping(raw: Fields, name: str) -> dict[str, object] | None:
    """A free JSON object or None."""
    value = raw.get(name)
    return None if value is None else fields(value, name)


def maybe(raw: Fields, name: str, parse: Callable[[object], T]) -> T | None:
    """A nested model or None."""
    value = raw.get(name)
    return None if value is None else parse(value)


def many(parse: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """A parser of JSON arrays whose items `parse` reads."""

    def parse_all(raw: object) -> tuple[T, ...]:
        if raw is None:
            return ()
        if isinstance(raw, list):
            return tuple([parse(item) for item in raw])
        raise AriMalformed(f"expected an array, got {type(raw).__name__}")

    return parse_all


def string(raw: object) -> str:
    """One item of an array of texts."""
    if isinstance(raw, str):
        return raw
    raise AriMalformed(f"expected a text in an array, got {type(raw).__name__}")


def anything(raw: object) -> Fields:
    """One item of an array of free JSON objects."""
    return fields(raw, "item")


def nothing(_raw: object) -> None:
    """The answer of a request that has none."""


def binary(raw: object) -> bytes:
    """The answer of a request for a file."""
    if isinstance(raw, bytes):
        return raw
    raise AriMalformed(f"expected a file, got {type(raw).__name__}")
