"""All stories of the demo, in their order, each with the agent it needs for itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.demo.scene import Scene
from tests.demo.stories import (
    abuse,
    forwarded,
    handing_on,
    ordinary,
    queueing,
    recovery,
    screening,
    transfers,
    waiting,
)


class Lane(StrEnum):
    """Stories of one lane are played after each other, beside those of the other lanes of the same part."""

    ANNA = "anna"
    BEN = "ben"
    NOBODY = "no agent"
    ALONE = "alone"
    ANNA_LATER = "anna, later"
    CLARA = "clara"


PARTS = ((Lane.ANNA, Lane.BEN, Lane.NOBODY), (Lane.ALONE,), (Lane.ANNA_LATER, Lane.CLARA))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story; `name` is short enough for every line, `title` says what it shows."""

    number: int
    name: str
    title: str
    lane: Lane
    play: Callable[[Scene], Awaitable[None]]


def _story(number: int, name: str, title: str, lane: Lane, play: Callable[[Scene], Awaitable[None]]) -> Story:
    return Story(number=number, name=name, title=title, lane=lane, play=play)


STORIES: Sequence[Story] = (
    _story(1, "ordinary", "an ordinary call: 95 s talk, 30 s wrap-up", Lane.ANNA, ordinary.ordinary),
    _story(2, "short", "under 15 s: no acceptance fee", Lane.BEN, ordinary.short),
    _story(3, "blocked", "blocked: one rejected, one with an announcement", Lane.NOBODY, screening.blocked),
    _story(4, "allowed", "allow-listed: straight through", Lane.NOBODY, screening.allowed),
    _story(5, "vip", "VIPs: one straight through, one first in line", Lane.BEN, queueing.vips),
    _story(6, "suppressed", "suppressed number: taken by one client, not by another", Lane.ANNA, screening.suppressed),
    _story(7, "transfer", "transfer by *22, answered", Lane.ANNA, transfers.answered),
    _story(8, "came-back", "transfer by *21, unanswered, and back", Lane.BEN, transfers.unanswered),
    _story(9, "queue", "no agent free, and then one", Lane.ANNA, queueing.waited),
    _story(10, "gave-up", "the caller gives up in the queue", Lane.ANNA, queueing.gave_up),
    _story(11, "shared", "one number, two clients: Diversion and History-Info", Lane.ALONE, forwarded.shared),
    _story(12, "killed", "the router killed mid-conversation and back", Lane.ALONE, recovery.killed),
    _story(13, "returned", "our own call to staff, forwarded to us, is refused", Lane.BEN, abuse.returned),
    _story(14, "forged", "a forged number, and a range of nuisance callers", Lane.NOBODY, abuse.screened),
    _story(15, "message", "a message, recorded only after the caller's consent", Lane.CLARA, waiting.message),
    _story(16, "call-back", "called back instead of waiting, keeping the place", Lane.ANNA_LATER, waiting.called_back),
    _story(17, "parked", "parked by *3, taken up by a colleague's *45", Lane.ANNA_LATER, handing_on.parked),
    _story(18, "relaxed", "a lower level is enough after 20 s of waiting", Lane.CLARA, waiting.relaxed),
)
