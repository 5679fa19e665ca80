"""A statement's lines as an invoice words them, in German and English, each with its arithmetic."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from router.core.billing.entry import REVERSING, Entry, EntryKind
from router.core.billing.invoice import CallLine, InvoiceLanguage, InvoiceLine, Unit, shortened
from router.core.billing.month import (
    BaseFee,
    CallsLine,
    EntryLine,
    IncludedCalls,
    IncludedMinutes,
    Line,
    Statement,
    TopUp,
)
from router.core.billing.period import PeriodCall
from router.core.billing.vat import Vat
from router.core.money import written
from router.core.tariff import ChargeKind

Words = dict[str, tuple[str, str]]  # German, English

CHARGES: Words = {
    "acceptance": ("Anrufannahme", "Calls accepted"),
    "handling": ("Bearbeitungszeit", "Handling time"),
    "forwarded": ("Weitergeleitete Gespräche", "Forwarded conversations"),
    "surcharge": ("Zuschlag", "Surcharge"),
}
ENTRIES: Words = {
    "credit": ("Gutschrift", "Credit"),
    "discount": ("Nachlass", "Discount"),
    "reversal": ("Storno", "Reversal"),
    "refund": ("Erstattung Werbeanruf", "Refund of an advertising call"),
}
OTHERS: Words = {
    "base_fee": ("Grundgebühr", "Base fee"),
    "days": ("{} von {} Tagen", "{} of {} days"),
    "included_minutes": ("Inklusivminuten", "Included minutes"),
    "seconds": ("{used} von {seconds} s, je zum Preis des Anrufs", "{used} of {seconds} s, each at its call's price"),
    "split": (", vom Anruf {} nur {} s", ", of call {} only {} s"),
    "included_calls": ("Inklusivanrufe", "Included calls"),
    "calls": ("{used} von {calls}", "{used} of {calls}"),
    "minimum": ("Aufstockung auf den Mindestumsatz", "Top-up to the minimum"),
    "lacks": ("{} - {}", "{} - {}"),
    "trial": ("Test: {} nicht berechnet", "trial: {} not charged"),
    "of": ("{} Anrufe, jeder für sich gerundet", "{} calls, each rounded by itself"),
    "call": ("Anruf {}", "call {}"),
}


def invoice_lines(of: Statement, vat: Vat, language: InvoiceLanguage) -> Iterator[InvoiceLine]:
    """One line each; those that are neither priced nor charged are left out."""
    words = _Words(language, of.currency)
    lines = [line for line in of.lines if line.charged or line.list_price]
    for place, line in enumerate(lines, 1):
        quantity, unit, price, per = _counted(line)
        text, detail = words.of(line)
        yield InvoiceLine(
            id=str(place), text=text, quantity=quantity, unit=unit, price=price, per=per, net=line.charged, vat=vat,
            detail=detail,
        )  # fmt: skip


def call_line(billed: PeriodCall, entries: Sequence[Entry]) -> CallLine:
    """A call among those that are itemised."""
    charges = billed.call.charges
    back = sum(-each.receivable for each in entries if each.kind in REVERSING and each.call == charges.call)
    lines = charges.lines
    acceptance = sum(line.list_price for line in lines if line.kind is ChargeKind.ACCEPTANCE)
    handling = sum(line.list_price for line in lines if line.kind is ChargeKind.HANDLING)
    return CallLine(
        arrived=billed.call.arrived,
        caller=shortened(billed.caller) if billed.caller else "",
        reference=charges.call,
        talk_ms=max(line.talk_ms for line in lines),
        wrap_up_ms=max(line.wrap_up_ms for line in lines),
        acceptance=acceptance,
        handling=handling,
        other=charges.list_price - acceptance - handling,
        waived=charges.list_price - charges.charged + back,
    )


def _counted(line: Line) -> tuple[Fraction, Unit, Fraction, int]:
    """Quantity, unit, price in cents and per how many units."""
    match line:
        case CallsLine(trial=False, kind=ChargeKind.ACCEPTANCE):
            return Fraction(line.units), Unit.PIECE, line.price, line.per
        case CallsLine(trial=False) if line.kind is not ChargeKind.SURCHARGE:
            return Fraction(line.units), Unit.SECOND, line.price, line.per
        case BaseFee() if line.charged:
            return Fraction(line.days, line.of_days), Unit.MONTH, line.price, 1
    return Fraction(-1 if line.charged < 0 else 1), Unit.PIECE, Fraction(abs(line.charged)), 1


class _Words:
    def __init__(self, language: InvoiceLanguage, currency: str) -> None:
        self._place = 0 if language is InvoiceLanguage.GERMAN else 1
        self._currency = currency

    def of(self, line: Line) -> tuple[str, str]:
        """Text and detail."""
        text, detail = self._of(line)
        if line.list_price and not line.charged:
            free = self._say(OTHERS, "trial", self._money(line.list_price))
            detail = f"{detail}; {free}" if detail else free
        return text, detail

    def _of(self, line: Line) -> tuple[str, str]:
        match line:
            case CallsLine():
                name = f" {line.name}" if line.name else ""
                return f"{self._say(CHARGES, line.kind.value)}{name}", self._say(OTHERS, "of", line.calls)
            case BaseFee():
                whole = line.days == line.of_days
                days = "" if whole else self._say(OTHERS, "days", line.days, line.of_days)
                return self._say(OTHERS, "base_fee"), days
            case IncludedMinutes():
                split = self._say(OTHERS, "split", line.split, line.split_seconds) if line.split else ""
                seconds = self._say(OTHERS, "seconds", used=line.used, seconds=line.seconds)
                return self._say(OTHERS, "included_minutes"), seconds + split
            case IncludedCalls():
                return self._say(OTHERS, "included_calls"), self._say(OTHERS, "calls", used=line.used, calls=line.calls)
            case TopUp():
                lacks = self._say(OTHERS, "lacks", self._money(line.minimum), self._money(line.turnover))
                return self._say(OTHERS, "minimum"), lacks
            case EntryLine(entry=entry):
                return self._entry(entry)

    def _entry(self, entry: Entry) -> tuple[str, str]:
        call = self._say(OTHERS, "call", entry.call) if entry.call else ""
        reason = "" if entry.kind is EntryKind.REFUND else entry.reason
        return self._say(ENTRIES, entry.kind.value), ", ".join(filter(None, (call, reason)))

    def _say(self, words: Words, key: str, *values: object, **named: object) -> str:
        return words[key][self._place].format(*values, **named)

    def _money(self, cents: int) -> str:
        return written(cents, self._currency)
