"""Values that may be written in two ways: skills with or without levels, limits or the word unlimited."""

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Discriminator, Field, GetCoreSchemaHandler, Tag
from pydantic_core import CoreSchema

from router.config.reading import ReadBy, Surroundings, wrong
from router.config.scalars import Identity
from router.core.ids import Skill
from router.core.skills import HIGHEST, LOWEST, Level

LEVEL_OF_THE_ABLE = 3  # of an agent whose skills are written without levels: neither a beginner nor an expert
TAGS = frozenset({"[list]", "[levels]", "[word]", "[limit]"})  # steps that pydantic adds to an error's place
MOST = 100_000

LevelKey = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
Limit = TypeVar("Limit")


def _form(value: object) -> str:
    return "[list]" if isinstance(value, list) else "[levels]"


_Written = Annotated[
    Annotated[list[Identity], Tag("[list]")] | Annotated[dict[Identity, LevelKey], Tag("[levels]")],
    Discriminator(_form),
]


@dataclass(frozen=True, slots=True)
class SkillsAt:
    """Annotation of skills: a mapping of skills to levels, or a list of skills that all have `level`."""

    level: Level

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Either form, made the mapping."""
        return handler.generate_schema(Annotated[_Written, AfterValidator(self._levels)])

    def _levels(self, skills: Any) -> dict[Skill, Level]:
        return dict.fromkeys(skills, self.level) if isinstance(skills, list) else skills


Needed = Annotated[dict[Skill, Level], SkillsAt(LOWEST)]
Able = Annotated[dict[Skill, Level], SkillsAt(LEVEL_OF_THE_ABLE)]


def _word_or_limit(value: object) -> str:
    return "[word]" if isinstance(value, str) or value is None else "[limit]"


def _unlimited(text: str, _: Surroundings) -> None:
    if text != "unlimited":
        raise wrong(f'"{text}" is no limit', "write a whole number without quotes, or unlimited")


Unlimited = Annotated[
    Annotated[Limit, Tag("[limit]")] | Annotated[None, ReadBy(_unlimited, "unlimited", "unlimited"), Tag("[word]")],
    Discriminator(_word_or_limit),
]
Count = Unlimited[Annotated[int, Field(ge=1, le=MOST)]]
