"""What a client's billing says must agree with itself, and with the house's."""

from collections.abc import Iterator

from router.config.banking import country_of_vat_id
from router.config.findings import Path
from router.config.keys.billing import ClientBillingKeys
from router.config.written import Problem, Written
from router.core.billing.invoice import EInvoice
from router.core.billing.vat import vat_prefix
from router.core.house import ClientStatus

Billed = tuple[Path, ClientBillingKeys]


def _billed(written: Written) -> Iterator[Billed]:
    for name, client in written.sound.clients.items():
        if client.billing is not None:
            yield ("clients", name, "billing"), client.billing


def _sellers(written: Written) -> Iterator[Problem]:
    house = written.tree.at(("house",))
    known = isinstance(house, dict) and "billing" in house
    if known or written.tree.torn:
        return
    for path, _ in _billed(written):
        message, hint = "the house does not say who sends invoices", "add billing: to the section house"
        yield Problem(path=path, message=message, hint=hint, at_key=True)


def _mandates(written: Written) -> Iterator[Problem]:
    house, first = written.sound.house.billing, dict[str, str]()
    for path, keys in _billed(written):
        if keys.mandate is None:
            continue
        if house is not None and house.creditor_id is None:
            message, hint = (
                "nothing can be collected without a creditor identifier",
                "add creditor_id: to the house's billing",
            )
            yield Problem(path=(*path, "mandate"), message=message, hint=hint, at_key=True)
        reference, name = keys.mandate.reference, str(path[1])
        if reference in first:
            message, hint = f"client {first[reference]} has the same mandate reference", "give each mandate its own"
            yield Problem(path=(*path, "mandate", "reference"), message=message, hint=hint)
        first.setdefault(reference, name)


def _taxes(written: Written) -> Iterator[Problem]:
    for path, keys in _billed(written):
        if keys.vat_id is None:
            continue
        if country_of_vat_id(keys.vat_id) != keys.country:
            message = f"this VAT id is not one of {keys.country}"
            hint = f"one of {keys.country} begins with {vat_prefix(keys.country)}; or write another country"
            yield Problem(path=(*path, "vat_id"), message=message, hint=hint)
        if not keys.business:
            message, hint = "a consumer has no VAT id", "remove it, or write business: true"
            yield Problem(path=(*path, "vat_id"), message=message, hint=hint)


def _forms(written: Written) -> Iterator[Problem]:
    for path, keys in _billed(written):
        if keys.e_invoice is EInvoice.XRECHNUNG and keys.email is None:
            message, hint = "an XRechnung names its recipient's mail address", "add email:, or write e_invoice: zugferd"
            yield Problem(path=(*path, "e_invoice"), message=message, hint=hint)


def _contracts(written: Written) -> Iterator[Problem]:
    for path, keys in _billed(written):
        if keys.begins and keys.ends and keys.ends < keys.begins:
            message, hint = "the contract ends before it begins", f"write {keys.begins} or a later day"
            yield Problem(path=(*path, "ends"), message=message, hint=hint)
        if keys.ends is None and written.sound.clients[str(path[1])].status is ClientStatus.ENDED:
            message, hint = "this client has ended and would be billed for ever", "write the contract's last day, ends:"
            yield Problem(path=path, message=message, hint=hint, at_key=True)


BILLING_CHECKS = (_sellers, _mandates, _taxes, _forms, _contracts)
