"""The invoicing room: invoices become PDFs with XML in them; debits become a bank's file, postings a bookkeeper's."""

from router.invoicing.documents import Document, render

__all__ = ["Document", "render"]
