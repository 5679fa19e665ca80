"""Telephone numbers: E.164 as the core wants them, and which of them may be called for a client.

Written is one form only, `"+493012345678"`; for any other the finding gives that form. What may be called follows TKG
section 120 and the habits of toll fraud: no emergency, premium, mass-traffic, directory or satellite numbers.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

E164 = re.compile(r"\+[1-9][0-9]{3,14}")
# Germany's 1… numbers but mobile ones (15, 16, 17) are emergency, EU, directory, operator, mass-traffic and shared-cost
# services; 031 are tests, 0700 personal and 0900 premium numbers.
GERMAN_SERVICES = re.compile(r"\+49(1[^567]|31|700|900)")
SEPARATORS = re.compile(r"[ ()/.–-]")
DEAR = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PAGER})
ORDINARY = "write an ordinary fixed or mobile number"
COUNTRY_CODES = frozenset(f"+{code}" for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
WORLDWIDE = "001"  # phonenumbers' region for satellite and other networks without a country


@lru_cache(maxsize=20_000)
def is_e164(text: str) -> bool:
    """Whether it is written as E.164 and could be a number: right country code, possible length, no trunk zero."""
    number = _possible(text, None) if E164.fullmatch(text) else None
    return number is not None and _e164(number) == text


def corrected(text: str, country: str) -> str | None:
    """The E.164 form of a number as people of `country` write it (`030 123456`), None when there is none."""
    number = _possible(text, country)
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    form = _e164(number)
    return form if is_e164(form) else None


def international(text: str, country: str) -> str:
    """A number, or a part or pattern of one, with a plus before it: `030 12-34`, `0049 30 1234`, `+49 (0)30 1234` and
    `+49 030 1234` of Germany become `+49301234`. Anything else comes back without blanks and the like.
    """
    code = f"+{phonenumbers.country_code_for_region(country)}"
    bare = SEPARATORS.sub("", text.replace("(0)", "") if text.startswith(("+", "00")) else text)
    form = f"+{bare[2:]}" if bare.startswith("00") else f"{code}{bare[1:]}" if bare.startswith("0") else bare
    zero = phonenumbers.ndd_prefix_for_region(country, True) == "0" and form.startswith(f"{code}0")
    return code + form[len(code) + 1 :] if zero else form


def is_country(code: str) -> bool:
    """Whether it is the ISO 3166 code of a country that has telephone numbers."""
    return code in phonenumbers.SUPPORTED_REGIONS


def country_code(number: str) -> str:
    """With what an E.164 number begins, `+49`; all of it where that is no country's code yet."""
    starts = (number[:end] for end in range(2, min(len(number), 4) + 1))
    return next((start for start in starts if start in COUNTRY_CODES), number)


def prefixes_of(countries: Iterable[str]) -> tuple[str, ...]:
    """With what the E.164 numbers of these countries begin, `+49`."""
    return tuple(f"+{phonenumbers.country_code_for_region(country)}" for country in countries)


def why_not_callable(number: str, countries: frozenset[str]) -> tuple[str, str] | None:
    """Why an E.164 number must not be called for a client, and what would be right; None when it may be called.

    `countries` are the ISO codes of those allowed.
    """
    parsed = _possible(number, None)
    if parsed is None:
        return "is not a telephone number", ORDINARY
    regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    if WORLDWIDE in regions:
        return "is of a satellite or worldwide network", ORDINARY
    if not countries.intersection(regions):
        return f"is not in {' or '.join(sorted(countries))}", "allow its country in house: callable_countries"
    if GERMAN_SERVICES.match(number) or phonenumbers.number_type(parsed) in DEAR:
        return "is an emergency, premium or service number", ORDINARY
    return None


@lru_cache(maxsize=20_000)
def _possible(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
