"""Who sends invoices and who gets them: what the house's and each client's settings say."""

from dataclasses import dataclass
from datetime import date

from router.core.billing.invoice import Account, EInvoice, InvoiceLanguage, Party
from router.core.billing.vat import Vat, VatCategory, vat_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookkeeping:
    """Whose books at DATEV: the tax adviser's numbers, the accounts of revenue by tax (SKR03: 8400, 8336, 8338)."""

    consultant: int
    client: int
    account_digits: int = 4
    domestic: int = 8400
    union: int = 8336
    outside: int = 8338

    def revenue(self, category: VatCategory) -> int:
        """The account of what is taxed so."""
        accounts = {VatCategory.STANDARD: self.domestic, VatCategory.REVERSE_CHARGE: self.union}
        return accounts.get(category, self.outside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """The house. `numbers` makes an invoice's number of `{year}` and `{number}`; no `creditor_id`, no direct debits."""

    party: Party
    account: Account
    creditor_id: str
    numbers: str
    due_days: int
    books: Bookkeeping | None = None

    def number(self, *, year: int, number: int) -> str:
        """The number of the `number`th document, written in `year`."""
        return self.numbers.format(year=year, number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Leave to collect from the debtor's account (SEPA core mandate)."""

    reference: str
    signed: date
    debtor: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """A client, as far as it is billed. `begins`, `ends`: first and last day of the contract, if any."""

    party: Party
    business: bool
    language: InvoiceLanguage
    form: EInvoice
    mandate: Mandate | None
    timezone: str
    begins: date | None
    ends: date | None
    debtor: int | None = None  # the account of what it owes, in the bookkeeper's chart

    @property
    def vat(self) -> Vat:
        """The tax on what it buys."""
        return vat_of(country=self.party.address.country, business=self.business, vat_id=self.party.vat_id)
