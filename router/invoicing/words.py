"""What an invoice says in its language, apart from what its values say."""

from dataclasses import dataclass
from datetime import date

from router.core.billing.invoice import Invoice, InvoiceKind, InvoiceLanguage, Unit
from router.core.billing.vat import VatCategory

MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language."""

    language: InvoiceLanguage
    invoice: str
    credit_note: str
    number: str
    issued: str
    period: str
    customer: str
    buyer_vat_id: str
    due: str
    corrects: str
    position: str
    service: str
    quantity: str
    price: str
    sum: str
    net: str
    vat: str
    gross: str
    rounding: str
    reverse_charge: str
    outside: str
    transfer: str
    transfer_back: str
    debit: str
    account: str
    vat_id: str
    tax_number: str
    managers: str
    page: str
    calls: str
    calls_told: str
    arrived: str
    caller: str
    hidden: str
    talk: str
    wrap_up: str
    acceptance: str
    handling: str
    other: str
    charged: str
    waived: str
    reference: str
    pieces: str
    second: str
    minute: str
    month: str

    def title(self, kind: InvoiceKind) -> str:
        """Of the document."""
        return self.credit_note if kind is InvoiceKind.CREDIT_NOTE else self.invoice

    def day(self, day: date) -> str:
        """A day, as the language writes it."""
        if self.language is InvoiceLanguage.GERMAN:
            return f"{day:%d.%m.%Y}"
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def short_day(self, day: date) -> str:
        """Without its year."""
        return f"{day:%d.%m.}" if self.language is InvoiceLanguage.GERMAN else f"{day.day} {MONTHS[day.month - 1][:3]}"

    def unit(self, unit: Unit) -> str:
        """Short, as it stands behind a quantity."""
        names = {Unit.SECOND: self.second, Unit.MINUTE: self.minute, Unit.MONTH: self.month, Unit.PIECE: self.pieces}
        return names[unit]

    def exemption(self, category: VatCategory) -> str:
        """Why no tax is charged; empty where it is."""
        return {VatCategory.REVERSE_CHARGE: self.reverse_charge, VatCategory.OUTSIDE: self.outside}.get(category, "")

    def payment(self, invoice: Invoice) -> str:
        """How and until when it is paid."""
        debit = invoice.debit
        if invoice.kind is InvoiceKind.CREDIT_NOTE or invoice.totals.gross < 0:
            return self.transfer_back
        if debit is None:
            return self.transfer.format(due=self.day(invoice.due), number=invoice.number)
        return self.debit.format(
            collected=self.day(debit.collected),
            account=masked(debit.debtor.iban),
            mandate=debit.mandate,
            creditor=debit.creditor_id,
        )


GERMAN = Words(
    language=InvoiceLanguage.GERMAN,
    invoice="Rechnung",
    credit_note="Rechnungskorrektur",
    number="Nummer",
    issued="Datum",
    period="Leistungszeitraum",
    customer="Kundennummer",
    buyer_vat_id="Ihre USt-IdNr.",
    due="Zahlbar bis",
    corrects="Zu Rechnung",
    position="Pos.",
    service="Leistung",
    quantity="Menge",
    price="Einzelpreis",
    sum="Betrag",
    net="Summe ohne Umsatzsteuer",
    vat="Umsatzsteuer {rate} % auf {basis}",
    gross="Gesamtbetrag",
    rounding="Rundung je Anruf auf ganze Cent",
    reverse_charge="Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)",
    outside="Nicht im Inland steuerbare Leistung (§ 3a Abs. 2 UStG)",
    transfer="Bitte überweisen Sie den Betrag bis zum {due} unter Angabe von {number} auf das unten genannte Konto.",
    transfer_back="Der Betrag wird mit der nächsten Rechnung verrechnet oder auf Ihr Konto überwiesen.",
    debit="Der Betrag wird am {collected} vom Konto {account} eingezogen (SEPA-Mandat {mandate}, "
    "Gläubiger-Identifikationsnummer {creditor}).",
    account="Bankverbindung",
    vat_id="USt-IdNr.",
    tax_number="Steuernummer",
    managers="Geschäftsführung",
    page="Seite",
    calls="Einzelnachweis der Anrufe",
    calls_told="Zeiten in {timezone}; Gespräch und Nacharbeit in Minuten:Sekunden, berechnet wird je Anruf ihre Summe "
    "in ganzen Sekunden. Beträge in {currency} ohne Umsatzsteuer. Die letzten drei Ziffern der Anrufer sind gekürzt.",
    arrived="Eingang",
    caller="Anrufer",
    hidden="unterdrückt",
    talk="Gespräch",
    wrap_up="Nacharbeit",
    acceptance="Annahme",
    handling="Bearbeitung",
    other="Sonstiges",
    charged="Betrag",
    waived="erlassen",
    reference="Anruf",
    pieces="Stück",
    second="s",
    minute="min",
    month="Monat",
)
ENGLISH = Words(
    language=InvoiceLanguage.ENGLISH,
    invoice="Invoice",
    credit_note="Credit note",
    number="Number",
    issued="Date",
    period="Period",
    customer="Customer",
    buyer_vat_id="Your VAT id",
    due="Due",
    corrects="Corrects invoice",
    position="No.",
    service="Service",
    quantity="Quantity",
    price="Price",
    sum="Amount",
    net="Total without VAT",
    vat="VAT {rate}% on {basis}",
    gross="Total",
    rounding="Rounding of each call to the cent",
    reverse_charge="Reverse charge: VAT is owed by the recipient of the service",
    outside="Not taxable in Germany (UStG section 3a(2))",
    transfer="Please transfer the amount by {due} to the account below, quoting {number}.",
    transfer_back="The amount is set off against your next invoice or transferred to your account.",
    debit="The amount is collected from account {account} on {collected} (SEPA mandate {mandate}, creditor identifier "
    "{creditor}).",
    account="Bank account",
    vat_id="VAT id",
    tax_number="Tax number",
    managers="Managing directors",
    page="Page",
    calls="Itemised calls",
    calls_told="Times in {timezone}; talk and wrap-up in minutes:seconds; for each call their sum is charged in whole "
    "seconds. Amounts in {currency} without VAT. Callers' last three digits are cut off.",
    arrived="Arrived",
    caller="Caller",
    hidden="withheld",
    talk="Talk",
    wrap_up="Wrap-up",
    acceptance="Acceptance",
    handling="Handling",
    other="Other",
    charged="Amount",
    waived="waived",
    reference="Call",
    pieces="pcs",
    second="s",
    minute="min",
    month="month",
)


def words_of(language: InvoiceLanguage) -> Words:
    """The words of a language."""
    return GERMAN if language is InvoiceLanguage.GERMAN else ENGLISH


def masked(iban: str) -> str:
    """An account as its owner knows it, without telling it to others: `DE02 … 2051`."""
    return f"{iban[:4]} … {iban[-4:]}"
