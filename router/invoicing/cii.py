"""The invoice as XML: UN/CEFACT Cross Industry Invoice D16B/D22B, of EN 16931's profile of ZUGFeRD 2 or of XRechnung 3.

Business terms (BT, BG) are those of EN 16931-1. Elements stand in the order of the schema.
"""

from datetime import date
from fractions import Fraction

from router.core.billing.invoice import Account, Address, EInvoice, Invoice, InvoiceKind, InvoiceLine, Party, VatSum
from router.core.billing.vat import Vat, VatCategory
from router.core.money import Cents
from router.invoicing.elements import Node, document, node
from router.invoicing.numbers import plain
from router.invoicing.words import Words, words_of

GUIDELINES = {
    EInvoice.ZUGFERD: "urn:cen.eu:en16931:2017",
    EInvoice.XRECHNUNG: "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
}
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
TYPE_CODES = {InvoiceKind.INVOICE: "380", InvoiceKind.CREDIT_NOTE: "381"}  # UNTDID 1001
TRANSFER, DEBIT = "58", "59"  # UNTDID 4461: SEPA credit transfer, SEPA direct debit
EXEMPTIONS = {VatCategory.REVERSE_CHARGE: "VATEX-EU-AE", VatCategory.OUTSIDE: "VATEX-EU-O"}
NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}


def cii(invoice: Invoice, form: EInvoice) -> bytes:
    """The XML file."""
    words = words_of(invoice.language)
    return document(
        node(
            "rsm:CrossIndustryInvoice",
            [
                _context(form),
                _heading(invoice),
                node(
                    "rsm:SupplyChainTradeTransaction",
                    [
                        *(_line(line, words) for line in invoice.lines),
                        _agreement(invoice),
                        node("ram:ApplicableHeaderTradeDelivery", [_delivered(invoice.last)]),
                        _settlement(invoice, words),
                    ],
                ),
            ],
        ),
        NAMESPACES,
    )


def _context(form: EInvoice) -> Node | None:
    process = node("ram:BusinessProcessSpecifiedDocumentContextParameter", [node("ram:ID", PROCESS)])
    guideline = node("ram:GuidelineSpecifiedDocumentContextParameter", [node("ram:ID", GUIDELINES[form])])
    return node("rsm:ExchangedDocumentContext", [process, guideline])


def _heading(invoice: Invoice) -> Node | None:
    return node(
        "rsm:ExchangedDocument",
        [
            node("ram:ID", invoice.number),
            node("ram:TypeCode", TYPE_CODES[invoice.kind]),
            node("ram:IssueDateTime", [_day(invoice.issued)]),
            node("ram:IncludedNote", [node("ram:Content", invoice.note)]),
        ],
    )


def _day(day: date) -> Node | None:
    return node("udt:DateTimeString", f"{day:%Y%m%d}", format="102")


def _delivered(day: date) -> Node | None:
    return node("ram:ActualDeliverySupplyChainEvent", [node("ram:OccurrenceDateTime", [_day(day)])])


def _line(line: InvoiceLine, words: Words) -> Node | None:
    return node(
        "ram:IncludedSupplyChainTradeLineItem",
        [
            node("ram:AssociatedDocumentLineDocument", [node("ram:LineID", line.id)]),
            node("ram:SpecifiedTradeProduct", [node("ram:Name", line.text), node("ram:Description", line.detail)]),
            node("ram:SpecifiedLineTradeAgreement", [_price(line)]),
            node(
                "ram:SpecifiedLineTradeDelivery",
                [node("ram:BilledQuantity", plain(line.quantity, places=6), unitCode=line.unit.value)],
            ),
            node(
                "ram:SpecifiedLineTradeSettlement",
                [
                    _tax(line.vat),
                    _rounding(line, words),
                    node(
                        "ram:SpecifiedTradeSettlementLineMonetarySummation",
                        [node("ram:LineTotalAmount", _euros(line.net))],
                    ),
                ],
            ),
        ],
    )


def _price(line: InvoiceLine) -> Node | None:
    """BT-146 and BT-149: the price as the tariff has it, per so many units."""
    basis = node("ram:BasisQuantity", str(line.per), unitCode=line.unit.value) if line.per != 1 else None
    return node("ram:NetPriceProductTradePrice", [node("ram:ChargeAmount", plain(line.price / 100, places=6)), basis])


def _tax(vat: Vat) -> Node | None:
    rate = None if vat.category is VatCategory.OUTSIDE else plain(vat.rate, places=2)
    return node(
        "ram:ApplicableTradeTax",
        [
            node("ram:TypeCode", "VAT"),
            node("ram:CategoryCode", vat.category.value),
            node("ram:RateApplicablePercent", rate),
        ],
    )


def _rounding(line: InvoiceLine, words: Words) -> Node | None:
    """BG-27 or BG-28: what rounding each call to the cent took or gave."""
    if not line.rounding:
        return None
    charge = "true" if line.rounding > 0 else "false"
    return node(
        "ram:SpecifiedTradeAllowanceCharge",
        [
            node("ram:ChargeIndicator", [node("udt:Indicator", charge)]),
            node("ram:ActualAmount", _euros(abs(line.rounding))),
            node("ram:Reason", words.rounding),
        ],
    )


def _agreement(invoice: Invoice) -> Node | None:
    outside = any(line.vat.category is VatCategory.OUTSIDE for line in invoice.lines)
    return node(
        "ram:ApplicableHeaderTradeAgreement",
        [
            node("ram:BuyerReference", invoice.buyer.leitweg_id or invoice.customer),
            _party("ram:SellerTradeParty", invoice.seller, untaxed=outside),
            _party("ram:BuyerTradeParty", invoice.buyer, untaxed=outside),
        ],
    )


def _party(name: str, party: Party, *, untaxed: bool) -> Node | None:
    """`untaxed`: without VAT ids, for what is not taxable at all (BR-O-02)."""
    return node(
        name,
        [
            node("ram:Name", party.name),
            node("ram:SpecifiedLegalOrganization", [node("ram:ID", party.register)]),
            _contact(party),
            _address(party.address),
            node("ram:URIUniversalCommunication", [node("ram:URIID", party.email, schemeID="EM")]),
            None if untaxed else node("ram:SpecifiedTaxRegistration", [node("ram:ID", party.vat_id, schemeID="VA")]),
            node("ram:SpecifiedTaxRegistration", [node("ram:ID", party.tax_number, schemeID="FC")]),
        ],
    )


def _contact(party: Party) -> Node | None:
    return node(
        "ram:DefinedTradeContact",
        [
            node("ram:PersonName", party.contact),
            node(
                "ram:TelephoneUniversalCommunication",
                [node("ram:CompleteNumber", party.phone)] if party.contact else None,
            ),
            node("ram:EmailURIUniversalCommunication", [node("ram:URIID", party.email)] if party.contact else None),
        ],
    )


def _address(address: Address) -> Node | None:
    return node(
        "ram:PostalTradeAddress",
        [
            node("ram:PostcodeCode", address.postcode),
            node("ram:LineOne", address.street),
            node("ram:LineTwo", address.extra),
            node("ram:CityName", address.city),
            node("ram:CountryID", address.country),
        ],
    )


def _settlement(invoice: Invoice, words: Words) -> Node | None:
    return node(
        "ram:ApplicableHeaderTradeSettlement",
        [
            node("ram:CreditorReferenceID", invoice.debit.creditor_id if invoice.debit else None),
            node("ram:PaymentReference", invoice.number),
            node("ram:InvoiceCurrencyCode", invoice.currency),
            _means(invoice),
            *(_breakdown(each, words) for each in invoice.totals.by_vat),
            node(
                "ram:BillingSpecifiedPeriod",
                [
                    node("ram:StartDateTime", [_day(invoice.first)]),
                    node("ram:EndDateTime", [_day(invoice.last)]),
                ],
            ),
            _terms(invoice, words),
            _summation(invoice),
            node("ram:InvoiceReferencedDocument", [node("ram:IssuerAssignedID", invoice.corrects)]),
        ],
    )


def _means(invoice: Invoice) -> Node | None:
    debit = invoice.debit
    paying = node("ram:PayerPartyDebtorFinancialAccount", [node("ram:IBANID", debit.debtor.iban)]) if debit else None
    return node(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        [
            node("ram:TypeCode", DEBIT if debit else TRANSFER),
            paying,
            None if debit else _payee(invoice.account),
            None if debit else node("ram:PayeeSpecifiedCreditorFinancialInstitution", [_bic(invoice.account)]),
        ],
    )


def _payee(account: Account) -> Node | None:
    return node(
        "ram:PayeePartyCreditorFinancialAccount",
        [node("ram:IBANID", account.iban), node("ram:AccountName", account.holder)],
    )


def _bic(account: Account) -> Node | None:
    return node("ram:BICID", account.bic)


def _breakdown(each: VatSum, words: Words) -> Node | None:
    category = each.vat.category
    return node(
        "ram:ApplicableTradeTax",
        [
            node("ram:CalculatedAmount", _euros(each.amount)),
            node("ram:TypeCode", "VAT"),
            node("ram:ExemptionReason", words.exemption(category)),
            node("ram:BasisAmount", _euros(each.basis)),
            node("ram:CategoryCode", category.value),
            node("ram:ExemptionReasonCode", EXEMPTIONS.get(category)),
            node("ram:RateApplicablePercent", plain(each.vat.rate, places=2)),
        ],
    )


def _terms(invoice: Invoice, words: Words) -> Node | None:
    debit = invoice.debit
    return node(
        "ram:SpecifiedTradePaymentTerms",
        [
            node("ram:Description", words.payment(invoice)),
            node("ram:DueDateDateTime", [_day(invoice.due)]),
            node("ram:DirectDebitMandateID", debit.mandate if debit else None),
        ],
    )


def _summation(invoice: Invoice) -> Node | None:
    totals = invoice.totals
    return node(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        [
            node("ram:LineTotalAmount", _euros(totals.net)),
            node("ram:TaxBasisTotalAmount", _euros(totals.net)),
            node("ram:TaxTotalAmount", _euros(totals.vat), currencyID=invoice.currency),
            node("ram:GrandTotalAmount", _euros(totals.gross)),
            node("ram:DuePayableAmount", _euros(totals.gross)),
        ],
    )


def _euros(amount: Cents) -> str:
    return f"{plain(Fraction(amount, 100), places=2, least=2)}"
