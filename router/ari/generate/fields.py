"""How a swagger type is written in Python and read from JSON."""

import re
from dataclasses import dataclass

from router.ari.generate.swagger import Property
from router.ari.generate.text import safe

PLAIN = {
    "string": ("str", "text"),
    "int": ("int", "integer"),
    "long": ("int", "integer"),
    "double": ("float", "number"),
    "boolean": ("bool", "boolean"),
    "Date": ("datetime", "date"),
    "object": ("dict[str, object]", "mapping"),
}
ITEMS = {"string": ("str", "wire.string"), "object": ("dict[str, object]", "wire.anything")}


@dataclass(frozen=True, slots=True)
class Field:
    """One dataclass field: its declaration and the expression that reads it from `raw`."""

    declaration: str
    reading: str


def item_of(swagger_type: str) -> str | None:
    """The item type of `List[…]`, or None."""
    match = re.fullmatch(r"List\[(\w+)\]", swagger_type)
    return match.group(1) if match else None


def model_field(prop: Property, prefix: str = "") -> Field:
    """The field of a model's property; `prefix` is put before other models' names."""
    annotation, reading = _typed(prop, prefix)
    optional = not prop.required and item_of(prop.type) is None
    annotation += " | None" if optional else ""
    return Field(f"{safe(prop.name)}: {annotation}", f"{safe(prop.name)}={reading}")


def _typed(prop: Property, prefix: str) -> tuple[str, str]:
    item = item_of(prop.type)
    if item is not None:
        annotation, parser = ITEMS.get(item, (prefix + item, f"{prefix}{item}.parse"))
        return f"tuple[{annotation}, ...]", f'wire.many({parser})(raw.get("{prop.name}"))'
    if prop.type in PLAIN:
        return PLAIN[prop.type][0], _plain_reading(prop)
    if prop.required:
        return prefix + prop.type, f'{prefix}{prop.type}.parse(raw.get("{prop.name}"))'
    return prefix + prop.type, f'wire.maybe(raw, "{prop.name}", {prefix}{prop.type}.parse)'


def _plain_reading(prop: Property) -> str:
    reader = PLAIN[prop.type][1]
    if prop.name == "id":
        reader = "key"
    elif not prop.required:
        reader = f"maybe_{reader}"
    return f'wire.{reader}(raw, "{prop.name}")'
