"""An invoice as JSON values and back: what the ledger keeps of it, from which it is drawn again bit for bit.

Fields stand by name, days as `2026-11-30`, exact numbers as `59/1`. What is at its default is left out, so that a field
that comes later changes nothing of what was kept before.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from router.core.billing.invoice import Invoice
from router.core.ledger import Plain


def invoice_content(invoice: Invoice) -> Plain:
    """JSON values."""
    content: Plain = _plain(invoice)
    return content


def invoice_of(content: Mapping[str, Any]) -> Invoice:
    """The invoice again. Raises `KeyError` for a name that no field has, `ValueError` for what no invoice can be."""
    made: Invoice = _made(Invoice, content)
    return made


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        written = {field.name: (field.default, getattr(value, field.name)) for field in fields(value)}
        return {name: _plain(it) for name, (default, it) in written.items() if default is MISSING or it != default}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value.isoformat() if isinstance(value, date) else value.value if isinstance(value, Enum) else value


def _made(wanted: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(wanted, type) and is_dataclass(wanted):
        hints = _hints(wanted)
        return wanted(**{name: _made(hints[name], each) for name, each in value.items()})
    if get_origin(wanted) is tuple:
        return tuple(_made(get_args(wanted)[0], each) for each in value)
    if isinstance(wanted, types.UnionType):
        return _made(get_args(wanted)[0], value)
    return date.fromisoformat(value) if wanted is date else wanted(value)


@cache
def _hints(wanted: type) -> dict[str, Any]:
    return get_type_hints(wanted)
