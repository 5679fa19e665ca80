"""From an invoice to the files that are sent."""

from dataclasses import dataclass

from router.core.billing.invoice import EInvoice, Invoice
from router.invoicing.cii import cii
from router.invoicing.pdf import pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file: its name, and its content."""

    name: str
    content: bytes


def render(invoice: Invoice) -> tuple[Document, ...]:
    """The PDF with the XML in it, and for whoever gets XRechnung that file, too; always the same bytes."""
    drawn = Document(name=f"{invoice.number}.pdf", content=pdf(invoice, cii(invoice, EInvoice.ZUGFERD)))
    if invoice.form is EInvoice.ZUGFERD:
        return (drawn,)
    return (drawn, Document(name=f"{invoice.number}.xml", content=cii(invoice, EInvoice.XRECHNUNG)))
