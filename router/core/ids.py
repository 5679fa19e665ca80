"""The names of things: who is who in events, commands and records, and how a call's own parts are named.

A call is named after the caller's channel, and everything made for the call is named after the call, so that a
request sent twice, or found again after a restart, is recognised by its name alone.
"""

from typing import NewType

CallId = NewType("CallId", str)
LegId = NewType("LegId", str)  # one channel in Asterisk: the caller's, an agent's or a staff member's
BridgeId = NewType("BridgeId", str)
PlaybackId = NewType("PlaybackId", str)
ClientId = NewType("ClientId", str)
AgentId = NewType("AgentId", str)
StaffId = NewType("StaffId", str)
TariffId = NewType("TariffId", str)
Skill = NewType("Skill", str)
Language = NewType("Language", str)  # ISO 639-1, "de"
QueueId = NewType("QueueId", str)
TeamId = NewType("TeamId", str)
RecordingId = NewType("RecordingId", str)

Millis = int  # milliseconds; an instant is counted from 1970-01-01 UTC on the anchored monotonic clock


def bridge_of(call: CallId) -> BridgeId:
    """The one bridge in which a call's conversation takes place."""
    return BridgeId(f"{call}-bridge")


def agent_leg(call: CallId, attempt: int) -> LegId:
    """The leg of a call's `attempt`-th offer to an agent."""
    return LegId(f"{call}-agent{attempt}")


def staff_leg(call: CallId, attempt: int) -> LegId:
    """The leg of a call's `attempt`-th try to reach the client's staff."""
    return LegId(f"{call}-staff{attempt}")


def caller_leg(call: CallId, attempt: int) -> LegId:
    """The leg of the `attempt`-th call back to the caller."""
    return LegId(f"{call}-caller{attempt}")


def playback_of(call: CallId, number: int) -> PlaybackId:
    """The `number`-th announcement played into a call's bridge."""
    return PlaybackId(f"{call}-play{number}")


def recording_of(call: CallId, number: int) -> RecordingId:
    """The `number`-th message that a call's caller left."""
    return RecordingId(f"{call}-record{number}")


def part_of(leg: LegId) -> str:
    """What the name of a leg that we made adds to its call's: `staff1`."""
    return leg.rpartition("-")[2]


def call_of(name: str) -> CallId | None:
    """The call that a leg, bridge or playback of ours belongs to; None for a name that we did not give."""
    call, _, part = name.rpartition("-")
    ours = call and part.rstrip("0123456789") in {"bridge", "agent", "staff", "caller", "play", "record"}
    return CallId(call) if ours else None
