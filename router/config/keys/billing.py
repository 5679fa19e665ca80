"""Keys of billing: who sends invoices, from which numbers, and who gets them, at which address and how paid."""

from typing import Annotated

from pydantic import Field

from router.config.banking import (
    Bic,
    CreditorId,
    Iban,
    InvoiceNumbers,
    LeitwegId,
    Line,
    Mail,
    MandateReference,
    VatId,
)
from router.config.keys.section import Section
from router.config.scalars import Country, Day, PastDay
from router.core.billing.invoice import EInvoice, InvoiceLanguage


class SellerKeys(Section):
    """Whose name is on the invoices; all of it stands there, as the law and XRechnung ask."""

    name: Line
    """The business's full name, with its legal form."""
    street: Line
    """Street and house number."""
    postcode: Line
    """Postcode."""
    city: Line
    """Town."""
    vat_id: VatId
    """Our VAT id (USt-IdNr.)."""
    tax_number: Line
    """Our number at the tax office (Steuernummer)."""
    contact: Line
    """Who answers questions about invoices."""
    phone: Line
    """The contact's telephone number, as it is printed."""
    email: Mail
    """The contact's mail address."""
    commercial_register: Line
    """Court and number, as the law wants them on letters."""
    managers: Line | None = None
    """The managing directors."""
    website: Line | None = None
    """Printed in the letterhead."""


class AccountKeys(Section):
    """Our bank account."""

    iban: Iban
    """With or without blanks."""
    bic: Bic | None = None
    """The bank's code."""
    bank: Line | None = None
    """The bank's name."""
    holder: Line | None = None
    """Left out: the seller's name."""


class DatevKeys(Section):
    """For the bookkeeper's file; the accounts are SKR03's unless others are written."""

    consultant: int = Field(ge=1001, le=9_999_999)
    """The tax adviser's number (Beraternummer)."""
    client: int = Field(ge=1, le=99_999)
    """Our number there (Mandantennummer)."""
    account_digits: int = Field(4, ge=4, le=6)
    """How many digits accounts have; debtors' have one more."""
    domestic: int = Field(8400, ge=1)
    """Revenue with German tax."""
    union: int = Field(8336, ge=1)
    """Revenue for which the buyer owes the tax."""
    outside: int = Field(8338, ge=1)
    """Revenue that is not taxable in Germany."""


class HouseBillingKeys(Section):
    """How invoices are written."""

    seller: SellerKeys
    """Who sends them."""
    account: AccountKeys
    """To which they are paid."""
    creditor_id: CreditorId | None = None
    """Our creditor identifier; needed for direct debits."""
    numbers: InvoiceNumbers = "VZ-{year}-{number:05}"
    """The pattern of invoice numbers; {number} counts without gaps, over the years."""
    due_days: int = Field(14, ge=0, le=90)
    """So many days after its issue an invoice is due."""
    datev: DatevKeys | None = None
    """Left out: no file for the bookkeeper."""


class MandateKeys(Section):
    """Leave to collect from the client's account (SEPA direct debit, core scheme)."""

    reference: MandateReference
    """The mandate's reference; each has its own."""
    signed: PastDay
    """The day on which it was signed."""
    iban: Iban
    """From which account is collected."""
    bic: Bic | None = None
    """The bank's code; needed for accounts outside the Union."""
    holder: Line | None = None
    """Whose account it is. Left out: the client's name on invoices."""


class ClientBillingKeys(Section):
    """Who gets a client's invoices, and how."""

    name: Line | None = None
    """Whose name is on the invoice. Left out: the client's name."""
    contact: Line | None = None
    """A person or department."""
    street: Line
    """Street and house number."""
    extra: Line | None = None
    """A further line of the address."""
    postcode: Line
    """Postcode."""
    city: Line
    """Town."""
    country: Country = "DE"
    """Decides about VAT, together with business and vat_id."""
    business: bool = True
    """Whether it is a business; false: a consumer."""
    vat_id: VatId | None = None
    """The client's VAT id; a business elsewhere in the Union owes the tax itself only with one."""
    email: Mail | None = None
    """Where invoices go; needed with xrechnung."""
    language: Annotated[InvoiceLanguage, Field(strict=False)] = InvoiceLanguage.GERMAN
    """In which invoices are written: de or en."""
    e_invoice: Annotated[EInvoice, Field(strict=False)] = EInvoice.ZUGFERD
    """zugferd: a PDF with the XML in it. xrechnung: an XRechnung file, too."""
    leitweg_id: LeitwegId | None = None
    """Of an authority; stands on XRechnung files as the buyer's reference."""
    mandate: MandateKeys | None = None
    """Left out: the client pays by transfer."""
    begins: Day | None = None
    """The contract's first day. Left out: before all calls."""
    ends: Day | None = None
    """The contract's last day. Left out: open."""
    debtor: int | None = Field(None, ge=10_000, le=9_999_999)
    """The client's account in the bookkeeper's chart."""
