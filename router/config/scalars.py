"""The texts that stand for something by themselves: numbers, durations, prices, days, ids, codes.

Each reader takes the text and gives the value, or raises what is wrong together with what would be right.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from router.config.holidays import REGIONS
from router.config.numbers import corrected, international, is_country, is_e164
from router.config.reading import ReadBy, Reader, Refers, Surroundings, wrong
from router.config.week import DAYS, TIMES, days_of, minutes_of
from router.core.house import LONGEST_SPOKEN
from router.core.ids import Millis

UNITS: Mapping[str, Millis] = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}
DURATION = r"([0-9]{1,9})(ms|s|min|h)"
LONGEST_MS = 24 * 3_600_000
PERCENT = r"[0-9]{1,4}(\.[0-9]{1,3})?"
PRICE = r"[0-9]{1,6}(\.[0-9]{1,6})?"
IDENTITY = r"[a-z][a-z0-9_-]{1,30}"
PREFIX = r"\+[1-9][0-9]{0,14}"
CODE = r"\*[0-9]{1,3}"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = DAY + r"( [0-9]{2}:[0-9]{2})?"
PATTERN = r"\+[1-9?][0-9?]{0,14}\*?"
MOST_WRITTEN = 4000


def _matching(pattern: str, message: str, hint: str) -> Reader:
    def read(text: str, around: Surroundings) -> str:  # noqa: ARG001 - every reader is called the same way
        if not re.fullmatch(pattern, text):
            raise wrong(f'"{text}" {message}', hint)
        return text

    return read


def _words(most: int) -> Reader:
    def read(text: str, _: Surroundings) -> str:
        if not text.strip():
            raise wrong("the text is empty", "write it, or remove the key")
        if len(text) > most:
            raise wrong(f"the text has {len(text)} characters", f"keep it at {most} at most")
        return text

    return read


def _number(text: str, around: Surroundings) -> str:
    if is_e164(text):
        return text
    form = corrected(text, around.country)
    hint = f'write "{form}"' if form else 'write a plus, the country code and the number, such as "+493012345678"'
    raise wrong(f'"{text}" is not a telephone number in E.164', hint)


def _listed_number(text: str, around: Surroundings) -> str:
    """A number of a list, in any form in which people write it."""
    form = international(text, around.country)
    return form if is_e164(form) else _number(text, around)


def _listed_prefix(text: str, around: Surroundings) -> str:
    form = international(text, around.country)
    if not re.fullmatch(PREFIX, form):
        raise wrong(
            f'"{text}" is not the beginning of a number', 'write it as it is dialled, such as "+49900" or "0900"'
        )
    return form


def _listed_pattern(text: str, around: Surroundings) -> str:
    form = international(text, around.country)
    if not re.fullmatch(PATTERN, form):
        hint = 'write ? for any one digit, and * at the end for any more, such as "089 99998???"'
        raise wrong(f'"{text}" is not a pattern of numbers', hint)
    if "?" not in form and "*" not in form:
        raise wrong(f'"{text}" leaves no digit open', "write ? for any one digit, or number: instead of pattern:")
    return form


def _duration(least: Millis) -> Reader:
    def read(text: str, _: Surroundings) -> Millis:
        found = re.fullmatch(DURATION, text)
        if not found:
            raise wrong(f'"{text}" is not a duration', "write a whole number and its unit: 500ms, 15s, 2min, 1h")
        length = int(found[1]) * UNITS[found[2]]
        if not least <= length <= LONGEST_MS:
            raise wrong(f'"{text}" is too {"short" if length < least else "long"}', f"write {least // 1000}s to 24h")
        return length

    return read


def _price(text: str, _: Surroundings) -> Fraction:
    if not re.fullmatch(PRICE, text):
        raise wrong(f'"{text}" is not a price', 'write units of the currency with a point, such as "0.59"')
    return Fraction(text) * 100


def _day(text: str, _: Surroundings) -> date:
    try:
        return date.fromisoformat(text if re.fullmatch(DAY, text) else "")
    except ValueError:
        raise wrong(f'"{text}" is not a day', 'write year-month-day, such as "2026-01-31"') from None


def _past_day(text: str, around: Surroundings) -> date:
    day = _day(text, around)
    if day > around.today:
        raise wrong(f'"{text}" has not come yet', "write the day on which it was signed, or remove the key")
    return day


def _moment(text: str, _: Surroundings) -> datetime:
    """The end of a day, or a time of it, on whatever clock it is held against."""
    day, _blank, hour = (text if re.fullmatch(MOMENT, text) else "").partition(" ")
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour)) if hour else _end_of(day)
    except (ValueError, OverflowError):
        hint = 'write the last day, such as "2026-01-31", or a day and time: "2026-01-31 18:00"'
        raise wrong(f'"{text}" is not a day, nor a day and time', hint) from None


def _beginning(text: str, _: Surroundings) -> datetime:
    """The beginning of a day, or a time of it, on whatever clock it is held against."""
    try:
        return datetime.fromisoformat(text if re.fullmatch(MOMENT, text) else "")
    except ValueError:
        hint = 'write the first day, such as "2026-01-31", or a day and time: "2026-01-31 18:00"'
        raise wrong(f'"{text}" is not a day, nor a day and time', hint) from None


def _percent(text: str, _: Surroundings) -> Fraction:
    if not re.fullmatch(PERCENT, text) or not Fraction(text):
        raise wrong(f'"{text}" is not a percentage', 'write percent above 0, such as "25" or "12.5"')
    return Fraction(text)


def _end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time())


def _timezone(text: str, _: Surroundings) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong(f'"{text}" is not a time zone', "write one of the IANA's names, such as Europe/Berlin") from None
    return text


def _days(text: str, _: Surroundings) -> str:
    if not days_of(text):
        raise wrong(f'"{text}" is no day of the week', "write mo, tu, we, th, fr, sa, su, or from-to such as mo-fr")
    return text


def _times(text: str, _: Surroundings) -> str:
    if minutes_of(text) is None:
        hint = 'write "08:00-18:00"; the end may be "24:00", or lie after midnight: "22:00-06:00"'
        raise wrong(f'"{text}" is no time of day from-to', hint)
    return text


def _country(text: str, _: Surroundings) -> str:
    if not is_country(text):
        raise wrong(f'"{text}" is not a country', "write its two capital letters of ISO 3166, such as DE")
    return text


def _region(text: str, _: Surroundings) -> str:
    if text not in REGIONS:
        raise wrong(f'"{text}" is not one of the Länder', f"write one of {', '.join(REGIONS)}")
    return text


_identity = _matching(IDENTITY, "is not an id", "use 2 to 31 of a-z, 0-9, - and _, beginning with a letter")
_prefix = _matching(PREFIX, "is not the beginning of a number", 'write a plus and digits, such as "+49900"')
_code = _matching(CODE, "is not a code for a phone's keys", 'write a star and one to three digits, such as "*2"')
_key = _matching("[1-9]", "is not a key of a phone", 'write one digit from "1" to "9"')
_extension = _matching("[0-9]{1,4}", "is not an extension", 'write one to four digits in quotes, such as "21"')
_language = _matching("[a-z]{2}", "is not a language", "write its two small letters of ISO 639-1, such as de")
_any_language = _matching("any", "is not what a step can ask for", "write any, or remove the key")
_currency = _matching("[A-Z]{3}", "is not a currency", "write its three letters of ISO 4217, such as EUR")

Identity = Annotated[str, ReadBy(_identity, "anna", IDENTITY)]
TariffId = Annotated[Identity, Refers("tariffs")]
TrunkId = Annotated[Identity, Refers("trunks")]
HoursId = Annotated[Identity, Refers("hours")]
PersonId = Annotated[Identity, Refers("staff")]
Words = Annotated[str, ReadBy(_words(MOST_WRITTEN))]
Spoken = Annotated[str, ReadBy(_words(LONGEST_SPOKEN))]
Number = Annotated[str, ReadBy(_number, "+493023125010", r"\+[1-9][0-9]{3,14}")]
Prefix = Annotated[str, ReadBy(_prefix, "+49900", PREFIX)]
ListedNumber = Annotated[str, ReadBy(_listed_number, "030 23125010")]
ListedPrefix = Annotated[str, ReadBy(_listed_prefix, "0900")]
ListedPattern = Annotated[str, ReadBy(_listed_pattern, "089 99998???")]
Duration = Annotated[Millis, ReadBy(_duration(1000), "15s", DURATION)]
LongDuration = Annotated[Millis, ReadBy(_duration(1000), "30min", DURATION)]
DurationOrNone = Annotated[Millis, ReadBy(_duration(0), "0s", DURATION)]
Price = Annotated[Fraction, ReadBy(_price, "0.59", PRICE)]
Day = Annotated[date, ReadBy(_day, "2026-01-31", DAY)]
PastDay = Annotated[date, ReadBy(_past_day, "2026-01-31", DAY)]
Moment = Annotated[datetime, ReadBy(_moment, "2026-01-31", MOMENT)]
Beginning = Annotated[datetime, ReadBy(_beginning, "2026-01-31 09:00", MOMENT)]
Percent = Annotated[Fraction, ReadBy(_percent, "25", PERCENT)]
Timezone = Annotated[str, ReadBy(_timezone, "Europe/Berlin")]
Days = Annotated[str, ReadBy(_days, "mo-fr", DAYS)]
Times = Annotated[str, ReadBy(_times, "08:00-18:00", TIMES)]
Country = Annotated[str, ReadBy(_country, "DE", "[A-Z]{2}")]
Currency = Annotated[str, ReadBy(_currency, "EUR", "[A-Z]{3}")]
Code = Annotated[str, ReadBy(_code, "*2", CODE)]
Key = Annotated[str, ReadBy(_key, "1", "[1-9]")]
Extension = Annotated[str, ReadBy(_extension, "21", "[0-9]{1,4}")]
LanguageCode = Annotated[str, ReadBy(_language, "de", "[a-z]{2}")]
AnyLanguage = Annotated[str, ReadBy(_any_language, "any", "any")]
Region = Annotated[str, ReadBy(_region, "BY", f"({'|'.join(REGIONS)})")]
