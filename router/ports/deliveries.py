"""What the delivery of notes needs of the outside: where its jobs are kept, and who carries them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from router.core.desk.delivery import Channel, Job
from router.core.ids import ClientId, Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A job that was given up, why, and when."""

    job: Job
    reason: str
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A job that is due or will be, and why it failed the last time; "" when it was not tried."""

    job: Job
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many jobs of each channel wait and are dead, and since when the oldest that is overdue was first due."""

    waiting: Mapping[Channel, int]
    dead: Mapping[Channel, int]
    oldest: Millis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A browser that wants push messages (W3C Push API): where to post them, and the keys to encrypt them with.

    `p256dh` and `auth` are base64url as the browser gives them. `id` is the SHA-256 of the endpoint.
    """

    id: str
    client: ClientId
    endpoint: str
    p256dh: str
    auth: str = field(repr=False)


class Deliveries(Protocol):
    """Where jobs are kept. Everything raises `LedgerUnavailable` while the database cannot be used."""

    async def add(self, jobs: Sequence[Job]) -> None:
        """Keep new jobs; those whose id is known already are left as they are."""
        ...

    async def claim(self, owner: str, now: Millis, *, until: Millis, most: int) -> Sequence[Job]:
        """Up to `most` jobs that are due, urgent ones first, which nobody else gets before `until`."""
        ...

    async def delivered(self, owner: str, job: str, now: Millis) -> None:
        """It was taken by the receiver's side; what it said is forgotten. Without effect if the claim was lost."""
        ...

    async def again(self, owner: str, job: str, due: Millis, reason: str) -> None:
        """It failed for now, and is tried again at `due`. Without effect if the claim was lost."""
        ...

    async def dead(self, owner: str, job: str, now: Millis, reason: str) -> None:
        """It is given up, and kept. Without effect if the claim was lost."""
        ...

    async def next_due(self) -> Millis | None:
        """When the next job falls due or its claim runs out; None when none waits."""
        ...

    async def standing(self, now: Millis) -> Standing:
        """Counts for the metrics."""
        ...

    async def waiting(self) -> Sequence[Waiting]:
        """All that wait, by when they are due; 1000 at most."""
        ...

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """All that were given up, the oldest first; 1000 at most."""
        ...

    async def retry(self, job: str | None, now: Millis) -> int:
        """Have a dead letter, or all of them, tried again from now on as if new; how many that were."""
        ...

    async def subscribe(self, subscription: Subscription, now: Millis) -> None:
        """Keep a browser's subscription, or its new keys."""
        ...

    async def unsubscribe(self, subscription: str) -> None:
        """Forget one: the browser's user, or the push service, says that it is gone."""
        ...

    async def subscriptions(self, client: ClientId) -> Sequence[Subscription]:
        """The client's subscribed browsers."""
        ...

    async def subscription(self, subscription: str) -> Subscription | None:
        """One of them."""
        ...


class Carrier(Protocol):
    """What carries the jobs of one channel."""

    async def carry(self, job: Job) -> None:
        """Hand it to the receiver's side. Raises `Undelivered`; whoever is cancelled may have sent it all the same."""
        ...
