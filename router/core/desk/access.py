"""Who may do what at the desk: roles, what a route asks for, and the one decision between them.

A program's bearer token is its agent and nothing else. A person has roles, perhaps several, and is bound to an agent of
the configuration when one of them is `agent`. Without the pledge of secrecy in its present version nobody sees any page
or answer in which callers or clients could stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from router.core.ids import AgentId


class Role(StrEnum):
    """What a person is here for."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    BILLING = "billing"


class Access(StrEnum):
    """What a route asks of whoever is asking."""

    PUBLIC = "public"  # nothing
    SIGNED_IN = "signed_in"  # any person who is signed in, pledged or not: sign-out, the pledge itself
    PLEDGED = "pledged"  # any person who is signed in and has pledged secrecy
    AGENT = "agent"  # a person who is an agent, whichever
    OWN_AGENT = "own_agent"  # the agent named `{agent}` in the path, or a program with that agent's token
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    BILLING = "billing"


class Denial(StrEnum):
    """Why not, in the order in which it is asked."""

    UNKNOWN = "unauthorized"  # nobody we know
    ANOTHERS = "forbidden"  # somebody we know, without the role, or for another agent
    PLEDGE = "pledge_needed"  # the right one, who has yet to pledge secrecy


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is asking. `user` is the login name, None for a program that sent an agent's bearer token."""

    user: str | None
    roles: frozenset[Role]
    agent: AgentId | None
    pledged: bool


ROLE_FOR: Mapping[Access, Role] = {
    Access.AGENT: Role.AGENT,
    Access.OWN_AGENT: Role.AGENT,
    Access.SUPERVISOR: Role.SUPERVISOR,
    Access.OPERATOR: Role.OPERATOR,
    Access.BILLING: Role.BILLING,
}


def program(agent: AgentId) -> Identity:
    """Whoever sends this agent's bearer token."""
    return Identity(user=None, roles=frozenset({Role.AGENT}), agent=agent, pledged=True)


def denial(access: Access, identity: Identity | None, agent: AgentId | None) -> Denial | None:
    """Why a route with this access is not for `identity`; None when it is. `agent`: the one named in its path."""
    if access is Access.PUBLIC:
        return None
    if identity is None:
        return Denial.UNKNOWN
    if not _is_for(access, identity, agent):
        return Denial.ANOTHERS
    return None if identity.pledged or access is Access.SIGNED_IN else Denial.PLEDGE


def _is_for(access: Access, identity: Identity, agent: AgentId | None) -> bool:
    if identity.user is None and access is not Access.OWN_AGENT:
        return False  # a token of a program opens its agent's API, and no page
    role = ROLE_FOR.get(access)
    if role is Role.AGENT and identity.agent is None:
        return False
    mine = access is not Access.OWN_AGENT or identity.agent == agent
    return mine and (role is None or role in identity.roles)
