"""Money: integer cents, exact fractions of cents before rounding, and how both are written."""

from fractions import Fraction

Cents = int  # hundredths of the tariff's currency


def round_half_up(amount: Fraction) -> Cents:
    """Whole cents of an exact amount in cents; exactly half a cent goes up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def decimal(amount: Fraction, *, places: int) -> str:
    """An exact, non-negative amount for readers: at most `places` decimals, rounded, without trailing zeros."""
    scaled = str(round_half_up(amount * 10**places)).rjust(places + 1, "0")
    whole, decimals = scaled[:-places], scaled[-places:].rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def written(amount: Cents, currency: str) -> str:
    """Cents as a sum of money, `1.82 EUR`."""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}{whole}.{cents:02} {currency}"
