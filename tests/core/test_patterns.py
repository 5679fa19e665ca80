"""Which numbers an entry means, and which numbers are no ordinary ones."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.house import BlockEntry
from router.core.patterns import Index, Remembered, covers, forged, matching, meant, never_called

digits = st.text("0123456789", min_size=3, max_size=9)


@pytest.mark.parametrize(
    ("entry", "number", "covered"),
    [
        (BlockEntry(number="+49170"), "+49170", True),
        (BlockEntry(number="+49170"), "+491701", False),
        (BlockEntry(prefix="+49170"), "+49170", True),
        (BlockEntry(prefix="+49170"), "+491701", True),
        (BlockEntry(prefix="+49170"), "+4917", False),
        (BlockEntry(prefix=""), "+4917", True),
        (BlockEntry(between=("+4930100", "+4930199")), "+4930100", True),
        (BlockEntry(between=("+4930100", "+4930199")), "+4930199", True),
        (BlockEntry(between=("+4930100", "+4930199")), "+4930200", False),
        (BlockEntry(between=("+4930100", "+4930199")), "+49301500", False),  # another length
        (BlockEntry(pattern="+4930?00"), "+4930500", True),
        (BlockEntry(pattern="+4930?00"), "+49305000", False),
        (BlockEntry(pattern="+4930?00*"), "+49305000", True),
        (BlockEntry(pattern="+4930?00*"), "+4930500", True),
        (BlockEntry(pattern="?4930"), "+4930", False),  # a plus is no digit
        (BlockEntry(), "+4917", False),
    ],
)
def test_entry_covers_what_it_says(entry: BlockEntry, number: str, covered: bool) -> None:
    assert covers(entry, number) == covered
    assert (matching((entry,), number) == [entry]) == covered


@given(st.text("01?", min_size=1, max_size=6), st.booleans(), st.text("01", max_size=8))
def test_pattern_means_what_the_same_regex_means(signs: str, more: bool, number: str) -> None:
    pattern = "+49" + signs + "*" * more
    regex = re.escape("+49" + signs).replace(r"\?", "[0-9]") + ("[0-9]*" if more else "")
    assert covers(BlockEntry(pattern=pattern), "+49" + number) == bool(re.fullmatch(regex, "+49" + number))


@st.composite
def entries(draw: st.DrawFn) -> BlockEntry:
    number = "+" + draw(digits)
    match draw(st.sampled_from(("number", "prefix", "between", "pattern"))):
        case "number":
            return BlockEntry(number=number)
        case "prefix":
            return BlockEntry(prefix=number[: draw(st.integers(1, 5))])
        case "between":
            first, last = sorted((number, number[:3] + draw(digits)[: len(number) - 3].ljust(len(number) - 3, "0")))
            return BlockEntry(between=(first, last))
        case _:
            at = draw(st.integers(1, len(number) - 1))
            return BlockEntry(pattern=number[:at] + "?" + number[at + 1 :] + draw(st.sampled_from(("", "*"))))


@given(st.lists(entries(), max_size=12), digits)
def test_index_finds_what_a_look_at_each_entry_finds(known: list[BlockEntry], number: str) -> None:
    found = Index(known).of("+" + number)
    expected = [entry for entry in known if covers(entry, "+" + number)]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


def test_closest_entry_comes_first_and_equals_keep_their_order() -> None:
    country, area = BlockEntry(prefix="+49"), BlockEntry(prefix="+4930")
    exact, again = BlockEntry(number="+49301"), BlockEntry(number="+49301", reason="again")
    assert matching((country, exact, area, again), "+49301") == [exact, again, area, country]


def test_entry_is_told_in_words() -> None:
    assert meant(BlockEntry(between=("+491", "+492"))) == "+491 to +492"
    assert meant(BlockEntry(prefix="+49")) == "everything from +49"
    assert meant(BlockEntry(pattern="+49?*")) == "+49?*"
    assert meant(BlockEntry()) == "nobody"


def test_what_was_built_is_built_once_for_the_very_value_and_the_oldest_is_forgotten() -> None:
    built: list[tuple[int, ...]] = []

    def build(value: tuple[int, ...]) -> int:
        built.append(value)
        return len(value)

    remembered = Remembered(build, most=6)
    first, second, third = (1, 2), (3, 4), (5, 6)
    assert [remembered.of(value) for value in (first, second, first, second)] == [2, 2, 2, 2]
    assert built == [first, second]
    remembered.of(third)
    remembered.of(second)
    assert built == [first, second, third]
    remembered.of(first)
    assert built == [first, second, third, first]


def test_equal_lists_are_two_lists() -> None:
    one, other = (BlockEntry(number="+491"),), (BlockEntry(number="+491"),)
    assert matching(one, "+491")[0] is one[0]
    assert matching(other, "+491")[0] is other[0]


# --- no ordinary numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "caller",
    [
        *("110", "112", "11833", "22044", "1"),
        *("+49110", "+49112", "+490110", "+4911833", "+49118330", "+491101", "+49900", "+499001234567"),
        *("+49137", "+4913712345", "+4913812345", "+4930110", "+4989112", "+49221110"),
    ],
)
def test_nobody_calls_from_these_numbers(caller: str) -> None:
    assert forged(caller)


@pytest.mark.parametrize(
    "caller",
    [
        *("+4930123456", "+4917011111", "+491801234", "+498001234567", "+4932212345", "+4970012345"),
        *("+4942131110", "+493011011011", "+43110", "+43900123456", "+14155550110", "116117", "1234567"),
    ],
)
def test_people_do_call_from_these_numbers(caller: str) -> None:
    assert not forged(caller)


@pytest.mark.parametrize(
    "number",
    [
        *("110", "112", "116117", "", "anonymous", "0301234", "+0301234", "+49", "+4930123456789012"),
        *("+49110", "+4930112", "+499001234567", "+4911833", "+491371234", "+491801234567", "+49700123456"),
        *("+4931123", "+491912345", "+8811234567", "+870123456", "+882123456", "+979123456", "+80812345678"),
    ],
)
def test_these_numbers_are_never_called(number: str) -> None:
    assert never_called(number)


@pytest.mark.parametrize("number", ["+4930123456", "+4917011111", "+491511234567", "+4932212345", "+41446681800"])
def test_these_numbers_may_be_called(number: str) -> None:
    assert not never_called(number)
