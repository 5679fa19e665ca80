"""Phone numbers as the world writes them, to E.164."""

import phonenumbers


def e164(text: str, country: str) -> str | None:
    """`+493012345678` for `030 12345678`, `0049 30 …` or `+49 (30) …` in `country` (ISO 3166, two letters).

    None for what is no number at all: empty, `anonymous`, a name. A number that is too short for E.164, such as a
    service code, comes back as its digits.
    """
    digits = "".join(sign for sign in text if sign.isdigit())
    if not digits or any(sign.isalpha() for sign in text):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
