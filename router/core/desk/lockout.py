"""When too many failing sign-ins lock a name or an address, and for how long: five in a quarter of an hour lock it
for a quarter of an hour, and twice as long each further time, up to a day.

Every attempt is counted before it is looked at, so that many at once are no more than one after the other; one that
succeeds forgets its name's count and gives its address's back. An address may be a whole office: it has more attempts.
"""

from dataclasses import dataclass, replace

from router.core.ids import Millis

MINUTE_MS: Millis = 60_000
WINDOW_MS: Millis = 15 * MINUTE_MS
LOCK_MS: Millis = 15 * MINUTE_MS
LONGEST_LOCK_MS: Millis = 24 * 60 * MINUTE_MS
FORGOTTEN_MS: Millis = 24 * 60 * MINUTE_MS  # after so long without an attempt it is as if there had been none
PER_NAME = 5
PER_ADDRESS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Attempts under one key: how many since when, how many locks before, and the last one's end (0: none)."""

    count: int = 0
    since: Millis = 0
    locks: int = 0
    locked_until: Millis = 0
    last: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is counted: a key (`name:anna`, `address:192.0.2.7`) and how many attempts it has."""

    key: str
    limit: int


def of_name(login: str) -> Counted:
    """The count of a login name, whether somebody has it or not."""
    return Counted(key=f"name:{login}", limit=PER_NAME)


def of_address(address: str) -> Counted:
    """The count of an address on the network."""
    return Counted(key=f"address:{address}", limit=PER_ADDRESS)


def attempted(before: Attempts, limit: int, now: Millis) -> Attempts:
    """After one more attempt, which is to be made only if `before` was not locked."""
    if before.last + FORGOTTEN_MS <= now and before.locked_until <= now:
        before = Attempts(since=now)
    if before.locked_until > now:
        return before
    fresh = before.since + WINDOW_MS <= now
    count, since = (1, now) if fresh else (before.count + 1, before.since)
    after = replace(before, count=count, since=since, last=now)
    return after if count < limit else _locked(after, now)


def _locked(attempts: Attempts, now: Millis) -> Attempts:
    lasts = min(LOCK_MS << min(attempts.locks, 16), LONGEST_LOCK_MS)
    return replace(attempts, count=0, since=now, locks=attempts.locks + 1, locked_until=now + lasts)


def given_back(attempts: Attempts, before: Attempts) -> Attempts:
    """The attempt succeeded: its address is counted as `before` it, but for what others did meanwhile."""
    if attempts.locks > before.locks:
        return replace(attempts, locks=before.locks, locked_until=0, count=max(0, before.count))
    return replace(attempts, count=max(0, attempts.count - 1))
