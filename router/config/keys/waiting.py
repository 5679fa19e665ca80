"""Keys of queues: who is needed, who is chosen, what waiting callers hear, and what follows."""

from typing import Annotated

from pydantic import Field

from router.config.keys.section import Section
from router.config.levels import MOST, Needed
from router.config.scalars import (
    AnyLanguage,
    Duration,
    DurationOrNone,
    Extension,
    Identity,
    Key,
    LanguageCode,
    LongDuration,
    Spoken,
    Words,
)
from router.core.queue import Choice
from router.core.refusal import Refusal


class RelaxKeys(Section):
    """From when on less is needed."""

    after: Duration
    """Once the caller has waited so long, also while an agent's phone rings."""
    skills: Needed | None = None
    """All that is then needed, with least levels. Left out: as before."""
    language: AnyLanguage | None = None
    """any: the language is no longer needed."""


class HearingKeys(Section):
    """What a waiting caller is told."""

    first: Duration = 20_000
    """When first."""
    every: DurationOrNone = 0
    """How often. 0s: never, there is only music."""
    position: bool = True
    """Whether the place in line is told."""
    expected_wait: bool = True
    """Whether the expected wait is told."""


class OverflowKeys(Section):
    """One step when no agent was found in time: exactly one of queue, staff, message, say, reject."""

    queue: Identity | None = None
    """Wait on in this queue."""
    max_wait: Duration | None = None
    """With queue: for how long. Left out: as long as that queue says."""
    staff: Identity | None = None
    """Call this member of the client's staff."""
    message: Spoken | None = None
    """Ask for a message with this text, which names the key that consents to the recording."""
    key: Key | None = None
    """With message: the key that consents. Left out: 1."""
    longest: LongDuration | None = None
    """With message: how long it may be. Left out: 3 minutes."""
    say: Spoken | None = None
    """Say this, and hang up."""
    reject: Annotated[Refusal | None, Field(strict=False)] = None
    """Hang up; before the answer the caller's network is told this."""


class QueueKeys(Section):
    """One way of waiting, which clients name."""

    name: Words
    """As operators see it."""
    skills: Needed = {}
    """What an agent needs, with least levels; clients' own needs are added."""
    language: LanguageCode | None = None
    """What an agent must speak."""
    prefers: Needed = {}
    """Skills that are welcome, with their weights."""
    relax: list[RelaxKeys] = []
    """Steps by which less is needed, in the order of their times."""
    choice: Annotated[Choice, Field(strict=False)] = Choice.LONGEST_IDLE
    """longest_idle, best_fit (highest levels) or round_robin."""
    last_agent: DurationOrNone = 0
    """For how long the agent who last spoke with this caller goes first. 0s: never."""
    head_start: DurationOrNone = 0
    """Callers count as if they had waited this much longer."""
    vip_head_start: DurationOrNone = 600_000
    """The same for VIPs, instead."""
    max_waiting: Annotated[int, Field(ge=0, le=MOST)] | None = None
    """No more callers than this wait. Left out: any number."""
    max_wait: Duration = 600_000
    """How long a caller waits."""
    overflow: list[OverflowKeys] = []
    """What is done then, step after step. Left out: the caller is let go."""
    hearing: HearingKeys = HearingKeys()
    """What waiting callers are told."""
    callback_key: Key | None = None
    """Pressed while waiting: be called back, keeping one's place. Left out: there is no call-back."""
    message_key: Key | None = None
    """Pressed while waiting: leave a message; needs a step message in overflow."""
    extension: Extension | None = None
    """Digits by which agents pass calls to it."""
