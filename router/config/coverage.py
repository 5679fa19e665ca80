"""Whether one list entry means every caller that another one means.

A number is a pattern without open digits, a prefix one with a star; so there are patterns and ranges only. When it is
not certain that all callers are covered, the answer is no.
"""

from dataclasses import dataclass
from itertools import takewhile

from router.config.keys.callers import CallersKeys
from router.config.numbers import country_code

LEAST_AFTER_COUNTRY = 3  # digits that make an area, or less, of a country


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """All numbers from `least` to `most`, of that many digits, digit for digit; `longer` ones that begin so, too.

    `digits` has a `?` where any digit may stand; empty for a range.
    """

    least: str
    most: str
    digits: str
    longer: bool = False


def meant_by(entry: CallersKeys) -> Meant | None:
    """Which callers an entry means; None when it is none of the four ways."""
    if entry.first and entry.last:
        return Meant(least=entry.first, most=entry.last, digits="")
    text = f"{entry.prefix}*" if entry.prefix else entry.pattern or entry.number
    if not text:
        return None
    digits = text.removesuffix("*")
    least, most = digits.replace("?", "0"), digits.replace("?", "9")
    return Meant(least=least, most=most, digits=digits, longer=text.endswith("*"))


def covers(wide: Meant, narrow: Meant) -> bool:
    """Whether `wide` means all that `narrow` means."""
    if not wide.digits:
        same = len(wide.least) == len(narrow.least) and not narrow.longer
        return same and wide.least <= narrow.least and narrow.most <= wide.most
    long_enough = len(wide.digits) <= len(narrow.least) if wide.longer else len(wide.digits) == len(narrow.least)
    if not long_enough or (narrow.longer and not wide.longer):
        return False
    certain = narrow.digits or _certain(narrow)
    return all(open_or_same in {"?", digit} for open_or_same, digit in zip(wide.digits, certain, strict=False))


def is_wide(meant: Meant) -> bool:
    """Whether this is a whole country, or so much of it that fewer than three digits after its code are given."""
    code = len(country_code(meant.least if not meant.digits else meant.digits))
    if not meant.digits:
        area: int = 10 ** max(len(meant.least) - code - LEAST_AFTER_COUNTRY, 0)  # numbers that share so many digits
        return int(meant.most) - int(meant.least) >= area
    given = len(meant.digits[code:].replace("?", ""))
    return (meant.longer or "?" in meant.digits) and given < LEAST_AFTER_COUNTRY


def _certain(between: Meant) -> str:
    """The digits that all numbers of a range have, and a `?` for each of the others."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(between.least, between.most, strict=True))
    return "".join(digit for digit, _ in same).ljust(len(between.least), "?")
