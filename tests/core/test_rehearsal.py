"""A house is tried before it goes live: whatever raises in it is told, and nothing of it leaves the rehearsal."""

import pytest

from router.core.hours import Hours
from router.core.house import Client, Greeting, GreetingMode, Responsible, Vip
from router.core.rehearsal import rehearse
from tests.stories.houses import FRAU_WEISS, a_house, kanzlei, praxis, with_praxis

NOW = 1_795_000_000_000
NOWHERE = Hours(name="nowhere", timezone="Atlantis/Capital")


def test_a_good_house_passes() -> None:
    assert rehearse(a_house(), NOW, a_house(block=())) == ""


def test_a_house_passes_in_the_place_of_an_empty_one() -> None:
    assert rehearse(a_house(), NOW, a_house(clients=(), agents=())) == ""


def broken() -> Client:
    return kanzlei(greetings=(Greeting(mode=GreetingMode.PLAY, text="Guten Tag", hours=NOWHERE),))


def test_the_client_whose_calls_fail_is_named() -> None:
    told = rehearse(a_house(clients=(praxis(), broken())), NOW, a_house())
    assert told.startswith("a call of None to kanzlei cannot be served")
    assert "Atlantis" in told


def test_a_client_that_was_broken_before_does_not_keep_others_from_being_mended() -> None:
    before = a_house(clients=(praxis(), broken()))
    assert rehearse(a_house(clients=(praxis(name="Praxis Dr. Maier"), broken())), NOW, before) == ""
    told = rehearse(a_house(clients=(praxis(), broken()), park_limit_ms=1), NOW, before)
    assert told.startswith("a call of None to kanzlei cannot be served")


BY_HOUR = (Responsible(staff=FRAU_WEISS.id, hours=NOWHERE),)


@pytest.mark.parametrize(
    "entry",
    [
        Vip(number="+4989111", by_hours=BY_HOUR),
        Vip(prefix="+4989", by_hours=BY_HOUR),
        Vip(between=("+4989111", "+4989222"), by_hours=BY_HOUR),
        Vip(pattern="+4989?1*", by_hours=BY_HOUR),
    ],
    ids=["number", "prefix", "range", "pattern"],
)
def test_a_caller_on_each_kind_of_list_entry_is_tried(entry: Vip) -> None:
    told = rehearse(with_praxis(vips=(entry,)), NOW, a_house())
    assert told.startswith("a call of +4989")
    assert "Atlantis" in told
