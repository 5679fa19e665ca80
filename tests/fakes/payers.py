"""A house that sends invoices and clients who get them, as short as a test can say them."""

from datetime import date
from fractions import Fraction

from router.billing.run import Job
from router.core.billing.invoice import Account, Address, EInvoice, InvoiceLanguage, Party
from router.core.billing.month import Terms
from router.core.billing.payer import Payer, Seller
from router.core.house import Tariff
from router.core.ids import ClientId, Millis, TariffId

SEPTEMBER = date(2026, 9, 1)
ISSUED = date(2026, 11, 2)
NOW: Millis = 1_793_606_400_000  # of that day
MONTHLY = Tariff(id=TariffId("plus"), version=1, base_fee=Fraction(1990), included_minutes=2)
SELLER = Seller(
    party=Party(
        name="Vorzimmer GmbH",
        address=Address(street="Torstraße 140", postcode="10119", city="Berlin", country="DE"),
        vat_id="DE123456788",
    ),
    account=Account(holder="Vorzimmer GmbH", iban="DE02120300000000202051"),
    creditor_id="DE98ZZZ09999999999",
    numbers="VZ-{year}-{number:05}",
    due_days=14,
)


def payer(name: str, country: str = "DE", language: InvoiceLanguage = InvoiceLanguage.GERMAN) -> Payer:
    return Payer(
        party=Party(name=name, address=Address(street="Am Markt 1", postcode="20457", city="Hamburg", country=country)),
        business=True,
        language=language,
        form=EInvoice.ZUGFERD,
        mandate=None,
        timezone="Europe/Berlin",
        begins=None,
        ends=None,
    )


def job(client: str, month: date = SEPTEMBER, *, tariff: Tariff = MONTHLY, issued: date = ISSUED) -> Job:
    """A client's month, to be billed."""
    terms = Terms(client=ClientId(client), tariff=tariff)
    return Job(terms=terms, payer=payer(client), seller=SELLER, month=month, issued=issued, at=NOW)
