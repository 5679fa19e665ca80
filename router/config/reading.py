"""How a text of the file becomes a value: a reader, and what an editor shows for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from router.core.ids import Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a value may refer to: the directory, the environment's variables, national numbers' country, the day."""

    directory: Path
    environ: Mapping[str, str]
    country: str
    now: Millis

    @property
    def today(self) -> date:
        """The day in UTC: what is of the next day here may be told a little late."""
        return datetime.fromtimestamp(self.now / 1000, UTC).date()


Reader = Callable[[str, Surroundings], object]


def wrong(message: str, hint: str) -> PydanticCustomError:
    """An error that carries both halves of a finding."""
    return PydanticCustomError("vorzimmer", "{message}", {"message": message, "hint": hint})


@dataclass(frozen=True, slots=True)
class Refers:
    """Annotation of a field that holds an id of a section, or of the client's own staff."""

    section: str


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Annotation of a model's field: its text is read by `reader`, which returns the value or raises `wrong`."""

    reader: Reader
    example: str = "…"
    pattern: str | None = None  # for editors; the reader decides

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validation is the reader's alone, whatever the type."""
        return core_schema.with_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """For editors it is a text."""
        schema: dict[str, Any] = {"type": "string"} | ({"examples": [self.example]} if self.example != "…" else {})
        return schema | ({"pattern": f"^{self.pattern}$"} if self.pattern else {})

    def _read(self, value: object, info: ValidationInfo) -> object:
        around = info.context
        if not isinstance(around, Surroundings):
            raise TypeError("the models are validated with their Surroundings as context")
        if isinstance(value, int) and not isinstance(value, bool):
            raise wrong(f"{value} is a number here, where a text is wanted", self._as_text(str(value), around))
        if not isinstance(value, str):
            raise PydanticKnownError("string_type")
        return self.reader(value, around)

    def _as_text(self, text: str, around: Surroundings) -> str:
        """What to write instead of a bare number: the same in quotes, if that would be right."""
        try:
            self.reader(text, around)
        except PydanticCustomError:
            return f'write a text such as "{self.example}"'
        return f'write "{text}" in quotes'
