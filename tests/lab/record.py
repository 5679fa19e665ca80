"""What SIPp saw of one leg: the yardstick for durations, endings and headers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tests.lab.trace import SipMessage, user_of

CHALLENGES = (401, 407)


@dataclass(frozen=True, slots=True, kw_only=True)
class SippRecord:
    """One leg by SIPp's clock; times are milliseconds since 1970 UTC, None for what did not happen.

    `placed` tells the direction, seen from SIPp. `ended_by` is "us" when SIPp sent the BYE, CANCEL or refusal.
    """

    call_id: str
    placed: bool
    caller: str
    dialled: str
    invite_at: float
    ringing_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    ended_by: Literal["us", "them"] | None = None
    cancelled: bool = False
    final_code: int | None = None
    challenged: bool = False

    @property
    def outcome(self) -> Literal["open", "answered", "cancelled", "refused"]:
        """How it went; "answered" also while the conversation lasts, "refused" with `final_code`."""
        if self.answered_at is not None:
            return "answered"
        if self.ended_at is None:
            return "open"
        return "cancelled" if self.cancelled else "refused"

    @property
    def talk_ms(self) -> float:
        """From the answer to the BYE; 0 when it was never answered or has not ended."""
        return self.ended_at - self.answered_at if self.ended_at and self.answered_at else 0.0

    @property
    def ring_ms(self) -> float:
        """From the INVITE to the answer or the end; 0 while neither has come."""
        until = self.answered_at or self.ended_at
        return until - self.invite_at if until else 0.0


def record_of(messages: Sequence[SipMessage]) -> SippRecord:
    """Fold one Call-ID's messages, beginning with its INVITE, into its record."""
    first = messages[0]
    record = SippRecord(
        call_id=first.call_id,
        placed=first.sent,
        caller=user_of(first.header("From")),
        dialled=user_of(first.start),
        invite_at=first.at,
    )
    return _fold(record, messages)


def _fold(record: SippRecord, messages: Iterable[SipMessage]) -> SippRecord:
    for message in messages:
        if not message.code:
            record = _requested(record, message)
        elif message.method == "INVITE" and record.answered_at is None:
            record = _responded(record, message)
    return record


def _responded(record: SippRecord, response: SipMessage) -> SippRecord:
    code = response.code
    if code < 200:
        rings = code == 180 and record.ringing_at is None
        return replace(record, ringing_at=response.at) if rings else record
    if code in CHALLENGES and not record.challenged:  # the INVITE follows once more, with credentials
        return replace(record, challenged=True)
    if code < 300:  # also when it crossed a CANCEL: then the BYE ends it
        return replace(record, final_code=code, answered_at=response.at, cancelled=False, ended_at=None, ended_by=None)
    if record.cancelled:
        return replace(record, final_code=code)
    return replace(record, final_code=code, ended_at=response.at, ended_by="us" if response.sent else "them")


def _requested(record: SippRecord, request: SipMessage) -> SippRecord:
    by: Literal["us", "them"] = "us" if request.sent else "them"
    match request.method:
        case "CANCEL" | "BYE" if record.ended_at is None:
            return replace(record, cancelled=request.method == "CANCEL", ended_at=request.at, ended_by=by)
        case _:
            return record
