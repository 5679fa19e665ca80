"""What a good password is, when a session is over, and which pledge counts."""

from dataclasses import replace

import pytest

from router.core.desk.access import Role
from router.core.desk.account import IDLE_MS, LONGEST_MS, Account, Session, Weakness, weakness
from router.core.desk.pledge import Pledge, Pledged

ANNA = Account(login="anna", name="Anna", roles=frozenset({Role.SUPERVISOR}), agent=None, created=0)
PLEDGE = Pledge()


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("ein gutes langes wort", None),
        ("kurz", Weakness.SHORT),
        ("x" * 257, Weakness.LONG),
        ("annaannaanna1", Weakness.COMMON),
        ("Passwort1234", Weakness.COMMON),
        ("aaaaaaaaaaaaaa", Weakness.COMMON),
    ],
)
def test_length_counts_and_neither_the_name_nor_a_usual_word(password: str, weak: Weakness | None) -> None:
    assert weakness(password, "anna") is weak


def test_a_session_ends_when_it_is_idle_or_old() -> None:
    session = Session(key="", login="anna", begun=0, seen=0)
    assert (session.over(IDLE_MS - 1), session.over(IDLE_MS)) == (False, True)
    used = replace(session, seen=LONGEST_MS - 1)
    assert (used.over(LONGEST_MS - 1), used.over(LONGEST_MS)) == (False, True)


@pytest.mark.parametrize("now_in_force", [Pledge(version=2), Pledge(text="Ein anderer Text.")])
def test_a_new_pledge_is_made_anew(now_in_force: Pledge) -> None:
    pledged = replace(ANNA, pledged=Pledged(version=PLEDGE.version, digest=PLEDGE.digest, at=1))
    assert pledged.identity(PLEDGE).pledged
    assert not pledged.identity(now_in_force).pledged
    assert not ANNA.identity(PLEDGE).pledged
