"""Too many failing sign-ins lock a name or an address, each time for longer."""

from router.core.desk.lockout import (
    FORGOTTEN_MS,
    LOCK_MS,
    LONGEST_LOCK_MS,
    PER_NAME,
    WINDOW_MS,
    Attempts,
    attempted,
    given_back,
)

NOW = 1_795_000_000_000


def after(attempts: Attempts, count: int, now: int, limit: int = PER_NAME) -> Attempts:
    for _ in range(count):
        attempts = attempted(attempts, limit, now)
    return attempts


def test_the_fifth_attempt_in_a_quarter_of_an_hour_locks_for_one() -> None:
    four = after(Attempts(since=NOW, last=NOW), 4, NOW)
    assert four.locked_until == 0
    assert after(four, 1, NOW).locked_until == NOW + LOCK_MS


def test_attempts_of_an_earlier_quarter_of_an_hour_do_not_count() -> None:
    four = after(Attempts(since=NOW, last=NOW), 4, NOW)
    assert after(four, 4, NOW + WINDOW_MS).locked_until == 0


def test_each_further_lock_lasts_twice_as_long_up_to_a_day() -> None:
    attempts, now, lasted = Attempts(since=NOW, last=NOW), NOW, []
    for _ in range(8):
        attempts = after(attempts, PER_NAME, now)
        lasted.append(attempts.locked_until - now)
        now = attempts.locked_until
    assert lasted[:3] == [LOCK_MS, 2 * LOCK_MS, 4 * LOCK_MS]
    assert max(lasted) == lasted[-1] == LONGEST_LOCK_MS


def test_attempts_while_locked_make_it_no_longer() -> None:
    locked = after(Attempts(since=NOW, last=NOW), PER_NAME, NOW)
    assert after(locked, 50, NOW + 1) == locked


def test_a_day_without_attempts_forgets_the_locks_before() -> None:
    locked = after(Attempts(since=NOW, last=NOW), PER_NAME, NOW)
    later = locked.locked_until + FORGOTTEN_MS
    assert attempted(locked, PER_NAME, later) == Attempts(count=1, since=later, last=later)


def test_an_attempt_that_succeeded_is_not_held_against_its_address() -> None:
    before = after(Attempts(since=NOW, last=NOW), PER_NAME - 1, NOW)
    locked = attempted(before, PER_NAME, NOW)
    assert given_back(locked, before).locked_until == 0
    assert given_back(attempted(Attempts(since=NOW), PER_NAME, NOW), Attempts(since=NOW)).count == 0
