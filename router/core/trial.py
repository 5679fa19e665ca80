"""A client's trial: when it is over, who is called then, and which reminder of its end is due.

A client on trial is served as any other; its calls are rated and shown, and charged at zero. A trial that nobody gave a
beginning has no end.
"""

from collections.abc import Set
from enum import StrEnum

from router.core.house import Client, ClientStatus, Staff
from router.core.ids import Millis, StaffId

HOUR_MS: Millis = 3_600_000
TRIAL_OVER = "trial_over"  # in traces and as the reason of endings
ITSELF = StaffId("client")
RING_MS: Millis = 30_000


class Reminder(StrEnum):
    """What a client is told before the trial ends."""

    A_DAY_AHEAD = "trial_ends_in_24_h"
    TWO_HOURS_AHEAD = "trial_ends_in_2_h"


AHEAD = {Reminder.A_DAY_AHEAD: 24 * HOUR_MS, Reminder.TWO_HOURS_AHEAD: 2 * HOUR_MS}


def is_over(client: Client, now: Millis) -> bool:
    """Whether the client's trial has ended and nothing followed it."""
    return client.status is ClientStatus.TRIAL and client.trial_ends is not None and now >= client.trial_ends


def itself(client: Client, number: str) -> Staff:
    """The client, called at its own number once nobody answers for it any more."""
    return Staff(id=ITSELF, name=client.name, numbers=(number,), key="", ring_ms=RING_MS)


def reminder_due(client: Client, now: Millis, *, told: Set[Reminder]) -> Reminder | None:
    """The reminder to send now; `told` are those that were sent. Only the latest one that is due, and none too late."""
    if client.status is not ClientStatus.TRIAL or client.trial_ends is None or now >= client.trial_ends:
        return None
    begun = [reminder for reminder, ahead in AHEAD.items() if now >= client.trial_ends - ahead]
    return begun[-1] if begun and begun[-1] not in told else None


def next_reminder(client: Client, now: Millis) -> Millis | None:
    """The next instant after `now` at which a reminder falls due."""
    if client.status is not ClientStatus.TRIAL or client.trial_ends is None:
        return None
    return min((at for ahead in AHEAD.values() if (at := client.trial_ends - ahead) > now), default=None)
