"""Exact numbers as text: for machines with a point, for readers as their language writes them."""

from fractions import Fraction

from router.core.billing.invoice import InvoiceLanguage
from router.core.money import Cents, round_half_up

POINT = {InvoiceLanguage.GERMAN: ",", InvoiceLanguage.ENGLISH: "."}
GROUPS = {InvoiceLanguage.GERMAN: ".", InvoiceLanguage.ENGLISH: ","}
MINUS = "\u2212"


def plain(amount: Fraction, *, places: int, least: int = 0) -> str:
    """`-1234.5`: at most `places` decimals, rounded half-up, at least `least`; never `-0`."""
    scaled = round_half_up(abs(amount) * 10**places)
    digits = str(scaled).rjust(places + 1, "0")
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    shown = decimals.rstrip("0").ljust(least, "0")
    sign = "-" if amount < 0 and scaled else ""
    return f"{sign}{whole}.{shown}" if shown else f"{sign}{whole}"


def read(amount: Fraction, language: InvoiceLanguage, *, places: int, least: int = 0) -> str:
    """`−1.234,5` or `−1,234.5`."""
    text = plain(amount, places=places, least=least)
    whole, point, decimals = text.removeprefix("-").partition(".")
    grouped = f"{int(whole):,}".replace(",", GROUPS[language])
    return f"{MINUS if text.startswith('-') else ''}{grouped}{POINT[language] if point else ''}{decimals}"


def money(amount: Cents, language: InvoiceLanguage) -> str:
    """Cents as `1.234,50`, without the currency."""
    return read(Fraction(amount, 100), language, places=2, least=2)


def clock(millis: int, language: InvoiceLanguage) -> str:
    """A duration as `1:35,000`: minutes, seconds and thousandths."""
    minutes, rest = divmod(millis, 60_000)
    return f"{minutes}:{rest // 1000:02}{POINT[language]}{rest % 1000:03}"
