"""Invoices to try things with: a month of an online shop, and its relatives."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from router.core.billing.invoice import (
    Account,
    Address,
    CallLine,
    DebitSequence,
    DirectDebit,
    Invoice,
    InvoiceKind,
    InvoiceLanguage,
    InvoiceLine,
    Party,
    Unit,
    shortened,
)
from router.core.billing.vat import OUTSIDE, REVERSE_CHARGE, STANDARD, Vat
from router.core.money import round_half_up

NOVEMBER = 1_793_516_400_000  # 2026-11-01 08:00 in Berlin
SELLER = Party(
    name="Vorzimmer Telefonservice GmbH",
    address=Address(street="Torstraße 140", postcode="10119", city="Berlin", country="DE"),
    vat_id="DE123456788",
    tax_number="37/123/45678",
    email="rechnung@vorzimmer.example",
    phone="+49 30 23125000",
    contact="Mira Hoffmann",
    register="Amtsgericht Charlottenburg, HRB 123456",
    managers="Mira Hoffmann",
    website="vorzimmer.example",
)
ACCOUNT = Account(
    holder="Vorzimmer Telefonservice GmbH", iban="DE02120300000000202051", bic="BYLADEM1001", bank="Deutsche Kreditbank"
)
BUYER = Party(
    name="Lumenta Leuchten Onlineshop GmbH",
    address=Address(street="Speicherstadt 7", postcode="20457", city="Hamburg", country="DE"),
    vat_id="DE987654321",
    email="buchhaltung@lumenta.example",
)
DEBIT = DirectDebit(
    mandate="VZ-LUMENTA-1",
    signed=date(2026, 9, 14),
    debtor=Account(holder="Lumenta Leuchten Onlineshop GmbH", iban="DE02500105170137075030", bic="INGDDEFFXXX"),
    creditor_id="DE98ZZZ09999999999",
    sequence=DebitSequence.FIRST,
    collected=date(2026, 12, 15),
)
AUSTRIAN = replace(
    BUYER,
    name="Wiener Lichthaus GmbH",
    address=Address(street="Praterstraße 1", postcode="1020", city="Wien", country="AT"),
    vat_id="ATU12345675",
)
SWISS = replace(
    BUYER,
    name="Zürcher Lichthaus AG",
    address=Address(street="Limmatquai 4", postcode="8001", city="Zürich", country="CH"),
    vat_id="",
)


def calls(count: int = 24) -> tuple[CallLine, ...]:
    """Calls of November, two an hour, with the tariff's two prices."""
    return tuple(_call(at) for at in range(count))


def _call(at: int) -> CallLine:
    talk, wrap_up = 9_000 + at * 7_321 % 240_000, at * 3_777 % 60_000
    return CallLine(
        arrived=NOVEMBER + at * 1_800_000,
        caller="" if at % 9 == 4 else shortened(f"+49301{at * 7919 % 10**7:07}"),
        reference=f"vz-{1_793_516_400 + at * 1800}.{at}",
        talk_ms=talk,
        wrap_up_ms=wrap_up,
        acceptance=59 if talk > 15_000 else 0,
        handling=round_half_up(Fraction((talk + wrap_up) // 1000 * 59, 60)),
        other=18 if at % 12 == 11 else 0,
    )


def lines(vat: Vat = STANDARD) -> tuple[InvoiceLine, ...]:
    """A month's lines: what the calls cost, a base fee, minutes that are included."""
    listed = calls()
    accepted = sum(1 for call in listed if call.acceptance)
    seconds = sum((call.talk_ms + call.wrap_up_ms) // 1000 for call in listed)
    return (
        InvoiceLine(
            id="1", text="Grundgebühr", quantity=Fraction(1), unit=Unit.MONTH, price=Fraction(2900), net=2900, vat=vat
        ),
        InvoiceLine(
            id="2",
            text="Anrufannahme",
            detail="je Anruf, in dem länger als 15 Sekunden gesprochen wurde",
            quantity=Fraction(accepted),
            unit=Unit.PIECE,
            price=Fraction(59),
            net=59 * accepted,
            vat=vat,
        ),
        InvoiceLine(
            id="3",
            text="Bearbeitungszeit",
            detail="Gespräch und Nacharbeit, je Anruf in ganzen Sekunden, kaufmännisch auf den Cent gerundet",
            quantity=Fraction(seconds),
            unit=Unit.SECOND,
            price=Fraction(59),
            per=60,
            net=sum(call.handling for call in listed),
            vat=vat,
        ),
        InvoiceLine(
            id="4",
            text="Inklusivminuten",
            detail="die ersten 10 Minuten des Monats, in der Reihenfolge der Anrufe",
            quantity=Fraction(-600),
            unit=Unit.SECOND,
            price=Fraction(59),
            per=60,
            net=-590,
            vat=vat,
        ),
        InvoiceLine(
            id="5",
            text="Nachtzuschlag",
            detail="30 % auf Anrufe zwischen 20 und 7 Uhr",
            quantity=Fraction(2),
            unit=Unit.PIECE,
            price=Fraction(18),
            net=36,
            vat=vat,
        ),
    )


def invoice(language: InvoiceLanguage = InvoiceLanguage.GERMAN) -> Invoice:
    """The shop's November, collected from its account."""
    return Invoice(
        number="VZ-2026-00042",
        language=language,
        issued=date(2026, 12, 1),
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
        due=date(2026, 12, 15),
        seller=SELLER,
        buyer=BUYER,
        customer="lumenta",
        account=ACCOUNT,
        debit=DEBIT,
        currency="EUR",
        timezone="Europe/Berlin",
        lines=lines() if language is InvoiceLanguage.GERMAN else tuple(map(_in_english, lines())),
        calls=calls(),
    )


ENGLISH_LINES = {
    "1": ("Base fee", ""),
    "2": ("Call acceptance", "each call with more than 15 seconds of talk"),
    "3": ("Handling", "talk and wrap-up, in whole seconds a call, rounded half-up to the cent"),
    "4": ("Included minutes", "the month's first 10 minutes, in the order of the calls"),
    "5": ("Night surcharge", "30% on calls between 8 pm and 7 am"),
}


def _in_english(line: InvoiceLine) -> InvoiceLine:
    text, detail = ENGLISH_LINES[line.id]
    return replace(line, text=text, detail=detail)


def reverse_charge() -> Invoice:
    """The same for an Austrian business, paid by transfer."""
    return replace(
        invoice(InvoiceLanguage.ENGLISH),
        buyer=AUSTRIAN,
        debit=None,
        lines=tuple(map(_in_english, lines(REVERSE_CHARGE))),
    )


def outside() -> Invoice:
    """The same for a Swiss business."""
    return replace(invoice(), buyer=SWISS, debit=None, lines=lines(OUTSIDE))


def credit_note() -> Invoice:
    """Two calls of the shop's that were advertising."""
    line = InvoiceLine(
        id="1",
        text="Erstattung von Werbeanrufen",
        quantity=Fraction(2),
        unit=Unit.PIECE,
        price=Fraction(75),
        net=150,
        vat=STANDARD,
    )
    return replace(
        invoice(),
        number="VZ-2026-00043",
        kind=InvoiceKind.CREDIT_NOTE,
        corrects="VZ-2026-00042",
        debit=None,
        lines=(line,),
        calls=(),
    )
