"""The texts of billing: lines of an address, bank accounts, tax ids, numbers of invoices.

An IBAN's and a creditor id's two check digits are those of ISO 7064 (MOD 97-10); of VAT ids the shape is checked, as
the Union's countries give them out.
"""

import re
from collections.abc import Mapping
from typing import Annotated

from router.config.reading import ReadBy, Reader, Surroundings, wrong
from router.core.billing.vat import VAT_ID_OF

LONGEST_LINE = 70  # what banks take of a name, and what fits into an address field
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
IBAN_LENGTHS: Mapping[str, int] = {"DE": 22, "AT": 20, "CH": 21, "FR": 27, "NL": 18, "LU": 20, "BE": 16, "DK": 18}
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
CREDITOR_ID = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")
MANDATE = re.compile(r"[A-Za-z0-9+?/:().,'-]{1,35}")
NUMBERS = re.compile(r"[A-Za-z0-9._-]*(\{year\}[A-Za-z0-9._-]*)?\{number(:0[1-9])?\}[A-Za-z0-9._-]*")
LEITWEG = re.compile(r"[0-9]{2,12}(-[A-Za-z0-9]{1,30})?-[0-9]{2}")
MAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9.-]{3,190}")
VAT_IDS: Mapping[str, str] = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9]\d{5}[A-Z]{1,2}", "IT": r"\d{11}",
    "LT": r"(\d{9}|\d{12})", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"\d{9}B\d{2}", "PL": r"\d{10}",
    "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}",
}  # fmt: skip


def _line(text: str, _: Surroundings) -> str:
    if not text.strip() or not text.isprintable():
        raise wrong("one line of text is wanted", "write it, or remove the key")
    if len(text) > LONGEST_LINE:
        raise wrong(f"the text has {len(text)} characters", f"keep it at {LONGEST_LINE} at most")
    return text.strip()


def _iban(text: str, _: Surroundings) -> str:
    iban = text.replace(" ", "").upper()
    if not IBAN.fullmatch(iban) or len(iban) != IBAN_LENGTHS.get(iban[:2], len(iban)):
        raise wrong(f'"{text}" is not an IBAN', 'write all of it, such as "DE02 1203 0000 0000 2020 51"')
    if _rest(iban[4:] + iban[:4]) != 1:
        raise wrong(f'"{text}" is not an IBAN: its check digits do not fit', "look for a digit that was mistyped")
    return iban


def _creditor_id(text: str, _: Surroundings) -> str:
    written = text.replace(" ", "").upper()
    if not CREDITOR_ID.fullmatch(written) or _rest(written[7:] + written[:4]) != 1:
        hint = 'write the one that the Bundesbank gave you, such as "DE98ZZZ09999999999"'
        raise wrong(f'"{text}" is not a creditor identifier', hint)
    return written


def _rest(rearranged: str) -> int:
    """Of a number in which letters count as 10 to 35, divided by 97."""
    return int("".join(str(int(each, 36)) for each in rearranged)) % 97


def _vat_id(text: str, _: Surroundings) -> str:
    written = re.sub(r"[ .-]", "", text).upper()
    shape = VAT_IDS.get(written[:2])
    if shape is None or not re.fullmatch(shape, written[2:], re.ASCII):
        raise wrong(f'"{text}" is not a VAT id of a country of the Union', 'write it whole, such as "DE123456788"')
    return written


def _shaped(pattern: re.Pattern[str], message: str, hint: str) -> Reader:
    def read(text: str, around: Surroundings) -> str:  # noqa: ARG001 - every reader is called the same way
        if not pattern.fullmatch(text):
            raise wrong(f'"{text}" is not {message}', hint)
        return text

    return read


_bic = _shaped(BIC, "a BIC", 'write 8 or 11 letters and digits, such as "BYLADEM1001"')
_mandate = _shaped(MANDATE, "a mandate reference", "use at most 35 letters, digits and - / . without blanks")
_numbers = _shaped(NUMBERS, "a pattern of invoice numbers", 'write "VZ-{year}-{number:05}" or the like, with {number}')
_leitweg = _shaped(LEITWEG, "a Leitweg-ID", 'write it as the authority told you, such as "04011000-12345-34"')
_mail = _shaped(MAIL, "a mail address", 'write name@domain, such as "rechnung@example.org"')

Line = Annotated[str, ReadBy(_line)]
Iban = Annotated[str, ReadBy(_iban, "DE02120300000000202051")]
Bic = Annotated[str, ReadBy(_bic, "BYLADEM1001", BIC.pattern)]
CreditorId = Annotated[str, ReadBy(_creditor_id, "DE98ZZZ09999999999")]
VatId = Annotated[str, ReadBy(_vat_id, "DE123456788")]
MandateReference = Annotated[str, ReadBy(_mandate, "VZ-LUMENTA-1", MANDATE.pattern)]
InvoiceNumbers = Annotated[str, ReadBy(_numbers, "VZ-{year}-{number:05}")]
LeitwegId = Annotated[str, ReadBy(_leitweg, "04011000-12345-34", LEITWEG.pattern)]
Mail = Annotated[str, ReadBy(_mail, "rechnung@example.org")]


def country_of_vat_id(vat_id: str) -> str:
    """The country, by ISO 3166, that gave it out."""
    prefixes = {prefix: country for country, prefix in VAT_ID_OF.items()}
    return prefixes.get(vat_id[:2], vat_id[:2])
