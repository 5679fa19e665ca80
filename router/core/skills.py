"""What a call needs of an agent, and how well an agent fits.

Skills have levels from 1 (can help out) to 5 (expert). The pledge of secrecy (StGB section 203) is a need like no
other: no waiting time relaxes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from router.core.ids import Language, Skill

LOWEST, HIGHEST = 1, 5
Level = int  # LOWEST to HIGHEST


class Skilled(Protocol):
    """Of an agent, what needs are held against."""

    @property
    def skills(self) -> Mapping[Skill, Level]:
        """Each skill's level."""
        ...

    @property
    def languages(self) -> frozenset[Language]:
        """All that the agent speaks."""
        ...

    @property
    def pledged(self) -> bool:
        """Whether the agent is bound to secrecy."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What an agent must have: each skill at this level at least, the language, the pledge. None at all: anybody."""

    skills: frozenset[tuple[Skill, Level]] = frozenset()
    language: Language | None = None
    pledge: bool = False


def needs_of(skills: Mapping[Skill, Level], *, language: Language | None = None, pledge: bool = False) -> Needs:
    """From skills and their least levels."""
    return Needs(skills=frozenset(skills.items()), language=language, pledge=pledge)


def told(needs: Needs) -> str:
    """In words: `legal 3, speaks en, pledged`; levels of 1 go without saying."""
    skills = [f"{skill} {level}" if level > LOWEST else skill for skill, level in sorted(needs.skills)]
    spoken = [f"speaks {needs.language}"] if needs.language else []
    return ", ".join([*skills, *spoken, *(["pledged"] if needs.pledge else [])]) or "any skills"


def lacking(agent: Skilled, needs: Needs) -> str:
    """Why the agent can never take a call with these needs, whatever the hour; empty when nothing is lacking."""
    if needs.pledge and not agent.pledged:
        return "has not pledged secrecy"
    if needs.language is not None and needs.language not in agent.languages:
        return f"does not speak {needs.language}"
    short = sorted((skill, level) for skill, level in needs.skills if agent.skills.get(skill, 0) < level)
    return "; ".join(_short(agent, skill, level) for skill, level in short)


def _short(agent: Skilled, skill: Skill, level: Level) -> str:
    has = agent.skills.get(skill, 0)
    return f"has {skill} {has}, {level} is needed" if has else f"lacks {skill}"
