"""From written billing to the core's: the house as seller, the clients as payers."""

from router.config.keys.billing import ClientBillingKeys, HouseBillingKeys, MandateKeys, SellerKeys
from router.config.keys.whole import Everything
from router.core.billing.invoice import Account, Address, Party
from router.core.billing.payer import Bookkeeping, Mandate, Payer, Seller
from router.core.ids import ClientId

HOME = "DE"  # where sellers are


def seller_of(keys: HouseBillingKeys | None) -> Seller | None:
    """The house, if it writes invoices."""
    if keys is None:
        return None
    account = keys.account
    return Seller(
        party=_party(keys.seller),
        account=Account(
            holder=account.holder or keys.seller.name, iban=account.iban, bic=account.bic or "", bank=account.bank or ""
        ),
        creditor_id=keys.creditor_id or "",
        numbers=keys.numbers,
        due_days=keys.due_days,
        books=Bookkeeping(**keys.datev.model_dump()) if keys.datev else None,
    )


def _party(keys: SellerKeys) -> Party:
    return Party(
        name=keys.name,
        address=Address(street=keys.street, postcode=keys.postcode, city=keys.city, country=HOME),
        vat_id=keys.vat_id,
        tax_number=keys.tax_number,
        email=keys.email,
        phone=keys.phone,
        contact=keys.contact,
        register=keys.commercial_register,
        managers=keys.managers or "",
        website=keys.website or "",
    )


def payers_of(written: Everything) -> dict[ClientId, Payer]:
    """The clients that are billed."""
    return {
        ClientId(name): _payer(client.billing, client.name, client.timezone or written.house.timezone)
        for name, client in written.clients.items()
        if client.billing is not None
    }


def _payer(keys: ClientBillingKeys, name: str, timezone: str) -> Payer:
    party = _buyer(keys, keys.name or name)
    return Payer(
        party=party,
        business=keys.business,
        language=keys.language,
        form=keys.e_invoice,
        mandate=_mandate(keys.mandate, party.name),
        timezone=timezone,
        begins=keys.begins,
        ends=keys.ends,
        debtor=keys.debtor,
    )


def _buyer(keys: ClientBillingKeys, name: str) -> Party:
    return Party(
        name=name,
        address=Address(
            street=keys.street, postcode=keys.postcode, city=keys.city, country=keys.country, extra=keys.extra or ""
        ),
        vat_id=keys.vat_id or "",
        email=keys.email or "",
        contact=keys.contact or "",
        leitweg_id=keys.leitweg_id or "",
    )


def _mandate(keys: MandateKeys | None, name: str) -> Mandate | None:
    if keys is None:
        return None
    debtor = Account(holder=keys.holder or name, iban=keys.iban, bic=keys.bic or "")
    return Mandate(reference=keys.reference, signed=keys.signed, debtor=debtor)
