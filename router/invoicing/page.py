"""What stands on an invoice's pages: every text in its language, ready for the template, which lays it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from router.core.billing.invoice import Address, CallLine, Invoice, InvoiceLine, Party, VatSum
from router.core.billing.vat import VatCategory
from router.core.money import Cents
from router.invoicing.countries import name_of
from router.invoicing.display import displayed
from router.invoicing.numbers import clock, money, read
from router.invoicing.words import Words, words_of

HOME = "DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the template gets, as JSON. `facts`, `lines`, `sums` and `calls` are rows of cells."""

    language: str
    title: str
    number: str
    page: str
    issued: tuple[int, int, int]
    seller: str
    sender: str
    contact: Sequence[str]
    recipient: Sequence[str]
    facts: Sequence[tuple[str, str]]
    heads: Sequence[str]
    lines: Sequence[Sequence[str]]
    sums: Sequence[tuple[str, str]]
    total: tuple[str, str]
    remarks: Sequence[str]
    footer: Sequence[Sequence[str]]
    annex: str
    annex_told: str
    call_heads: Sequence[str]
    calls: Sequence[Sequence[str]]
    call_sums: Sequence[str]


def page_of(invoice: Invoice) -> Page:
    """The invoice, worded."""
    words = words_of(invoice.language)
    seller = invoice.seller
    return Page(
        language=invoice.language.value,
        title=words.title(invoice.kind),
        number=displayed(invoice.number),
        page=words.page,
        issued=(invoice.issued.year, invoice.issued.month, invoice.issued.day),
        seller=displayed(seller.name, most=80),
        sender=displayed(" · ".join((seller.name, *_place(seller.address))), most=110),
        contact=_shown(seller.contact, seller.phone, seller.email, seller.website),
        recipient=_recipient(invoice.buyer),
        facts=_facts(invoice, words),
        heads=(words.position, words.service, words.quantity, words.price, f"{words.sum} ({invoice.currency})"),
        lines=[_line(line, words) for line in invoice.lines],
        sums=_sums(invoice, words),
        total=(words.gross, f"{money(invoice.totals.gross, invoice.language)} {invoice.currency}"),
        remarks=_remarks(invoice, words),
        footer=_footer(invoice, words),
        annex=words.calls,
        annex_told=words.calls_told.format(timezone=displayed(invoice.timezone), currency=invoice.currency),
        call_heads=(
            words.arrived, words.caller, words.talk, words.wrap_up, words.acceptance, words.handling, words.other,
            words.charged, words.reference,
        ),
        calls=[_call(call, words, ZoneInfo(invoice.timezone)) for call in invoice.calls],
        call_sums=_call_sums(invoice.calls, words),
    )  # fmt: skip


def _shown(*texts: str, most: int = 80) -> list[str]:
    return [displayed(text, most=most) for text in texts if text]


def _place(address: Address) -> tuple[str, ...]:
    return (address.street, f"{address.postcode} {address.city}")


def _recipient(party: Party) -> list[str]:
    """At most six lines, DIN 5008: name, person, street, place, country."""
    address = party.address
    country = () if address.country == HOME else (name_of(address.country),)
    return _shown(party.name, party.contact, address.extra, *_place(address), *country, most=70)


def _facts(invoice: Invoice, words: Words) -> list[tuple[str, str]]:
    rows = [
        (words.number, invoice.number),
        (words.issued, words.day(invoice.issued)),
        (words.period, f"{words.day(invoice.first)} – {words.day(invoice.last)}"),
        (words.customer, invoice.customer),
        (words.buyer_vat_id, invoice.buyer.vat_id),
        (words.corrects, invoice.corrects),
        ("Leitweg-ID", invoice.buyer.leitweg_id),
    ]
    return [(head, displayed(text, most=60)) for head, text in rows if text]


def _line(line: InvoiceLine, words: Words) -> tuple[str, ...]:
    language = words.language
    per = f"{line.per} " if line.per != 1 else ""
    price = f"{read(line.price / 100, language, places=6, least=2)} / {per}{words.unit(line.unit)}"
    rounding = f"{words.rounding}: {money(line.rounding, language)}" if line.rounding else ""
    detail = ". ".join(text.rstrip(".") for text in (line.detail, rounding) if text)
    quantity = f"{read(line.quantity, language, places=6)} {words.unit(line.unit)}"
    return (
        displayed(line.id, most=8),
        displayed(line.text, most=160),
        displayed(detail),
        quantity,
        price,
        money(line.net, language),
    )


def _sums(invoice: Invoice, words: Words) -> list[tuple[str, str]]:
    net = (words.net, money(invoice.totals.net, words.language))
    return [net, *(_vat(each, words) for each in invoice.totals.by_vat if each.vat.category is VatCategory.STANDARD)]


def _vat(each: VatSum, words: Words) -> tuple[str, str]:
    language = words.language
    rate, basis = read(each.vat.rate, language, places=2), money(each.basis, language)
    return words.vat.format(rate=rate, basis=basis), money(each.amount, language)


def _remarks(invoice: Invoice, words: Words) -> list[str]:
    exempt = (words.exemption(each.vat.category) for each in invoice.totals.by_vat)
    return [displayed(text, most=500) for text in (*exempt, words.payment(invoice), invoice.note) if text]


def _footer(invoice: Invoice, words: Words) -> list[list[str]]:
    seller, account = invoice.seller, invoice.account
    managers = f"{words.managers}: {seller.managers}" if seller.managers else ""
    return [
        _shown(seller.name, *_place(seller.address)),
        _shown(f"{words.account}: {account.bank or account.holder}", f"IBAN {spaced(account.iban)}", _bic(account.bic)),
        _shown(f"{words.vat_id} {seller.vat_id}", f"{words.tax_number} {seller.tax_number}", seller.register, managers),
    ]


def _bic(bic: str) -> str:
    return f"BIC {bic}" if bic else ""


def spaced(iban: str) -> str:
    """In groups of four, as it is read."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _call(call: CallLine, words: Words, zone: ZoneInfo) -> tuple[str, ...]:
    language = words.language
    arrived = datetime.fromtimestamp(call.arrived // 1000, zone)
    waived = f" ({words.waived} {money(call.waived, language)})" if call.waived else ""
    return (
        f"{words.short_day(arrived)} {arrived:%H:%M:%S}",
        displayed(call.caller, most=20) or words.hidden,
        clock(call.talk_ms, language),
        clock(call.wrap_up_ms, language),
        *(_owed(amount, words) for amount in (call.acceptance, call.handling, call.other)),
        f"{money(call.charged, language)}{waived}",
        displayed(call.reference, most=40),
    )


def _owed(amount: Cents, words: Words) -> str:
    return money(amount, words.language) if amount else "–"


def _call_sums(calls: Sequence[CallLine], words: Words) -> list[str]:
    language = words.language
    return [
        read(Fraction(len(calls)), language, places=0),
        clock(sum(call.talk_ms for call in calls), language),
        clock(sum(call.wrap_up_ms for call in calls), language),
        *(
            money(sum(amounts), language)
            for amounts in (
                [call.acceptance for call in calls],
                [call.handling for call in calls],
                [call.other for call in calls],
                [call.charged for call in calls],
            )
        ),
    ]
