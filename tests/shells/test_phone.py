"""Numbers as the world writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.patterns import forged
from router.phone import e164


@pytest.mark.parametrize(
    "written",
    [
        "+493012345678",
        "030 12345678",
        "030/123456-78",
        "0049 30 12345678",
        "+49 (30) 12345678",
        "+49 (0)30 12345678",
        "493012345678",
        "+493012345678#99",
        "(0)30 12345678",
        "(030) 12345678",
        "0049 (0)30 12345678",
        "00 49 30 123 456 78",
        "+49 30 / 12 34 56 78",
        "+49.30.12345678",
        "030-12345678",
        " 030 12345678 ",
    ],
)
def test_every_usual_form_of_a_number_is_understood(written: str) -> None:
    assert e164(written, "DE") == "+493012345678"


@pytest.mark.parametrize(("country", "number"), [("DE", "+493012345678"), ("AT", "+433012345678")])
def test_a_national_number_is_of_the_given_country(country: str, number: str) -> None:
    assert e164("03012345678", country) == number


@pytest.mark.parametrize("number", ["491701234567", "498001234567", "4932212345678"])
def test_a_number_that_lacks_only_the_plus_is_international(number: str) -> None:
    assert e164(number, "DE") == f"+{number}"


def test_a_foreign_number_stays_foreign() -> None:
    assert e164("0041 44 668 18 00", "DE") == "+41446681800"


@pytest.mark.parametrize(
    "nothing", ["", "anonymous", "Unknown", "+", "-", "²³", "０３０１２", "030-CALL-ME", "tel:030", "\0"]
)
def test_what_is_no_number_at_all_is_none(nothing: str) -> None:
    assert e164(nothing, "DE") is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0170 1234567", "+491701234567"),
        ("0800 1234567", "+498001234567"),
        ("0032 2 555 12 12", "+3225551212"),
        ("032 212345678", "+4932212345678"),
        ("0180 5 123456", "+491805123456"),
        ("0043 1 58858", "+43158858"),
        ("06131 12345", "+49613112345"),
    ],
)
def test_each_kind_of_number_has_its_one_form(written: str, number: str) -> None:
    assert e164(written, "DE") == number


@pytest.mark.parametrize(
    "shown", ["110", "112", "11833", "22044", "+49110", "0110", "030 110", "0900 1234567", "0137 1234567", "0049 112"]
)
def test_numbers_nobody_calls_from_are_known_in_every_form(shown: str) -> None:
    assert forged(e164(shown, "DE") or "")


@pytest.mark.parametrize("shown", ["030 12345678", "0180 5123456", "0800 1234567", "+43 110 1234", "116117"])
def test_numbers_people_call_from_are_not_taken_for_those(shown: str) -> None:
    assert not forged(e164(shown, "DE") or "")


@pytest.mark.parametrize("code", ["110", "112", "11833", "116117", "0", "7"])
def test_a_service_code_stays_as_it_was_dialled(code: str) -> None:
    assert e164(code, "DE") == code


def test_a_short_number_of_a_small_country_is_a_number_all_the_same() -> None:
    assert e164("247100", "LU") == "+352247100"


@pytest.mark.parametrize("impossible", ["+1222222222222222222", "1" * 300, "+49"])
def test_digits_that_cannot_be_a_number_come_back_as_digits(impossible: str) -> None:
    assert e164(impossible, "DE") == impossible.lstrip("+")


@given(st.text(), st.sampled_from(["DE", "AT", "US", "IT"]))
def test_any_text_gives_a_plain_number_or_nothing(text: str, country: str) -> None:
    found = e164(text, country)
    assert found is None or (found.isascii() and found.removeprefix("+").isdigit())


@given(st.from_regex(r"\+49[1-9][0-9]{5,10}", fullmatch=True))
def test_a_number_once_understood_stays_the_same(number: str) -> None:
    assert e164(number, "US") == e164(e164(number, "DE") or "", "US")
