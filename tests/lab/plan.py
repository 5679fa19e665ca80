"""What a phone does with a call that reaches it; all times in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Ring, answer, press codes at seconds into the conversation, and hang up after `talk` (None: stay)."""

    ring: float = 0.0
    talk: float | None = None
    presses: Sequence[tuple[float, str]] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverAnswer:
    """Ring until the other side gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Refuse with one of `REJECTIONS`, after ringing for `ring` seconds (0: without ringing)."""

    code: int = 486
    ring: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """Do nothing by itself: the test rings, answers or rejects."""


Plan = Answer | NeverAnswer | Reject | Steered
REJECTIONS = {
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    503: "Service Unavailable",
    603: "Decline",
}
