"""Keys of agents and their teams."""

from typing import Annotated

from pydantic import Field

from router.config.keys.section import Section
from router.config.levels import Able
from router.config.outside import OptionalAddress, Password, Token
from router.config.scalars import Duration, Extension, Identity, LanguageCode, PastDay, Words
from router.core.house import OfferBy


class TeamKeys(Section):
    """Agents who work the same hours."""

    name: Words
    """As operators see it."""
    hours: Identity | None = None
    """Outside them these agents are offered no calls. Left out: at any time."""


class SipKeys(Section):
    """An agent's telephone; its user name is the agent's id."""

    password: Password
    """At least 8 characters; literal, env:NAME or file:PATH."""
    contact: OptionalAddress = None
    """A fixed address. Left out: the phone registers. May be env:NAME=default."""


class AgentKeys(Section):
    """Our employee who answers (Telefonagent)."""

    name: Words
    """As colleagues and clients see it."""
    skills: Able = {}
    """What this agent can do, with levels from 1 (can help out) to 5 (expert); a plain list means 3."""
    languages: list[LanguageCode] = Field(["de"], min_length=1)
    """What this agent speaks, by ISO 639-1."""
    pledge: PastDay | None = None
    """The day on which the agent pledged secrecy (StGB section 203). Left out: not pledged."""
    team: Identity | None = None
    """Whose hours count. Left out: the agent takes calls at any time."""
    extension: Extension | None = None
    """Digits by which colleagues pass calls to this agent."""
    sip: SipKeys
    """The telephone."""
    ring: Duration = 15_000
    """How long an offered call rings before the caller goes back in line."""
    offer_by: Annotated[OfferBy, Field(strict=False)] = OfferBy.PHONE
    """phone: it rings at once. desk: the phone answers by itself after a click at the desk."""
    api_token: Token
    """At least 16 characters, for desk and API; literal, env:NAME or file:PATH."""
