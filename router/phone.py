"""Phone numbers as the world writes them, to E.164."""

import re

import phonenumbers

NOT_DIGITS = re.compile("[^0-9]")
LONGEST_CODE = 6  # digits of a service code, such as 110 or 116117


def e164(text: str, country: str) -> str | None:
    """`+493012345678` for `030 12345678`, `0049 30 …` or `+49 (30) …` in `country` (ISO 3166, two letters).

    None for what is no number at all: empty, `anonymous`, a name. What cannot be E.164, such as a service code, comes
    back as its digits.
    """
    digits = NOT_DIGITS.sub("", text)
    if not digits or any(sign.isalpha() for sign in text):
        return None
    try:
        number = phonenumbers.parse(text, country)
        if _lacks_plus(text, country) and phonenumbers.is_valid_number(whole := phonenumbers.parse(f"+{digits}")):
            number = whole
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number) or _is_code(text, number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _lacks_plus(text: str, country: str) -> bool:
    """Some trunks send `49171…`, which cannot be meant nationally where each such number begins with a zero."""
    code = str(phonenumbers.country_code_for_region(country))
    return text.startswith(code) and phonenumbers.ndd_prefix_for_region(country, strip_non_digits=True) == "0"


def _is_code(text: str, number: phonenumbers.PhoneNumber) -> bool:
    """`110` is no number of an area: short, dialled without any prefix, and given to nobody."""
    return len(text) <= LONGEST_CODE and text[0] not in "+0" and not phonenumbers.is_valid_number(number)
