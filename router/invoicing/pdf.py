"""An invoice as PDF/A-3b with its XML in it: ZUGFeRD 2, profile EN 16931. The same invoice gives the same bytes.

typst lays it out and embeds the file; what it cannot write, the four properties by which ZUGFeRD is recognised and
their description, is put into its metadata afterwards.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from importlib.resources import files
from io import BytesIO

import typst
from pypdf import PdfReader, PdfWriter
from pypdf.generic import StreamObject

from router.core.billing.invoice import Invoice
from router.invoicing.page import page_of

XML_NAME = "factur-x.xml"
END_OF_METADATA = b"</rdf:RDF>"
TEMPLATE = "invoice.typ"
ATTACHED = (
    f'\n#pdf.attach("{XML_NAME}", bytes(sys.inputs.xml), relationship: "alternative", mime-type: "text/xml", '
    f'description: "ZUGFeRD 2, EN 16931")\n'
)


def pdf(invoice: Invoice, xml: bytes) -> bytes:
    """The file."""
    source = files("router.invoicing").joinpath("templates", TEMPLATE).read_bytes() + ATTACHED.encode()
    page = json.dumps(asdict(page_of(invoice)), ensure_ascii=False)
    issued = datetime.combine(invoice.issued, time(), UTC)
    drawn = typst.Compiler(ignore_system_fonts=True).compile(
        source,
        format="pdf",
        pdf_standards="a-3b",
        sys_inputs={"page": page, "xml": xml.decode()},
        timestamp=int(issued.timestamp()),
    )
    if not isinstance(drawn, bytes):
        raise TypeError("typst gives a PDF as one file")
    return _told(drawn)


def _told(drawn: bytes) -> bytes:
    """With what ZUGFeRD wants to find in the metadata (XMP)."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(drawn)))
    metadata = writer.root_object["/Metadata"].get_object()
    if not isinstance(metadata, StreamObject):
        raise TypeError("a PDF/A has metadata")
    extension = files("router.invoicing").joinpath("templates", "zugferd.xmp").read_bytes()
    metadata.set_data(metadata.get_data().replace(END_OF_METADATA, extension + END_OF_METADATA))
    written = BytesIO()
    writer.write(written)
    return written.getvalue()
