"""A person who signs in: the account, its rules, and how long a session and an invitation last."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from router.core.desk.access import Identity, Role
from router.core.desk.pledge import Pledge, Pledged
from router.core.ids import AgentId, Millis

HOUR_MS: Millis = 3_600_000
IDLE_MS: Millis = 12 * HOUR_MS
LONGEST_MS: Millis = 24 * HOUR_MS
INVITATION_MS: Millis = 48 * HOUR_MS
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")
COMMON = frozenset(
    {"passwort", "password", "kennwort", "vorzimmer", "telefon", "geheim", "qwertz", "qwerty", "asdf", "123456", "1234"}
    | {"willkommen", "welcome", "admin"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the house asks of people: whether a second factor is needed, and the pledge in force."""

    second_factor: bool = True
    pledge: Pledge = field(default_factory=Pledge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`password` is an Argon2id hash, "" before the first invitation is accepted; `totp` is the sealed secret, "" for
    none; `step` the last step of a code that was used; `code_count` the recovery codes that are left."""

    login: str
    name: str
    roles: frozenset[Role]
    agent: AgentId | None
    created: Millis
    locked: bool = False
    password: str = ""
    totp: str = ""
    step: int = 0
    code_count: int = 0
    pledged: Pledged | None = None

    def identity(self, pledge: Pledge) -> Identity:
        """Who this is to the routes, with the pledge in force."""
        mine = self.pledged
        kept = mine is not None and mine.version == pledge.version and mine.digest == pledge.digest
        return Identity(user=self.login, roles=self.roles, agent=self.agent, pledged=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that is signed in; `key` is the SHA-256 of its cookie, hexadecimal."""

    key: str
    login: str
    begun: Millis
    seen: Millis

    def over(self, now: Millis) -> bool:
        """Idle for too long, or old."""
        return self.seen + IDLE_MS <= now or self.begun + LONGEST_MS <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link by which somebody sets password and second factor; `key` is the SHA-256 of its token."""

    key: str
    login: str
    until: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What accepting an invitation sets, in the forms in which it is kept."""

    password: str
    totp: str
    step: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to whom, and from where."""

    at: Millis
    who: str
    action: str
    subject: str = ""
    address: str = ""


class Weakness(StrEnum):
    """What is wrong with a password that somebody chose."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"


def normalised(login: str) -> str:
    """A login name as it is kept: capitals and spaces around it do not count."""
    return login.strip().casefold()


def weakness(password: str, login: str) -> Weakness | None:
    """Length is what counts (NIST SP 800-63B, section 5.1.1.2); none that is mostly the name or a usual word."""
    if len(password) < SHORTEST_PASSWORD:
        return Weakness.SHORT
    if len(password) > LONGEST_PASSWORD:
        return Weakness.LONG
    rest = password.casefold()
    for word in sorted({*COMMON, *(part for part in re.split("[._@-]", login) if part)}, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) > 2 else rest
    return Weakness.COMMON if len(set(rest)) < 4 else None
